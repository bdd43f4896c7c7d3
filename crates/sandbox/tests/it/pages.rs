use hoso_dossier::{NoticeWay, NoticeWish, PostAddress};
use hoso_sandbox::testing::clerk;
use reqwest::{Client, StatusCode};

use crate::person::{Portal, manifest, payment_id, pdf, upload_id};

#[tokio::test]
async fn the_clerk_sees_everything_and_what_was_typed_is_only_text() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let (id, bytes) = (upload_id(), pdf(2_000));
    person.upload(id, &bytes).await;
    let mut manifest = manifest(Some((id, &bytes)), 8_000);
    let notice = |way, to: &str| NoticeWish { way, to: to.into() };
    manifest.notices = vec![
        notice(NoticeWay::Email, "an@vidu.vn"),
        notice(NoticeWay::Zalo, "0900000009"),
    ];
    manifest.originals = Some(PostAddress {
        name: "Nguyễn Thị An".into(),
        commune: "Phường Hoa Ban".into(),
        ..PostAddress::default()
    });
    let code = person.hand_in(&manifest).await.code;
    let get = async |path: &str| reqwest::get(format!("{url}{path}")).await.unwrap();
    let list = get("/clerk").await.text().await.unwrap();
    assert!(list.contains(code.as_str()) && list.contains("Mới đăng ký"));
    let path = format!("/clerk/dossiers/{}", manifest.dossier);
    let page = get(&path).await;
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'none'"));
    let page = page.text().await.unwrap();
    assert!(
        page.contains("Nguyễn &lt;b&gt;Bé&lt;&#x2f;b&gt;")
            || page.contains("Nguyễn &lt;b&gt;Bé&lt;/b&gt;")
    );
    assert!(!page.contains("<b>Bé"));
    assert!(page.contains("Tiếp nhận") && !page.contains("Trả kết quả</button>"));
    for text in [
        "Thư điện tử: an@vidu.vn",
        "Zalo: 0900000009",
        "Nguyễn Thị An, Phường Hoa Ban",
        "Đã nhận bản gốc",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let sent = get(&format!("{path}/uploads/{id}")).await;
    assert!(
        sent.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .contains("filename*=UTF-8''Gi%E1%BA%A5y%20ch%E1%BB%A9ng%20sinh.pdf")
    );
    assert_eq!(sent.bytes().await.unwrap(), bytes);

    clerk(url, manifest.dossier, "accept", &[]).await.unwrap();
    let fee = person.view(manifest.dossier).await.fees.remove(0);
    let wish = hoso_portal_api::PaymentWish {
        dossier: manifest.dossier,
        fee: fee.id,
        amount: fee.amount,
    };
    let payment = payment_id();
    person.wish(payment, &wish).await;
    assert!(
        get("/bank")
            .await
            .text()
            .await
            .unwrap()
            .contains(code.as_str())
    );
    let bank = get(&format!("/bank/{payment}")).await.text().await.unwrap();
    for text in [code.as_str(), "8.000 đ", "Thanh toán", "Từ chối"] {
        assert!(bank.contains(text), "{text}");
    }
    // In the ways that were chosen, and in no other.
    let outbox = get("/outbox").await.text().await.unwrap();
    for text in ["cần nộp phí", "an@vidu.vn", "0900000009", "Zalo"] {
        assert!(outbox.contains(text), "{text}");
    }
    let client = Client::new();
    let asked = client
        .get(format!("{url}/outbox"))
        .header("accept", "application/json");
    let told: Vec<serde_json::Value> = asked.send().await.unwrap().json().await.unwrap();
    let by_sms = |one: &&serde_json::Value| one["way"] == "SMS" && one["otp"].is_null();
    assert_eq!(told.iter().find(by_sms), None);

    // The originals come by post: a step of their own, and the status stays.
    clerk(url, manifest.dossier, "originals", &[])
        .await
        .unwrap();
    let view = person.view(manifest.dossier).await;
    assert_eq!(view.status, 6);
    assert_eq!(
        view.timeline.last().unwrap().step,
        "Đã nhận bản gốc qua bưu điện"
    );
    let papers = person.view(manifest.dossier).await.files;
    let paper = get(&format!("{path}/files/{}", papers[0].id)).await;
    assert_eq!(paper.headers()["content-type"], "application/pdf");
}

#[tokio::test]
async fn a_page_that_refuses_is_a_page() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let manifest = manifest(None, 0);
    person.hand_in(&manifest).await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    for path in [
        format!("/clerk/dossiers/{unknown}"),
        format!("/bank/{unknown}"),
    ] {
        let answer = reqwest::get(format!("{url}{path}")).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert!(
            answer.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/html")
        );
    }
    let press = |origin: &str| {
        Client::new()
            .post(format!("{url}/clerk/dossiers/{}/finish", manifest.dossier))
            .header("Origin", origin)
            .send()
    };
    let early = press(url).await.unwrap();
    assert_eq!(early.status(), StatusCode::CONFLICT);
    assert!(early.text().await.unwrap().contains("Mới đăng ký"));
    let foreign = press("https://example.com").await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
}
