//! HTML pages: templates with escaped output, no scripts.

use axum::response::Html;
use hoso_dossier::{Money, OfficialStatus};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;

use crate::refusal::Refusal;

/// The templates.
pub(crate) struct Pages(Environment<'static>);

/// Templates by name; the ending makes minijinja escape what is put into them.
const TEMPLATES: [(&str, &str); 10] = [
    ("layout.html", include_str!("../pages/layout.html")),
    ("bank.html", include_str!("../pages/bank.html")),
    ("bank-list.html", include_str!("../pages/bank-list.html")),
    ("clerk.html", include_str!("../pages/clerk.html")),
    ("clerk-list.html", include_str!("../pages/clerk-list.html")),
    ("lookup.html", include_str!("../pages/lookup.html")),
    ("message.html", include_str!("../pages/message.html")),
    ("otp.html", include_str!("../pages/otp.html")),
    ("outbox.html", include_str!("../pages/outbox.html")),
    ("sign-in.html", include_str!("../pages/sign-in.html")),
];

impl Pages {
    pub(crate) fn new() -> Self {
        let mut pages = Environment::new();
        for (name, source) in TEMPLATES {
            if let Err(error) = pages.add_template(name, source) {
                // Found by a test, so it is never seen in a portal that was built.
                tracing::error!(%error, name, "a page's template is broken");
            }
        }
        pages.add_filter("day_time", |time: String| {
            time.parse::<Timestamp>().map_or(time, |time| {
                in_vietnam(time).strftime("%d/%m/%Y %H:%M").to_string()
            })
        });
        pages.add_filter("dong", |amount: u64| {
            Money::dong(amount).map_or_else(|_| amount.to_string(), |money| money.to_string())
        });
        pages.add_filter("status_name", |number: u8| {
            OfficialStatus::try_from(number).map_or_else(
                |_| format!("Trạng thái {number}"),
                |status| status.vietnamese().to_owned(),
            )
        });
        pages.add_filter("size", |bytes: u64| {
            if bytes < 1024 * 1024 {
                format!("{} KB", bytes.div_ceil(1024))
            } else {
                format!("{} MB", bytes.div_ceil(1024 * 1024))
            }
        });
        Self(pages)
    }

    /// Fills a template in.
    pub(crate) fn show(&self, name: &str, values: impl Serialize) -> Result<Html<String>, Refusal> {
        self.0
            .get_template(name)
            .and_then(|page| page.render(Serde(values)))
            .map(Html)
            .map_err(|error| Refusal::internal("filling a page in", &error))
    }
}

/// The time as clocks in Vietnam show it.
pub(crate) fn in_vietnam(time: Timestamp) -> Zoned {
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(TimeZone::UTC);
    time.to_zoned(zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_template_is_whole_and_escapes() {
        let pages = Pages::new();
        for (name, _) in TEMPLATES {
            pages.0.get_template(name).unwrap();
        }
        let page = pages
            .show(
                "message.html",
                json!({ "title": "<b>", "message": "<script>" }),
            )
            .unwrap();
        assert!(page.0.contains("&lt;script&gt;") && !page.0.contains("<script>"));
        assert!(!page.0.contains("<b>"));
    }

    #[test]
    fn times_are_shown_as_in_vietnam() {
        let time: Timestamp = "2026-12-31T18:30:00Z".parse().unwrap();
        assert_eq!(
            in_vietnam(time).strftime("%y%m%d %H:%M").to_string(),
            "270101 01:30"
        );
    }
}
