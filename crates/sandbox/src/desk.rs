//! What the one-stop desk (*Bộ phận Một cửa*) does with a dossier.

use hoso_dossier::{CALENDAR, Calendar, DossierId, Manifest, Money, NoticeWish, OfficialStatus};
use hoso_portal_api::TimelineEntry;
use jiff::Zoned;
use jiff::civil::Time;
use sqlx::SqliteConnection;

use crate::papers::{self, Paper};
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::view::{fees, open_supplement, stored};
use crate::{catalogue, outbox, pages, payments};

/// The officer who receives dossiers; invented.
pub(crate) const OFFICER: &str = "Cán bộ tiếp nhận Trần Văn Mẫu";
/// The unit that handles and returns them; invented.
pub(crate) const UNIT: &str = "Bộ phận Một cửa UBND xã Mẫu";
/// The one fee of a dossier.
const FEE: &str = "le-phi";
/// The step of a result that is issued again.
const REISSUED: &str = "Cấp lại kết quả";
/// Working days until the result is due.
const DUE_DAYS: u16 = 3;

/// A move of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Move {
    /// *Tiếp nhận*.
    Accept,
    /// *Yêu cầu bổ sung*.
    Supplement {
        reason: String,
        components: Vec<String>,
        /// Working days to answer in; none: no day is set.
        days: Option<u16>,
    },
    /// *Bắt đầu xử lý*.
    Process,
    /// *Đã xử lý xong*.
    Finish,
    /// *Trả kết quả*.
    ReturnResult,
    /// *Cấp lại kết quả*: the result with other words, under the same id.
    Reissue,
    /// The originals have come by post: a step that changes no status.
    Originals,
    /// *Thu phí, lệ phí tại quầy*: the money that is due, in cash.
    TakeCash,
    /// *Không tiếp nhận*, or *Dừng xử lý* after it was received.
    Refuse { opinion: String },
}

impl Move {
    /// Whether the move may be made now.
    pub(crate) fn fits(&self, status: OfficialStatus, received: bool) -> bool {
        use OfficialStatus as Status;
        match self {
            Self::Accept => !received && matches!(status, Status::Registered | Status::Processing),
            Self::Supplement { .. } => matches!(
                status,
                Status::Registered
                    | Status::Received
                    | Status::Processing
                    | Status::SupplementRequested
            ),
            Self::Process => status == Status::Received,
            Self::Finish => received && matches!(status, Status::Received | Status::Processing),
            Self::ReturnResult => {
                received
                    && matches!(
                        status,
                        Status::Received | Status::Processing | Status::Processed
                    )
            }
            Self::Reissue => status == Status::Returned,
            Self::Originals | Self::TakeCash => !status.is_final(),
            Self::Refuse { .. } => !status.is_final() && status != Status::Processed,
        }
    }
}

/// Makes a move, and tells the person.
pub(crate) async fn make(
    portal: &Portal,
    db: &mut SqliteConnection,
    id: DossierId,
    made: Move,
) -> Result<(), Refusal> {
    let row: Option<(u8, Option<String>, String, u32, Vec<u8>)> = sqlx::query_as(
        "SELECT status, accepted_at, code, dossiers.revision, manifest FROM dossiers
         JOIN revisions ON dossier = id AND revisions.revision = dossiers.revision
         WHERE id = ? AND code IS NOT NULL",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db)
    .await?;
    let (status, accepted_at, code, revision, manifest) =
        row.ok_or_else(|| Refusal::not_found("Không có hồ sơ này."))?;
    let status = OfficialStatus::try_from(status)
        .map_err(|error| Refusal::internal("reading a stored status", &error))?;
    let received = accepted_at.is_some();
    if !made.fits(status, received) {
        return Err(Refusal::conflict(
            hoso_portal_api::ProblemCode::RequestInvalid,
            format!(
                "Không thực hiện được bước này khi hồ sơ đang ở trạng thái “{}”.",
                status.vietnamese()
            ),
        ));
    }
    let desk = Desk {
        portal,
        id,
        code,
        revision,
    };
    match made {
        Move::Accept => {
            let manifest = Manifest::from_sealed(&manifest)
                .map_err(|error| Refusal::internal("reading a stored revision", &error))?;
            desk.accept(db, &manifest).await
        }
        Move::Supplement {
            reason,
            components,
            days,
        } => desk.ask_supplement(db, &reason, &components, days).await,
        Move::Process => {
            desk.enter(db, OfficialStatus::Processing, "Thụ lý hồ sơ", UNIT, "")
                .await
        }
        Move::Finish => desk.finish(db).await,
        Move::ReturnResult => {
            if status != OfficialStatus::Processed {
                desk.finish(db).await?;
            }
            papers::add(portal, db, id, Paper::Result { again: 0 }).await?;
            desk.enter(db, OfficialStatus::Returned, "Trả kết quả", UNIT, "")
                .await?;
            desk.tell(db, "đã có kết quả").await
        }
        Move::Reissue => desk.reissue(db).await,
        Move::Originals => {
            desk.enter(db, status, "Đã nhận bản gốc qua bưu điện", OFFICER, "")
                .await?;
            desk.tell(db, "đã có bản gốc tại Bộ phận Một cửa").await
        }
        Move::TakeCash => desk.take_cash(db, status).await,
        Move::Refuse { opinion } => desk.refuse(db, received, &opinion).await,
    }
}

/// One dossier on the desk.
struct Desk<'a> {
    portal: &'a Portal,
    id: DossierId,
    code: String,
    revision: u32,
}

impl Desk<'_> {
    async fn accept(&self, db: &mut SqliteConnection, manifest: &Manifest) -> Result<(), Refusal> {
        let due = due_after(&pages::in_vietnam(self.portal.now()));
        sqlx::query("UPDATE dossiers SET accepted_at = ?, due_at = ? WHERE id = ?")
            .bind(self.portal.now_text())
            .bind(due.timestamp().to_string())
            .bind(self.id.to_string())
            .execute(&mut *db)
            .await?;
        self.enter(db, OfficialStatus::Received, "Tiếp nhận hồ sơ", OFFICER, "")
            .await?;
        papers::add(self.portal, db, self.id, Paper::Reception { due: &due }).await?;
        if manifest.fee == Money::ZERO {
            return self.tell(db, "đã được tiếp nhận").await;
        }
        write_fee_down(db, manifest).await?;
        let paid = fees(db, self.id).await?;
        if paid.iter().all(|fee| fee.paid_by.is_some()) {
            return self.tell(db, "đã được tiếp nhận").await;
        }
        let desk = paid.iter().any(|fee| fee.at_desk);
        let (place, told) = if desk {
            (" (tại Bộ phận Một cửa)", " tại Bộ phận Một cửa")
        } else {
            ("", "")
        };
        let note = format!("Số tiền phải nộp: {}{place}", manifest.fee);
        self.enter(
            db,
            OfficialStatus::PaymentRequested,
            "Yêu cầu nộp phí, lệ phí",
            OFFICER,
            &note,
        )
        .await?;
        let told = format!("đã được tiếp nhận và cần nộp phí, lệ phí{told}");
        self.tell(db, &told).await
    }

    /// Asks, or asks for something else while nobody has answered.
    async fn ask_supplement(
        &self,
        db: &mut SqliteConnection,
        reason: &str,
        components: &[String],
        days: Option<u16>,
    ) -> Result<(), Refusal> {
        if reason.is_empty() {
            return Err(Refusal::request("Cần ghi nội dung yêu cầu bổ sung."));
        }
        let before = open_supplement(db, self.id).await?;
        let now = pages::in_vietnam(self.portal.now());
        let due = days.map(|days| office_end(&now, days).timestamp().to_string());
        sqlx::query(
            "INSERT INTO supplements (dossier, revision, reason, components, requested_at, due_at) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET reason = excluded.reason, components = excluded.components, requested_at = excluded.requested_at,
               due_at = excluded.due_at",
        )
        .bind(self.id.to_string())
        .bind(self.revision + 1)
        .bind(reason)
        .bind(serde_json::to_string(components)?)
        .bind(self.portal.now_text())
        .bind(due)
        .execute(&mut *db)
        .await?;
        let (step, told) = if before.is_some() {
            ("Sửa yêu cầu bổ sung", "có yêu cầu bổ sung đã được sửa")
        } else {
            ("Yêu cầu bổ sung hồ sơ", "cần được bổ sung")
        };
        let status = OfficialStatus::SupplementRequested;
        self.enter(db, status, step, OFFICER, reason).await?;
        self.tell(db, told).await
    }

    async fn finish(&self, db: &mut SqliteConnection) -> Result<(), Refusal> {
        self.enter(db, OfficialStatus::Processed, "Ký duyệt kết quả", UNIT, "")
            .await
    }

    async fn reissue(&self, db: &mut SqliteConnection) -> Result<(), Refusal> {
        let before: u32 =
            sqlx::query_scalar("SELECT count(*) FROM timeline WHERE dossier = ? AND step = ?")
                .bind(self.id.to_string())
                .bind(REISSUED)
                .fetch_one(&mut *db)
                .await?;
        let paper = Paper::Result { again: before + 1 };
        papers::add(self.portal, db, self.id, paper).await?;
        self.enter(db, OfficialStatus::Returned, REISSUED, UNIT, "")
            .await?;
        self.tell(db, "đã được cấp lại kết quả").await
    }

    /// Takes what is due, once.
    async fn take_cash(
        &self,
        db: &mut SqliteConnection,
        status: OfficialStatus,
    ) -> Result<(), Refusal> {
        let due = fees(db, self.id).await?;
        if !self.portal.takes_at_desk() || due.iter().all(|fee| fee.paid_by.is_some()) {
            return Err(Refusal::conflict(
                hoso_portal_api::ProblemCode::PaymentOtherOpen,
                "Không có khoản nào thu tại quầy: hồ sơ không còn khoản phải nộp, hoặc cổng không có cách thu này.",
            ));
        }
        let numbers = payments::take_cash(self.portal, db, self.id).await?;
        let note = format!("Biên lai số {}", numbers.join(", "));
        let step = "Thu phí, lệ phí tại Bộ phận Một cửa";
        self.enter(db, status, step, OFFICER, &note).await?;
        fee_paid(self.portal, db, self.id).await?;
        self.tell(db, "đã nộp phí, lệ phí tại Bộ phận Một cửa")
            .await
    }

    async fn refuse(
        &self,
        db: &mut SqliteConnection,
        received: bool,
        opinion: &str,
    ) -> Result<(), Refusal> {
        if opinion.is_empty() {
            return Err(Refusal::request("Cần ghi ý kiến của cán bộ tiếp nhận."));
        }
        let now = self.portal.now_text();
        sqlx::query("UPDATE dossiers SET opinion = ? WHERE id = ?")
            .bind(opinion)
            .bind(self.id.to_string())
            .execute(&mut *db)
            .await?;
        close_requests(db, self.id, &now).await?;
        let (status, step) = if received {
            (OfficialStatus::Stopped, "Dừng xử lý, trả lại hồ sơ")
        } else {
            (OfficialStatus::Refused, "Không tiếp nhận hồ sơ")
        };
        self.enter(db, status, step, OFFICER, opinion).await?;
        self.tell(db, "đã bị trả lại").await
    }

    async fn enter(
        &self,
        db: &mut SqliteConnection,
        status: OfficialStatus,
        step: &str,
        handler: &str,
        note: &str,
    ) -> Result<(), Refusal> {
        let entry = TimelineEntry {
            at: self.portal.now_text(),
            status: status.into(),
            step: step.to_owned(),
            handler: handler.to_owned(),
            note: note.to_owned(),
        };
        enter(db, self.id, &entry).await
    }

    /// Tells the person in the ways that were chosen; where a portal offers none, by SMS to the account's telephone.
    async fn tell(&self, db: &mut SqliteConnection, what: &str) -> Result<(), Refusal> {
        let text = format!(
            "Hồ sơ {} {what}. Xem chi tiết trong ứng dụng Hồ Sơ.",
            self.code
        );
        let now = self.portal.now_text();
        if self
            .portal
            .profile
            .as_ref()
            .is_some_and(|one| !one.notices.is_empty())
        {
            for one in notices(db, self.id).await? {
                outbox::send_by(db, &now, one.way, &one.to, &text).await?;
            }
            return Ok(());
        }
        let phone: Option<String> =
            sqlx::query_scalar("SELECT phone FROM users JOIN dossiers ON owner = sub WHERE id = ?")
                .bind(self.id.to_string())
                .fetch_optional(&mut *db)
                .await?;
        if let Some(phone) = phone {
            outbox::send(db, &now, &phone, &text, None).await?;
        }
        Ok(())
    }
}

/// The ways in which the newest revision wants to be told.
async fn notices(db: &mut SqliteConnection, id: DossierId) -> Result<Vec<NoticeWish>, Refusal> {
    let sealed: Vec<u8> = sqlx::query_scalar(
        "SELECT manifest FROM dossiers JOIN revisions ON dossier = id AND revisions.revision = dossiers.revision WHERE id = ?",
    )
    .bind(id.to_string())
    .fetch_one(db)
    .await?;
    let manifest = Manifest::from_sealed(&sealed)
        .map_err(|error| Refusal::internal("reading a stored revision", &error))?;
    Ok(manifest.notices)
}

/// Writes down what a dossier costs, once.
pub(crate) async fn write_fee_down(
    db: &mut SqliteConnection,
    manifest: &Manifest,
) -> Result<(), Refusal> {
    sqlx::query(
        "INSERT INTO fees (dossier, id, name, amount) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(manifest.dossier.to_string())
    .bind(FEE)
    .bind(fee_name(db, manifest).await?)
    .bind(i64::try_from(manifest.fee.amount()).unwrap_or(i64::MAX))
    .execute(&mut *db)
    .await?;
    if !manifest.pay.is_online() {
        sqlx::query("INSERT INTO desk_fees (dossier, fee) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(manifest.dossier.to_string())
            .bind(FEE)
            .execute(db)
            .await?;
    }
    Ok(())
}

/// What was asked of the person is asked no more: nobody shall pay for, or add to, a dossier that was given back.
async fn close_requests(
    db: &mut SqliteConnection,
    id: DossierId,
    now: &str,
) -> Result<(), Refusal> {
    for query in [
        "UPDATE supplements SET answered_at = ? WHERE dossier = ? AND answered_at IS NULL",
        "UPDATE payments SET state = 'declined', settled_at = ? WHERE dossier = ? AND state = 'pending'",
    ] {
        sqlx::query(query)
            .bind(now)
            .bind(id.to_string())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// The person has withdrawn the dossier.
pub(crate) async fn withdrawn(
    portal: &Portal,
    db: &mut SqliteConnection,
    id: DossierId,
    reason: &str,
) -> Result<(), Refusal> {
    let now = portal.now_text();
    close_requests(db, id, &now).await?;
    let entry = TimelineEntry {
        at: now,
        status: OfficialStatus::Withdrawn.into(),
        step: "Công dân yêu cầu rút hồ sơ".to_owned(),
        handler: UNIT.to_owned(),
        note: reason.to_owned(),
    };
    enter(db, id, &entry).await
}

/// The one fee was paid: the dossier goes on.
pub(crate) async fn fee_paid(
    portal: &Portal,
    db: &mut SqliteConnection,
    id: DossierId,
) -> Result<(), Refusal> {
    let status: u8 = sqlx::query_scalar("SELECT status FROM dossiers WHERE id = ?")
        .bind(id.to_string())
        .fetch_one(&mut *db)
        .await?;
    let all_paid = fees(db, id).await?.iter().all(|fee| fee.paid_by.is_some());
    if status != u8::from(OfficialStatus::PaymentRequested) || !all_paid {
        return touch(db, id).await;
    }
    let entry = TimelineEntry {
        at: portal.now_text(),
        status: OfficialStatus::Processing.into(),
        step: "Đã nộp phí, lệ phí; thụ lý hồ sơ".to_owned(),
        handler: UNIT.to_owned(),
        note: String::new(),
    };
    enter(db, id, &entry).await
}

/// Writes a step down and gives the dossier its status.
pub(crate) async fn enter(
    db: &mut SqliteConnection,
    id: DossierId,
    entry: &TimelineEntry,
) -> Result<(), Refusal> {
    sqlx::query(
        "INSERT INTO timeline (dossier, at, status, step, handler, note) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(&entry.at)
    .bind(entry.status)
    .bind(&entry.step)
    .bind(&entry.handler)
    .bind(&entry.note)
    .execute(&mut *db)
    .await?;
    sqlx::query("UPDATE dossiers SET status = ? WHERE id = ?")
        .bind(entry.status)
        .bind(id.to_string())
        .execute(&mut *db)
        .await?;
    touch(db, id).await
}

/// Moves the dossier to the end of the changes.
pub(crate) async fn touch(db: &mut SqliteConnection, id: DossierId) -> Result<(), Refusal> {
    sqlx::query(
        "UPDATE dossiers SET seq = (SELECT MAX(seq) + 1 FROM dossiers), version = version + 1 WHERE id = ?",
    )
    .bind(id.to_string())
    .execute(db)
    .await?;
    Ok(())
}

/// What the fee is for, by the pack's rule.
async fn fee_name(db: &mut SqliteConnection, manifest: &Manifest) -> Result<String, Refusal> {
    let lines = catalogue::newest_pack(db, &manifest.procedure)
        .await?
        .and_then(|pack| pack.fee(&manifest.form).ok())
        .map(|fee| fee.lines)
        .unwrap_or_default();
    let names: Vec<String> = lines
        .into_iter()
        .filter(|line| line.amount > Money::ZERO)
        .map(|line| line.name)
        .collect();
    Ok(if names.is_empty() {
        "Phí, lệ phí".to_owned()
    } else {
        names.join("; ")
    })
}

/// The end of office hours, [`DUE_DAYS`] working days on; what comes after 15:00 counts from the next day.
fn due_after(received: &Zoned) -> Zoned {
    let late = received.time() >= Time::constant(15, 0, 0, 0);
    office_end(received, DUE_DAYS + u16::from(late))
}

/// The end of office hours, so many working days on.
fn office_end(from: &Zoned, days: u16) -> Zoned {
    // The calendar that comes with the program is checked by its tests.
    let calendar = Calendar::parse(CALENDAR).unwrap_or_default();
    let day = calendar.after(from.date(), days);
    day.at(17, 0, 0, 0)
        .to_zoned(from.time_zone().clone())
        .unwrap_or_else(|_| from.clone())
}

/// Working days as the clerk typed them; nothing typed: none.
pub(crate) fn read_days(typed: &str) -> Result<Option<u16>, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let days = typed.parse().ok().filter(|days| (1..=365).contains(days));
    days.map(Some)
        .ok_or_else(|| Refusal::request("Số ngày làm việc để bổ sung cần từ 1 đến 365."))
}

/// Reads the dossier's id back from its path on the desk.
pub(crate) fn read_id(id: &str) -> Result<DossierId, Refusal> {
    stored(id).map_err(|_| Refusal::not_found("Không có hồ sơ này."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_fits_only_where_the_law_has_it() {
        use OfficialStatus as Status;
        let supplement = Move::Supplement {
            reason: String::new(),
            components: vec![],
            days: None,
        };
        let refuse = Move::Refuse {
            opinion: String::new(),
        };
        // One letter a status, 1 to 10: y where the move fits.
        for (made, received, table) in [
            (&Move::Accept, false, "ynnynnnnnn"),
            (&Move::Accept, true, "nnnnnnnnnn"),
            (&supplement, true, "yynyynnnnn"),
            (&Move::Process, true, "nynnnnnnnn"),
            (&Move::Finish, true, "nynynnnnnn"),
            (&Move::Finish, false, "nnnnnnnnnn"),
            (&Move::Reissue, true, "nnnnnnnnny"),
            (&Move::Originals, true, "yynyyynnyn"),
            (&Move::TakeCash, false, "yynyyynnyn"),
            (&Move::ReturnResult, true, "nynynnnnyn"),
            (&refuse, true, "yynyyynnnn"),
        ] {
            let fits: String = Status::ALL
                .into_iter()
                .map(|status| {
                    if made.fits(status, received) {
                        'y'
                    } else {
                        'n'
                    }
                })
                .collect();
            assert_eq!(fits, table, "{made:?} {received}");
        }
    }

    #[test]
    fn a_clerk_sets_a_day_for_the_supplement_or_none() {
        for (typed, days) in [
            ("", None),
            (" ", None),
            ("1", Some(1)),
            (" 365 ", Some(365)),
        ] {
            assert_eq!(read_days(typed).ok(), Some(days), "{typed}");
        }
        for typed in ["0", "366", "-1", "mười", "99999999"] {
            assert!(read_days(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn the_result_is_due_after_working_days() {
        for (received, due) in [
            (
                "2026-11-20T09:00:00+07:00[Asia/Ho_Chi_Minh]",
                "2026-11-26T17:00:00+07:00[Asia/Ho_Chi_Minh]",
            ),
            (
                "2026-11-20T15:00:00+07:00[Asia/Ho_Chi_Minh]",
                "2026-11-27T17:00:00+07:00[Asia/Ho_Chi_Minh]",
            ),
        ] {
            let received: Zoned = received.parse().unwrap();
            assert_eq!(due_after(&received).to_string(), due);
        }
    }
}
