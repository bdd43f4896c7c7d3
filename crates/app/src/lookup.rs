//! Looking a dossier up by its code (*tra cứu hồ sơ*), whoever's it is. Codes that were asked about are remembered, with what was last answered.

use hoso_dossier::{DossierCode, DossierId};
use hoso_portal_api::{LookUp, ProblemCode};
use hoso_portal_client::{CallError, Portal};
use serde::{Deserialize, Serialize};

use crate::open::Open;
use crate::view::{LookUpState, LookUpView, TimelineRow, WaitInfo};
use crate::{App, AppError, Topic, text};

/// Key in the store: what was looked up, newest first.
const LOOKED_UP: &str = "lookedUp";
/// So many are remembered.
const MOST: usize = 20;
/// Longest text that is looked at; no code comes near it.
const MAX_TEXT: usize = 200;

/// Before what stands for a code here.
const PROVISIONAL: &str = "TAM-";

/// A code that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    code: DossierCode,
    /// When the person asked, RFC 3339.
    asked_at: String,
    /// When the portal answered, RFC 3339; empty while it has not.
    #[serde(default)]
    answered_at: String,
    /// Its answer; none where it has no such dossier, or has not answered.
    #[serde(default)]
    answer: Option<LookUp>,
    /// Why the portal could not be asked the last time.
    #[serde(default)]
    waits: Option<WaitInfo>,
}

impl App {
    /// Looks a dossier up at the portal by its code. Without a network the code is kept, to be asked about later.
    ///
    /// # Errors
    /// It can be no code, or no portal is set up.
    pub async fn look_up(&self, code: String) -> Result<LookUpView, AppError> {
        let open = self.open()?;
        let code = read_code(&code)?;
        let portal = self.portal.as_ref().ok_or(AppError::NoPortal)?;
        let kept = open.ask(portal, code).await?;
        Ok(open.look_up_view(kept))
    }

    /// What was looked up, newest first.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn look_ups(&self) -> Result<Vec<LookUpView>, AppError> {
        let open = self.open()?;
        let kept = open.looked_up().await?;
        let views = kept.into_iter().map(|one| open.look_up_view(one));
        Ok(views.collect())
    }

    /// Forgets a code that was looked up; every one where none is named.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn look_up_forget(&self, code: Option<String>) -> Result<Vec<LookUpView>, AppError> {
        let open = self.open()?;
        let mut kept = open.looked_up().await?;
        kept.retain(|one| code.as_ref().is_some_and(|code| one.code.as_str() != code));
        open.store.put_sync_meta(LOOKED_UP, &kept).await?;
        open.tell(&[Topic::Dossiers]);
        self.look_ups().await
    }
}

impl Open {
    async fn looked_up(&self) -> Result<Vec<Kept>, AppError> {
        Ok(self.store.sync_meta(LOOKED_UP).await?.unwrap_or_default())
    }

    /// Keeps the code, asks the portal, and keeps what it said.
    async fn ask(&self, portal: &Portal, code: DossierCode) -> Result<Kept, AppError> {
        let before = self.looked_up().await?;
        let known = before.into_iter().find(|one| one.code == code);
        let mut kept = Kept {
            asked_at: self.host.now().to_string(),
            waits: Some(waits("offline", String::new())),
            ..known.unwrap_or(Kept {
                code: code.clone(),
                asked_at: String::new(),
                answered_at: String::new(),
                answer: None,
                waits: None,
            })
        };
        // It is safe before anything is asked: the window may be closed while the portal thinks.
        self.keep_look_up(&kept).await?;
        let answered = match portal.look_up(&code).await {
            Ok(found) => Some(Some(found)),
            Err(CallError::Problem { problem, .. }) if problem.code == ProblemCode::NotFound => {
                Some(None)
            }
            Err(CallError::Problem { problem, .. })
                if problem.code == ProblemCode::RequestInvalid =>
            {
                self.forget_look_up(&code).await?;
                return Err(AppError::NotACode);
            }
            Err(error) => {
                kept.waits = Some(match error {
                    CallError::Problem { problem, .. } => waits("portalBusy", problem.title),
                    CallError::Offline { what, .. } => waits("offline", what),
                    other => waits("backoff", other.to_string()),
                });
                None
            }
        };
        if let Some(answer) = answered {
            kept.answer = answer;
            kept.answered_at = self.host.now().to_string();
            kept.waits = None;
        }
        self.keep_look_up(&kept).await?;
        self.tell(&[Topic::Dossiers]);
        Ok(kept)
    }

    async fn keep_look_up(&self, kept: &Kept) -> Result<(), AppError> {
        let mut all = self.looked_up().await?;
        all.retain(|one| one.code != kept.code);
        all.insert(0, kept.clone());
        all.truncate(MOST);
        Ok(self.store.put_sync_meta(LOOKED_UP, &all).await?)
    }

    async fn forget_look_up(&self, code: &DossierCode) -> Result<(), AppError> {
        let mut all = self.looked_up().await?;
        all.retain(|one| one.code != *code);
        Ok(self.store.put_sync_meta(LOOKED_UP, &all).await?)
    }

    /// The dossier of that code that is here, if one is.
    fn dossier_of(&self, code: &DossierCode) -> Option<DossierId> {
        let entries = self.sender.look().entries;
        let here = entries.into_iter().find(|look| {
            let view = look.entry.view.as_ref().map(|view| &view.code);
            let receipt = look.entry.accepted().and_then(|one| one.receipt.as_ref());
            view.or(receipt.map(|receipt| &receipt.code)) == Some(code)
        });
        here.map(|look| look.dossier)
    }

    fn look_up_view(&self, kept: Kept) -> LookUpView {
        let answered = !kept.answered_at.is_empty();
        let state = match (&kept.answer, answered) {
            (Some(_), _) => LookUpState::Found,
            (None, true) => LookUpState::Unknown,
            (None, false) => LookUpState::Waiting,
        };
        let view = LookUpView {
            dossier: self.dossier_of(&kept.code),
            code: kept.code,
            state,
            wait: kept.waits,
            asked_at: kept.asked_at,
            answered_at: kept.answered_at,
            procedure: String::new(),
            title: String::new(),
            office: String::new(),
            status: None,
            submitted_at: String::new(),
            due_at: String::new(),
            timeline: Vec::new(),
        };
        let Some(found) = kept.answer else {
            return view;
        };
        LookUpView {
            procedure: found.procedure,
            title: found.title,
            office: found.office,
            status: Some(found.status),
            submitted_at: found.submitted_at,
            due_at: found.due_at.unwrap_or_default(),
            timeline: found
                .timeline
                .into_iter()
                .map(|entry| TimelineRow {
                    at: entry.at,
                    status: entry.status,
                    step: entry.step,
                    handler: entry.handler,
                    note: entry.note,
                })
                .collect(),
            ..view
        }
    }
}

fn waits(code: &str, detail: String) -> WaitInfo {
    WaitInfo {
        code: code.into(),
        until: String::new(),
        detail,
    }
}

/// By what a dossier is called here until the portal gives it its code. It begins as no official code does, and no portal is asked about it.
pub(crate) fn provisional(dossier: DossierId) -> String {
    let id = dossier.to_string().to_uppercase();
    format!("{PROVISIONAL}{}", id.split('-').next().unwrap_or_default())
}

/// A code as it was read off a paper, or pasted: spaces, long dashes and small letters are forgiven.
fn read_code(typed: &str) -> Result<DossierCode, AppError> {
    let typed: String = text::tidy(&typed.chars().take(MAX_TEXT).collect::<String>())
        .chars()
        .filter(|sign| !sign.is_whitespace())
        .map(|sign| match sign {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            other => other.to_ascii_uppercase(),
        })
        .collect();
    if typed.starts_with(PROVISIONAL) {
        return Err(AppError::Provisional);
    }
    // A code has a number in it: what has none is a word that belongs into another search.
    let numbered = typed.chars().any(|sign| sign.is_ascii_digit());
    let code = typed.parse().ok().filter(|_| numbered);
    code.ok_or(AppError::NotACode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_write_it() {
        for (typed, code) in [
            ("000.00.19.H34-230509-0001", "000.00.19.H34-230509-0001"),
            (
                " 000.00.19.h34 – 230509 – 0001\n",
                "000.00.19.H34-230509-0001",
            ),
            ("g09.20−20260609−0092637", "G09.20-20260609-0092637"),
            ("03706/2026/07906", "03706/2026/07906"),
        ] {
            assert_eq!(read_code(typed).unwrap().as_str(), code, "{typed}");
        }
        let own = provisional(DossierId::new(uuid::Uuid::from_u128(u128::MAX / 3)));
        assert_eq!(own, "TAM-55555555");
        assert!(matches!(read_code(&own), Err(AppError::Provisional)));
        for typed in ["", "   ", "khai sinh", "mã 12", "<b>1</b>", &"1".repeat(65)] {
            assert!(
                matches!(read_code(typed), Err(AppError::NotACode)),
                "{typed}"
            );
        }
    }
}
