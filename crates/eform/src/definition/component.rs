//! One component of a form, with all that can be known of it before there are answers.

use super::Id;
use crate::condition::Condition;
use crate::js::{Js, UNDEFINED};
use crate::logic::Logic;
use crate::path::{self, Seg};
use crate::rule::Rule;
use crate::script::Script;

/// How a component keeps its value (form.io's model types).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Model {
    NestedArray,
    NestedDataArray,
    DataObject,
    Object,
    Map,
    Content,
    Text,
    Number,
    Boolean,
    None,
    Any,
}

/// One component with what can be worked out before there are answers.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    pub(crate) raw: Js,
    pub(crate) kind: String,
    pub(crate) key: String,
    pub(crate) model: Model,
    /// Has a value of its own in the answers.
    pub(crate) keeps: bool,
    pub(crate) parent: Option<Id>,
    pub(crate) children: Vec<Id>,
    /// Children arranged in columns or table rows, for drawing.
    pub(crate) cells: Vec<Vec<Id>>,
    /// The key that the value is stored under.
    pub(crate) key_segs: Vec<Seg>,
    pub(crate) paths: StaticPaths,
    /// Data path with `[]` for rows, layouts by their own key; unique in the form.
    pub(crate) node_path: String,
    /// What makes it so, `~2`, where another component has the same data path. [`path::plain`] takes it off again.
    pub(crate) twin: String,
    pub(crate) condition: Option<Condition>,
    pub(crate) custom_condition: Option<Script>,
    pub(crate) calculate: Option<Calculation>,
    pub(crate) custom_default: Option<Calculation>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) logic: Vec<Logic>,
    /// Makes the choices of a select.
    pub(crate) choices: Option<Script>,
    pub(crate) traits: Traits,
}

/// What is asked of a component at every visit, read from its properties once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traits {
    pub(crate) multiple: bool,
    pub(crate) tree: bool,
    pub(crate) hidden: bool,
    pub(crate) clear_on_hide: bool,
    /// `clearOnHide` is there and asks for it.
    pub(crate) asks_to_clear: bool,
    pub(crate) validate_when_hidden: bool,
    /// Its value isn't checked: no input, or never stored.
    pub(crate) unchecked: bool,
    /// form.io doesn't store it: `persistent` is off, or it is for the browser only.
    pub(crate) unkept: bool,
    pub(crate) one_space: bool,
    /// Several input masks to choose from.
    pub(crate) several_masks: bool,
    pub(crate) required: bool,
    pub(crate) default: bool,
    /// What is typed may stand against what is calculated.
    pub(crate) typed_over: bool,
}

impl Traits {
    pub(super) fn read(raw: &Js) -> Traits {
        let flag = |name: &str| raw.prop(name).truthy();
        let has = |name: &str| raw.as_obj().is_some_and(|props| props.contains_key(name));
        let unkept = !flag("protected")
            && ((has("persistent") && !flag("persistent"))
                || raw.prop("persistent").as_str() == Some("client-only"));
        Traits {
            multiple: flag("multiple"),
            tree: flag("tree"),
            hidden: flag("hidden"),
            clear_on_hide: !has("clearOnHide") || flag("clearOnHide"),
            asks_to_clear: flag("clearOnHide"),
            validate_when_hidden: flag("validateWhenHidden"),
            unchecked: (has("input") && !flag("input")) || unkept,
            unkept,
            one_space: flag("truncateMultipleSpaces"),
            several_masks: flag("allowMultipleMasks")
                && raw
                    .prop("inputMasks")
                    .as_arr()
                    .is_some_and(|masks| !masks.is_empty()),
            required: raw.prop("validate").prop("required").truthy(),
            default: flag("defaultValue"),
            typed_over: flag("allowCalculateOverride"),
        }
    }
}

/// A calculation in either of form.io's languages.
#[derive(Debug, Clone)]
pub(crate) enum Calculation {
    Script(Script),
    Json(Js),
    /// Our own: the words of another answer, looked for in the same row and then in the whole.
    Words(Vec<Seg>),
}

/// Paths that don't depend on rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct StaticPaths {
    /// Keys of data components.
    pub(crate) path: String,
    /// With the keys of layout components.
    pub(crate) full: String,
    /// The same two within the nested form that the component is in.
    pub(crate) local: String,
    pub(crate) full_local: String,
    /// As it stands before there are rows: `grid[0].name`.
    pub(crate) data: String,
    pub(crate) local_data: String,
    /// Inside rows of a grid.
    pub(crate) in_rows: bool,
}

impl Component {
    pub(crate) fn prop(&self, name: &str) -> &Js {
        self.raw.prop(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw
            .as_obj()
            .is_some_and(|props| props.contains_key(name))
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.prop(name).truthy()
    }

    /// A property by dotted path.
    pub(crate) fn dig(&self, dotted: &str) -> &Js {
        dotted.split('.').fold(&self.raw, |value, name| {
            if value.is_nil() {
                &UNDEFINED
            } else {
                value.prop(name)
            }
        })
    }

    /// Where its value is, by where its parent's is.
    pub(crate) fn at(&self, base: &[Seg]) -> Vec<Seg> {
        let own = if self.keeps {
            self.key_segs.as_slice()
        } else {
            &[]
        };
        [base, own].concat()
    }

    /// form.io's path of it where its value is at `segs`.
    pub(crate) fn path_at(&self, segs: &[Seg]) -> String {
        if self.model == Model::None {
            self.paths.full.clone()
        } else {
            path::text(segs)
        }
    }

    /// Where the answers of a row of it are.
    pub(crate) fn row_at(&self, segs: &[Seg], row: usize) -> Vec<Seg> {
        let mut segs = segs.to_vec();
        segs.push(Seg::Index(row));
        if self.model == Model::NestedDataArray {
            segs.push(Seg::Key("data".into()));
        }
        segs
    }

    /// A checkbox that is one of several of which one may be ticked.
    pub(crate) fn is_radio_box(&self) -> bool {
        self.kind == "checkbox" && self.prop("inputType").as_str() == Some("radio")
    }

    pub(crate) fn multiple(&self) -> bool {
        self.traits.multiple
    }

    /// What is typed into it may stand against what it calculates. Content has no answer of its own; it stands where its parent's is.
    pub(crate) fn is_typed_over(&self) -> bool {
        self.keeps && self.traits.typed_over
    }

    /// A data model, whether or not a type is given.
    pub(crate) fn has_model(&self) -> bool {
        !matches!(self.model, Model::None | Model::Content)
    }

    pub(crate) fn is_rows(&self) -> bool {
        matches!(self.model, Model::NestedArray | Model::NestedDataArray)
    }

    /// Asks its questions of each of its branches, which are kept as `{data, children}`.
    pub(crate) fn is_tree(&self) -> bool {
        self.kind == "tree"
    }

    /// form.io's "nested data type": its children live inside its value.
    pub(crate) fn nests(&self) -> bool {
        self.traits.tree
            || matches!(
                self.model,
                Model::NestedArray
                    | Model::NestedDataArray
                    | Model::DataObject
                    | Model::Object
                    | Model::Map
            )
    }

    /// What the person is told the field is called.
    pub(crate) fn label(&self) -> &str {
        ["errorLabel", "label", "placeholder", "key"]
            .iter()
            .find_map(|name| {
                self.prop(name)
                    .as_str()
                    .filter(|text| !text.trim().is_empty())
            })
            .unwrap_or(&self.key)
    }

    /// Reads everything but the place in the tree again from `raw`, after logic changed it.
    pub(crate) fn recompile(&mut self) {
        self.kind = self.prop("type").as_str().unwrap_or_default().to_owned();
        self.traits = Traits::read(&self.raw);
        self.condition = Condition::read(self.prop("conditional"));
        self.custom_condition = Script::read(self.prop("customConditional"), "customConditional");
        self.custom_default = match self.prop("customDefaultValue") {
            logic if logic.is_object() => Some(Calculation::Json(logic.clone())),
            code => Script::read(code, "customDefaultValue").map(Calculation::Script),
        };
        self.calculate = match self.prop("calculateValue") {
            json @ (Js::Obj(_) | Js::Arr(_)) => Some(Calculation::Json(json.clone())),
            code => Script::read(code, "calculateValue").map(Calculation::Script),
        };
        if crate::vn::field::is_words(&self.kind)
            && let Some(source) = self.prop("source").as_str()
        {
            self.calculate = Some(Calculation::Words(path::parse(source)));
        }
        self.rules = Rule::read_all(self);
        self.logic = Logic::read_all(self.prop("logic"));
        self.choices = (self.kind == "select" && self.prop("dataSrc").as_str() == Some("custom"))
            .then(|| Script::read(self.dig("data.custom"), "data.custom"))
            .flatten();
    }
}
