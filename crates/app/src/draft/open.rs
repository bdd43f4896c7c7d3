//! A draft that is open: its pack, its place, its history. Its forms live on the desk.

use std::collections::BTreeMap;
use std::sync::Arc;

use hoso_dossier::{DraftId, FormPack, Handover, Pack};
use hoso_eform::{Env, Form, Node, Session};
use hoso_store::{DraftRow, DraftState};
use jiff::Timestamp;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::Place;
use super::history::{Entry, History, Replayed, replay};
use super::overview::Gist;
use crate::open::Open;
use crate::view::{ComponentState, FeeSummary, FormPart};
use crate::{AppError, procedures};

/// An open draft.
pub(crate) struct OpenDraft {
    pub(crate) row: DraftRow,
    pub(crate) pack: Arc<Pack>,
    pub(crate) form: Arc<Form>,
    pub(crate) history: History,
    pub(crate) handover: Handover,
    pub(crate) place: Place,
    pub(crate) saved_at: Timestamp,
    /// Path of the *tờ khai* (rows as `[]`) → key of its page.
    pub(crate) pages: BTreeMap<String, String>,
    /// Path of the answer that says for whom the dossier is.
    pub(crate) subject: Option<String>,
    /// What faces were told last.
    pub(crate) told_components: Vec<ComponentState>,
    /// What faces were told last.
    pub(crate) told_fee: Option<FeeSummary>,
    /// What followed from the answers when faces were told last.
    pub(super) gist: Option<Arc<Gist>>,
    /// It was closed while somebody waited for it: nothing is written by way of it any more.
    pub(super) closed: bool,
}

impl Open {
    /// The draft, opened from its log if need be.
    pub(crate) async fn draft(&self, id: DraftId) -> Result<Arc<Mutex<OpenDraft>>, AppError> {
        let mut drafts = self.drafts.lock().await;
        if let Some(draft) = drafts.get(&id) {
            let draft = Arc::clone(draft);
            let here = self
                .desk
                .run(move |sheets| sheets.get(id, FormPart::Form).is_ok())
                .await?;
            if here {
                return Ok(draft);
            }
        }
        let draft = Arc::new(Mutex::new(self.read_draft(id).await?));
        drafts.insert(id, Arc::clone(&draft));
        Ok(draft)
    }

    /// The draft for as long as it is held; nobody else is at it meanwhile.
    pub(crate) async fn held_draft(
        &self,
        id: DraftId,
    ) -> Result<OwnedMutexGuard<OpenDraft>, AppError> {
        loop {
            let draft = self.draft(id).await?.lock_owned().await;
            if !draft.closed {
                return Ok(draft);
            }
        }
    }

    /// Forgets an open draft; what it says is on disk. A change that is being made is finished first: one that is durable must not be said to have failed.
    pub(crate) async fn close_draft(&self, id: DraftId) -> Result<(), AppError> {
        let draft = self.drafts.lock().await.get(&id).map(Arc::clone);
        let mut held = match &draft {
            Some(draft) => Some(draft.lock().await),
            None => None,
        };
        let mut drafts = self.drafts.lock().await;
        if let Some(held) = &mut held {
            held.closed = true;
        }
        // Opened anew meanwhile by whoever found its forms closed.
        if let (Some(now), Some(draft)) = (drafts.get(&id), &draft)
            && !Arc::ptr_eq(now, draft)
        {
            return Ok(());
        }
        drafts.remove(&id);
        self.desk.run(move |sheets| sheets.close(id)).await
    }

    /// What a draft says, without opening its forms.
    pub(crate) async fn draft_answers(
        &self,
        id: DraftId,
        part: FormPart,
    ) -> Result<serde_json::Value, AppError> {
        let mut answers = replay(entries(self.store.log(id).await?)?)?.answers;
        Ok(answers.remove(&part).unwrap_or_default())
    }

    async fn read_draft(&self, id: DraftId) -> Result<OpenDraft, AppError> {
        let mut row = self.store.draft(id).await?;
        if row.state == DraftState::Sealed {
            return Err(AppError::DraftSealed);
        }
        let catalogue = self.catalogue();
        let pack = procedures::find_pack(&catalogue, &row.procedure)?;
        let now = self.host.now();
        let version = pack.version();
        if row.pack_version != version && row.state == DraftState::Open {
            self.store.update_draft_pack(id, version, now).await?;
            version.clone_into(&mut row.pack_version);
        }
        let log = self.store.log(id).await?;
        let saved_at = log.last().map_or(row.created_at, |(_, at, _)| *at);
        let entries = entries(log)?;
        let Replayed {
            mut answers,
            mut marks,
            history,
            handover,
        } = replay(entries)?;
        let parse = |text: &str| parse_form(&pack, text);
        let form = parse(pack.form())?;
        let applicant = pack.procedure().map(|pack| parse(pack.applicant_form()));
        let applicant = applicant.transpose()?;
        let env = Env {
            locale: self.language(),
            watch: Some(crate::forms::watch()),
            ..Env::new(now)
        };
        let sheets: Vec<_> = [
            applicant.map(|form| (FormPart::Applicant, form)),
            Some((FormPart::Form, Arc::clone(&form))),
        ]
        .into_iter()
        .flatten()
        .map(|(part, form)| {
            let answers = answers.remove(&part).unwrap_or_default();
            (part, form, answers, marks.remove(&part).unwrap_or_default())
        })
        .collect();
        let nodes = self
            .desk
            .run(move |desk| {
                for (part, form, answers, marks) in sheets {
                    let session = Session::new(form, answers, marks.into(), env.clone());
                    desk.put(id, part, session);
                }
                Ok::<_, AppError>(desk.get(id, FormPart::Form)?.view().nodes)
            })
            .await??;
        let prefilled = pack.prefill();
        let mut pages = BTreeMap::new();
        // A paper says whose dossier it is about.
        let mut subject = pack.subject().map(str::to_owned);
        for page in &nodes {
            walk(page, &mut |node| {
                pages.insert(node.path.clone(), page.key.clone());
                if subject.is_none()
                    && node.kind == "vnName"
                    && !node.path.contains("[]")
                    && !prefilled.contains_key(&node.path)
                {
                    subject = Some(node.path.clone());
                }
            });
        }
        Ok(OpenDraft {
            place: Place::read(&row.step),
            row,
            pack: Arc::new(pack),
            form,
            history,
            handover,
            saved_at,
            pages,
            subject,
            told_components: Vec::new(),
            told_fee: None,
            gist: None,
            closed: false,
        })
    }
}

/// A log as it was kept.
fn entries(log: Vec<(u64, Timestamp, serde_json::Value)>) -> Result<Vec<Entry>, AppError> {
    log.into_iter()
        .map(|(seq, _, entry)| {
            serde_json::from_value(entry).map_err(|_| AppError::DraftLog { seq })
        })
        .collect()
}

/// A form of a pack, with the pack's catalogues.
pub(crate) fn parse_form(pack: &Pack, definition: &str) -> Result<Arc<Form>, AppError> {
    Form::parse_with(definition.as_bytes(), &pack.catalogues())
        .map(Arc::new)
        .map_err(|source| AppError::Form {
            procedure: pack.code().to_owned(),
            source,
        })
}

pub(super) fn walk(node: &Node, see: &mut impl FnMut(&Node)) {
    see(node);
    for child in &node.children {
        walk(child, see);
    }
}

impl OpenDraft {
    /// The pack, where there is something to submit.
    ///
    /// # Errors
    /// The draft is a paper.
    pub(crate) fn procedure(&self) -> Result<&FormPack, AppError> {
        self.pack.procedure().ok_or(AppError::OnlyPaper)
    }

    /// The page on which an answer stands.
    pub(crate) fn page_of(&self, path: &str) -> String {
        self.pages.get(&pattern(path)).cloned().unwrap_or_default()
    }
}

/// A concrete path as the definition has it: `children[2].name` is `children[].name`.
pub(crate) fn pattern(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    let mut in_index = false;
    for sign in path.chars() {
        match sign {
            '[' => {
                in_index = true;
                pattern.push_str("[]");
            }
            ']' => in_index = false,
            _ if in_index => {}
            _ => pattern.push(sign),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use hoso_eform::Change;

    use super::*;
    use crate::view::{NewProfile, ProfileDetails, ProfileKind};
    use crate::{App, Clock, Config, Headless, KdfCost};

    async fn app(home: &std::path::Path) -> Arc<App> {
        let config = Config {
            home: home.to_owned(),
            portal: None,
            kdf: KdfCost::LEAST,
        };
        // Form packs are good for a time only.
        let today: Timestamp = "2026-11-21T03:00:00Z".parse().unwrap();
        let ahead = today.duration_since(Timestamp::now()).as_secs();
        std::fs::write(home.join("clock"), ahead.to_string()).unwrap();
        let host = Headless::new(Clock::turned_by(home.join("clock")));
        let app = App::new(config, Arc::new(host)).unwrap();
        let details = ProfileDetails {
            kind: ProfileKind::Citizen,
            name: "Nguyễn Thị An".into(),
            identity: "001090000001".into(),
            birth_date: "1990-01-01".into(),
            phone: "0900000001".into(),
            email: "an.nguyen@example.com".into(),
            province: "Tỉnh Quảng Ngãi".into(),
            commune: "Phường Hoa Ban".into(),
            address: "Số 12, đường Thử Nghiệm".into(),
        };
        let profile = NewProfile {
            label: String::new(),
            details,
            pin: "246810".into(),
            use_keyring: false,
        };
        app.profile_create(profile).await.unwrap();
        app
    }

    fn words(value: &str) -> Change {
        Change::Set {
            path: "lam_tai".into(),
            value: value.into(),
        }
    }

    #[tokio::test]
    async fn a_draft_is_not_closed_under_a_change_and_takes_none_once_it_is() {
        let home = tempfile::tempdir().unwrap();
        let app = app(home.path()).await;
        let id = app.draft_create("2.000635".into()).await.unwrap().id;
        let open = app.open().unwrap();
        let draft = open.draft(id).await.unwrap();
        let mut changing = draft.lock().await;
        let closing = {
            let open = Arc::clone(&open);
            tokio::spawn(async move { open.close_draft(id).await })
        };
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        let part = FormPart::Form;
        let entry = |change| Entry::Change { part, change };
        let applied = open.apply(&mut changing, part, words("Hà Nội"), entry);
        applied.await.unwrap();
        let patch = open.draft_patch(&mut changing, None, hoso_eform::Patch::default());
        patch.await.unwrap();
        drop(changing);
        closing.await.unwrap().unwrap();

        // Whoever waited meanwhile has the draft of before: it is open anew, and only there it is written.
        let length = open.store.raw_log(id).await.unwrap().len();
        open.draft(id).await.unwrap();
        let mut before = draft.lock().await;
        let late = open.apply(&mut before, part, words("Huế"), entry);
        assert!(matches!(late.await, Err(AppError::DraftClosed)));
        assert_eq!(open.store.raw_log(id).await.unwrap().len(), length);
    }

    #[tokio::test]
    async fn what_could_not_be_kept_says_why_though_its_form_is_closed() {
        let home = tempfile::tempdir().unwrap();
        let app = app(home.path()).await;
        let id = app.draft_create("2.000635".into()).await.unwrap().id;
        let open = app.open().unwrap();
        let applied = open.desk.run(move |sheets| {
            let session = sheets.get(id, FormPart::Form)?;
            let inverse = session.apply(&words("Huế"))?.inverse;
            sheets.close(id);
            Ok::<_, AppError>(inverse)
        });
        let inverse = applied.await.unwrap().unwrap();
        let held = hoso_store::StoreError::HeldElsewhere { draft: id };
        let said = open
            .take_back(id, FormPart::Form, inverse, held.into())
            .await;
        assert_eq!(said.view().code, "draft.held");
    }
}
