//! Open XML as text, so that children stand in the schema's order because they are written in it.

use std::fmt::{Display, Write};

/// A part that is being written.
#[derive(Debug, Default)]
pub(super) struct Xml(String);

impl Xml {
    /// A part with its declaration.
    pub(super) fn part() -> Xml {
        Xml(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#.to_owned())
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// Markup as it is.
    pub(super) fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// Markup made of numbers and names, which need no escaping.
    pub(super) fn markup(&mut self, markup: std::fmt::Arguments<'_>) {
        // Writing to a text does not fail.
        let _ = self.0.write_fmt(markup);
    }

    /// `<w:name w:val="…"/>`.
    pub(super) fn value(&mut self, name: &str, value: impl Display) {
        self.markup(format_args!(r#"<w:{name} w:val="{value}"/>"#));
    }

    /// Words, or the value of an attribute.
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                // XML has no room for these; a title may hold them.
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
                c => self.0.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_xml_is_escaped() {
        let mut xml = Xml::default();
        xml.value("tag", 7);
        xml.text("a < \"b\" & c > d\u{1}");
        assert_eq!(
            xml.into_text(),
            r#"<w:tag w:val="7"/>a &lt; &quot;b&quot; &amp; c &gt; d"#
        );
    }
}
