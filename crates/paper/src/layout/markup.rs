//! The tags of a layout file: a small, strict HTML that keeps line numbers.

use super::expr::Flaw;

/// An element or a stretch of text.
#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text { text: String, line: usize },
}

/// One element with what it holds.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) tag: String,
    pub(super) attributes: Vec<Attribute>,
    pub(super) children: Vec<Node>,
    pub(super) line: usize,
}

/// One attribute, its value with entities resolved.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) line: usize,
}

/// How deep elements may stand in each other: far beyond any form, and short of the stack.
const DEEPEST: usize = 40;

/// Reads the one root element of `source`.
pub(super) fn root(source: &str) -> Result<Element, Flaw> {
    let mut reader = Reader {
        rest: source,
        line: 1,
    };
    let mut nodes = reader.nodes(None, 0)?;
    nodes.retain(|node| !matches!(node, Node::Text { text, .. } if text.trim().is_empty()));
    match (nodes.pop(), nodes.is_empty()) {
        (Some(Node::Element(element)), true) => Ok(element),
        (Some(Node::Element(element)), false) => Err(Flaw::new(
            element.line,
            "only one <paper> may stand at the top of a layout",
        )),
        (Some(Node::Text { line, .. }), _) => Err(Flaw::new(line, "text outside of <paper>")),
        (None, _) => Err(Flaw::new(1, "the layout is empty: begin with <paper>")),
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    fn nodes(&mut self, parent: Option<(&str, usize)>, depth: usize) -> Result<Vec<Node>, Flaw> {
        if depth > DEEPEST {
            return Err(Flaw::new(
                self.line,
                "elements stand too deep in each other",
            ));
        }
        let mut nodes = Vec::new();
        loop {
            if self.rest.is_empty() {
                return match parent {
                    None => Ok(nodes),
                    Some((tag, line)) => Err(Flaw::new(
                        line,
                        format!("<{tag}> is never closed: add </{tag}>"),
                    )),
                };
            }
            if self.skip("<!--") {
                let line = self.line;
                if self.take_until("-->").is_none() {
                    return Err(Flaw::new(line, "a comment is never closed: add -->"));
                }
            } else if self.skip("</") {
                let line = self.line;
                let name = self
                    .take_until(">")
                    .ok_or_else(|| Flaw::new(line, "a closing tag without >"))?
                    .trim();
                return match parent {
                    Some((tag, _)) if tag == name => Ok(nodes),
                    Some((tag, opened)) => Err(Flaw::new(
                        line,
                        format!("</{name}> stands where </{tag}> (opened in line {opened}) must"),
                    )),
                    None => Err(Flaw::new(line, format!("</{name}> closes nothing"))),
                };
            } else if self.rest.starts_with('<') {
                nodes.push(Node::Element(self.element(depth)?));
            } else {
                let line = self.line;
                let text = self.take_before('<');
                nodes.push(Node::Text {
                    text: resolve(text, line)?,
                    line,
                });
            }
        }
    }

    fn element(&mut self, depth: usize) -> Result<Element, Flaw> {
        let line = self.line;
        self.skip("<");
        let tag = self.name();
        if tag.is_empty() {
            return Err(Flaw::new(line, "a < that opens no tag: write &lt;"));
        }
        let mut attributes: Vec<Attribute> = Vec::new();
        loop {
            self.skip_space();
            if self.skip("/>") {
                return Ok(Element {
                    tag,
                    attributes,
                    children: Vec::new(),
                    line,
                });
            }
            if self.skip(">") {
                let children = if tag == "br" || tag == "else" {
                    Vec::new()
                } else {
                    self.nodes(Some((&tag, line)), depth + 1)?
                };
                return Ok(Element {
                    tag,
                    attributes,
                    children,
                    line,
                });
            }
            let attribute = self.attribute(&tag)?;
            if attributes.iter().any(|other| other.name == attribute.name) {
                return Err(Flaw::new(
                    attribute.line,
                    format!("<{tag}> has {} twice", attribute.name),
                ));
            }
            attributes.push(attribute);
        }
    }

    fn attribute(&mut self, tag: &str) -> Result<Attribute, Flaw> {
        let line = self.line;
        let name = self.name();
        if name.is_empty() {
            return Err(Flaw::new(line, format!("<{tag}> is not closed with >")));
        }
        self.skip_space();
        let needs = || {
            Flaw::new(
                line,
                format!("the attribute {name} of <{tag}> needs a value: {name}=\"…\""),
            )
        };
        if !self.skip("=") {
            return Err(needs());
        }
        self.skip_space();
        let quote = if self.skip("\"") {
            "\""
        } else if self.skip("'") {
            "'"
        } else {
            return Err(needs());
        };
        let value = self
            .take_until(quote)
            .ok_or_else(|| Flaw::new(line, format!("{name} of <{tag}> lacks its closing quote")))?;
        let value = resolve(value, line)?;
        Ok(Attribute { name, value, line })
    }

    fn name(&mut self) -> String {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .unwrap_or(self.rest.len());
        let name = self
            .rest
            .get(..end)
            .unwrap_or_default()
            .to_ascii_lowercase();
        self.rest = self.rest.get(end..).unwrap_or_default();
        name
    }

    fn skip(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip_space(&mut self) {
        let trimmed = self.rest.trim_start();
        let skipped = self.rest.len() - trimmed.len();
        self.line += count_lines(self.rest.get(..skipped).unwrap_or_default());
        self.rest = trimmed;
    }

    fn take_until(&mut self, token: &str) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_once(token)?;
        self.line += count_lines(taken);
        self.rest = rest;
        Some(taken)
    }

    fn take_before(&mut self, stop: char) -> &'a str {
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.line += count_lines(taken);
        self.rest = rest;
        taken
    }
}

fn count_lines(text: &str) -> usize {
    text.matches('\n').count()
}

/// Resolves the few entities that a layout needs.
fn resolve(text: &str, line: usize) -> Result<String, Flaw> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once(';').filter(|(name, _)| name.len() <= 8) else {
            return Err(Flaw::new(line, "an & that opens no entity: write &amp;"));
        };
        let c = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            _ => number(name).and_then(char::from_u32),
        };
        match c {
            Some(c) => out.push(c),
            None => {
                return Err(Flaw::new(
                    line,
                    format!("the entity &{name}; is unknown; write the character itself"),
                ));
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

fn number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('#')?;
    match digits.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}
