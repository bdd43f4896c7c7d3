//! The queue: what is on its way, why it waits, and what the person has to see to.

use std::collections::BTreeSet;

use hoso_dossier::DossierId;
use hoso_portal_api::PortalFile;
use hoso_store::DossierRow as StoredDossier;
use hoso_sync::{Event, First, Revision, Stage, WaitReason};

use crate::dossiers::rfc3339;
use crate::open::Open;
use crate::outbox::{Line, LookEntry};
use crate::preflight::may_change;
use crate::view::{QueueItem, QueueStage, QueueUpload, SyncInfo, WaitInfo};
use crate::{App, AppError, receipts, sending, trouble};

impl App {
    /// The connection, and the queue.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sync_info(&self) -> Result<SyncInfo, AppError> {
        let open = self.open()?;
        let sender = &open.sender;
        let mut queue = Vec::new();
        for entry in &sender.look(|entry| entry.active().is_some()) {
            let stored = open.store.dossier(entry.dossier).await?;
            if let Some(item) = open.queue_item(&stored, entry) {
                queue.push((sealed_at(entry), item));
            }
        }
        queue.sort_by_key(|(sealed_at, _)| *sealed_at);
        let meta = sender.meta();
        Ok(SyncInfo {
            online: sender.is_online(),
            paused: meta.paused,
            busy: sender.is_busy() || sender.gate.is_busy(),
            refreshed_at: rfc3339(meta.refreshed_at),
            queue: queue.into_iter().map(|(_, item)| item).collect(),
            rules: sending::shown(&meta.rules),
            metered: sender.is_metered(),
            receipts_signed: receipts::signs(&open.store).await?,
            other_version: open.sender.known().is_of_another_version(),
            clock_off_seconds: open
                .session
                .as_ref()
                .and_then(|session| session.portal.clock_skew())
                // A few seconds are the network's, not the clock's.
                .filter(|skew| skew.abs() > 60)
                .unwrap_or(0),
        })
    }

    /// Sends and asks now instead of when the wait is over.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sync_now(&self) -> Result<(), AppError> {
        let open = self.open()?;
        // This looks at what changed, too: a second wish would be a second request.
        open.sender.event(Event::Connected);
        open.sender.gate.nudge();
        for dossier in open.sender.waiting() {
            open.sender.event(Event::AskNow { dossier });
        }
        // What can be asked is on its way when this returns.
        open.sender.settle().await;
        Ok(())
    }

    /// Dossiers of which a file of the portal is not here, or a payment may be open: their pages tell how that stands.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async, reason = "commands are async")]
    pub async fn sync_unfinished(&self) -> Result<BTreeSet<DossierId>, AppError> {
        let unfinished = self.open()?.sender.look(|entry| {
            let files = entry.view.iter().flat_map(|view| &view.files);
            let missing = |file: &PortalFile| entry.fetched.get(&file.id) != Some(&file.sha256);
            !entry.payments.is_empty() || { files }.any(missing)
        });
        Ok(unfinished.iter().map(|one| one.dossier).collect())
    }

    /// Holds sending back, or lets it go.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sync_pause(&self, on: bool) -> Result<SyncInfo, AppError> {
        let open = self.open()?;
        open.sender.wish(Event::Pause { on }).await?;
        if !on {
            // What was sealed in the meantime was not looked at.
            open.sender.gate.nudge();
        }
        self.sync_info().await
    }

    /// Tries one dossier now.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sync_retry(&self, id: DossierId) -> Result<(), AppError> {
        let open = self.open()?;
        open.sender.wish(Event::RetryNow { dossier: id }).await?;
        open.sender.gate.nudge();
        Ok(())
    }
}

impl Open {
    /// A dossier's place in the queue; `None` once everything sealed has arrived.
    pub(crate) fn queue_item(&self, stored: &StoredDossier, look: &LookEntry) -> Option<QueueItem> {
        let revision = look.entry.active()?;
        let waiting = look.waiting.as_ref().filter(|_| !revision.is_parked());
        Some(QueueItem {
            dossier: stored.id,
            revision: revision.revision,
            title: self.dossier_row(stored, Some(look)).title,
            stage: stage(revision),
            wait: match self.held(look) {
                Some(held) => held,
                None => waiting.map(|reason| wait_info(reason, look.line)),
            },
            trouble: trouble::of_revision(&look.entry, revision),
            changed: self.sender.gate.changed(stored.id),
            uploads: look
                .progress
                .iter()
                .map(|file| QueueUpload {
                    id: file.upload,
                    name: file.name.clone(),
                    sent: file.sent,
                    size: file.size,
                })
                .collect(),
        })
    }
}

impl Open {
    /// Why it waits while it is held back for the check before sending; the inner `None` while the check is at work.
    fn held(&self, look: &LookEntry) -> Option<Option<WaitInfo>> {
        let gate = &self.sender.gate;
        let held = look.entry.paused && may_change(&look.entry);
        if !held || self.sender.meta().paused {
            return None;
        }
        let code = if look.line == Line::OtherVersion {
            "otherVersion"
        } else if !gate.changed(look.dossier).is_empty() {
            "changed"
        } else if gate.is_unreachable() && !gate.is_busy() {
            "offline"
        } else {
            return Some(None);
        };
        Some(Some(WaitInfo {
            code: code.into(),
            until: String::new(),
            detail: String::new(),
        }))
    }
}

fn sealed_at(look: &LookEntry) -> u64 {
    look.entry.active().map_or(0, |revision| revision.sealed_at)
}

/// How far a revision is.
pub(crate) const fn stage(revision: &Revision) -> QueueStage {
    if revision.given_up {
        return QueueStage::GivenUp;
    }
    match &revision.stage {
        Stage::Sealed => QueueStage::Sealed,
        Stage::Uploading => QueueStage::Uploading,
        Stage::Submitting => QueueStage::Submitting,
        Stage::OutcomeUnknown => QueueStage::OutcomeUnknown,
        Stage::Accepted | Stage::Settled => QueueStage::Accepted,
        Stage::NeedsFix { .. } => QueueStage::NeedsFix,
        Stage::Quarantined { .. } => QueueStage::Quarantined,
    }
}

pub(crate) fn wait_info(reason: &WaitReason, line: Line) -> WaitInfo {
    let (code, until, detail) = match reason {
        WaitReason::Backoff { until, .. } if line == Line::OtherVersion => {
            ("otherVersion", Some(*until), "")
        }
        WaitReason::Offline if line == Line::OtherVersion => ("otherVersion", None, ""),
        WaitReason::Paused => ("paused", None, ""),
        WaitReason::Offline => ("offline", None, ""),
        WaitReason::NotSignedIn => ("signedOut", None, ""),
        WaitReason::First {
            first: First::Confirm,
        } => ("confirm", None, ""),
        WaitReason::First { first: First::Pay } => ("pay", None, ""),
        WaitReason::Hours { until } => ("hours", Some(*until), ""),
        WaitReason::Metered => ("metered", None, ""),
        WaitReason::Unsigned { until } => ("unsigned", Some(*until), ""),
        WaitReason::PortalBusy { until } => ("portalBusy", Some(*until), ""),
        WaitReason::Backoff { until, .. } if line == Line::NoWay => ("offline", Some(*until), ""),
        WaitReason::Backoff { until, why } => ("backoff", Some(*until), why.as_str()),
    };
    WaitInfo {
        code: code.into(),
        until: rfc3339(until),
        detail: detail.to_owned(),
    }
}
