//! What a component stands in, for scripts that ask: `instance.parent` and those around that.

use super::*;
use crate::script::Parent;

/// The components that one stands in at its place, from the outside.
pub(super) fn parents(form: &Form, place: &Place<'_, '_>) -> Vec<Parent> {
    let base = place.base;
    let mut above: Vec<_> = form.lineage(place.id).skip(1).collect();
    above.reverse();
    let mut row = Vec::new();
    let mut index = None;
    let mut found = Vec::new();
    for (id, component) in above {
        let branch = base.branches.iter().find(|(tree, _)| *tree == id);
        let branch = branch.and_then(|(_, data)| Some((data.split_last()?.1.to_vec(), data)));
        let (at, inside) = match branch {
            Some((at, data)) => (at, data.clone()),
            None => {
                let at = component.at(&row);
                let inside = inside(component, &at, &base.segs);
                (at, inside)
            }
        };
        let stands = std::mem::replace(&mut row, inside);
        let path = component.path_at(&at);
        found.push(Parent {
            key: component.key.clone(),
            path,
            at: component.keeps.then_some(at),
            row: stands,
            index,
        });
        if component.is_rows() {
            index = row.iter().rev().find_map(|seg| match seg {
                Seg::Index(row) => Some(*row),
                Seg::Key(_) => None,
            });
        }
    }
    found
}

/// Where the children of a component have their answers, on the way to where the one that asks has its own.
fn inside(component: &Component, at: &[Seg], to: &[Seg]) -> Vec<Seg> {
    if component.is_rows() {
        let row = match to.get(at.len()) {
            Some(Seg::Index(row)) => *row,
            _ => 0,
        };
        return component.row_at(at, row);
    }
    let mut inside = at.to_vec();
    if component.model == Model::DataObject {
        inside.push(Seg::Key("data".into()));
    }
    inside
}
