//! What is due: limits that the law sets, results that are promised; and telling the person in time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use hoso_dossier::{DossierId, DraftId, Manifest, OfficialStatus};
use hoso_eform::Env;
use hoso_portal_api::{DossierView, SupplementRequest};
use hoso_store::DraftState;
use hoso_sync::{First, Notice};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::broadcast::error::RecvError;

use crate::open::Open;
use crate::procedures::say;
use crate::text::written;
use crate::view::{Due, DueKind, FormPart, SupplementView};
use crate::{App, AppError, Topic};

/// So many working days ahead one is reminded.
const SOON: i32 = 3;
/// Between looks at what has become due.
const EVERY: Duration = Duration::from_secs(60);
/// Key in the store: what one was reminded of.
const REMINDED: &str = "reminded";

impl App {
    /// What is due, soonest first.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn due(&self) -> Result<Vec<Due>, AppError> {
        self.open()?.due().await
    }
}

impl Open {
    async fn due(&self) -> Result<Vec<Due>, AppError> {
        let today = Env::new(self.host.now()).date();
        let (catalogue, language) = (self.catalogue(), self.language());
        let days = self.days();
        let mut due = Vec::new();
        let title = |code: &str| {
            let pack = catalogue.get(code);
            pack.map_or(code.to_owned(), |pack| {
                say(&pack.procedure().name, &language).to_owned()
            })
        };
        for draft in self.store.drafts().await? {
            let Some(pack) = catalogue
                .get(&draft.procedure)
                .filter(|_| draft.state == DraftState::Open)
            else {
                continue;
            };
            if pack.procedure().deadlines.is_empty() || draft.dossier.is_some() {
                continue;
            }
            let answers = match self.draft_answers(draft.id, FormPart::Form).await {
                Ok(answers) => answers,
                Err(error) => {
                    // It is told of where it is opened, and silences no other one.
                    tracing::warn!(error = error.kind(), draft = %draft.id, "a draft whose deadlines can't be told");
                    continue;
                }
            };
            for limit in pack.deadlines(&answers) {
                due.push(Due {
                    draft: Some(draft.id),
                    note: limit.note,
                    subject: draft.title.clone(),
                    ..self.on(
                        DueKind::Law,
                        days.calendar.in_time(limit.on),
                        today,
                        title(&draft.procedure),
                    )
                });
            }
        }
        for stored in self.store.dossiers().await? {
            let Some(look) = self.sender.look_at(stored.id).filter(|_| !stored.hidden) else {
                continue;
            };
            let name = title(&stored.procedure);
            let row = |due: Due| Due {
                dossier: Some(stored.id),
                subject: stored.title.clone(),
                ..due
            };
            let Some(view) = &look.entry.view else {
                // Sealed, and not with the desk yet: the law's limit still runs.
                let pack = catalogue.get(&stored.procedure);
                let limits = pack.filter(|pack| !pack.procedure().deadlines.is_empty());
                if let (Some(pack), Some(active)) = (limits, look.entry.active()) {
                    let sealed = self.store.manifest(stored.id, active.revision).await?;
                    for limit in pack.deadlines(&Manifest::from_sealed(&sealed)?.form) {
                        let on = days.calendar.in_time(limit.on);
                        due.push(row(Due {
                            note: limit.note,
                            ..self.on(DueKind::Law, on, today, name.clone())
                        }));
                    }
                }
                continue;
            };
            // One that is sealed waits for the line, not for the person.
            let answered = |revision| {
                let active = look.entry.active();
                active.is_some_and(|active| active.revision >= revision)
            };
            if let Some(asked) = &view.supplement
                && !is_over(view.status)
                && !answered(asked.revision)
                && let Some(on) = day(asked.due_at.as_deref())
            {
                due.push(row(Due {
                    note: asked.reason.clone(),
                    ..self.on(DueKind::Supplement, on, today, name.clone())
                }));
            }
            let promised = view
                .due_at
                .as_deref()
                .and_then(|at| at.parse::<Timestamp>().ok());
            if let Some(promised) = promised.filter(|_| !is_over(view.status)) {
                due.push(row(self.on(
                    DueKind::Result,
                    Env::new(promised).date(),
                    today,
                    name,
                )));
            }
        }
        due.sort_by(|one, other| one.on.cmp(&other.on));
        Ok(due)
    }

    /// What the desk asks for, and by when; with the draft that answers it.
    pub(crate) fn supplement_view(
        &self,
        asked: &SupplementRequest,
        draft: Option<DraftId>,
    ) -> SupplementView {
        let on = day(asked.due_at.as_deref());
        let today = Env::new(self.host.now()).date();
        SupplementView {
            reason: asked.reason.clone(),
            due_on: on.map(|on| on.to_string()).unwrap_or_default(),
            due_in: on.map(|on| self.days().calendar.working_days(today, on)),
            components: asked.components.clone(),
            requested_at: asked.requested_at.clone(),
            draft,
        }
    }

    /// Until the result is promised, while it is waited for.
    pub(crate) fn working_days_left(&self, view: &DossierView) -> Option<i32> {
        let promised: Timestamp = view.due_at.as_deref()?.parse().ok()?;
        let today = Env::new(self.host.now()).date();
        let left = self
            .days()
            .calendar
            .working_days(today, Env::new(promised).date());
        (!is_over(view.status)).then_some(left)
    }

    fn on(&self, kind: DueKind, on: Date, today: Date, title: String) -> Due {
        let working_days = self.days().calendar.working_days(today, on);
        Due {
            kind,
            title,
            subject: String::new(),
            note: String::new(),
            on: on.to_string(),
            working_days,
            soon: working_days <= SOON,
            draft: None,
            dossier: None,
        }
    }
}

/// The day in Vietnam of a moment that the portal tells.
fn day(at: Option<&str>) -> Option<Date> {
    let at: Timestamp = at?.parse().ok()?;
    Some(Env::new(at).date())
}

/// Nothing more is done about a dossier of this official status.
pub(crate) fn is_over(status: u8) -> bool {
    OfficialStatus::try_from(status).is_ok_and(OfficialStatus::is_final)
}

/// Tells by way of the system what changes at the portal, and reminds of what becomes due, each thing once, while the profile is open.
pub(crate) fn follow(open: &Arc<Open>) {
    let mut notices = open.sender.notices();
    let (closing, open) = (open.closing.clone(), Arc::downgrade(open));
    tokio::spawn(async move {
        let mut look = tokio::time::interval(EVERY);
        loop {
            let notice = tokio::select! {
                () = closing.cancelled() => return,
                _ = look.tick() => None,
                notice = notices.recv() => match notice {
                    Ok(notice) => Some(notice),
                    // Missed some; the screens show how things stand.
                    Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => return,
                },
            };
            let Some(open) = open.upgrade() else { return };
            match notice {
                Some(notice) => open.tell_of(&notice).await,
                None => {
                    if let Err(error) = open.remind().await {
                        tracing::warn!(error = error.kind(), "looking what is due");
                    }
                }
            }
        }
    });
}

impl Open {
    async fn remind(&self) -> Result<(), AppError> {
        let known: BTreeSet<String> = self.store.sync_meta(REMINDED).await?.unwrap_or_default();
        let mut now = BTreeSet::new();
        for due in self.due().await?.into_iter().filter(|due| due.soon) {
            let id = due.dossier.map(|id| id.to_string());
            let id = id
                .or_else(|| due.draft.map(|id| id.to_string()))
                .unwrap_or_default();
            // Once when it is near, and once when it has passed.
            let mark = format!("{id} {:?} {} {}", due.kind, due.on, due.working_days < 0);
            if !known.contains(&mark) {
                let english = self.language() == "en";
                self.notify(&due.title, &words(&due, english));
            }
            now.insert(mark);
        }
        if now != known {
            self.store.put_sync_meta(REMINDED, &now).await?;
            self.tell(&[Topic::Dossiers]);
        }
        Ok(())
    }

    /// Tells of something that happened at the portal.
    async fn tell_of(&self, notice: &Notice) {
        let Some((dossier, text)) = notice_words(notice, self.language() == "en") else {
            return;
        };
        let Some(dossier) = dossier else {
            // Who has nothing on its way signs in when there is something.
            let idle = matches!(notice, Notice::SignInNeeded)
                && self.sender.find(|one| one.active().is_some()).is_none()
                && self.sender.account_wait().is_none();
            if !idle {
                self.notify("Hồ Sơ", &text);
            }
            return;
        };
        self.notify_about(dossier, &text).await;
    }

    /// Tells that a dossier waits for the person's word, because something has changed since it was sealed.
    pub(crate) async fn tell_of_changes(&self, dossier: DossierId) {
        let text = if self.language() == "en" {
            "Something has changed since the dossier was sealed. It waits for your decision."
        } else {
            "Có thay đổi từ khi niêm phong hồ sơ. Hồ sơ chờ bạn quyết định."
        };
        self.notify_about(dossier, text).await;
    }

    async fn notify_about(&self, dossier: DossierId, text: &str) {
        // Whoever has its code may look a dossier up: behind the lock nothing is said of it.
        if self.presence.is_away() {
            let text = if self.language() == "en" {
                "There is news of a dossier. Unlock to read it."
            } else {
                "Có tin mới về một hồ sơ. Mở khóa để xem."
            };
            return self.notify(&self.label, text);
        }
        let stored = self.store.dossier(dossier).await;
        let title = stored.ok().and_then(|stored| {
            let catalogue = self.catalogue();
            let pack = catalogue.get(&stored.procedure)?;
            Some(say(&pack.procedure().name, &self.language()).to_owned())
        });
        self.notify(title.as_deref().unwrap_or("Hồ Sơ"), text);
    }

    /// Tells the person by way of the system, who may be looking at something else.
    fn notify(&self, title: &str, text: &str) {
        // What the dossier is about is nobody's business while the profile is locked.
        let title = if self.presence.is_away() {
            &self.label
        } else {
            title
        };
        if let Err(why) = self.host.notify(title, text) {
            tracing::debug!(why, "a notice of the system");
        }
    }
}

/// A reminder in a sentence.
fn words(due: &Due, english: bool) -> String {
    let day = due.on.parse::<Date>();
    let day = day.map_or_else(|_| due.on.clone(), written);
    let (left, past) = (due.working_days, due.working_days < 0);
    match (due.kind, english, past) {
        (DueKind::Result, false, false) => {
            format!("Hẹn trả kết quả ngày {day} (còn {left} ngày làm việc).")
        }
        (DueKind::Result, false, true) => format!("Đã quá ngày hẹn trả kết quả {day}."),
        (DueKind::Result, true, false) => {
            format!("The result is promised for {day} ({left} working days left).")
        }
        (DueKind::Result, true, true) => {
            format!("The day promised for the result, {day}, has passed.")
        }
        (DueKind::Supplement, false, false) => {
            format!("Bổ sung trước ngày {day} (còn {left} ngày làm việc).")
        }
        (DueKind::Supplement, false, true) => format!(
            "Đã quá ngày bổ sung {day}. Hãy bổ sung sớm, hoặc hỏi Bộ phận Một cửa xem hồ sơ còn được nhận không."
        ),
        (DueKind::Supplement, true, false) => {
            format!("Supplement it by {day} ({left} working days left).")
        }
        (DueKind::Supplement, true, true) => format!(
            "The day for the supplement, {day}, has passed. Hand it in soon, or ask the one-stop desk whether it is still taken."
        ),
        (_, false, false) => format!("Đến hạn ngày {day} (còn {left} ngày làm việc)."),
        (_, false, true) => format!("Đã quá hạn ngày {day}."),
        (_, true, false) => format!("Due on {day} ({left} working days left)."),
        (_, true, true) => format!("It was due on {day}."),
    }
}

/// What the person is told of by the system, and about which dossier, unless it is about all of them. Nothing personal stands in it.
fn notice_words(notice: &Notice, english: bool) -> Option<(Option<DossierId>, String)> {
    let (dossier, vi, en) = match notice {
        Notice::SignInNeeded => {
            let text = if english {
                "The sign-in at the portal has ended. Sign in again to go on sending."
            } else {
                "Phiên đăng nhập cổng đã hết. Hãy đăng nhập lại để gửi tiếp hồ sơ đang chờ."
            };
            return Some((None, text.to_owned()));
        }
        Notice::CodeReceived { dossier, code, .. } => (
            dossier,
            format!("Cổng đã nhận hồ sơ. Mã hồ sơ: {code}"),
            format!("The portal has received the dossier. Its code: {code}"),
        ),
        Notice::SupplementRequested { dossier, .. } => (
            dossier,
            "Cơ quan yêu cầu bổ sung hồ sơ.".to_owned(),
            "The desk asks for a supplement.".to_owned(),
        ),
        Notice::SupplementChanged { dossier, .. } => (
            dossier,
            "Cơ quan đã sửa nội dung yêu cầu bổ sung.".to_owned(),
            "The desk has changed what it asks for.".to_owned(),
        ),
        Notice::StatusChanged { dossier, status } => {
            let words = match OfficialStatus::try_from(*status) {
                // Told in its own words already.
                Ok(OfficialStatus::SupplementRequested) => return None,
                Ok(known) => known.vietnamese().to_owned(),
                // One that this version has no name for is news all the same.
                Err(_) => status.to_string(),
            };
            (
                dossier,
                format!("Trạng thái mới của hồ sơ: {words}."),
                format!("The dossier's new status: {words}."),
            )
        }
        Notice::FirstAsked {
            dossier,
            first: First::Confirm,
        } => (
            dossier,
            "Cổng cần mã xác nhận trước khi nhận hồ sơ.".to_owned(),
            "The portal wants a confirmation code before it takes the dossier.".to_owned(),
        ),
        Notice::FirstAsked {
            dossier,
            first: First::Pay,
        } => (
            dossier,
            "Cần nộp phí, lệ phí trước khi cổng nhận hồ sơ.".to_owned(),
            "The fee has to be paid before the portal takes the dossier.".to_owned(),
        ),
        Notice::NeedsFix { dossier, .. } | Notice::Quarantined { dossier, .. } => (
            dossier,
            "Hồ sơ không gửi được, cần bạn xem lại.".to_owned(),
            "A dossier could not be sent and needs you.".to_owned(),
        ),
        Notice::ReceiptDoubted { dossier, .. } => (
            dossier,
            "Biên nhận đang giữ không khớp với điều cổng trả lời hôm nay.".to_owned(),
            "A receipt kept here is not what the portal says today.".to_owned(),
        ),
        Notice::ReceiptUnsigned { dossier, .. } => (
            dossier,
            "Biên nhận của cổng không có chữ ký đúng nên chưa được công nhận. Máy sẽ hỏi lại."
                .to_owned(),
            "The portal's receipt doesn't bear its signature and doesn't count. It is asked again."
                .to_owned(),
        ),
        Notice::FileSpoiled { dossier, .. } => (
            dossier,
            "Giấy tờ cổng trả về bị hỏng nhiều lần liền nên máy thôi tải. Mở hồ sơ để tải lại."
                .to_owned(),
            "A paper from the portal came damaged again and again, and is no longer fetched. Open the dossier to fetch it again."
                .to_owned(),
        ),
        Notice::PaymentPaid { dossier, .. } => {
            (dossier, "Đã thanh toán.".to_owned(), "Paid.".to_owned())
        }
        Notice::PaymentDeclined { dossier, .. } => (
            dossier,
            "Thanh toán không thành. Bạn chưa bị trừ tiền.".to_owned(),
            "The payment was declined. No money has moved.".to_owned(),
        ),
        Notice::PaymentRefused { dossier, .. } => (
            dossier,
            "Cổng không nhận yêu cầu thanh toán. Hãy mở hồ sơ để xem lý do.".to_owned(),
            "The portal did not take the order to pay. Open the dossier to see why.".to_owned(),
        ),
        Notice::WishRefused { dossier, .. } => (
            dossier,
            "Cổng không nhận yêu cầu của bạn.".to_owned(),
            "The portal did not take your request.".to_owned(),
        ),
        Notice::AccountConflict => {
            let text = if english {
                "Your details at the portal were changed elsewhere too. Open Settings, My profile, to choose which to keep."
            } else {
                "Thông tin cá nhân trên cổng đã được sửa ở nơi khác. Hãy mở Cài đặt, mục Hồ sơ cá nhân, để chọn bản muốn giữ."
            };
            return Some((None, text.to_owned()));
        }
        Notice::AccountRefused { .. } => {
            let text = if english {
                "The portal did not take your changed details. Open Settings, My profile, to see why."
            } else {
                "Cổng không nhận thông tin cá nhân đã sửa. Hãy mở Cài đặt, mục Hồ sơ cá nhân, để xem lý do."
            };
            return Some((None, text.to_owned()));
        }
        _ => return None,
    };
    Some((Some(*dossier), if english { en } else { vi }))
}

#[cfg(test)]
mod tests {
    use hoso_portal_api::ProblemCode;
    use hoso_sync::{Doubt, Refusal};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_day_of_a_supplement_is_told_with_what_can_be_done_once_it_has_passed() {
        let due = |working_days| Due {
            kind: DueKind::Supplement,
            title: String::new(),
            subject: String::new(),
            note: "Nguyễn Thị An".into(),
            on: "2026-12-04".into(),
            working_days,
            soon: true,
            draft: None,
            dossier: None,
        };
        for (days, english, told) in [
            (
                2,
                false,
                "Bổ sung trước ngày 04/12/2026 (còn 2 ngày làm việc).",
            ),
            (-1, false, "Đã quá ngày bổ sung 04/12/2026. Hãy bổ sung sớm"),
            (2, true, "Supplement it by 04/12/2026"),
            (-1, true, "has passed. Hand it in soon"),
        ] {
            let said = words(&due(days), english);
            assert!(said.contains(told) && !said.contains("Nguyễn"), "{said}");
        }
    }

    #[test]
    fn what_needs_the_person_is_told_in_both_languages() {
        let dossier = DossierId::new(Uuid::from_u128(1));
        let fee = || "le-phi".to_owned();
        let refusal = || Refusal {
            code: ProblemCode::Forbidden,
            detail: "Nguyễn Thị An".into(),
            fields: std::collections::BTreeMap::new(),
        };
        let revision = 1;
        let status = |status| Notice::StatusChanged { dossier, status };
        let first = |first| Notice::FirstAsked { dossier, first };
        for (notice, vi, en) in [
            (Notice::SignInNeeded, "đăng nhập lại", "Sign in again"),
            (
                Notice::SupplementRequested { dossier, revision },
                "yêu cầu bổ sung",
                "asks for a supplement",
            ),
            (
                Notice::SupplementChanged { dossier, revision },
                "đã sửa",
                "has changed",
            ),
            (
                status(2),
                OfficialStatus::try_from(2).unwrap().vietnamese(),
                "new status",
            ),
            (status(200), "200", "200"),
            (first(First::Confirm), "mã xác nhận", "confirmation code"),
            (first(First::Pay), "nộp phí", "fee has to be paid"),
            (
                Notice::NeedsFix {
                    dossier,
                    revision,
                    refusal: refusal(),
                },
                "xem lại",
                "needs you",
            ),
            (
                Notice::ReceiptDoubted {
                    dossier,
                    revision,
                    doubt: Doubt::Missing,
                },
                "không khớp",
                "is not what",
            ),
            (
                Notice::ReceiptUnsigned { dossier, revision },
                "chữ ký",
                "signature",
            ),
            (
                Notice::PaymentPaid {
                    dossier,
                    fee: fee(),
                },
                "Đã thanh toán",
                "Paid",
            ),
            (
                Notice::PaymentDeclined {
                    dossier,
                    fee: fee(),
                },
                "chưa bị trừ tiền",
                "No money",
            ),
            (
                Notice::PaymentRefused {
                    dossier,
                    fee: fee(),
                    refusal: refusal(),
                },
                "yêu cầu thanh toán",
                "order to pay",
            ),
            (
                Notice::WishRefused {
                    dossier,
                    refusal: refusal(),
                },
                "không nhận yêu cầu",
                "did not take",
            ),
            (Notice::AccountConflict, "chọn bản", "choose"),
            (
                Notice::AccountRefused { refusal: refusal() },
                "không nhận thông tin",
                "did not take",
            ),
        ] {
            let of_all = matches!(
                notice,
                Notice::SignInNeeded | Notice::AccountConflict | Notice::AccountRefused { .. }
            );
            let about = (!of_all).then_some(dossier);
            for (english, words) in [(false, vi), (true, en)] {
                let (of, said) = notice_words(&notice, english).unwrap();
                assert_eq!(of, about, "{notice:?}");
                assert!(said.contains(words), "{notice:?}: {said}");
                assert!(!said.contains("Nguyễn"), "{notice:?}: {said}");
            }
        }
        for quiet in [
            status(5),
            Notice::PortalRestored,
            Notice::SendingAgain { dossier },
            Notice::Cancelled { dossier, revision },
        ] {
            assert_eq!(notice_words(&quiet, false), None, "{quiet:?}");
        }
    }
}
