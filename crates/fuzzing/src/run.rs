//! A run over cases of one seed, and the folder of what failed.

use std::error::Error;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Processor time that a case may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is fuzzed: cases by number, and what must hold for any of them.
pub trait Target {
    /// Input made by spoiling what its authors wrote.
    type Case;

    /// The case of a number: the same seed and number give the same case.
    fn case(&self, seed: u64, number: u64) -> Self::Case;

    /// A case as it is kept in a file.
    fn written(&self, case: &Self::Case) -> String;

    /// A kept case. Nothing when the file holds none.
    fn read(&self, written: &[u8]) -> Option<Self::Case>;

    /// What must hold; says in a word what came of the case, or what doesn't hold.
    ///
    /// # Errors
    /// What doesn't hold, in words.
    fn holds(&self, case: &Self::Case) -> Result<&'static str, String>;
}

/// What came of a case; a panic is an error with its words.
///
/// # Errors
/// What doesn't hold.
pub fn unharmed<T: Target>(target: &T, case: &T::Case) -> Result<&'static str, String> {
    catch_unwind(AssertUnwindSafe(|| target.holds(case))).unwrap_or_else(|panic| {
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("without words");
        Err(format!("it panicked: {words}"))
    })
}

/// The folder of what failed once; tests try it from then on.
#[derive(Debug, Clone)]
pub struct Kept(PathBuf);

impl Kept {
    /// `tests/findings` of a crate; `crate_folder` is its `CARGO_MANIFEST_DIR`.
    #[must_use]
    pub fn of(crate_folder: &str) -> Kept {
        Kept::named(crate_folder, "findings")
    }

    /// Another folder in a crate's `tests`, for its second target.
    #[must_use]
    pub fn named(crate_folder: &str, name: &str) -> Kept {
        Kept(Path::new(crate_folder).join("tests").join(name))
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.0)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        files.sort();
        files
    }

    fn keep(&self, written: &str, name: &str) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.0)?;
        let path = self.0.join(name);
        fs::write(&path, written)?;
        Ok(path)
    }
}

/// Tries the first cases of a seed and everything kept; says how often each outcome came.
///
/// # Errors
/// The first case that doesn't hold, with its number or file.
pub fn try_all<T: Target>(
    target: &T,
    kept: &Kept,
    seed: u64,
    cases: u64,
) -> Result<Vec<(&'static str, u64)>, String> {
    let mut outcomes = Outcomes::default();
    for number in 0..cases {
        outcomes.add(
            unharmed(target, &target.case(seed, number))
                .map_err(|what| format!("case {number} of seed {seed}: {what}"))?,
        );
    }
    for path in kept.files() {
        let name = path.display();
        let written = fs::read(&path).map_err(|error| format!("{name}: {error}"))?;
        let case = target
            .read(&written)
            .ok_or_else(|| format!("{name} holds no case"))?;
        unharmed(target, &case).map_err(|what| format!("{name}: {what}"))?;
    }
    Ok(outcomes.0)
}

/// A fuzzer's program. Arguments: minutes, seed. The case in hand is in a file while it runs, so that even an abort
/// leaves it behind.
///
/// # Errors
/// When something was found, or a file can't be written.
pub fn main<T: Target>(name: &str, target: &T, kept: &Kept) -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let minutes: u64 = args.next().map_or(Ok(1), |text| text.parse())?;
    let seed: u64 = args.next().map_or(Ok(1), |text| text.parse())?;
    let in_hand = std::env::temp_dir().join(format!("hoso-fuzz-{name}-{seed}"));
    std::panic::set_hook(Box::new(|_| {}));
    let end = Instant::now() + Duration::from_secs(minutes * 60);
    let (mut number, mut found) = (0, 0);
    let mut outcomes = Outcomes::default();
    let mut told = Instant::now();
    while Instant::now() < end {
        let case = target.case(seed, number);
        let written = target.written(&case);
        fs::write(&in_hand, &written)?;
        let started = busy();
        let outcome = unharmed(target, &case);
        let took = busy().saturating_sub(started);
        let flaw = match outcome {
            Ok(_) if took > PATIENCE => Some(format!("it took {:.1} s", took.as_secs_f64())),
            Ok(came) => {
                outcomes.add(came);
                None
            }
            Err(what) => Some(what),
        };
        if let Some(what) = flaw {
            found += 1;
            let path = kept.keep(&written, &format!("seed-{seed}-{number}.json"))?;
            println!("case {number}: {what}\n  kept as {}", path.display());
        }
        number += 1;
        if told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            println!("{number} cases, {found} findings{outcomes}");
        }
    }
    fs::remove_file(&in_hand)?;
    println!("{number} cases from seed {seed} in {minutes} min: {found} findings{outcomes}");
    if found > 0 {
        return Err(format!("{found} findings").into());
    }
    Ok(())
}

/// How often each outcome came, in the order in which they came first.
#[derive(Debug, Default)]
struct Outcomes(Vec<(&'static str, u64)>);

impl Outcomes {
    fn add(&mut self, came: &'static str) {
        match self.0.iter_mut().find(|(known, _)| *known == came) {
            Some((_, times)) => *times += 1,
            None => self.0.push((came, 1)),
        }
    }
}

impl std::fmt::Display for Outcomes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0
            .iter()
            .try_for_each(|(came, times)| write!(out, ", {times} {came}"))
    }
}

/// Processor time of this thread, where the system tells it; otherwise the time that passed.
#[must_use]
pub fn busy() -> Duration {
    fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map_or_else(
            || {
                static STARTED: OnceLock<Instant> = OnceLock::new();
                STARTED.get_or_init(Instant::now).elapsed()
            },
            Duration::from_nanos,
        )
}
