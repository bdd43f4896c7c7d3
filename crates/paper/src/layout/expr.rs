//! Placeholders: minijinja expressions, checked when the layout is read.

use std::sync::{Arc, LazyLock};

use minijinja::{Environment, Expression, UndefinedBehavior};

/// Text that may hold placeholders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    pub(crate) pieces: Vec<TextPiece>,
    pub(crate) line: usize,
}

/// A stretch of literal text or one `{{ … }}`.
#[derive(Debug, Clone)]
pub(crate) enum TextPiece {
    Literal(String),
    Placeholder(Expr),
}

/// A compiled expression.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    pub(crate) source: String,
    pub(crate) line: usize,
    pub(crate) compiled: Arc<Expression<'static, 'static>>,
    /// The answer paths that it reads, sorted.
    paths: Vec<String>,
}

/// What a reader of layouts found wrong.
#[derive(Debug)]
pub(crate) struct Flaw {
    pub(super) line: usize,
    pub(crate) message: String,
}

impl Flaw {
    pub(super) fn new(line: usize, message: impl Into<String>) -> Flaw {
        Flaw {
            line,
            message: message.into(),
        }
    }
}

/// Where placeholders are compiled and evaluated: missing answers are blank. It never changes.
static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment
});

impl Text {
    pub(super) fn literal(text: &str, line: usize) -> Text {
        Text {
            pieces: vec![TextPiece::Literal(text.to_owned())],
            line,
        }
    }

    /// Splits text at its placeholders; `line` is where the text begins.
    pub(super) fn parse(source: &str, line: usize) -> Result<Text, Flaw> {
        if let Some(at) = source.find("{%") {
            let line = line + newlines(source.get(..at).unwrap_or_default());
            return Err(Flaw::new(
                line,
                "{% … %} is not part of the layout language; use <if test=\"…\"> or repeat=\"…\"",
            ));
        }
        let mut pieces = Vec::new();
        let mut rest = source;
        let mut at_line = line;
        while let Some((before, after)) = rest.split_once("{{") {
            if !before.is_empty() {
                pieces.push(TextPiece::Literal(before.to_owned()));
            }
            at_line += newlines(before);
            let Some((inside, tail)) = after.split_once("}}") else {
                return Err(Flaw::new(at_line, "{{ without }}: close the placeholder"));
            };
            pieces.push(TextPiece::Placeholder(Expr::parse(inside, at_line)?));
            at_line += newlines(inside);
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(TextPiece::Literal(rest.to_owned()));
        }
        Ok(Text { pieces, line })
    }

    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.pieces.iter().filter_map(|piece| match piece {
            TextPiece::Placeholder(expr) => Some(expr),
            TextPiece::Literal(_) => None,
        })
    }
}

impl Expr {
    pub(crate) fn parse(source: &str, line: usize) -> Result<Expr, Flaw> {
        let source = source.trim();
        match ENVIRONMENT.compile_expression_owned(source.to_owned()) {
            Ok(compiled) if !source.is_empty() => Ok(Expr {
                source: source.to_owned(),
                line,
                paths: paths_of(&compiled),
                compiled: Arc::new(compiled),
            }),
            Ok(_) => Err(Flaw::new(line, "an empty placeholder: name an answer")),
            Err(error) => Err(Flaw::new(
                line,
                format!("the placeholder \"{source}\" can't be read: {error}"),
            )),
        }
    }

    /// The answer paths that the expression reads, sorted.
    pub(crate) fn paths(&self) -> &[String] {
        &self.paths
    }
}

fn paths_of(compiled: &Expression<'_, '_>) -> Vec<String> {
    let globals: Vec<&str> = ENVIRONMENT.globals().map(|(name, _)| name).collect();
    let mut paths: Vec<String> = compiled
        .undeclared_variables(true)
        .into_iter()
        .filter(|path| !globals.contains(&path.as_str()))
        .collect();
    paths.sort();
    paths
}

fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}
