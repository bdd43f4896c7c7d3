//! Locking by itself, when nobody is there.

use std::sync::Arc;
use std::time::Duration;

use hoso_app::view::{FormPart, LockState, Settings};
use hoso_app::{App, Topic};
use hoso_eform::Change;
use jiff::ToSpan as _;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

use crate::common::{profile, restarted, today, turn_clock_to};

/// A profile that nobody has touched for ten minutes, and the word that it is about to be locked.
async fn about_to_lock() -> (TempDir, Arc<App>, Receiver<hoso_app::Changed>) {
    let (home, app) = profile().await;
    let settings = Settings {
        auto_lock_minutes: 5,
        ..app.app_info().await.unwrap().settings
    };
    app.settings_update(settings).await.unwrap();
    let mut changes = app.changes();
    turn_clock_to(home.path(), today() + 10.minutes());
    while !changes
        .recv()
        .await
        .unwrap()
        .topics
        .contains(&Topic::Locking)
    {}
    (home, app, changes)
}

async fn lock_state(app: &App) -> LockState {
    app.app_info().await.unwrap().lock
}

#[tokio::test]
async fn what_is_typed_is_handed_over_before_an_idle_profile_is_locked() {
    let (home, app, mut changes) = about_to_lock().await;
    // The window hears of it while everything still works, sends what it holds, and locks.
    let draft = app.draft_create("2.000635".into()).await.unwrap().id;
    let typed = Change::Set {
        path: "lam_tai".into(),
        value: json!("gõ dở"),
    };
    app.draft_change(draft, FormPart::Form, typed)
        .await
        .unwrap();
    app.profile_lock().await.unwrap();
    assert_eq!(lock_state(&app).await, LockState::Locked);
    let app = restarted(&home, app).await;
    let opened = app.draft_open(draft).await.unwrap();
    assert_eq!(opened.form.state.data["lam_tai"], "gõ dở");
    // The task of before locks nothing that was opened since; the new one says its own word first.
    while changes.try_recv().is_ok() {}
    assert_eq!(lock_state(&app).await, LockState::Open);
}

#[tokio::test]
async fn a_window_that_does_not_answer_keeps_nothing_open() {
    let (_home, app, mut changes) = about_to_lock().await;
    while !changes.recv().await.unwrap().topics.contains(&Topic::App) {}
    assert_eq!(lock_state(&app).await, LockState::Locked);
}

#[tokio::test]
async fn somebody_who_comes_back_at_the_last_moment_is_not_locked_out() {
    let (_home, app, _changes) = about_to_lock().await;
    app.activity().await.unwrap();
    // Longer than the last words are waited for.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(lock_state(&app).await, LockState::Open);
}
