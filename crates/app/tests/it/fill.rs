//! Answers that come from elsewhere than the keyboard: defaults, an identity card, an earlier dossier.

use std::sync::Arc;

use hoso_app::App;
use hoso_app::view::{FormPart, PaperFields, PaperInfo, ProfileDetails};
use hoso_dossier::DraftId;
use hoso_eform::Change;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{app, person, pick, profile_of, restarted};

const BIRTH: &str = "1.001193";
const EXTRACT: &str = "2.000635";

async fn profile() -> (TempDir, Arc<App>) {
    profile_of(ProfileDetails {
        identity: "001190000001".into(),
        province: "Thành phố Hà Nội".into(),
        commune: "Phường Ba Đình".into(),
        ..person()
    })
    .await
}

async fn set(app: &App, draft: DraftId, path: &str, value: Value) {
    let change = Change::Set {
        path: path.into(),
        value,
    };
    app.draft_change(draft, FormPart::Form, change)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_new_draft_begins_with_defaults_and_the_profile_over_them() {
    let (home, app) = profile().await;
    let draft = app.draft_create(BIRTH.into()).await.unwrap();
    let form = &draft.form.state;
    assert_eq!(form.data["tre"]["quoc_tich"], "Việt Nam");
    assert_eq!(form.data["nguoi_yeu_cau"]["ho_ten"], "Nguyễn Thị An");
    assert_eq!(form.sources["tre.quoc_tich"], "default");
    assert_eq!(form.sources["nguoi_yeu_cau.ho_ten"], "profile");
    // Today is no part of the profile.
    assert_eq!(form.sources["ngay"], "default");
    assert!(!draft.can_undo);
    // What a person makes of a default is theirs, over a restart too.
    set(&app, draft.id, "tre.quoc_tich", json!("")).await;
    let app = restarted(&home, app).await;
    let again = app.draft_open(draft.id).await.unwrap().form.state;
    assert_eq!(again.data["tre"]["quoc_tich"], "");
    assert!(!again.sources.contains_key("tre.quoc_tich"));
}

#[tokio::test]
async fn what_was_emptied_stays_empty() {
    let (home, app) = profile().await;
    let draft = app.draft_create(BIRTH.into()).await.unwrap().id;
    set(&app, draft, "tre.quoc_tich", Value::Null).await;
    let app = restarted(&home, app).await;
    let state = app.draft_open(draft).await.unwrap().form.state;
    assert_eq!(state.data["tre"]["quoc_tich"], Value::Null);
}

#[tokio::test]
async fn another_ones_card_fills_whose_dossier_it_is_where_it_is_submitted_for_another() {
    let (_home, app) = profile().await;
    let draft = app.draft_create(EXTRACT.into()).await.unwrap();
    let before = draft.applicant.as_ref().unwrap().state.data.clone();
    let for_another = hoso_eform::Change::Set {
        path: "cho_nguoi_khac".into(),
        value: json!(true),
    };
    app.draft_change(draft.id, FormPart::Applicant, for_another)
        .await
        .unwrap();
    let card = "034301000123||Trần Thị Mẫu|05092001|Nữ|Tổ 3, Phúc Xá, Ba Đình, Hà Nội|14032022";
    app.draft_fill_card(draft.id, FormPart::Applicant, card.into())
        .await
        .unwrap();
    let opened = app.draft_open(draft.id).await.unwrap();
    let data = opened.applicant.unwrap().state.data;
    for own in ["ho_ten", "so_dinh_danh", "ngay_sinh"] {
        assert_eq!(data[own], before[own], "{own}");
    }
    let owner = &data["chu_ho_so"];
    assert_eq!(owner["ho_ten"], "Trần Thị Mẫu");
    assert_eq!(owner["so_dinh_danh"], "034301000123");
    assert_eq!(owner["ngay_sinh"], "2001-09-05");
    assert_eq!(owner["dia_chi"]["xa"], "Phường Hồng Hà");
}

#[tokio::test]
async fn a_card_fills_the_applicant_in_one_step() {
    let (home, app) = profile().await;
    let draft = app.draft_create(EXTRACT.into()).await.unwrap();
    let before = draft.applicant.as_ref().unwrap().state.clone();
    let card = "034301000123||Trần Thị Mẫu|05092001|Nữ|Tổ 3, Phúc Xá, Ba Đình, Hà Nội|14032022";
    let filled = app
        .draft_fill_card(draft.id, FormPart::Applicant, card.into())
        .await
        .unwrap();
    assert_eq!(filled.count, 5, "{filled:?}");
    assert!(filled.communes.is_empty());
    for path in ["ho_ten", "so_dinh_danh", "ngay_sinh", "ngay_cap", "dia_chi"] {
        assert_eq!(
            filled.patch.patch.sources[path].as_deref(),
            Some("card"),
            "{path}"
        );
    }
    let app = restarted(&home, app).await;
    let opened = app.draft_open(draft.id).await.unwrap();
    let state = &opened.applicant.as_ref().unwrap().state;
    let data = &state.data;
    assert_eq!(
        (
            &data["ho_ten"],
            &data["so_dinh_danh"],
            &data["ngay_sinh"],
            &data["ngay_cap"]
        ),
        (
            &json!("Trần Thị Mẫu"),
            &json!("034301000123"),
            &json!("2001-09-05"),
            &json!("2022-03-14")
        )
    );
    assert_eq!(
        data["dia_chi"],
        json!({"chi_tiet": "Tổ 3", "xa": "Phường Hồng Hà", "tinh": "Thành phố Hà Nội"})
    );
    assert_eq!(
        data["dien_thoai"], before.data["dien_thoai"],
        "a card knows no phone"
    );
    assert_eq!(state.sources["ho_ten"], "card");

    let undone = app.draft_undo(draft.id).await.unwrap();
    assert!(!undone.can_undo, "one step");
    let state = app
        .draft_open(draft.id)
        .await
        .unwrap()
        .applicant
        .unwrap()
        .state;
    assert_eq!(state.data, before.data);
    assert!(!state.sources.values().any(|source| source == "card"));
    let redone = app.draft_redo(draft.id).await.unwrap();
    assert_eq!(redone.patch.sources["ho_ten"].as_deref(), Some("card"));

    // Of a ward that was divided the person says which part it is.
    let divided = "092301000123||Trần Mẫu|05092001|Nữ|Long Tuyền, Bình Thủy, Cần Thơ|";
    let filled = app
        .draft_fill_card(draft.id, FormPart::Applicant, divided.into())
        .await
        .unwrap();
    assert_eq!(filled.communes, ["Phường Long Tuyền", "Phường An Bình"]);
    assert!(filled.former.contains("Quận Bình Thủy"));

    for (text, code) in [
        ("https://example.com", "card.not_a_card"),
        ("03430100012||A B|05092001|Nữ|X|14032022", "card.damaged"),
    ] {
        let refused = app
            .draft_fill_card(draft.id, FormPart::Applicant, text.into())
            .await;
        assert_eq!(refused.unwrap_err().view().code, code);
    }
}

#[tokio::test]
async fn an_earlier_dossier_answers_what_is_still_empty() {
    let (_home, app) = profile().await;
    let earlier = app.draft_create(EXTRACT.into()).await.unwrap().id;
    set(&app, earlier, "nguoi_duoc_cap.ho_ten", json!("Lê Văn Mẫu")).await;
    set(&app, earlier, "nguoi_duoc_cap.dan_toc", json!("Kinh")).await;
    set(&app, earlier, "cam_doan", json!(true)).await;
    set(&app, earlier, "ngay", json!("2026-01-02")).await;

    let draft = app.draft_create(EXTRACT.into()).await.unwrap().id;
    set(&app, draft, "nguoi_duoc_cap.ho_ten", json!("Trần Thị Mới")).await;
    let offered = app.draft_earlier(draft).await.unwrap();
    assert_eq!(
        offered
            .iter()
            .map(|one| (one.draft, one.subject.as_str()))
            .collect::<Vec<_>>(),
        [(earlier, "Lê Văn Mẫu")]
    );
    let filled = app
        .draft_fill_earlier(draft, FormPart::Form, earlier)
        .await
        .unwrap();
    assert_eq!(
        filled.patch.patch.sources["nguoi_duoc_cap.dan_toc"].as_deref(),
        Some("dossier")
    );
    let data = app.draft_open(draft).await.unwrap().form.state.data;
    assert_eq!(data["nguoi_duoc_cap"]["dan_toc"], "Kinh");
    assert_eq!(
        data["nguoi_duoc_cap"]["ho_ten"], "Trần Thị Mới",
        "typed stays"
    );
    assert_ne!(
        data["cam_doan"],
        json!(true),
        "what is declared is declared anew"
    );
    assert_ne!(data["ngay"], "2026-01-02");
    assert!(app.draft_undo(draft).await.unwrap().can_undo);
    let data = app.draft_open(draft).await.unwrap().form.state.data;
    assert!(
        data["nguoi_duoc_cap"]
            .get("dan_toc")
            .is_none_or(|value| value != "Kinh")
    );

    // Of another procedure what both packs know of the person.
    let birth = app.draft_create(BIRTH.into()).await.unwrap().id;
    set(&app, birth, "nguoi_yeu_cau.ho_ten", json!("")).await;
    set(
        &app,
        earlier,
        "nguoi_yeu_cau.ho_ten",
        json!("Phạm Thị Khác"),
    )
    .await;
    app.draft_fill_earlier(birth, FormPart::Form, earlier)
        .await
        .unwrap();
    let data = app.draft_open(birth).await.unwrap().form.state.data;
    assert_eq!(data["nguoi_yeu_cau"]["ho_ten"], "Phạm Thị Khác");
}

#[tokio::test]
async fn places_answer_without_a_profile() {
    let home = TempDir::new().unwrap();
    let app = app(home.path());
    let hits = app
        .places_communes("ba đình".into(), String::new())
        .await
        .unwrap();
    assert_eq!(
        (hits[0].commune.as_str(), hits[0].former.as_str()),
        ("Phường Ba Đình", "")
    );
    let hits = app
        .places_communes("phúc xá".into(), "Hà Nội".into())
        .await
        .unwrap();
    assert_eq!(
        hits[0].former,
        "Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội"
    );
    let read = app
        .place_read("Tổ 3, Phúc Xá, Ba Đình, Hà Nội".into())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (read.street.as_str(), read.places[0].commune.as_str()),
        ("Tổ 3", "Phường Hồng Hà")
    );
    assert!(
        app.place_read("không phải địa chỉ".into())
            .await
            .unwrap()
            .is_none()
    );
}

async fn card_in_vault(home: &TempDir, app: &App) -> PaperInfo {
    let scan = home.path().join("CCCD.png");
    std::fs::write(&scan, b"\x89PNG\r\n\x1a\n").unwrap();
    pick(home.path(), &scan);
    app.vault_add("identity".into()).await.unwrap().unwrap()[0].clone()
}

#[tokio::test]
async fn a_paper_of_the_vault_fills_the_applicant_and_is_confirmed_answer_by_answer() {
    let (home, app) = profile().await;
    let paper = card_in_vault(&home, &app).await;
    assert_eq!(paper.fields, PaperFields::default());
    let draft = app.draft_create(EXTRACT.into()).await.unwrap();
    let before = draft.applicant.as_ref().unwrap().state.clone();
    // Nothing was kept of it yet, so there is nothing to fill in.
    let filled = app
        .draft_fill_paper(draft.id, FormPart::Applicant, paper.id)
        .await
        .unwrap();
    assert_eq!((filled.count, filled.patch.can_undo), (0, false));

    let fields = PaperFields {
        name: " Trần Thị  Mẫu".into(),
        number: "034 301 000 123".into(),
        birth_date: "5/9/2001".into(),
        sex: "Nữ".into(),
        issued_on: "14/03/2022".into(),
        address: "Tổ 3, Phúc Xá, Ba Đình, Hà Nội".into(),
    };
    let wrong = PaperFields {
        birth_date: "31/2/2001".into(),
        ..fields.clone()
    };
    let refused = app
        .vault_describe(paper.id, wrong)
        .await
        .unwrap_err()
        .view();
    assert_eq!(refused.code, "vault.invalid");
    assert_eq!(refused.fields["birthDate"], "date");
    let kept = app.vault_describe(paper.id, fields).await.unwrap();
    assert_eq!(kept.fields.birth_date, "2001-09-05");
    assert_eq!(kept.fields.number, "034301000123");

    // What was kept is there after a restart, and each answer is marked until it is confirmed.
    let app = restarted(&home, app).await;
    assert_eq!(app.vault_list(false).await.unwrap(), [kept]);
    app.draft_fill_paper(draft.id, FormPart::Applicant, paper.id)
        .await
        .unwrap();
    let app = restarted(&home, app).await;
    let state = app
        .draft_open(draft.id)
        .await
        .unwrap()
        .applicant
        .unwrap()
        .state;
    let expected = json!({
        "ho_ten": "Trần Thị Mẫu", "so_dinh_danh": "034301000123", "ngay_sinh": "2001-09-05", "ngay_cap": "2022-03-14",
        "dia_chi": {"chi_tiet": "Tổ 3", "xa": "Phường Hồng Hà", "tinh": "Thành phố Hà Nội"},
    });
    for (path, value) in expected.as_object().unwrap() {
        assert_eq!(&state.data[path], value, "{path}");
    }
    for path in ["ho_ten", "so_dinh_danh", "ngay_sinh", "ngay_cap"] {
        assert_eq!(state.sources[path], "vault", "{path}");
    }
    app.draft_confirm_source(draft.id, FormPart::Applicant, "ho_ten".into())
        .await
        .unwrap();
    let sources = app
        .draft_open(draft.id)
        .await
        .unwrap()
        .applicant
        .unwrap()
        .state
        .sources;
    assert!(!sources.contains_key("ho_ten"));
    assert_eq!(sources["ngay_sinh"], "vault");

    app.draft_undo(draft.id).await.unwrap();
    let state = app
        .draft_open(draft.id)
        .await
        .unwrap()
        .applicant
        .unwrap()
        .state;
    assert_eq!(state.data, before.data, "one step");
    app.vault_remove(paper.id).await.unwrap();
    let gone = app
        .draft_fill_paper(draft.id, FormPart::Applicant, paper.id)
        .await;
    assert!(gone.is_err(), "a paper in the trash fills nothing in");
}

#[tokio::test]
async fn a_card_in_the_vault_is_described_by_its_qr_text() {
    let (home, app) = profile().await;
    let paper = card_in_vault(&home, &app).await.id;
    let card = "034301000123||Trần Thị Mẫu|05092001|Nữ|Tổ 3, Phúc Xá, Ba Đình, Hà Nội|14032022";
    let kept = app.vault_describe_card(paper, card.into()).await.unwrap();
    assert_eq!(
        kept.fields,
        PaperFields {
            name: "Trần Thị Mẫu".into(),
            number: "034301000123".into(),
            birth_date: "2001-09-05".into(),
            sex: "nữ".into(),
            issued_on: "2022-03-14".into(),
            address: "Tổ 3, Phúc Xá, Ba Đình, Hà Nội".into(),
        }
    );
    let other = app
        .vault_describe_card(paper, "https://thu.vn".into())
        .await;
    assert_eq!(other.unwrap_err().view().code, "card.not_a_card");
}
