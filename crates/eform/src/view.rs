//! What a screen needs to draw a form, and what changes after an answer.
//!
//! A [`FormView`] is sent once when a draft opens; afterwards every answer is answered by one [`Patch`].
//! The UI applies patches and evaluates no rule itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::change::Change;
use crate::run::Stopped;

/// A whole form as the renderer draws it: the tree of components, and its present state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FormView {
    /// Title of the form, as the definition gives it.
    pub title: String,
    /// The top-level components in order; a wizard's pages are `panel` nodes.
    pub nodes: Vec<Node>,
    /// Values, visibility and notes at this moment.
    pub state: FormState,
}

/// One component of a definition, ready to draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// The component's key.
    pub key: String,
    /// Data path with grid rows as `[]`, e.g. `children[].name`; layout components carry their own key path. Unique within the form.
    pub path: String,
    /// form.io's component type, e.g. `textfield`, `datagrid`; our own types start with `vn`.
    pub kind: String,
    /// What the person reads above the control; empty when the definition gives none.
    pub label: String,
    /// Label is read out but not shown.
    pub hide_label: bool,
    /// The hint under the label (form.io `description` or `tooltip`), plain text.
    pub hint: String,
    /// Example inside the empty control.
    pub placeholder: String,
    /// An answer is required (whenever the component is visible).
    pub required: bool,
    /// The person can't change it.
    pub disabled: bool,
    /// Several values are allowed (form.io `multiple`).
    pub multiple: bool,
    /// Choices of select, radio, selectboxes and survey.
    pub choices: Vec<Choice>,
    /// Questions of a survey.
    pub questions: Vec<Choice>,
    /// Sanitised HTML of content and htmlelement; empty otherwise.
    pub html: String,
    /// Further attributes that the control may use: `min`, `max`, `step`, `decimals`, `maxLength`, `rows`, `mask`, `prefix`, `suffix`, `inline`, `width`
    /// (of a column, in twelfths), `numCols` and `header` (of a table), `dayFirst`, `hideDay`, `hideMonth`, `hideYear`, `enableTime`, `enableDate`, `addLabel`, `collapsible`,
    /// `theme`, `autocomplete`, `masks` (by name, where the answer names one), `storeas` and `delimiter` (of tags), `filePattern` and `fileMaxSize`,
    /// `inputType` and `value` (of a checkbox), `enableManualMode` (of an address), `case`, `tableView` (off: left out of a row's summary).
    pub attributes: BTreeMap<String, Value>,
    /// Children: of a panel, fieldset, container, columns (its `column` nodes), table, tabs, the row template of a grid, the branch of a tree, or the one
    /// question that each value of a datamap answers.
    pub children: Vec<Node>,
}

/// Answered by files, by drawing, by the program, or not at all.
const NOT_TYPED: [&str; 18] = [
    "button",
    "content",
    "htmlelement",
    "hidden",
    "file",
    "signature",
    "recaptcha",
    "captcha",
    "vnDateWords",
    "vnMoneyWords",
    "datamap",
    "tree",
    "form",
    "resource",
    "sketchpad",
    "tagpad",
    "reviewpage",
    "datasource",
];

impl Node {
    /// The answer can be given as text, as in a shell or a spreadsheet.
    #[must_use]
    pub fn is_typed(&self) -> bool {
        !NOT_TYPED.contains(&self.kind.as_str())
    }

    /// A date of it has its day before its month.
    #[must_use]
    pub fn is_day_first(&self) -> bool {
        self.attributes.get("dayFirst") == Some(&Value::Bool(true))
    }
}

/// One choice of a select, radio, selectboxes or survey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Choice {
    /// The value stored in the answers.
    pub value: Value,
    /// The words the person reads.
    pub label: String,
}

/// The state of a form: everything that a patch may change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FormState {
    /// All answers, shaped as form.io submission data.
    pub data: Value,
    /// Concrete paths (`grid[0].name`) that are hidden now.
    pub hidden: Vec<String>,
    /// Concrete path → where a prefilled value came from (`profile`, `vault`, `dossier`, `default`), until touched or confirmed.
    pub sources: BTreeMap<String, String>,
    /// Concrete path → soft warning in the person's words; never blocks.
    pub warnings: BTreeMap<String, String>,
    /// Concrete path → properties that logic changed (`required`, `disabled`, `label`, …), texts that show answers (`label`, `hint`, `placeholder`,
    /// `html`, sanitised), and `calculated`: what a calculation came to where something else was typed over it.
    pub overrides: BTreeMap<String, BTreeMap<String, Value>>,
    /// Paths whose rule can't run here (fails closed), with the reason.
    pub blocked: BTreeMap<String, String>,
}

/// What one change did to the state. Absent entries did not change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    /// A row that came, went or moved; to be made before the values are put.
    pub rows: Vec<Change>,
    /// Concrete data path → new value; `null` also where it was removed. A grid whose rows changed in another way comes whole under its own path.
    pub values: BTreeMap<String, Value>,
    /// Concrete path → hidden now or not.
    pub hidden: BTreeMap<String, bool>,
    /// Concrete path → source mark, `null` when it is gone.
    pub sources: BTreeMap<String, Option<String>>,
    /// Concrete path → warning, `null` when it is gone.
    pub warnings: BTreeMap<String, Option<String>>,
    /// Concrete path → changed properties (whole set for that path).
    pub overrides: BTreeMap<String, BTreeMap<String, Value>>,
    /// Concrete path → why it can't run here, `null` when it can again.
    pub blocked: BTreeMap<String, Option<String>>,
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FieldError {
    /// Concrete data path, as `@formio/core` gives it in `context.path`.
    pub path: String,
    /// The rule's name in `@formio/core` (`required`, `maxLength`, `custom`, …).
    pub rule: String,
    /// The words for the person, in the form's language.
    pub message: String,
}

/// A rule that wasn't run to its end, so that nobody knows here what it would have said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unchecked {
    /// Concrete path of the component, as the screen names it.
    pub path: String,
    /// The property that holds the rule, e.g. `validate.custom`.
    pub what: String,
    /// Why, in English.
    pub reason: String,
    /// It asks for what it can't have here, so it never runs; otherwise it was stopped on these answers.
    pub never: bool,
}

/// Each rule once, though both passes may have tried it.
pub(crate) fn unchecked<'a>(stopped: impl IntoIterator<Item = &'a Stopped>) -> Vec<Unchecked> {
    let mut seen = BTreeSet::new();
    stopped
        .into_iter()
        .filter(|stopped| seen.insert((stopped.at.as_str(), stopped.what)))
        .map(|stopped| Unchecked {
            path: stopped.at.clone(),
            what: stopped.what.to_owned(),
            reason: stopped.why.clone().into_owned(),
            never: stopped.never,
        })
        .collect()
}
