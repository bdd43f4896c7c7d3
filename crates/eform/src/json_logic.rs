//! JSON Logic with the coercions of json-logic-js, form.io's date operators and lodash's with a `_` before them.

use std::cell::{Cell, RefCell};

use crate::js::Js;
use crate::path;
use crate::run::Moment;
use crate::sandbox::{LATE, Sandbox};

/// Deepest nesting of operators.
const MAX_DEPTH: usize = 100;
/// Deepest nesting of what a rule makes; answers are not nested as deep.
const MAX_MADE: usize = 300;
/// What a rule may cost: steps of some nanoseconds, a few for each operator and one for each value that is looked through.
const MOST: u64 = 2_500_000;
/// What an operator costs by itself.
const OPERATOR: u64 = 10;
/// So many bytes of text cost one.
const BYTES: usize = 8;

/// Why a rule has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// json-logic-js throws.
    Threw,
    /// It was stopped, for this reason.
    Stopped(&'static str),
}

/// Evaluates, within what a rule may cost and what is left for all scripts of this look.
///
/// lodash in the sandbox answers the operators that begin with `_`.
pub(crate) fn apply(
    logic: &Js,
    data: &Js,
    moment: &Moment<'_>,
    sandbox: &mut Sandbox,
) -> Result<Js, End> {
    sandbox.affords().map_err(End::Stopped)?;
    let logic_of = Logic {
        moment,
        sandbox: RefCell::new(sandbox),
        left: Cell::new(MOST),
        stopped: Cell::new(None),
    };
    let answer = logic_of.apply(logic, data, 0);
    let (left, stopped) = (logic_of.left.get(), logic_of.stopped.get());
    sandbox.charge(MOST - left);
    answer.ok_or(stopped.map_or(End::Threw, End::Stopped))
}

struct Logic<'a> {
    moment: &'a Moment<'a>,
    sandbox: RefCell<&'a mut Sandbox>,
    /// Of [`MOST`].
    left: Cell<u64>,
    stopped: Cell<Option<&'static str>>,
}

/// Truth in JSON Logic: an empty array is false.
fn truthy(value: &Js) -> bool {
    value.truthy() && value.as_arr().is_none_or(|items| !items.is_empty())
}

impl Logic<'_> {
    /// Takes from what is left; `None` where that isn't enough.
    fn pay(&self, cost: u64) -> Option<()> {
        if let Some(left) = self.left.get().checked_sub(cost) {
            self.left.set(left);
            return Some(());
        }
        self.left.set(0);
        self.stopped.set(Some(LATE));
        None
    }

    /// Pays for each value within a value. What a rule made may hold the same list many times over, and be far larger than what it takes to make.
    fn weigh(&self, value: &Js, depth: usize) -> Option<()> {
        if depth > MAX_MADE {
            return self.pay(u64::MAX);
        }
        match value {
            Js::Str(text) => self.pay(1 + (text.len() / BYTES) as u64),
            Js::Arr(items) => {
                self.pay(1)?;
                items
                    .iter()
                    .try_for_each(|item| self.weigh(item, depth + 1))
            }
            Js::Obj(props) => {
                self.pay(1)?;
                props
                    .values()
                    .try_for_each(|item| self.weigh(item, depth + 1))
            }
            _ => self.pay(1),
        }
    }

    /// Pays for a text that is copied.
    fn copied(&self, value: Js) -> Option<Js> {
        if let Js::Str(text) = &value {
            self.pay((text.len() / BYTES) as u64)?;
        }
        Some(value)
    }

    fn apply(&self, logic: &Js, data: &Js, depth: usize) -> Option<Js> {
        if depth > MAX_DEPTH {
            return self.pay(u64::MAX).and(None);
        }
        self.pay(OPERATOR)?;
        if let Js::Arr(items) = logic {
            let made = items
                .iter()
                .map(|item| self.apply(item, data, depth + 1))
                .collect::<Option<_>>()
                .map(Js::Arr)?;
            self.weigh(&made, 0)?;
            return Some(made);
        }
        let Js::Obj(props) = logic else {
            return self.copied(logic.clone());
        };
        let (Some((op, values)), 1) = (props.first(), props.len()) else {
            return Some(logic.clone());
        };
        let values: &[Js] = match values {
            Js::Arr(items) => items,
            one => std::slice::from_ref(one),
        };
        let at = |index: usize| values.get(index).unwrap_or(&crate::js::UNDEFINED);
        let run = |logic: &Js, data: &Js| self.apply(logic, data, depth + 1);
        match op.as_str() {
            "if" | "?:" => {
                let mut pairs = values.chunks_exact(2);
                for pair in pairs.by_ref() {
                    if let [test, then] = pair
                        && truthy(&run(test, data)?)
                    {
                        return run(then, data);
                    }
                }
                return pairs
                    .remainder()
                    .first()
                    .map_or(Some(Js::Null), |last| run(last, data));
            }
            "and" | "or" => {
                let mut current = Js::Undefined;
                for value in values {
                    current = run(value, data)?;
                    if truthy(&current) == (op == "or") {
                        break;
                    }
                }
                return Some(current);
            }
            "filter" | "map" | "all" | "none" | "some" => {
                let list = run(at(0), data)?;
                let items = list.as_arr();
                let test = |item: &Js| Some(truthy(&run(at(1), item)?));
                let made = match (op.as_str(), items) {
                    ("filter" | "map", None) => Js::Arr(crate::js::List::default()),
                    ("map", Some(items)) => Js::Arr(
                        items
                            .iter()
                            .map(|item| match item {
                                // A row that isn't there is passed over, as an array does.
                                Js::Undefined => Some(Js::Undefined),
                                item => run(at(1), item),
                            })
                            .collect::<Option<_>>()?,
                    ),
                    ("filter", Some(items)) => {
                        let mut kept = Vec::new();
                        for item in items.iter().filter(|item| !item.is_undefined()) {
                            if test(item)? {
                                kept.push(item.clone());
                            }
                        }
                        Js::Arr(kept.into())
                    }
                    (op, items) => {
                        let items = items.map(Vec::as_slice).unwrap_or_default();
                        // An empty list: nothing holds for all of it or for some of it.
                        let mut answer = op == "none" || (op == "all" && !items.is_empty());
                        for item in items {
                            if test(item)? != (op == "all") {
                                answer = op == "some";
                                break;
                            }
                        }
                        Js::Bool(answer)
                    }
                };
                self.weigh(&made, 0)?;
                return Some(made);
            }
            "reduce" => {
                let list = run(at(0), data)?;
                let mut total = if at(2).is_undefined() {
                    Js::Null
                } else {
                    run(at(2), data)?
                };
                for item in list
                    .as_arr()
                    .into_iter()
                    .flatten()
                    .filter(|item| !item.is_undefined())
                {
                    let scope = Js::Obj(crate::js::Props::from([
                        ("current".to_owned(), item.clone()),
                        ("accumulator".to_owned(), total),
                    ]));
                    total = run(at(1), &scope)?;
                    self.weigh(&total, 0)?;
                }
                return Some(total);
            }
            _ => {}
        }
        let args = values
            .iter()
            .map(|value| run(value, data))
            .collect::<Option<Vec<_>>>()?;
        if looks_through(op) {
            args.iter().try_for_each(|arg| self.weigh(arg, 0))?;
        }
        self.operate(op, &args, data)
    }

    fn operate(&self, op: &str, args: &[Js], data: &Js) -> Option<Js> {
        let at = |index: usize| args.get(index).unwrap_or(&crate::js::UNDEFINED);
        let (a, b, c) = (at(0), at(1), at(2));
        let less = |a: &Js, b: &Js| a.compare(b).is_some_and(std::cmp::Ordering::is_lt);
        let at_most = |a: &Js, b: &Js| a.compare(b).is_some_and(std::cmp::Ordering::is_le);
        let number = |test: fn(f64, f64) -> f64| Some(Js::Num(test(a.to_number(), b.to_number())));
        match op {
            "==" => Some(Js::Bool(a.loose_eq(b))),
            "===" => Some(Js::Bool(a.strict_eq(b))),
            "!=" => Some(Js::Bool(!a.loose_eq(b))),
            "!==" => Some(Js::Bool(!a.strict_eq(b))),
            ">" => Some(Js::Bool(less(b, a))),
            ">=" => Some(Js::Bool(at_most(b, a))),
            "<" => Some(Js::Bool(less(a, b) && (c.is_undefined() || less(b, c)))),
            "<=" => Some(Js::Bool(
                at_most(a, b) && (c.is_undefined() || at_most(b, c)),
            )),
            "!!" => Some(Js::Bool(truthy(a))),
            "!" => Some(Js::Bool(!truthy(a))),
            "%" => number(|a, b| a % b),
            "log" => Some(a.clone()),
            "in" => Some(Js::Bool(match b {
                Js::Str(text) => !text.is_empty() && text.contains(&a.to_text()),
                Js::Arr(items) => items.iter().any(|item| item.strict_eq(a)),
                _ => false,
            })),
            "cat" => Some(Js::Str(
                args.iter()
                    .map(|arg| {
                        if arg.is_nil() {
                            String::new()
                        } else {
                            arg.to_text()
                        }
                    })
                    .collect(),
            )),
            "substr" => Some(Js::Str(substr(&a.to_text(), b, c))),
            "+" => Some(Js::Num(
                args.iter().fold(0.0, |sum, arg| sum + arg.parse_float()),
            )),
            "*" => match args {
                [] => None,
                [only] => Some(only.clone()),
                _ => Some(Js::Num(args.iter().map(Js::parse_float).product())),
            },
            "-" => Some(Js::Num(if b.is_undefined() {
                -a.to_number()
            } else {
                a.to_number() - b.to_number()
            })),
            "/" => number(|a, b| a / b),
            "min" => Some(Js::Num(extreme(args, f64::INFINITY, f64::min))),
            "max" => Some(Js::Num(extreme(args, f64::NEG_INFINITY, f64::max))),
            "merge" => Some(Js::Arr(
                args.iter()
                    .flat_map(|arg| match arg {
                        Js::Arr(items) => items.to_vec(),
                        one => vec![one.clone()],
                    })
                    .collect(),
            )),
            "var" => self.copied(var(a, b, data)),
            "missing" => Some(Js::Arr(self.missing(args, data)?.into())),
            "missing_some" => {
                let options = b.as_arr()?;
                let gone = self.missing(options, data)?;
                // A list among the options counts once there, and each of its names when missing.
                let there = options.len() as f64 - gone.len() as f64;
                let enough = there >= a.to_number();
                Some(Js::Arr(if enough { Vec::new() } else { gone }.into()))
            }
            "getDate" => iso(self.moment.instant(a)?),
            "relativeMinDate" => iso(self.moment.now + days(&Js::Num(-a.to_number()))?),
            "relativeMaxDate" => iso(self.moment.now + days(a)?),
            _ => {
                let name = op.strip_prefix('_')?;
                let answer = self.sandbox.try_borrow_mut().ok()?.lodash(name, args);
                match answer {
                    Ok(answer) => {
                        let answer = answer?;
                        self.weigh(&answer, 0)?;
                        Some(answer)
                    }
                    Err(why) => {
                        self.stopped.set(Some(why));
                        None
                    }
                }
            }
        }
    }

    fn missing(&self, keys: &[Js], data: &Js) -> Option<Vec<Js>> {
        let keys = match keys.first() {
            Some(Js::Arr(inner)) => inner,
            _ => keys,
        };
        let mut gone = Vec::new();
        for key in keys {
            self.pay(OPERATOR)?;
            let value = self.copied(var(key, &Js::Undefined, data))?;
            if matches!(value, Js::Null) || value.as_str() == Some("") {
                gone.push(key.clone());
            }
        }
        Some(gone)
    }
}

/// Operators that look at everything within their arguments, to make a text of it or to go on with it.
fn looks_through(op: &str) -> bool {
    !matches!(
        op,
        "!" | "!!" | "log" | "var" | "missing" | "missing_some" | "===" | "!=="
    )
}

fn substr(text: &str, start: &Js, end: &Js) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = units.len() as f64;
    let start = start.to_number();
    let start = if start.is_nan() { 0.0 } else { start.trunc() };
    let from = if start < 0.0 {
        (length + start).max(0.0)
    } else {
        start.min(length)
    };
    let count = end.to_number();
    let to = if end.is_undefined() {
        length
    } else if count < 0.0 {
        // A negative length leaves that many off the end.
        length + count
    } else {
        from + if count.is_nan() { 0.0 } else { count.trunc() }
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let (from, to) = (from as usize, to.clamp(from, length) as usize);
    String::from_utf16_lossy(units.get(from..to).unwrap_or_default())
}

fn extreme(args: &[Js], start: f64, pick: fn(f64, f64) -> f64) -> f64 {
    args.iter().map(Js::to_number).fold(start, |best, n| {
        if n.is_nan() || best.is_nan() {
            f64::NAN
        } else {
            pick(best, n)
        }
    })
}

fn var(name: &Js, default: &Js, data: &Js) -> Js {
    if name.is_nil() || name.as_str() == Some("") {
        return data.clone();
    }
    let missing = if default.is_undefined() {
        Js::Null
    } else {
        default.clone()
    };
    let text = name.to_text();
    let segs: Vec<path::Seg> = text.split('.').flat_map(path::parse).collect();
    match path::get_loose(data, &segs) {
        Js::Undefined => missing,
        found => found,
    }
}

fn days(value: &Js) -> Option<i64> {
    let days = value.to_number();
    #[allow(clippy::cast_possible_truncation)]
    // As JavaScript rounds: a half goes up.
    (days.abs() < 1e7).then(|| (days + 0.5).floor() as i64 * 86_400_000)
}

/// An instant as JavaScript's `toISOString` writes it.
fn iso(millis: i64) -> Option<Js> {
    let text = jiff::Timestamp::from_millisecond(millis)
        .ok()?
        .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
        .to_string();
    Some(Js::Str(text))
}
