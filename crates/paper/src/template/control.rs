//! Content controls, filled by their tag.

use super::paragraph::lines;
use super::xml::{Element, Node, Ns};

/// What a content control can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text: plain, rich, a date, a choice.
    Text,
    /// A box to tick.
    Check,
    /// Pictures, repeated sections and the like.
    Other,
}

/// The tag of a control: the path of an answer, and for a box the value that ticks it.
pub(super) struct Tag {
    pub(super) path: String,
    pub(super) value: Option<String>,
}

/// The tag, if the control has one.
pub(super) fn tag(control: &Element) -> Option<Tag> {
    let properties = control.child(Ns::W, "sdtPr")?;
    let said = properties.child(Ns::W, "tag")?.attribute(Ns::W, "val")?;
    let (path, value) = match said.split_once('=') {
        Some((path, value)) => (path, Some(value.trim().to_owned())),
        None => (said.as_str(), None),
    };
    let path = path.trim().to_owned();
    (!path.is_empty()).then_some(Tag { path, value })
}

/// Whether the control is filled as a whole, so that its text is not the paragraph's.
pub(super) fn is_ours(control: &Element) -> bool {
    tag(control).is_some() && kind(control) != Kind::Other
}

/// What the control can take. One around other controls, tables or rows takes nothing itself.
pub(super) fn kind(control: &Element) -> Kind {
    const OTHER: [&str; 9] = [
        "picture",
        "group",
        "docPartObj",
        "docPartList",
        "equation",
        "citation",
        "bibliography",
        "repeatingSection",
        "repeatingSectionItem",
    ];
    let Some(properties) = control.child(Ns::W, "sdtPr") else {
        return Kind::Other;
    };
    if properties.child(Ns::W14, "checkbox").is_some() {
        return Kind::Check;
    }
    if properties
        .elements()
        .any(|child| child.ns != Ns::Other && OTHER.contains(&child.local()))
    {
        return Kind::Other;
    }
    let mut holds = false;
    if let Some(content) = control.child(Ns::W, "sdtContent") {
        content.visit(&mut |element| {
            holds |= element.ns == Ns::W
                && matches!(element.local(), "sdt" | "tbl" | "tr" | "drawing" | "pict");
        });
    }
    if holds { Kind::Other } else { Kind::Text }
}

/// Puts text into a control.
pub(super) fn fill_text(control: &mut Element, text: &str, in_paragraph: bool) {
    let prompted = properties(control, |properties| {
        let prompted = properties.child(Ns::W, "showingPlcHdr").is_some();
        properties.drop_children(Ns::W, "showingPlcHdr");
        // Word would read the bound value back over ours.
        properties.drop_children(Ns::W, "dataBinding");
        properties.drop_children(Ns::W15, "dataBinding");
        for (kind, stale) in [
            ("date", "fullDate"),
            ("comboBox", "lastValue"),
            ("dropDownList", "lastValue"),
        ] {
            if let Some(kind) = properties.child_mut(Ns::W, kind) {
                kind.set_attribute(Ns::W, stale, None);
            }
        }
        (prompted, properties.child(Ns::W, "rPr").cloned())
    });
    let (prompted, own_format) = prompted;
    let like = control.sibling("t", &[], Vec::new());
    put(control, in_paragraph, |run_format| {
        let format = if prompted { own_format } else { run_format };
        let mut children: Vec<Node> = format.map(Node::Element).into_iter().collect();
        children.extend(lines(&like, text));
        children
    });
}

/// Ticks a box, or takes the tick away.
pub(super) fn fill_check(control: &mut Element, checked: bool, in_paragraph: bool) {
    let (font, sign) = properties(control, |properties| {
        properties.drop_children(Ns::W, "showingPlcHdr");
        properties.drop_children(Ns::W, "dataBinding");
        properties.drop_children(Ns::W15, "dataBinding");
        let (state, usual) = if checked {
            ("checkedState", "2612")
        } else {
            ("uncheckedState", "2610")
        };
        let Some(check) = properties.child_mut(Ns::W14, "checkbox") else {
            return (String::new(), usual.to_owned());
        };
        let value = Some(if checked { "1" } else { "0" });
        match check.child_mut(Ns::W14, "checked") {
            Some(said) => said.set_attribute(Ns::W14, "val", value),
            None => {
                let mut said = check.sibling("checked", &[], Vec::new());
                said.set_attribute(Ns::W14, "val", value);
                check.insert(0, said);
            }
        }
        let drawn = check.child(Ns::W14, state);
        let said = |name| drawn.and_then(|state| state.attribute(Ns::W14, name));
        (
            said("font").unwrap_or_default(),
            said("val").unwrap_or_else(|| usual.to_owned()),
        )
    });
    let like = control.sibling("t", &[], Vec::new());
    let code = u32::from_str_radix(&sign, 16).unwrap_or(0x2610);
    let pictorial = ["Wingdings", "Webdings", "Symbol"]
        .iter()
        .any(|name| font.starts_with(name));
    put(control, in_paragraph, |format| {
        let mut format = format.unwrap_or_else(|| like.sibling("rPr", &[], Vec::new()));
        let drawn = if pictorial {
            let code = format!("{:04X}", (code % 0x1000) | 0xF000);
            like.sibling("sym", &[("font", &font), ("char", &code)], Vec::new())
        } else {
            let mut text = like.sibling("t", &[], Vec::new());
            text.set_text(&char::from_u32(code).unwrap_or('☐').to_string());
            text
        };
        if !pictorial && !font.is_empty() {
            format.drop_children(Ns::W, "rFonts");
            let at = usize::from(
                format
                    .elements()
                    .next()
                    .is_some_and(|first| first.is(Ns::W, "rStyle")),
            );
            let fonts = [
                ("ascii", font.as_str()),
                ("eastAsia", &font),
                ("hAnsi", &font),
            ];
            format.insert(at, like.sibling("rFonts", &fonts, Vec::new()));
        }
        vec![Node::Element(format), Node::Element(drawn)]
    });
}

fn properties<T: Default>(control: &mut Element, change: impl FnOnce(&mut Element) -> T) -> T {
    control
        .child_mut(Ns::W, "sdtPr")
        .map(change)
        .unwrap_or_default()
}

/// Puts one run into a control, in the first paragraph or cell that it has; `run` makes its children from the format of the first run.
fn put(control: &mut Element, in_paragraph: bool, run: impl FnOnce(Option<Element>) -> Vec<Node>) {
    let like = control.sibling("t", &[], Vec::new());
    if control.child(Ns::W, "sdtContent").is_none() {
        control
            .children
            .push(Node::Element(like.sibling("sdtContent", &[], Vec::new())));
    }
    let Some(content) = control.child_mut(Ns::W, "sdtContent") else {
        return;
    };
    let mut format = None;
    content.visit(&mut |element| {
        if element.is(Ns::W, "r") && format.is_none() {
            format = Some(element.child(Ns::W, "rPr").cloned());
        }
    });
    let run = Node::Element(like.sibling("r", &[], run(format.flatten())));
    let holder = if content.child(Ns::W, "tc").is_some() {
        content.child_mut(Ns::W, "tc")
    } else {
        Some(content)
    };
    let Some(holder) = holder else { return };
    let mut kept: Vec<Node> = Vec::new();
    let mut paragraph = None;
    for node in std::mem::take(&mut holder.children) {
        if node.is(Ns::W, "p") {
            paragraph = paragraph.or(Some(node));
        } else if node.is(Ns::W, "tcPr") {
            kept.push(node);
        }
    }
    let paragraph = match (paragraph, in_paragraph) {
        (None, true) => None,
        (None, false) => Some(Node::Element(like.sibling("p", &[], vec![run.clone()]))),
        (found, _) => found,
    };
    // An element written as `<a/>` is opened by its first child.
    match paragraph {
        Some(Node::Element(mut paragraph)) => {
            paragraph.children.retain(|node| node.is(Ns::W, "pPr"));
            let at = paragraph.children.len();
            paragraph.insert(
                at,
                match run {
                    Node::Element(run) => run,
                    _ => return,
                },
            );
            kept.push(Node::Element(paragraph));
        }
        _ => kept.push(run),
    }
    for (at, node) in kept.into_iter().enumerate() {
        if let Node::Element(element) = node {
            holder.insert(at, element);
        }
    }
}
