//! The plain expressions that most scripts are, evaluated without a script engine and to the same answer.
//!
//! What this reader doesn't know, and what depends on the identity or the methods of objects, is left to the sandbox.

use crate::js::{self, Js};

/// An expression over the answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    Literal(Literal),
    Name(Name),
    /// `object.name`; `?.` gives undefined where the object is missing.
    Member(Box<Expr>, String, bool),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Plus(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Choose(Box<Expr>, Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
}

/// What a script is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Data,
    Row,
    Value,
    Input,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Same,
    NotSame,
    Equal,
    NotEqual,
    Less,
    Greater,
    AtMost,
    AtLeast,
    Add,
    Subtract,
    Multiply,
    Divide,
    Rest,
}

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// JavaScript throws here too.
    Throws,
    /// Only the sandbox knows.
    Unknown,
}

/// The values of the names.
pub(crate) struct Scope<'a> {
    pub(crate) data: &'a Js,
    pub(crate) row: &'a Js,
    pub(crate) value: &'a Js,
    pub(crate) input: &'a Js,
}

/// Reads `show = EXPRESSION;` with the name of the result; nothing where it is more than that.
pub(crate) fn read(source: &str, result: &str) -> Option<Expr> {
    let source = source
        .trim()
        .trim_end_matches(|c: char| c == ';' || c.is_whitespace());
    let rest = source
        .strip_prefix(result)?
        .trim_start()
        .strip_prefix('=')?;
    if rest.starts_with(['=', '>']) {
        return None;
    }
    let tokens = tokens(rest)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        depth: 0,
    };
    let expr = parser.choice()?;
    (parser.at == tokens.len()).then_some(expr)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Number(f64),
    Text(String),
    Sign(&'static str),
}

const SIGNS: [&str; 26] = [
    "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "?.", "(", ")", "[", "]", "<", ">", "+", "-",
    "*", "/", "%", "!", "?", ":", ".", ",", ";",
];

fn tokens(source: &str) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let mut rest = source.trim_start();
    while let Some(c) = rest.chars().next() {
        if c == '\'' || c == '"' {
            let (text, after) = text(rest, c)?;
            out.push(Token::Text(text));
            rest = after;
        } else if c.is_ascii_digit() {
            let length = rest
                .bytes()
                .take_while(|b| b.is_ascii_digit() || *b == b'.')
                .count();
            let (digits, after) = rest.split_at(length);
            if after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
                || (digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0."))
            {
                return None;
            }
            out.push(Token::Number(digits.parse().ok()?));
            rest = after;
        } else if c.is_alphabetic() || c == '_' || c == '$' {
            let length = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at(length);
            out.push(Token::Word(word.to_owned()));
            rest = after;
        } else {
            if rest.starts_with("//")
                || rest.starts_with("/*")
                || rest.starts_with("**")
                || rest.starts_with("++")
                || rest.starts_with("--")
            {
                return None;
            }
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
            // `a ?.5 : b` is a choice, not a chain.
            let sign = if *sign == "?."
                && rest
                    .get(2..)
                    .is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_digit()))
            {
                "?"
            } else {
                sign
            };
            out.push(Token::Sign(sign));
            rest = rest.get(sign.len()..)?;
        }
        rest = rest.trim_start();
    }
    Some(out)
}

fn text(source: &str, quote: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = source.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' => return None,
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                c @ ('\\' | '\'' | '"' | '/') => out.push(c),
                _ => return None,
            },
            c if c == quote => return Some((out, source.get(at + 1..)?)),
            c => out.push(c),
        }
    }
    None
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(found);
        found
    }

    fn choice(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > 60 {
            return None;
        }
        let test = self.or()?;
        let expr = if self.sign("?") {
            let then = self.choice()?;
            self.sign(":").then_some(())?;
            Expr::Choose(Box::new(test), Box::new(then), Box::new(self.choice()?))
        } else {
            test
        };
        self.depth -= 1;
        Some(expr)
    }

    fn or(&mut self) -> Option<Expr> {
        let mut left = self.and()?;
        while self.sign("||") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        Some(left)
    }

    fn and(&mut self) -> Option<Expr> {
        let mut left = self.binary(0)?;
        while self.sign("&&") {
            left = Expr::And(Box::new(left), Box::new(self.binary(0)?));
        }
        Some(left)
    }

    /// Equality, comparison, sums, products: each level binds tighter.
    fn binary(&mut self, level: usize) -> Option<Expr> {
        const LEVELS: [&[(&str, Op)]; 4] = [
            &[
                ("===", Op::Same),
                ("!==", Op::NotSame),
                ("==", Op::Equal),
                ("!=", Op::NotEqual),
            ],
            &[
                ("<=", Op::AtMost),
                (">=", Op::AtLeast),
                ("<", Op::Less),
                (">", Op::Greater),
            ],
            &[("+", Op::Add), ("-", Op::Subtract)],
            &[("*", Op::Multiply), ("/", Op::Divide), ("%", Op::Rest)],
        ];
        let Some(signs) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        while let Some((_, op)) = signs.iter().find(|(sign, _)| self.sign(sign)) {
            left = Expr::Binary(*op, Box::new(left), Box::new(self.binary(level + 1)?));
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > 60 {
            return None;
        }
        let expr = if self.sign("!") {
            Expr::Not(Box::new(self.unary()?))
        } else if self.sign("-") {
            Expr::Minus(Box::new(self.unary()?))
        } else if self.sign("+") {
            Expr::Plus(Box::new(self.unary()?))
        } else {
            self.member()?
        };
        self.depth -= 1;
        Some(expr)
    }

    fn member(&mut self) -> Option<Expr> {
        let mut expr = self.primary()?;
        let mut optional = false;
        loop {
            if self.sign(".") {
                expr = Expr::Member(Box::new(expr), self.word()?, false);
            } else if self.sign("?.") {
                optional = true;
                expr = Expr::Member(Box::new(expr), self.word()?, true);
            } else if self.sign("[") {
                let name = match self.peek()?.clone() {
                    Token::Text(text) => text,
                    Token::Number(n) => js::number_text(n),
                    _ => return None,
                };
                self.at += 1;
                self.sign("]").then_some(())?;
                expr = Expr::Member(Box::new(expr), name, false);
            } else if matches!(self.peek(), Some(Token::Sign("("))) {
                return None;
            } else {
                break;
            }
        }
        // After `?.` the rest of the chain is skipped as well; only the plain case is read here.
        if optional && chain(&expr) > 1 {
            None
        } else {
            Some(expr)
        }
    }

    fn word(&mut self) -> Option<String> {
        let Token::Word(word) = self.peek()?.clone() else {
            return None;
        };
        self.at += 1;
        Some(word)
    }

    fn primary(&mut self) -> Option<Expr> {
        let token = self.peek()?.clone();
        self.at += 1;
        Some(match token {
            Token::Number(n) => Expr::Literal(Literal::Number(n)),
            Token::Text(text) => Expr::Literal(Literal::Text(text)),
            Token::Word(word) => match word.as_str() {
                "true" => Expr::Literal(Literal::Bool(true)),
                "false" => Expr::Literal(Literal::Bool(false)),
                "null" => Expr::Literal(Literal::Null),
                "undefined" => Expr::Literal(Literal::Undefined),
                "data" => Expr::Name(Name::Data),
                "row" => Expr::Name(Name::Row),
                "value" => Expr::Name(Name::Value),
                "input" => Expr::Name(Name::Input),
                _ => return None,
            },
            Token::Sign("(") => {
                let inner = self.choice()?;
                self.sign(")").then_some(())?;
                inner
            }
            Token::Sign(_) => return None,
        })
    }
}

/// How many steps follow the first optional one.
fn chain(expr: &Expr) -> usize {
    match expr {
        Expr::Member(inner, _, true) => 1 + chain(inner),
        Expr::Member(inner, _, false) => {
            let deeper = chain(inner);
            if deeper > 0 { deeper + 1 } else { 0 }
        }
        _ => 0,
    }
}

impl Expr {
    /// The value, as JavaScript computes it.
    pub(crate) fn eval(&self, scope: &Scope<'_>) -> Result<Js, Stop> {
        Ok(match self {
            Expr::Literal(literal) => match literal {
                Literal::Undefined => Js::Undefined,
                Literal::Null => Js::Null,
                Literal::Bool(b) => Js::Bool(*b),
                Literal::Number(n) => Js::Num(*n),
                Literal::Text(text) => Js::Str(text.clone()),
            },
            Expr::Name(_) | Expr::Member(..) => match self.place(scope)? {
                Place::Here(value) => value.clone(),
                Place::Made(value) => value,
            },
            Expr::Not(inner) => Js::Bool(!inner.truth(scope)?),
            Expr::Minus(inner) => Js::Num(-inner.eval(scope)?.to_number()),
            Expr::Plus(inner) => Js::Num(inner.eval(scope)?.to_number()),
            Expr::Binary(op, left, right) => binary(*op, &left.eval(scope)?, &right.eval(scope)?)?,
            Expr::And(left, right) => {
                let left = left.eval(scope)?;
                if left.truthy() {
                    right.eval(scope)?
                } else {
                    left
                }
            }
            Expr::Or(left, right) => {
                let left = left.eval(scope)?;
                if left.truthy() {
                    left
                } else {
                    right.eval(scope)?
                }
            }
            Expr::Choose(test, then, other) => {
                if test.truth(scope)? {
                    then.eval(scope)?
                } else {
                    other.eval(scope)?
                }
            }
        })
    }

    fn truth(&self, scope: &Scope<'_>) -> Result<bool, Stop> {
        match self {
            Expr::Name(_) | Expr::Member(..) => Ok(match self.place(scope)? {
                Place::Here(value) => value.truthy(),
                Place::Made(value) => value.truthy(),
            }),
            other => Ok(other.eval(scope)?.truthy()),
        }
    }

    fn place<'a>(&self, scope: &Scope<'a>) -> Result<Place<'a>, Stop> {
        match self {
            Expr::Name(Name::Data) => Ok(Place::Here(scope.data)),
            Expr::Name(Name::Row) => Ok(Place::Here(scope.row)),
            Expr::Name(Name::Value) => Ok(Place::Here(scope.value)),
            Expr::Name(Name::Input) => Ok(Place::Here(scope.input)),
            Expr::Member(object, name, optional) => {
                let object = match object.place(scope)? {
                    Place::Here(value) => value,
                    Place::Made(_) => return Err(Stop::Unknown),
                };
                match object {
                    Js::Undefined | Js::Null if *optional => Ok(Place::Made(Js::Undefined)),
                    Js::Undefined | Js::Null => Err(Stop::Throws),
                    Js::Obj(props) => match props.get(name) {
                        Some(value) => Ok(Place::Here(value)),
                        None if inherited(name) => Err(Stop::Unknown),
                        None => Ok(Place::Here(&js::UNDEFINED)),
                    },
                    Js::Arr(items) if name == "length" => {
                        Ok(Place::Made(Js::Num(items.len() as f64)))
                    }
                    Js::Arr(items) => match name.parse::<usize>() {
                        Ok(at) => Ok(Place::Here(items.get(at).unwrap_or(&js::UNDEFINED))),
                        Err(_) => Err(Stop::Unknown),
                    },
                    Js::Str(text) if name == "length" => {
                        Ok(Place::Made(Js::Num(js::utf16_len(text) as f64)))
                    }
                    _ => Err(Stop::Unknown),
                }
            }
            other => other.eval(scope).map(Place::Made),
        }
    }
}

/// A value that stands in the answers, or one that was computed.
enum Place<'a> {
    Here(&'a Js),
    Made(Js),
}

/// Every object has these, though no one wrote them.
fn inherited(name: &str) -> bool {
    matches!(
        name,
        "constructor"
            | "toString"
            | "valueOf"
            | "hasOwnProperty"
            | "isPrototypeOf"
            | "propertyIsEnumerable"
            | "toLocaleString"
    ) || name.starts_with("__")
}

fn binary(op: Op, a: &Js, b: &Js) -> Result<Js, Stop> {
    use std::cmp::Ordering;
    let order = |test: fn(Ordering) -> bool| Ok(Js::Bool(a.compare(b).is_some_and(test)));
    let number = |test: fn(f64, f64) -> f64| Ok(Js::Num(test(a.to_number(), b.to_number())));
    match op {
        // Whether two objects are one can't be told from their copies.
        Op::Same | Op::NotSame | Op::Equal | Op::NotEqual if a.is_object() && b.is_object() => {
            Err(Stop::Unknown)
        }
        Op::Same => Ok(Js::Bool(a.strict_eq(b))),
        Op::NotSame => Ok(Js::Bool(!a.strict_eq(b))),
        Op::Equal => Ok(Js::Bool(a.loose_eq(b))),
        Op::NotEqual => Ok(Js::Bool(!a.loose_eq(b))),
        Op::Less => order(Ordering::is_lt),
        Op::Greater => order(Ordering::is_gt),
        Op::AtMost => order(Ordering::is_le),
        Op::AtLeast => order(Ordering::is_ge),
        Op::Add => {
            let text = |value: &Js| value.as_str().is_some() || value.is_object();
            if text(a) || text(b) {
                Ok(Js::Str(format!("{}{}", a.to_text(), b.to_text())))
            } else {
                number(|a, b| a + b)
            }
        }
        Op::Subtract => number(|a, b| a - b),
        Op::Multiply => number(|a, b| a * b),
        Op::Divide => number(|a, b| a / b),
        Op::Rest => number(|a, b| a % b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Sandbox;
    use crate::script::{Call, Script};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn plain_expressions_are_read() {
        for source in [
            "show = data.a === 'x' && row.b == 3",
            "show = !data.a || (data.b.c !== \"y\");",
            "show = data['a-b'] >= 18 ? true : false;",
            "show = data.list.length > 0",
            "show=data.a?.b == 1",
        ] {
            assert!(read(source, "show").is_some(), "{source}");
        }
        for source in [
            "show = data.a.includes('x')",
            "if (data.a) { show = true; }",
            "show = foo",
            "show = data.a; show = !show",
            "show = `x`",
            "show == data.a",
            "show = data.a // x",
            "show = (data.a",
        ] {
            assert!(read(source, "show").is_none(), "{source}");
        }
    }

    fn expressions() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("data.a"),
            Just("data.b"),
            Just("data.c.d"),
            Just("row.e"),
            Just("value"),
            Just("input"),
            Just("data.list"),
            Just("data.list.length"),
            Just("data.list[0]"),
            Just("data.none"),
            Just("data.none.x"),
            Just("data.none?.x"),
            Just("data['a']"),
            Just("data.text.length"),
            Just("'x'"),
            Just("''"),
            Just("'12'"),
            Just("0"),
            Just("1.5"),
            Just("true"),
            Just("false"),
            Just("null"),
            Just("undefined"),
        ]
        .prop_map(str::to_owned);
        leaf.prop_recursive(4, 24, 3, |inner| {
            let ops = prop_oneof![
                Just("==="),
                Just("!=="),
                Just("=="),
                Just("!="),
                Just("<"),
                Just(">"),
                Just("<="),
                Just(">="),
                Just("+"),
                Just("-"),
                Just("*"),
                Just("/"),
                Just("%"),
                Just("&&"),
                Just("||"),
            ];
            prop_oneof![
                (inner.clone(), ops, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
                inner.clone().prop_map(|a| format!("({a})")),
                inner.clone().prop_map(|a| format!("!{a}")),
                (inner.clone(), inner.clone(), inner)
                    .prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            ]
        })
    }

    fn leaves() -> impl Strategy<Value = serde_json::Value> {
        prop_oneof![
            Just(json!(null)),
            Just(json!("x")),
            Just(json!("12")),
            Just(json!(12)),
            Just(json!(0)),
            Just(json!("")),
            Just(json!(true)),
            Just(json!([])),
            Just(json!(["x", 1])),
            Just(json!({"d": 1})),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn the_sandbox_agrees(source in expressions(), a in leaves(), b in leaves(), c in leaves(), e in leaves()) {
            let Some(expr) = read(&format!("show = {source}"), "show") else { return Ok(()) };
            let data = json!({"a": a, "b": b, "c": c, "list": [a, 2], "text": "việt", "rows": [{"e": e}]});
            let mut data = Js::from(&data);
            let (value, input) = (Js::from(&b), Js::from(&c));
            let row = crate::path::parse("rows[0]");
            let fast = {
                let scope = Scope { data: &data, row: crate::path::get(&data, &row), value: &value, input: &input };
                match expr.eval(&scope) {
                    Ok(value) => value,
                    Err(Stop::Throws) => Js::Null,
                    Err(Stop::Unknown) => return Ok(()),
                }
            };
            let mut script = Script::read(&Js::Str(format!("show = {source}")), "test").unwrap();
            script.fast = None;
            let call = Call {
                script: &script, result: "show", before: "", value: &value, input: &input, seed: None, component: &Js::Undefined, parents: &[],
                row: &row, local: &[], at: &[], index: None,
            };
            thread_local! {
                static SANDBOX: std::cell::RefCell<Sandbox> = std::cell::RefCell::new(Sandbox::new(jiff::tz::TimeZone::UTC, 0, None));
            }
            let slow = SANDBOX.with_borrow_mut(|sandbox| {
                sandbox.begin(&data, true);
                sandbox.call(&call, &Js::Undefined, &mut data)
            });
            prop_assert!(fast.same(&slow), "{source} over {:?}: {fast:?} or {slow:?}", data.to_json().to_string());
        }
    }
}
