//! Papers of the one-stop desk: begun, filled in, exported, kept; never sealed, and no dossiers.

use hoso_app::App;
use hoso_app::forms::Papers;
use hoso_app::view::{FormPart, PaperFormat, PaperState, SealRequest, WizardStep};
use hoso_dossier::{DECLARATION_VERSION, DraftId, Handover};
use hoso_eform::Change;
use serde_json::{Value, json};

use crate::common::{profile, restarted, today};

const RECEIPT: &str = "giay-mot-cua-01";
const EXTRACT: &str = "2.000635";

async fn answer(app: &App, draft: DraftId, answers: &Value) {
    for (path, value) in answers.as_object().unwrap().clone() {
        let change = Change::Set { path, value };
        app.draft_change(draft, FormPart::Form, change)
            .await
            .unwrap();
    }
}

fn example(code: &str) -> Value {
    let path = format!("{}/papers/{code}/example.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[tokio::test]
async fn every_paper_is_filled_in_and_written_both_ways() {
    let (_home, app) = profile().await;
    let papers = app.desk_papers().await.unwrap();
    let codes: Vec<String> = (1..=7).map(|n| format!("giay-mot-cua-0{n}")).collect();
    let listed: Vec<&str> = papers
        .papers
        .iter()
        .map(|paper| paper.code.as_str())
        .collect();
    assert_eq!(listed, codes);
    for (paper, number) in papers.papers.iter().zip(1..) {
        assert_eq!(paper.number, format!("Mẫu số 0{number}"));
        assert_eq!(paper.not_in_force, "");
        let data = example(&paper.code);
        let draft = app
            .desk_paper_create(paper.code.clone(), None)
            .await
            .unwrap();
        assert!(draft.applicant.is_none() && draft.components.is_empty());
        assert_eq!(draft.step, WizardStep::Form);
        answer(&app, draft.id, &data).await;
        let problems = app.draft_check(draft.id, None, String::new()).await;
        assert_eq!(problems.unwrap(), [], "{}", paper.code);
        let plain = Papers::answer(&paper.code, &data, None, today()).unwrap();
        for format in [PaperFormat::Pdf, PaperFormat::Docx] {
            let bytes = app.paper_bytes(draft.id, format).await.unwrap();
            let beside = plain.write(format).unwrap();
            assert!(
                bytes.len() > 5_000 && beside.0.len() > 5_000,
                "{}",
                paper.code
            );
        }
    }
    assert_eq!(app.desk_papers().await.unwrap().begun.len(), 7);
}

#[tokio::test]
async fn a_paper_is_kept_and_is_no_dossier() {
    let (home, app) = profile().await;
    let draft = app.draft_create(RECEIPT.into()).await.unwrap();
    assert_eq!(draft.form.state.data["ngay"], "2026-11-21");
    let steps: Vec<WizardStep> = draft.steps.iter().map(|step| step.step).collect();
    assert_eq!(steps, [WizardStep::Form]);
    answer(&app, draft.id, &json!({"ho_so_cua": "Phạm Thị Ví Dụ"})).await;
    let app = restarted(&home, app).await;
    let opened = app.draft_open(draft.id).await.unwrap();
    assert_eq!(opened.form.state.data["ho_so_cua"], "Phạm Thị Ví Dụ");
    assert!(opened.can_undo && opened.paper == PaperState::None);
    assert_eq!(opened.subject, "Phạm Thị Ví Dụ");

    let dossiers = app.dossiers(None, String::new()).await.unwrap();
    assert_eq!(dossiers.rows, []);
    let id = draft.id;
    let refused = [
        app.dossier_seal(SealRequest {
            draft: id,
            declared: true,
            declaration_version: DECLARATION_VERSION.into(),
        })
        .await
        .map(|_| ()),
        app.paper_attach(id).await.map(|_| ()),
        app.draft_handover(id, Handover::default())
            .await
            .map(|_| ()),
        app.draft_step(id, WizardStep::Review, String::new())
            .await
            .map(|_| ()),
        app.attachment_drop(id, "x".into(), vec![])
            .await
            .map(|_| ()),
    ];
    for error in refused {
        assert_eq!(error.unwrap_err().view().code, "draft.only_paper");
    }
    let change = Change::Set {
        path: "ho_ten".into(),
        value: json!("A"),
    };
    assert!(
        app.draft_change(id, FormPart::Applicant, change)
            .await
            .is_err(),
        "a paper has no applicant to answer for"
    );
    let begun = app.desk_papers().await.unwrap().begun;
    assert_eq!((begun.len(), begun[0].draft), (1, id));
    app.draft_discard(id).await.unwrap();
    assert_eq!(app.desk_papers().await.unwrap().begun, []);
}

#[tokio::test]
async fn a_paper_begins_with_what_a_dossier_says() {
    let (_home, app) = profile().await;
    let dossier = sealed(&app).await;
    let draft = app
        .desk_paper_create(RECEIPT.into(), Some(dossier))
        .await
        .unwrap();
    let data = &draft.form.state.data;
    assert_eq!(data["ho_so_cua"], "Nguyễn Thị An");
    assert_eq!(data["so_dinh_danh"], "001090000001");
    assert_eq!(data["so_dien_thoai"], "0900 000 001");
    assert_eq!(
        data["dia_chi"],
        "Số 12, đường Thử Nghiệm, Phường Hoa Ban, Tỉnh Quảng Ngãi"
    );
    assert_eq!(
        data["noi_dung_yeu_cau"],
        "Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh"
    );
    assert_eq!(data["phi_le_phi"], 24_000);
    assert_eq!(data["thanh_phan"][0]["so_luong"], 1);
    assert_eq!(draft.form.state.sources["ho_so_cua"], "dossier");
    assert!(
        app.desk_paper_create(EXTRACT.into(), None).await.is_err(),
        "a procedure is no paper"
    );
}

/// A dossier in the outbox.
async fn sealed(app: &App) -> hoso_dossier::DossierId {
    let draft = app.draft_create(EXTRACT.into()).await.unwrap().id;
    let data = include_bytes!("../../packs/2.000635/example.json");
    let mut data: Value = serde_json::from_slice(data).unwrap();
    data["ngay"] = json!("2026-11-20");
    answer(app, draft, &data).await;
    let request = SealRequest {
        draft,
        declared: true,
        declaration_version: DECLARATION_VERSION.into(),
    };
    app.dossier_seal(request)
        .await
        .unwrap()
        .row
        .dossier
        .unwrap()
}
