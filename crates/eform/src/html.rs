//! Markup of a definition: sanitised for the screen, or taken out.

use std::sync::OnceLock;

use ammonia::Builder;

/// Elements inside each other that are read as markup; reading them takes time by the square of it.
const DEEPEST: usize = 256;

/// Markup that is safe to show: no scripts, styles, forms or pictures from elsewhere.
pub(crate) fn sanitise(markup: &str) -> String {
    if !is_readable(markup) {
        return ammonia::clean_text(markup);
    }
    static BUILDER: OnceLock<Builder<'static>> = OnceLock::new();
    BUILDER
        .get_or_init(|| {
            let mut builder = Builder::default();
            builder
                .rm_tags(["img", "map", "area"])
                .url_schemes(["http", "https", "mailto", "tel"].into())
                .link_rel(Some("noopener noreferrer"));
            builder
        })
        .clean(markup)
        .to_string()
}

/// The words only.
pub(crate) fn plain(markup: &str) -> String {
    if !markup.contains(['<', '&']) {
        return markup.trim().to_owned();
    }
    if !is_readable(markup) {
        return String::new();
    }
    let text = Builder::empty().clean(markup).to_string();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether markup doesn't nest beyond reason, by its signs alone: a tag that is never closed counts as one that nests.
fn is_readable(markup: &str) -> bool {
    /// Those that hold nothing, and those that the next of their kind closes.
    const FLAT: [&str; 9] = [
        "br", "hr", "img", "input", "col", "wbr", "p", "li", "option",
    ];
    let mut depth = 0_usize;
    for (at, _) in markup.match_indices('<') {
        let tag = markup.get(at + 1..).unwrap_or_default();
        let closes = tag.starts_with('/');
        let name = tag.strip_prefix('/').unwrap_or(tag);
        let end = name.bytes().take(8).take_while(u8::is_ascii_alphanumeric);
        let name = name.get(..end.count()).unwrap_or_default();
        if name.is_empty() || FLAT.iter().any(|flat| name.eq_ignore_ascii_case(flat)) {
            continue;
        }
        depth = if closes {
            depth.saturating_sub(1)
        } else {
            depth + 1
        };
        if depth > DEEPEST {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_without_end_is_shown_as_it_was_typed() {
        let deep = "<div>".repeat(DEEPEST + 1);
        assert_eq!(sanitise(&deep), ammonia::clean_text(&deep));
        assert_eq!(plain(&deep), "");
        let long = "<p>một<br>hai <b>ba</b></p>".repeat(2_000);
        assert!(sanitise(&long).contains("<b>ba</b>"));
        assert!(plain(&long).ends_with("ba"));
    }
}
