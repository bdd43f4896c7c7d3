//! `cargo xtask fuzz paper`: spoils layouts and answers for as long as it is told, and keeps what fails.
//!
//! Arguments: minutes, seed. The case in hand is kept in a file while it runs, so that even an abort leaves it behind.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::time::{Duration, Instant};

#[path = "../tests/support/mod.rs"]
mod support;

use support::fuzz;

/// Processor time that a case may take: reading the layout, both files, and reading them again.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let minutes: u64 = args.next().map_or(Ok(1), |text| text.parse())?;
    let seed: u64 = args.next().map_or(Ok(1), |text| text.parse())?;
    let in_hand = std::env::temp_dir().join(format!("hoso-fuzz-paper-{seed}.json"));
    std::panic::set_hook(Box::new(|_| {}));
    let seeds = fuzz::Seeds::read();
    let end = Instant::now() + Duration::from_secs(minutes * 60);
    let (mut number, mut found, mut papers) = (0, 0, 0);
    let mut told = Instant::now();
    while Instant::now() < end {
        let case = seeds.case(seed, number);
        fs::write(&in_hand, fuzz::written(&case))?;
        let started = busy();
        let mut outcome = fuzz::check(&case);
        let took = busy().saturating_sub(started);
        papers += u64::from(outcome == Ok(fuzz::Came::Paper));
        if outcome.is_ok() && took > PATIENCE {
            outcome = Err(format!("it took {:.1} s", took.as_secs_f64()));
        }
        if let Err(what) = outcome {
            found += 1;
            let kept = fuzz::keep(&case, &format!("seed-{seed}-{number}"))?;
            println!("case {number}: {what}\n  kept as {}", kept.display());
        }
        number += 1;
        if told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            println!("{number} cases, {papers} papers, {found} findings");
        }
    }
    fs::remove_file(&in_hand)?;
    println!("{number} cases from seed {seed} in {minutes} min, {papers} papers: {found} findings");
    if found > 0 {
        return Err(format!("{found} findings").into());
    }
    Ok(())
}

/// Processor time of this thread, where the system tells it; otherwise the time that passed.
fn busy() -> Duration {
    fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map_or_else(
            || {
                static STARTED: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
                STARTED.get_or_init(Instant::now).elapsed()
            },
            Duration::from_nanos,
        )
}
