//! What the person tells the portal of a dossier that it has: withdrawing it, saying how satisfied they were.

use hoso_dossier::{Capability, DossierId, OfficialStatus};
use hoso_portal_api::{Rating, Withdrawal};
use hoso_sync::{Entry, Event, Wish, WishStage};

use crate::elsewhere::other_copy;
use crate::portals::Known;
use crate::trouble::{self, Subject};
use crate::view::{DossierInfo, RatingView, WishState, WithdrawalView};
use crate::{App, AppError, Topic, text};

/// Longest reason or comment, in characters.
const MAX_TEXT: usize = 1_000;

impl App {
    /// Withdraws a dossier (*rút hồ sơ*). Offline the wish waits, and goes when there is a network.
    ///
    /// # Errors
    /// No reason was given, or the dossier can't be withdrawn any more.
    pub async fn dossier_withdraw(
        &self,
        id: DossierId,
        reason: String,
    ) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        if !open.sender.known().can(Capability::Withdraw) {
            return Err(AppError::NotOffered("withdrawal"));
        }
        let reason = checked(&reason)?;
        if reason.is_empty() {
            return Err(AppError::Wish("a withdrawal needs a reason"));
        }
        open.goes_on_here(id)?;
        let entry = open.sender.entry(id);
        if !entry.as_ref().is_some_and(may_withdraw) {
            return Err(AppError::TooLate);
        }
        let withdrawal = Withdrawal { reason };
        open.sender
            .wish(Event::WithdrawWanted {
                dossier: id,
                withdrawal,
            })
            .await?;
        open.tell(&[Topic::Dossiers]);
        self.dossier(id).await
    }

    /// Says how satisfied the person was (*đánh giá mức độ hài lòng*), 1 to 5. Offline it waits.
    ///
    /// # Errors
    /// It is no such number, or the dossier is not finished.
    pub async fn dossier_rate(
        &self,
        id: DossierId,
        score: u8,
        comment: String,
    ) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        if !open.sender.known().can(Capability::Rate) {
            return Err(AppError::NotOffered("rating"));
        }
        let comment = checked(&comment)?;
        if !(1..=5).contains(&score) {
            return Err(AppError::Wish("a rating is a number from 1 to 5"));
        }
        open.goes_on_here(id)?;
        let entry = open.sender.entry(id);
        if !entry.as_ref().is_some_and(may_rate) {
            return Err(AppError::Wish("only a finished dossier is rated, and once"));
        }
        let rating = Rating { score, comment };
        open.sender
            .wish(Event::RateWanted {
                dossier: id,
                rating,
            })
            .await?;
        open.tell(&[Topic::Dossiers]);
        self.dossier(id).await
    }
}

fn checked(said: &str) -> Result<String, AppError> {
    let said = text::tidy(said);
    if said.chars().count() > MAX_TEXT {
        return Err(AppError::Wish("that is longer than 1,000 characters"));
    }
    Ok(said)
}

fn status(entry: &Entry) -> Option<OfficialStatus> {
    entry.view.as_ref()?.official_status()
}

/// The portal has it, is not done with it, and has not been told yet.
pub(crate) fn may_withdraw(entry: &Entry) -> bool {
    let open = |status: OfficialStatus| !status.is_final() && status != OfficialStatus::Processed;
    entry.accepted().is_some() && !entry.is_withdrawn() && status(entry).is_none_or(open)
}

/// The portal is done with it, and has not been told yet.
pub(crate) fn may_rate(entry: &Entry) -> bool {
    let told = entry
        .view
        .as_ref()
        .is_some_and(|view| view.rating.is_some());
    let said = entry.rating.as_ref().is_some_and(|wish| !refused(wish));
    let over = status(entry).is_some_and(OfficialStatus::is_final);
    over && !told && !said && other_copy(entry).is_none()
}

const fn refused<T>(wish: &Wish<T>) -> bool {
    matches!(wish.stage, WishStage::Refused { .. })
}

/// What was said of withdrawing: here, or at another desktop.
pub(crate) fn withdrawal_view(entry: &Entry, known: &Known) -> Option<WithdrawalView> {
    let told = entry.view.as_ref().and_then(|view| view.withdrawal.clone());
    let offered = known.can(Capability::Withdraw);
    let (what, stage) = said(told, entry.withdrawal.as_ref(), offered)?;
    Some(WithdrawalView {
        reason: what.reason,
        state: stage.0,
        trouble: stage.1,
    })
}

/// What was said of satisfaction: here, or at another desktop.
pub(crate) fn rating_view(entry: &Entry, known: &Known) -> Option<RatingView> {
    let told = entry.view.as_ref().and_then(|view| view.rating.clone());
    let offered = known.can(Capability::Rate);
    let (what, stage) = said(told, entry.rating.as_ref(), offered)?;
    Some(RatingView {
        score: what.score,
        comment: what.comment,
        state: stage.0,
        trouble: stage.1,
    })
}

type Said = (WishState, Option<crate::view::Trouble>);

/// The portal's word goes before what was wished here. What waits for a portal that has said since that it can't do it, says so.
fn said<T: Clone>(told: Option<T>, wish: Option<&Wish<T>>, offered: bool) -> Option<(T, Said)> {
    if let Some(told) = told {
        return Some((told, (WishState::Told, None)));
    }
    let wish = wish?;
    let stage = match &wish.stage {
        WishStage::Open => {
            let trouble = (!offered).then(trouble::of_what_is_not_offered);
            (WishState::Waiting, trouble)
        }
        WishStage::Done => (WishState::Told, None),
        WishStage::Refused { refusal } => {
            let trouble = trouble::of_refusal(refusal, Subject::Wish);
            (WishState::Refused, Some(trouble))
        }
    };
    Some((wish.what.clone(), stage))
}
