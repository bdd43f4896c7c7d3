//! The QuickJS sandbox that a definition's scripts run in: one per run or open form, no host functions.

use crate::js::Js;
use crate::path::Seg;
use crate::script::Call;

/// A context for the scripts of one form.
#[derive(Debug, Default)]
pub(crate) struct Sandbox {}

impl Sandbox {
    pub(crate) fn begin(&mut self, _form: &Js, _answers: &Js) {}
    pub(crate) fn stale(&mut self) {}
    pub(crate) fn set(&mut self, _segs: &[Seg], _value: &Js) {}
    pub(crate) fn unset(&mut self, _segs: &[Seg]) {}
    pub(crate) fn call(&mut self, _call: &Call<'_>, _data: &mut Js) -> Js {
        Js::Null
    }
    pub(crate) fn items(&mut self, _source: &str) -> Option<Vec<Js>> {
        None
    }
}
