//! Blocks as Word's paragraphs and tables.

use docx_rs::{
    BreakType, LineSpacing, LineSpacingType, Paragraph, ParagraphBorder, ParagraphBorderPosition,
    ParagraphBorders, Pic, Run, Sym, Tab, TabLeaderType, TabValueType, Table, TableBorder,
    TableBorderPosition, TableBorders, TableCell, TableCellMargins, TableLayoutType, TableRow,
    VertAlignType, WidthType,
};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

use crate::flow::{Inline, Qr};
use crate::layout::{Role, Type};
use crate::set::{AFTER_TABLE, SetBlock, SetParagraph, SetTable, mm};

use super::{styles, twips};

/// What stands in a body, a cell or a header.
#[derive(Clone)]
pub(super) enum Child {
    Paragraph(Box<Paragraph>),
    Table(Box<Table>),
}

/// Turns blocks into Word's, and remembers what docx-rs can't say: which rows repeat.
pub(super) struct Writer {
    size: f32,
    repeats: Vec<bool>,
    break_before: bool,
}

impl Writer {
    pub(super) fn new(size: f32) -> Writer {
        Writer {
            size,
            repeats: Vec::new(),
            break_before: false,
        }
    }

    /// Whether each row written since the last call is repeated, in document order.
    pub(super) fn take_repeats(&mut self) -> Vec<bool> {
        std::mem::take(&mut self.repeats)
    }

    pub(super) fn children(&mut self, blocks: &[SetBlock]) -> Vec<Child> {
        let mut out: Vec<Child> = Vec::new();
        for block in blocks {
            match block {
                SetBlock::Paragraph(paragraph) => self.paragraph(paragraph, &mut out),
                SetBlock::Table(table) => {
                    // Two tables without a paragraph between them become one, and a page can't break before a table.
                    if self.break_before || matches!(out.last(), Some(Child::Table(_))) {
                        let gap = self.gap();
                        out.push(gap);
                    }
                    let borders = table.borders;
                    let table = self.table(table);
                    out.push(Child::Table(Box::new(table)));
                    if borders {
                        self.push(room_of(AFTER_TABLE), &mut out);
                    }
                }
                SetBlock::PageBreak => {
                    if self.break_before {
                        let gap = self.gap();
                        out.push(gap);
                    }
                    self.break_before = true;
                }
                SetBlock::Qr(qr) => {
                    let picture = Run::new().add_image(picture(qr));
                    let paragraph = Paragraph::new()
                        .align(styles::alignment(qr.align))
                        .line_spacing(single())
                        .add_run(picture);
                    self.push(paragraph, &mut out);
                }
            }
        }
        if self.break_before || matches!(out.last(), Some(Child::Table(_))) {
            let gap = self.gap();
            out.push(gap);
        }
        out
    }

    fn push(&mut self, paragraph: Paragraph, out: &mut Vec<Child>) {
        let paragraph = if std::mem::take(&mut self.break_before) {
            paragraph.page_break_before(true)
        } else {
            paragraph
        };
        out.push(Child::Paragraph(Box::new(paragraph)));
    }

    /// A paragraph that takes no room to speak of.
    fn gap(&mut self) -> Child {
        let gap = Paragraph::new().style(styles::id(Role::Space));
        Child::Paragraph(Box::new(if std::mem::take(&mut self.break_before) {
            gap.page_break_before(true)
        } else {
            gap
        }))
    }

    fn paragraph(&mut self, set: &SetParagraph, out: &mut Vec<Child>) {
        let style = set.paragraph.style;
        if style.role == Role::Space {
            if style.before > 0.0 {
                self.push(room_of(mm(style.before)), out);
            }
        } else {
            let paragraph = self.text(set);
            self.push(paragraph, out);
        }
        if let Some(width) = set.rule {
            let side = twips(((set.width - width) / 2.0).max(0.0));
            let line = ParagraphBorder::new(ParagraphBorderPosition::Top)
                .size(6)
                .color("000000");
            let mut paragraph = Paragraph::new()
                .style(styles::id(Role::Space))
                .indent(Some(side), None, Some(side), None)
                .line_spacing(
                    LineSpacing::new()
                        .before(0)
                        .after(twips(mm(style.after)) as u32)
                        .line(40)
                        .line_rule(LineSpacingType::Exact),
                );
            paragraph.property = paragraph
                .property
                .set_borders(ParagraphBorders::with_empty().set(line))
                .keep_next(style.keep_next);
            self.push(paragraph, out);
        }
    }

    fn text(&self, set: &SetParagraph) -> Paragraph {
        let style = set.paragraph.style;
        let usual = styles::of(style.role, self.size);
        let mut paragraph = Paragraph::new();
        if style.role != Role::Body {
            paragraph = paragraph.style(styles::id(style.role));
        }
        if style.align != usual.align {
            paragraph = paragraph.align(styles::alignment(style.align));
        }
        let after = if set.rule.is_some() { 0.0 } else { style.after };
        if (style.before, after, style.size) != (usual.before, usual.after, usual.size) {
            let shape = crate::layout::ParagraphStyle { after, ..style };
            paragraph = paragraph.line_spacing(styles::spacing(&shape));
        }
        if (style.first, style.left) != (usual.first, usual.left) {
            paragraph = paragraph.indent(
                Some(twips(mm(style.left))),
                styles::first_line(&style),
                None,
                None,
            );
        }
        if style.keep_next != usual.keep_next {
            paragraph = paragraph.keep_next(style.keep_next);
        }
        let mut stops: Vec<i32> = set
            .leaders
            .iter()
            .flatten()
            .map(|end| twips(*end))
            .collect();
        let blank_lines = set.blank_lines;
        if blank_lines > 0 {
            stops.push(twips(set.width));
        }
        stops.sort_unstable();
        stops.dedup_by(|a, b| (*a - *b).abs() < 4);
        for stop in stops {
            // At the margin a left stop would fall outside of the line.
            let at_margin = stop >= twips(set.width) - 4;
            let kind = if at_margin {
                TabValueType::Right
            } else {
                TabValueType::Left
            };
            paragraph = paragraph.add_tab(
                Tab::new()
                    .val(kind)
                    .leader(TabLeaderType::Dot)
                    .pos(stop.max(1) as usize),
            );
        }
        let sized = (style.size != usual.size).then(|| styles::half_points(style.size));
        let weight = styles::weight(style.role);
        let mut leaders = set.leaders.iter();
        for inline in &set.paragraph.inlines {
            let plain = |face: Type| formatted(Run::new(), face, weight, sized);
            match inline {
                Inline::Text { text, face, .. } => {
                    paragraph = paragraph.add_run(plain(*face).add_text(text))
                }
                Inline::Break => {
                    paragraph = paragraph.add_run(Run::new().add_break(BreakType::TextWrapping))
                }
                Inline::Dots { .. } => {
                    if leaders.next().is_some_and(Option::is_some) {
                        paragraph = paragraph.add_run(plain(Type::default()).add_tab());
                    }
                }
                Inline::Check { checked, .. } => {
                    // Wingdings' boxes: open, and crossed.
                    let sym = Sym::new("Wingdings", if *checked { "F0FD" } else { "F0A8" });
                    paragraph = paragraph.add_run(plain(Type::default()).add_sym(sym));
                }
            }
        }
        for _ in 0..blank_lines {
            paragraph = paragraph.add_run(Run::new().add_break(BreakType::TextWrapping).add_tab());
        }
        paragraph
    }

    fn table(&mut self, set: &SetTable) -> Table {
        let mut rows = Vec::new();
        for row in &set.rows {
            self.repeats.push(row.repeats);
            let mut cells = Vec::new();
            for cell in &row.cells {
                let mut out =
                    TableCell::new().width(twips(cell.width).max(1) as usize, WidthType::Dxa);
                if cell.span > 1 {
                    out = out.grid_span(cell.span);
                }
                let mut children = self.children(&cell.blocks);
                if children.is_empty() {
                    children.push(Child::Paragraph(Box::new(Paragraph::new())));
                }
                for child in children {
                    out = match child {
                        Child::Paragraph(paragraph) => out.add_paragraph(*paragraph),
                        Child::Table(table) => out.add_table(*table),
                    };
                }
                cells.push(out);
            }
            rows.push(TableRow::new(cells).cant_split());
        }
        let grid: Vec<usize> = set
            .columns
            .iter()
            .map(|width| twips(*width).max(1) as usize)
            .collect();
        let total: usize = grid.iter().sum();
        let [side, top] = [set.padding.0, set.padding.1].map(|room| twips(room).max(0) as usize);
        Table::without_borders(rows)
            .set_grid(grid)
            .width(total, WidthType::Dxa)
            .layout(TableLayoutType::Fixed)
            .indent(0)
            .margins(TableCellMargins::new().margin(top, side, top, side))
            .set_borders(borders(set.borders))
    }
}

fn borders(drawn: bool) -> TableBorders {
    let positions = [
        TableBorderPosition::Top,
        TableBorderPosition::Left,
        TableBorderPosition::Bottom,
        TableBorderPosition::Right,
        TableBorderPosition::InsideH,
        TableBorderPosition::InsideV,
    ];
    if drawn {
        positions
            .into_iter()
            .fold(TableBorders::with_empty(), |borders, position| {
                borders.set(TableBorder::new(position).size(4).color("000000"))
            })
    } else {
        TableBorders::with_empty().clear_all()
    }
}

fn formatted(mut run: Run, face: Type, (bold, italic): (bool, bool), size: Option<usize>) -> Run {
    run = match (face.bold, bold) {
        (true, false) => run.bold(),
        (false, true) => run.disable_bold(),
        _ => run,
    };
    run = match (face.italic, italic) {
        (true, false) => run.italic(),
        (false, true) => run.disable_italic(),
        _ => run,
    };
    if face.raised {
        run.run_property = run.run_property.vert_align(VertAlignType::SuperScript);
    }
    match size {
        Some(size) => run.size(size),
        None => run,
    }
}

/// A paragraph that is nothing but room.
fn room_of(points: f32) -> Paragraph {
    let height = LineSpacing::new()
        .before(0)
        .after(0)
        .line(twips(points).max(1))
        .line_rule(LineSpacingType::Exact);
    Paragraph::new()
        .style(styles::id(Role::Space))
        .line_spacing(height)
}

fn single() -> LineSpacing {
    LineSpacing::new()
        .before(0)
        .after(60)
        .line(240)
        .line_rule(LineSpacingType::Auto)
}

/// The code as a picture: eight pixels a module, with the quiet zone that a camera wants.
fn picture(qr: &Qr) -> Pic {
    const SCALE: usize = 8;
    let side = qr.modules * SCALE;
    let mut pixels = Vec::with_capacity(side * side);
    for row in qr.dark.chunks(qr.modules.max(1)) {
        let line: Vec<u8> = row
            .iter()
            .flat_map(|dark| [if *dark { 0_u8 } else { 255 }; SCALE])
            .collect();
        (0..SCALE).for_each(|_| pixels.extend_from_slice(&line));
    }
    let mut png = Vec::new();
    let written = PngEncoder::new(&mut png).write_image(
        &pixels,
        side as u32,
        side as u32,
        ExtendedColorType::L8,
    );
    debug_assert!(written.is_ok(), "writing to memory");
    let edge = (mm(qr.size) * 12_700.0) as u32;
    Pic::new_with_dimensions(png, side as u32, side as u32).size(edge, edge)
}
