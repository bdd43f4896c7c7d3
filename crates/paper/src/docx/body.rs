//! Blocks as Word's paragraphs and tables.

use crate::flow::{Inline, Shows};
use crate::layout::{Align, Role, Type};
use crate::set::{AFTER_TABLE, Boxes, SetBlock, SetParagraph, SetTable, frame, mm};

use super::paragraph::{Line, Shape, Spacing, run_properties};
use super::picture::Picture;
use super::xml::Xml;
use super::{styles, twips};

/// Writes blocks one after the other.
pub(super) struct Writer<'p> {
    xml: Xml,
    size: f32,
    /// Pictures of the whole file; parts share them.
    pictures: &'p mut Vec<Picture>,
    /// Content controls are counted within a part.
    controls: usize,
    break_before: bool,
    last: Last,
}

/// What was written last in this body or cell.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    Nothing,
    Paragraph,
    Table,
}

/// The longest tag that Word takes.
const LONGEST_TAG: usize = 64;

impl<'p> Writer<'p> {
    pub(super) fn new(xml: Xml, size: f32, pictures: &'p mut Vec<Picture>) -> Writer<'p> {
        Writer {
            xml,
            size,
            pictures,
            controls: 0,
            break_before: false,
            last: Last::Nothing,
        }
    }

    pub(super) fn finish(self) -> Xml {
        self.xml
    }

    pub(super) fn blocks(&mut self, blocks: &[SetBlock]) {
        for block in blocks {
            match block {
                SetBlock::Paragraph(paragraph) => self.paragraph(paragraph),
                SetBlock::Table(table) => {
                    self.part_from_table();
                    self.table(table);
                    if table.borders {
                        self.room(AFTER_TABLE);
                    }
                }
                SetBlock::PageBreak => {
                    if self.break_before {
                        self.gap();
                    }
                    self.break_before = true;
                }
                SetBlock::Code(code) => {
                    let shape = Shape {
                        spacing: Some(Spacing {
                            before: 0,
                            after: 60,
                            line: Some(Line::Single),
                        }),
                        align: Some(code.align),
                        ..Shape::default()
                    };
                    self.open(shape);
                    let picture = Picture::of(code);
                    picture.write(self.pictures.len() + 1, &mut self.xml);
                    self.pictures.push(picture);
                    self.close();
                }
            }
        }
        if self.break_before || self.last == Last::Table {
            self.gap();
        }
    }

    fn open(&mut self, mut shape: Shape) {
        shape.break_before |= std::mem::take(&mut self.break_before);
        self.xml.raw("<w:p>");
        shape.write(&mut self.xml);
        self.last = Last::Paragraph;
    }

    fn close(&mut self) {
        self.xml.raw("</w:p>");
    }

    fn empty(&mut self, shape: Shape) {
        self.open(shape);
        self.close();
    }

    /// A paragraph that takes no room to speak of.
    fn gap(&mut self) {
        self.empty(Shape::of(Role::Space));
    }

    /// A paragraph that is nothing but room.
    fn room(&mut self, points: f32) {
        self.empty(Shape {
            spacing: Some(Spacing {
                before: 0,
                after: 0,
                line: Some(Line::Exact(twips(points).max(1))),
            }),
            ..Shape::of(Role::Space)
        });
    }

    /// Two tables without a paragraph between them become one, and a page can't break before a table.
    fn part_from_table(&mut self) {
        if self.break_before || self.last == Last::Table {
            self.gap();
        }
    }

    fn paragraph(&mut self, set: &SetParagraph) {
        let style = set.paragraph.style;
        if let Some(at) = set.boxes {
            self.boxes(set, at);
        } else if style.role == Role::Space {
            if style.before > 0.0 {
                self.room(mm(style.before));
            }
        } else {
            self.text(set, None);
        }
        if let Some(width) = set.rule {
            let side = twips(((set.width - width) / 2.0).max(0.0));
            self.empty(Shape {
                keep_next: style.keep_next.then_some(true),
                ruled: true,
                spacing: Some(Spacing {
                    before: 0,
                    after: twips(mm(style.after)),
                    line: Some(Line::Exact(40)),
                }),
                indent: Some((side, side, 0)),
                ..Shape::of(Role::Space)
            });
        }
    }

    /// A row of bordered cells, after a cell with the label if that leaves room for it.
    fn boxes(&mut self, set: &SetParagraph, at: Boxes) {
        let style = set.paragraph.style;
        let Some((text, count)) = set
            .paragraph
            .inlines
            .iter()
            .find_map(|inline| match inline {
                Inline::Boxes { text, count, .. } => Some((text, *count)),
                _ => None,
            })
        else {
            return;
        };
        let mut label = set.clone();
        label
            .paragraph
            .inlines
            .retain(|inline| !matches!(inline, Inline::Boxes { .. }));
        label.paragraph.style.after = 0.0;
        let pitch = twips(at.pitch).max(1);
        let mut grid = Vec::new();
        let mut indent = 0;
        if at.beside {
            label.paragraph.style.before = 0.0;
            if style.before > 0.0 {
                self.room(mm(style.before));
            }
            grid.push(twips(at.x).max(1));
        } else {
            if !label.paragraph.inlines.is_empty() {
                self.text(&label, Some(true));
            }
            indent = twips(at.x);
        }
        self.part_from_table();
        grid.extend(std::iter::repeat_n(pitch, count));
        self.open_table(&grid, indent, (0, 0), false, text);
        let (above, below) = frame(style.size);
        let height = twips(above + below);
        self.xml.markup(format_args!(
            r#"<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="exact"/></w:trPr>"#
        ));
        if at.beside {
            self.xml.markup(format_args!(
                r#"<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>"#,
                twips(at.x).max(1)
            ));
            self.text(&label, None);
            self.xml.raw("</w:tc>");
        }
        let usual = styles::of(style.role, self.size);
        let sized = (style.size != usual.size).then(|| styles::half_points(style.size));
        let mut characters = text.chars();
        for _ in 0..count {
            self.xml.markup(format_args!(
                r#"<w:tc><w:tcPr><w:tcW w:w="{pitch}" w:type="dxa"/><w:tcBorders>"#
            ));
            for side in ["top", "left", "bottom", "right"] {
                self.xml.markup(format_args!(
                    r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>"#
                ));
            }
            self.xml
                .raw(r#"</w:tcBorders><w:vAlign w:val="center"/></w:tcPr>"#);
            self.open(Shape {
                spacing: Some(Spacing {
                    before: 0,
                    after: 0,
                    line: None,
                }),
                align: Some(Align::Centre),
                ..Shape::of(style.role)
            });
            if let Some(character) = characters.next() {
                let text = character.encode_utf8(&mut [0; 4]).to_owned();
                self.run(&text, Type::default(), (false, false), sized);
            }
            self.close();
            self.xml.raw("</w:tc>");
        }
        self.xml.raw("</w:tr></w:tbl>");
        self.last = Last::Table;
        self.room(mm(style.after));
    }

    /// A paragraph of text, dots and boxes to tick.
    fn text(&mut self, set: &SetParagraph, keep_next: Option<bool>) {
        let style = set.paragraph.style;
        let usual = styles::of(style.role, self.size);
        let mut shape = Shape::of(style.role);
        shape.align = (style.align != usual.align).then_some(style.align);
        let after = if set.rule.is_some() { 0.0 } else { style.after };
        if (style.before, after, style.size) != (usual.before, usual.after, usual.size) {
            let spaced = crate::layout::ParagraphStyle { after, ..style };
            shape.spacing = Some(styles::spacing(&spaced));
        }
        if (style.first, style.left) != (usual.first, usual.left) {
            shape.indent = Some((twips(mm(style.left)), 0, twips(mm(style.first))));
        }
        shape.keep_next =
            keep_next.or_else(|| (style.keep_next != usual.keep_next).then_some(style.keep_next));
        let mut stops: Vec<i32> = set
            .leaders
            .iter()
            .flatten()
            .map(|end| twips(*end))
            .collect();
        if set.blank_lines > 0 {
            stops.push(twips(set.width));
        }
        stops.sort_unstable();
        stops.dedup_by(|a, b| (*a - *b).abs() < 4);
        let margin = twips(set.width) - 4;
        shape.stops = stops
            .into_iter()
            .map(|stop| (stop, stop >= margin))
            .collect();
        self.open(shape);
        let sized = (style.size != usual.size).then(|| styles::half_points(style.size));
        let weight = styles::weight(style.role);
        let mut leaders = set.leaders.iter();
        let mut inside: &Shows = &None;
        let inlines = &set.paragraph.inlines;
        for (index, inline) in inlines.iter().enumerate() {
            // An answer goes on over its own line ends.
            let shown = match inline {
                Inline::Text { shows, .. } => shows,
                Inline::Break => match inlines.get(index + 1) {
                    Some(Inline::Text { shows, .. }) if shows == inside => shows,
                    _ => &None,
                },
                _ => &None,
            };
            if shown != inside {
                self.leave(inside);
                self.enter(shown);
                inside = shown;
            }
            match inline {
                Inline::Text { text, face, .. } => self.run(text, *face, weight, sized),
                Inline::Break => self.xml.raw("<w:r><w:br/></w:r>"),
                Inline::Dots { .. } => {
                    if leaders.next().is_some_and(Option::is_some) {
                        self.xml.raw("<w:r>");
                        run_properties(&mut self.xml, Type::default(), weight, sized);
                        self.xml.raw("<w:tab/></w:r>");
                    }
                }
                // They are a table of their own.
                Inline::Boxes { .. } => {}
                Inline::SignHere { .. } => {}
                Inline::Check { checked, .. } => {
                    // Wingdings' boxes: open, and crossed.
                    let sign = if *checked { "F0FD" } else { "F0A8" };
                    self.xml.raw("<w:r>");
                    run_properties(&mut self.xml, Type::default(), weight, sized);
                    self.xml.markup(format_args!(
                        r#"<w:sym w:font="Wingdings" w:char="{sign}"/></w:r>"#
                    ));
                }
            }
        }
        self.leave(inside);
        for _ in 0..set.blank_lines {
            self.xml.raw("<w:r><w:br/><w:tab/></w:r>");
        }
        self.close();
    }

    /// Begins the content control of an answer, tagged with its path; of several joined ones, with as many as a tag holds.
    fn enter(&mut self, shows: &Shows) {
        let Some(paths) = shows else { return };
        self.controls += 1;
        let mut tag = String::new();
        for path in paths.iter() {
            let longer = [tag.as_str(), path.as_str()].join(" ");
            if tag.is_empty() || longer.chars().count() <= LONGEST_TAG {
                tag = longer.trim_start().to_owned();
            }
        }
        // The end of a path tells more than its beginning.
        let cut = tag.chars().count().saturating_sub(LONGEST_TAG);
        let tag: String = tag.chars().skip(cut).collect();
        self.xml.raw("<w:sdt><w:sdtPr><w:tag w:val=\"");
        self.xml.text(&tag);
        self.xml.markup(format_args!(
            r#""/><w:id w:val="{}"/></w:sdtPr><w:sdtContent>"#,
            self.controls
        ));
    }

    fn leave(&mut self, shows: &Shows) {
        if shows.is_some() {
            self.xml.raw("</w:sdtContent></w:sdt>");
        }
    }

    fn run(&mut self, text: &str, face: Type, weight: (bool, bool), size: Option<i32>) {
        self.xml.raw("<w:r>");
        run_properties(&mut self.xml, face, weight, size);
        self.xml.raw(r#"<w:t xml:space="preserve">"#);
        self.xml.text(text);
        self.xml.raw("</w:t></w:r>");
    }

    fn table(&mut self, set: &SetTable) {
        let grid: Vec<i32> = set
            .columns
            .iter()
            .map(|width| twips(*width).max(1))
            .collect();
        let (side, top) = set.padding;
        self.open_table(
            &grid,
            0,
            (twips(side).max(0), twips(top).max(0)),
            set.borders,
            "",
        );
        for row in &set.rows {
            self.xml.raw("<w:tr><w:trPr><w:cantSplit/>");
            if row.repeats {
                self.xml.raw("<w:tblHeader/>");
            }
            self.xml.raw("</w:trPr>");
            for cell in &row.cells {
                let width = twips(cell.width).max(1);
                self.xml.markup(format_args!(
                    r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>"#
                ));
                if cell.span > 1 {
                    self.xml.value("gridSpan", cell.span);
                }
                self.xml.raw("</w:tcPr>");
                self.last = Last::Nothing;
                self.blocks(&cell.blocks);
                if self.last == Last::Nothing {
                    self.xml.raw("<w:p/>");
                }
                self.xml.raw("</w:tc>");
            }
            self.xml.raw("</w:tr>");
        }
        self.xml.raw("</w:tbl>");
        self.last = Last::Table;
    }

    fn open_table(
        &mut self,
        grid: &[i32],
        indent: i32,
        (side, top): (i32, i32),
        borders: bool,
        description: &str,
    ) {
        let total: i32 = grid.iter().sum();
        let xml = &mut self.xml;
        xml.markup(format_args!(
            r#"<w:tbl><w:tblPr><w:tblW w:w="{total}" w:type="dxa"/><w:jc w:val="left"/><w:tblInd w:w="{indent}" w:type="dxa"/><w:tblBorders>"#
        ));
        let line = if borders {
            r#"w:val="single" w:sz="4" w:space="0" w:color="000000""#
        } else {
            r#"w:val="nil""#
        };
        for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
            xml.markup(format_args!("<w:{side} {line}/>"));
        }
        xml.raw(r#"</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>"#);
        for (name, room) in [
            ("top", top),
            ("left", side),
            ("bottom", top),
            ("right", side),
        ] {
            xml.markup(format_args!(r#"<w:{name} w:w="{room}" w:type="dxa"/>"#));
        }
        xml.raw("</w:tblCellMar>");
        if !description.is_empty() {
            xml.raw("<w:tblDescription w:val=\"");
            xml.text(description);
            xml.raw("\"/>");
        }
        xml.raw("</w:tblPr><w:tblGrid>");
        for width in grid {
            xml.markup(format_args!(r#"<w:gridCol w:w="{width}"/>"#));
        }
        xml.raw("</w:tblGrid>");
    }
}
