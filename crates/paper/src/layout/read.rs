//! From tags to the typed layout; every element of the language is named here.

use super::attributes::Attributes;
use super::compose;
use super::expr::{Flaw, Text};
use super::markup::{self, Element, Node};
use super::paths::unknown_note;
use super::tables::checked;
use super::{
    Align, BlockNode, CodeKind, Dots, InlineNode, Layout, ParagraphStyle, Parts, Rule, Sheet, Type,
};

pub(super) fn layout(file: &str, source: &str) -> Result<Layout, Flaw> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let root = markup::root(source)?;
    if root.tag != "paper" {
        return Err(Flaw::new(
            root.line,
            format!("a layout begins with <paper>, not with <{}>", root.tag),
        ));
    }
    let mut attributes = Attributes::of(&root);
    let title = attributes.text_or_blank("title")?;
    let sheet = sheet(&mut attributes, root.line)?;
    attributes.finish()?;
    let reader = Reader { size: sheet.size };
    let mut parts = Parts::default();
    let mut body = Vec::new();
    for node in root.children {
        match node {
            Node::Element(e) if e.tag == "header" || e.tag == "footer" => {
                Attributes::of(&e).finish()?;
                let blocks = Reader { size: 10.0 }.blocks(&e.children, Align::Left)?;
                if e.tag == "header" {
                    parts.header.extend(blocks);
                } else {
                    parts.footer.extend(blocks);
                }
            }
            other => body.push(other),
        }
    }
    parts.body = reader.blocks(&body, Align::Justify)?;
    let layout = Layout::assemble(file, title, sheet, parts);
    match unknown_note(&layout) {
        Some((name, line)) => Err(Flaw::new(
            line,
            format!("<note ref=\"{name}\"/> points at no earlier <note id=\"{name}\">"),
        )),
        None => Ok(layout),
    }
}

fn sheet(attributes: &mut Attributes<'_>, line: usize) -> Result<Sheet, Flaw> {
    let page = attributes.text_or_blank("page")?;
    let name = match page.pieces.first() {
        Some(super::TextPiece::Literal(name)) => name.trim().to_ascii_lowercase(),
        Some(super::TextPiece::Placeholder(_)) => String::from("?"),
        None => String::from("a4"),
    };
    let (width, height) = match name.as_str() {
        "a4" => (210.0, 297.0),
        "a4 landscape" => (297.0, 210.0),
        "a5" => (148.0, 210.0),
        "a5 landscape" => (210.0, 148.0),
        _ => {
            return Err(Flaw::new(
                line,
                "page must be A4, A4 landscape, A5 or A5 landscape",
            ));
        }
    };
    let (top, right, bottom, left) = match attributes.lengths("margins")?.as_slice() {
        [] => (20.0, 20.0, 20.0, 30.0),
        [all] => (*all, *all, *all, *all),
        [top, right, bottom, left] => (*top, *right, *bottom, *left),
        _ => {
            return Err(Flaw::new(
                line,
                "margins takes one length, or four: top right bottom left",
            ));
        }
    };
    if left + right > width - 40.0 || top + bottom > height - 40.0 {
        return Err(Flaw::new(
            line,
            "the margins leave less than 40mm to print on",
        ));
    }
    let size = attributes.points("size", 13.0)?;
    let page_numbers = attributes.yes("page-numbers", true)?;
    let copies = attributes.count("copies", 1)?;
    if !(1..=MOST_COPIES).contains(&copies) {
        return Err(Flaw::new(
            line,
            format!("copies must be 1 to {MOST_COPIES}"),
        ));
    }
    Ok(Sheet {
        width,
        height,
        top,
        right,
        bottom,
        left,
        size,
        page_numbers,
        copies,
    })
}

/// The most copies (*liên*) of one paper.
const MOST_COPIES: usize = 4;
/// The most boxes in a row.
const MOST_BOXES: usize = 40;

/// Reads blocks and inlines at one type size.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub(super) size: f32,
}

const BLOCK_TAGS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "line",
    "boxes",
    "table",
    "columns",
    "if",
    "repeat",
    "national-title",
    "place-date",
    "signature",
    "signatures",
    "page-break",
    "qr",
    "code128",
    "notes",
    "rule",
    "space",
];
const INLINE_TAGS: &[&str] = &[
    "b", "i", "sup", "br", "field", "check", "dots", "note", "if",
];

impl Reader {
    pub(super) fn blocks(self, nodes: &[Node], align: Align) -> Result<Vec<BlockNode>, Flaw> {
        let mut blocks = Vec::new();
        let mut loose = Vec::new();
        for node in nodes {
            match node {
                Node::Element(e) if BLOCK_TAGS.contains(&e.tag.as_str()) => {
                    self.close_paragraph(&mut loose, align, &mut blocks)?;
                    self.block(e, align, &mut blocks)?;
                }
                Node::Element(e) if !INLINE_TAGS.contains(&e.tag.as_str()) => {
                    return Err(unknown(e, BLOCK_TAGS));
                }
                other => loose.push(other),
            }
        }
        self.close_paragraph(&mut loose, align, &mut blocks)?;
        Ok(blocks)
    }

    /// Text that stands outside of any block is a paragraph of its own.
    fn close_paragraph(
        self,
        loose: &mut Vec<&Node>,
        align: Align,
        out: &mut Vec<BlockNode>,
    ) -> Result<(), Flaw> {
        let nodes = std::mem::take(loose);
        let blank = nodes
            .iter()
            .all(|n| matches!(n, Node::Text { text, .. } if text.trim().is_empty()));
        if !blank {
            let mut inlines = Vec::new();
            for node in nodes {
                self.inline(node, &mut inlines)?;
            }
            let style = ParagraphStyle {
                align,
                ..compose::body(self.size)
            };
            out.push(BlockNode::Paragraph {
                style,
                face: Type::default(),
                inlines,
            });
        }
        Ok(())
    }

    fn block(self, e: &Element, align: Align, out: &mut Vec<BlockNode>) -> Result<(), Flaw> {
        let mut a = Attributes::of(e);
        match e.tag.as_str() {
            "p" => out.push(self.paragraph(
                e,
                &mut a,
                ParagraphStyle {
                    align,
                    ..compose::body(self.size)
                },
                Type::default(),
            )?),
            "h1" => {
                out.push(self.paragraph(e, &mut a, compose::heading1(self.size), compose::BOLD)?)
            }
            "h2" => {
                out.push(self.paragraph(e, &mut a, compose::heading2(self.size), compose::BOLD)?)
            }
            "line" => out.push(self.line(e, &mut a)?),
            "boxes" => out.push(self.boxes(e, &mut a)?),
            "table" => out.push(BlockNode::Table(self.table(e, &mut a)?)),
            "columns" => out.push(BlockNode::Table(self.columns(e, &mut a)?)),
            "if" => {
                let test = a.expression("test")?;
                let (then, otherwise) = branches(e);
                out.push(BlockNode::If {
                    test,
                    then: self.blocks(then, align)?,
                    otherwise: self.blocks(otherwise, align)?,
                });
            }
            "repeat" => {
                let (path, name) = (a.path("path")?, a.name("as", "row")?);
                out.push(BlockNode::Repeat {
                    path,
                    name,
                    body: self.blocks(&e.children, align)?,
                });
            }
            "national-title" => {
                empty(e)?;
                out.extend(compose::national_title(a.points("size", self.size)?));
            }
            "place-date" => {
                empty(e)?;
                let label = a.text_or_blank("label")?;
                let (place, date) = (a.text_or_blank("place")?, a.text_or_blank("date")?);
                let style = ParagraphStyle {
                    align: a.align(Align::Right)?,
                    ..compose::place_date(self.size)
                };
                out.push(BlockNode::Paragraph {
                    style,
                    face: Type {
                        italic: true,
                        ..Type::default()
                    },
                    inlines: vec![InlineNode::PlaceDate { label, place, date }],
                });
            }
            "signature" => {
                keep_last(out);
                let signed = self.signature(e, &mut a)?;
                out.push(BlockNode::Table(compose::beside(
                    vec![Vec::new(), signed],
                    vec![45.0, 55.0],
                    e.line,
                )));
            }
            "signatures" => {
                keep_last(out);
                let widths = a.lengths("widths")?;
                let mut cells = Vec::new();
                for child in elements(e)? {
                    match child.tag.as_str() {
                        "signature" => {
                            let mut a = Attributes::of(child);
                            cells.push(self.signature(child, &mut a)?);
                            a.finish()?;
                        }
                        "column" => {
                            Attributes::of(child).finish()?;
                            cells.push(self.blocks(&child.children, Align::Left)?);
                        }
                        _ => return Err(unknown(child, &["signature", "column"])),
                    }
                }
                out.push(BlockNode::Table(checked(compose::beside(
                    cells, widths, e.line,
                ))?));
            }
            "page-break" => {
                empty(e)?;
                out.push(BlockNode::PageBreak);
            }
            "qr" => {
                empty(e)?;
                let size = a.length("size", 25.0)?.clamp(10.0, 100.0);
                out.push(code(e, &mut a, CodeKind::Qr, (size, size))?);
            }
            "code128" => {
                empty(e)?;
                let width = a.length("width", 60.0)?.clamp(20.0, 250.0);
                let height = a.length("height", 10.0)?.clamp(5.0, 50.0);
                out.push(code(e, &mut a, CodeKind::Code128, (width, height))?);
            }
            "notes" => {
                empty(e)?;
                out.push(BlockNode::Notes {
                    size: a.points("size", 11.0)?,
                });
            }
            "rule" => {
                empty(e)?;
                let rule = Rule::Wide(a.length("width", 40.0)?);
                let style = ParagraphStyle {
                    rule: Some(rule),
                    after: 1.0,
                    ..compose::space(0.8)
                };
                out.push(BlockNode::Paragraph {
                    style,
                    face: Type::default(),
                    inlines: Vec::new(),
                });
            }
            "space" => {
                empty(e)?;
                let style = compose::space(a.length("height", 4.0)?);
                out.push(BlockNode::Paragraph {
                    style,
                    face: Type::default(),
                    inlines: Vec::new(),
                });
            }
            _ => return Err(unknown(e, BLOCK_TAGS)),
        }
        a.finish()
    }

    fn paragraph(
        self,
        e: &Element,
        a: &mut Attributes<'_>,
        base: ParagraphStyle,
        face: Type,
    ) -> Result<BlockNode, Flaw> {
        let style = ParagraphStyle {
            align: a.align(base.align)?,
            first: a.length("indent", base.first)?,
            left: a.length("left", base.left)?,
            before: a.length("before", base.before)?,
            after: a.length("after", base.after)?,
            size: a.points("size", base.size)?,
            keep_next: a.yes("keep", base.keep_next)?,
            ..base
        };
        Ok(BlockNode::Paragraph {
            style,
            face,
            inlines: self.inlines(&e.children)?,
        })
    }

    /// `<line label path>`: a label, the answer, and dots to the right margin.
    fn line(self, e: &Element, a: &mut Attributes<'_>) -> Result<BlockNode, Flaw> {
        let label = a.text_or_blank("label")?;
        let path = a.optional_path("path")?;
        let base = compose::line(self.size);
        let style = ParagraphStyle {
            left: a.length("left", base.left)?,
            first: a.length("indent", base.first)?,
            size: a.points("size", base.size)?,
            before: a.length("before", base.before)?,
            after: a.length("after", base.after)?,
            min_lines: a.count("lines", 1)?.max(1),
            ..base
        };
        let dots = a.dots()?.unwrap_or(Dots::Fill);
        let mut inlines = self.labelled(label, e)?;
        inlines.push(match path {
            Some(path) => InlineNode::Field {
                path,
                dots: Some(dots),
            },
            None => InlineNode::Dots(dots),
        });
        Ok(BlockNode::Paragraph {
            style,
            face: Type::default(),
            inlines,
        })
    }

    /// `<boxes label path count>`: a label and the answer, a box for each of its characters.
    fn boxes(self, e: &Element, a: &mut Attributes<'_>) -> Result<BlockNode, Flaw> {
        let label = a.text_or_blank("label")?;
        let path = a.path("path")?;
        let count = a.count("count", 12)?;
        if !(1..=MOST_BOXES).contains(&count) {
            let message = format!("count must be 1 to {MOST_BOXES}");
            return Err(Flaw::new(e.line, message));
        }
        let width = a.length("box", 5.0)?.clamp(3.0, 12.0);
        let base = compose::line(self.size);
        let style = ParagraphStyle {
            left: a.length("left", base.left)?,
            first: a.length("indent", base.first)?,
            size: a.points("size", base.size)?,
            before: a.length("before", base.before)?,
            after: a.length("after", base.after)?,
            ..base
        };
        let mut inlines = self.labelled(label, e)?;
        inlines.push(InlineNode::Boxes { path, count, width });
        Ok(BlockNode::Paragraph {
            style,
            face: Type::default(),
            inlines,
        })
    }

    /// A label with the notes that its element holds, and the space before what follows.
    fn labelled(self, label: Text, e: &Element) -> Result<Vec<InlineNode>, Flaw> {
        let notes = self.inlines(&e.children)?;
        if label.pieces.is_empty() {
            return Ok(notes);
        }
        let mut inlines = vec![InlineNode::Text(label)];
        inlines.extend(notes);
        inlines.push(InlineNode::Text(Text::literal(" ", e.line)));
        Ok(inlines)
    }

    fn signature(self, e: &Element, a: &mut Attributes<'_>) -> Result<Vec<BlockNode>, Flaw> {
        empty(e)?;
        let (title, note, name) = (a.text_or_blank("title")?, a.text("note")?, a.text("name")?);
        let room = a.length("space", 22.0)?;
        Ok(compose::signature(self.size, title, note, name, room))
    }

    fn inlines(self, nodes: &[Node]) -> Result<Vec<InlineNode>, Flaw> {
        let mut out = Vec::new();
        for node in nodes {
            self.inline(node, &mut out)?;
        }
        Ok(out)
    }

    fn inline(self, node: &Node, out: &mut Vec<InlineNode>) -> Result<(), Flaw> {
        let e = match node {
            Node::Text { text, line } => {
                out.push(InlineNode::Text(Text::parse(text, *line)?));
                return Ok(());
            }
            Node::Element(e) => e,
        };
        let mut a = Attributes::of(e);
        let styled = |face: Type| -> Result<InlineNode, Flaw> {
            Ok(InlineNode::Styled {
                face,
                inlines: self.inlines(&e.children)?,
            })
        };
        let inline = match e.tag.as_str() {
            "b" => styled(compose::BOLD)?,
            "i" => styled(Type {
                italic: true,
                ..Type::default()
            })?,
            "sup" => styled(Type {
                raised: true,
                ..Type::default()
            })?,
            "br" => InlineNode::Break,
            "field" => {
                empty(e)?;
                InlineNode::Field {
                    path: a.path("path")?,
                    dots: a.dots()?,
                }
            }
            "dots" => {
                empty(e)?;
                let width = a.length("width", 0.0)?;
                InlineNode::Dots(if width > 0.0 {
                    Dots::Wide(width)
                } else {
                    Dots::Fill
                })
            }
            "check" => {
                empty(e)?;
                InlineNode::Check {
                    path: a.path("path")?,
                    value: a.text("value")?,
                    label: a.text_or_blank("label")?,
                }
            }
            "note" => match a.optional_name("ref")? {
                Some(name) => {
                    empty(e)?;
                    InlineNode::NoteAgain { name, line: e.line }
                }
                None => InlineNode::Note {
                    name: a.optional_name("id")?,
                    inlines: self.inlines(&e.children)?,
                },
            },
            "if" => {
                let test = a.expression("test")?;
                let (then, otherwise) = branches(e);
                InlineNode::If {
                    test,
                    then: self.inlines(then)?,
                    otherwise: self.inlines(otherwise)?,
                }
            }
            tag if BLOCK_TAGS.contains(&tag) => {
                return Err(Flaw::new(
                    e.line,
                    format!("<{tag}> can't stand inside a line of text"),
                ));
            }
            _ => return Err(unknown(e, INLINE_TAGS)),
        };
        a.finish()?;
        out.push(inline);
        Ok(())
    }
}

/// A code for scanners; `width` and `height` are those of the layout or the usual ones.
fn code(
    e: &Element,
    a: &mut Attributes<'_>,
    kind: CodeKind,
    (width, height): (f32, f32),
) -> Result<BlockNode, Flaw> {
    let data = a
        .text("data")?
        .ok_or_else(|| Flaw::new(e.line, format!("<{}> needs data=\"…\"", e.tag)))?;
    Ok(BlockNode::Code {
        kind,
        data,
        width,
        height,
        align: a.align(Align::Left)?,
    })
}

/// A signature never stands on a page without what is signed.
fn keep_last(blocks: &mut [BlockNode]) {
    if let Some(BlockNode::Paragraph { style, .. }) = blocks.last_mut() {
        style.keep_next = true;
    }
}

/// The children of `<if>` before and after `<else/>`.
pub(super) fn branches(e: &Element) -> (&[Node], &[Node]) {
    let at = e
        .children
        .iter()
        .position(|n| matches!(n, Node::Element(c) if c.tag == "else"));
    match at {
        Some(at) => (
            e.children.get(..at).unwrap_or_default(),
            e.children.get(at + 1..).unwrap_or_default(),
        ),
        None => (&e.children, &[]),
    }
}

pub(super) fn elements(e: &Element) -> Result<Vec<&Element>, Flaw> {
    elements_of(&e.children)
}

pub(super) fn elements_of(nodes: &[Node]) -> Result<Vec<&Element>, Flaw> {
    let mut out = Vec::new();
    for node in nodes {
        match node {
            Node::Element(e) => out.push(e),
            Node::Text { text, .. } if text.trim().is_empty() => {}
            Node::Text { line, .. } => {
                return Err(Flaw::new(
                    *line,
                    "text between cells or columns: put it inside one",
                ));
            }
        }
    }
    Ok(out)
}

fn empty(e: &Element) -> Result<(), Flaw> {
    let blank = e
        .children
        .iter()
        .all(|n| matches!(n, Node::Text { text, .. } if text.trim().is_empty()));
    if blank {
        Ok(())
    } else {
        Err(Flaw::new(
            e.line,
            format!("<{}/> holds nothing: close it with />", e.tag),
        ))
    }
}

pub(super) fn unknown(e: &Element, allowed: &[&str]) -> Flaw {
    Flaw::new(
        e.line,
        format!(
            "<{}> is not known here; allowed: {}",
            e.tag,
            allowed.join(", ")
        ),
    )
}
