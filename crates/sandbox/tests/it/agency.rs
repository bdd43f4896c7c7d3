//! The desk that receives a dossier: one that the procedure has, where the portal's profile has it chosen, and none elsewhere.

use hoso_dossier::{Level, Manifest, ReceivingAgency};
use hoso_portal_api::ProblemCode;
use hoso_sandbox::testing::{audit, clerk};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::person::{Person, Portal, manifest, problem};

const NATIONAL: &str = "quoc-gia-2026";
/// Of a commune's level, and of a province's.
const OF_COMMUNES: &str = "1.001193";
const OF_PROVINCES: &str = "3.000333";

fn desk(level: Level, province: &str, commune: Option<&str>) -> ReceivingAgency {
    ReceivingAgency::find(level, province, commune).unwrap()
}

fn ba_dinh() -> ReceivingAgency {
    desk(Level::Commune, "01", Some("00004"))
}

/// What the manifest of a commune's procedure says under a profile.
pub(crate) fn agency_at(profile: Option<&str>) -> Option<ReceivingAgency> {
    (profile == Some(NATIONAL)).then(ba_dinh)
}

fn of(procedure: &str, agency: Option<ReceivingAgency>) -> Manifest {
    Manifest {
        procedure: procedure.into(),
        agency,
        ..manifest(None, 0)
    }
}

/// Refused for good, with words at the field, and nothing is kept of it.
async fn assert_refused(portal: &Portal, person: &Person, wrong: &Manifest, words: &str) {
    let (status, code, problem) = problem(person.put(wrong).await).await;
    let said = &wrong.agency;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{said:?}");
    assert_eq!(code, ProblemCode::DossierInvalid, "{said:?}");
    assert!(code.is_final());
    let told = problem.fields.get("agency").unwrap();
    assert!(told.contains(words), "{said:?}: {told}");
    let held = audit(portal.url()).await.unwrap();
    assert_eq!(held["dossiers"], Value::Array(vec![]), "{said:?}");
}

#[tokio::test]
async fn one_that_the_procedure_does_not_have_is_refused_and_nothing_is_kept() {
    let portal = Portal::like(NATIONAL).await;
    let person = portal.citizen().await;
    let hanoi = desk(Level::Province, "01", None);
    let half = desk(Level::Commune, "01", None);
    let but = |change: fn(&mut ReceivingAgency)| {
        let mut wrong = ba_dinh();
        change(&mut wrong);
        Some(wrong)
    };
    for (procedure, agency, words) in [
        (OF_COMMUNES, None, "phường, xã"),
        (OF_PROVINCES, None, "Hãy chọn tỉnh, thành phố"),
        (OF_COMMUNES, Some(half), "Hãy chọn phường, xã"),
        (OF_COMMUNES, Some(hanoi.clone()), "không thuộc cấp"),
        (OF_PROVINCES, Some(ba_dinh()), "không thuộc cấp"),
        (
            OF_COMMUNES,
            but(|one| one.level = Level::Ministry),
            "không thuộc cấp",
        ),
        (
            OF_COMMUNES,
            but(|one| one.level = Level::Province),
            "không thuộc cấp",
        ),
        (
            OF_PROVINCES,
            but(|one| one.level = Level::Province),
            "không thuộc cấp",
        ),
        (
            OF_COMMUNES,
            but(|one| one.province = "51".into()),
            "không có trong tỉnh",
        ),
        (
            OF_COMMUNES,
            but(|one| one.province = "00".into()),
            "Mã tỉnh",
        ),
        (
            OF_COMMUNES,
            but(|one| one.province = "1".repeat(100_000)),
            "Mã tỉnh",
        ),
        (
            OF_COMMUNES,
            but(|one| one.commune = Some("4".into())),
            "không có trong tỉnh",
        ),
        (
            OF_COMMUNES,
            but(|one| one.commune = Some("' OR 1=1 --".into())),
            "không có trong tỉnh",
        ),
        (
            OF_COMMUNES,
            but(|one| one.name = "Phường Khác".into()),
            "không khớp",
        ),
        (
            OF_COMMUNES,
            but(|one| one.name = String::new()),
            "không khớp",
        ),
        (
            OF_COMMUNES,
            but(|one| one.name.push_str("<script>")),
            "không khớp",
        ),
    ] {
        assert_refused(&portal, &person, &of(procedure, agency), words).await;
    }
    // The same dossiers, with a desk that there is, are others.
    for (procedure, agency) in [(OF_COMMUNES, ba_dinh()), (OF_PROVINCES, hanoi)] {
        let right = of(procedure, Some(agency));
        assert!(person.put(&right).await.status().is_success());
    }
}

#[tokio::test]
async fn a_shape_that_is_none_is_no_manifest() {
    let portal = Portal::like(NATIONAL).await;
    let person = portal.citizen().await;
    let whole = of(OF_COMMUNES, Some(ba_dinh()));
    for shape in [
        json!("01/00004"),
        json!(["01", "00004"]),
        json!({}),
        json!(null),
        json!({"level": "commune", "province": 1, "commune": 4, "name": "x"}),
        json!({"level": "district", "province": "01", "commune": "00004", "name": "x"}),
        json!({"level": "commune", "province": "01", "commune": "00004", "name": "x", "more": {}}),
    ] {
        let mut said = serde_json::to_value(&whole).unwrap();
        said["agency"] = shape.clone();
        // Sorted, as canonical bytes are.
        let sorted: std::collections::BTreeMap<String, Value> =
            serde_json::from_value(said).unwrap();
        let path = format!("/v1/dossiers/{}/revisions/1", whole.dossier);
        let put = person.ask(Method::PUT, &path).json(&sorted).send().await;
        let (_, code, problem) = problem(put.unwrap()).await;
        assert_eq!(code, ProblemCode::DossierInvalid, "{shape}");
        assert!(problem.fields.contains_key("manifest"), "{shape}");
    }
    assert!(person.put(&whole).await.status().is_success());
}

#[tokio::test]
async fn the_desk_sees_where_it_is_to_go_and_a_supplement_goes_there_too() {
    let portal = Portal::like(NATIONAL).await;
    let person = portal.citizen().await;
    let first = of(OF_COMMUNES, Some(ba_dinh()));
    person.hand_in(&first).await;
    let page = format!("{}/clerk/dossiers/{}", portal.url(), first.dossier);
    let page = reqwest::get(page).await.unwrap().text().await.unwrap();
    assert!(page.contains("Cơ quan tiếp nhận"), "{page}");
    assert!(page.contains("Phường Ba Đình, Thành phố Hà Nội"), "{page}");
    assert!(page.contains("mã 00004"), "{page}");
    let id = first.dossier;
    clerk(portal.url(), id, "accept", &[]).await.unwrap();
    let asked = [("reason", "Thiếu giấy chứng sinh"), ("components", "")];
    clerk(portal.url(), id, "supplement", &asked).await.unwrap();
    let second = |agency| Manifest {
        revision: 2,
        agency,
        ..first.clone()
    };
    for elsewhere in [None, Some(desk(Level::Commune, "01", Some("00008")))] {
        let (_, code, problem) = problem(person.put(&second(elsewhere)).await).await;
        assert_eq!(code, ProblemCode::DossierInvalid);
        assert!(problem.fields["agency"].contains("đang giữ hồ sơ"));
    }
    let right = second(first.agency.clone());
    assert!(person.put(&right).await.status().is_success());
}

#[tokio::test]
async fn a_portal_without_that_choice_takes_none() {
    for profile in ["kon-tum", "khu-kinh-te", "mot-cua-chung", "nghe-an"] {
        let portal = Portal::like(profile).await;
        let person = portal.citizen().await;
        let chosen = of(OF_COMMUNES, Some(ba_dinh()));
        assert_refused(&portal, &person, &chosen, "không cho chọn").await;
        let plain = of(OF_COMMUNES, None);
        assert!(person.put(&plain).await.status().is_success(), "{profile}");
    }
}
