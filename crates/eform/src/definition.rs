//! A form.io definition, read once: components in an arena, paths and rules worked out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::condition::Condition;
use crate::depends::Dependents;
use crate::error::FormError;
use crate::js::{Js, Props, UNDEFINED};
use crate::logic::Logic;
use crate::path::{self, Seg};
use crate::rule::Rule;
use crate::script::Script;

/// Largest definition in bytes, deepest nesting, most components.
const MAX_BYTES: usize = 20 * 1024 * 1024;
const MAX_DEPTH: usize = 40;
const MAX_COMPONENTS: usize = 20_000;

/// Where a component stands in the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(pub(crate) usize);

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

/// One part of a definition that the engine won't run, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsupported {
    /// The component's path, as in [`crate::Node::path`].
    pub path: String,
    /// The property, e.g. `customConditional`, or `type`.
    pub what: String,
    /// Why, in English.
    pub reason: String,
}

/// A compiled form definition. Untrusted: nothing in it reaches beyond the answers it is given.
#[derive(Debug)]
pub struct Form {
    pub(crate) title: String,
    pub(crate) raw: Js,
    pub(crate) arena: Vec<Component>,
    pub(crate) roots: Vec<Id>,
    report: Vec<Unsupported>,
    /// Whom a change concerns.
    pub(crate) dependents: Dependents,
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
    pub(crate) one_space: bool,
    /// Several input masks to choose from.
    pub(crate) several_masks: bool,
    pub(crate) required: bool,
    pub(crate) default: bool,
}

impl Traits {
    fn read(raw: &Js) -> Traits {
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
            one_space: flag("truncateMultipleSpaces"),
            several_masks: flag("allowMultipleMasks")
                && raw
                    .prop("inputMasks")
                    .as_arr()
                    .is_some_and(|masks| !masks.is_empty()),
            required: raw.prop("validate").prop("required").truthy(),
            default: flag("defaultValue"),
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

impl Form {
    /// Reads a definition from bytes.
    ///
    /// # Errors
    /// When it isn't JSON, is too large, or has no components.
    pub fn parse_slice(bytes: &[u8]) -> Result<Form, FormError> {
        Form::check_size(bytes)?;
        let value: Value = serde_json::from_slice(bytes).map_err(|error| FormError::NotJson {
            reason: error.to_string(),
        })?;
        Form::parse(&value)
    }

    pub(crate) fn check_size(bytes: &[u8]) -> Result<(), FormError> {
        if bytes.len() > MAX_BYTES {
            return Err(FormError::TooLarge {
                size: bytes.len(),
                limit: MAX_BYTES,
            });
        }
        Ok(())
    }

    /// Reads a definition. A wrapper `{"form": {…}}` is looked through.
    ///
    /// # Errors
    /// When it has no components, or more or deeper ones than the limits allow.
    pub fn parse(value: &Value) -> Result<Form, FormError> {
        let root = match value.get("form") {
            Some(inner)
                if inner.get("components").is_some() && value.get("components").is_none() =>
            {
                inner
            }
            _ => value,
        };
        if !root.get("components").is_some_and(Value::is_array) {
            return Err(FormError::NoComponents);
        }
        let raw = Js::from(root);
        let mut builder = Builder::default();
        let roots = builder.list(raw.prop("components"), None, &StaticPaths::default(), 0)?;
        let title = ["title", "name"]
            .iter()
            .find_map(|name| raw.prop(name).as_str().filter(|text| !text.is_empty()))
            .unwrap_or_default()
            .to_owned();
        let mut form = Form {
            title,
            arena: builder.arena,
            roots,
            raw,
            report: Vec::new(),
            dependents: Dependents::default(),
        };
        form.name_nodes();
        form.resolve();
        form.report = crate::report::report(&form);
        form.dependents = Dependents::of(&form);
        Ok(form)
    }

    /// The definition's own title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the engine won't run, in document order.
    #[must_use]
    pub fn report(&self) -> &[Unsupported] {
        &self.report
    }

    pub(crate) fn component(&self, id: Id) -> Option<&Component> {
        self.arena.get(id.0)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = (Id, &Component)> {
        self.arena
            .iter()
            .enumerate()
            .map(|(index, component)| (Id(index), component))
    }

    /// The component and those that it is in, innermost first.
    pub(crate) fn lineage(&self, id: Id) -> impl Iterator<Item = (Id, &Component)> {
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let id = next?;
            let component = self.component(id)?;
            next = component.parent;
            Some((id, component))
        })
    }

    /// Gives every component a path for the renderer that no other has.
    fn name_nodes(&mut self) {
        let mut names = vec![String::new(); self.arena.len()];
        let mut taken = BTreeSet::new();
        // Data paths first: the renderer and the answers speak of the same thing by the same name.
        for keeps in [true, false] {
            for index in 0..self.arena.len() {
                let Some(component) = self.arena.get(index) else {
                    continue;
                };
                if component.keeps != keeps {
                    continue;
                }
                let mut name = String::new();
                let lineage: Vec<_> = self.lineage(Id(index)).collect();
                for (id, part) in lineage.iter().rev() {
                    let own = *id == Id(index);
                    // Layouts add their keys only to the paths of layouts.
                    if part.keeps || !keeps {
                        if !name.is_empty() {
                            name.push('.');
                        }
                        // A checkbox of a group keeps its value under the group's name.
                        name.push_str(&if part.keeps {
                            path::text(&part.key_segs)
                        } else {
                            part.key.clone()
                        });
                        if !own && matches!(part.model, Model::NestedArray | Model::NestedDataArray)
                        {
                            name.push_str("[]");
                        }
                        if !own && matches!(part.model, Model::DataObject | Model::NestedDataArray)
                        {
                            name.push_str(".data");
                        }
                    }
                }
                if name.is_empty() {
                    name.push_str(&component.kind);
                }
                let mut unique = name.clone();
                let mut count = 2;
                while !taken.insert(unique.clone()) {
                    unique = format!("{name}~{count}");
                    count += 1;
                }
                if let Some(slot) = names.get_mut(index) {
                    *slot = unique;
                }
            }
        }
        for (component, name) in self.arena.iter_mut().zip(names) {
            component.twin = name
                .rfind('~')
                .and_then(|at| name.get(at..))
                .unwrap_or_default()
                .to_owned();
            component.node_path = name;
        }
    }

    /// Points every condition at the components it asks about.
    fn resolve(&mut self) {
        let names = Names::of(self, None);
        let nested: BTreeMap<Id, Names> = self
            .ids()
            .filter(|(_, component)| component.model == Model::DataObject)
            .map(|(id, _)| (id, Names::of(self, Some(id))))
            .collect();
        let roots: Vec<Option<Id>> = self.ids().map(|(id, _)| self.nested_form(id)).collect();
        for (component, root) in self.arena.iter_mut().zip(roots) {
            let local = root.and_then(|root| nested.get(&root));
            if let Some(condition) = &mut component.condition {
                condition.resolve(&names, local);
            }
            for logic in &mut component.logic {
                logic.resolve(&names, local);
            }
        }
    }

    /// The innermost nested form that a component is in.
    fn nested_form(&self, id: Id) -> Option<Id> {
        self.lineage(id)
            .skip(1)
            .find(|(_, above)| above.model == Model::DataObject)
            .map(|(id, _)| id)
    }
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

    pub(crate) fn multiple(&self) -> bool {
        self.traits.multiple
    }

    /// A data model, whether or not a type is given.
    pub(crate) fn has_model(&self) -> bool {
        !matches!(self.model, Model::None | Model::Content)
    }

    pub(crate) fn is_rows(&self) -> bool {
        matches!(self.model, Model::NestedArray | Model::NestedDataArray)
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
    }
}

/// Which components go by which path.
pub(crate) struct Names {
    pub(crate) data: BTreeMap<String, Vec<Id>>,
    pub(crate) static_data: BTreeMap<String, Vec<Id>>,
    pub(crate) local_data: BTreeMap<String, Vec<Id>>,
    pub(crate) full: BTreeMap<String, Vec<Id>>,
    pub(crate) path: BTreeMap<String, Vec<Id>>,
    pub(crate) full_local: BTreeMap<String, Vec<Id>>,
    pub(crate) local: BTreeMap<String, Vec<Id>>,
    pub(crate) key: BTreeMap<String, Vec<Id>>,
    /// Selectboxes by key, since one of their options may be named behind it.
    pub(crate) selectboxes: BTreeSet<String>,
    pub(crate) kinds: BTreeMap<Id, String>,
}

impl Names {
    /// Of a whole form, or of the nested form `root` with names as they are inside it.
    fn of(form: &Form, root: Option<Id>) -> Names {
        let mut names = Names {
            data: BTreeMap::new(),
            static_data: BTreeMap::new(),
            local_data: BTreeMap::new(),
            full: BTreeMap::new(),
            path: BTreeMap::new(),
            full_local: BTreeMap::new(),
            local: BTreeMap::new(),
            key: BTreeMap::new(),
            selectboxes: BTreeSet::new(),
            kinds: BTreeMap::new(),
        };
        fn add(map: &mut BTreeMap<String, Vec<Id>>, name: &str, id: Id) {
            if !name.is_empty() {
                map.entry(name.to_owned()).or_default().push(id);
            }
        }
        let above = root
            .and_then(|root| form.component(root))
            .map(|root| root.paths.clone());
        for (id, component) in form.ids() {
            let mut paths = component.paths.clone();
            if let (Some(root), Some(above)) = (root, &above) {
                if id == root || !form.lineage(id).any(|(at, _)| at == root) {
                    continue;
                }
                let inside = |path: &str, base: &str| {
                    path.strip_prefix(base)
                        .and_then(|rest| rest.strip_prefix('.'))
                        .unwrap_or_default()
                        .to_owned()
                };
                paths.path = inside(&paths.path, &above.path);
                paths.full = inside(&paths.full, &above.full);
                paths.data = inside(&paths.data, &format!("{}.data", above.data));
                paths.in_rows = form
                    .lineage(id)
                    .skip(1)
                    .take_while(|(at, _)| *at != root)
                    .any(|(_, component)| component.is_rows());
            }
            if !paths.in_rows {
                add(&mut names.data, &paths.data, id);
            }
            add(&mut names.static_data, &paths.data, id);
            add(&mut names.local_data, &paths.local_data, id);
            add(&mut names.full, &paths.full, id);
            add(&mut names.path, &paths.path, id);
            add(&mut names.full_local, &paths.full_local, id);
            add(&mut names.local, &paths.local, id);
            add(&mut names.key, &component.key, id);
            if component.kind == "selectboxes" {
                names.selectboxes.insert(component.key.clone());
            }
            names.kinds.insert(id, component.kind.clone());
        }
        names
    }
}

#[derive(Default)]
struct Builder {
    arena: Vec<Component>,
}

impl Builder {
    fn list(
        &mut self,
        list: &Js,
        parent: Option<Id>,
        paths: &StaticPaths,
        depth: usize,
    ) -> Result<Vec<Id>, FormError> {
        let mut ids = Vec::new();
        for item in list.as_arr().into_iter().flatten() {
            if item.as_obj().is_some() {
                ids.push(self.component(item, parent, paths, depth)?);
            }
        }
        Ok(ids)
    }

    fn component(
        &mut self,
        raw: &Js,
        parent: Option<Id>,
        above: &StaticPaths,
        depth: usize,
    ) -> Result<Id, FormError> {
        if self.arena.len() >= MAX_COMPONENTS {
            return Err(FormError::TooMany {
                limit: MAX_COMPONENTS,
            });
        }
        if depth > MAX_DEPTH {
            return Err(FormError::TooDeep {
                limit: MAX_DEPTH,
                path: above.full.clone(),
            });
        }
        let id = Id(self.arena.len());
        let own = raw.as_obj().cloned().unwrap_or_default();
        let mut component = shell(own, parent);
        let parent_model = parent
            .and_then(|parent| self.arena.get(parent.0))
            .map(|parent| parent.model);
        component.paths = place(&component, above, parent_model);
        component.recompile();
        let model = component.model;
        let paths = component.paths.clone();
        let nests = component.nests();
        self.arena.push(component);

        let mut cells = Vec::new();
        let mut children = Vec::new();
        if !nests && raw.prop("columns").as_arr().is_some() {
            for column in raw.prop("columns").as_arr().into_iter().flatten() {
                cells.push(self.list(column.prop("components"), Some(id), &paths, depth + 1)?);
            }
        } else if !nests && raw.prop("rows").as_arr().is_some() {
            for cell in raw
                .prop("rows")
                .as_arr()
                .into_iter()
                .flatten()
                .filter_map(Js::as_arr)
                .flatten()
            {
                cells.push(self.list(cell.prop("components"), Some(id), &paths, depth + 1)?);
            }
        } else if model != Model::Map || raw.prop("components").as_arr().is_some() {
            children = self.list(raw.prop("components"), Some(id), &paths, depth + 1)?;
        }
        if let Some(component) = self.arena.get_mut(id.0) {
            component.children = if cells.is_empty() {
                children
            } else {
                cells.iter().flatten().copied().collect()
            };
            component.cells = cells;
        }
        Ok(id)
    }
}

fn shell(mut raw: Props, parent: Option<Id>) -> Component {
    // form.io merges these over the component when a server handles it, and here the server's word counts.
    if let Some(Js::Obj(over)) = raw.get("serverOverride").cloned() {
        raw.extend(over);
    }
    let raw = Js::Obj(raw);
    let kind = raw.prop("type").as_str().unwrap_or_default().to_owned();
    let key = match raw.prop("key") {
        Js::Str(key) => key.clone(),
        Js::Num(n) => crate::js::number_text(*n),
        _ => String::new(),
    };
    let stored = match raw.prop("name") {
        Js::Str(name)
            if kind == "checkbox"
                && raw.prop("inputType").as_str() == Some("radio")
                && !name.is_empty() =>
        {
            name.clone()
        }
        _ => key.clone(),
    };
    let model = model(&raw, &kind);
    let keeps = !kind.is_empty() && !matches!(model, Model::None | Model::Content);
    Component {
        traits: Traits::read(&raw),
        kind,
        key,
        model,
        keeps,
        parent,
        children: Vec::new(),
        cells: Vec::new(),
        key_segs: if stored.is_empty() {
            Vec::new()
        } else {
            own_path(&stored)
        },
        paths: StaticPaths::default(),
        node_path: String::new(),
        twin: String::new(),
        condition: None,
        custom_condition: None,
        calculate: None,
        custom_default: None,
        rules: Vec::new(),
        logic: Vec::new(),
        raw,
    }
}

/// A key as a path. A number by itself is a name, not a row.
fn own_path(key: &str) -> Vec<Seg> {
    let mut segs = path::parse(key);
    if let Some(first @ Seg::Index(_)) = segs.first_mut()
        && !key.starts_with('[')
    {
        *first = Seg::Key(key.split(['.', '[']).next().unwrap_or(key).into());
    }
    segs
}

fn place(component: &Component, above: &StaticPaths, parent: Option<Model>) -> StaticPaths {
    let own = path::text(&component.key_segs);
    let data_key = if component.keeps { own.as_str() } else { "" };
    let join = |base: &str, key: &str| match (base.is_empty(), key.is_empty()) {
        (true, _) => key.to_owned(),
        (_, true) => base.to_owned(),
        _ => format!("{base}.{key}"),
    };
    let rows = matches!(parent, Some(Model::NestedArray | Model::NestedDataArray));
    let wrapped = matches!(parent, Some(Model::DataObject | Model::NestedDataArray));
    let data_base = |base: &str| {
        if base.is_empty() {
            return String::new();
        }
        format!(
            "{base}{}{}",
            if rows { "[0]" } else { "" },
            if wrapped { ".data" } else { "" }
        )
    };
    let fresh = parent == Some(Model::DataObject);
    StaticPaths {
        path: join(&above.path, data_key),
        full: join(&above.full, &own),
        local: if fresh {
            data_key.to_owned()
        } else {
            join(&above.local, data_key)
        },
        full_local: if fresh {
            own.clone()
        } else {
            join(&above.full_local, &own)
        },
        data: join(&data_base(&above.data), data_key),
        local_data: if fresh {
            data_key.to_owned()
        } else {
            join(&data_base(&above.local_data), data_key)
        },
        in_rows: above.in_rows || rows,
    }
}

fn model(raw: &Js, kind: &str) -> Model {
    let named = raw
        .prop("modelType")
        .as_str()
        .filter(|text| !text.is_empty());
    match named {
        Some("nestedArray") => return Model::NestedArray,
        Some("nestedDataArray") => return Model::NestedDataArray,
        Some("dataObject") => return Model::DataObject,
        Some("object") => return Model::Object,
        Some("map") => return Model::Map,
        Some("content") => return Model::Content,
        Some("string") => return Model::Text,
        Some("number") => return Model::Number,
        Some("boolean") => return Model::Boolean,
        Some("none") => return Model::None,
        Some(_) => return Model::Any,
        None => {}
    }
    match kind {
        "datagrid" | "editgrid" | "datatable" | "dynamicWizard" => Model::NestedArray,
        "tagpad" => Model::NestedDataArray,
        "form" => Model::DataObject,
        "container" | "address" => Model::Object,
        "datamap" => Model::Map,
        "htmlelement" | "content" => Model::Content,
        "textfield" | "password" | "email" | "url" | "phoneNumber" | "day" | "datetime"
        | "time" | "signature" => Model::Text,
        "number" | "currency" => Model::Number,
        "checkbox" | "radio" => Model::Boolean,
        "table" | "well" | "columns" | "fieldset" | "panel" | "tabs" => Model::None,
        _ => {
            let input = raw.prop("input");
            let no_input = matches!(input, Js::Bool(false));
            if no_input || (raw.prop("components").truthy() && !input.truthy()) {
                Model::None
            } else {
                Model::Any
            }
        }
    }
}
