//! Dossiers of the person's account that were sent from another desktop: what the portal tells of them is shown, and nothing can be done with them here.

use std::collections::BTreeSet;

use hoso_dossier::DossierId;
use hoso_store::StoreError;
use hoso_sync::Elsewhere;

use crate::dossiers::{changed_at, folder_of, handler_of, rfc3339, steps_of};
use crate::open::Open;
use crate::payments::fee_view;
use crate::view::{BothLanguages, DossierInfo, DossierRow};
use crate::{AppError, qr};

impl Open {
    /// Their rows, but for what the store has: that is shown as what it is. What was taken back here, and is with the portal all the same, is from elsewhere.
    pub(crate) fn rows_from_elsewhere(&self, here: &BTreeSet<DossierId>) -> Vec<DossierRow> {
        let all = self.sender.elsewhere().into_iter();
        all.filter(|one| !here.contains(&one.view.id))
            .map(|one| self.row_from_elsewhere(&one))
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
        match self.store.dossier(id).await {
            Ok(stored) if !stored.hidden => Ok(None),
            Ok(_) | Err(StoreError::NotFound { .. }) => Ok(Some(self.page_from_elsewhere(&one))),
            Err(error) => Err(error.into()),
        }
    }

    fn row_from_elsewhere(&self, one: &Elsewhere) -> DossierRow {
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
            elsewhere: Some(words()),
        }
    }

    fn page_from_elsewhere(&self, one: &Elsewhere) -> DossierInfo {
        let view = &one.view;
        let row = self.row_from_elsewhere(one);
        let follow_page = self.sender.known().follow_page(&view.code);
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
            first: None,
            may_withdraw: false,
            withdrawal: None,
            may_rate: false,
            rating: None,
            owner: String::new(),
            by_authority: false,
            originals: String::new(),
            agency: self.agency_of(&view.procedure),
            may_carry: false,
            carried_at: String::new(),
            refreshed_at,
            row,
        }
    }
}

fn words() -> BothLanguages {
    BothLanguages {
        vi: "Hồ sơ này được gửi từ máy khác của bạn. Ở đây có mã hồ sơ và trạng thái mà cổng cho biết; nội dung đã khai và các tệp nằm ở máy kia. Bổ sung, nộp phí hoặc rút hồ sơ thì làm ở máy đó.".into(),
        en: "This dossier was sent from another computer of yours. Its code and status are here, as the portal tells them; its answers and files are on that other computer. Supplement it, pay for it or withdraw it there.".into(),
    }
}
