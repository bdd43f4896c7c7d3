//! One Word style a role, so that an agency changes the look of a form in one place.

use docx_rs::{
    AlignmentType, LineSpacing, LineSpacingType, RunFonts, SpecialIndentType, Style, StyleType,
};

use crate::font::LEADING;
use crate::layout::{Align, ParagraphStyle, Role, compose};
use crate::set::mm;

use super::twips;

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

pub(super) fn all(size: f32) -> Vec<Style> {
    ROLES.into_iter().map(|role| style(role, size)).collect()
}

fn style(role: Role, size: f32) -> Style {
    let shape = of(role, size);
    let mut style = Style::new(id(role), StyleType::Paragraph)
        .name(name(role))
        .size(half_points(shape.size))
        .align(alignment(shape.align))
        .line_spacing(spacing(&shape))
        .indent(Some(twips(mm(shape.left))), first_line(&shape), None, None);
    style.paragraph_property = style
        .paragraph_property
        .keep_next(shape.keep_next)
        .widow_control(true);
    if role != Role::Body {
        style = style.based_on("Normal");
    }
    match role {
        Role::NationalName | Role::Motto => style.bold(),
        Role::Heading1 => style.bold().outline_lvl(0),
        Role::Heading2 => style.bold().outline_lvl(1),
        Role::PlaceDate => style.italic(),
        Role::NotesTitle => style.bold().italic(),
        _ => style,
    }
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

pub(super) fn spacing(style: &ParagraphStyle) -> LineSpacing {
    let spacing = LineSpacing::new()
        .before(twips(mm(style.before)) as u32)
        .after(twips(mm(style.after)) as u32);
    if style.role == Role::Space {
        return spacing.line(20).line_rule(LineSpacingType::Exact);
    }
    // The same distance of lines as in the PDF, whatever face stands in for Times.
    let pitch = style.size * LEADING;
    spacing.line(twips(pitch)).line_rule(LineSpacingType::Exact)
}

pub(super) fn alignment(align: Align) -> AlignmentType {
    match align {
        Align::Left => AlignmentType::Left,
        Align::Centre => AlignmentType::Center,
        Align::Right => AlignmentType::Right,
        Align::Justify => AlignmentType::Both,
    }
}

pub(super) fn first_line(style: &ParagraphStyle) -> Option<SpecialIndentType> {
    (style.first > 0.0).then(|| SpecialIndentType::FirstLine(twips(mm(style.first))))
}

pub(super) fn half_points(size: f32) -> usize {
    (size * 2.0).round().max(2.0) as usize
}

pub(super) fn times() -> RunFonts {
    RunFonts::new()
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
        .east_asia("Times New Roman")
        .cs("Times New Roman")
}
