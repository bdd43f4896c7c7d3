//! Dossiers: the folders, one dossier's page, and what can be done with it.

use std::collections::{BTreeMap, BTreeSet};

use hoso_dossier::{DossierId, Folder, Manifest, PostAddress};
use hoso_places::fold;
use hoso_portal_api::DossierView;
use hoso_store::{DossierRow as StoredDossier, DraftRow, DraftState};
use jiff::Timestamp;

use crate::draft::Place;
use crate::elsewhere::{self, OtherCopy, is_there_otherwise, may_have_become, other_copy};
use crate::first::{fees, first_view};
use crate::lookup::provisional;
use crate::open::Open;
use crate::outbox::LookEntry;
use crate::payments::fee_view;
use crate::portals::Known;
use crate::procedures::say;
use crate::queue::stage;
use crate::received::versions;
use crate::view::{
    DossierInfo, DossierList, DossierRow, ElsewhereWhy, FolderCount, QueueStage, RevisionRow,
    TimelineRow, Trouble,
};
use crate::wishes::{may_rate, may_withdraw, rating_view, withdrawal_view};
use crate::{App, AppError, qr, receipts, text, trouble};

/// The folders in the order in which they are shown.
const FOLDERS: [Folder; 10] = [
    Folder::Unsent,
    Folder::Outbox,
    Folder::Failed,
    Folder::Conflict,
    Folder::Sent,
    Folder::AwaitingPayment,
    Folder::SupplementRequested,
    Folder::Processing,
    Folder::Returned,
    Folder::Rejected,
];

impl App {
    /// All folders' counts, and the rows of one or of all that match.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn dossiers(
        &self,
        folder: Option<Folder>,
        query: String,
    ) -> Result<DossierList, AppError> {
        let open = self.open()?;
        let mut rows = open.rows().await?;
        rows.sort_by(|one, other| other.changed_at.cmp(&one.changed_at));
        let folders = FOLDERS
            .into_iter()
            .map(|folder| FolderCount {
                folder,
                count: u32::try_from(rows.iter().filter(|row| row.folder == folder).count())
                    .unwrap_or(u32::MAX),
            })
            .collect();
        let wanted = fold(&text::tidy(&query));
        rows.retain(|row| {
            folder.is_none_or(|folder| row.folder == folder)
                && (wanted.is_empty()
                    || fold(&format!(
                        "{} {} {}",
                        row.title,
                        row.subject,
                        row.code.as_ref().map_or("", |code| code.as_str())
                    ))
                    .contains(&wanted))
        });
        Ok(DossierList {
            folders,
            rows,
            refreshed_at: rfc3339(open.sender.meta().refreshed_at),
            left_out: folder.is_none_or(is_at_portal) && open.sender.meta().left_out > 0,
        })
    }

    /// One dossier's page.
    ///
    /// # Errors
    /// There is no such dossier.
    pub async fn dossier(&self, id: DossierId) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        if let Some(elsewhere) = open.dossier_from_elsewhere(id).await? {
            return Ok(elsewhere);
        }
        let stored = open.store.dossier(id).await?;
        let look = open.sender.look_at(id);
        let drafts = open.store.drafts().await?;
        let mut row = open.dossier_row(&stored, look.as_ref());
        let supplement_draft = drafts
            .iter()
            .find(|draft| draft.dossier == Some(id) && draft.state == DraftState::Open)
            .map(|draft| draft.id);
        row.draft = supplement_draft;
        let view = look.as_ref().and_then(|look| look.entry.view.clone());
        let refreshed_at = rfc3339(open.sender.meta().refreshed_at);
        let received = open.store.documents(id).await?;
        let mut timeline = Vec::new();
        let (mut revisions, mut manifests) = (Vec::new(), Vec::new());
        for revision in open.store.revisions(id).await? {
            let manifest =
                Manifest::from_sealed(&open.store.manifest(id, revision.revision).await?)?;
            timeline.push(TimelineRow {
                at: revision.sealed_at.to_string(),
                status: 0,
                step: if revision.revision == 1 {
                    "sealed".into()
                } else {
                    "supplementSealed".into()
                },
                handler: String::new(),
                note: String::new(),
            });
            let sent = look.as_ref().and_then(|look| {
                let mut all = look.entry.revisions.iter();
                let one = all.find(|one| one.revision == revision.revision)?;
                Some((&look.entry, one))
            });
            revisions.push(RevisionRow {
                // One that the outbox doesn't know was taken back.
                stage: sent.map_or(QueueStage::GivenUp, |(_, one)| stage(one)),
                trouble: sent.and_then(|(entry, one)| trouble::of_revision(entry, one)),
                revision: revision.revision,
                sealed_at: revision.sealed_at.to_string(),
                sha256: revision.sha256.to_string(),
                files: manifest
                    .files
                    .iter()
                    .map(|file| file.name.clone())
                    .collect(),
                receipt: sent.and_then(|(_, one)| receipts::shown(one)),
                elsewhere: false,
                changes: Vec::new(),
            });
            manifests.push(manifest);
        }
        open.compare_revisions(&stored.procedure, &mut revisions, &manifests, view.as_ref());
        if let Some(view) = &view {
            timeline.extend(steps_of(view));
        }
        // By whole seconds, as the portal tells them: what was sealed here stands before what followed at once.
        timeline.sort_by_key(|entry| {
            let at = entry.at.parse::<Timestamp>().ok();
            at.map(Timestamp::as_second)
        });
        let queue = look
            .as_ref()
            .and_then(|look| open.queue_item(&stored, look));
        let payments = look
            .as_ref()
            .map(|look| look.entry.payments.clone())
            .unwrap_or_default();
        let entry = look.as_ref().map(|look| &look.entry);
        let current = entry.and_then(|entry| entry.current());
        let known = open.sender.known();
        let follow_page = row.code.as_ref().and_then(|code| known.follow_page(code));
        Ok(DossierInfo {
            may_withdraw: entry.is_some_and(may_withdraw),
            withdrawal: entry.and_then(|entry| withdrawal_view(entry, &known)),
            may_rate: entry.is_some_and(may_rate),
            rating: entry.and_then(|entry| rating_view(entry, &known)),
            may_carry: current.is_some_and(|one| !one.is_parked() && !one.is_accepted()),
            carried_at: rfc3339(current.and_then(|one| one.carried_at)),
            provisional: match &row.code {
                Some(_) => String::new(),
                None => provisional(id),
            },
            owner: manifests.last().map(owner).unwrap_or_default(),
            by_authority: manifests
                .last()
                .is_some_and(|one| !owner(one).is_empty() && is_ticked(one, "uy_quyen")),
            originals: manifests
                .last()
                .and_then(|one| one.originals.as_ref().map(PostAddress::line))
                .unwrap_or_default(),
            code_qr: match (&follow_page, &row.code) {
                (Some(page), _) => qr::svg(page),
                (None, Some(code)) => qr::svg(code.as_str()),
                (None, None) => String::new(),
            },
            follow_page: follow_page.unwrap_or_default(),
            zalo_qr: row
                .code
                .as_ref()
                .map_or_else(String::new, |_| zalo_qr(&known)),
            row,
            agency: open.agency_of(&stored.procedure),
            received_by: manifests
                .last()
                // Which desk has another copy is not known here.
                .filter(|_| entry.is_none_or(|entry| other_copy(entry).is_none()))
                .and_then(|one| one.agency.as_ref())
                .map(|one| one.name.clone())
                .unwrap_or_default(),
            procedure: stored.procedure.clone(),
            handler: view.as_ref().map(handler_of).unwrap_or_default(),
            due_at: view
                .as_ref()
                .and_then(|view| view.due_at.clone())
                .unwrap_or_default(),
            due_in: view.as_ref().and_then(|view| open.working_days_left(view)),
            timeline,
            revisions,
            supplement: view
                .as_ref()
                .and_then(|view| view.supplement.as_ref())
                .map(|request| open.supplement_view(request, supplement_draft)),
            first: entry.and_then(first_view),
            // Nothing is paid from here for a copy that is not this one; what the portal tells of one that it is about is shown.
            fees: entry
                .filter(|entry| matches!(other_copy(entry), None | Some(OtherCopy::There)))
                .map(fees)
                .unwrap_or_default()
                .iter()
                .map(|fee| {
                    let wait = look.as_ref().and_then(|look| look.payment_wait(&fee.id));
                    fee_view(fee, payments.get(&fee.id), wait, refreshed_at.clone())
                })
                .collect(),
            files: versions(entry, &received),
            refreshed_at,
            queue,
        })
    }
}

impl Open {
    /// Drafts and dossiers as rows.
    async fn rows(&self) -> Result<Vec<DossierRow>, AppError> {
        let catalogue = self.catalogue();
        let looks: BTreeMap<DossierId, LookEntry> = self
            .sender
            .look(|_| true)
            .into_iter()
            .map(|entry| (entry.dossier, entry))
            .collect();
        let mut shares = self.draft_shares().await?;
        let drafts = self.store.drafts().await?;
        let mut known: BTreeSet<DossierId> = drafts.iter().filter_map(may_have_become).collect();
        let mut rows: Vec<DossierRow> = drafts
            .into_iter()
            // A paper of the desk is no dossier to be.
            .filter(|draft| {
                draft.state == DraftState::Open && !catalogue.is_paper(&draft.procedure)
            })
            .map(|draft: DraftRow| DossierRow {
                draft: Some(draft.id),
                dossier: draft.dossier,
                title: self.title_of(&draft.procedure),
                subject: draft.title,
                code: None,
                folder: Folder::Unsent,
                status: None,
                changed_at: draft.updated_at.to_string(),
                step: Some(Place::read(&draft.step).step),
                asked: draft
                    .dossier
                    .and_then(|dossier| looks.get(&dossier)?.entry.view.as_ref())
                    .and_then(|view| view.supplement.as_ref())
                    .map(|asked| self.supplement_view(asked, Some(draft.id))),
                opinion: String::new(),
                trouble: None,
                may_cancel: false,
                share: shares.remove(&draft.id),
                pay_at_desk: false,
                elsewhere: None,
            })
            .collect();
        let mut here = BTreeSet::new();
        for stored in self.store.dossiers().await? {
            if stored.hidden {
                known.insert(stored.id);
            } else {
                here.insert(stored.id);
                rows.push(self.dossier_row(&stored, looks.get(&stored.id)));
            }
        }
        rows.extend(self.rows_from_elsewhere(&here, &known));
        Ok(rows)
    }

    /// The name of a procedure; its code, where nobody here knows it.
    pub(crate) fn title_of(&self, procedure: &str) -> String {
        let catalogue = self.catalogue();
        let pack = catalogue.get(procedure);
        pack.map_or_else(
            || procedure.to_owned(),
            |pack| say(&pack.procedure().name, &self.language()).to_owned(),
        )
    }

    /// Whose desk handles a procedure; empty where nobody here knows it.
    pub(crate) fn agency_of(&self, procedure: &str) -> String {
        let catalogue = self.catalogue();
        let pack = catalogue.get(procedure);
        pack.map(|pack| say(&pack.procedure().agency.name, &self.language()).to_owned())
            .unwrap_or_default()
    }

    pub(crate) fn dossier_row(
        &self,
        stored: &StoredDossier,
        look: Option<&LookEntry>,
    ) -> DossierRow {
        let view = look.and_then(|look| look.entry.view.as_ref());
        let on_its_way = look.is_some_and(|look| look.entry.active().is_some());
        let receipt = look.and_then(|look| look.entry.accepted()?.receipt.as_ref());
        let trouble = look.and_then(|look| trouble::of_entry(&look.entry));
        let folder = match view {
            _ if on_its_way => trouble.as_ref().map_or(Folder::Outbox, parked_in),
            Some(view) => folder_of(view),
            None if receipt.is_some() => Folder::Sent,
            None => Folder::Outbox,
        };
        DossierRow {
            draft: None,
            dossier: Some(stored.id),
            title: self.title_of(&stored.procedure),
            subject: stored.title.clone(),
            code: view
                .map(|view| view.code.clone())
                .or_else(|| receipt.map(|receipt| receipt.code.clone())),
            folder,
            status: view.map(|view| view.status),
            changed_at: view
                .and_then(changed_at)
                .unwrap_or(stored.created_at)
                .to_string(),
            step: None,
            asked: view
                .and_then(|view| view.supplement.as_ref())
                .map(|asked| self.supplement_view(asked, None)),
            opinion: view
                .and_then(|view| view.opinion.clone())
                .unwrap_or_default(),
            trouble,
            // Without an entry it was taken back by a run that died before it gave the draft back.
            may_cancel: look.map_or(!stored.hidden, |look| look.entry.may_cancel()),
            share: None,
            pay_at_desk: view.is_some_and(|view| {
                let mut fees = view.fees.iter();
                fees.any(|fee| fee.at_desk && fee.paid_by.is_none())
            }),
            elsewhere: look
                .is_some_and(|look| is_there_otherwise(&look.entry))
                .then(|| elsewhere::view(ElsewhereWhy::OtherCopy)),
        }
    }
}

/// Where it is found, as far as the portal's word goes. A status that this version doesn't know is somewhere on its way at the desk.
pub(crate) fn folder_of(view: &DossierView) -> Folder {
    view.official_status()
        .map_or(Folder::Processing, hoso_dossier::OfficialStatus::folder)
}

/// Leads to the account that tells by Zalo how far a dossier is.
pub(crate) fn zalo_qr(known: &Known) -> String {
    let account = known.profile().and_then(|profile| profile.zalo.as_ref());
    account.map_or_else(String::new, |account| qr::svg(&account.page))
}

/// What is found there is with the portal.
const fn is_at_portal(folder: Folder) -> bool {
    !matches!(
        folder,
        Folder::Unsent | Folder::Outbox | Folder::Failed | Folder::Conflict
    )
}

/// When the portal last noted anything of it.
pub(crate) fn changed_at(view: &DossierView) -> Option<Timestamp> {
    view.timeline.last()?.at.parse().ok()
}

/// Who handles it now; may be empty.
pub(crate) fn handler_of(view: &DossierView) -> String {
    let last = view.timeline.last();
    last.map(|entry| entry.handler.clone()).unwrap_or_default()
}

/// What happened to it at the portal, oldest first.
pub(crate) fn steps_of(view: &DossierView) -> impl Iterator<Item = TimelineRow> {
    view.timeline.iter().map(|entry| TimelineRow {
        at: entry.at.clone(),
        status: entry.status,
        step: entry.step.clone(),
        handler: entry.handler.clone(),
        note: entry.note.clone(),
    })
}

/// Where something is found that doesn't go on by itself.
fn parked_in(trouble: &Trouble) -> Folder {
    match trouble.code.as_str() {
        "dossier.conflict" | "supplement.unexpected" | "held.other_bytes" => Folder::Conflict,
        _ => Folder::Failed,
    }
}

/// Whose dossier it is, where somebody else submits it.
fn owner(manifest: &Manifest) -> String {
    let Some(owner) = manifest.owner() else {
        return String::new();
    };
    let parts = [owner.name, owner.representative];
    let said = parts.map(text::tidy);
    let said: Vec<String> = said.into_iter().filter(|one| !one.is_empty()).collect();
    said.join(" – ")
}

fn is_ticked(manifest: &Manifest, question: &str) -> bool {
    manifest.applicant_form.get(question) == Some(&serde_json::Value::Bool(true))
}

/// Milliseconds since the epoch as RFC 3339; empty for none.
pub(crate) fn rfc3339(millis: Option<u64>) -> String {
    millis
        .and_then(|millis| Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok())
        .map(|at| at.to_string())
        .unwrap_or_default()
}
