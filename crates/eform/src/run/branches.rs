//! The branches of a tree, in each of which its questions are asked anew, with what the branch answers as their row.
//!
//! form.io's server looks for the questions right below the tree, where no answer ever is, and so does [`crate::process`].

use std::collections::BTreeSet;

use super::judge::base_of;
use super::*;
use crate::condition::instances;

/// What there is to know of the branches of all trees that show.
#[derive(Debug, Default)]
pub(crate) struct Branches {
    /// Questions that show, and where their answers are; branch by branch from the top.
    pub(crate) asked: Vec<(Id, Vec<Seg>)>,
    /// What doesn't show, as a screen names it.
    pub(crate) hidden: BTreeSet<String>,
    /// Answers that aren't kept.
    pub(crate) left_out: Vec<Vec<Seg>>,
    /// Conditions that were not run to their end.
    pub(crate) stopped: Vec<Stopped>,
}

impl Branches {
    /// Looks at the conditions of what is asked in branches, over what a run came to.
    pub(crate) fn of(
        form: &Form,
        memory: &Memory,
        zone: TimeZone,
        now: i64,
        sandbox: &mut Sandbox,
    ) -> Branches {
        if form.dependents.trees.is_empty() {
            return Branches::default();
        }
        sandbox.begin(&memory.data, false);
        let mut look = Look {
            run: Run::new(form, memory.data.clone(), zone, now, sandbox),
            found: Branches::default(),
        };
        for id in &form.dependents.trees {
            let Some(tree) = form.component(*id) else {
                continue;
            };
            for (segs, _) in instances(form, &memory.data, *id) {
                let path = tree.path_at(&segs);
                if !memory.covers(&(*id, path.clone())) {
                    let name = path + &tree.twin;
                    let rows = segs.iter().filter_map(|seg| match seg {
                        Seg::Index(row) => Some(*row),
                        Seg::Key(_) => None,
                    });
                    let base = base_of(form, *id, &rows.collect::<Vec<_>>());
                    look.tree(*id, tree, &segs, &name, &base);
                }
            }
        }
        look.found
    }
}

struct Look<'a> {
    run: Run<'a>,
    found: Branches,
}

/// The branch that is looked at, as a screen names it.
struct Stand<'a> {
    name: &'a str,
    tree: &'a Component,
}

impl Stand<'_> {
    /// What a screen calls a component in a row of the branch; nothing where it has one name for all branches.
    fn name(&self, component: &Component, rows: &[usize]) -> Option<String> {
        let rest = component.node_path.strip_prefix(&self.tree.node_path)?;
        let rest = rest.starts_with('.').then(|| concrete(rest, rows))?;
        Some(format!("{}.data{rest}", self.name))
    }
}

impl<'a> Look<'a> {
    fn tree(&mut self, id: Id, tree: &'a Component, at: &[Seg], name: &str, base: &Base) {
        // How deep a tree is, the answers say: no recursion.
        let mut open = vec![(at.to_vec(), name.to_owned())];
        while let Some((branch, name)) = open.pop() {
            let segs = key(&branch, "data");
            let mut inner = Base {
                branches: base.branches.clone(),
                local: base.local.clone(),
                index: base.index,
                ..Base::default()
            };
            inner.branches.push((id, segs.clone()));
            inner.segs = segs;
            let stand = Stand { name: &name, tree };
            self.questions(&tree.children, &inner, &stand);
            let below = key(&branch, "children");
            if let Js::Arr(children) = path::get(&self.run.data, &below) {
                let rows = (0..children.len()).rev();
                open.extend(rows.map(|row| {
                    let segs = [below.as_slice(), &[Seg::Index(row)]].concat();
                    (segs, format!("{name}.children[{row}]"))
                }));
            }
        }
    }

    fn questions(&mut self, ids: &[Id], base: &Base, stand: &Stand<'_>) {
        let form = self.run.form;
        for id in ids {
            let Some(component) = form.component(*id) else {
                continue;
            };
            let segs = component.at(&base.segs);
            if component.keeps && component.traits.unkept {
                self.found.left_out.push(segs.clone());
            }
            if self.is_hidden(*id, component, &segs, base, stand) {
                self.clear(*id, component, &base.segs);
                self.hide(component, &base.rows, stand);
                continue;
            }
            if component.traits.hidden {
                self.hide(component, &base.rows, stand);
                continue;
            }
            self.found.asked.push((*id, segs.clone()));
            if component.is_tree() {
                if let Some(name) = stand.name(component, &base.rows) {
                    self.tree(*id, component, &segs, &name, base);
                }
                continue;
            }
            for inner in self.below(component, &segs, base) {
                self.questions(&component.children, &inner, stand);
            }
        }
    }

    /// Where the children of a component are: in each of its rows, or once.
    fn below(&self, component: &Component, segs: &[Seg], base: &Base) -> Vec<Base> {
        let inner = |segs: Vec<Seg>| Base {
            segs,
            ..base.clone()
        };
        if component.is_rows() {
            let rows = path::get(&self.run.data, segs).as_arr();
            return (0..rows.map_or(0, Vec::len))
                .map(|row| Base {
                    index: Some(row),
                    parent_rows: true,
                    rows: [base.rows.as_slice(), &[row]].concat(),
                    ..inner(component.row_at(segs, row))
                })
                .collect();
        }
        if component.model == Model::DataObject {
            let segs = key(segs, "data");
            return vec![Base {
                local: segs.clone(),
                ..inner(segs)
            }];
        }
        vec![inner(segs.to_vec())]
    }

    fn is_hidden(
        &mut self,
        id: Id,
        component: &'a Component,
        segs: &[Seg],
        base: &Base,
        stand: &Stand<'_>,
    ) -> bool {
        if component.condition.is_none() && component.custom_condition.is_none() {
            return false;
        }
        let place = Place {
            id,
            component: Now::Given(component),
            segs: segs.to_vec(),
            path: component.path_at(segs),
            base,
        };
        let hidden = self.run.custom_hidden(&place) || self.run.declared_hidden(&place);
        let name = stand.name(component, &base.rows);
        for mut stopped in std::mem::take(&mut self.run.stopped) {
            stopped.at = name.clone().unwrap_or(stopped.at);
            self.found.stopped.push(stopped);
        }
        hidden
    }

    /// Takes away what is answered in what a condition hides, so that the conditions after it don't see that.
    fn clear(&mut self, id: Id, component: &Component, base: &[Seg]) {
        let segs = component.at(base);
        if component.keeps && clears(component) {
            if path::has(&self.run.data, &segs) {
                path::unset(&mut self.run.data, &segs);
                self.found.left_out.push(segs);
            }
            return;
        }
        if component.is_tree() {
            return;
        }
        let base = Base {
            segs: base.to_vec(),
            ..Base::default()
        };
        let form = self.run.form;
        let children = form.component(id).map(|one| one.children.as_slice());
        for inner in self.below(component, &segs, &base) {
            for child in children.into_iter().flatten() {
                if let Some(component) = form.component(*child) {
                    self.clear(*child, component, &inner.segs);
                }
            }
        }
    }

    /// A layout may have one name for all branches, so what is in it is named too.
    fn hide(&mut self, component: &Component, rows: &[usize], stand: &Stand<'_>) {
        self.found.hidden.extend(stand.name(component, rows));
        if component.keeps {
            return;
        }
        let form = self.run.form;
        for child in &component.children {
            if let Some(child) = form.component(*child) {
                self.hide(child, rows, stand);
            }
        }
    }
}

/// Where the answer of a component is in the branch that a rule stands in, where that is a branch of the component's tree.
pub(crate) fn in_branch(moment: &Moment<'_>, id: Id) -> Option<Vec<Seg>> {
    if moment.branches.is_empty() {
        return None;
    }
    let mut below = Vec::new();
    for (at, component) in moment.form.lineage(id) {
        if at != id && component.is_tree() {
            let (_, branch) = moment.branches.iter().rfind(|(tree, _)| *tree == at)?;
            let mut segs = branch.clone();
            for (at, component) in below.into_iter().rev() {
                let component: &Component = component;
                segs = component.at(&segs);
                if at != id && component.is_rows() {
                    segs = component.row_at(&segs, moment.index.unwrap_or(0));
                } else if at != id && component.model == Model::DataObject {
                    segs = key(&segs, "data");
                }
            }
            return Some(segs);
        }
        below.push((at, component));
    }
    None
}

fn key(at: &[Seg], name: &str) -> Vec<Seg> {
    [at, &[Seg::Key(name.into())]].concat()
}
