//! How many tests passed and failed, read from the closing lines of the runners we use.

use std::fmt;
use std::ops::Add;

/// Tests that passed and tests that failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Counts {
    pub(crate) const ONE_PASSED: Self = Self {
        passed: 1,
        failed: 0,
    };
    pub(crate) const ONE_FAILED: Self = Self {
        passed: 0,
        failed: 1,
    };
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Adds up the closing lines of cargo test, nextest, vitest, node's runner and plain `N passed, N failed`.
pub(crate) fn read(output: &str) -> Counts {
    output
        .lines()
        .filter_map(|line| closing(&plain(line)))
        .fold(Counts::default(), Counts::add)
}

fn closing(line: &str) -> Option<Counts> {
    let line = line.trim();
    // node: one line each, `ℹ pass 12` (spec) or `# pass 12` (TAP).
    if let Some(rest) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
        let (word, number) = rest.split_once(' ')?;
        let number = number.parse().ok()?;
        return match word {
            "pass" => Some(Counts {
                passed: number,
                failed: 0,
            }),
            "fail" | "cancelled" => Some(Counts {
                passed: 0,
                failed: number,
            }),
            _ => None,
        };
    }
    let is_cargo = line.starts_with("test result:");
    let is_nextest = line.starts_with("Summary [");
    // vitest also counts files, in a line of the same shape that starts with `Test Files`.
    let is_vitest = line
        .strip_prefix("Tests ")
        .is_some_and(|l| l.starts_with(' '));
    let is_plain = {
        let after_name = match line.split_once(": ") {
            Some((name, rest)) if !name.contains(' ') => rest,
            _ => line,
        };
        let mut words = after_name.split([' ', ',']).filter(|word| !word.is_empty());
        words.next().is_some_and(|word| word.parse::<u32>().is_ok())
            && words.next() == Some("passed")
            && words.next().is_some_and(|word| word.parse::<u32>().is_ok())
            && words.next() == Some("failed")
    };
    (is_cargo || is_nextest || is_vitest || is_plain).then(|| Counts {
        passed: before(line, "passed"),
        failed: before(line, "failed") + before(line, "timed out"),
    })
}

/// The number that stands in front of a word, or 0.
fn before(line: &str, word: &str) -> u32 {
    line.find(word)
        .and_then(|at| line.get(..at))
        .and_then(|text| text.split_whitespace().next_back())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// The line without terminal colours.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, escaped)) = rest.split_once("\u{1b}[") {
        text.push_str(before);
        rest = escaped
            .split_once(|c: char| c.is_ascii_alphabetic())
            .map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_each_runner_are_understood() {
        let table = [
            (
                "test result: ok. 3 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.00s",
                3,
                1,
            ),
            (
                "     Summary [   1.234s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 0 skipped",
                10,
                2,
            ),
            (
                "\u{1b}[32;1m     Summary\u{1b}[0m [   1.2s] 12 tests run: \u{1b}[1m12\u{1b}[0m passed, 0 skipped",
                12,
                0,
            ),
            ("      Tests  1 failed | 41 passed (42)", 41, 1),
            (" Test Files  2 passed (2)", 0, 0),
            ("ℹ pass 7", 7, 0),
            ("ℹ fail 2", 0, 2),
            ("# pass 7", 7, 0),
            ("# tests 7", 0, 0),
            ("formio: 120 passed, 2 failed", 120, 2),
            ("5 passed, 0 failed, 1 skipped", 5, 0),
            ("the clerk said: 5 passed, 0 failed", 0, 0),
            ("3 documents passed", 0, 0),
        ];
        for (line, passed, failed) in table {
            assert_eq!(read(line), Counts { passed, failed }, "{line}");
        }
    }

    #[test]
    fn the_results_of_several_crates_add_up() {
        let output = "test result: ok. 3 passed; 0 failed;\nnoise\ntest result: FAILED. 4 passed; 2 failed;\n";
        assert_eq!(
            read(output),
            Counts {
                passed: 7,
                failed: 2
            }
        );
    }
}
