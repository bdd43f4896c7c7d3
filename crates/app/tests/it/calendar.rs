//! Days off and make-up working days: added, taken back, kept, and files that can't be used.

use std::path::Path;

use hoso_app::App;
use hoso_app::view::{CalendarInfo, FormPart};
use hoso_dossier::{DayKind, OwnDay};
use hoso_eform::Change;
use serde_json::json;

use crate::common::{profile, restarted};

fn day(day: &str, kind: DayKind, name: &str) -> OwnDay {
    OwnDay {
        day: day.parse().unwrap(),
        kind,
        name: name.into(),
    }
}

/// A birth whose 60th day is 24 November 2026, a holiday; it is Saturday, the 21st.
async fn born(app: &App) {
    let draft = app.draft_create("1.001193".into()).await.unwrap().id;
    let change = Change::Set {
        path: "tre.ngay_sinh".into(),
        value: json!("2026-09-25"),
    };
    app.draft_change(draft, FormPart::Form, change)
        .await
        .unwrap();
}

async fn due(app: &App) -> (String, i32) {
    let due = app.due().await.unwrap();
    (due[0].on.clone(), due[0].working_days)
}

fn files(home: &Path) -> Vec<String> {
    let all = std::fs::read_dir(home).unwrap();
    let mut names: Vec<String> = all
        .map(|one| one.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("calendar") || name.starts_with("days-off"))
        .collect();
    names.sort();
    names
}

fn broken(info: &CalendarInfo) -> Vec<(&str, bool)> {
    let all = info.broken.iter();
    all.map(|one| (one.file.as_str(), one.newer)).collect()
}

#[tokio::test]
async fn a_day_added_moves_deadlines_at_once_and_stays_until_it_is_taken_back() {
    let (home, app) = profile().await;
    born(&app).await;
    assert_eq!(due(&app).await, ("2026-11-25".into(), 2));
    let before = app.calendar().await.unwrap();
    let years: Vec<i16> = before.years.iter().map(|one| one.year).collect();
    assert_eq!((years, before.own.len()), (vec![2026, 2027], 0));
    assert!(before.source.iter().any(|one| one.contains("Điều 112")));

    let added = vec![
        day("2026-11-25", DayKind::Off, "  Nghỉ  bù "),
        day("2026-11-22", DayKind::Worked, "Làm bù"),
    ];
    let info = app.calendar_set(added).await.unwrap();
    assert_eq!(due(&app).await, ("2026-11-26".into(), 3));
    let kept = vec![
        day("2026-11-22", DayKind::Worked, "Làm bù"),
        day("2026-11-25", DayKind::Off, "Nghỉ bù"),
    ];
    assert_eq!(info.own, kept);
    let shown: Vec<_> = info.years[0].days.iter().filter(|one| one.own).collect();
    assert_eq!((shown.len(), shown[1].day.as_str()), (2, "2026-11-25"));

    // It outlasts the program, and an older list brings the older deadlines.
    let app = restarted(&home, app).await;
    assert_eq!(due(&app).await, ("2026-11-26".into(), 3));
    app.calendar_set(before.own).await.unwrap();
    assert_eq!(due(&app).await, ("2026-11-25".into(), 2));
    // Forward again: what was taken once is not looked at as new.
    assert_eq!(app.calendar_set(kept.clone()).await.unwrap().own, kept);

    // A holiday on which the desk works.
    app.calendar_set(vec![day("2026-11-24", DayKind::Worked, "Vẫn làm việc")])
        .await
        .unwrap();
    assert_eq!(due(&app).await, ("2026-11-24".into(), 2));
    // One of another year is shown with its year.
    let far = vec![day("2029-01-02", DayKind::Off, "Nghỉ bù")];
    let info = app.calendar_set(far).await.unwrap();
    let years: Vec<(i16, bool)> = info.years.iter().map(|one| (one.year, one.known)).collect();
    assert_eq!(years, [(2026, true), (2027, true), (2029, false)]);
}

#[tokio::test]
async fn a_day_that_is_not_right_is_refused_and_nothing_changes() {
    let (home, app) = profile().await;
    let kept = day("2026-12-04", DayKind::Off, "Nghỉ bù");
    app.calendar_set(vec![kept.clone()]).await.unwrap();
    let file = std::fs::read(home.path().join("days-off.json")).unwrap();
    for (one, field, code) in [
        (day("2026-12-04", DayKind::Off, "Khác"), "day", "twice"),
        (day("2026-12-06", DayKind::Off, "Nghỉ"), "day", "isOff"),
        (day("2026-12-07", DayKind::Worked, "Bù"), "day", "isWorked"),
        (day("2026-12-07", DayKind::Off, "  "), "name", "required"),
        (
            day("2026-12-07", DayKind::Off, &"ộ".repeat(101)),
            "name",
            "long",
        ),
    ] {
        let error = app.calendar_set(vec![kept.clone(), one]).await.unwrap_err();
        let view = error.view();
        assert_eq!(view.code, "calendar.invalid");
        assert_eq!(view.fields.get(field).map(String::as_str), Some(code));
    }
    assert_eq!(
        std::fs::read(home.path().join("days-off.json")).unwrap(),
        file
    );
    assert_eq!(app.calendar().await.unwrap().own, [kept]);
}

#[tokio::test]
async fn a_file_that_cant_be_used_is_told_kept_and_set_aside_when_asked() {
    let (home, app) = profile().await;
    born(&app).await;
    let put = |file: &str, text: &str| std::fs::write(home.path().join(file), text).unwrap();
    put("calendar.json", "{");
    put("days-off.json", r#"{"version": 2, "days": []}"#);
    let app = restarted(&home, app).await;
    let info = app.calendar().await.unwrap();
    assert_eq!(
        broken(&info),
        [("calendar.json", false), ("days-off.json", true)]
    );
    // The built-in one serves meanwhile.
    assert_eq!(due(&app).await, ("2026-11-25".into(), 2));
    assert_eq!(files(home.path()), ["calendar.json", "days-off.json"]);

    // Saving does not write over what can't be read.
    let one = vec![day("2026-11-25", DayKind::Off, "Nghỉ bù")];
    let info = app.calendar_set(one).await.unwrap();
    assert_eq!(broken(&info), [("calendar.json", false)]);
    let aside = home.path().join("days-off.unreadable-1.json");
    let text = std::fs::read_to_string(&aside).unwrap();
    assert_eq!(text, r#"{"version": 2, "days": []}"#);

    put("calendar.unreadable-1.json", "kept before");
    let info = app.calendar_set_aside().await.unwrap();
    assert_eq!(broken(&info), []);
    assert_eq!(
        files(home.path()),
        [
            "calendar.unreadable-1.json",
            "calendar.unreadable-2.json",
            "days-off.json",
            "days-off.unreadable-1.json"
        ]
    );
    assert_eq!(due(&app).await, ("2026-11-26".into(), 2));
    let app = restarted(&home, app).await;
    assert_eq!(broken(&app.calendar().await.unwrap()), []);

    // One that holds what is no text, or too much.
    std::fs::write(home.path().join("days-off.json"), [0xff, 0xfe]).unwrap();
    put("calendar.json", &" ".repeat(1024 * 1024 + 1));
    let app = restarted(&home, app).await;
    let info = app.calendar().await.unwrap();
    assert_eq!(
        broken(&info),
        [("calendar.json", false), ("days-off.json", false)]
    );
}

#[tokio::test]
async fn another_whole_calendar_is_named_and_the_persons_days_stand_over_it() {
    let (home, app) = profile().await;
    born(&app).await;
    let text = r#"{"source": ["Lịch của cơ quan"], "asOf": "2026-11-01", "years": [2026], "yearly": [], "off": [], "worked": []}"#;
    std::fs::write(home.path().join("calendar.json"), text).unwrap();
    let app = restarted(&home, app).await;
    let info = app.calendar().await.unwrap();
    assert!(info.replaced);
    assert_eq!(info.source, ["Lịch của cơ quan"]);
    assert_eq!(due(&app).await.0, "2026-11-24");
    let one = vec![day("2026-11-24", DayKind::Off, "Nghỉ")];
    assert!(app.calendar_set(one).await.unwrap().replaced);
    assert_eq!(due(&app).await.0, "2026-11-25");
}
