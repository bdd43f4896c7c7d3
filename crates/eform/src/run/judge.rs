//! What each condition of a component says for itself, for whoever asks why something doesn't show.

use super::*;

/// Asks conditions again over the data that a run came to.
pub(crate) struct Judge<'a>(Run<'a>);

impl<'a> Judge<'a> {
    pub(crate) fn new(
        form: &'a Form,
        data: &Js,
        zone: TimeZone,
        now: i64,
        sandbox: &'a mut Sandbox,
    ) -> Judge<'a> {
        sandbox.begin(data, true);
        Judge(Run::new(form, data.clone(), zone, now, sandbox))
    }

    /// Whether a condition hides a component in these rows; nothing where it wasn't run to its end.
    pub(crate) fn hides(&mut self, id: Id, rows: &[usize], what: &str) -> Option<bool> {
        let component = self.0.form.component(id)?;
        let base = base_of(self.0.form, id, rows);
        let segs = component.at(&base.segs);
        let place = Place {
            id,
            component: Now::Given(component),
            path: component.path_at(&segs),
            segs,
            base: &base,
        };
        let hides = match what {
            "customConditional" => self.0.custom_hidden(&place),
            _ => self.0.declared_hidden(&place),
        };
        let stopped = std::mem::take(&mut self.0.stopped);
        stopped.is_empty().then_some(hides)
    }
}

/// Where a component stands in these rows, counted from the outside.
pub(super) fn base_of(form: &Form, id: Id, rows: &[usize]) -> Base {
    let mut base = Base::default();
    let mut rows = rows.iter();
    let mut above: Vec<_> = form.lineage(id).skip(1).collect();
    above.reverse();
    for (_, component) in above {
        base.segs = component.at(&base.segs);
        base.parent_rows = component.is_rows();
        if component.is_rows() {
            let row = rows.next().copied().unwrap_or_default();
            base.segs = component.row_at(&base.segs, row);
            base.index = Some(row);
            base.rows.push(row);
        } else if component.model == Model::DataObject {
            base.segs.push(Seg::Key("data".into()));
            base.local = base.segs.clone();
        }
    }
    base
}
