//! What a portal wants before it takes a dossier: a confirmation code (*mã xác nhận*), a fee.

use hoso_dossier::DossierId;
use hoso_portal_api::Fee;
use hoso_sync::{Before, Entry, Event, First};

use crate::elsewhere::other_copy;
use crate::view::{DossierInfo, FirstView};
use crate::{App, AppError};

/// Longest code that is passed on, in characters.
const MAX_CODE: usize = 40;

impl App {
    /// Gives the confirmation code that the portal asks for. Without a network it is kept, and given when there is one.
    ///
    /// # Errors
    /// No code was typed, or none is asked for.
    pub async fn dossier_confirm(
        &self,
        id: DossierId,
        code: String,
    ) -> Result<DossierInfo, AppError> {
        let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
        if code.is_empty() || code.chars().count() > MAX_CODE {
            return Err(AppError::NoCode);
        }
        self.confirm(id, code).await
    }

    /// Asks the portal for a new confirmation code.
    ///
    /// # Errors
    /// None is asked for.
    pub async fn dossier_confirm_again(&self, id: DossierId) -> Result<DossierInfo, AppError> {
        self.confirm(id, String::new()).await
    }

    async fn confirm(&self, id: DossierId, code: String) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        let entry = open.sender.entry(id);
        if entry
            .as_ref()
            .and_then(first_view)
            .is_none_or(|one| !one.confirm)
        {
            return Err(AppError::CodeNotAsked);
        }
        open.sender
            .wish(Event::Confirm { dossier: id, code })
            .await?;
        open.quiet().await;
        self.dossier(id).await
    }
}

fn before(entry: &Entry) -> Option<&Before> {
    entry.active().map(|active| &active.before)
}

/// What the person has to do, or is doing, before the portal takes the dossier.
pub(crate) fn first_view(entry: &Entry) -> Option<FirstView> {
    let before = before(entry).filter(|_| other_copy(entry).is_none())?;
    let asked = before.needs.confirmation.as_ref();
    let pay = entry.first() == Some(First::Pay);
    (asked.is_some() || pay).then(|| FirstView {
        confirm: asked.is_some(),
        sent_to: asked.map(|asked| asked.sent_to.clone()).unwrap_or_default(),
        wrong: before.wrong.clone().unwrap_or_default(),
        telling: before.code.is_some(),
        pay,
    })
}

/// The fees of a dossier, as the portal last told them: those of the dossier, or those that come before it is one.
pub(crate) fn fees(entry: &Entry) -> &[Fee] {
    match &entry.view {
        Some(view) => &view.fees,
        None => before(entry).map_or(&[], |before| &before.needs.fees),
    }
}
