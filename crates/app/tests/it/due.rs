//! What is due, in working days, and being reminded of it once.

use std::path::Path;

use hoso_app::App;
use hoso_app::view::{DueKind, FormPart};
use hoso_dossier::DraftId;
use hoso_eform::Change;
use serde_json::json;

use crate::common::{profile, restarted, turn_clock_to};

/// Registration of a birth: 60 days by law.
const BIRTH: &str = "1.001193";

async fn born(app: &App, day: &str) -> DraftId {
    let draft = app.draft_create(BIRTH.into()).await.unwrap().id;
    let change = Change::Set {
        path: "tre.ngay_sinh".into(),
        value: json!(day),
    };
    app.draft_change(draft, FormPart::Form, change)
        .await
        .unwrap();
    draft
}

async fn shown(app: &App) -> Vec<(DueKind, String, i32, bool)> {
    let due = app.due().await.unwrap().into_iter();
    due.map(|due| (due.kind, due.on, due.working_days, due.soon))
        .collect()
}

#[tokio::test]
async fn a_limit_of_the_law_ends_on_a_working_day_and_is_counted_in_them() {
    let (_home, app) = profile().await;
    assert_eq!(shown(&app).await, []);
    // It is Saturday, 21 November 2026. The 60th day is the 24th, a holiday.
    let draft = born(&app, "2026-09-25").await;
    let (law, day) = (DueKind::Law, "2026-11-25".to_owned());
    assert_eq!(shown(&app).await, [(law, day.clone(), 2, true)]);
    let later = born(&app, "2026-10-10").await;
    let ordered = shown(&app).await;
    assert_eq!(ordered[1], (law, "2026-12-09".to_owned(), 12, false));
    app.draft_discard(later).await.unwrap();
    app.draft_discard(draft).await.unwrap();
    assert_eq!(shown(&app).await, []);
}

#[tokio::test]
async fn the_persons_own_calendar_takes_the_place_of_the_built_in_one() {
    let (home, app) = profile().await;
    born(&app, "2026-09-25").await;
    for (text, on) in [
        // Without the holiday.
        (
            r#"{"source": [], "asOf": "2026-11-01", "years": [], "yearly": [], "off": [], "worked": []}"#,
            "2026-11-24",
        ),
        // One that can't be read is as none.
        ("{", "2026-11-25"),
    ] {
        std::fs::write(home.path().join("calendar.json"), text).unwrap();
        let app = restarted(&home, app.clone()).await;
        assert_eq!(app.due().await.unwrap()[0].on, on, "{text}");
        app.profile_lock().await.unwrap();
    }
}

#[tokio::test]
async fn one_is_reminded_when_it_is_near_and_when_it_has_passed_and_not_again() {
    let (home, app) = profile().await;
    born(&app, "2026-09-25").await;
    let app = restarted(&home, app).await;
    let notices = |count: usize| wait_for(home.path(), count);
    assert!(notices(1).await[0].ends_with("Đến hạn ngày 25/11/2026 (còn 2 ngày làm việc)."));
    let app = restarted(&home, app).await;
    turn_clock_to(home.path(), "2026-11-26T03:00:00Z".parse().unwrap());
    let app = restarted(&home, app).await;
    let told = notices(2).await;
    assert!(told[1].ends_with("Đã quá hạn ngày 25/11/2026."), "{told:?}");
    restarted(&home, app).await.profile_lock().await.unwrap();
    assert_eq!(notices(2).await.len(), 2);
}

/// What the system was told, once it is so much.
async fn wait_for(home: &Path, count: usize) -> Vec<String> {
    loop {
        let text = std::fs::read_to_string(home.join("notices")).unwrap_or_default();
        let told: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        if told.len() >= count {
            return told;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
