//! A part as a tree that remembers how it was written: what is not touched is written as it was read.

use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};

use super::TemplateError;

/// What may stand before the text, to say that it is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Deepest nesting; Word itself stops far before.
const MOST_DEEP: usize = 200;
/// Most elements of a part.
const MOST_ELEMENTS: u64 = 600_000;
/// Most attributes of an element; each is compared with those before it.
const MOST_ATTRIBUTES: usize = 500;
/// Most prefixes that are declared around a place; each name is looked up among them.
const MOST_PREFIXES: usize = 400;
/// What an element takes in memory besides what is written in it, in bytes.
const AROUND: u64 = 160;

/// The namespaces that filling knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ns {
    /// WordprocessingML, transitional or strict.
    W,
    W14,
    W15,
    /// Markup compatibility.
    Mc,
    /// Where a drawing stands.
    Wp,
    /// `xml:`.
    Xml,
    Other,
}

/// What prefixes mean at a place: those of its own element, then those around it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Scope {
    own: Vec<(String, Ns)>,
    above: Option<Rc<Scope>>,
    /// How many there are, with those above.
    count: usize,
}

impl Scope {
    /// Every prefix and what it means, the innermost first.
    fn prefixes(&self) -> impl Iterator<Item = (&str, Ns)> {
        std::iter::successors(Some(self), |scope| scope.above.as_deref())
            .flat_map(|scope| scope.own.iter().rev())
            .map(|(prefix, ns)| (prefix.as_str(), *ns))
    }

    fn of(&self, prefix: &str) -> Ns {
        if prefix == "xml" {
            return Ns::Xml;
        }
        self.prefixes()
            .find(|(known, _)| *known == prefix)
            .map_or(Ns::Other, |(_, ns)| ns)
    }
}

/// A piece of a part.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Element(Element),
    /// Text with its entities, as written.
    Text(String),
    /// `<![CDATA[…]]>` as written.
    CData(String),
    /// Comments, instructions, the declaration: as written.
    Other(String),
}

/// An element.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) ns: Ns,
    local: String,
    /// The start tag as written.
    start: String,
    /// The end tag as written; empty for `<a/>`.
    end: String,
    pub(super) children: Vec<Node>,
    scope: Rc<Scope>,
}

/// A part: what stands before the root, the root, what stands after.
#[derive(Debug, Clone)]
pub(super) struct Part {
    mark: bool,
    before: Vec<Node>,
    pub(super) root: Element,
    after: Vec<Node>,
}

impl Part {
    /// Reads a part; `name` is for messages.
    pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Part, TemplateError> {
        let encoding = || TemplateError::Encoding {
            part: name.to_owned(),
        };
        let broken = |reason: String| TemplateError::Broken {
            part: name.to_owned(),
            reason,
        };
        if bytes.starts_with(&[0xff, 0xfe])
            || bytes.starts_with(&[0xfe, 0xff])
            || bytes.iter().take(4).any(|byte| *byte == 0)
        {
            return Err(encoding());
        }
        let rest = bytes.strip_prefix(MARK);
        if rest.is_some_and(|rest| rest.starts_with(MARK)) {
            // The reader would pass over the second without counting it.
            return Err(broken("it is marked as UTF-8 twice".to_owned()));
        }
        let text = std::str::from_utf8(rest.unwrap_or(bytes)).map_err(|_| encoding())?;
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Element> = Vec::new();
        let (mut before, mut after, mut root) = (Vec::new(), Vec::new(), None::<Element>);
        let mut elements = 0_u64;
        loop {
            let from = position(&reader);
            let event = reader
                .read_event()
                .map_err(|error| broken(error.to_string()))?;
            let raw = text.get(from..position(&reader)).unwrap_or_default();
            let done = match event {
                Event::Eof => break,
                Event::DocType(_) => {
                    return Err(TemplateError::Entities {
                        part: name.to_owned(),
                    });
                }
                Event::Decl(declaration) => {
                    let named = declaration.encoding();
                    if let Some(Ok(named)) = named
                        && !named.eq_ignore_ascii_case(b"utf-8")
                    {
                        return Err(encoding());
                    }
                    Node::Other(raw.to_owned())
                }
                Event::Start(start) => {
                    elements += 1;
                    if open.len() >= MOST_DEEP {
                        return Err(too_deep(name));
                    }
                    let scope = open.last().map(|parent| &parent.scope);
                    open.push(Element::read(&start, raw, scope).map_err(broken)?);
                    continue;
                }
                Event::Empty(start) => {
                    elements += 1;
                    let scope = open.last().map(|parent| &parent.scope);
                    Node::Element(Element::read(&start, raw, scope).map_err(broken)?)
                }
                Event::End(_) => match open.pop() {
                    Some(mut element) => {
                        element.end = raw.to_owned();
                        Node::Element(element)
                    }
                    None => return Err(broken("an end without a beginning".to_owned())),
                },
                Event::GeneralRef(_) | Event::Text(_) => {
                    // An entity of its own would have come from a document type.
                    unescape(raw).map_err(|error| broken(error.to_string()))?;
                    Node::Text(raw.to_owned())
                }
                Event::CData(_) => Node::CData(raw.to_owned()),
                Event::Comment(_) | Event::PI(_) => Node::Other(raw.to_owned()),
            };
            if elements > MOST_ELEMENTS {
                return Err(TemplateError::TooLarge {
                    what: format!("the number of elements of {name}"),
                    most: MOST_ELEMENTS,
                });
            }
            match (open.last_mut(), done) {
                (Some(parent), Node::Text(text)) => match parent.children.last_mut() {
                    Some(Node::Text(last)) => last.push_str(&text),
                    _ => parent.children.push(Node::Text(text)),
                },
                (Some(parent), node) => parent.children.push(node),
                (None, Node::Element(element)) if root.is_none() => root = Some(element),
                (None, Node::Element(_)) => return Err(broken("more than one root".to_owned())),
                (None, Node::Text(text) | Node::CData(text)) if !text.trim().is_empty() => {
                    return Err(broken("text outside of the root".to_owned()));
                }
                (None, node) if root.is_none() => before.push(node),
                (None, node) => after.push(node),
            }
        }
        match (root, open.is_empty()) {
            (Some(root), true) => Ok(Part {
                mark: rest.is_some(),
                before,
                root,
                after,
            }),
            _ => Err(broken("it is cut short".to_owned())),
        }
    }

    /// That what was filled can be read again: what is put in stands deeper than the control or the text that it fills.
    pub(super) fn check_depth(&self, name: &str) -> Result<(), TemplateError> {
        if self.root.depth() > MOST_DEEP {
            return Err(too_deep(name));
        }
        Ok(())
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = String::new();
        if self.mark {
            out.push('\u{feff}');
        }
        self.before.iter().for_each(|node| node.write(&mut out));
        self.root.write(&mut out);
        self.after.iter().for_each(|node| node.write(&mut out));
        out.into_bytes()
    }
}

fn too_deep(part: &str) -> TemplateError {
    TemplateError::Broken {
        part: part.to_owned(),
        reason: format!("elements within elements, over {MOST_DEEP} deep"),
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

impl Node {
    pub(super) const fn element(&self) -> Option<&Element> {
        match self {
            Node::Element(element) => Some(element),
            _ => None,
        }
    }

    pub(super) const fn element_mut(&mut self) -> Option<&mut Element> {
        match self {
            Node::Element(element) => Some(element),
            _ => None,
        }
    }

    pub(super) fn is(&self, ns: Ns, local: &str) -> bool {
        self.element().is_some_and(|element| element.is(ns, local))
    }

    fn write(&self, out: &mut String) {
        match self {
            Node::Element(element) => element.write(out),
            Node::Text(raw) | Node::CData(raw) | Node::Other(raw) => out.push_str(raw),
        }
    }
}

impl Element {
    fn read(
        start: &BytesStart<'_>,
        raw: &str,
        above: Option<&Rc<Scope>>,
    ) -> Result<Element, String> {
        let mut own = Vec::new();
        for (number, attribute) in start.attributes().enumerate() {
            if number >= MOST_ATTRIBUTES {
                return Err(format!("an element with over {MOST_ATTRIBUTES} attributes"));
            }
            let attribute = attribute.map_err(|error| error.to_string())?;
            let key = std::str::from_utf8(attribute.key.into_inner())
                .map_err(|error| error.to_string())?;
            let value = std::str::from_utf8(&attribute.value).map_err(|error| error.to_string())?;
            let value = unescape(value).map_err(|error| error.to_string())?;
            let prefix = match key.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) if rest.starts_with(':') => rest.trim_start_matches(':'),
                _ => continue,
            };
            own.push((prefix.to_owned(), namespace(&value)));
        }
        let scope = if own.is_empty() {
            above.cloned().unwrap_or_default()
        } else {
            let count = own.len() + above.map_or(0, |above| above.count);
            if count > MOST_PREFIXES {
                return Err(format!("over {MOST_PREFIXES} prefixes declared at once"));
            }
            Rc::new(Scope {
                own,
                above: above.cloned(),
                count,
            })
        };
        let name = std::str::from_utf8(start.name().into_inner())
            .map_err(|error| error.to_string())?
            .to_owned();
        let (prefix, local) = name.split_once(':').unwrap_or(("", &name));
        if !prefix.is_empty() && scope.prefixes().all(|(known, _)| known != prefix) {
            return Err(format!("the prefix {prefix} is not declared"));
        }
        Ok(Element {
            ns: scope.of(prefix),
            local: local.to_owned(),
            start: raw.to_owned(),
            end: String::new(),
            children: Vec::new(),
            scope,
        })
    }

    /// A new element of Word's own namespace, under the prefix that `self` uses for it.
    pub(super) fn sibling(
        &self,
        local: &str,
        attributes: &[(&str, &str)],
        children: Vec<Node>,
    ) -> Element {
        let prefix = match self.name().split_once(':') {
            Some((prefix, _)) => format!("{prefix}:"),
            None => String::new(),
        };
        // Attributes never have the default namespace.
        let for_attributes = if prefix.is_empty() {
            self.prefix_for(Ns::W)
                .map_or_else(String::new, |known| format!("{known}:"))
        } else {
            prefix.clone()
        };
        let mut start = format!("<{prefix}{local}");
        for (key, value) in attributes {
            start.push_str(&format!(" {for_attributes}{key}=\"{}\"", escape(*value)));
        }
        let end = if children.is_empty() {
            start.push_str("/>");
            String::new()
        } else {
            start.push('>');
            format!("</{prefix}{local}>")
        };
        Element {
            ns: self.ns,
            local: local.to_owned(),
            start,
            end,
            children,
            scope: Rc::clone(&self.scope),
        }
    }

    pub(super) fn is(&self, ns: Ns, local: &str) -> bool {
        self.ns == ns && self.local == local
    }

    pub(super) fn local(&self) -> &str {
        &self.local
    }

    /// The name as written.
    fn name(&self) -> &str {
        let inside = self.start.trim_start_matches('<');
        let end = inside
            .find(|c: char| c.is_whitespace() || c == '/' || c == '>')
            .unwrap_or(inside.len());
        inside.get(..end).unwrap_or_default()
    }

    fn prefix_for(&self, ns: Ns) -> Option<&str> {
        self.scope
            .prefixes()
            .find(|(prefix, known)| *known == ns && !prefix.is_empty())
            .map(|(prefix, _)| prefix)
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(Node::element)
    }

    pub(super) fn elements_mut(&mut self) -> impl Iterator<Item = &mut Element> {
        self.children.iter_mut().filter_map(Node::element_mut)
    }

    pub(super) fn child(&self, ns: Ns, local: &str) -> Option<&Element> {
        self.elements().find(|child| child.is(ns, local))
    }

    pub(super) fn child_mut(&mut self, ns: Ns, local: &str) -> Option<&mut Element> {
        self.elements_mut().find(|child| child.is(ns, local))
    }

    /// Removes the children of that name.
    pub(super) fn drop_children(&mut self, ns: Ns, local: &str) {
        self.children.retain(|node| !node.is(ns, local));
    }

    /// The attributes as written: qualified name and raw value.
    fn attributes(&self) -> Vec<(String, String)> {
        let inside = self
            .start
            .trim_start_matches('<')
            .trim_end_matches('>')
            .trim_end_matches('/');
        BytesStart::from_content(inside, self.name().len())
            .attributes()
            .filter_map(|attribute| {
                let attribute = attribute.ok()?;
                let key = std::str::from_utf8(attribute.key.into_inner()).ok()?;
                Some((
                    key.to_owned(),
                    std::str::from_utf8(&attribute.value).ok()?.to_owned(),
                ))
            })
            .collect()
    }

    fn means(&self, key: &str, ns: Ns, local: &str) -> bool {
        match key.split_once(':') {
            Some((prefix, name)) => name == local && self.scope.of(prefix) == ns,
            None => key == local && ns == Ns::Other,
        }
    }

    pub(super) fn attribute(&self, ns: Ns, local: &str) -> Option<String> {
        self.attributes()
            .into_iter()
            .find(|(key, _)| self.means(key, ns, local))
            .and_then(|(_, raw)| unescape(&raw).ok().map(std::borrow::Cow::into_owned))
    }

    /// Sets an attribute, in its place where it stands already; `None` takes it away.
    pub(super) fn set_attribute(&mut self, ns: Ns, local: &str, value: Option<&str>) {
        let mut attributes = self.attributes();
        let at = attributes
            .iter()
            .position(|(key, _)| self.means(key, ns, local));
        match (at, value) {
            (Some(at), None) => {
                attributes.remove(at);
            }
            (None, None) => return,
            (Some(at), Some(value)) => {
                if let Some((_, old)) = attributes.get_mut(at) {
                    *old = escape(value).into_owned();
                }
            }
            (None, Some(value)) => {
                let prefix = match ns {
                    Ns::Xml => "xml",
                    Ns::Other => "",
                    ns => self.prefix_for(ns).unwrap_or_default(),
                };
                let key = if prefix.is_empty() {
                    local.to_owned()
                } else {
                    format!("{prefix}:{local}")
                };
                attributes.push((key, escape(value).into_owned()));
            }
        }
        let mut start = format!("<{}", self.name());
        for (key, raw) in attributes {
            let quote = if raw.contains('"') { '\'' } else { '"' };
            start.push_str(&format!(" {key}={quote}{raw}{quote}"));
        }
        start.push_str(if self.end.is_empty() { "/>" } else { ">" });
        self.start = start;
    }

    /// The text directly within, entities resolved.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for node in &self.children {
            match node {
                Node::Text(raw) => out.push_str(&unescape(raw).unwrap_or_default()),
                Node::CData(raw) => {
                    out.push_str(raw.trim_start_matches("<![CDATA[").trim_end_matches("]]>"));
                }
                Node::Element(_) | Node::Other(_) => {}
            }
        }
        out
    }

    /// Puts text in place of everything within.
    pub(super) fn set_text(&mut self, text: &str) {
        if self.end.is_empty() {
            self.end = format!("</{}>", self.name());
            self.start = format!(
                "{}>",
                self.start
                    .trim_end_matches('>')
                    .trim_end_matches('/')
                    .trim_end()
            );
        }
        self.children = vec![Node::Text(
            quick_xml::escape::partial_escape(text).into_owned(),
        )];
    }

    /// Puts a child in front; opens `<a/>`.
    pub(super) fn insert(&mut self, at: usize, child: Element) {
        if self.end.is_empty() {
            self.set_text("");
            self.children.clear();
        }
        self.children
            .insert(at.min(self.children.len()), Node::Element(child));
    }

    /// Visits this element and all below, parents first.
    pub(super) fn visit(&self, seen: &mut impl FnMut(&Element)) {
        seen(self);
        self.elements().for_each(|child| child.visit(seen));
    }

    pub(super) fn visit_mut(&mut self, seen: &mut impl FnMut(&mut Element)) {
        seen(self);
        self.elements_mut().for_each(|child| child.visit_mut(seen));
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.start);
        self.children.iter().for_each(|node| node.write(out));
        out.push_str(&self.end);
    }

    /// Elements with something between start and end, one within the other.
    fn depth(&self) -> usize {
        let below = self.elements().map(Element::depth).max().unwrap_or(0);
        below + usize::from(!self.end.is_empty())
    }

    /// How many bytes it takes in memory, about.
    pub(super) fn size(&self) -> u64 {
        let within: u64 = self
            .children
            .iter()
            .map(|node| match node {
                Node::Element(element) => element.size(),
                Node::Text(raw) | Node::CData(raw) | Node::Other(raw) => raw.len() as u64,
            })
            .sum();
        within + AROUND + self.start.len() as u64 + self.end.len() as u64
    }
}

fn namespace(uri: &str) -> Ns {
    match uri {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        | "http://purl.oclc.org/ooxml/wordprocessingml/main" => Ns::W,
        "http://schemas.microsoft.com/office/word/2010/wordml" => Ns::W14,
        "http://schemas.microsoft.com/office/word/2012/wordml" => Ns::W15,
        "http://schemas.openxmlformats.org/markup-compatibility/2006" => Ns::Mc,
        "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
        | "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing" => Ns::Wp,
        _ => Ns::Other,
    }
}
