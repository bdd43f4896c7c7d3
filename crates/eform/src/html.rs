//! Markup of a definition: sanitised for the screen, or taken out.

use std::sync::OnceLock;

use ammonia::Builder;

/// Markup that is safe to show: no scripts, styles, forms or pictures from elsewhere.
pub(crate) fn sanitise(markup: &str) -> String {
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
    let text = Builder::empty().clean(markup).to_string();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
