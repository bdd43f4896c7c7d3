//! Every call of the client at every portal that is none: a clear error within its time, nothing lost, and the outbox asks again.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use hoso_portal_client::{CallError, Http};
use hoso_sync::{Failure, Stage};
use serde_json::{Value, json};

use crate::calls::{ALL, BYTES, Call, Desk, dossier, good, make};
use crate::server::{Act, Server, server};
use crate::{answer, http, portal, portal_over};

/// No call of these tests may take longer: the limits of [`crate::http`] are under a second, and the machine may be busy.
pub(crate) const TIME: Duration = Duration::from_secs(90);
/// More than fits between a server that doesn't stop and a client that has: both sides' buffers.
const MOST: u64 = 32 * 1024 * 1024;

/// Most wait for their time to run out.
const AT_ONCE: usize = 128;

const JSON: &str = "content-type: application/json\r\n";

/// What nobody who is asked may do, with a name; `body` would be the answer.
pub(crate) fn anywhere(body: &str, elsewhere: &Server) -> Vec<(String, Act)> {
    let ok = |more: &str| format!("HTTP/1.1 200 OK\r\n{JSON}{more}\r\n");
    let sized = |length: usize, body: &str| ok(&format!("content-length: {length}\r\n")) + body;
    let mut all = vec![
        (
            "HTML".to_owned(),
            answer("200 OK", "text/html", "<html>Wi-Fi</html>"),
        ),
        ("HTML 201".into(), answer("201 X", "text/html", "<html>")),
        (
            "HTML 204".into(),
            Act::Say("HTTP/1.1 204 X\r\ncontent-type: text/html\r\n\r\n".into()),
        ),
        ("HTML 404".into(), answer("404 X", "text/html", "<html>")),
        ("HTML 410".into(), answer("410 X", "text/html", "<html>")),
        ("HTML 401".into(), answer("401 X", "text/html", "<html>")),
        ("HTML 502".into(), answer("502 X", "text/html", "<html>")),
        (
            "status 999".into(),
            answer("999 X", "application/json", body),
        ),
        ("no HTTP".into(), Act::Say("SSH-2.0-OpenSSH_9.2\r\n".into())),
        ("HTTP/0.9".into(), Act::Say("<html>".into())),
        ("empty".into(), answer("200 OK", "application/json", "")),
        (
            "cut JSON".into(),
            answer("200 OK", "application/json", &body[..body.len() / 2]),
        ),
        (
            "deep JSON".into(),
            answer("200 OK", "application/json", &"[".repeat(90_000)),
        ),
        (
            "problem of numbers".into(),
            answer(
                "422 X",
                "application/problem+json",
                r#"{"code":1e999,"status":-1}"#,
            ),
        ),
        (
            "endless problem".into(),
            Act::Endless(
                "HTTP/1.1 422 X\r\ncontent-type: application/problem+json\r\n\r\n".into(),
                b"[".into(),
            ),
        ),
        (
            "dripped problem".into(),
            Act::Drip(
                "HTTP/1.1 422 X\r\ncontent-type: application/problem+json\r\n\r\n".into(),
                " ".into(),
            ),
        ),
        (
            "length too long".into(),
            Act::Cut(sized(body.len() + 9, body)),
        ),
        (
            "two lengths".into(),
            Act::Say(ok("content-length: 5\r\ncontent-length: 7\r\n") + body),
        ),
        (
            "length of letters".into(),
            Act::Say(ok("content-length: many\r\n") + body),
        ),
        (
            "length over all".into(),
            Act::Cut(ok("content-length: 18446744073709551615\r\n") + body),
        ),
        (
            "broken chunks".into(),
            Act::Say(ok("transfer-encoding: chunked\r\n") + "zz\r\n" + body),
        ),
        ("endless body".into(), Act::Endless(ok(""), b"0".into())),
        (
            "endless chunks".into(),
            Act::Endless(ok("transfer-encoding: chunked\r\n"), b"1\r\n0\r\n".into()),
        ),
        (
            "endless header".into(),
            Act::Endless("HTTP/1.1 200 OK\r\nx: ".into(), b"x".into()),
        ),
        (
            "endless headers".into(),
            Act::Endless("HTTP/1.1 200 OK\r\n".into(), b"x: y\r\n".into()),
        ),
        (
            "endless 103".into(),
            Act::Endless(String::new(), b"HTTP/1.1 103 Early Hints\r\n\r\n".into()),
        ),
        (
            "103 and reset".into(),
            Act::Cut("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".into()),
        ),
        (
            "103 and silence".into(),
            Act::Drip(
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 ".into(),
                "2".into(),
            ),
        ),
        (
            "dripped header".into(),
            Act::Drip("HTTP/1.1 200 OK\r\nx: ".into(), "x".into()),
        ),
        (
            "dripped body".into(),
            Act::Drip(ok("content-length: 90000\r\n"), " ".into()),
        ),
        ("reset".into(), Act::Cut(String::new())),
        (
            "reset in the head".into(),
            Act::Cut("HTTP/1.1 200 OK\r\ncontent-ty".into()),
        ),
        ("silence".into(), Act::Silence),
        ("gzip bomb".into(), gzip_bomb()),
    ];
    for status in [301, 302, 303, 307, 308] {
        let there = elsewhere.url.join("v1/dossiers").unwrap();
        let downgraded = there.as_str().replace("127.0.0.1", "localhost");
        for to in [
            there.as_str(),
            &downgraded,
            "//127.0.0.1:1/",
            "file:///etc/passwd",
            "/v1/dossiers",
        ] {
            let head = format!(
                "HTTP/1.1 {status} X\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            all.push((format!("{status} to {to}"), Act::Say(head)));
        }
    }
    all
}

/// What a portal must not do, with a name.
fn attacks(call: Call, elsewhere: &Server) -> Vec<(String, Act)> {
    let body = good(call).map_or_else(|| "{}".to_owned(), |value| value.to_string());
    let mut all = anywhere(&body, elsewhere);
    // A file's bytes are its own proof, whatever they call themselves.
    if matches!(call, Call::File | Call::Draft) {
        let right = std::str::from_utf8(BYTES).unwrap();
        let wrong = right.replace("khai", "chet").to_uppercase();
        all.push((
            "other bytes".into(),
            answer("200 OK", "application/pdf", &wrong),
        ));
        all.push((
            "too few bytes".into(),
            answer("200 OK", "application/pdf", &right[1..]),
        ));
    }
    // Neither tus nor a key's storing is answered with a body.
    if matches!(
        call,
        Call::CreateUpload | Call::Offset | Call::SendBytes | Call::PutKey | Call::EndDraft
    ) {
        let says_nothing = matches!(call, Call::PutKey | Call::EndDraft);
        all.retain(|(name, _)| !(name == "HTML 204" && says_nothing));
        for (status, headers) in [
            ("201 X", "location: https://example.invalid/u\r\n"),
            ("201 X", "location: \u{1}\r\n"),
            ("201 X", ""),
            ("204 X", "upload-offset: -1\r\n"),
            ("204 X", "upload-offset: 99999999999999999999\r\n"),
            ("200 X", "upload-offset: 1e3\r\n"),
        ] {
            if says_nothing && status == "204 X" {
                continue;
            }
            let head = format!(
                "HTTP/1.1 {status}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n"
            );
            all.push((format!("{status} {headers:?}"), Act::Say(head)));
        }
    }
    // An upload that the portal says it doesn't know is announced again: any 404 does, and so does 410.
    if call == Call::Offset {
        all.retain(|(name, _)| name != "HTML 404" && name != "HTML 410");
    }
    all
}

/// Nearly two hundred times what it looks like, for whoever unpacks it, and without an end.
fn gzip_bomb() -> Act {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\r\n";
    Act::Endless(head.into(), gzip_of_zeros())
}

/// A member of a gzip file (RFC 1952) that is a zero and a thousand times the longest copy of it (RFC 1951 3.2.6), its sum of no matter.
fn gzip_of_zeros() -> Vec<u8> {
    let mut bits: Vec<bool> = vec![];
    let mut put = |code: &str| bits.extend(code.bytes().map(|bit| bit == b'1'));
    // The last block, of fixed codes; the literal 0.
    put("110");
    put("00110000");
    for _ in 0..1_000 {
        // Length 258, distance 1.
        put("1100010100000");
    }
    put("0000000");
    let body = bits.chunks(8).map(|byte| {
        let ones = byte.iter().enumerate().filter(|(_, bit)| **bit);
        ones.fold(0, |sum, (at, _)| sum | 1 << at)
    });
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    head.into_iter().chain(body).chain([0; 8]).collect()
}

/// The call at a server that attacks: how it ended, and what the server got rid of.
async fn attacked(
    http: &Http,
    call: Call,
    act: Act,
) -> (Result<Option<hoso_sync::Reply>, CallError>, u64) {
    let server = server(vec![act]).await;
    let made = tokio::time::timeout(TIME, make(call, &portal_over(http, &server))).await;
    let ended = made.unwrap_or_else(|_| panic!("{call:?} does not end"));
    tokio::time::sleep(Duration::from_millis(20)).await;
    (ended, server.taken.load(Ordering::Relaxed))
}

/// The person's bytes are where they were, and nobody was told that the portal has them.
fn assert_kept(call: Call, name: &str, desk: &Desk, accepted_before: bool) {
    let entry = desk.outbox.entry(dossier());
    let entry = entry.unwrap_or_else(|| panic!("{call:?} {name}: the dossier is gone"));
    assert_eq!(entry.revisions.len(), 1, "{call:?} {name}");
    let stage = &entry.revisions[0].stage;
    let accepted = matches!(stage, Stage::Accepted | Stage::Settled);
    assert_eq!(accepted, accepted_before, "{call:?} {name}: {stage:?}");
    assert!(
        !entry.revisions[0].is_parked(),
        "{call:?} {name}: {stage:?}"
    );
}

#[tokio::test]
async fn no_attack_is_an_answer_and_everything_is_asked_again() {
    let http = http();
    let elsewhere = server(vec![answer("200 OK", "application/json", "{}")]).await;
    let cases = ALL.into_iter().flat_map(|call| {
        let attacks = attacks(call, &elsewhere).into_iter();
        attacks.map(move |(name, act)| (call, name, act))
    });
    let made = cases.map(|(call, name, act)| {
        let ended = attacked(&http, call, act);
        async move { (call, name, ended.await) }
    });
    let mut made = stream::iter(made).buffer_unordered(AT_ONCE);
    let mut tried = 0;
    while let Some((call, name, (ended, taken))) = made.next().await {
        tried += 1;
        let error = match ended {
            Err(error) => error,
            Ok(reply) => panic!("{call:?} {name}: taken for {reply:?}"),
        };
        let unclear = !matches!(
            error,
            CallError::Unknown { .. } | CallError::Unexpected { .. } | CallError::Damaged { .. }
        );
        assert!(!unclear, "{call:?} {name}: {error:?}");
        assert!(error.to_string().len() < 400, "{call:?} {name}: {error}");
        assert!(taken < MOST, "{call:?} {name}: took {taken} bytes");
        if let Some((mut desk, id)) = Desk::asking(call) {
            let before = desk.outbox.entry(dossier()).unwrap().accepted().is_some();
            desk.reply(id, Err(Failure::from(error)));
            assert_kept(call, &name, &desk, before);
            assert!(desk.asks_again(call), "{call:?} {name}: never asked again");
        }
    }
    assert!(tried > 800, "{tried}");
    assert_eq!(*elsewhere.heads.lock().unwrap(), Vec::<String>::new());
}

/// Paths to everything in a value, itself included.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, member)| places(member, &format!("{at}/{name}"), into)),
        Value::Array(items) => (0..)
            .zip(items)
            .for_each(|(place, item): (usize, _)| places(item, &format!("{at}/{place}"), into)),
        _ => {}
    }
}

/// The text with one value in it replaced; numbers too large for JSON's readers go in as text.
fn replaced(value: &Value, at: &str, by: &str) -> String {
    let mut value = value.clone();
    *value.pointer_mut(at).unwrap() = json!("@@");
    value.to_string().replacen("\"@@\"", by, 1)
}

const WRONG: [&str; 14] = [
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "-1",
    "0",
    "0.5",
    "1e400",
    "18446744073709551616",
    "99999999999999999999999999999999999999",
    "\"\\u0000\\u202e../../etc\"",
    "\"00000000-0000-4000-8000-000000000099\"",
    "\"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"",
];

/// Right in form and wrong in one place: it is refused, or it changes nothing that must not change.
#[tokio::test]
async fn one_wrong_value_loses_nothing() {
    let http = http();
    let mut tried = 0;
    for call in ALL {
        let Some(whole) = good(call) else { continue };
        let due = make_right(&http, call).await;
        let mut at = vec![];
        places(&whole, "", &mut at);
        let wrong: Vec<(String, String)> = at
            .iter()
            .flat_map(|at| WRONG.map(|by| (format!("{at} is {by}"), replaced(&whole, at, by))))
            .collect();
        tried += wrong.len();
        for chunk in wrong.chunks(64) {
            let ends = chunk
                .iter()
                .map(|(_, body)| attacked(&http, call, answer("200 OK", "application/json", body)));
            for ((name, _), (ended, _)) in chunk.iter().zip(join_all(ends).await) {
                let Some((mut desk, id)) = Desk::asking(call) else {
                    continue;
                };
                let right = call == Call::Submit && ended == due;
                let before = desk.outbox.entry(dossier()).unwrap().accepted().is_some();
                let outcome = match ended {
                    Ok(reply) => Ok(reply.unwrap()),
                    Err(error) => Err(Failure::from(error)),
                };
                desk.reply(id, outcome);
                let entry = desk.outbox.entry(dossier()).unwrap();
                assert_eq!(entry.revisions.len(), 1, "{call:?} {name}");
                let stage = &entry.revisions[0].stage;
                let accepted = matches!(stage, Stage::Accepted | Stage::Settled);
                if call == Call::Submit && !right {
                    // Only the code and the hour may differ from the receipt that was due.
                    let same = entry.revisions[0].receipt.as_ref().is_none_or(|receipt| {
                        (receipt.dossier, receipt.revision, receipt.sha256)
                            == (dossier(), 1, entry.revisions[0].manifest_sha256)
                    });
                    assert!(same, "{call:?} {name}: {stage:?}");
                    assert_eq!(
                        accepted,
                        entry.revisions[0].receipt.is_some(),
                        "{call:?} {name}"
                    );
                } else {
                    assert_eq!(accepted, before || right, "{call:?} {name}: {stage:?}");
                }
            }
        }
    }
    assert!(tried > 1_500, "{tried}");
}

/// What the call comes to at a portal that behaves.
async fn make_right(http: &Http, call: Call) -> Result<Option<hoso_sync::Reply>, CallError> {
    let body = good(call).unwrap().to_string();
    attacked(http, call, answer("200 OK", "application/json", &body))
        .await
        .0
}

#[tokio::test]
async fn the_table_fails_where_the_portal_behaves() {
    let http = http();
    for call in ALL {
        if good(call).is_some() {
            assert!(make_right(&http, call).await.is_ok(), "{call:?}");
        }
    }
}

/// More bytes than announced must not become the answer to the next request on the same connection.
#[tokio::test]
async fn what_follows_an_answer_is_nobodys() {
    let next = r#"{"cursor":"stolen","dossiers":[]}"#;
    let said = r#"{"cursor":"c","dossiers":[]}"#;
    let two = format!(
        "HTTP/1.1 200 OK\r\n{JSON}content-length: {}\r\n\r\n{said}HTTP/1.1 200 OK\r\n{JSON}content-length: {}\r\n\r\n{next}",
        said.len(),
        next.len()
    );
    let server = server(vec![Act::SayOn(two)]).await;
    let portal = portal(&server);
    for _ in 0..5 {
        assert_eq!(portal.changes(None).await.unwrap().cursor, "c");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
