//! What a history holds: what the person, the desk, the bank and bad luck will do. Each line can be left out.

use std::num::NonZeroU32;

use hoso_dossier::DossierId;
use uuid::Uuid;

use super::desk::MIDDAY;
use super::dice::Dice;
use super::portal::Refuses;
use super::world::{CALM, FIRST, MINUTE, What};
use crate::{Hours, SendRules};

/// A dossier of the person.
pub(crate) struct Plan {
    /// The desktop at which it is sealed.
    pub(crate) desk: usize,
    pub(crate) id: DossierId,
    pub(crate) files: u64,
    pub(crate) refused: Option<Refuses>,
}

/// Everything that is decided before the first moment.
pub(crate) struct History {
    pub(crate) dossiers: Vec<Plan>,
    /// How many desktops the person has.
    pub(crate) desks: usize,
    /// Things that belong together, with their times and desktops.
    pub(crate) lines: Vec<Vec<(u64, usize, What)>>,
    /// The portal keeps to one open order a fee; then disks may be rolled back and others may pay.
    pub(crate) strict: bool,
    /// The portal keeps the person's account.
    pub(crate) accounts: bool,
}

pub(crate) fn refuses(dice: &mut Dice) -> Refuses {
    match dice.below(100) {
        0..50 => Refuses::AtCreation,
        50..80 => Refuses::AtSubmission,
        _ => Refuses::OnlineOnly,
    }
}

pub(crate) fn write(seed: u64) -> History {
    let mut dice = Dice::new(seed);
    let strict = dice.chance(50);
    // A second desktop throws its own dice, so that the first one's luck is the same with and without it; so do those beyond it.
    let mut second = Dice::of(seed, 5, 0);
    let mut beyond = Dice::of(seed, 14, 0);
    let desks: usize = match strict && second.chance(50) {
        false => 1,
        true if beyond.chance(25) => 3 + usize::from(beyond.chance(50)),
        true => 2,
    };
    let mut anywhere = |owner: usize| match desks {
        1 => owner,
        2 if second.chance(40) => 1 - owner,
        3.. if second.chance(40) => {
            let others = u64::try_from(desks - 1).unwrap_or(1);
            let which = usize::try_from(beyond.below(others)).unwrap_or(0);
            (owner + 1 + which) % desks
        }
        _ => owner,
    };
    let mut dossiers = vec![];
    let mut lines = vec![];
    for number in 0..1 + dice.below(3) {
        let id = DossierId::new(Uuid::from_u128(
            u128::from(seed) << 64 | u128::from(number + 1),
        ));
        let files = dice.below(4);
        let refused = dice.chance(8).then(|| refuses(&mut dice));
        let desk = anywhere(0);
        dossiers.push(Plan {
            desk,
            id,
            files,
            refused,
        });
        let at = dice.below(10 * MINUTE);
        lines.push(vec![(at, desk, What::Seal(id, 1))]);
        if anywhere(0) != 0 {
            let mut when = Dice::of(seed, 6, number);
            let minutes = if when.chance(50) { 8 } else { 60 };
            let at = at + when.below(minutes * MINUTE);
            lines.push(vec![(at, desk, What::Carry(id))]);
        }
        let mut wishes = Dice::of(seed, 7, number);
        if wishes.chance(12) {
            let at = at + wishes.below(20 * MINUTE);
            lines.push(vec![(at, anywhere(desk), What::Withdraw(id))]);
        }
        for _ in 0..wishes.below(3) {
            let at = at + wishes.below(CALM + 60 * MINUTE);
            let score = u8::try_from(1 + wishes.below(5)).unwrap_or(5);
            lines.push(vec![(at, anywhere(desk), What::Rate(id, score))]);
        }
        if wishes.chance(25) {
            let at = at + wishes.below(12 * MINUTE);
            let (dossier, back) = (id, wishes.below(20 * MINUTE));
            lines.push(vec![(at, anywhere(desk), What::Stick { dossier, back })]);
        }
        // Without a network the stick is all there is; then second thoughts come too late.
        if wishes.chance(15) {
            let (dossier, back) = (id, wishes.below(20 * MINUTE));
            let mut line = vec![
                (at.saturating_sub(1_000), desk, What::Network(false)),
                (at + 5_000, desk, What::Stick { dossier, back }),
                (at + 2 * MINUTE, desk, What::Network(true)),
            ];
            if wishes.chance(50) {
                line.push((at + 20_000, desk, What::Cancel(id)));
            }
            lines.push(line);
        }
        for _ in 0..dice.below(4) {
            lines.push(vec![(
                at + dice.below(20 * MINUTE),
                anywhere(desk),
                What::Pay(id),
            )]);
        }
        if dice.chance(10) {
            lines.push(vec![(
                at + dice.below(MINUTE),
                anywhere(desk),
                What::Cancel(id),
            )]);
        }
        if dice.chance(12) {
            let at = at + dice.below(15 * MINUTE);
            lines.push(vec![(at, FIRST, What::AnsweredElsewhere(id))]);
        }
        if strict && dice.chance(12) {
            let at = at + dice.below(15 * MINUTE);
            lines.push(vec![(at, FIRST, What::PaidElsewhere(id))]);
        }
        if dice.chance(30) {
            let at = CALM + dice.below(70) * MINUTE;
            lines.push(vec![(at, FIRST, What::Reissue(id))]);
        }
    }
    for _ in 0..12 {
        lines.push(incident(&mut dice, anywhere(0)));
    }
    if dice.chance(40) {
        let (which, at) = (dice.next(), dice.below(CALM));
        lines.push(vec![(at, FIRST, What::RollBack(which))]);
        // Answers of before and after are on their way together.
        let shortly = at.saturating_sub(dice.below(250));
        lines.push(vec![(shortly, anywhere(0), What::Refresh)]);
    }
    if dice.chance(12) {
        let which = dice.below(4);
        let id = dossiers.get(usize::try_from(which).unwrap_or(0) % dossiers.len());
        if let Some(plan) = id {
            // Days later, as the client's clock has it, it asks by itself.
            let days = 50 * 60 * MINUTE;
            let later = What::Clock(i64::try_from(days).unwrap_or(0));
            let at = 5 * MINUTE + dice.below(CALM);
            let mut line = vec![(at, FIRST, What::Lose(plan.id))];
            line.extend((0..desks).map(|who| (CALM + 30 * MINUTE, who, later.clone())));
            lines.push(line);
        }
    }
    let mut starts = Dice::of(seed, 23, 0);
    if !super::ONCE_BROKEN.contains(&seed) && starts.chance(40) {
        for number in 0..=starts.below(4) {
            let (at, which) = (starts.below(CALM), starts.next());
            // Shortly after something was sealed it has some of it.
            let sealed = lines
                .iter()
                .flatten()
                .filter_map(|(at, _, what)| match what {
                    What::Seal(..) => Some(*at),
                    _ => None,
                });
            let at = match sealed.max() {
                Some(sealed) if number > 0 => sealed + starts.below(4_000),
                _ => at,
            };
            lines.push(vec![(at, FIRST, What::Restart(which))]);
        }
    }
    let mut others = Dice::of(seed, 27, 0);
    if !super::ONCE_BROKEN.contains(&seed) && others.chance(35) {
        for number in 0..=others.below(2) {
            let id = u128::from(seed) << 64 | u128::from(0x50 + number);
            let id = DossierId::new(Uuid::from_u128(id));
            let at = others.below(CALM + 10 * MINUTE);
            lines.push(vec![(at, FIRST, What::SentElsewhere(id))]);
        }
    }
    let mut rules = Dice::of(seed, 13, 0);
    for who in 0..desks {
        lines.extend(thrift(&mut rules, who, &dossiers));
    }
    if rules.chance(15) {
        let which = usize::try_from(rules.next()).unwrap_or(0) % dossiers.len();
        let at = 5 * MINUTE + rules.below(CALM + 15 * MINUTE);
        let forged = dossiers.get(which).map(|plan| What::Forge(plan.id));
        lines.push(forged.map(|what| (at, FIRST, what)).into_iter().collect());
    }
    let mut account = Dice::of(seed, 18, 0);
    let accounts = !super::ONCE_BROKEN.contains(&seed) && account.chance(60);
    for who in (0..desks).filter(|_| accounts) {
        lines.extend(edits(&mut account, who));
    }
    History {
        dossiers,
        desks,
        lines,
        strict,
        accounts,
    }
}

/// What becomes of the person's account: they change it anywhere, and at the portal's own page.
fn edits(dice: &mut Dice, who: usize) -> Vec<Vec<(u64, usize, What)>> {
    let mut lines = vec![];
    let mut at = dice.below(CALM);
    for _ in 0..dice.below(4) {
        let refused = dice.chance(15);
        lines.push(vec![(at, who, What::Edit { refused })]);
        // At once, within a request, or much later, also when all is calm.
        at += match dice.below(3) {
            0 => dice.below(500),
            1 => dice.below(2 * MINUTE),
            _ => dice.below(30 * MINUTE),
        };
    }
    if dice.chance(20) {
        let at = dice.below(CALM + 20 * MINUTE);
        lines.push(vec![(at, FIRST, What::EditedElsewhere)]);
    }
    lines
}

/// What a person with little of a line says, and what the system says of it.
fn thrift(dice: &mut Dice, who: usize, dossiers: &[Plan]) -> Vec<Vec<(u64, usize, What)>> {
    let mut lines = vec![];
    if dice.chance(35) {
        let (at, minutes) = (dice.below(CALM), dice.below(30));
        let now = u64::try_from(MIDDAY).unwrap_or(0) + at;
        let rules = SendRules {
            hours: hours(now, minutes, 1 + dice.below(20)).filter(|_| dice.chance(80)),
            spare_metered: dice.chance(80),
            always_metered: dice.chance(15),
            bytes_per_second: NonZeroU32::new(u32::try_from(dice.below(200_000)).unwrap_or(0)),
        };
        lines.push(vec![(at, who, What::Rules(rules))]);
    }
    if dice.chance(35) {
        let at = dice.below(CALM);
        let mut line = vec![(at, who, What::Metered(true))];
        if dice.chance(70) {
            line.push((at + dice.below(10 * MINUTE), who, What::Metered(false)));
        }
        lines.push(line);
    }
    for plan in dossiers {
        if dice.chance(15) {
            let at = dice.below(CALM);
            lines.push(vec![(at, who, What::SendNow(plan.id))]);
        }
    }
    lines
}

/// Hours that begin so many minutes after `now`, and last so many.
pub(super) fn hours(now: u64, minutes: u64, length: u64) -> Option<Hours> {
    let begin = now / MINUTE + 7 * 60 + minutes;
    let of_day = |minute: u64| u16::try_from(minute % (24 * 60)).unwrap_or(0);
    Hours::new(of_day(begin), of_day(begin + length))
}

fn incident(dice: &mut Dice, who: usize) -> Vec<(u64, usize, What)> {
    let at = dice.below(CALM);
    let later = at + dice.below(4 * MINUTE);
    match dice.below(9) {
        0 | 1 => {
            let (which, finish) = (dice.next(), dice.chance(40));
            vec![(at, who, What::Clerk { which, finish })]
        }
        2 | 3 => {
            let (which, pay) = (dice.next(), dice.chance(60));
            vec![(at, who, What::Settle { which, pay })]
        }
        4 => vec![(at, who, What::BackUp)],
        5 => vec![
            (at, who, What::Pause(true)),
            (later, who, What::Pause(false)),
        ],
        6 => vec![(at, who, What::SignOut), (later, who, What::SignIn)],
        7 => {
            let hours = i64::try_from(dice.below(20)).unwrap_or(0) - 10;
            vec![(at, who, What::Clock(hours * 3_600_000))]
        }
        _ => vec![
            (at, who, What::Network(false)),
            (later, who, What::Network(true)),
        ],
    }
}
