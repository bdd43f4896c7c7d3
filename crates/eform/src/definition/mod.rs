//! A form.io definition, read once: components in an arena, paths and rules worked out.

mod builder;
mod component;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::builder::Builder;
pub(crate) use self::component::{Calculation, Component, Model};
pub(crate) use self::names::Names;
use crate::depends::Dependents;
use crate::error::FormError;
use crate::js::Js;
use crate::path;

/// Largest definition in bytes.
const MAX_BYTES: usize = 20 * 1024 * 1024;
/// Most markup in bytes: to read it takes ten times as long as to read the rest.
const MAX_MARKUP: usize = 4 * 1024 * 1024;
/// Most values: each takes a hundred times the room that it takes in the file.
const MAX_VALUES: usize = 500_000;
/// Deepest nesting of lists and objects, as deep as the parser of JSON goes.
const MAX_NESTING: usize = 127;
/// Longest key, mask or pattern in bytes.
const MAX_WORD: usize = 10_000;

/// Where a component stands in the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(pub(crate) usize);

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
        let extent = Extent::of(bytes);
        if let Some(at) = extent.too_deep {
            return Err(FormError::TooDeep {
                limit: MAX_NESTING,
                path: format!("byte {at}"),
            });
        }
        if extent.values > MAX_VALUES {
            return Err(FormError::TooManyValues { limit: MAX_VALUES });
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
        let mut weight = Weight::default();
        weight.add("", &raw)?;
        if weight.markup > MAX_MARKUP {
            return Err(FormError::TooMuchMarkup { limit: MAX_MARKUP });
        }
        let (roots, arena) = Builder::read(raw.prop("components"))?;
        let title = ["title", "name"]
            .iter()
            .find_map(|name| raw.prop(name).as_str().filter(|text| !text.is_empty()))
            .unwrap_or_default()
            .to_owned();
        let mut form = Form {
            title,
            arena,
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

    /// The form's components as a paper goes through them, in the words of the definition.
    #[must_use]
    pub fn nodes(&self) -> Vec<crate::Node> {
        crate::shape::nodes(self, &crate::translate::Language::default())
    }

    /// The definition's own title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the engine won't run or can't vouch for, in document order.
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

    /// Is asked of each branch of a tree.
    pub(crate) fn is_in_tree(&self, id: Id) -> bool {
        self.lineage(id)
            .any(|(at, component)| at != id && component.is_tree())
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

/// What a definition asks of who reads it, beside its bytes.
#[derive(Default)]
struct Weight {
    /// Bytes of the texts that may be markup.
    markup: usize,
    values: usize,
}

impl Weight {
    fn add(&mut self, name: &str, value: &Js) -> Result<(), FormError> {
        /// Texts that are taken apart letter by letter.
        const TAKEN_APART: [&str; 6] = ["key", "inputMask", "mask", "pattern", "format", "when"];
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(FormError::TooManyValues { limit: MAX_VALUES });
        }
        match value {
            Js::Str(text) => {
                if text.len() > MAX_WORD && TAKEN_APART.contains(&name) {
                    return Err(FormError::TooLong {
                        name: name.to_owned(),
                        limit: MAX_WORD,
                    });
                }
                if text.contains(['<', '&']) {
                    self.markup += text.len();
                }
                Ok(())
            }
            Js::Arr(items) => items.iter().try_for_each(|item| self.add(name, item)),
            Js::Obj(props) => props
                .iter()
                .try_for_each(|(name, item)| self.add(name, item)),
            _ => Ok(()),
        }
    }
}

/// What can be told of JSON before it is read.
struct Extent {
    /// Values, at least: what stands between commas outside texts.
    values: usize,
    /// Where it nests deeper than it may.
    too_deep: Option<usize>,
}

impl Extent {
    fn of(bytes: &[u8]) -> Extent {
        let mut extent = Extent {
            values: 1,
            too_deep: None,
        };
        let mut depth = 0_usize;
        let (mut in_text, mut escaped) = (false, false);
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = in_text,
                b'"' => in_text = !in_text,
                _ if in_text => {}
                b',' => extent.values += 1,
                b'[' | b'{' => {
                    depth += 1;
                    if depth > MAX_NESTING {
                        extent.too_deep = Some(at);
                        break;
                    }
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        extent
    }
}
