//! Looking a dossier up by its code (*tra cứu hồ sơ*), whoever's it is. Codes that were asked about are remembered, with what was last answered.

use std::time::Duration;

use hoso_dossier::{Capability, DossierCode, DossierId};
use hoso_portal_api::{LookUp, ProblemCode, TimelineEntry};
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

/// A portal that is busy is believed for so many seconds.
const LONGEST: u64 = 60 * 60;
/// Of each answer so much is kept: a dossier has some ten steps, and all answers are written anew with every question.
const MOST_STEPS: usize = 50;
/// Characters of a name, an office, a step.
const MOST_TEXT: usize = 200;

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
    /// It can be no code, no portal is set up, or the portal answers no such question.
    pub async fn look_up(&self, code: String) -> Result<LookUpView, AppError> {
        let open = self.open()?;
        if !open.sender.known().can(Capability::LookUp) {
            return Err(AppError::NotOffered("look-up"));
        }
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
        let stays = |one: &Kept| code.as_ref().is_some_and(|code| one.code.as_str() != code);
        open.change_look_ups(|all| all.retain(stays)).await?;
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
        // It is safe before anything is asked: the window may be closed while the portal thinks.
        let kept = self.keep_look_up(&code).await?;
        let answered = match portal.look_up(&code).await {
            Ok(found) => Ok(Some(within_limits(found))),
            Err(CallError::Problem { problem, .. }) if problem.code == ProblemCode::NotFound => {
                Ok(None)
            }
            Err(CallError::Problem { problem, .. })
                if problem.code == ProblemCode::RequestInvalid =>
            {
                self.change_look_ups(|all| all.retain(|one| one.code != code))
                    .await?;
                return Err(AppError::NotACode);
            }
            Err(error) => Err(self.why(error)),
        };
        let now = self.host.now().to_string();
        let told = |one: &mut Kept| match answered {
            Ok(answer) => {
                one.answer = answer;
                one.answered_at = now;
                one.waits = None;
            }
            // Somebody who asked meanwhile got an answer.
            Err(_) if one.waits.is_none() => {}
            Err(wait) => one.waits = Some(wait),
        };
        let kept = self
            .change_look_ups(|all| match all.iter_mut().find(|one| one.code == code) {
                Some(one) => {
                    told(one);
                    one.clone()
                }
                // Whoever has forgotten it meanwhile is told, and nothing is kept.
                None => {
                    let mut one = kept;
                    told(&mut one);
                    one
                }
            })
            .await?;
        self.tell(&[Topic::Dossiers]);
        Ok(kept)
    }

    /// Notes that a code is being asked about now, and goes to the head of the list.
    async fn keep_look_up(&self, code: &DossierCode) -> Result<Kept, AppError> {
        let asked_at = self.host.now().to_string();
        self.change_look_ups(|all| {
            let known = all.iter().position(|one| one.code == *code);
            let known = known.map(|at| all.remove(at));
            let kept = Kept {
                code: code.clone(),
                asked_at,
                waits: Some(waits("offline", String::new())),
                answered_at: known
                    .as_ref()
                    .map(|one| one.answered_at.clone())
                    .unwrap_or_default(),
                answer: known.and_then(|one| one.answer),
            };
            all.insert(0, kept.clone());
            all.truncate(MOST);
            kept
        })
        .await
    }

    /// Reads, changes and writes the list with nobody in between: several codes may be asked about at once, and one be forgotten meanwhile.
    async fn change_look_ups<T>(
        &self,
        change: impl FnOnce(&mut Vec<Kept>) -> T,
    ) -> Result<T, AppError> {
        let _one = self.look_ups.lock().await;
        let mut all = self.looked_up().await?;
        let said = change(&mut all);
        self.store.put_sync_meta(LOOKED_UP, &all).await?;
        Ok(said)
    }

    /// Why there is no answer, and until when a portal wants to be left alone.
    fn why(&self, error: CallError) -> WaitInfo {
        match error {
            CallError::Problem {
                problem,
                retry_after,
            } => {
                let code = match problem.code {
                    ProblemCode::Busy => "portalBusy",
                    ProblemCode::AuthRequired => "signIn",
                    ProblemCode::Internal => "fault",
                    other if other.is_final() => "refused",
                    _ => "backoff",
                };
                let pause = retry_after.map(|seconds| Duration::from_secs(seconds.min(LONGEST)));
                let until = pause.and_then(|pause| self.host.now().checked_add(pause).ok());
                WaitInfo {
                    until: until.map(|at| at.to_string()).unwrap_or_default(),
                    ..waits(code, problem.title)
                }
            }
            CallError::Offline { what, .. } => waits("offline", what),
            CallError::Unknown { what } => waits("noAnswer", what),
            other => waits("backoff", other.to_string()),
        }
    }

    /// The dossier of that code that is here, if one is.
    fn dossier_of(&self, code: &DossierCode) -> Option<DossierId> {
        self.sender.find(|entry| {
            let view = entry.view.as_ref().map(|view| &view.code);
            let receipt = entry.accepted().and_then(|one| one.receipt.as_ref());
            view.or(receipt.map(|receipt| &receipt.code)) == Some(code)
        })
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

/// What is worth keeping of an answer: of its steps the last, and no notes, which may name the person.
fn within_limits(found: LookUp) -> LookUp {
    let earlier = found.timeline.len().saturating_sub(MOST_STEPS);
    LookUp {
        procedure: cut(found.procedure),
        title: cut(found.title),
        office: cut(found.office),
        submitted_at: cut(found.submitted_at),
        due_at: found.due_at.map(cut),
        timeline: found
            .timeline
            .into_iter()
            .skip(earlier)
            .map(|entry| TimelineEntry {
                at: cut(entry.at),
                status: entry.status,
                step: cut(entry.step),
                handler: cut(entry.handler),
                note: String::new(),
            })
            .collect(),
        code: found.code,
        status: found.status,
    }
}

fn cut(text: String) -> String {
    text.chars().take(MOST_TEXT).collect()
}

fn waits(code: &str, detail: String) -> WaitInfo {
    WaitInfo {
        code: code.into(),
        until: String::new(),
        detail: cut(detail),
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
