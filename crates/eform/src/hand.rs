//! Answers typed over a calculation that allows it (`allowCalculateOverride`).
//!
//! Such an answer holds as long as the calculation comes to what it came to when it was typed. That result stands beside the
//! answer, under its key with [`SIGN`] before it, so that it goes where the answer goes: into the log, with its row, back by
//! undo. Rules and screens never see it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::answers;
use crate::change::Change;
use crate::condition::instances;
use crate::definition::Form;
use crate::js::Js;
use crate::path::{self, Seg};

/// What stands before the key of an answer where the result is kept that it was typed over.
const SIGN: char = '=';

/// Why a typed answer may stand where a calculation has another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Typed {
    /// It was typed over this result.
    Over(Value),
    /// It was just typed; what over is told by the calculation.
    Now,
}

/// The answers of an open form that were typed over a calculation, by place.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Hand(BTreeMap<Vec<Seg>, Typed>);

impl Hand {
    pub(crate) fn read(form: &Form, answers: &Value, seen: &Js) -> Hand {
        let mut hand = Hand::default();
        for (id, _) in &form.dependents.hands {
            for (place, _) in instances(form, seen, *id) {
                let kept = beside(&place).and_then(|at| answers::get(answers, &at));
                if let Some(result) = kept.filter(|_| !is_empty(answers, &place)) {
                    hand.0.insert(place, Typed::Over(result.clone()));
                }
            }
        }
        hand
    }

    pub(crate) fn at(&self, place: &[Seg]) -> Option<&Typed> {
        self.0.get(place)
    }

    pub(crate) fn put(&mut self, place: Vec<Seg>, typed: Typed) {
        self.0.insert(place, typed);
    }

    /// Forgets what no calculation told the result of.
    pub(crate) fn settle(&mut self) {
        self.0.retain(|_, typed| *typed != Typed::Now);
    }

    /// Where another hand has other notes.
    pub(crate) fn differing(&self, other: &Hand) -> Vec<Vec<Seg>> {
        let missing = other.0.keys().filter(|place| !self.0.contains_key(*place));
        let changed = self
            .0
            .iter()
            .filter(|(place, typed)| other.0.get(*place) != Some(typed));
        let changed = changed.map(|(place, _)| place);
        changed.chain(missing).cloned().collect()
    }
}

/// Where the result stands that the answer at a place was typed over.
pub(crate) fn beside(place: &[Seg]) -> Option<Vec<Seg>> {
    let (last, above) = place.split_last()?;
    let Seg::Key(key) = last else {
        return None;
    };
    let mut at = above.to_vec();
    at.push(Seg::Key(format!("{SIGN}{key}").into()));
    Some(at)
}

/// Whether a key is that of such a result.
pub(crate) fn is_beside(key: &str) -> bool {
    key.starts_with(SIGN)
}

/// Whether a path is that of such a result.
pub(crate) fn is_beside_path(path: &str) -> bool {
    is_beside(path.rsplit('.').next().unwrap_or_default())
}

/// The answers without such results, as rules see them.
pub(crate) fn bare(form: &Form, answers: &Value) -> Js {
    if form.dependents.hands.is_empty() {
        return Js::from(answers);
    }
    let mut answers = answers.clone();
    strip(&mut answers);
    Js::from(&answers)
}

/// A change as a screen is told of it.
pub(crate) fn bare_change(form: &Form, change: &Change) -> Change {
    let mut change = change.clone();
    if !form.dependents.hands.is_empty()
        && let Change::InsertRow { value, .. } = &mut change
    {
        strip(value);
    }
    change
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !is_beside(key));
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// The places at which a change types, or empties, an answer that may be typed over its calculation. What the one that was there
/// before stood against goes with it, so the change takes that away.
pub(crate) fn typed(form: &Form, answers: &Value, change: &mut Change) -> Vec<Vec<Seg>> {
    let mut found = Vec::new();
    if !form.dependents.hands.is_empty() {
        type_in(form, answers, &mut found, change);
    }
    found
}

fn type_in(form: &Form, answers: &Value, found: &mut Vec<Vec<Seg>>, change: &mut Change) {
    let hands = form.dependents.hands.iter().map(|(_, look)| look);
    match change {
        Change::Batch { changes } => {
            for change in changes {
                type_in(form, answers, found, change);
            }
        }
        Change::Set { path, .. } | Change::Clear { path } => {
            let at = path::plain(path::parse(path));
            let value = match &*change {
                Change::Set { value, .. } => value,
                _ => &Value::Null,
            };
            let places: Vec<_> = hands.flat_map(|look| look.places(&at, value)).collect();
            let kept = places.iter().find(|place| at.starts_with(place));
            // Under anything above it goes with what is put there.
            if let Some(kept) = kept.and_then(|place| beside(place)) {
                let path = path::text(&kept);
                let changes = vec![change.clone(), Change::Clear { path }];
                *change = Change::Batch { changes };
            }
            found.retain(|known| !known.starts_with(&at) && !places.contains(known));
            found.extend(places);
        }
        row => {
            let places = std::mem::take(found).into_iter();
            *found = places.filter_map(|place| row.carries(place)).collect();
            if let Change::InsertRow { path, index, value } = &*row {
                let mut at = path::plain(path::parse(path));
                let rows = answers::get(answers, &at).and_then(Value::as_array);
                at.push(Seg::Index((*index).min(rows.map_or(0, Vec::len))));
                found.extend(hands.flat_map(|look| look.places(&at, value)));
            }
        }
    }
}

/// Whether a change may bring, take or move such answers or what they were typed over.
pub(crate) fn concerns(form: &Form, change: &Change) -> bool {
    let mut found = false;
    if form.dependents.hands.is_empty() {
        return found;
    }
    change.each(&mut |change| {
        let at = path::plain(path::parse(change.path()));
        let kept = is_beside_path(change.path());
        let hands = &form.dependents.hands;
        found |= kept || hands.iter().any(|(_, look)| look.place(&at).is_some());
    });
    found
}

/// Whether there is nothing at a place that could stand against a calculation.
pub(crate) fn is_empty(answers: &Value, place: &[Seg]) -> bool {
    match answers::get(answers, place) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(_) => false,
    }
}
