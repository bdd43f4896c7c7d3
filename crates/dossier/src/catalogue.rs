//! The offline catalogue: procedures found as one types.

use std::collections::{BTreeMap, BTreeSet};

use hoso_places::fold;
use serde::{Deserialize, Serialize};

use crate::pack::FormPack;
use crate::paper_pack::{Pack, PaperPack};
use crate::procedure::{Audience, Level, OutOfForce, ServiceLevel, Words};

/// The packs that are there, one for each procedure.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    entries: BTreeMap<String, Entry>,
    papers: BTreeMap<String, PaperPack>,
    /// Procedures that the portal has withdrawn: nobody finds them, but what was begun still needs their packs.
    withdrawn: BTreeSet<String>,
}

/// What to narrow a search down to; absent members narrow nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Filter {
    /// Level of the agency.
    pub level: Option<Level>,
    /// *Lĩnh vực*, by its Vietnamese name.
    pub field: Option<String>,
    /// Who handles it (*đơn vị*), by its Vietnamese name.
    pub agency: Option<String>,
    /// Who it is for.
    pub audience: Option<Audience>,
    /// How much of it is online.
    pub service_level: Option<ServiceLevel>,
}

/// A procedure that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// National code of the procedure.
    pub code: String,
    /// Higher is better; only comparable within one search.
    pub score: u32,
    /// What was matched in the Vietnamese name: start and end in UTF-16 units, in order, apart from each other.
    pub ranges: Vec<(u32, u32)>,
}

#[derive(Debug, Clone)]
struct Entry {
    pack: FormPack,
    name: Vec<Word>,
    /// The further phrases that people search by.
    keywords: Vec<Vec<Word>>,
    /// Further words with what a match in them is worth.
    others: Vec<(Word, u32)>,
}

#[derive(Debug, Clone)]
struct Word {
    folded: String,
    typed: String,
    range: (u32, u32),
}

/// Worth of a match by where it is; a whole word doubles it.
mod worth {
    pub(super) const NAME: u32 = 40;
    pub(super) const CODE: u32 = 40;
    pub(super) const KEYWORD: u32 = 25;
    pub(super) const ENGLISH: u32 = 20;
    pub(super) const FIELD: u32 = 12;
    pub(super) const AGENCY: u32 = 8;
    pub(super) const SUMMARY: u32 = 3;
    /// The marks were typed, and are right.
    pub(super) const MARKS: u32 = 5;
    /// The next word of the query is the next word of the name.
    pub(super) const NEIGHBOURS: u32 = 30;
    /// All words of the name were asked for; part of them, part of it.
    pub(super) const WHOLE_NAME: u32 = 60;
}

impl Catalogue {
    /// Takes packs; of two for the same procedure or paper the later one stays.
    #[must_use]
    pub fn new<P: Into<Pack>>(packs: impl IntoIterator<Item = P>) -> Self {
        let mut catalogue = Self::default();
        for pack in packs {
            match pack.into() {
                Pack::Procedure(pack) => {
                    let code = pack.code().to_owned();
                    catalogue.entries.insert(code, Entry::new(*pack));
                }
                Pack::Paper(pack) => {
                    let code = pack.paper().code.clone();
                    catalogue.papers.insert(code, *pack);
                }
            }
        }
        catalogue
    }

    /// The same, with procedures of these codes withdrawn.
    #[must_use]
    pub fn withdrawing(mut self, codes: BTreeSet<String>) -> Self {
        self.withdrawn = codes;
        self
    }

    /// Checks that the portal still offers what has that code.
    ///
    /// # Errors
    /// It is withdrawn.
    pub fn offers(&self, code: &str) -> Result<(), OutOfForce> {
        if self.withdrawn.contains(code) {
            Err(OutOfForce::Withdrawn)
        } else {
            Ok(())
        }
    }

    /// The papers of the one-stop desk, by code.
    pub fn papers(&self) -> impl Iterator<Item = &PaperPack> {
        self.papers.values()
    }

    /// The pack of a procedure or of a paper.
    #[must_use]
    pub fn pack(&self, code: &str) -> Option<Pack> {
        let paper = || self.papers.get(code).cloned().map(Box::new);
        self.get(code)
            .cloned()
            .map(Pack::from)
            .or_else(|| paper().map(Pack::Paper))
    }

    /// Whether that is the code of a paper.
    #[must_use]
    pub fn is_paper(&self, code: &str) -> bool {
        self.papers.contains_key(code)
    }

    /// The pack of a procedure.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&FormPack> {
        self.entries.get(code).map(|entry| &entry.pack)
    }

    /// The packs of all procedures, by code.
    pub fn packs(&self) -> impl Iterator<Item = &FormPack> {
        self.entries.values().map(|entry| &entry.pack)
    }

    /// The fields (*lĩnh vực*) of the procedures that can be found, sorted, each once.
    #[must_use]
    pub fn fields(&self) -> Vec<Words> {
        self.packs()
            .filter(|pack| self.offers(pack.code()).is_ok())
            .map(|pack| pack.procedure().field.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// The agencies (*đơn vị*) of the procedures that can be found, sorted, each once.
    #[must_use]
    pub fn agencies(&self) -> Vec<Words> {
        self.packs()
            .filter(|pack| self.offers(pack.code()).is_ok())
            .map(|pack| pack.procedure().agency.name.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// Finds procedures as one types: without accents, in any order, by the beginnings of words, by code. Every word has to be found.
    /// Best first; an empty query finds all, by name. None of them is withdrawn.
    #[must_use]
    pub fn search(&self, query: &str, filter: &Filter) -> Vec<Hit> {
        let query: Vec<Word> = words(query).collect();
        let mut hits: Vec<(Hit, &str)> = self
            .entries
            .values()
            .filter(|entry| self.offers(entry.pack.code()).is_ok())
            .filter(|entry| filter.takes(&entry.pack))
            .filter_map(|entry| Some((entry.hit(&query)?, entry.pack.procedure().name.vi.as_str())))
            .collect();
        hits.sort_by_cached_key(|(hit, name)| {
            (std::cmp::Reverse(hit.score), fold(name), hit.code.clone())
        });
        hits.into_iter().map(|(hit, _)| hit).collect()
    }
}

impl Filter {
    fn takes(&self, pack: &FormPack) -> bool {
        let procedure = pack.procedure();
        self.level
            .is_none_or(|level| level == procedure.agency.level)
            && self
                .field
                .as_ref()
                .is_none_or(|field| *field == procedure.field.vi)
            && self
                .agency
                .as_ref()
                .is_none_or(|agency| *agency == procedure.agency.name.vi)
            && self
                .audience
                .is_none_or(|audience| audience == procedure.audience)
            && self
                .service_level
                .is_none_or(|level| level == procedure.service_level)
    }
}

impl Entry {
    fn new(pack: FormPack) -> Self {
        let procedure = pack.procedure();
        let mut others = Vec::new();
        let mut add = |text: &str, worth| others.extend(words(text).map(|word| (word, worth)));
        for keyword in &procedure.keywords {
            add(keyword, worth::KEYWORD);
        }
        add(&procedure.code, worth::CODE);
        let english = u32::try_from(words(&procedure.name.en).count()).unwrap_or(u32::MAX);
        add(
            &procedure.name.en,
            worth::ENGLISH + worth::WHOLE_NAME / english.max(1),
        );
        add(&procedure.field.vi, worth::FIELD);
        add(&procedure.field.en, worth::FIELD);
        add(&procedure.agency.name.vi, worth::AGENCY);
        add(&procedure.summary, worth::SUMMARY);
        let keywords = &procedure.keywords;
        Self {
            name: words(&procedure.name.vi).collect(),
            keywords: keywords.iter().map(|text| words(text).collect()).collect(),
            others,
            pack,
        }
    }

    /// The hit when every word of the query is found.
    fn hit(&self, query: &[Word]) -> Option<Hit> {
        let mut score = 0;
        let mut ranges = BTreeSet::new();
        let mut previous: Option<usize> = None;
        for asked in query {
            let next = previous.map(|at| at + 1);
            // The word that follows the last match comes first, so that neighbours are seen as such.
            let in_name = next
                .and_then(|at| Some((at, self.name.get(at)?.matches(asked)?)))
                .or_else(|| {
                    self.name
                        .iter()
                        .enumerate()
                        .filter_map(|(at, word)| Some((at, word.matches(asked)?)))
                        .max_by_key(|(at, times)| (*times, std::cmp::Reverse(*at)))
                });
            let elsewhere = self
                .others
                .iter()
                .filter_map(|(word, worth)| Some(word.matches(asked)?.of(*worth)))
                .max();
            let named = in_name.map(|(_, found)| found.of(worth::NAME));
            score += named.max(elsewhere)?;
            previous = in_name.map(|(at, found)| {
                if next == Some(at) {
                    score += worth::NEIGHBOURS;
                }
                if let Some(word) = self.name.get(at) {
                    let end = if found.whole {
                        word.range.1
                    } else {
                        word.range.0 + asked.length()
                    };
                    ranges.insert((word.range.0, end));
                }
                at
            });
        }
        let covered = u32::try_from(ranges.len()).unwrap_or(u32::MAX);
        let words = u32::try_from(self.name.len()).unwrap_or(u32::MAX).max(1);
        score += worth::WHOLE_NAME.saturating_mul(covered) / words;
        score += self.phrase(query);
        Some(Hit {
            code: self.pack.code().to_owned(),
            score,
            ranges: apart(ranges),
        })
    }
}

impl Entry {
    /// What it is worth that several words of the query stand together, in their order, in a phrase that people search by.
    fn phrase(&self, query: &[Word]) -> u32 {
        let length = |words: &[Word]| u32::try_from(words.len()).unwrap_or(u32::MAX);
        let asked = length(query);
        if asked < 2 {
            return 0;
        }
        let together = |words: &[Word]| {
            words
                .iter()
                .zip(query)
                .all(|(word, asked)| word.matches(asked).is_some())
        };
        self.keywords
            .iter()
            .filter(|phrase| phrase.windows(query.len()).any(together))
            .map(|phrase| {
                let covered = worth::WHOLE_NAME.saturating_mul(asked) / length(phrase).max(1);
                worth::NEIGHBOURS
                    .saturating_mul(asked - 1)
                    .saturating_add(covered)
            })
            .max()
            .unwrap_or(0)
    }
}

/// How a word was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    whole: bool,
    marks: bool,
}

impl Found {
    fn of(self, worth: u32) -> u32 {
        worth * if self.whole { 2 } else { 1 } + if self.marks { worth::MARKS } else { 0 }
    }
}

impl Word {
    fn matches(&self, asked: &Word) -> Option<Found> {
        self.folded.starts_with(&asked.folded).then(|| Found {
            whole: self.folded == asked.folded,
            marks: asked.typed != asked.folded && self.typed.starts_with(&asked.typed),
        })
    }

    /// Length in UTF-16 units; precomposed Vietnamese letters fold one to one.
    fn length(&self) -> u32 {
        u32::try_from(self.folded.encode_utf16().count()).unwrap_or(u32::MAX)
    }
}

/// Splits text into words; dots and dashes hold codes together.
fn words(text: &str) -> impl Iterator<Item = Word> {
    let part = |sign: char| sign.is_alphanumeric() || ".-".contains(sign) || is_mark(sign);
    let mut found = Vec::new();
    let mut at = 0u32;
    let mut start = 0;
    let mut word = String::new();
    for sign in text.chars().chain(std::iter::once(' ')) {
        if part(sign) {
            word.push(sign);
        } else {
            let typed = word.trim_end_matches(['.', '-']);
            let end = start + u32::try_from(typed.encode_utf16().count()).unwrap_or(0);
            let folded = fold(typed);
            if !folded.is_empty() && folded.chars().any(char::is_alphanumeric) {
                found.push(Word {
                    folded,
                    typed: typed.to_lowercase(),
                    range: (start, end),
                });
            }
            word.clear();
        }
        at = at.saturating_add(u32::try_from(sign.len_utf16()).unwrap_or(1));
        if word.is_empty() {
            start = at;
        }
    }
    found.into_iter()
}

fn is_mark(sign: char) -> bool {
    unicode_normalization::char::is_combining_mark(sign)
}

/// Joins ranges that overlap.
fn apart(ranges: BTreeSet<(u32, u32)>) -> Vec<(u32, u32)> {
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (start, end) in ranges {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}
