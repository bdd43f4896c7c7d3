//! The set pieces of official paper, and the shapes of ordinary paragraphs.
//! Sizes and positions follow Nghị định 30/2020/NĐ-CP, Phụ lục I.

use super::expr::Text;
use super::{
    Align, BlockNode, CellNode, InlineNode, ParagraphStyle, Role, RowNode, Rule, TableNode, Type,
};

pub(super) const BOLD: Type = Type {
    bold: true,
    italic: false,
    raised: false,
};
const ITALIC: Type = Type {
    bold: false,
    italic: true,
    raised: false,
};

pub(crate) fn body(size: f32) -> ParagraphStyle {
    ParagraphStyle {
        role: Role::Body,
        align: Align::Justify,
        first: 0.0,
        left: 0.0,
        before: 0.0,
        after: 1.4,
        size,
        keep_next: false,
        min_lines: 1,
        rule: None,
    }
}

pub(crate) fn line(size: f32) -> ParagraphStyle {
    ParagraphStyle {
        role: Role::Line,
        align: Align::Left,
        ..body(size)
    }
}

pub(crate) fn heading1(size: f32) -> ParagraphStyle {
    ParagraphStyle {
        role: Role::Heading1,
        align: Align::Centre,
        before: 4.0,
        after: 4.0,
        size: size + 1.0,
        keep_next: true,
        ..body(size)
    }
}

pub(crate) fn heading2(size: f32) -> ParagraphStyle {
    ParagraphStyle {
        role: Role::Heading2,
        align: Align::Left,
        before: 1.5,
        keep_next: true,
        ..body(size)
    }
}

pub(super) fn place_date(size: f32) -> ParagraphStyle {
    ParagraphStyle {
        role: Role::PlaceDate,
        before: 2.0,
        keep_next: true,
        ..body(size)
    }
}

pub(super) fn space(height: f32) -> ParagraphStyle {
    ParagraphStyle {
        role: Role::Space,
        align: Align::Centre,
        before: height,
        after: 0.0,
        size: 1.0,
        ..body(1.0)
    }
}

pub(crate) fn notes_title(size: f32) -> ParagraphStyle {
    ParagraphStyle {
        role: Role::NotesTitle,
        align: Align::Left,
        before: 4.0,
        after: 0.5,
        keep_next: true,
        ..body(size)
    }
}

pub(crate) fn note(size: f32) -> ParagraphStyle {
    ParagraphStyle {
        role: Role::Note,
        after: 0.5,
        ..body(size)
    }
}

pub(crate) fn page_number() -> ParagraphStyle {
    ParagraphStyle {
        role: Role::PageNumber,
        align: Align::Centre,
        after: 0.0,
        ..body(13.0)
    }
}

/// Quốc hiệu and Tiêu ngữ, the latter one point larger and with a rule of its own width.
pub(super) fn national_title(size: f32) -> Vec<BlockNode> {
    let centred = |role, size, after| ParagraphStyle {
        role,
        align: Align::Centre,
        after,
        keep_next: true,
        ..body(size)
    };
    let name = centred(Role::NationalName, size, 0.0);
    let motto = ParagraphStyle {
        rule: Some(Rule::OfText),
        ..centred(Role::Motto, size + 1.0, 3.0)
    };
    vec![
        bold(name, Text::literal("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0)),
        bold(motto, Text::literal("Độc lập - Tự do - Hạnh phúc", 0)),
    ]
}

/// Title, note, room to sign in, name.
pub(super) fn signature(
    size: f32,
    title: Text,
    note: Option<Text>,
    name: Option<Text>,
    room: f32,
) -> Vec<BlockNode> {
    let style = ParagraphStyle {
        role: Role::Signature,
        align: Align::Centre,
        after: 0.0,
        keep_next: true,
        ..body(size)
    };
    let mut blocks = vec![bold(
        ParagraphStyle {
            before: 2.0,
            ..style
        },
        title.clone(),
    )];
    if let Some(note) = note {
        let inlines = vec![InlineNode::Text(note)];
        blocks.push(BlockNode::Paragraph {
            style: ParagraphStyle {
                size: size - 1.0,
                ..style
            },
            face: ITALIC,
            inlines,
        });
    }
    // The name keeps its place when blank, so that a pen finds the room.
    let name_style = ParagraphStyle {
        before: room,
        after: 2.0,
        keep_next: false,
        ..style
    };
    blocks.push(BlockNode::Paragraph {
        style: name_style,
        face: BOLD,
        inlines: vec![
            InlineNode::SignHere(title),
            InlineNode::Text(name.unwrap_or_default()),
        ],
    });
    blocks
}

/// Blocks side by side in one row without borders.
pub(super) fn beside(columns: Vec<Vec<BlockNode>>, widths: Vec<f32>, line: usize) -> TableNode {
    let cells = columns
        .into_iter()
        .map(|blocks| CellNode { span: 1, blocks })
        .collect();
    TableNode {
        widths,
        borders: false,
        side_by_side: true,
        rows: vec![RowNode::Row { head: false, cells }],
        line,
    }
}

fn bold(style: ParagraphStyle, text: Text) -> BlockNode {
    BlockNode::Paragraph {
        style,
        face: BOLD,
        inlines: vec![InlineNode::Text(text)],
    }
}
