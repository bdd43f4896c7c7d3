//! The OpenAPI document, held against the types and against the portal.

use std::collections::BTreeSet;

use hoso_dossier::{Capability, Delivery, Level, Money, OfficialStatus, ReceivingAgency};
use hoso_portal_api::{
    Fee, OPENAPI, PaymentOrder, PaymentState, PortalFile, PortalFileKind, ProblemCode,
    SupplementRequest, TimelineEntry,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::person::{Portal, file, manifest, payment_id, pdf, upload_id};

fn document() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

/// What is wrong with a value; the parts of JSON Schema that the document uses, strict about members.
fn flaws(schema: &Value, value: &Value, at: &str, root: &Value) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).unwrap();
        return flaws(target, value, at, root);
    }
    for (choice, least) in [("anyOf", 1), ("oneOf", 1)] {
        if let Some(choices) = schema[choice].as_array() {
            let fitting = choices
                .iter()
                .filter(|choice| flaws(choice, value, at, root).is_empty())
                .count();
            return if fitting >= least {
                vec![]
            } else {
                vec![format!("{at}: fits none of {choice}")]
            };
        }
    }
    let mut found = Vec::new();
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![kind],
    };
    if !kinds.contains(&kind) {
        found.push(format!("{at}: {kind} is not {kinds:?}"));
    }
    for (keyword, fits) in [
        ("const", &schema["const"] == value),
        (
            "enum",
            schema["enum"]
                .as_array()
                .is_none_or(|all| all.contains(value)),
        ),
    ] {
        if !schema[keyword].is_null() && !fits {
            found.push(format!("{at}: {value} is against {keyword}"));
        }
    }
    if let (Some(members), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    {
        for (name, member) in members {
            match properties.get(name) {
                Some(property) => {
                    found.extend(flaws(property, member, &format!("{at}.{name}"), root));
                }
                None => found.push(format!("{at}.{name}: not in the document")),
            }
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            if !members.contains_key(name.as_str().unwrap()) {
                found.push(format!("{at}.{name}: missing"));
            }
        }
    }
    if let (Some(items), false) = (value.as_array(), schema["items"].is_null()) {
        for item in items {
            found.extend(flaws(&schema["items"], item, &format!("{at}[]"), root));
        }
    }
    found
}

/// Members of a value, and those that the document has for it.
fn assert_fits(name: &str, value: &Value) {
    let root = document();
    let schema = &root["components"]["schemas"][name];
    assert!(schema.is_object(), "{name} is not in the document");
    assert_eq!(flaws(schema, value, name, &root), Vec::<String>::new());
    let said: BTreeSet<&String> = value.as_object().unwrap().keys().collect();
    let known: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(said, known, "{name}");
}

#[tokio::test]
async fn what_is_served_is_what_is_committed() {
    let portal = Portal::start().await;
    let answer = reqwest::get(format!("{}/openapi.json", portal.url())).await;
    let served: Value = answer.unwrap().json().await.unwrap();
    assert_eq!(served, document());
    assert_eq!(served["openapi"], "3.1.0");
}

#[tokio::test]
async fn every_operation_of_the_document_is_answered_and_the_types_fit_it() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let root = document();
    let mut operations = 0;
    for (path, methods) in root["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let filled = path
                .replace("{revision}", "1")
                .replace("{code}", "9.999999")
                .replace("{file}", "x")
                .replace("{id}", "00000000-0000-4000-8000-000000000000")
                .replace("{upload}", "00000000-0000-4000-8000-000000000000");
            let answer = person.tus(method.clone(), &filled).send().await.unwrap();
            assert_ne!(
                answer.status(),
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
            if answer.status() == StatusCode::NOT_FOUND && method != Method::HEAD {
                let said = answer.text().await.unwrap();
                assert!(!said.contains("Không có địa chỉ này"), "{method} {path}");
            }
            operations += 1;
        }
    }
    assert_eq!(operations, 30);
}

#[tokio::test]
async fn what_the_portal_says_fits_the_document() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let get = async |path: &str| -> Value {
        let answer = person.ask(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    };
    let limited = Portal::that_cannot("mot-cua-chung", [Capability::LookUp]).await;
    let info = reqwest::get(format!("{}/.well-known/hoso-portal", limited.url())).await;
    assert_fits("PortalInfo", &info.unwrap().json().await.unwrap());
    let catalogue = get("/v1/catalogue").await;
    assert_fits("CataloguePage", &catalogue);
    assert_fits("CatalogueChange", &catalogue["changes"][0]);
    let code = catalogue["changes"][0]["code"].as_str().unwrap();
    let pack = get(&format!("/v1/packs/{code}")).await;
    assert_fits("PackBundle", &pack);
    assert_fits("PackFile", &pack["files"][0]);

    let (id, bytes) = (upload_id(), pdf(100));
    person.upload(id, &bytes).await;
    let mut manifest = manifest(Some((id, &bytes)), 8_000);
    manifest.delivery = Delivery::Post {
        address: "12 Phố Mẫu".into(),
        to: Some(hoso_dossier::PostAddress::default()),
    };
    manifest.originals = Some(hoso_dossier::PostAddress::default());
    manifest.notices = vec![hoso_dossier::NoticeWish {
        way: hoso_dossier::NoticeWay::Email,
        to: "an@vidu.vn".into(),
    }];
    // This portal takes money online only, so what is put says nothing of another way.
    let mut at_desk = manifest.clone();
    at_desk.pay = hoso_dossier::PayWay::AtDesk;
    for (level, commune) in [(Level::Commune, Some("00004")), (Level::Province, None)] {
        at_desk.agency = Some(ReceivingAgency::find(level, "01", commune).unwrap());
        assert_fits("Manifest", &json!(at_desk));
    }
    assert_fits("PostAddress", &json!(manifest.originals));
    assert_fits("NoticeWish", &json!(manifest.notices[0]));
    assert_fits("ManifestFile", &json!(file(id, &bytes)));
    let put: Value = person.put(&manifest).await.json().await.unwrap();
    assert_fits("RevisionView", &put);
    let receipt = person.hand_in(&manifest).await;
    assert_fits("Receipt", &json!(receipt));
    let account = get("/v1/account").await;
    assert_fits("Account", &account);
    assert_fits("AccountData", &account["data"]);
    let page = get("/v1/dossiers").await;
    assert_fits("DossierPage", &page);
    assert_fits("DossierView", &page["dossiers"][0]);
    assert_fits("TimelineEntry", &page["dossiers"][0]["timeline"][0]);
    let code = receipt.code.as_str();
    let found = get(&format!("/v1/lookup?code={code}")).await;
    assert_fits("LookUp", &found);
    let problem: Value = person
        .submit(manifest.dossier, 2)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(problem["code"], "not_found");
}

#[test]
fn types_that_are_seldom_full_fit_the_document() {
    let dossier = manifest(None, 0).dossier;
    let amount = Money::dong(8_000).unwrap();
    assert_fits(
        "Fee",
        &json!(Fee {
            id: "x".into(),
            name: "x".into(),
            amount,
            paid_by: Some(payment_id()),
            at_desk: true,
        }),
    );
    assert_fits(
        "PaymentOrder",
        &json!(PaymentOrder {
            id: payment_id(),
            dossier,
            fee: "x".into(),
            amount,
            state: PaymentState::Paid,
            checkout_url: "http://127.0.0.1/".into(),
            settled_at: Some("x".into()),
            transaction: Some("x".into()),
        }),
    );
    assert_fits(
        "PaymentWish",
        &json!(hoso_portal_api::PaymentWish {
            dossier,
            fee: "x".into(),
            amount,
        }),
    );
    assert_fits(
        "SupplementRequest",
        &json!(SupplementRequest {
            revision: 2,
            reason: "x".into(),
            components: vec!["x".into()],
            requested_at: "x".into(),
            due_at: Some("x".into()),
        }),
    );
    assert_fits(
        "PortalFile",
        &json!(PortalFile {
            id: "x".into(),
            kind: PortalFileKind::PaymentReceipt,
            name: "x".into(),
            media_type: "x".into(),
            size: 1,
            sha256: hoso_dossier::Sha256::of(b""),
        }),
    );
    assert_fits(
        "TimelineEntry",
        &json!(TimelineEntry {
            at: "x".into(),
            status: OfficialStatus::Returned.into(),
            step: "x".into(),
            handler: "x".into(),
            note: "x".into(),
        }),
    );
    let reason = "x".into();
    assert_fits("Withdrawal", &json!(hoso_portal_api::Withdrawal { reason }));
    let comment = "x".into();
    assert_fits(
        "Rating",
        &json!(hoso_portal_api::Rating { score: 5, comment }),
    );
    let (key, name) = ("x".into(), "x".into());
    assert_fits(
        "SigningKey",
        &json!(hoso_portal_api::SigningKey { key, name }),
    );
    let needs = hoso_portal_api::Needs {
        confirmation: Some(hoso_portal_api::ConfirmationAsked {
            sent_to: "x".into(),
        }),
        fees: vec![],
    };
    assert_fits("Needs", &json!(needs));
    let code = "x".into();
    assert_fits(
        "Confirmation",
        &json!(hoso_portal_api::Confirmation { code }),
    );
    let desktop = hoso_dossier::DesktopId::new(dossier.uuid());
    let lease = hoso_portal_api::DraftLease {
        desktop,
        seconds: 60,
    };
    assert_fits("DraftLease", &json!(lease));
    let shared = hoso_portal_api::SharedDraft {
        id: hoso_dossier::SharedDraftId::new(dossier.uuid()),
        version: 1,
        sha256: hoso_dossier::Sha256::of(b""),
        size: 0,
        updated_at: "x".into(),
        ended: false,
        lease: Some(lease),
    };
    assert_fits("SharedDraft", &json!(shared));
    let drafts = vec![shared];
    assert_fits("DraftList", &json!(hoso_portal_api::DraftList { drafts }));
    let wish = hoso_portal_api::LeaseWish {
        desktop,
        take_over: true,
    };
    assert_fits("LeaseWish", &json!(wish));
    let problem = hoso_portal_api::Problem {
        kind: "x".into(),
        title: "x".into(),
        status: 409,
        code: ProblemCode::DossierConflict,
        detail: "x".into(),
        fields: [("x".into(), "x".into())].into(),
    };
    assert_fits("Problem", &json!(problem));
}

/// Codes as the document writes them.
fn named(codes: impl IntoIterator<Item = ProblemCode>) -> BTreeSet<String> {
    let name = |code| json!(code).as_str().unwrap().to_owned();
    codes.into_iter().map(name).collect()
}

fn texts(list: &Value) -> BTreeSet<String> {
    let texts = list.as_array().unwrap().iter();
    texts.map(|one| one.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_document_and_the_type_know_the_same_codes_and_end_with_the_same() {
    let root = document();
    let schema = &root["components"]["schemas"]["Problem"]["properties"]["code"];
    let all = named(ProblemCode::ALL.iter().copied());
    assert_eq!(texts(&schema["examples"]), all);
    let said = schema["description"].as_str().unwrap();
    let (_, said) = said.split_once("something: ").unwrap();
    let (said, _) = said.split_once(". ").unwrap();
    let said: BTreeSet<String> = said.split(", ").map(str::to_owned).collect();
    let ends = ProblemCode::ALL.iter().filter(|code| code.is_final());
    assert_eq!(said, named(ends.copied()));
}

#[test]
fn every_operation_names_its_codes_and_every_code_an_operation() {
    let root = document();
    let all = named(ProblemCode::ALL.iter().copied());
    let mut answered = BTreeSet::new();
    for (path, methods) in root["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let codes = texts(&operation["x-problem-codes"]);
            let signs_in = operation["security"][0]["bearer"].is_array();
            assert_eq!(codes.contains("auth.required"), signs_in, "{method} {path}");
            let answers = &operation["responses"];
            let said = answers["default"]["description"].as_str().unwrap();
            for code in &codes {
                assert!(all.contains(code), "{method} {path}: {code}");
                assert!(
                    method == "head" || said.contains(code),
                    "{method} {path}: {code}"
                );
            }
            for status in ["429", "503"] {
                let target = answers[status]["$ref"].as_str().unwrap();
                let target = root.pointer(target.trim_start_matches('#')).unwrap();
                assert!(target["headers"]["Retry-After"].is_object());
            }
            answered.extend(codes);
        }
    }
    assert_eq!(answered, all);
}

/// The document says that an operation at this address may answer the code. Every refusal that a test meets is held against it.
pub(crate) fn assert_listed(path: &str, code: ProblemCode) {
    let root = document();
    let asked: Vec<&str> = path.split('/').collect();
    let fits = |known: &str| {
        let known: Vec<&str> = known.split('/').collect();
        let same = |(known, asked): (&&str, &&str)| known.starts_with('{') || known == asked;
        known.len() == asked.len() && known.iter().zip(&asked).all(same)
    };
    let paths = root["paths"].as_object().unwrap();
    let here: Vec<&Value> = paths
        .iter()
        .filter(|(known, _)| fits(known))
        .flat_map(|(_, methods)| methods.as_object().unwrap().values())
        .collect();
    let name = named([code]).pop_first().unwrap();
    let listed = |one: &&Value| texts(&one["x-problem-codes"]).contains(&name);
    assert!(
        here.is_empty() || here.iter().any(listed),
        "{path} answered {name}"
    );
}

#[tokio::test]
async fn refusals_of_the_server_itself_are_problems_too() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    for (method, path, status, code) in [
        (Method::GET, "/v1/nothing", 404, ProblemCode::NotFound),
        (
            Method::POST,
            "/v1/dossiers",
            405,
            ProblemCode::RequestInvalid,
        ),
        (
            Method::GET,
            "/v1/dossiers/no-uuid",
            404,
            ProblemCode::NotFound,
        ),
        (
            Method::PUT,
            "/v1/dossiers/x/revisions/minus",
            400,
            ProblemCode::RequestInvalid,
        ),
    ] {
        let answer = person.ask(method, path).send().await.unwrap();
        let (said, what, _) = crate::person::problem(answer).await;
        assert_eq!((said.as_u16(), what), (status, code), "{path}");
    }
    let answer = person
        .ask(
            Method::PUT,
            "/v1/payments/00000000-0000-4000-8000-000000000000",
        )
        .body(vec![b'x'; 9 * 1024 * 1024])
        .send()
        .await
        .unwrap();
    let (status, code, _) = crate::person::problem(answer).await;
    assert_eq!((status.as_u16(), code), (413, ProblemCode::TooLarge));
}
