//! `cargo xtask edges`: the real programs under kills and bad lines, for as many dossiers as one likes.

use crate::args::Args;
use crate::shell::{self, Failed, cargo, say};
use crate::system;

/// Plays a day's work; the ordinary checks play one dossier of it.
pub(crate) fn run(mut args: Args) -> Result<(), Failed> {
    let dossiers = args.value("--dossiers")?;
    let dossiers = dossiers.unwrap_or_else(|| "50".to_owned());
    args.done()?;
    if dossiers.parse::<u32>().is_err() {
        return Err(Failed::new("--dossiers takes a whole number"));
    }
    system::ensure(&[system::BUILD])?;
    say(format_args!("a day's work of {dossiers} dossiers"));
    let mut day = cargo(&[
        "test",
        "--quiet",
        "-p",
        "hoso-cli",
        "--test",
        "it",
        "--",
        "--exact",
        "--nocapture",
        "day::a_day_of_kills_and_bad_lines_leaves_each_dossier_once",
    ]);
    day.env("HOSO_DAY", &dossiers);
    shell::run("the day's work", day)
}
