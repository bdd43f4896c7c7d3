//! The desk that receives a dossier: kept over a kill, told while it is missing, suggested from where the person lives and from what they chose last.

use std::sync::Arc;

use hoso_app::view::{DraftInfo, SealRequest, StepState, WizardStep};
use hoso_app::{App, KdfCost};
use hoso_dossier::{
    AgencySource, DECLARATION_VERSION, Delivery, DossierId, DraftId, Handover, Level, Manifest,
    PayWay, ReceivingAgency,
};
use hoso_store::{Pin, Unlock};
use tempfile::TempDir;

use crate::common::{PIN, person, profile_of, restarted};

/// A copy of an extract, at the level of communes; and a certificate of the police, at that of provinces.
const EXTRACT: &str = "2.000635";
const POLICE_RECORD: &str = "3.000333";

/// Somebody who lives in a commune that there is, with the national portal as the one that was met last.
async fn at_the_national_portal() -> (TempDir, Arc<App>) {
    let mut details = person();
    details.province = "Thành phố Hà Nội".into();
    details.commune = "Phường Ba Đình".into();
    let (home, app) = profile_of(details).await;
    app.profile_lock().await.unwrap();
    drop(app);
    let store = store(&home).await;
    store
        .put_setting("portalProfile", &"quoc-gia-2026")
        .await
        .unwrap();
    store.close().await.unwrap();
    let app = unlocked(&home).await;
    (home, app)
}

async fn store(home: &TempDir) -> hoso_store::Store {
    let profiles = hoso_store::Home::new(home.path()).with_cost(KdfCost::LEAST);
    let profile = profiles.profiles(crate::common::today()).await.unwrap()[0].id;
    let pin = Pin::new(PIN).unwrap();
    let unlocked = profiles.unlock(profile, Unlock::Pin(&pin), crate::common::today());
    unlocked.await.unwrap()
}

async fn unlocked(home: &TempDir) -> Arc<App> {
    let app = crate::common::app(home.path());
    let profiles = app.app_info().await.unwrap().profiles;
    let id = profiles[0].id.clone();
    app.profile_unlock(id, PIN.into()).await.unwrap();
    app
}

/// The disk as a program leaves it that is killed now.
fn killed(home: &TempDir) -> TempDir {
    fn copy(from: &std::path::Path, to: &std::path::Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let to = to.join(entry.file_name());
            match entry.file_type().unwrap().is_dir() {
                true => copy(&entry.path(), &to),
                false => drop(std::fs::copy(entry.path(), to).unwrap()),
            }
        }
    }
    let left = TempDir::new().unwrap();
    copy(home.path(), left.path());
    left
}

fn town(code: &str) -> ReceivingAgency {
    ReceivingAgency::find(Level::Commune, "01", Some(code)).unwrap()
}

async fn choose(app: &App, draft: DraftId, agency: Option<ReceivingAgency>) {
    let mut chosen = app.draft_open(draft).await.unwrap().handover;
    chosen.agency = agency;
    chosen.agency_suggested = None;
    app.draft_handover(draft, chosen).await.unwrap();
}

/// What is told about the desk, and how the first step stands.
async fn told(app: &App, draft: DraftId) -> (Vec<String>, StepState) {
    let steps = app.draft_step(draft, WizardStep::Form, String::new());
    let steps = steps.await.unwrap();
    let first = steps.iter().find(|one| one.step == WizardStep::Applicant);
    let problems = app.draft_check(draft, Some(WizardStep::Applicant), String::new());
    let problems = problems.await.unwrap().into_iter();
    let about = problems.filter(|one| one.rule == "handover.agency");
    (about.map(|one| one.path).collect(), first.unwrap().state)
}

fn suggested(draft: &DraftInfo) -> (Option<String>, Option<AgencySource>) {
    let Handover {
        agency,
        agency_suggested,
        ..
    } = draft.handover.clone();
    (agency.map(|one| one.name), agency_suggested)
}

/// A draft of an extract that is answered whole, so its fee is known.
async fn extract_answered(app: &App) -> DraftId {
    let draft = app.draft_create(EXTRACT.into()).await.unwrap().id;
    let example = include_bytes!("../../packs/2.000635/example.json");
    let mut answers: serde_json::Value = serde_json::from_slice(example).unwrap();
    answers["ngay"] = "2026-11-20".into();
    for (path, value) in answers.as_object().unwrap().clone() {
        let change = hoso_eform::Change::Set { path, value };
        let part = hoso_app::view::FormPart::Form;
        app.draft_change(draft, part, change).await.unwrap();
    }
    draft
}

#[tokio::test]
async fn it_is_suggested_until_somebody_says_so_and_kept_over_a_kill() {
    let (home, app) = at_the_national_portal().await;
    let begun = app.draft_create(EXTRACT.into()).await.unwrap();
    let home_town = Some(town("00004").name);
    let from_profile = (home_town.clone(), Some(AgencySource::Profile));
    assert_eq!(suggested(&begun), from_profile);
    assert_eq!(begun.agency_level, Some(Level::Commune));
    assert!(!begun.can_undo, "what was suggested is not undone");
    let province = app.draft_create(POLICE_RECORD.into()).await.unwrap();
    assert_eq!(province.agency_level, Some(Level::Province));
    let hanoi = Some("Thành phố Hà Nội".to_owned());
    assert_eq!(suggested(&province), (hanoi, Some(AgencySource::Profile)));

    // Another choice leaves it a suggestion.
    let other = Handover {
        pay: PayWay::Online,
        delivery: Delivery::AtDesk,
        ..begun.handover.clone()
    };
    app.draft_handover(begun.id, other).await.unwrap();
    let opened = app.draft_open(begun.id).await.unwrap();
    assert_eq!(suggested(&opened), from_profile);

    choose(&app, begun.id, Some(town("00008"))).await;
    let left = killed(&home);
    let app_after = unlocked(&left).await;
    let chosen = Some(town("00008").name);
    let opened = app_after.draft_open(begun.id).await.unwrap();
    assert_eq!(suggested(&opened), (chosen.clone(), None));
    assert_eq!(told(&app_after, begun.id).await, (vec![], StepState::Done));
    // The next draft begins with what was chosen last, as a suggestion; one of another level doesn't.
    let next = app_after.draft_create(EXTRACT.into()).await.unwrap();
    let as_before = (chosen, Some(AgencySource::Earlier));
    assert_eq!(suggested(&next), as_before);
    let province = app_after.draft_create(POLICE_RECORD.into()).await.unwrap();
    assert_eq!(suggested(&province).1, Some(AgencySource::Profile));
    // The person says that it is right.
    choose(&app_after, next.id, next.handover.agency).await;
    let opened = app_after.draft_open(next.id).await.unwrap();
    assert_eq!(suggested(&opened), (as_before.0, None));
}

#[tokio::test]
async fn what_is_missing_or_unknown_is_told_and_leaves_what_was_there() {
    let (_home, app) = at_the_national_portal().await;
    let draft = app.draft_create(EXTRACT.into()).await.unwrap().id;
    choose(&app, draft, None).await;
    let path = |path: &str| (vec![path.to_owned()], StepState::Incomplete);
    assert_eq!(told(&app, draft).await, path("agency-province"));
    let half = ReceivingAgency::find(Level::Commune, "01", None).unwrap();
    choose(&app, draft, Some(half.clone())).await;
    assert_eq!(told(&app, draft).await, path("agency-commune"));
    let unknown = ReceivingAgency {
        commune: Some("99999".into()),
        ..half.clone()
    };
    let mut chosen = app.draft_open(draft).await.unwrap().handover;
    chosen.agency = Some(unknown);
    let refused = app.draft_handover(draft, chosen).await.unwrap_err();
    assert_eq!(refused.view().code, "agency.unknown");
    let opened = app.draft_open(draft).await.unwrap();
    assert_eq!(opened.handover.agency, Some(half));
    choose(&app, draft, Some(town("00004"))).await;
    assert_eq!(told(&app, draft).await, (vec![], StepState::Done));
}

#[tokio::test]
async fn a_step_where_the_way_of_the_result_is_missing_is_not_done() {
    let (_home, app) = at_the_national_portal().await;
    let draft = extract_answered(&app).await;
    let fees = app.draft_step(draft, WizardStep::Fees, String::new()).await;
    fees.unwrap();
    let after = async |delivery: Delivery| {
        let handover = app.draft_open(draft).await.unwrap().handover;
        let handover = Handover {
            delivery,
            ..handover
        };
        let steps = app.draft_handover(draft, handover).await.unwrap().steps;
        let fees = steps.iter().find(|one| one.step == WizardStep::Fees);
        fees.unwrap().state
    };
    let nowhere = Delivery::Post {
        address: String::new(),
        to: None,
    };
    assert_eq!(after(Delivery::AtDesk).await, StepState::Done);
    assert_eq!(after(nowhere).await, StepState::Incomplete);
    assert_eq!(after(Delivery::Electronic).await, StepState::Done);
}

#[tokio::test]
async fn it_is_sealed_as_shown_and_what_is_taken_back_or_copied_has_it() {
    let (home, app) = at_the_national_portal().await;
    let draft = extract_answered(&app).await;
    choose(&app, draft, Some(town("00008"))).await;
    let request = |draft| SealRequest {
        draft,
        declared: true,
        declaration_version: DECLARATION_VERSION.into(),
    };
    let sealed = app.dossier_seal(request(draft)).await.unwrap();
    assert_eq!(sealed.received_by, town("00008").name);
    let dossier: DossierId = sealed.row.dossier.unwrap();
    let copy = app.dossier_copy(dossier).await.unwrap();
    assert_eq!(suggested(&copy), (Some(town("00008").name), None));
    let again = app.dossier_cancel(dossier).await.unwrap().unwrap();
    assert_eq!(suggested(&again), (Some(town("00008").name), None));
    let app = restarted(&home, app).await;
    let sealed = app.dossier_seal(request(again.id)).await.unwrap();
    let dossier = sealed.row.dossier.unwrap();
    app.profile_lock().await.unwrap();
    drop(app);
    let store = store(&home).await;
    let manifest = store.manifest(dossier, 1).await.unwrap();
    let manifest = Manifest::from_sealed(&manifest).unwrap();
    assert_eq!(manifest.agency, Some(town("00008")));
}
