//! Whole histories, thrown by seed, against a portal in memory. Mutants of the machine show that the histories can fail.

mod dice;
mod portal;
mod world;

use crate::Policy;
use crate::outbox::Mutant;
use world::play;

/// Within seconds; `HOSO_SIM_SEEDS` asks for more histories.
const SEEDS: u64 = 400;

fn seeds() -> u64 {
    let asked = std::env::var("HOSO_SIM_SEEDS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(SEEDS)
}

fn policy(mutant: Option<Mutant>) -> Policy {
    Policy {
        mutant,
        ..Policy::default()
    }
}

#[test]
fn every_history_ends_well() {
    let (mut steps, mut crashes) = (0, 0);
    let seeds = seeds();
    for seed in 0..seeds {
        let (world, _) = play(seed, policy(None));
        assert!(world.broken.is_empty(), "seed {seed}: {:#?}", world.broken);
        steps += world.steps;
        crashes += world.crashes;
    }
    // A world without trouble would prove nothing.
    assert!(
        steps > seeds * 50 && crashes > seeds / 2,
        "{steps} steps, {crashes} crashes"
    );
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..20 {
        assert_eq!(
            play(seed, policy(None)).1,
            play(seed, policy(None)).1,
            "{seed}"
        );
    }
    assert_ne!(play(1, policy(None)).1, play(2, policy(None)).1);
}

#[test]
fn broken_machines_are_caught() {
    for mutant in [
        Mutant::AssumeSubmitted,
        Mutant::IgnoreEpoch,
        Mutant::UnexpectedIsFinal,
        Mutant::RotatePayment,
        Mutant::SendBeforePersist,
        Mutant::TrustAlreadyThere,
    ] {
        let caught = (0..SEEDS).find(|seed| !play(*seed, policy(Some(mutant))).0.broken.is_empty());
        let caught = caught.unwrap_or_else(|| panic!("{mutant:?} lives through {SEEDS} seeds"));
        println!("{mutant:?} caught by seed {caught}");
    }
}
