//! The text of a paragraph, whatever runs it is split over.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::control;
use super::xml::{Element, Node, Ns};

/// What stands for something that no placeholder can reach across.
pub(super) const WALL: char = '\u{fffc}';

/// The text of a paragraph in one piece, and where its runs are cut.
pub(super) struct Joined {
    pub(super) text: String,
    /// Where each atom of text stands in it, in reading order.
    atoms: Vec<Range<usize>>,
}

/// A `{{ … }}` in a paragraph's text.
pub(super) struct Placeholder {
    /// With its braces.
    pub(super) at: Range<usize>,
    /// What stands between, with straight quotes and plain spaces.
    pub(super) source: String,
    /// There is an end.
    pub(super) closed: bool,
}

/// Joins the text of a paragraph.
pub(super) fn join(paragraph: &Element) -> Joined {
    let mut joined = Joined {
        text: String::new(),
        atoms: Vec::new(),
    };
    read(paragraph, &mut joined);
    joined
}

impl Joined {
    /// The placeholders in reading order.
    pub(super) fn placeholders(&self) -> Vec<Placeholder> {
        let mut found = Vec::new();
        let mut from = 0;
        // The next end is looked for once: a text full of beginnings would be read again and again.
        let mut next_close = self.find("}}", 0);
        while let Some(open) = self.find("{{", from) {
            while next_close.is_some_and(|close| close < open + 2) {
                next_close = next_close.and_then(|close| self.find("}}", close + 1));
            }
            let close = next_close;
            let again = self
                .find("{{", open + 1)
                .filter(|again| close.is_none_or(|close| *again < close));
            let (end, next, closed) = match (close, again) {
                // Three braces in a row: the outer one is text.
                (Some(_), Some(again)) if again == open + 1 => {
                    from = again;
                    continue;
                }
                (Some(close), None) => (close + 2, close + 2, true),
                (_, Some(again)) => (again, again, false),
                (None, None) => (self.text.len(), self.text.len(), false),
            };
            let inside = end - if closed { 2 } else { 0 };
            found.push(Placeholder {
                at: open..end,
                source: plain(self.text.get(open + 2..inside).unwrap_or_default()),
                closed,
            });
            from = next;
        }
        found
    }

    fn find(&self, what: &str, from: usize) -> Option<usize> {
        Some(from + self.text.get(from..)?.find(what)?)
    }

    /// What each touched atom holds once stretches of the text are replaced; they don't overlap, and stand in order.
    pub(super) fn replaced(&self, stretches: &[(Range<usize>, String)]) -> BTreeMap<usize, String> {
        let mut out = BTreeMap::new();
        let mut stretches = stretches;
        for (number, atom) in self.atoms.iter().enumerate() {
            while let Some(((at, _), rest)) = stretches.split_first()
                && at.end <= atom.start
            {
                stretches = rest;
            }
            let touching = stretches
                .iter()
                .take_while(|(at, _)| at.start < atom.end)
                .filter(|(at, _)| atom.start < at.end);
            let mut text = String::new();
            let mut from = atom.start;
            let mut touched = false;
            for (at, value) in touching {
                touched = true;
                text.push_str(self.text.get(from..at.start.max(from)).unwrap_or_default());
                // The whole value goes where the placeholder begins, and takes that run's format.
                if atom.contains(&at.start) {
                    text.push_str(value);
                }
                from = at.end.min(atom.end);
            }
            if touched {
                text.push_str(self.text.get(from..atom.end).unwrap_or_default());
                out.insert(number, text);
            }
        }
        out
    }
}

/// Puts text into the atoms of a paragraph that `replaced` names.
pub(super) fn replace(paragraph: &mut Element, replaced: &BTreeMap<usize, String>) {
    let mut number = 0;
    rewrite(paragraph, replaced, &mut number);
}

/// Text with its line ends as breaks, as children of a run; `like` is any element of the run's namespace.
pub(super) fn lines(like: &Element, text: &str) -> Vec<Node> {
    let mut out = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push(Node::Element(like.sibling("br", &[], Vec::new())));
        }
        for (index, piece) in line.split('\t').enumerate() {
            if index > 0 {
                out.push(Node::Element(like.sibling("tab", &[], Vec::new())));
            }
            if !piece.is_empty() {
                out.push(Node::Element(words(like, piece)));
            }
        }
    }
    out
}

fn words(like: &Element, text: &str) -> Element {
    let mut element = like.sibling("t", &[], Vec::new());
    element.set_text(text);
    if text.starts_with(' ') || text.ends_with(' ') {
        element.set_attribute(Ns::Xml, "space", Some("preserve"));
    }
    element
}

/// Whether the text within is none of this paragraph's: taken out by an editor, of a text box, or of a control with a life of its own.
fn apart(element: &Element) -> bool {
    match (element.ns, element.local()) {
        (Ns::W, "pPr" | "rPr" | "del" | "moveFrom" | "pict" | "object" | "drawing") => true,
        (Ns::Mc, "AlternateContent") => true,
        (Ns::W, "sdt") => control::is_ours(element),
        (Ns::W, "sdtPr" | "sdtEndPr") => true,
        _ => false,
    }
}

/// What an element says in the paragraph's text, if it is an atom of it.
fn atom(element: &Element) -> Option<String> {
    if element.ns != Ns::W {
        return None;
    }
    Some(match element.local() {
        // No Word file has elements within text; what is in them would be lost.
        "t" if element.elements().next().is_some() => WALL.to_string(),
        "t" => {
            let text = element.text();
            let kept = element.attribute(Ns::Xml, "space").as_deref() == Some("preserve");
            if kept {
                text
            } else {
                // Word does not show these.
                text.trim_matches([' ', '\t', '\r', '\n']).to_owned()
            }
        }
        "tab" | "ptab" => "\t".to_owned(),
        "br" if element.attribute(Ns::W, "type").is_some() => WALL.to_string(),
        "br" | "cr" => "\n".to_owned(),
        "noBreakHyphen" => "\u{2011}".to_owned(),
        "softHyphen" => "\u{ad}".to_owned(),
        "sym" | "footnoteReference" | "endnoteReference" => WALL.to_string(),
        _ => return None,
    })
}

fn read(element: &Element, joined: &mut Joined) {
    for child in element.elements() {
        if let Some(text) = atom(child) {
            let from = joined.text.len();
            joined.text.push_str(&text);
            joined.atoms.push(from..joined.text.len());
        } else if !apart(child) {
            read(child, joined);
        }
    }
}

fn rewrite(element: &mut Element, replaced: &BTreeMap<usize, String>, number: &mut usize) {
    let mut children = Vec::with_capacity(element.children.len());
    for mut node in std::mem::take(&mut element.children) {
        let Some(child) = node.element_mut() else {
            children.push(node);
            continue;
        };
        if atom(child).is_some() {
            match replaced.get(number) {
                Some(text) => children.extend(lines(child, text)),
                None => children.push(node),
            }
            *number += 1;
        } else {
            if !apart(child) {
                rewrite(child, replaced, number);
            }
            children.push(node);
        }
    }
    element.children = children;
}

/// A placeholder as it was meant: Word turns quotes, spaces and hyphens into finer ones while one types.
fn plain(source: &str) -> String {
    source
        .nfc()
        .filter_map(|c| match c {
            '“' | '”' | '„' | '‟' | '«' | '»' => Some('"'),
            '‘' | '’' | '‚' | '‛' => Some('\''),
            '\u{2011}' => Some('-'),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => None,
            c if c.is_whitespace() => Some(' '),
            c => Some(c),
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Vec<(String, bool)> {
        let joined = Joined {
            text: text.to_owned(),
            atoms: Vec::new(),
        };
        joined
            .placeholders()
            .into_iter()
            .map(|found| (found.source, found.closed))
            .collect()
    }

    #[test]
    fn placeholders_are_found_and_unclosed_ones_told() {
        assert_eq!(
            sources("a {{ b }} c {{d}}"),
            [("b".to_owned(), true), ("d".to_owned(), true)]
        );
        assert_eq!(
            sources("{{ a {{ b }}"),
            [("a".to_owned(), false), ("b".to_owned(), true)]
        );
        assert_eq!(sources("x {{ a"), [("a".to_owned(), false)]);
        assert_eq!(
            sources("{{ x == “Nữ” }}"),
            [("x == \"Nữ\"".to_owned(), true)]
        );
        assert_eq!(sources("{ { x } }"), []);
        assert_eq!(sources("{{{ x }}}"), [("x".to_owned(), true)]);
    }
}
