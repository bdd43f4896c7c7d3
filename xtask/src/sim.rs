//! `cargo xtask sim`: whole histories of outboxes, portals and bad luck, as many as one likes, and how soon each broken variant of the machine is caught.

use crate::args::Args;
use crate::shell::{self, Failed, cargo, say};

/// Plays seeds on every core; the first that fails is shrunk to a story and told.
pub(crate) fn run(mut args: Args) -> Result<(), Failed> {
    let seeds = args.value("--seeds")?;
    let seeds = seeds.unwrap_or_else(|| "20000".to_owned());
    let from = args.value("--from")?.unwrap_or_else(|| "0".to_owned());
    args.done()?;
    for (name, text) in [("--seeds", &seeds), ("--from", &from)] {
        if text.parse::<u64>().is_err() {
            return Err(Failed::new(format!("{name} takes a whole number")));
        }
    }
    say(format_args!("playing {seeds} histories from seed {from}"));
    let mut play = cargo(&[
        "test",
        "--quiet",
        "--release",
        "-p",
        "hoso-sync",
        "--lib",
        "--",
        "--exact",
        "--nocapture",
        // One after the other: both use every core or print as they go.
        "--test-threads=1",
        "sim::broken_machines_are_caught",
        "sim::every_history_ends_well",
    ]);
    play.env("HOSO_SIM_SEEDS", &seeds)
        .env("HOSO_SIM_FROM", &from)
        .env("RUST_BACKTRACE", "0");
    shell::run("the simulation", play)
}
