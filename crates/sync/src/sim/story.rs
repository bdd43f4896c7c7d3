//! A history that fails, made as short as it gets: everything that it can do without is left out.

use std::collections::BTreeSet;

use super::world::{World, play};
use crate::Policy;

/// Something that goes otherwise than it should, or that somebody does; a history can do without any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trouble {
    /// A line of the history.
    Line(u64),
    /// What becomes of a desktop's n-th request.
    Fate(usize, u64),
    /// A desktop's program dies before its n-th effect.
    Crash(usize, u64),
    /// A desktop's disk refuses its n-th effect.
    Full(usize, u64),
}

/// The shortest history found that still breaks a rule, told.
pub(crate) fn shrink(seed: u64, policy: &Policy) -> World {
    let fails = |without: &BTreeSet<Trouble>| {
        let world = play(seed, policy.clone(), without.clone(), false);
        (!world.broken.is_empty()).then_some(world)
    };
    let mut without = BTreeSet::new();
    let Some(world) = fails(&without) else {
        return play(seed, policy.clone(), without, true);
    };
    let mut met: Vec<Trouble> = world.met.into_iter().collect();
    let mut chunk = met.len().div_ceil(2).max(1);
    let mut plays = 0;
    loop {
        let mut place = 0;
        while place < met.len() && plays < 3_000 {
            plays += 1;
            let end = (place + chunk).min(met.len());
            let mut fewer = without.clone();
            fewer.extend(met.get(place..end).unwrap_or_default());
            match fails(&fewer) {
                Some(world) => {
                    without = fewer;
                    met = world.met.into_iter().collect();
                }
                None => place = end,
            }
        }
        if chunk == 1 {
            break;
        }
        chunk = chunk.div_ceil(2);
    }
    play(seed, policy.clone(), without, true)
}
