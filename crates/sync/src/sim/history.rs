//! What a history holds: what the person, the desk, the bank and bad luck will do. Each line can be left out.

use hoso_dossier::DossierId;
use uuid::Uuid;

use super::dice::Dice;
use super::portal::Refuses;
use super::world::{CALM, MINUTE, What};

/// A dossier of the person.
pub(crate) struct Plan {
    pub(crate) id: DossierId,
    pub(crate) files: u64,
    pub(crate) refused: Option<Refuses>,
}

/// Everything that is decided before the first moment.
pub(crate) struct History {
    pub(crate) dossiers: Vec<Plan>,
    /// Things that belong together, with their times.
    pub(crate) lines: Vec<Vec<(u64, What)>>,
    /// The portal keeps to one open order a fee; then disks may be rolled back and others may pay.
    pub(crate) strict: bool,
}

pub(crate) fn refuses(dice: &mut Dice) -> Refuses {
    if dice.chance(50) {
        Refuses::AtCreation
    } else {
        Refuses::AtSubmission
    }
}

pub(crate) fn write(seed: u64) -> History {
    let mut dice = Dice::new(seed);
    let strict = dice.chance(50);
    let mut dossiers = vec![];
    let mut lines = vec![];
    for number in 0..1 + dice.below(3) {
        let id = DossierId::new(Uuid::from_u128(
            u128::from(seed) << 64 | u128::from(number + 1),
        ));
        let files = dice.below(4);
        let refused = dice.chance(8).then(|| refuses(&mut dice));
        dossiers.push(Plan { id, files, refused });
        let at = dice.below(10 * MINUTE);
        lines.push(vec![(at, What::Seal(id, 1))]);
        for _ in 0..dice.below(4) {
            lines.push(vec![(at + dice.below(20 * MINUTE), What::Pay(id))]);
        }
        if dice.chance(10) {
            lines.push(vec![(at + dice.below(MINUTE), What::Cancel(id))]);
        }
        if dice.chance(12) {
            let at = at + dice.below(15 * MINUTE);
            lines.push(vec![(at, What::AnsweredElsewhere(id))]);
        }
        if strict && dice.chance(12) {
            let at = at + dice.below(15 * MINUTE);
            lines.push(vec![(at, What::PaidElsewhere(id))]);
        }
        if dice.chance(30) {
            let at = CALM + dice.below(70) * MINUTE;
            lines.push(vec![(at, What::Reissue(id))]);
        }
    }
    for _ in 0..12 {
        lines.push(incident(&mut dice));
    }
    if dice.chance(40) {
        let (which, at) = (dice.next(), dice.below(CALM));
        lines.push(vec![(at, What::RollBack(which))]);
        // Answers of before and after are on their way together.
        lines.push(vec![(at.saturating_sub(dice.below(250)), What::Refresh)]);
    }
    if dice.chance(12) {
        let which = dice.below(4);
        let id = dossiers.get(usize::try_from(which).unwrap_or(0) % dossiers.len());
        if let Some(plan) = id {
            // Days later, as the client's clock has it, it asks by itself.
            let days = 50 * 60 * MINUTE;
            lines.push(vec![
                (5 * MINUTE + dice.below(CALM), What::Lose(plan.id)),
                (
                    CALM + 30 * MINUTE,
                    What::Clock(i64::try_from(days).unwrap_or(0)),
                ),
            ]);
        }
    }
    History {
        dossiers,
        lines,
        strict,
    }
}

fn incident(dice: &mut Dice) -> Vec<(u64, What)> {
    let at = dice.below(CALM);
    let later = at + dice.below(4 * MINUTE);
    match dice.below(9) {
        0 | 1 => {
            let (which, finish) = (dice.next(), dice.chance(40));
            vec![(at, What::Clerk { which, finish })]
        }
        2 | 3 => {
            let (which, pay) = (dice.next(), dice.chance(60));
            vec![(at, What::Settle { which, pay })]
        }
        4 => vec![(at, What::BackUp)],
        5 => vec![(at, What::Pause(true)), (later, What::Pause(false))],
        6 => vec![(at, What::SignOut), (later, What::SignIn)],
        7 => {
            let hours = i64::try_from(dice.below(20)).unwrap_or(0) - 10;
            vec![(at, What::Clock(hours * 3_600_000))]
        }
        _ => vec![(at, What::Network(false)), (later, What::Network(true))],
    }
}
