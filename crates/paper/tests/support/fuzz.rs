//! Layouts and answers made by spoiling the project's own, and what must hold for any of them.
//!
//! A case is its number: the same seed and number give the same case. What once failed is kept in `tests/findings`.

use std::fs;
use std::path::{Path, PathBuf};

use hoso_fuzzing::places::{count, nth_mut};
use hoso_fuzzing::{Dice, Kept, Target};
use hoso_paper::{Layout, Meta, check_pdf, lay_out, to_docx, to_pdf, words};
use serde_json::{Map, Value, json};

use super::{docx, extreme, structure};

/// A layout and answers in display form.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) layout: String,
    pub(crate) answers: Value,
}

/// The layouts that are spoiled.
pub(crate) struct Seeds(Vec<String>);

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == end))
        .collect();
    files.sort();
    files
}

impl Seeds {
    /// Every layout of the repository, and one with what they leave out.
    pub(crate) fn read() -> Seeds {
        let mut paths = files(&folder("layouts"), "html");
        paths.extend(files(&folder("tests/paper/samples"), "html"));
        let mut packs: Vec<PathBuf> = fs::read_dir(folder("../app/packs"))
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        packs.sort();
        for pack in packs {
            paths.extend(files(&pack, "html"));
        }
        let mut layouts: Vec<String> = paths
            .iter()
            .filter_map(|path| fs::read_to_string(path).ok())
            .collect();
        layouts.push(EVERYTHING.to_owned());
        Seeds(layouts)
    }

    /// Where it keeps what failed.
    pub(crate) fn kept() -> Kept {
        Kept::of(env!("CARGO_MANIFEST_DIR"))
    }

    fn make(&self, dice: &mut Dice) -> Case {
        let mut layout = dice.pick(&self.0).clone();
        let rows = dice.below(5);
        let paths = Layout::parse("seed.html", &layout)
            .map(|layout| layout.declared_paths())
            .unwrap_or_default();
        let mut answers = extreme::answers(&layout, &paths, rows);
        // A spoiled layout is mostly refused: half of the cases keep theirs, so that odd answers reach the pages.
        let spoilt = if dice.chance(2) { 0 } else { dice.below(4) };
        for _ in 0..spoilt {
            layout = self.spoil(&layout, dice);
        }
        for _ in 0..dice.below(8) {
            let at = dice.below(count(&answers));
            if let Some(place) = nth_mut(&mut answers, at) {
                *place = value(dice, 0);
            }
        }
        if dice.chance(12) {
            answers = value(dice, 0);
        }
        Case { layout, answers }
    }

    /// Changes one place of a layout.
    fn spoil(&self, layout: &str, dice: &mut Dice) -> String {
        let mut pieces = pieces(layout);
        let at = dice.below(pieces.len());
        match dice.below(9) {
            0 => drop(pieces.remove(at)),
            1 => {
                let copy = pieces[at].clone();
                pieces.insert(dice.below(pieces.len()), copy);
            }
            2 => {
                let other = dice.below(pieces.len());
                pieces.swap(at, other);
            }
            3 => {
                let other: &String = dice.pick(&self.0);
                let other = self::pieces(other);
                let from = dice.below(other.len());
                let length = 1 + dice.below(12);
                let graft: Vec<String> = other.into_iter().skip(from).take(length).collect();
                pieces.splice(at..at, graft);
            }
            4 => {
                let whole = pieces
                    .iter()
                    .position(|piece| piece.starts_with("<paper"))
                    .unwrap_or(0);
                let (open, close) = *dice.pick(WRAPS);
                let deep = if dice.chance(20) {
                    3_000
                } else {
                    1 + dice.below(4)
                };
                let end = pieces.len().saturating_sub(1).max(whole + 1);
                pieces.insert(end, close.repeat(deep));
                pieces.insert(whole + 1, open.repeat(deep));
            }
            5 => pieces.insert(at, (*dice.pick(BITS)).to_owned()),
            _ => {
                // A value of an attribute, or a piece of text.
                let tags: Vec<usize> = (0..pieces.len())
                    .filter(|at| pieces[*at].contains("=\""))
                    .collect();
                if let Some(at) = (!tags.is_empty()).then(|| *dice.pick(&tags)) {
                    let parts: Vec<&str> = pieces[at].split('"').collect();
                    let which = dice.below(parts.len() / 2) * 2 + 1;
                    let changed: Vec<&str> = parts
                        .iter()
                        .enumerate()
                        .map(|(index, part)| {
                            if index == which {
                                *dice.pick(VALUES)
                            } else {
                                part
                            }
                        })
                        .collect();
                    pieces[at] = changed.join("\"");
                }
            }
        }
        pieces.concat()
    }
}

impl Target for Seeds {
    type Case = Case;

    fn case(&self, seed: u64, number: u64) -> Case {
        self.make(&mut Dice::new(seed, number))
    }

    fn written(&self, case: &Case) -> String {
        format!(
            "{:#}\n",
            json!({"layout": case.layout, "answers": case.answers})
        )
    }

    fn read(&self, written: &[u8]) -> Option<Case> {
        let kept: Value = serde_json::from_slice(written).ok()?;
        Some(Case {
            layout: kept["layout"].as_str()?.to_owned(),
            answers: kept["answers"].clone(),
        })
    }

    /// A layout is refused with its line, answers are unprintable with the reason, or there is a paper.
    fn holds(&self, case: &Case) -> Result<&'static str, String> {
        holds(case)
    }
}

/// Tags and what stands between them.
pub(super) fn pieces(layout: &str) -> Vec<String> {
    let mut out = Vec::new();
    for part in layout.split_inclusive('>') {
        let at = part.find('<').unwrap_or(part.len());
        out.extend(
            [&part[..at], &part[at..]]
                .iter()
                .filter(|p| !p.is_empty())
                .map(|p| (*p).to_owned()),
        );
    }
    if out.is_empty() {
        out.push(String::new());
    }
    out
}

const EVERYTHING: &str = r#"<paper title="{{ t }}" page="A5" margins="15 10 15 20" size="12" page-numbers="yes">
<header><p>{{ t }}</p></header><footer><p>F <b>{{ t|upper }}</b></p></footer>
<h1>A</h1><h2>B<note id="n">N {{ t }}</note></h2><p>{{ t }}<note ref="n"/><sup>2</sup> <i>i</i><br/><dots width="20mm"/><check path="c" label="C"/></p>
<line label="L" path="t" lines="3"/><columns widths="1 2"><column><national-title/></column><column align="center"><rule/><space height="3mm"/></column></columns>
<table widths="10 60 30"><tr><th>A</th><th colspan="2">B</th></tr><tr repeat="r" as="x" min="2"><td>{{ loop.index }}</td><td><field path="x.a" dots="fill"/></td><td>{{ x.b }}</td></tr></table>
<repeat path="r" as="y"><p keep="yes">{{ y.a }}</p></repeat><if test="t and not c"><page-break/><else/><p>E</p></if>
<place-date place="{{ p }}" date="{{ d }}"/><qr data="{{ t }}"/><notes/>
<signatures><signature title="S {{ t }}" name="{{ t }}"/><column><p>x</p></column></signatures><signature title="T"/></paper>"#;

const WRAPS: &[(&str, &str)] = &[
    ("<b>", "</b>"),
    ("<p>", "</p>"),
    ("<if test=\"t\">", "</if>"),
    ("<repeat path=\"r\">", "</repeat>"),
    ("<columns><column>", "</column></columns>"),
    ("<table><tr><td>", "</td></tr></table>"),
    ("<note>", "</note>"),
];

const BITS: &[&str] = &[
    "<",
    ">",
    "&",
    "\"",
    "{{",
    "}}",
    "{%",
    "<!--",
    "-->",
    "\u{0}",
    "\u{feff}",
    "é",
    "字",
    "</paper>",
    "<else/>",
    "<br>",
    "{{ t",
    "{{ t }}",
    "{{ t|upper|title|length }}",
    "{{ range(100000)|join(t) }}",
    "{{ [t]*9 }}",
    "{{ t ~ t ~ t }}",
    "{{ 1/0 }}",
    "{{ t.a.b.c[0] }}",
    "{{ loop }}",
    "{{ r }}",
    "&nbsp;",
    "&#0;",
    "&#x10ffff;",
    "&amp;",
    "<field path=\"t\" dots=\"fill\"/>",
    "<field path=\"t\" dots=\"900mm\"/>",
    "<page-break/>",
    "<qr data=\"{{ r }}\" size=\"100mm\"/>",
    "<check path=\"t\" value=\"{{ t }}\" label=\"x\"/>",
    "<space height=\"290mm\"/>",
    "<rule width=\"0\"/>",
    "<tr></tr>",
    "<td colspan=\"9\"></td>",
    "<notes/>",
    "<sup>1</sup>",
];

const VALUES: &[&str] = &[
    "",
    " ",
    "0",
    "1",
    "-1",
    "1e9",
    "NaN",
    "inf",
    "99999999999999999999",
    "0.0001",
    "40",
    "200mm",
    "1 1 1",
    "0 0",
    "1 0 1",
    "A4",
    "A5 landscape",
    "yes",
    "no",
    "fill",
    "center",
    "row",
    "t",
    "r",
    "x.a",
    "a.b.c",
    "loop",
    "loop.index",
    "not t",
    "t &lt; 3",
    "t == t",
    "{{ t }}",
    "{{ r }}",
    "{{ x",
    "{{ t|replace('a', t) }}",
    "字",
    "ă ",
    "200",
    "1000000",
];

const TEXTS: &[&str] = &[
    "",
    " ",
    "\n",
    "\r\n\r\n",
    "Nguyễn Thị Hoa",
    "x\ty",
    "a\u{a0}b",
    "A\u{300}",
    "e\u{302}\u{323}",
    "\u{200b}",
    "\u{202e}abc",
    "مرحبا",
    "שלום",
    "字",
    "😀",
    "\u{0}",
    "\u{1b}[0m",
    "\u{fffe}",
    "\u{10ffff}",
    "<b>&amp;</b>",
    "{{ t }}",
    "]]>",
    "31/12/2026",
    "2026-02-30",
    "true",
    "W W W W W W W W W",
    "100.000.000.000",
    "--",
    "…",
    ". . .",
    "\u{ad}",
    "½",
    "ﬁ",
];

fn text(dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => "Nguyễn Thị Khuyến ".repeat(dice.below(400)),
        1 => "W".repeat(dice.below(3_000)),
        2 => "a\n".repeat(dice.below(200)),
        3 => char::from_u32(dice.below(0x0011_0000) as u32)
            .map(String::from)
            .unwrap_or_default(),
        4 => (0..dice.below(6)).map(|_| *dice.pick(TEXTS)).collect(),
        _ => (*dice.pick(TEXTS)).to_owned(),
    }
}

/// Any answer.
pub(super) fn value(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth > 3 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => json!(dice.chance(2)),
        2 => json!(dice.bits() as i64),
        3 => json!(dice.bits() as f64 / 7e-3),
        4 | 5 => Value::String(text(dice)),
        6 => (0..dice.below(6)).map(|_| value(dice, depth + 1)).collect(),
        7 => {
            // Long lists of long lists would be all that is ever tried.
            let one = value(dice, depth + 1);
            let most = 2_000 / count(&one).max(one.to_string().len() / 40);
            Value::Array(vec![one; dice.below(60.min(most))])
        }
        _ => {
            let keys = ["t", "r", "a", "b", "x", "c", "a.b", "", "row", "loop"];
            let mut map = Map::new();
            for _ in 0..dice.below(5) {
                map.insert((*dice.pick(&keys)).to_owned(), value(dice, depth + 1));
            }
            Value::Object(map)
        }
    }
}

fn holds(case: &Case) -> Result<&'static str, String> {
    let layout = match Layout::parse("fuzz.html", &case.layout) {
        Ok(layout) => layout,
        Err(error) => {
            let lines = case.layout.lines().count().max(1);
            return if (1..=lines).contains(&error.line) && !error.message.is_empty() {
                Ok("refused")
            } else {
                Err(format!(
                    "a refusal without its line ({} of {lines}): {error}",
                    error.line
                ))
            };
        }
    };
    let meta = Meta::new("Thử", jiff::civil::date(2026, 2, 5).at(9, 15, 0, 0));
    let document = match lay_out(&layout, &case.answers, &meta) {
        Ok(document) => document,
        Err(error) if error.to_string().len() > 20 => return Ok("unprintable"),
        Err(error) => return Err(format!("an error that explains nothing: {error}")),
    };
    let pdf = to_pdf(&document).map_err(|error| error.to_string())?;
    if let Some(flaw) = structure::flaws(&pdf).first() {
        return Err(format!("the PDF is flawed: {flaw}"));
    }
    match check_pdf(&pdf) {
        Ok(facts) if facts.pages == document.page_count() => {}
        other => {
            return Err(format!(
                "{} pages were laid out, the PDF has {other:?}",
                document.page_count()
            ));
        }
    }
    // Everything that the document says stands on its pages, and the Word file says the same in the same order.
    let said = words(&document);
    let drawn: String = document
        .to_string()
        .lines()
        .filter(|line| !line.ends_with("\" (decoration)"))
        .filter_map(|line| {
            line.split_once('"')?
                .1
                .rsplit_once('"')
                .map(|(text, _)| text.to_owned())
        })
        .collect();
    let edged = case.layout.contains("<header") || case.layout.contains("<footer");
    if !edged && letters(&drawn) != letters(&said.concat()) {
        return Err("the pages show other letters than the document has".to_owned());
    }
    let file = to_docx(&document).map_err(|error| error.to_string())?;
    let word = docx::words(&file, "word/document.xml");
    let same = if edged {
        said.windows(word.len().max(1)).any(|window| window == word) || word.is_empty()
    } else {
        word == said
    };
    if !same {
        let at = said
            .iter()
            .zip(&word)
            .take_while(|(one, other)| one == other)
            .count();
        return Err(format!(
            "the Word file has other words than the document, from word {at} on: {:?}, not {:?}",
            word.iter().skip(at).take(4).collect::<Vec<_>>(),
            said.iter().skip(at).take(4).collect::<Vec<_>>(),
        ));
    }
    if document
        .places()
        .iter()
        .any(|place| !(place.x.is_finite() && place.width >= 0.0))
    {
        return Err("an answer without a place".to_owned());
    }
    Ok("papers")
}

fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    letters.sort_unstable();
    letters
}
