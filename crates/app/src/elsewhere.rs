//! Dossiers that the portal has and one doesn't go on with here: those that were sent from another desktop, or from this one before it forgot them, and
//! those that the portal has as another copy than the one sealed here. What the portal tells of them is shown, and nothing can be done with them.

use std::collections::BTreeSet;

use hoso_dossier::DossierId;
use hoso_store::{DraftRow, DraftState, StoreError};
use hoso_sync::{Elsewhere, Entry, ParkReason, Stage};

use crate::dossiers::{changed_at, folder_of, handler_of, rfc3339, steps_of, zalo_qr};
use crate::due::is_over;
use crate::open::Open;
use crate::payments::fee_view;
use crate::trouble::{NEXT_PORTAL, OTHER_COPY, Pair};
use crate::view::{BothLanguages, DossierInfo, DossierRow, ElsewhereView, ElsewhereWhy};
use crate::{AppError, qr};

/// How far the copy is that the portal has in place of the one sealed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OtherCopy {
    /// It was never handed in, as far as the portal tells.
    Unsubmitted,
    /// It is a dossier there: what is made in its place is a second one.
    There,
    /// It was one, and nothing more is done about it.
    Over,
}

/// The portal has it as another copy than the one sealed here: whatever would be done with it from here never gets there.
pub(crate) fn other_copy(entry: &Entry) -> Option<OtherCopy> {
    let active = entry.active().filter(|active| active.revision == 1)?;
    let Stage::Quarantined {
        reason: ParkReason::OtherBytes { .. },
    } = &active.stage
    else {
        return None;
    };
    Some(match &entry.view {
        None => OtherCopy::Unsubmitted,
        Some(view) if is_over(view.status) => OtherCopy::Over,
        Some(_) => OtherCopy::There,
    })
}

/// The portal has it as another copy, and is about it.
pub(crate) fn is_there_otherwise(entry: &Entry) -> bool {
    other_copy(entry) == Some(OtherCopy::There)
}

/// The dossier that this desktop may have sealed of a draft and has forgotten; of one that it only read, none.
pub(crate) fn may_have_become(draft: &DraftRow) -> Option<DossierId> {
    let was_read = draft.state == DraftState::Trashed && draft.first.uuid() != draft.id.uuid();
    (!was_read).then_some(draft.first)
}

impl Open {
    /// Refuses what never gets to the portal of a dossier that it has as another copy.
    pub(crate) fn goes_on_here(&self, id: DossierId) -> Result<(), AppError> {
        match self.sender.entry(id) {
            Some(entry) if other_copy(&entry).is_some() => Err(AppError::OtherCopy),
            _ => Ok(()),
        }
    }

    /// Refuses what would be a second dossier beside the copy that the portal has and is about.
    pub(crate) fn is_the_only_one(&self, id: DossierId) -> Result<(), AppError> {
        match self.sender.entry(id) {
            Some(entry) if is_there_otherwise(&entry) => Err(AppError::OtherCopy),
            _ => Ok(()),
        }
    }

    /// Refuses to seal what the portal is known to have already, from another desktop or from before this one forgot it: it would be in conflict with that.
    pub(crate) fn is_not_there_yet(&self, first: DossierId) -> Result<(), AppError> {
        match self.sender.one_elsewhere(first) {
            Some(one) if !is_over(one.view.status) => Err(AppError::OtherCopy),
            _ => Ok(()),
        }
    }

    /// Their rows, but for what the store has: that is shown as what it is. What was taken back here, and is with the portal all the same, is from elsewhere.
    /// `known`: what this desktop may have sent itself, and has forgotten.
    pub(crate) fn rows_from_elsewhere(
        &self,
        here: &BTreeSet<DossierId>,
        known: &BTreeSet<DossierId>,
    ) -> Vec<DossierRow> {
        let all = self.sender.elsewhere().into_iter();
        all.filter(|one| !here.contains(&one.view.id))
            .map(|one| self.row_from_elsewhere(&one, known.contains(&one.view.id)))
            .collect()
    }

    /// The page of one; `None` where it is from here, or nobody tells of it.
    pub(crate) async fn dossier_from_elsewhere(
        &self,
        id: DossierId,
    ) -> Result<Option<DossierInfo>, AppError> {
        let Some(one) = self.sender.one_elsewhere(id) else {
            return Ok(None);
        };
        let known = match self.store.dossier(id).await {
            Ok(stored) if !stored.hidden => return Ok(None),
            Ok(_) => true,
            Err(StoreError::NotFound { .. }) => {
                let drafts = self.store.drafts().await?;
                drafts.iter().any(|one| may_have_become(one) == Some(id))
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Some(self.page_from_elsewhere(&one, known)))
    }

    fn row_from_elsewhere(&self, one: &Elsewhere, known: bool) -> DossierRow {
        let view = &one.view;
        DossierRow {
            draft: None,
            dossier: Some(view.id),
            title: self.title_of(&view.procedure),
            subject: String::new(),
            code: Some(view.code.clone()),
            folder: folder_of(view),
            status: Some(view.status),
            changed_at: changed_at(view)
                .map_or_else(|| rfc3339(Some(one.told_at)), |at| at.to_string()),
            step: None,
            asked: view
                .supplement
                .as_ref()
                .map(|asked| self.supplement_view(asked, None)),
            opinion: view.opinion.clone().unwrap_or_default(),
            trouble: None,
            may_cancel: false,
            share: None,
            pay_at_desk: false,
            elsewhere: Some(self::view(if known {
                ElsewhereWhy::Before
            } else {
                ElsewhereWhy::OtherDesktop
            })),
        }
    }

    fn page_from_elsewhere(&self, one: &Elsewhere, known: bool) -> DossierInfo {
        let view = &one.view;
        let row = self.row_from_elsewhere(one, known);
        let portal = self.sender.known();
        let follow_page = portal.follow_page(&view.code);
        let refreshed_at = rfc3339(self.sender.meta().refreshed_at);
        let fee = |fee| fee_view(fee, None, None, refreshed_at.clone());
        let mut revisions = Vec::new();
        self.compare_revisions(&view.procedure, &mut revisions, &[], Some(view));
        DossierInfo {
            procedure: view.procedure.clone(),
            handler: handler_of(view),
            due_at: view.due_at.clone().unwrap_or_default(),
            due_in: self.working_days_left(view),
            timeline: steps_of(view).collect(),
            revisions,
            supplement: row.asked.clone(),
            fees: view.fees.iter().map(fee).collect(),
            files: Vec::new(),
            queue: None,
            provisional: String::new(),
            code_qr: qr::svg(follow_page.as_deref().unwrap_or(view.code.as_str())),
            follow_page: follow_page.unwrap_or_default(),
            zalo_qr: zalo_qr(&portal),
            first: None,
            may_withdraw: false,
            withdrawal: None,
            may_rate: false,
            rating: None,
            owner: String::new(),
            by_authority: false,
            originals: String::new(),
            agency: self.agency_of(&view.procedure),
            received_by: String::new(),
            may_carry: false,
            carried_at: String::new(),
            refreshed_at,
            row,
        }
    }
}

/// Why one doesn't go on here, in words.
pub(crate) fn view(why: ElsewhereWhy) -> ElsewhereView {
    let (first, then) = match why {
        ElsewhereWhy::OtherDesktop => OTHER_DESKTOP,
        ElsewhereWhy::Before => BEFORE,
        ElsewhereWhy::OtherCopy => (OTHER_COPY, NEXT_PORTAL),
    };
    ElsewhereView {
        why,
        words: BothLanguages {
            vi: format!("{} {}", first.0, then.0),
            en: format!("{} {}", first.1, then.1),
        },
    }
}

const OTHER_DESKTOP: (Pair, Pair) = (
    (
        "Hồ sơ này được gửi từ máy khác của bạn.",
        "This dossier was sent from another computer of yours.",
    ),
    (
        "Ở đây có mã hồ sơ và trạng thái mà cổng cho biết; nội dung đã khai và các tệp nằm ở máy kia. Bổ sung, nộp phí hoặc rút hồ sơ thì làm ở máy đó.",
        "Its code and status are here, as the portal tells them; its answers and files are on that other computer. Supplement it, pay for it or withdraw it there.",
    ),
);
const BEFORE: (Pair, Pair) = (
    (
        "Hồ sơ này được gửi từ máy khác của bạn, hoặc từ chính máy này trước khi dữ liệu được khôi phục hay trước khi hồ sơ được lấy lại.",
        "This dossier was sent from another computer of yours, or from this one before its data were restored or the dossier was taken back.",
    ),
    (
        "Ở đây có mã hồ sơ và trạng thái mà cổng cho biết, không còn bản đã gửi. Bổ sung, nộp phí hoặc rút hồ sơ thì làm ở trang của cổng, hoặc ở máy đã gửi.",
        "Its code and status are here, as the portal tells them, and no longer what was sent. Supplement it, pay for it or withdraw it at the portal's own page, or on the computer that sent it.",
    ),
);
