//! Word files of one's own, filled for the Word export of a procedure in place of what its pack brings.

use hoso_dossier::{DraftId, Pack};
use hoso_eform::Env;
use hoso_paper::{FilledTemplate, Template, Unfilled, WhyUnfilled};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::attachments::read_limited;
use crate::host::Pick;
use crate::open::Open;
use crate::view::{UnfilledPlace, UnfilledWhy, WordTemplate};
use crate::{App, AppError, text};

/// Largest Word file that is remembered, in bytes.
const LARGEST: u64 = 8 << 20;

/// A Word file that the person chose for a procedure. It lives in the encrypted database, so the original may go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OwnTemplate {
    name: String,
    #[serde(with = "in_base64")]
    pub(crate) bytes: Vec<u8>,
}

impl App {
    /// Which Word file the Word export of a draft fills, and what stays unfilled with the present answers.
    ///
    /// # Errors
    /// The draft is not there, or the Word file can't be filled.
    pub async fn word_template(&self, id: DraftId) -> Result<WordTemplate, AppError> {
        let open = self.open()?;
        open.word_template(id, None).await
    }

    /// Asks the person for a Word file for the draft's procedure and remembers it; `None` when they changed their mind.
    ///
    /// # Errors
    /// The file is no Word file, locked, damaged or made to do harm: then nothing changes.
    pub async fn word_template_choose(
        &self,
        id: DraftId,
    ) -> Result<Option<WordTemplate>, AppError> {
        let open = self.open()?;
        let pick = Pick {
            endings: vec!["docx".into()],
            several: false,
        };
        let Some(path) = self.host.pick_files(pick).await.into_iter().next() else {
            return Ok(None);
        };
        let (name, bytes) = read_limited(&path, LARGEST).await?;
        let own = OwnTemplate {
            name: text::file_name(&name, "mau.docx"),
            bytes,
        };
        let found = open.word_template(id, Some(own.clone())).await?;
        let draft = open.draft(id).await?;
        let procedure = draft.lock().await.pack.code().to_owned();
        open.store.put_setting(&key(&procedure), &Some(own)).await?;
        Ok(Some(found))
    }

    /// Goes back to the Word export that the procedure brings.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn word_template_forget(&self, id: DraftId) -> Result<WordTemplate, AppError> {
        let open = self.open()?;
        let draft = open.draft(id).await?;
        let procedure = draft.lock().await.pack.code().to_owned();
        open.store
            .put_setting(&key(&procedure), &None::<OwnTemplate>)
            .await?;
        open.word_template(id, None).await
    }
}

impl Open {
    /// The Word file that the person chose for a procedure.
    pub(crate) async fn own_template(
        &self,
        procedure: &str,
    ) -> Result<Option<OwnTemplate>, AppError> {
        let kept: Option<Option<OwnTemplate>> = self.store.setting(&key(procedure)).await?;
        Ok(kept.flatten())
    }

    /// What a Word file does with the present answers: `tried`, or the one that is chosen.
    async fn word_template(
        &self,
        id: DraftId,
        tried: Option<OwnTemplate>,
    ) -> Result<WordTemplate, AppError> {
        let draft = self.draft(id).await?;
        let draft = draft.lock().await;
        let own = match tried {
            Some(tried) => Some(tried),
            None => self.own_template(draft.pack.code()).await?,
        };
        let pack = draft.pack.template();
        let (name, from_pack) = (
            own.as_ref().map(|own| own.name.clone()).unwrap_or_default(),
            pack.is_some(),
        );
        let Some(bytes) = own.map(|own| own.bytes).or(pack) else {
            return Ok(WordTemplate {
                own: name,
                from_pack,
                unfilled: Vec::new(),
                unused: Vec::new(),
            });
        };
        let said = self.said(&draft).await?;
        let shown = draft.form.display(&said.form, &Env::new(self.host.now()));
        let filled = tokio::task::spawn_blocking(move || fill(&bytes, &shown))
            .await
            .map_err(|_| AppError::Interrupted)??;
        Ok(WordTemplate {
            own: name,
            from_pack,
            unfilled: places(&filled.unfilled),
            unused: filled.unused,
        })
    }
}

/// Fills a Word file with answers in display form.
pub(crate) fn fill(template: &[u8], shown: &Value) -> Result<FilledTemplate, AppError> {
    Ok(Template::read(template)?.fill(shown)?)
}

/// Checks the Word file that a pack brings.
pub(crate) fn check_template(pack: &Pack) -> Result<(), AppError> {
    if let Some(template) = pack.template() {
        Template::read(&template)?;
    }
    Ok(())
}

/// The same for a face to word.
pub(crate) fn places(unfilled: &[Unfilled]) -> Vec<UnfilledPlace> {
    unfilled
        .iter()
        .map(|place| {
            let (why, detail) = match &place.why {
                WhyUnfilled::Blank => (UnfilledWhy::Blank, ""),
                WhyUnfilled::Unknown => (UnfilledWhy::Unknown, ""),
                WhyUnfilled::NotClosed => (UnfilledWhy::NotClosed, ""),
                WhyUnfilled::Expression(why) => (UnfilledWhy::Expression, why.as_str()),
                WhyUnfilled::NotText => (UnfilledWhy::NotText, ""),
                WhyUnfilled::NotHere => (UnfilledWhy::NotHere, ""),
            };
            UnfilledPlace {
                part: place.part.clone(),
                what: place.what.clone(),
                why,
                detail: detail.to_owned(),
            }
        })
        .collect()
}

fn key(procedure: &str) -> String {
    format!("word-template.{procedure}")
}

/// Bytes as text in JSON.
mod in_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD
            .decode(String::deserialize(from)?)
            .map_err(de::Error::custom)
    }
}
