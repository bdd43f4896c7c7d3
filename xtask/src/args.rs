//! The few shapes of argument that the chores take.

use crate::shell::Failed;

/// What was typed after `cargo xtask`; each question takes its answer out, and [`Args::done`] refuses the rest.
pub(crate) struct Args {
    left: Vec<String>,
}

impl Args {
    pub(crate) fn new(args: impl Iterator<Item = String>) -> Self {
        Self {
            left: args.collect(),
        }
    }

    /// The first word, if there is one.
    pub(crate) fn command(&mut self) -> Option<String> {
        (!self.left.is_empty()).then(|| self.left.remove(0))
    }

    /// Whether `--name` was given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.left.len();
        self.left.retain(|arg| arg != name);
        self.left.len() < before
    }

    /// The value of `--name VALUE` or `--name=VALUE`, the last one counting.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>, Failed> {
        Ok(self.values(name)?.pop())
    }

    /// Every value of `--name`, which may be repeated and may hold several words: `--name a b --name c`.
    pub(crate) fn values(&mut self, name: &str) -> Result<Vec<String>, Failed> {
        let mut found = Vec::new();
        let mut rest = Vec::new();
        let mut open = false;
        for arg in self.left.drain(..) {
            if arg == name {
                open = true;
                continue;
            }
            if let Some(value) = arg.strip_prefix(name).and_then(|v| v.strip_prefix('=')) {
                found.push(value.to_owned());
                open = false;
            } else if open && !arg.starts_with('-') {
                found.push(arg);
            } else {
                open = false;
                rest.push(arg);
            }
        }
        self.left = rest;
        if open && found.is_empty() {
            return Err(Failed::new(format!("{name} needs a value")));
        }
        Ok(found)
    }

    /// The words that are left, none of which may be an option.
    pub(crate) fn words(mut self) -> Result<Vec<String>, Failed> {
        let words = std::mem::take(&mut self.left);
        self.left
            .extend(words.iter().find(|word| word.starts_with('-')).cloned());
        self.done().map(|()| words)
    }

    /// Refuses whatever no question asked for, so that a mistyped option is not silently ignored.
    pub(crate) fn done(self) -> Result<(), Failed> {
        match self.left.first() {
            None => Ok(()),
            Some(arg) => Err(Failed::new(format!(
                "'{arg}' is not understood here; see cargo xtask --help"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn each_question_takes_its_answer_out() {
        let mut args = args("run --offline --portal http://x --home=/h");
        assert_eq!(args.command().as_deref(), Some("run"));
        assert!(args.flag("--offline"));
        assert!(!args.flag("--offline"));
        assert_eq!(args.value("--portal").unwrap().as_deref(), Some("http://x"));
        assert_eq!(args.value("--home").unwrap().as_deref(), Some("/h"));
        assert!(args.done().is_ok());
    }

    #[test]
    fn only_takes_several_words() {
        let mut args = args("--only fmt clippy --only=rust");
        assert_eq!(args.values("--only").unwrap(), ["fmt", "clippy", "rust"]);
        assert!(args.done().is_ok());
    }

    #[test]
    fn words_are_no_options() {
        assert_eq!(args("window keys").words().unwrap(), ["window", "keys"]);
        assert!(args("window --keys").words().is_err());
    }

    #[test]
    fn a_missing_value_or_an_unknown_word_is_refused() {
        assert!(args("--portal").value("--portal").is_err());
        assert!(args("--offlin").done().is_err());
    }
}
