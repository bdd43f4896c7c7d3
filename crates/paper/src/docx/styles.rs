//! One Word style a role, so that an agency changes the look of a form in one place.

use crate::font::LEADING;
use crate::layout::{Align, ParagraphStyle, Role, Type, compose};
use crate::set::mm;

use super::paragraph::{Line, Spacing, run_properties};
use super::twips;
use super::xml::Xml;

const ROLES: [Role; 12] = [
    Role::Body,
    Role::Line,
    Role::NationalName,
    Role::Motto,
    Role::Heading1,
    Role::Heading2,
    Role::PlaceDate,
    Role::Signature,
    Role::NotesTitle,
    Role::Note,
    Role::PageNumber,
    Role::Space,
];

pub(super) fn id(role: Role) -> &'static str {
    match role {
        Role::Body => "Normal",
        Role::Line => "FormLine",
        Role::NationalName => "NationalName",
        Role::Motto => "Motto",
        Role::Heading1 => "Heading1",
        Role::Heading2 => "Heading2",
        Role::PlaceDate => "PlaceDate",
        Role::Signature => "SignatureBlock",
        Role::NotesTitle => "NotesTitle",
        Role::Note => "Note",
        Role::PageNumber => "PageNumberTop",
        Role::Space => "Space",
    }
}

fn name(role: Role) -> &'static str {
    match role {
        Role::Body => "Normal",
        Role::Line => "Dòng điền",
        Role::NationalName => "Quốc hiệu",
        Role::Motto => "Tiêu ngữ",
        Role::Heading1 => "heading 1",
        Role::Heading2 => "heading 2",
        Role::PlaceDate => "Địa danh và ngày tháng",
        Role::Signature => "Chữ ký",
        Role::NotesTitle => "Chú thích (tiêu đề)",
        Role::Note => "Chú thích",
        Role::PageNumber => "Số trang",
        Role::Space => "Khoảng trống",
    }
}

/// What a role's style says; a paragraph that says the same needs no formatting of its own.
pub(super) fn of(role: Role, size: f32) -> ParagraphStyle {
    let centred = |style: ParagraphStyle| ParagraphStyle {
        align: Align::Centre,
        after: 0.0,
        keep_next: true,
        ..style
    };
    let style = match role {
        Role::Body => compose::body(size),
        Role::Line => compose::line(size),
        Role::NationalName => centred(compose::body(size)),
        Role::Motto => ParagraphStyle {
            size: size + 1.0,
            after: 3.0,
            ..centred(compose::body(size))
        },
        Role::Heading1 => compose::heading1(size),
        Role::Heading2 => compose::heading2(size),
        Role::PlaceDate => ParagraphStyle {
            align: Align::Right,
            before: 2.0,
            keep_next: true,
            ..compose::body(size)
        },
        Role::Signature => centred(compose::body(size)),
        Role::NotesTitle => compose::notes_title(11.0),
        Role::Note => compose::note(11.0),
        Role::PageNumber => compose::page_number(),
        Role::Space => ParagraphStyle {
            after: 0.0,
            size: 1.0,
            align: Align::Centre,
            ..compose::body(1.0)
        },
    };
    ParagraphStyle {
        role,
        rule: None,
        min_lines: 1,
        ..style
    }
}

/// The part with every style, and the language of the text, for spelling and for reading aloud.
pub(super) fn part(size: f32, language: &str) -> Vec<u8> {
    let mut xml = Xml::part();
    xml.raw(r#"<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr>"#);
    xml.raw(r#"<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/>"#);
    xml.value("sz", half_points(size));
    xml.value("szCs", half_points(size));
    let language = if language == "vi" { "vi-VN" } else { language };
    xml.raw("<w:lang w:val=\"");
    xml.text(language);
    xml.raw("\" w:eastAsia=\"");
    xml.text(language);
    xml.raw("\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr/></w:pPrDefault></w:docDefaults>");
    for role in ROLES {
        style(&mut xml, role, size);
    }
    xml.raw("</w:styles>");
    xml.into_bytes()
}

fn style(xml: &mut Xml, role: Role, size: f32) {
    let shape = of(role, size);
    let default = if role == Role::Body {
        r#" w:default="1""#
    } else {
        ""
    };
    xml.markup(format_args!(
        r#"<w:style w:type="paragraph"{default} w:styleId="{}">"#,
        id(role)
    ));
    xml.value("name", name(role));
    if role != Role::Body {
        xml.value("basedOn", "Normal");
    }
    xml.raw("<w:qFormat/><w:pPr>");
    if shape.keep_next {
        xml.raw("<w:keepNext/>");
    }
    xml.raw("<w:widowControl/>");
    spacing(&shape).write(xml);
    let (left, first) = (twips(mm(shape.left)), twips(mm(shape.first)));
    xml.markup(format_args!(
        r#"<w:ind w:left="{left}" w:right="0" w:firstLine="{first}"/>"#
    ));
    xml.value("jc", alignment(shape.align));
    match role {
        Role::Heading1 => xml.value("outlineLvl", 0),
        Role::Heading2 => xml.value("outlineLvl", 1),
        _ => {}
    }
    xml.raw("</w:pPr>");
    let (bold, italic) = weight(role);
    let face = Type {
        bold,
        italic,
        raised: false,
    };
    run_properties(xml, face, (false, false), Some(half_points(shape.size)));
    xml.raw("</w:style>");
}

/// Whether a role's style is bold, italic: what runs need not repeat.
pub(super) fn weight(role: Role) -> (bool, bool) {
    match role {
        Role::NationalName | Role::Motto | Role::Heading1 | Role::Heading2 => (true, false),
        Role::PlaceDate => (false, true),
        Role::NotesTitle => (true, true),
        _ => (false, false),
    }
}

pub(super) fn spacing(style: &ParagraphStyle) -> Spacing {
    let line = if style.role == Role::Space {
        20
    } else {
        // The same distance of lines as in the PDF, whatever face stands in for Times.
        twips(style.size * LEADING)
    };
    Spacing {
        before: twips(mm(style.before)),
        after: twips(mm(style.after)),
        line: Some(Line::Exact(line)),
    }
}

pub(super) fn alignment(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
        Align::Justify => "both",
    }
}

pub(super) fn half_points(size: f32) -> i32 {
    (size * 2.0).round().max(2.0) as i32
}
