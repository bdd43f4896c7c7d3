//! What a paragraph and a run say beyond their style, in the schema's order.

use crate::layout::{Align, Role, Type};

use super::styles;
use super::xml::Xml;

/// Formatting of a paragraph; what is `None` comes from its style.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    pub(super) style: Option<Role>,
    pub(super) keep_next: Option<bool>,
    pub(super) break_before: bool,
    /// A line above, as wide as the paragraph.
    pub(super) ruled: bool,
    /// Where dots end, and whether that is the right margin.
    pub(super) stops: Vec<(i32, bool)>,
    pub(super) spacing: Option<Spacing>,
    /// Left, right, and of the first line, in twips.
    pub(super) indent: Option<(i32, i32, i32)>,
    pub(super) align: Option<Align>,
}

/// Room around a paragraph and between its lines, in twips.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spacing {
    pub(super) before: i32,
    pub(super) after: i32,
    pub(super) line: Option<Line>,
}

/// From line to line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Line {
    Exact(i32),
    Single,
}

impl Shape {
    pub(super) fn of(style: Role) -> Shape {
        Shape {
            style: Some(style),
            ..Shape::default()
        }
    }

    /// The properties of a paragraph; nothing if it says nothing.
    pub(super) fn write(&self, xml: &mut Xml) {
        let mut inside = Xml::default();
        if let Some(style) = self.style.filter(|style| *style != Role::Body) {
            inside.value("pStyle", styles::id(style));
        }
        match self.keep_next {
            Some(true) => inside.raw("<w:keepNext/>"),
            Some(false) => inside.value("keepNext", 0),
            None => {}
        }
        if self.break_before {
            inside.raw("<w:pageBreakBefore/>");
        }
        if self.ruled {
            inside.raw(
                r#"<w:pBdr><w:top w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>"#,
            );
        }
        if !self.stops.is_empty() {
            inside.raw("<w:tabs>");
            for (stop, at_margin) in &self.stops {
                // At the margin a left stop would fall outside of the line.
                let kind = if *at_margin { "right" } else { "left" };
                let stop = stop.max(&1);
                inside.markup(format_args!(
                    r#"<w:tab w:val="{kind}" w:leader="dot" w:pos="{stop}"/>"#
                ));
            }
            inside.raw("</w:tabs>");
        }
        if let Some(spacing) = self.spacing {
            spacing.write(&mut inside);
        }
        if let Some((left, right, first)) = self.indent {
            inside.markup(format_args!(
                r#"<w:ind w:left="{left}" w:right="{right}" w:firstLine="{first}"/>"#
            ));
        }
        if let Some(align) = self.align {
            inside.value("jc", styles::alignment(align));
        }
        let inside = inside.into_text();
        if !inside.is_empty() {
            xml.raw("<w:pPr>");
            xml.raw(&inside);
            xml.raw("</w:pPr>");
        }
    }
}

impl Spacing {
    pub(super) fn write(self, xml: &mut Xml) {
        let Spacing {
            before,
            after,
            line,
        } = self;
        xml.markup(format_args!(
            r#"<w:spacing w:before="{before}" w:after="{after}""#
        ));
        match line {
            Some(Line::Exact(line)) => {
                xml.markup(format_args!(r#" w:line="{line}" w:lineRule="exact""#))
            }
            Some(Line::Single) => xml.raw(r#" w:line="240" w:lineRule="auto""#),
            None => {}
        }
        xml.raw("/>");
    }
}

/// The properties of a run: what its face says other than its style, and its size in half points.
pub(super) fn run_properties(
    xml: &mut Xml,
    face: Type,
    (bold, italic): (bool, bool),
    size: Option<i32>,
) {
    if face.bold == bold && face.italic == italic && !face.raised && size.is_none() {
        return;
    }
    xml.raw("<w:rPr>");
    match (face.bold, bold) {
        (true, false) => xml.raw("<w:b/><w:bCs/>"),
        (false, true) => xml.raw(r#"<w:b w:val="0"/><w:bCs w:val="0"/>"#),
        _ => {}
    }
    match (face.italic, italic) {
        (true, false) => xml.raw("<w:i/><w:iCs/>"),
        (false, true) => xml.raw(r#"<w:i w:val="0"/><w:iCs w:val="0"/>"#),
        _ => {}
    }
    if let Some(size) = size {
        xml.value("sz", size);
        xml.value("szCs", size);
    }
    if face.raised {
        xml.value("vertAlign", "superscript");
    }
    xml.raw("</w:rPr>");
}
