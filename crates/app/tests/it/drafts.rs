//! Drafts over restarts: undo, papers, sealing and taking back, with no portal anywhere.

use hoso_app::forms::Papers;
use hoso_app::view::{
    DossierInfo, DraftInfo, DraftPatch, FormPart, PaperFormat, PaperState, SealRequest,
};
use hoso_app::{App, AppError, KdfCost};
use hoso_dossier::{DECLARATION_VERSION, DossierId, DraftId, Folder, Manifest};
use hoso_eform::Change;
use hoso_store::{Pin, Unlock};
use serde_json::{Value, json};

use crate::common::{PIN, app, profile, restarted, turn_clock_to};

const EXTRACT: &str = "2.000635";
/// *Giấy tờ tùy thân*, which nobody has to attach.
const IDENTITY: &str = "000.00.00.G15-KQ004946";
/// A place of the form that takes any words.
const PLACE: &str = "lam_tai";

/// Answers that nothing is missing from.
fn answers() -> Value {
    let example = include_bytes!("../../packs/2.000635/example.json");
    let mut answers: Value = serde_json::from_slice(example).unwrap();
    answers["ngay"] = json!("2026-11-20");
    answers
}

/// A draft that could be sealed.
async fn whole_draft(app: &App) -> DraftId {
    let draft = app.draft_create(EXTRACT.into()).await.unwrap().id;
    for (path, value) in answers().as_object().unwrap().clone() {
        set(app, draft, &path, value).await;
    }
    let problems = app.draft_check(draft, None, String::new()).await.unwrap();
    assert_eq!(problems, []);
    draft
}

async fn set(app: &App, draft: DraftId, path: &str, value: Value) -> DraftPatch {
    let change = Change::Set {
        path: path.into(),
        value,
    };
    app.draft_change(draft, FormPart::Form, change)
        .await
        .unwrap()
}

async fn seal(app: &App, draft: DraftId) -> Result<DossierInfo, AppError> {
    app.dossier_seal(SealRequest {
        draft,
        declared: true,
        declaration_version: DECLARATION_VERSION.into(),
    })
    .await
}

fn code(error: &AppError) -> String {
    error.view().code
}

fn place(draft: &DraftInfo) -> &Value {
    &draft.form.state.data[PLACE]
}

#[tokio::test]
async fn undo_and_redo_reach_over_a_restart() {
    let (home, app) = profile().await;
    let draft = app.draft_create(EXTRACT.into()).await.unwrap();
    assert!(!draft.can_undo, "what was prefilled is not undone");
    for words in ["một", "hai", "ba"] {
        set(&app, draft.id, PLACE, json!(words)).await;
    }
    app.draft_undo(draft.id).await.unwrap();

    let app = restarted(&home, app).await;
    let opened = app.draft_open(draft.id).await.unwrap();
    assert_eq!(place(&opened), "hai");
    assert!(opened.can_undo && opened.can_redo);
    assert!(!app.draft_redo(draft.id).await.unwrap().can_redo);
    assert_eq!(place(&app.draft_open(draft.id).await.unwrap()), "ba");

    let app = restarted(&home, app).await;
    for _ in 0..3 {
        assert!(app.draft_open(draft.id).await.unwrap().can_undo);
        app.draft_undo(draft.id).await.unwrap();
    }
    let opened = app.draft_open(draft.id).await.unwrap();
    assert!(!opened.can_undo && opened.can_redo);
    assert_eq!(opened.form.state.data, draft.form.state.data);
    // More undo than there is, is none.
    app.draft_undo(draft.id).await.unwrap();
    app.draft_redo(draft.id).await.unwrap();
    let changed = set(&app, draft.id, PLACE, json!("khác")).await;
    assert!(!changed.can_redo, "a new answer gives up what was undone");
    let app = restarted(&home, app).await;
    let opened = app.draft_open(draft.id).await.unwrap();
    assert_eq!((place(&opened), opened.can_redo), (&json!("khác"), false));
}

#[tokio::test]
async fn only_what_is_whole_and_declared_is_sealed() {
    let (_home, app) = profile().await;
    let begun = app.draft_create(EXTRACT.into()).await.unwrap().id;
    assert_eq!(
        code(&seal(&app, begun).await.unwrap_err()),
        "seal.incomplete"
    );
    let draft = whole_draft(&app).await;
    for (declared, version) in [(false, DECLARATION_VERSION), (true, "another text")] {
        let request = SealRequest {
            draft,
            declared,
            declaration_version: version.into(),
        };
        let refused = app.dossier_seal(request).await.unwrap_err();
        assert_eq!(code(&refused), "seal.not_declared");
    }
    assert_eq!(
        app.dossiers(None, String::new()).await.unwrap().rows.len(),
        2
    );

    let sealed = seal(&app, draft).await.unwrap();
    assert_eq!(sealed.row.folder, Folder::Outbox);
    assert_eq!(
        sealed.revisions[0].files,
        ["to-khai-cap-ban-sao-trich-luc-ho-tich.pdf"]
    );
    let change = Change::Set {
        path: PLACE.into(),
        value: json!("muộn"),
    };
    let late = app.draft_change(draft, FormPart::Form, change).await;
    assert_eq!(code(&late.unwrap_err()), "draft.sealed");
    assert_eq!(code(&seal(&app, draft).await.unwrap_err()), "draft.sealed");
    app.profile_lock().await.unwrap();
    assert_eq!(code(&seal(&app, begun).await.unwrap_err()), "lock.locked");
}

#[tokio::test]
async fn a_paper_is_stale_while_the_answers_differ_from_it() {
    let (home, app) = profile().await;
    let draft = whole_draft(&app).await;
    assert_eq!(app.draft_open(draft).await.unwrap().paper, PaperState::None);
    assert_eq!(
        app.paper_attach(draft).await.unwrap().paper,
        PaperState::Fresh
    );
    let app = restarted(&home, app).await;
    assert_eq!(
        app.draft_open(draft).await.unwrap().paper,
        PaperState::Fresh
    );
    let changed = set(&app, draft, PLACE, json!("Nơi khác")).await;
    assert_eq!(changed.paper, PaperState::Stale);
    assert!(changed.components.unwrap()[0].files[0].stale);
    assert_eq!(
        code(&seal(&app, draft).await.unwrap_err()),
        "seal.incomplete"
    );
    // The same answers, the same paper.
    assert_eq!(
        app.draft_undo(draft).await.unwrap().paper,
        PaperState::Fresh
    );
    app.draft_redo(draft).await.unwrap();
    let attached = app.paper_attach(draft).await.unwrap();
    assert_eq!(attached.paper, PaperState::Fresh);
    assert_eq!(
        attached.components.unwrap()[0].files.len(),
        1,
        "in place of the old one"
    );
    seal(&app, draft).await.unwrap();
}

#[tokio::test]
async fn a_dossier_taken_back_is_a_draft_again() {
    let (home, app) = profile().await;
    let draft = whole_draft(&app).await;
    let paper = Papers::answer(EXTRACT, &answers(), None, crate::common::today()).unwrap();
    let file = home.path().join("giay-to.pdf");
    std::fs::write(&file, paper.write(PaperFormat::Pdf).unwrap().0).unwrap();
    let dropped = vec![file.display().to_string()];
    app.attachment_drop(draft, IDENTITY.into(), dropped)
        .await
        .unwrap();
    let before = app.draft_open(draft).await.unwrap().form.state.data;
    let sealed = seal(&app, draft).await.unwrap().row.dossier.unwrap();

    let app = restarted(&home, app).await;
    let again = app.dossier_cancel(sealed).await.unwrap().unwrap();
    assert_ne!(again.id, draft);
    assert_eq!(again.form.state.data, before);
    let files: Vec<&str> = again
        .components
        .iter()
        .flat_map(|component| &component.files)
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(
        files,
        ["to-khai-cap-ban-sao-trich-luc-ho-tich.pdf", "giay-to.pdf"]
    );
    assert!(again.can_undo, "undo reaches back beyond the sealing");
    let rows = app.dossiers(None, String::new()).await.unwrap().rows;
    let [row] = rows.as_slice() else {
        panic!("the dossier is gone, the draft is there: {rows:?}");
    };
    assert_eq!((row.draft, row.folder), (Some(again.id), Folder::Unsent));
    assert!(app.sync_info().await.unwrap().queue.is_empty());
    assert_eq!(
        code(&app.dossier_cancel(sealed).await.unwrap_err()),
        "dossier.too_late"
    );

    let app = restarted(&home, app).await;
    let new = seal(&app, again.id).await.unwrap();
    assert_ne!(new.row.dossier, Some(sealed));
    assert_eq!(new.revisions.len(), 1);
}

/// What was sealed of the form, as it lies in the store of the profile, which nobody has open.
async fn sealed_form(home: &std::path::Path, dossier: DossierId) -> Value {
    let store = hoso_store::Home::new(home).with_cost(KdfCost::LEAST);
    let profile = store.profiles(crate::common::today()).await.unwrap()[0].id;
    let pin = Pin::new(PIN).unwrap();
    let store = store
        .unlock(profile, Unlock::Pin(&pin), crate::common::today())
        .await
        .unwrap();
    let manifest = store.manifest(dossier, 1).await.unwrap();
    store.close().await.unwrap();
    Manifest::from_sealed(&manifest).unwrap().form
}

#[tokio::test]
async fn open_forms_6040_6183_formio_js_5511_hidden_rows_outlive_a_restart_and_are_not_sealed() {
    const BUSINESS: &str = "1.001612";
    let example = include_bytes!("../../packs/1.001612/example.json");
    let mut answers: Value = serde_json::from_slice(example).unwrap();
    answers["ngay"] = json!("2026-11-20");
    let rows = answers["thanh_vien"].clone();
    let (home, app) = profile().await;
    let draft = app.draft_create(BUSINESS.into()).await.unwrap().id;
    for (path, value) in answers.as_object().unwrap() {
        set(&app, draft, path, value.clone()).await;
    }
    let shown = |opened: &DraftInfo| !opened.form.state.hidden.contains(&"thanh_vien".to_owned());
    assert!(shown(&app.draft_open(draft).await.unwrap()));
    set(&app, draft, "chu_the", json!("ca_nhan")).await;

    let app = restarted(&home, app).await;
    assert!(!shown(&app.draft_open(draft).await.unwrap()));
    set(&app, draft, "chu_the", json!("ho_gia_dinh")).await;
    let back = app.draft_open(draft).await.unwrap();
    assert!(shown(&back));
    assert_eq!(back.form.state.data["thanh_vien"], rows);

    set(&app, draft, "chu_the", json!("ca_nhan")).await;
    let sealed = seal(&app, draft).await.unwrap().row.dossier.unwrap();
    app.profile_lock().await.unwrap();
    drop(app);
    let form = sealed_form(home.path(), sealed).await;
    assert_eq!(form["chu_the"], "ca_nhan");
    assert_eq!(form.get("thanh_vien"), None);
    assert_eq!(form["nganh_nghe"], answers["nganh_nghe"]);
}

#[tokio::test]
async fn what_was_taken_away_comes_back() {
    let (home, app) = profile().await;
    let draft = whole_draft(&app).await;
    app.paper_attach(draft).await.unwrap();
    let opened = app.draft_open(draft).await.unwrap();
    let file = opened.components[0].files[0].id;
    let removed = app.attachment_remove(draft, file).await.unwrap();
    assert_eq!(removed.paper, PaperState::None);
    let app = restarted(&home, app).await;
    let restored = app.attachment_restore(draft, file).await.unwrap();
    assert_eq!(restored.paper, PaperState::Fresh);

    app.draft_discard(draft).await.unwrap();
    assert!(
        app.dossiers(None, String::new())
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    let app = restarted(&home, app).await;
    app.draft_restore(draft).await.unwrap();
    let back = app.draft_open(draft).await.unwrap();
    assert_eq!(back.form.state.data, opened.form.state.data);
    assert_eq!(back.paper, PaperState::Fresh);
}

#[tokio::test]
async fn one_profile_is_open_once() {
    let (home, first) = profile().await;
    let second = app(home.path());
    let id = second.app_info().await.unwrap().profiles[0].id.clone();
    let refused = second.profile_unlock(id.clone(), PIN.into()).await;
    assert_eq!(code(&refused.unwrap_err()), "lock.in_use");
    first.profile_lock().await.unwrap();
    second.profile_unlock(id, PIN.into()).await.unwrap();
}

#[tokio::test]
async fn a_fee_that_nobody_can_count_yet_is_not_said_to_be_nothing() {
    let (_home, app) = profile().await;
    let begun = app.draft_create(EXTRACT.into()).await.unwrap();
    assert!(begun.fee.unknown, "{:?}", begun.fee);
    let draft = whole_draft(&app).await;
    let whole = app.draft_open(draft).await.unwrap();
    assert!(!whole.fee.unknown && !whole.fee.lines.is_empty());
}

#[tokio::test]
async fn a_form_that_is_out_of_force_is_refused_in_words_and_nothing_is_lost() {
    let (home, app) = profile().await;
    let draft = whole_draft(&app).await;
    // The law that the form belongs to ends on the last of February 2027.
    turn_clock_to(home.path(), "2027-06-01T03:00:00Z".parse().unwrap());
    let app = restarted(&home, app).await;
    let begun = app.draft_create(EXTRACT.into()).await.unwrap_err();
    assert_eq!(code(&begun), "procedure.not_in_force");
    assert!(begun.to_string().contains("2027"), "{begun}");
    let procedure = app.procedure(EXTRACT.into()).await.unwrap();
    assert!(procedure.not_in_force.contains("2027"));
    let problems = app.draft_check(draft, None, String::new()).await.unwrap();
    let expired = problems
        .iter()
        .find(|one| one.rule == "procedure.not_in_force");
    let said = &expired.unwrap().message;
    assert!(said.contains("đến hết ngày 28/02/2027"), "{said}");
    assert_eq!(
        code(&seal(&app, draft).await.unwrap_err()),
        "seal.incomplete"
    );
    let opened = app.draft_open(draft).await.unwrap();
    assert_eq!(place(&opened), &answers()[PLACE]);
}
