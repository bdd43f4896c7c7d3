//! The words of a definition in the language of whoever reads it.
//!
//! A definition brings them along in form.io's `i18n` maps, `{"en": {"Tên": "Name"}}`, keyed by the words as they stand. What
//! isn't among them stays as it is.

use std::borrow::Cow;

use crate::definition::Form;
use crate::env::Env;
use crate::js::{Js, Props};

/// Where definitions keep such maps.
const PLACES: [&str; 3] = ["i18n", "settings.i18n", "options.i18n"];

/// The translations that a definition has for one language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Language(Vec<Props>);

impl Language {
    pub(crate) fn of(form: &Form, env: &Env) -> Language {
        let mut found = Language::default();
        for place in PLACES {
            let maps = place
                .split('.')
                .fold(&form.raw, |value, name| value.prop(name));
            // i18next keeps the languages one deeper.
            for maps in [maps, maps.prop("resources")] {
                for (name, words) in maps.as_obj().into_iter().flat_map(|maps| maps.iter()) {
                    let same = name.get(..2) == env.locale.get(..2)
                        && name
                            .get(2..)
                            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']));
                    for words in [words, words.prop("translation")] {
                        found.0.extend(words.as_obj().filter(|_| same).cloned());
                    }
                }
            }
        }
        found
    }

    /// The translation of a text, or the text.
    pub(crate) fn say<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.0
            .iter()
            .find_map(|words| words.get(text).and_then(Js::as_str))
            .map_or(Cow::Borrowed(text), |said| Cow::Owned(said.to_owned()))
    }
}
