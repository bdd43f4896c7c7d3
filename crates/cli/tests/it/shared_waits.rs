//! When a shared draft is sent, and what keeps it here.

use std::sync::Arc;

use hoso_app::App;
use hoso_app::view::{DraftShare, FormPart};
use hoso_dossier::{DraftId, SharedDraftId};
use hoso_eform::Change;
use hoso_portal_api::ProblemCode;
use hoso_sandbox::testing::{CITIZEN, faults, sign_in};
use hoso_sandbox::{FaultKind, FaultUpdate, OneShot};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::person::Person;
use crate::portal::Portal;
use crate::proxy::Proxy;
use crate::samples;
use crate::shared::{PLACE, drafts, pair_over, says};

/// So many drafts of one person the portal keeps.
const MOST: usize = 500;

/// Somebody at the application, with a draft that is shared; what goes to the portal is counted.
struct Home {
    person: Person,
    app: Arc<App>,
    draft: DraftId,
    line: Proxy,
    now: Timestamp,
}

impl Home {
    async fn with_shared_draft(portal: &Portal) -> (Self, Person) {
        let line = Proxy::to(portal.port(), u32::MAX).await;
        let (person, office) = pair_over(&line.url, &portal.url).await;
        let draft: DraftId = person.birth_draft().parse().unwrap();
        let app = person.app_at(Some(&line.url)).await;
        app.draft_share(draft).await.unwrap();
        let now = samples::TODAY.parse().unwrap();
        let home = Self {
            person,
            app,
            draft,
            line,
            now,
        };
        (home, office)
    }

    async fn types(&self, words: &str) {
        let change = Change::Set {
            path: PLACE.into(),
            value: json!(words),
        };
        let changed = self.app.draft_change(self.draft, FormPart::Form, change);
        changed.await.unwrap();
    }

    async fn share(&self) -> DraftShare {
        let share = self.app.draft_share_state(self.draft).await.unwrap();
        share.unwrap()
    }

    /// How often it was asked with this method when so much time has gone by.
    async fn asked_after(&mut self, seconds: i64, method: &str) -> usize {
        self.now += SignedDuration::from_secs(seconds);
        self.person.turn_clock_to(&self.now.to_string());
        // What failed is told by the draft.
        let _ = self.app.sharing_settle().await;
        self.asked(method)
    }

    fn asked(&self, method: &str) -> usize {
        let asked = self.line.asked();
        let begins = format!("{method} /v1/drafts");
        let of_drafts = |one: &&String| one.starts_with(&begins) && !one.ends_with("/lease");
        asked.iter().filter(of_drafts).count()
    }
}

fn busy(method: &str, retry_after: Option<u64>, times: u32) -> OneShot {
    OneShot {
        method: Some(method.into()),
        status: Some(503),
        code: Some(ProblemCode::Busy),
        retry_after,
        times,
        ..OneShot::at("/v1/drafts", FaultKind::Problem)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_in_one_go_leaves_in_one_go() {
    let portal = Portal::up().await;
    let (home, office) = Home::with_shared_draft(&portal).await;
    home.app.sharing_settle().await.unwrap();
    assert_eq!(home.asked("PUT"), 1);
    let mut changes = home.app.changes();
    for number in 0..80 {
        home.types(&format!("Bệnh viện Mẫu số {number}")).await;
    }
    while home.share().await.waiting {
        // Having missed some is as good as having heard.
        let _ = changes.recv().await;
    }
    // One, where the machine does not stand still for seconds.
    let sent = home.asked("PUT");
    assert!((1..=5).contains(&sent), "80 changes were sent {sent} times");
    home.app.profile_lock().await.unwrap();
    office.sync();
    let there = &drafts(&office)[0].0;
    assert_eq!(says(&office, there).await, "Bệnh viện Mẫu số 79");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_failures_the_waits_grow_and_the_portal_may_ask_for_longer_ones() {
    let portal = Portal::up().await;
    let (mut home, _) = Home::with_shared_draft(&portal).await;
    let mut fail = FaultUpdate::from(busy("PUT", None, 6));
    fail.next.push(busy("PUT", Some(1_800), 1));
    faults(&portal.url, &fail).await.unwrap();
    assert_eq!(home.asked_after(0, "PUT").await, 1);
    for _ in 0..3 {
        assert_eq!(home.asked_after(150, "PUT").await, 1);
    }
    // 15, 30 and 60 seconds are over; 120, 240 and 480 follow.
    for (wait, rest) in [(80, 0), (60, 1), (200, 0), (80, 1), (400, 0), (150, 1)] {
        assert_eq!(home.asked_after(wait, "PUT").await, rest, "after {wait} s");
    }
    // From here on it is the portal that says when.
    for (wait, rest) in [(1_000, 0), (700, 0), (200, 1), (4_000, 0)] {
        assert_eq!(home.asked_after(wait, "PUT").await, rest, "after {wait} s");
    }
    let share = home.share().await;
    assert!(!share.waiting && share.trouble.is_empty(), "{share:?}");

    // The list of drafts is asked for in the same manner.
    let fail = busy("GET", Some(1_800), 1).into();
    faults(&portal.url, &fail).await.unwrap();
    for (wait, rest) in [(1, 1), (1_000, 0), (700, 0), (200, 1)] {
        assert_eq!(home.asked_after(wait, "GET").await, rest, "after {wait} s");
    }

    home.types("Trạm y tế Mẫu").await;
    home.app.profile_lock().await.unwrap();
    faults(&portal.url, &busy("PUT", None, 1).into())
        .await
        .unwrap();
    let sync = ["sync", "--once"];
    assert_eq!(home.person.refused(&sync).code, "share.waiting");
    home.person.sync();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_over_the_portals_limit_stays_here_whole_until_there_is_room() {
    let portal = Portal::up().await;
    let token = sign_in(&portal.url, &CITIZEN).await.unwrap();
    let client = Client::new();
    let ask = |method: Method, id: SharedDraftId| {
        let address = format!("{}/v1/drafts/{id}", portal.url);
        client.request(method, address).bearer_auth(&token)
    };
    let others: Vec<_> = (0..MOST)
        .map(|_| SharedDraftId::new(Uuid::new_v4()))
        .collect();
    for other in &others {
        let put = ask(Method::PUT, *other)
            .header("Hoso-Desktop", Uuid::new_v4().to_string())
            .header("If-None-Match", "*")
            .body("x");
        assert_eq!(put.send().await.unwrap().status(), StatusCode::CREATED);
    }

    let (mut home, office) = Home::with_shared_draft(&portal).await;
    home.types("Bệnh viện Mẫu").await;
    home.asked_after(0, "PUT").await;
    let share = home.share().await;
    assert_eq!(
        (share.waiting, &share.trouble[..]),
        (true, "portal.problem")
    );
    assert!(share.said.contains("Hãy thôi chia sẻ bớt"), "{share:?}");
    // It is written on as any other.
    home.types("Trạm y tế Mẫu").await;
    assert_eq!(home.asked_after(3_600, "PUT").await, 1);
    assert_eq!(home.share().await.said, share.said);

    let ended = ask(Method::DELETE, others[0]).send().await.unwrap();
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert_eq!(home.asked_after(3_600, "PUT").await, 1);
    let share = home.share().await;
    assert!(!share.waiting && share.trouble.is_empty(), "{share:?}");
    home.app.profile_lock().await.unwrap();
    office.sync();
    let there = &drafts(&office)[0].0;
    assert_eq!(says(&office, there).await, "Trạm y tế Mẫu");
}
