//! Paper for a form that has no layout of its own.

use crate::layout::{Layout, LayoutError};

/// A plain layout: Quốc hiệu, the form's name, and a line for each answer in the order given.
///
/// # Errors
/// A path that is not letters, digits and `_` joined by dots; its line is its place in `rows`, plus 3.
pub fn generic_layout(title: &str, rows: &[(&str, &str)]) -> Result<Layout, LayoutError> {
    let title = literal(title);
    let lines: String = rows
        .iter()
        .map(|(label, path)| {
            let label = label.trim();
            let colon = if label.is_empty() || label.ends_with([':', '?', '.']) {
                ""
            } else {
                ":"
            };
            format!(
                "<line label=\"{}{colon}\" path=\"{}\"/>\n",
                literal(label),
                escape(path)
            )
        })
        .collect();
    let source =
        format!("<paper title=\"{title}\">\n<national-title/>\n<h1>{title}</h1>\n{lines}</paper>");
    Layout::parse("(generic)", &source)
}

/// Text that stands for itself: no tag, no entity, no placeholder, one line.
fn literal(text: &str) -> String {
    let one_line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    escape(&one_line).replace("{{", "{ {").replace("{%", "{ %")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_for_themselves_and_paths_are_read() {
        let layout = generic_layout(
            "Tờ khai <A> & {{ x }}",
            &[("Họ tên", "ho_ten"), ("Ghi \"chú\":", "a.b")],
        )
        .unwrap();
        assert_eq!(layout.declared_paths(), ["a.b", "ho_ten"]);
        let error = generic_layout("T", &[("A", "a"), ("B", "b b")]).unwrap_err();
        assert_eq!(error.line, 5);
    }
}
