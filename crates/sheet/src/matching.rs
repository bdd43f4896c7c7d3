//! Which column answers which question.

use serde::{Deserialize, Serialize};

use crate::fields::{Field, Fields, pattern, row_of};
use crate::text::plain;
use crate::{Cell, CellKind, Row};

/// Where the headings of a sheet stand, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The line of the headings; rows begin below it.
    pub line: u32,
    /// One a column; empty where there is none.
    pub columns: Vec<String>,
}

/// A question that a column may answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The concrete path.
    pub path: String,
    /// The heading says so; otherwise it is a guess that the person should look at.
    pub sure: bool,
}

/// Rows among which the headings are looked for.
pub const HEADING_WITHIN: usize = 20;
/// Rows of a list that columns may name.
const MOST_ROWS: usize = 100;
/// A guess below this is none.
const LEAST: u32 = 50;
/// From here on it is none any more.
const SURE: u32 = 70;

impl Fields {
    /// Finds the headings among the first rows: the line whose words match most questions, also together with the line of group headings above it.
    #[must_use]
    pub fn find_heading(&self, rows: &[Row]) -> Option<Heading> {
        let mut best: Option<(usize, Heading)> = None;
        for (at, row) in rows.iter().enumerate().take(HEADING_WITHIN) {
            let above = at.checked_sub(1).and_then(|above| rows.get(above));
            for columns in [Some(words(row)), above.map(|above| joined(above, row))]
                .into_iter()
                .flatten()
            {
                let sure = self.match_columns(&columns);
                let count = sure.iter().flatten().filter(|found| found.sure).count();
                if best.as_ref().is_none_or(|(most, _)| count > *most) {
                    let line = row.line;
                    best = Some((count, Heading { line, columns }));
                }
            }
        }
        best.filter(|(count, _)| *count > 0)
            .map(|(_, heading)| heading)
            .or_else(|| {
                rows.iter()
                    .take(HEADING_WITHIN)
                    .find(|row| row.cells.iter().filter(|cell| !cell.is_empty()).count() > 1)
                    .or(rows.first())
                    .map(|row| Heading {
                        line: row.line,
                        columns: words(row),
                    })
            })
    }

    /// The headings in a line that the person chose, with the group headings above them if those help.
    #[must_use]
    pub fn heading_at(&self, rows: &[Row], line: u32) -> Option<Heading> {
        let at = rows.iter().position(|row| row.line == line)?;
        let row = rows.get(at)?;
        let alone = words(row);
        let above = at.checked_sub(1).and_then(|above| rows.get(above));
        let sure = |columns: &[String]| {
            let found = self.match_columns(columns);
            found.iter().flatten().filter(|found| found.sure).count()
        };
        let columns = match above.map(|above| joined(above, row)) {
            Some(both) if sure(&both) > sure(&alone) => both,
            _ => alone,
        };
        Some(Heading { line, columns })
    }

    /// Which question each column answers; no question twice.
    #[must_use]
    pub fn match_columns(&self, columns: &[String]) -> Vec<Option<Match>> {
        let asked: Vec<Asked> = self.list.iter().map(Asked::of).collect();
        let mut scored: Vec<(u32, usize, usize, Option<usize>)> = Vec::new();
        for (column, heading) in columns.iter().enumerate() {
            let said = Heard::of(heading);
            if said.plain.is_empty() {
                continue;
            }
            for (at, field) in asked.iter().enumerate() {
                if let Some((score, row)) = said.score(field) {
                    scored.push((score, column, at, row));
                }
            }
        }
        // The best first; of equals the first column takes the first question.
        scored.sort_by_key(|(score, column, at, _)| (std::cmp::Reverse(*score), *column, *at));
        let mut found: Vec<Option<Match>> = vec![None; columns.len()];
        let mut taken: Vec<(usize, Option<usize>)> = Vec::new();
        for (score, column, at, row) in &scored {
            if found.get(*column).is_none_or(Option::is_some) || taken.contains(&(*at, *row)) {
                continue;
            }
            // Another question that is still free fits as well.
            let doubtful = scored.iter().any(|(other, of, question, place)| {
                other == score
                    && of == column
                    && question != at
                    && !taken.contains(&(*question, *place))
            });
            let Some(field) = self.list.get(*at) else {
                continue;
            };
            taken.push((*at, *row));
            if let Some(place) = found.get_mut(*column) {
                *place = Some(Match {
                    path: row.map_or_else(|| field.path.clone(), |row| field.path_in(row)),
                    sure: *score >= SURE && !doubtful,
                });
            }
        }
        found
    }

    /// What was remembered of another time, as far as the form still asks it.
    #[must_use]
    pub fn known(&self, path: &str) -> bool {
        self.at(path).is_some_and(|field| {
            field.path.contains("[]") == path.contains('[')
                && row_of(path).is_none_or(|row| row < MOST_ROWS)
                && !path.contains("[]")
        })
    }
}

fn words(row: &Row) -> Vec<String> {
    row.cells.iter().map(|cell| cell.text.clone()).collect()
}

/// Headings below headings: `Người yêu cầu` over `Họ tên`.
fn joined(above: &Row, row: &Row) -> Vec<String> {
    let empty = Cell::default();
    row.cells
        .iter()
        .enumerate()
        .map(|(at, cell)| {
            let group = above.cells.get(at).unwrap_or(&empty);
            match (group.text.as_str(), cell.text.as_str()) {
                ("", own) => own.to_owned(),
                (group, "") => group.to_owned(),
                // Merged downwards: the same words twice.
                (group, own) if group == own && cell.kind == CellKind::Merged => own.to_owned(),
                (group, own) => format!("{group} › {own}"),
            }
        })
        .collect()
}

/// A question's names.
struct Asked<'a> {
    field: &'a Field,
    path: String,
    whole: String,
    label: String,
    near: Vec<String>,
    label_words: Vec<String>,
    all_words: Vec<String>,
}

impl<'a> Asked<'a> {
    fn of(field: &'a Field) -> Self {
        let path = plain(&field.path.replace("[]", ""));
        let label = usual(&without_brackets(&field.label));
        let groups: Vec<String> = field.groups.iter().map(|group| usual(group)).collect();
        let mut whole = groups.clone();
        whole.push(label.clone());
        let near = groups
            .iter()
            .flat_map(|group| [format!("{group} {label}"), format!("{label} {group}")])
            .collect();
        let key = field.path.rsplit('.').next().unwrap_or_default();
        let label_words = split(&label);
        let mut all_words = split(&whole.join(" "));
        all_words.extend(split(&path));
        Self {
            path,
            whole: whole.join(" "),
            near,
            label_words,
            all_words,
            label: if label.is_empty() { plain(key) } else { label },
            field,
        }
    }
}

/// A heading as it is compared.
struct Heard {
    raw: String,
    plain: String,
    usual: String,
    words: Vec<String>,
    /// A number in it, and the rest: the row of a list.
    row: Option<(usize, String, String)>,
}

impl Heard {
    fn of(heading: &str) -> Self {
        let raw = heading.trim().trim_end_matches(['*', ' ']).to_owned();
        let plain = plain(&without_brackets(&raw));
        let usual = usual(&raw);
        let numbered: Vec<&str> = plain.split(' ').collect();
        let row = numbered
            .iter()
            .position(|word| {
                word.parse::<usize>()
                    .is_ok_and(|row| (1..=MOST_ROWS).contains(&row))
            })
            .and_then(|at| {
                let row = numbered.get(at)?.parse::<usize>().ok()?;
                let mut rest = numbered.clone();
                rest.remove(at);
                let rest = rest.join(" ");
                Some((row - 1, rest.clone(), crate::matching::usual(&rest)))
            });
        Self {
            words: split(&usual),
            raw,
            plain,
            usual,
            row,
        }
    }

    /// How well the heading names a question, and in which row of its list.
    fn score(&self, asked: &Asked<'_>) -> Option<(u32, Option<usize>)> {
        let listed = asked.field.list.is_some();
        if pattern(&self.raw) == asked.field.path {
            return match (listed, row_of(&self.raw)) {
                (false, _) => Some((100, None)),
                (true, row) => Some((100, Some(row.unwrap_or(0)))),
            };
        }
        if listed {
            return match &self.row {
                Some((row, plain, usual)) => {
                    let score = closeness(plain, usual, &split(usual), asked)?;
                    Some((score, Some(*row)))
                }
                // Without a number it is the first of them, if that is said at all clearly.
                None => closeness(&self.plain, &self.usual, &self.words, asked)
                    .filter(|score| *score > SURE)
                    .map(|score| (score - 1, Some(0))),
            };
        }
        // Numbered headings: `3. Họ tên`.
        let unnumbered = self.row.as_ref().and_then(|(_, plain, usual)| {
            self.plain
                .starts_with(|sign: char| sign.is_ascii_digit())
                .then(|| closeness(plain, usual, &split(usual), asked))?
        });
        closeness(&self.plain, &self.usual, &self.words, asked)
            .max(unnumbered)
            .map(|score| (score, None))
    }
}

fn closeness(plain: &str, usual: &str, words: &[String], asked: &Asked<'_>) -> Option<u32> {
    if plain.is_empty() {
        return None;
    }
    if plain == asked.path || usual == asked.whole {
        return Some(100);
    }
    if asked.near.iter().any(|near| near == usual) {
        return Some(90);
    }
    if usual == asked.label || plain == asked.label {
        // Said without its group, it may be another's.
        return Some(if asked.field.groups.len() > 1 { 75 } else { 80 });
    }
    let has = |list: &[String], word: &String| list.contains(word);
    let says_label = asked.label_words.iter().all(|word| has(words, word));
    let only_groups = words.iter().all(|word| has(&asked.all_words, word));
    if says_label && only_groups && !asked.label_words.is_empty() {
        return Some(85);
    }
    let common = words
        .iter()
        .filter(|word| has(&asked.all_words, word))
        .count();
    let of_label = asked
        .label_words
        .iter()
        .filter(|word| has(words, word))
        .count();
    let dice = 200 * of_label / (words.len() + asked.label_words.len()).max(1);
    let covered = 100 * common / words.len().max(1);
    let score = u32::try_from((dice + covered) / 2)
        .unwrap_or(0)
        .min(SURE - 1);
    (score > LEAST && of_label > 0).then_some(score)
}

/// Words that say the same thing in headings; all without marks.
const USUAL: [(&str, &str); 40] = [
    ("ho chu dem va ten", "ho ten"),
    ("ho chu dem ten", "ho ten"),
    ("ho ten dem", "ho ten"),
    ("ho va ten", "ho ten"),
    ("ten day du", "ho ten"),
    ("full name", "ho ten"),
    ("ngay thang nam sinh", "ngay sinh"),
    ("ngay thang nam cap", "ngay cap"),
    ("sinh ngay", "ngay sinh"),
    ("date of birth", "ngay sinh"),
    ("dob", "ngay sinh"),
    ("so the can cuoc cong dan", "so dinh danh"),
    ("so can cuoc cong dan", "so dinh danh"),
    ("so dinh danh ca nhan", "so dinh danh"),
    ("so dinh danh cong dan", "so dinh danh"),
    ("ma dinh danh", "so dinh danh"),
    ("so the can cuoc", "so dinh danh"),
    ("so can cuoc", "so dinh danh"),
    ("so cccd cmnd", "so dinh danh"),
    ("so cccd", "so dinh danh"),
    ("cccd cmnd", "so dinh danh"),
    ("cmnd cccd", "so dinh danh"),
    ("cccd", "so dinh danh"),
    ("so dien thoai di dong", "so dien thoai"),
    ("so dt", "so dien thoai"),
    ("sdt", "so dien thoai"),
    ("dt", "so dien thoai"),
    ("phone", "so dien thoai"),
    ("thu dien tu", "email"),
    ("e mail", "email"),
    ("mst", "ma so thue"),
    ("phai", "gioi tinh"),
    ("nam nu", "gioi tinh"),
    ("tinh thanh pho", "tinh"),
    ("tinh thanh", "tinh"),
    ("tinh tp", "tinh"),
    ("xa phuong dac khu", "xa"),
    ("xa phuong thi tran", "xa"),
    ("phuong xa", "xa"),
    ("xa phuong", "xa"),
];

/// Words as everybody says them.
fn usual(text: &str) -> String {
    let mut said = format!(" {} ", plain(&without_brackets(text)));
    for (long, short) in USUAL {
        let (from, to) = (format!(" {long} "), format!(" {short} "));
        if said.contains(&from) {
            said = said.replace(&from, &to);
        }
    }
    said.trim().to_owned()
}

/// `Ngày sinh (ngày/tháng/năm)` without what stands in brackets, unless nothing else would stand there.
fn without_brackets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for sign in text.chars() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(sign),
            _ => {}
        }
    }
    if plain(&out).is_empty() {
        text.to_owned()
    } else {
        out
    }
}

fn split(text: &str) -> Vec<String> {
    text.split(' ')
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}
