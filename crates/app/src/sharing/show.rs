//! What a person sees of a shared draft.

use std::collections::BTreeMap;

use hoso_dossier::DraftId;
use hoso_store::ShareRow;
use hoso_sync::sharing::Role;

use super::Kept;
use super::content::About;
use super::desktops::Desktops;
use crate::AppError;
use crate::open::Open;
use crate::view::{DraftShare, DraftShareState};

impl Open {
    /// Every draft that is or was shared, as it is shown.
    pub(crate) async fn draft_shares(&self) -> Result<BTreeMap<DraftId, DraftShare>, AppError> {
        let rows = self.store.shares().await?;
        if rows.is_empty() {
            return Ok(BTreeMap::new());
        }
        let desktops = Desktops::of(&self.store).await?;
        rows.iter()
            .map(|row| Ok((row.draft.id, self.draft_share_view(&desktops, row)?)))
            .collect()
    }

    fn draft_share_view(
        &self,
        desktops: &Desktops,
        row: &ShareRow,
    ) -> Result<DraftShare, AppError> {
        let about: About = serde_json::from_value(row.about.clone()).unwrap_or_default();
        let kept = Kept::of(row)?;
        let seen = self.sharing.read();
        let at_portal = row.shared.and_then(|shared| seen.held.get(&shared));
        let lease = at_portal
            .and_then(|draft| draft.lease)
            .filter(|lease| lease.desktop != desktops.own_id());
        let trouble = seen.troubles.get(&row.draft.id);
        let state = match (row.shared, kept.share.role) {
            (None, _) => DraftShareState::Apart,
            (Some(_), Role::Reader) => DraftShareState::Reader,
            (Some(_), Role::Writer) => DraftShareState::Writer,
        };
        Ok(DraftShare {
            state,
            desktop: lease
                .map(|lease| desktops.name_of(lease.desktop))
                .filter(|name| !name.is_empty())
                .unwrap_or(about.desktop),
            open_there: lease.is_some(),
            waiting: state == DraftShareState::Writer && kept.share.has_unsent(row.length),
            at: match state {
                DraftShareState::Apart => about.apart_since,
                _ => at_portal.map_or_else(String::new, |draft| draft.updated_at.clone()),
            },
            files: about.files,
            trouble: trouble.map(|one| one.code.clone()).unwrap_or_default(),
            said: trouble.map(|one| one.said.clone()).unwrap_or_default(),
        })
    }
}
