//! What a call makes of a portal that is none: captive portals, broken proxies, endless and cut bodies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod calls;
mod server;
mod signing_in;
mod table;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use futures_util::future::BoxFuture;
use hoso_dossier::{DossierId, Sha256};
use hoso_portal_api::{PortalFile, PortalFileKind, ProblemCode, SharedDraft};
use hoso_portal_client::{ByteSource, CallError, ClientOptions, Http, Portal, TokenSource};
use tokio::net::TcpListener;
use url::Url;

use server::{Act, Server, server};

fn answer(status: &str, kind: &str, body: &str) -> Act {
    Act::Say(format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

fn problem(status: &str, code: &str, more: &str) -> Act {
    let number = &status[..3];
    let body = format!(r#"{{"type":"t","title":"T","status":{number},"code":"{code}"}}"#);
    Act::Say(format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\n{more}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

/// Gives out `t0`, and `t1`, `t2` … each time one is refused.
#[derive(Default)]
struct Counting(AtomicUsize);

impl TokenSource for Counting {
    fn token<'a>(&'a self, rejected: Option<&'a str>) -> BoxFuture<'a, Result<String, CallError>> {
        let step = usize::from(rejected.is_some());
        let number = self.0.fetch_add(step, Ordering::Relaxed) + step;
        Box::pin(async move { Ok(format!("t{number}")) })
    }
}

fn http() -> Http {
    Http::new(ClientOptions {
        call_timeout: Duration::from_millis(800),
        stall_timeout: Duration::from_millis(500),
        max_json: 100_000,
        ..ClientOptions::default()
    })
    .unwrap()
}

fn portal(server: &Server) -> Portal {
    portal_over(&http(), server)
}

fn portal_over(http: &Http, server: &Server) -> Portal {
    Portal::new(http, &server.url, Some(Arc::new(Counting::default()))).unwrap()
}

fn dossier() -> DossierId {
    "00000000-0000-4000-8000-000000000001".parse().unwrap()
}

#[tokio::test]
async fn nothing_but_the_contract_is_an_answer() {
    let html = "<html>Đăng nhập Wi-Fi</html>";
    let cut =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"cursor";
    type Wanted = fn(&CallError) -> bool;
    let unexpected: [(&str, Act, Wanted); 13] = [
        (
            "HTML 200",
            answer("200 OK", "text/html", html),
            |error| matches!(error, CallError::Unexpected { status: 200, what } if what.contains("text/html")),
        ),
        ("HTML 500", answer("500 X", "text/html", html), |error| {
            matches!(error, CallError::Unexpected { status: 500, .. })
        }),
        ("HTML 401", answer("401 X", "text/html", html), |error| {
            matches!(error, CallError::Unexpected { status: 401, .. })
        }),
        (
            "empty 200",
            answer("200 OK", "application/json", ""),
            |error| matches!(error, CallError::Unexpected { status: 200, .. }),
        ),
        ("204", answer("204 No Content", "", ""), |error| {
            matches!(error, CallError::Unexpected { status: 204, .. })
        }),
        (
            "broken JSON",
            answer("200 OK", "application/json", "{\"cursor\": "),
            |error| matches!(error, CallError::Unexpected { status: 200, what } if what.contains("can't be read")),
        ),
        (
            "other JSON",
            answer("200 OK", "application/json", "{\"ok\":true}"),
            |error| matches!(error, CallError::Unexpected { status: 200, .. }),
        ),
        (
            "broken problem",
            answer("422 X", "application/problem+json", "{"),
            |error| matches!(error, CallError::Unexpected { status: 422, .. }),
        ),
        (
            "a problem with 200",
            problem("200 OK", "dossier.invalid", ""),
            |error| matches!(error, CallError::Unexpected { status: 200, .. }),
        ),
        (
            "endless",
            Act::Endless(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[".into(),
                b"0".into(),
            ),
            |error| matches!(error, CallError::Unexpected { status: 200, what } if what.contains("over 100000")),
        ),
        ("cut body", Act::Cut(cut.into()), |error| {
            matches!(error, CallError::Unknown { .. })
        }),
        ("cut at once", Act::Cut(String::new()), |error| {
            matches!(error, CallError::Unknown { .. })
        }),
        ("silence", Act::Silence, |error| {
            matches!(error, CallError::Unknown { .. })
        }),
    ];
    for (name, act, wanted) in unexpected {
        let server = server(vec![act]).await;
        let began = Instant::now();
        let error = portal(&server).changes(None).await.unwrap_err();
        assert!(wanted(&error), "{name}: {error:?}");
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{name} took too long"
        );
    }
}

#[tokio::test]
async fn a_portal_that_is_not_there_was_not_told_anything() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let portal = Portal::new(&http(), &url, Some(Arc::new(Counting::default()))).unwrap();
    let error = portal.submit(dossier(), 1).await.unwrap_err();
    assert!(matches!(error, CallError::Offline { .. }), "{error:?}");
    let nobody = Portal::new(&http(), &url, None).unwrap();
    assert_eq!(nobody.submit(dossier(), 1).await, Err(CallError::SignedOut));
}

#[tokio::test]
async fn problems_keep_their_code_and_their_pause() {
    let acts = [
        (
            problem("409 X", "dossier.conflict", ""),
            ProblemCode::DossierConflict,
            None,
        ),
        (
            problem("429 X", "busy", "retry-after: 17\r\n"),
            ProblemCode::Busy,
            Some(17),
        ),
        (
            problem("400 X", "from.the.future", ""),
            ProblemCode::Unknown,
            None,
        ),
    ];
    for (act, code, pause) in acts {
        let server = server(vec![act]).await;
        match portal(&server)
            .put_revision(dossier(), 1, b"{}".to_vec())
            .await
        {
            Err(CallError::Problem {
                problem,
                retry_after,
            }) => assert_eq!((problem.code, retry_after), (code, pause)),
            other => panic!("{code:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_carries_no_token_away() {
    let elsewhere = server(vec![answer("200 OK", "application/json", "{}")]).await;
    let away = format!(
        "HTTP/1.1 307 X\r\nlocation: {}v1/dossiers\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        elsewhere.url
    );
    let server = server(vec![Act::Say(away)]).await;
    let error = portal(&server).submit(dossier(), 1).await.unwrap_err();
    assert!(
        matches!(error, CallError::Unexpected { status: 307, .. }),
        "{error:?}"
    );
    assert!(elsewhere.heads.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let good = r#"{"cursor":"c","dossiers":[]}"#;
    let server = server(vec![
        problem("401 X", "auth.required", ""),
        answer("200 OK", "application/json", good),
    ])
    .await;
    assert_eq!(
        portal(&server).changes(Some("b")).await.unwrap().cursor,
        "c"
    );
    let heads = server.heads.lock().unwrap().clone();
    let sent: Vec<bool> = ["t0", "t1"]
        .iter()
        .zip(&heads)
        .map(|(token, head)| {
            head.contains(&format!("Bearer {token}\r\n")) && head.contains("cursor=b")
        })
        .collect();
    assert_eq!(sent, [true, true], "{heads:?}");
}

#[tokio::test]
async fn the_portals_clock_is_compared() {
    let good = r#"{"cursor":"c","dossiers":[]}"#;
    let dated = |date: &str| {
        Act::Say(format!(
            "HTTP/1.1 200 OK\r\ndate: {date}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{good}",
            good.len()
        ))
    };
    let then = std::time::SystemTime::now() + Duration::from_secs(3_600);
    let server = server(vec![
        dated(&httpdate::fmt_http_date(then)),
        dated("yesterday"),
    ])
    .await;
    let portal = portal(&server);
    assert_eq!(portal.clock_skew(), None);
    portal.changes(None).await.unwrap();
    let skew = portal.clock_skew().unwrap();
    assert!((3_590..=3_600).contains(&skew), "{skew}");
    portal.changes(None).await.unwrap();
    assert_eq!(
        portal.clock_skew(),
        Some(skew),
        "an unreadable date says nothing"
    );
}

#[tokio::test]
async fn what_is_announced_larger_than_is_taken_is_not_asked_for() {
    let server = server(vec![answer("200 OK", "application/octet-stream", "x")]).await;
    let portal = portal(&server);
    let refused = |got: Result<Vec<u8>, CallError>| match got {
        Err(CallError::Unexpected { what, .. }) => assert!(what.contains("at most"), "{what}"),
        other => panic!("{other:?}"),
    };
    for size in [34 * 1024 * 1024, u64::MAX] {
        let draft = SharedDraft {
            size,
            ..calls::shared_draft()
        };
        refused(portal.draft(&draft).await);
    }
    let file = PortalFile {
        size: u64::MAX,
        ..calls::file()
    };
    refused(portal.fetch_file(dossier(), &file).await);
    assert!(server.heads.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_file_with_other_bytes_is_not_taken() {
    let file = |body: &[u8], size| PortalFile {
        id: "../r".into(),
        kind: PortalFileKind::Result,
        name: "ket-qua.pdf".into(),
        media_type: "application/pdf".into(),
        size,
        sha256: Sha256::of(body),
    };
    let (pdf, page) = ("application/pdf", "text/html; charset=utf-8");
    for (kind, wanted, what) in [
        (pdf, file(b"whole", 5), None),
        (pdf, file(b"wrong", 5), Some("other bytes")),
        (pdf, file(b"whole", 3), Some("over 3 bytes")),
        // What a hotel's network answers says nothing of the file.
        (page, file(b"whole", 5), None),
        (page, file(b"wrong", 5), Some("a page")),
        (page, file(b"whole", 3), Some("over 3 bytes")),
    ] {
        let server = server(vec![answer("200 OK", kind, "whole")]).await;
        let fetched = portal(&server).fetch_file(dossier(), &wanted).await;
        match (fetched, what) {
            (Ok(bytes), None) => assert_eq!(bytes, b"whole"),
            (Err(CallError::Damaged { what }), Some(wanted)) if kind == pdf => {
                assert!(what.contains(wanted), "{what}");
            }
            (Err(CallError::Unexpected { what, .. }), Some(wanted)) if kind == page => {
                assert!(what.contains(wanted), "{what}");
            }
            other => panic!("{other:?}"),
        }
        let head = server.heads.lock().unwrap()[0].clone();
        assert!(
            head.starts_with(&format!("GET /v1/dossiers/{}/files/..%2Fr ", dossier())),
            "{head}"
        );
    }
}

/// A file whose second part can't be read.
struct Torn;

impl ByteSource for Torn {
    fn size(&self) -> u64 {
        1_000_000
    }

    fn read(&self, offset: u64, len: usize) -> BoxFuture<'_, std::io::Result<Vec<u8>>> {
        Box::pin(async move {
            if offset == 0 {
                Ok(vec![0; len])
            } else {
                Err(std::io::Error::other("the disk is gone"))
            }
        })
    }
}

#[tokio::test]
async fn an_upload_tells_whose_fault_it_is() {
    let bytes = |len: usize| -> Arc<dyn ByteSource> { Arc::new(vec![7; len]) };
    let done = "HTTP/1.1 204 X\r\ntus-resumable: 1.0.0\r\nupload-offset: 20\r\n\r\n";
    let good = server(vec![Act::Say(done.into())]).await;
    let sent = portal(&good)
        .send_bytes("/v1/uploads/u", 5, bytes(20), |_| {})
        .await;
    assert_eq!(sent, Ok(20));
    let head = good.heads.lock().unwrap()[0].to_ascii_lowercase();
    for part in [
        "content-length: 15",
        "upload-offset: 5",
        "tus-resumable: 1.0.0",
    ] {
        assert!(head.contains(part), "{part} in {head}");
    }
    assert!(!head.contains("transfer-encoding"), "{head}");

    let torn = server(vec![Act::Silence]).await;
    let error = portal(&torn)
        .send_bytes("/v1/uploads/u", 0, Arc::new(Torn), |_| {})
        .await;
    assert!(
        matches!(&error, Err(CallError::Local { what }) if what.contains("disk")),
        "{error:?}"
    );

    let silent = server(vec![Act::Silence]).await;
    let error = portal(&silent)
        .send_bytes("/v1/uploads/u", 0, bytes(4_000_000), |_| {})
        .await;
    assert!(
        matches!(&error, Err(CallError::Unknown { what }) if what.contains("stalled")),
        "{error:?}"
    );

    let strict = server(vec![answer("409 X", "text/plain", "offset")]).await;
    let error = portal(&strict)
        .send_bytes("/v1/uploads/u", 1, bytes(2), |_| {})
        .await;
    assert!(
        matches!(error, Err(CallError::Unexpected { status: 409, .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_upload_elsewhere_gets_neither_bytes_nor_token() {
    let elsewhere = server(vec![Act::Silence]).await;
    let url = elsewhere.url.join("v1/uploads/u").unwrap();
    let created = format!("HTTP/1.1 201 X\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n");
    let server = server(vec![Act::Say(created)]).await;
    let portal = portal(&server);
    let wish = hoso_portal_client::UploadWish {
        upload: "00000000-0000-4000-8000-000000000002".parse().unwrap(),
        dossier: dossier(),
        size: 1,
        sha256: Sha256::of(b"x"),
        name: "ảnh.png".into(),
        media_type: "image/png".into(),
    };
    let error = portal.create_upload(&wish).await.unwrap_err();
    assert!(
        matches!(&error, CallError::Unexpected { what, .. } if what.contains("elsewhere")),
        "{error:?}"
    );
    assert_eq!(portal.upload_offset(url.as_str()).await, Ok(None));
    let bytes: Arc<dyn ByteSource> = Arc::new(vec![1]);
    assert!(
        portal
            .send_bytes(url.as_str(), 0, bytes, |_| {})
            .await
            .is_err()
    );
    assert!(elsewhere.heads.lock().unwrap().is_empty());
    let name = base64::engine::general_purpose::STANDARD.encode("ảnh.png");
    let head = server.heads.lock().unwrap()[0].clone();
    assert!(
        head.contains(&format!(",filename {name},filetype ")),
        "{head}"
    );
}
