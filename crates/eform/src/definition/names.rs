//! By which names components can be asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::{Form, Id};

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
    pub(super) fn of(form: &Form, root: Option<Id>) -> Names {
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
