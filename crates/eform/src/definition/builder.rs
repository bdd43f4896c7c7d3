//! Reading a definition's tree of components.

use super::Id;
use super::component::{Component, Model, StaticPaths, Traits};
use crate::error::FormError;
use crate::js::{Js, Props};
use crate::path::{self, Seg};

/// Most components, deepest nesting.
const MAX_COMPONENTS: usize = 20_000;
const MAX_DEPTH: usize = 40;

/// Puts components into the arena, parents before what is in them.
#[derive(Default)]
pub(super) struct Builder {
    arena: Vec<Component>,
}

impl Builder {
    /// The outermost components, and all of them.
    pub(super) fn read(list: &Js) -> Result<(Vec<Id>, Vec<Component>), FormError> {
        let mut builder = Builder::default();
        let roots = builder.list(list, None, &StaticPaths::default(), 0)?;
        Ok((roots, builder.arena))
    }

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
        choices: None,
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
