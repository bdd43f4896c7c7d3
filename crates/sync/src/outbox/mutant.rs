//! Rules broken on purpose: the test of the simulation. In what people run none of them is there.

use super::Policy;

/// A rule broken on purpose, to see the simulation notice it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// A lost reply to a submission counts as a receipt.
    AssumeSubmitted,
    /// A changed epoch is not looked at.
    IgnoreEpoch,
    /// An unexpected status ends the attempt.
    UnexpectedIsFinal,
    /// Wanting to pay again makes a new attempt beside an open one.
    RotatePayment,
    /// Effects happen before they are stored.
    SendBeforePersist,
    /// Files sent with an earlier revision are never offered again.
    TrustAlreadyThere,
    /// What the portal may have is taken back all the same.
    CancelWhatWasSent,
    /// What the portal refused is taken back though its fee is paid.
    CancelWhatWasPaid,
    /// Nobody looks whose bytes the portal holds.
    TakeOtherBytes,
    /// An answer that news have overtaken is the last word.
    TakeOldAnswer,
    /// What was paid may be open again.
    LeavePaid,
    /// A portal that forgot a payment is not told again.
    NeverRemind,
    /// A busy portal ends the attempt.
    BusyIsFinal,
    /// A dossier that is held back holds the others back too.
    StuckBlocksAll,
    /// A refused supplement stays before the one that corrects it.
    KeepRefusedInTheWay,
    /// After a failure, bytes go on where they were thought to be.
    TrustOffset,
    /// Nothing rings.
    NoTimer,
    /// What was fetched is not remembered.
    ForgetFetched,
    /// A file that is issued again is taken for the one before.
    FetchById,
    /// Nobody asks after a long silence.
    NoAudit,
    /// What failed is tried again at once.
    NoBackoff,
    /// Holding back holds nothing back.
    IgnorePause,
    /// The portal is asked without a token.
    SendSignedOut,
    /// A line of work asks twice at once.
    DoubleLine,
    /// Everything is asked at once.
    NoBounds,
    /// A clock that was turned back is believed.
    TrustClock,
    /// What came from another desktop is sent without asking whether it was sent there.
    SendCarriedUnasked,
    /// What leaves by hand may be taken back all the same.
    CarryUnnoted,
    /// A withdrawal or a rating is told once, whatever becomes of it.
    WishOnce,
    /// A receipt that was carried here is not asked about.
    TrustCarriedReceipt,
    /// What the portal wants first is not waited for.
    SubmitUnasked,
    /// Files leave at any hour.
    IgnoreHours,
    /// Files leave over a network that is charged by its volume.
    IgnoreMetered,
    /// What is on its way goes on when the hours end or the network changes.
    FlowOn,
    /// What one dossier may, all may.
    AllAtOnce,
    /// A receipt without the portal's signature is one.
    TakeUnsigned,
    /// A receipt that was kept is never asked for again.
    NoReceiptAudit,
    /// Of files that share an upload only the first is looked after.
    TouchFirstOnly,
    /// What is sealed to be held back is not.
    SealUnheld,
    /// What left by hand and was refused online is taken back.
    CancelWhatWasCarried,
    /// Files of the portal take the places of short requests.
    FilesAreShort,
    /// A portal that has taken no byte is sent them again at once.
    TakeNothingForProgress,
    /// A portal that tells the same again is asked for more at once.
    ReadWithoutEnd,
    /// A file that comes damaged is fetched for ever.
    FetchForEver,
    /// A change of the account goes over whatever the portal holds.
    EditBlindly,
    /// A change of the account is told once, whatever becomes of it.
    EditOnce,
    /// A change of the account that is changed again keeps its id.
    EditUnderOldId,
    /// A portal that was restored is not told again what it had of the account.
    ForgetEdit,
    /// What the portal tells of dossiers from elsewhere is not kept.
    ForgetElsewhere,
    /// What the portal doesn't tell of any more stays.
    KeepElsewhere,
    /// A page of news is read up to the first dossier that is not from here.
    StopAtStranger,
    /// Whoever looks what is new has every dossier asked about.
    LookAtAll,
    /// A portal that has less of a file than it said is not believed.
    OffsetOnlyGrows,
    /// What was fetched is never fetched again, though the disk has lost it.
    TrustFetched,
    /// A withdrawal or a rating that the person wants is let fall.
    DeafToWishes,
    /// What the disk has forgotten to be sealed is sealed again under a new id (not by this machine: whoever drives it mints ids).
    #[cfg(test)]
    MintAtSealing,
}

#[cfg(test)]
impl Mutant {
    /// Every one.
    pub(crate) const ALL: [Self; 56] = [
        Self::AssumeSubmitted,
        Self::IgnoreEpoch,
        Self::UnexpectedIsFinal,
        Self::RotatePayment,
        Self::SendBeforePersist,
        Self::TrustAlreadyThere,
        Self::CancelWhatWasSent,
        Self::CancelWhatWasPaid,
        Self::TakeOtherBytes,
        Self::TakeOldAnswer,
        Self::LeavePaid,
        Self::NeverRemind,
        Self::BusyIsFinal,
        Self::StuckBlocksAll,
        Self::KeepRefusedInTheWay,
        Self::TrustOffset,
        Self::NoTimer,
        Self::ForgetFetched,
        Self::FetchById,
        Self::NoAudit,
        Self::NoBackoff,
        Self::IgnorePause,
        Self::SendSignedOut,
        Self::DoubleLine,
        Self::NoBounds,
        Self::TrustClock,
        Self::SendCarriedUnasked,
        Self::CarryUnnoted,
        Self::WishOnce,
        Self::TrustCarriedReceipt,
        Self::SubmitUnasked,
        Self::IgnoreHours,
        Self::IgnoreMetered,
        Self::FlowOn,
        Self::AllAtOnce,
        Self::TakeUnsigned,
        Self::NoReceiptAudit,
        Self::TouchFirstOnly,
        Self::SealUnheld,
        Self::CancelWhatWasCarried,
        Self::FilesAreShort,
        Self::TakeNothingForProgress,
        Self::ReadWithoutEnd,
        Self::FetchForEver,
        Self::EditBlindly,
        Self::EditOnce,
        Self::EditUnderOldId,
        Self::ForgetEdit,
        Self::ForgetElsewhere,
        Self::KeepElsewhere,
        Self::StopAtStranger,
        Self::LookAtAll,
        Self::OffsetOnlyGrows,
        Self::TrustFetched,
        Self::MintAtSealing,
        Self::DeafToWishes,
    ];
}

impl Policy {
    #[cfg(test)]
    pub(crate) fn broken(&self, rule: Mutant) -> bool {
        self.mutant == Some(rule)
    }

    #[cfg(not(test))]
    pub(crate) const fn broken(&self, _rule: Mutant) -> bool {
        false
    }
}
