//! docx-rs writes the right elements in an order that the schema forbids. This puts them in order,
//! and takes out what would differ between two runs.

use std::borrow::Cow;

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

/// An XML element or text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Element {
    pub(super) name: Name,
    pub(super) attributes: Vec<(Name, String)>,
    pub(super) children: Vec<Node>,
}

/// A name of the markup: a part has thousands, nearly all of them among a few that needn't be allocated.
pub(super) type Name = Cow<'static, str>;

impl Element {
    pub(super) fn new(name: &'static str, attributes: &[(&'static str, &str)]) -> Element {
        Element {
            name: name.into(),
            attributes: attributes
                .iter()
                .map(|(key, value)| ((*key).into(), (*value).to_owned()))
                .collect(),
            children: Vec::new(),
        }
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn elements(&mut self) -> impl Iterator<Item = &mut Element> {
        self.children.iter_mut().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Visits this element and all below it, parents first.
    pub(super) fn visit(&mut self, seen: &mut impl FnMut(&mut Element)) {
        seen(self);
        for child in self.elements() {
            child.visit(seen);
        }
    }
}

/// The order that ECMA-376 gives the children of an element; `None`: any order.
fn order_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "w:pPr" => {
            "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs \
             suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd \
             snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment \
             textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
        }
        "w:rPr" => {
            "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid \
             vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em \
             lang eastAsianLayout specVanish oMath"
        }
        "w:tblPr" => {
            "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd \
             tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription"
        }
        "w:tcPr" => {
            "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark"
        }
        "w:tblBorders" | "w:tcBorders" => "top left start bottom right end insideH insideV",
        "w:pBdr" => "top left bottom right between bar",
        "w:tblCellMar" | "w:tcMar" => "top left start bottom right end",
        "w:sectPr" => {
            "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType \
             cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings"
        }
        "w:style" => {
            "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked \
             personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr"
        }
        "w:sdtPr" => "rPr alias tag id lock placeholder",
        "w:tbl" => "tblPr tblGrid tr",
        "w:tc" => "tcPr",
        "w:tr" => "tblPrEx trPr tc",
        _ => return None,
    })
}

/// Puts the children of every element in the order of the schema and drops what is repeated there or random.
pub(super) fn correct(element: &mut Element) {
    element
        .attributes
        .retain(|(name, _)| !matches!(name.as_ref(), "w14:paraId" | "w14:textId" | "w:rsidR"));
    if element.name == "w:gridCol" {
        element.attributes.retain(|(name, _)| name == "w:w");
    }
    let is_style = element.name == "w:style";
    for child in element.elements() {
        child
            .children
            .retain(|node| !matches!(node, Node::Element(e) if is_empty_run_property(e, is_style)));
    }
    if let Some(order) = order_of(&element.name) {
        let place = |node: &Node| match node {
            Node::Element(child) => {
                let local = child.name.rsplit(':').next().unwrap_or_default();
                order
                    .split_whitespace()
                    .position(|name| name == local)
                    .unwrap_or(usize::MAX)
            }
            Node::Text(_) => usize::MAX,
        };
        element.children.sort_by_key(place);
        if element.name.ends_with("Pr") && element.name != "w:sectPr" {
            element.children.dedup_by(|a, b| match (a, b) {
                (Node::Element(a), Node::Element(b)) => a.name == b.name,
                _ => false,
            });
        }
    }
    for child in element.elements() {
        correct(child);
    }
}

/// docx-rs writes an empty rPr wherever one may stand, and one in a style's pPr, where none may.
fn is_empty_run_property(element: &Element, in_style: bool) -> bool {
    element.name == "w:rPr" && (element.children.is_empty() || in_style)
}

/// Reads a part.
pub(super) fn parse(xml: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(xml).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(start) => open.push(element(&start)?),
            Event::Empty(start) => {
                let element = element(&start)?;
                add(&mut open, Node::Element(element));
            }
            Event::End(_) => {
                if let Some(done) = open.pop() {
                    add(&mut open, Node::Element(done));
                }
            }
            Event::Text(text) => add_text(
                &mut open,
                &text.xml10_content().map_err(|error| error.to_string())?,
            ),
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| error.to_string())?;
                let resolved = quick_xml::escape::unescape(&format!("&{name};"))
                    .map_err(|error| error.to_string())?
                    .into_owned();
                add_text(&mut open, &resolved);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let root = open.pop().and_then(|top| {
        top.children.into_iter().find_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    });
    root.ok_or_else(|| "a part without a root element".to_owned())
}

fn add(open: &mut [Element], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(node);
    }
}

fn add_text(open: &mut [Element], text: &str) {
    if let Some(parent) = open.last_mut() {
        match parent.children.last_mut() {
            Some(Node::Text(last)) => last.push_str(text),
            _ => parent.children.push(Node::Text(text.to_owned())),
        }
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let name = name(start.name().into_inner())?;
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key = self::name(attribute.key.into_inner())?;
        let raw = std::str::from_utf8(&attribute.value).map_err(|error| error.to_string())?;
        let value = quick_xml::escape::unescape(raw).map_err(|error| error.to_string())?;
        attributes.push((key, value.into_owned()));
    }
    Ok(Element {
        name,
        attributes,
        children: Vec::new(),
    })
}

/// What docx-rs writes most, in the order of the bytes.
const USUAL: [&str; 67] = [
    "w14:paraId",
    "w:after",
    "w:alias",
    "w:ascii",
    "w:b",
    "w:bCs",
    "w:basedOn",
    "w:before",
    "w:bottom",
    "w:br",
    "w:color",
    "w:cs",
    "w:firstLine",
    "w:gridCol",
    "w:hAnsi",
    "w:hanging",
    "w:i",
    "w:iCs",
    "w:id",
    "w:ind",
    "w:jc",
    "w:keepNext",
    "w:leader",
    "w:left",
    "w:line",
    "w:lineRule",
    "w:name",
    "w:p",
    "w:pPr",
    "w:pStyle",
    "w:pos",
    "w:qFormat",
    "w:r",
    "w:rFonts",
    "w:rPr",
    "w:right",
    "w:rsidR",
    "w:sdt",
    "w:sdtContent",
    "w:sdtPr",
    "w:space",
    "w:spacing",
    "w:style",
    "w:styleId",
    "w:sz",
    "w:szCs",
    "w:t",
    "w:tab",
    "w:tabs",
    "w:tag",
    "w:tbl",
    "w:tblPr",
    "w:tblW",
    "w:tc",
    "w:tcBorders",
    "w:tcPr",
    "w:tcW",
    "w:top",
    "w:tr",
    "w:trPr",
    "w:type",
    "w:vAlign",
    "w:val",
    "w:vertAlign",
    "w:w",
    "w:widowControl",
    "xml:space",
];

fn name(bytes: &[u8]) -> Result<Name, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    Ok(match USUAL.binary_search(&text) {
        Ok(at) => USUAL
            .get(at)
            .map_or_else(Name::default, |known| Name::Borrowed(known)),
        Err(_) => Name::Owned(text.to_owned()),
    })
}

/// Writes a part.
pub(super) fn write(root: &Element) -> Result<Vec<u8>, String> {
    let mut writer = Writer::new(Vec::new());
    writer
        .write_event(Event::Decl(BytesDecl::new(
            "1.0",
            Some("UTF-8"),
            Some("yes"),
        )))
        .map_err(|error| error.to_string())?;
    write_element(&mut writer, root).map_err(|error| error.to_string())?;
    Ok(writer.into_inner())
}

fn write_element(writer: &mut Writer<Vec<u8>>, element: &Element) -> std::io::Result<()> {
    let mut start = BytesStart::new(element.name.as_ref());
    for (key, value) in &element.attributes {
        start.push_attribute((key.as_ref(), value.as_str()));
    }
    if element.children.is_empty() {
        return writer.write_event(Event::Empty(start));
    }
    writer.write_event(Event::Start(start))?;
    for child in &element.children {
        match child {
            Node::Element(child) => write_element(writer, child)?,
            Node::Text(text) => writer.write_event(Event::Text(BytesText::new(text)))?,
        }
    }
    writer.write_event(Event::End(BytesEnd::new(element.name.as_ref())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_names_can_be_searched() {
        assert!(USUAL.is_sorted());
        assert_eq!(name(b"w:pPr").unwrap(), "w:pPr");
        assert_eq!(name("w:lạ".as_bytes()).unwrap(), "w:lạ");
    }

    #[test]
    fn children_are_put_in_order_and_text_survives() {
        let xml = br#"<w:p xmlns:w="x"><w:pPr><w:jc w:val="a&amp;b"/><w:pStyle w:val="s"/></w:pPr><w:r><w:t xml:space="preserve"> a &lt; &amp; b </w:t></w:r></w:p>"#;
        let mut root = parse(xml).unwrap();
        correct(&mut root);
        let out = String::from_utf8(write(&root).unwrap()).unwrap();
        assert!(
            out.contains(r#"<w:pStyle w:val="s"/><w:jc w:val="a&amp;b"/>"#),
            "{out}"
        );
        assert!(out.contains("> a &lt; &amp; b </w:t>"), "{out}");
    }
}
