//! Blocks as Word's paragraphs and tables.

use docx_rs::{
    AlignmentType, BreakType, HeightRule, LineSpacing, LineSpacingType, Paragraph, ParagraphBorder,
    ParagraphBorderPosition, ParagraphBorders, Pic, Run, StructuredDataTag, Sym, Tab,
    TabLeaderType, TabValueType, Table, TableBorder, TableBorderPosition, TableBorders, TableCell,
    TableCellBorder, TableCellBorderPosition, TableCellBorders, TableCellMargins, TableLayoutType,
    TableRow, VAlignType, VertAlignType, WidthType,
};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

use crate::flow::{Code, Inline, Shows};
use crate::layout::{Role, Type};
use crate::set::{AFTER_TABLE, Boxes, SetBlock, SetParagraph, SetTable, frame, mm};

use super::{styles, twips};

/// What stands in a body, a cell or a header.
#[derive(Clone)]
pub(super) enum Child {
    Paragraph(Box<Paragraph>),
    Table(Box<Table>),
}

/// What docx-rs can't say of a part, in document order.
#[derive(Default)]
pub(super) struct Remarks {
    pub(super) rows: Vec<RowKind>,
    /// The words for each picture.
    pub(super) pictures: Vec<String>,
}

/// What a row is.
pub(super) enum RowKind {
    Ordinary,
    /// Repeated at the top of every page.
    Head,
    /// Boxes with the characters of one answer, which is the table's description.
    Boxes(String),
}

/// Turns blocks into Word's.
pub(super) struct Writer {
    size: f32,
    remarks: Remarks,
    break_before: bool,
}

impl Writer {
    pub(super) fn new(size: f32) -> Writer {
        Writer {
            size,
            remarks: Remarks::default(),
            break_before: false,
        }
    }

    /// The remarks on what was written since the last call.
    pub(super) fn take_remarks(&mut self) -> Remarks {
        std::mem::take(&mut self.remarks)
    }

    pub(super) fn children(&mut self, blocks: &[SetBlock]) -> Vec<Child> {
        let mut out: Vec<Child> = Vec::new();
        for block in blocks {
            match block {
                SetBlock::Paragraph(paragraph) => self.paragraph(paragraph, &mut out),
                SetBlock::Table(table) => {
                    self.part_from_table(&mut out);
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
                SetBlock::Code(code) => {
                    self.remarks.pictures.push(code.description());
                    let picture = Run::new().add_image(picture(code));
                    let paragraph = Paragraph::new()
                        .align(styles::alignment(code.align))
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

    /// Two tables without a paragraph between them become one, and a page can't break before a table.
    fn part_from_table(&mut self, out: &mut Vec<Child>) {
        if self.break_before || matches!(out.last(), Some(Child::Table(_))) {
            let gap = self.gap();
            out.push(gap);
        }
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
        if let Some(at) = set.boxes {
            self.boxes(set, at, out);
        } else if style.role == Role::Space {
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

    /// A row of bordered cells, after a cell with the label if that leaves room for it.
    fn boxes(&mut self, set: &SetParagraph, at: Boxes, out: &mut Vec<Child>) {
        let style = set.paragraph.style;
        let mut label = set.clone();
        label
            .paragraph
            .inlines
            .retain(|inline| !matches!(inline, Inline::Boxes { .. }));
        label.paragraph.style.after = 0.0;
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
        let pitch = twips(at.pitch).max(1) as usize;
        let (mut grid, mut cells, mut indent) = (Vec::new(), Vec::new(), 0);
        if at.beside {
            label.paragraph.style.before = 0.0;
            if style.before > 0.0 {
                self.push(room_of(mm(style.before)), out);
            }
            self.part_from_table(out);
            let width = twips(at.x).max(1) as usize;
            grid.push(width);
            cells.push(
                TableCell::new()
                    .width(width, WidthType::Dxa)
                    .vertical_align(VAlignType::Center)
                    .add_paragraph(self.text(&label)),
            );
        } else {
            if !label.paragraph.inlines.is_empty() {
                let label = self.text(&label).keep_next(true);
                self.push(label, out);
            }
            self.part_from_table(out);
            indent = twips(at.x);
        }
        let usual = styles::of(style.role, self.size);
        let sized = (style.size != usual.size).then(|| styles::half_points(style.size));
        let mut characters = text.chars();
        for _ in 0..count {
            let mut paragraph = Paragraph::new()
                .style(styles::id(style.role))
                .align(AlignmentType::Center)
                .line_spacing(LineSpacing::new().before(0).after(0));
            if let Some(character) = characters.next() {
                let run = formatted(Run::new(), Type::default(), (false, false), sized);
                paragraph = paragraph.add_run(run.add_text(character.to_string()));
            }
            grid.push(pitch);
            cells.push(
                TableCell::new()
                    .width(pitch, WidthType::Dxa)
                    .vertical_align(VAlignType::Center)
                    .set_borders(framed())
                    .add_paragraph(paragraph),
            );
        }
        let (above, below) = frame(style.size);
        let row = TableRow::new(cells)
            .cant_split()
            .row_height(twips(above + below) as f32)
            .height_rule(HeightRule::Exact);
        self.remarks.rows.push(RowKind::Boxes(text.clone()));
        let total = grid.iter().sum();
        out.push(Child::Table(Box::new(
            Table::without_borders(vec![row])
                .set_grid(grid)
                .width(total, WidthType::Dxa)
                .layout(TableLayoutType::Fixed)
                .indent(indent)
                .margins(TableCellMargins::new().margin(0, 0, 0, 0))
                .set_borders(borders(false)),
        )));
        self.push(room_of(mm(style.after)), out);
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
        let inlines = &set.paragraph.inlines;
        let plain = |face: Type| formatted(Run::new(), face, weight, sized);
        let mut control: Option<(&Shows, StructuredDataTag)> = None;
        for (index, inline) in inlines.iter().enumerate() {
            let (shown, run) = match inline {
                Inline::Text { text, face, shows } => (shows, plain(*face).add_text(text)),
                // An answer goes on over its own line ends.
                Inline::Break => {
                    let next = match inlines.get(index + 1) {
                        Some(Inline::Text { shows, .. }) => shows,
                        _ => &None,
                    };
                    let within = control.as_ref().is_some_and(|(shown, _)| *shown == next);
                    let shown = if within { next } else { &None };
                    (shown, Run::new().add_break(BreakType::TextWrapping))
                }
                _ => (&None, Run::new()),
            };
            if let Some((_, done)) = control.take_if(|(inside, _)| *inside != shown) {
                paragraph = paragraph.add_structured_data_tag(done);
            }
            if let Some(paths) = shown {
                let (_, open) = control
                    .take()
                    .unwrap_or_else(|| (shown, StructuredDataTag::new().alias(tag_of(paths))));
                control = Some((shown, open.add_run(run)));
                continue;
            }
            match inline {
                Inline::Text { .. } | Inline::Break => paragraph = paragraph.add_run(run),
                Inline::Dots { .. } => {
                    if leaders.next().is_some_and(Option::is_some) {
                        paragraph = paragraph.add_run(plain(Type::default()).add_tab());
                    }
                }
                // They are a table of their own.
                Inline::Boxes { .. } => {}
                Inline::SignHere { .. } => {}
                Inline::Check { checked, .. } => {
                    // Wingdings' boxes: open, and crossed.
                    let sym = Sym::new("Wingdings", if *checked { "F0FD" } else { "F0A8" });
                    paragraph = paragraph.add_run(plain(Type::default()).add_sym(sym));
                }
            }
        }
        if let Some((_, done)) = control {
            paragraph = paragraph.add_structured_data_tag(done);
        }
        for _ in 0..blank_lines {
            paragraph = paragraph.add_run(Run::new().add_break(BreakType::TextWrapping).add_tab());
        }
        paragraph
    }

    fn table(&mut self, set: &SetTable) -> Table {
        let mut rows = Vec::new();
        for row in &set.rows {
            self.remarks.rows.push(if row.repeats {
                RowKind::Head
            } else {
                RowKind::Ordinary
            });
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

/// The longest tag that Word takes.
const LONGEST_TAG: usize = 64;

/// The paths of the answers in a control; of several joined ones, as many as a tag holds.
fn tag_of(paths: &[String]) -> String {
    let mut tag = String::new();
    for path in paths {
        let longer = [tag.as_str(), path.as_str()].join(" ");
        if tag.is_empty() || longer.chars().count() <= LONGEST_TAG {
            longer.trim_start().clone_into(&mut tag);
        }
    }
    // The end of a path tells more than its beginning.
    let cut = tag.chars().count().saturating_sub(LONGEST_TAG);
    tag.chars().skip(cut).collect()
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

/// All four sides.
fn framed() -> TableCellBorders {
    [
        TableCellBorderPosition::Top,
        TableCellBorderPosition::Left,
        TableCellBorderPosition::Bottom,
        TableCellBorderPosition::Right,
    ]
    .into_iter()
    .fold(TableCellBorders::with_empty(), |borders, position| {
        borders.set(TableCellBorder::new(position).size(4).color("000000"))
    })
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

/// The code as a picture, eight pixels a module.
fn picture(code: &Code) -> Pic {
    const SCALE: usize = 8;
    let columns = code.columns.max(1);
    // A single row of bars is as high as the picture wants: it is stretched.
    let (width, height) = (columns * SCALE, code.rows() * SCALE);
    let mut pixels = Vec::with_capacity(width * height);
    for row in code.dark.chunks(columns) {
        let line: Vec<u8> = row
            .iter()
            .flat_map(|dark| [if *dark { 0_u8 } else { 255 }; SCALE])
            .collect();
        (0..SCALE).for_each(|_| pixels.extend_from_slice(&line));
    }
    let mut png = Vec::new();
    let written = PngEncoder::new(&mut png).write_image(
        &pixels,
        width as u32,
        height as u32,
        ExtendedColorType::L8,
    );
    debug_assert!(written.is_ok(), "writing to memory");
    let emu = |length: f32| (mm(length) * 12_700.0) as u32;
    Pic::new_with_dimensions(png, width as u32, height as u32)
        .size(emu(code.width), emu(code.height))
}
