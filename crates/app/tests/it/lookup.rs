//! Codes that are looked up, while the portal takes its time or says something else.

use std::sync::Arc;

use crate::common::portal::{Asked, portal};
use hoso_app::App;
use hoso_app::view::{LookUpState, LookUpView};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;

const ONE: &str = "000.00.19.H34-260101-0001";
const OTHER: &str = "000.00.19.H34-260101-0002";

fn found(code: &str) -> Value {
    json!({
        "code": code, "procedure": "2.000635", "title": "Cấp bản sao trích lục hộ tịch", "office": "UBND xã Mẫu",
        "status": 2, "submittedAt": "2026-11-20T01:00:00Z", "timeline": [],
    })
}

/// Asks in the background; answers when the portal was reached.
async fn ask(
    app: &Arc<App>,
    code: &str,
    portal: &mut UnboundedReceiver<Asked>,
) -> (JoinHandle<LookUpView>, Asked) {
    let (app, code) = (Arc::clone(app), code.to_owned());
    let pending = tokio::spawn(async move { app.look_up(code).await.unwrap() });
    (pending, portal.recv().await.unwrap())
}

async fn kept(app: &App) -> Vec<(String, LookUpState)> {
    let kept = app.look_ups().await.unwrap().into_iter();
    kept.map(|one| (one.code.to_string(), one.state)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_is_forgotten_while_the_portal_is_asked_stays_forgotten() {
    let (url, mut portal) = portal(&["/v1/lookup"]);
    let (_home, app) = crate::common::profile_at(&url).await;
    for forget in [None, Some(ONE.to_owned())] {
        for status in [200, 503] {
            let (one, asked) = ask(&app, ONE, &mut portal).await;
            app.look_up_forget(forget.clone()).await.unwrap();
            asked.answer(status, "", found(ONE));
            one.await.unwrap();
            assert_eq!(kept(&app).await, [], "{forget:?} {status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_are_asked_about_at_once_are_all_kept() {
    let (url, mut portal) = portal(&["/v1/lookup"]);
    let (_home, app) = crate::common::profile_at(&url).await;
    let codes: Vec<String> = (0..12).map(|last| format!("{ONE}{last}")).collect();
    let asking: Vec<_> = codes
        .iter()
        .map(|code| {
            let (app, code) = (Arc::clone(&app), code.clone());
            tokio::spawn(async move { app.look_up(code).await.unwrap() })
        })
        .collect();
    let mut asked = Vec::new();
    while asked.len() < codes.len() {
        asked.push(portal.recv().await.unwrap());
    }
    for one in asked {
        let code = one.path.split_once('=').unwrap().1.to_owned();
        one.answer(200, "", found(&code));
    }
    for one in asking {
        one.await.unwrap();
    }
    let mut kept = kept(&app).await;
    kept.sort_by(|one, other| one.0.cmp(&other.0));
    let mut all: Vec<_> = codes
        .into_iter()
        .map(|code| (code, LookUpState::Found))
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(kept, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_stands_though_an_older_question_fails_after_it() {
    let (url, mut portal) = portal(&["/v1/lookup"]);
    let (_home, app) = crate::common::profile_at(&url).await;
    let (old, first) = ask(&app, ONE, &mut portal).await;
    let (new, second) = ask(&app, ONE, &mut portal).await;
    second.answer(200, "", found(ONE));
    assert_eq!(new.await.unwrap().wait, None);
    first.answer(503, "", "");
    let view = old.await.unwrap();
    assert_eq!((view.state, view.wait), (LookUpState::Found, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_portal_that_says_it_is_busy_is_busy_and_says_until_when() {
    let (url, mut portal) = portal(&["/v1/lookup"]);
    let (_home, app) = crate::common::profile_at(&url).await;
    for (status, code, wait) in [
        (429, "busy", "portalBusy"),
        (401, "auth.required", "signIn"),
        (403, "auth.forbidden", "refused"),
        (410, "procedure.closed", "refused"),
        (500, "internal", "fault"),
        (418, "teapot", "backoff"),
    ] {
        let problem = json!({"type": "about:blank", "title": "No", "status": status, "code": code});
        let (pending, asked) = ask(&app, ONE, &mut portal).await;
        let retry = if code == "busy" {
            "retry-after: 90\r\n"
        } else {
            ""
        };
        asked.answer(status, retry, problem);
        let view = pending.await.unwrap();
        let said = view.wait.unwrap();
        assert_eq!(said.code, wait, "{code}");
        let until: Option<jiff::Timestamp> = said.until.parse().ok();
        let after = until.map(|until| {
            until
                .duration_since(view.asked_at.parse().unwrap())
                .as_secs()
        });
        assert_eq!(
            after.is_some_and(|secs| secs >= 90),
            code == "busy",
            "{code}"
        );
    }
    // A line that breaks says nothing of the portal.
    let (pending, asked) = ask(&app, OTHER, &mut portal).await;
    drop(asked);
    assert_eq!(pending.await.unwrap().wait.unwrap().code, "noAnswer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_an_endless_answer_only_so_much_is_kept() {
    let (url, mut portal) = portal(&["/v1/lookup"]);
    let (_home, app) = crate::common::profile_at(&url).await;
    let (pending, asked) = ask(&app, ONE, &mut portal).await;
    let long = "Ộ".repeat(2_000);
    let mut answer = found(ONE);
    let row = |at: usize| json!({"at": long, "status": 2, "step": format!("{at} {long}"), "handler": long, "note": "Nguyễn Thị An"});
    answer["timeline"] = (0..60).map(row).collect();
    for part in ["procedure", "title", "office", "submittedAt", "dueAt"] {
        answer[part] = long.clone().into();
    }
    asked.answer(200, "", answer);
    let view = pending.await.unwrap();
    assert_eq!(view.timeline.len(), 50);
    // What came last is what one wants to know.
    assert!(
        view.timeline[0].step.starts_with("10 Ộ"),
        "{}",
        view.timeline[0].step
    );
    assert!(
        view.timeline.iter().all(|row| row.note.is_empty()),
        "notes may name the person"
    );
    let view = serde_json::to_string(&app.look_ups().await.unwrap()).unwrap();
    assert!(view.len() < 100_000, "{} bytes", view.len());
}
