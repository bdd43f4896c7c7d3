//! Whole histories, thrown by seed, against a portal in memory. Mutants of the machine show that the histories can fail.

mod checks;
mod dice;
mod history;
mod network;
mod portal;
mod story;
mod world;

use std::collections::BTreeSet;

use crate::Policy;
use crate::outbox::Mutant;
use story::shrink;
use world::{World, play};

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

fn whole(seed: u64, mutant: Option<Mutant>) -> World {
    play(seed, policy(mutant), BTreeSet::new(), false)
}

#[test]
fn every_history_ends_well() {
    let (mut steps, mut crashes) = (0, 0);
    let seeds = seeds();
    let begun = std::time::Instant::now();
    for seed in 0..seeds {
        let world = whole(seed, None);
        if !world.broken.is_empty() {
            let short = shrink(seed, &policy(None));
            panic!(
                "seed {seed}: {:#?}\n{}",
                short.broken,
                short.story.join("\n")
            );
        }
        steps += world.steps;
        crashes += world.crashes;
    }
    // A world without trouble would prove nothing.
    assert!(
        steps > seeds * 50 && crashes > seeds / 2,
        "{steps} steps, {crashes} crashes"
    );
    let pace = seeds as f64 / begun.elapsed().as_secs_f64();
    println!(
        "{seeds} histories of {} steps, {pace:.0} a second",
        steps / seeds
    );
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..20 {
        assert_eq!(
            whole(seed, None).trace(),
            whole(seed, None).trace(),
            "{seed}"
        );
    }
    assert_ne!(whole(1, None).trace(), whole(2, None).trace());
}

#[test]
fn broken_machines_are_caught() {
    let mut alive = vec![];
    for mutant in Mutant::ALL {
        match (0..SEEDS).find(|seed| !whole(*seed, Some(mutant)).broken.is_empty()) {
            Some(seed) => println!("{mutant:?} caught by seed {seed}"),
            None => alive.push(mutant),
        }
    }
    assert!(alive.is_empty(), "{alive:?} live through {SEEDS} seeds");
}

#[test]
fn a_history_that_fails_is_told_short() {
    let mutant = Some(Mutant::RotatePayment);
    let seed = (0..SEEDS).find(|seed| !whole(*seed, mutant).broken.is_empty());
    let seed = seed.expect("the mutant is caught");
    let long = play(seed, policy(mutant), BTreeSet::new(), true);
    let short = shrink(seed, &policy(mutant));
    assert!(!short.broken.is_empty());
    let text = short.story.join("\n");
    println!(
        "{} lines of {}:\n{text}",
        short.story.len(),
        long.story.len()
    );
    // What it takes: one dossier, two wishes to pay, and nothing that goes wrong.
    assert_eq!(text.matches("wants to pay").count(), 2, "{text}");
    assert_eq!(text.matches("the client dies").count(), 0, "{text}");
    assert!(short.met.len() < 8, "{:?}", short.met);
}
