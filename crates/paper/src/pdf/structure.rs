//! The structure tree: what each stretch of content is to a screen reader, and the way back from content to it.

use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary, text_string};

use crate::document::Document;
use crate::set::{Element, Tag};

/// Which stretches of marked content belong to which element.
pub(super) struct Contents {
    /// Per element, in reading order.
    kids: Vec<Vec<Kid>>,
    /// Per page, the element of each marked-content number.
    owners: Vec<Vec<usize>>,
    /// Fields to sign in.
    signatures: Vec<Signature>,
}

/// A field to sign in: whose element it is, and where it lies on its page in PDF's own coordinates.
struct Signature {
    element: usize,
    page: usize,
    rectangle: [f32; 4],
}

#[derive(Debug, Clone, Copy)]
enum Kid {
    Element(usize),
    Content { page: usize, mcid: i64 },
    Signature(usize),
}

impl Contents {
    pub(super) fn new(elements: usize) -> Contents {
        Contents {
            kids: vec![Vec::new(); elements],
            owners: Vec::new(),
            signatures: Vec::new(),
        }
    }

    /// Notes a field to sign in.
    pub(super) fn add_signature(&mut self, element: usize, page: usize, rectangle: [f32; 4]) {
        if let Some(kids) = self.kids.get_mut(element) {
            kids.push(Kid::Signature(self.signatures.len()));
            self.signatures.push(Signature {
                element,
                page,
                rectangle,
            });
        }
    }

    /// Counts a stretch of content of `element` on `page`.
    pub(super) fn add(&mut self, element: usize, page: usize) -> i64 {
        if self.owners.len() <= page {
            self.owners.resize(page + 1, Vec::new());
        }
        let Some(owners) = self.owners.get_mut(page) else {
            return 0;
        };
        let mcid = owners.len() as i64;
        owners.push(element);
        if let Some(kids) = self.kids.get_mut(element) {
            kids.push(Kid::Content { page, mcid });
        }
        mcid
    }

    /// The structure type of an element.
    pub(super) fn role(&self, document: &Document, element: usize) -> &'static str {
        document.elements.get(element).map_or("P", |e| match e.tag {
            Tag::Paragraph => "P",
            Tag::Heading1 => "H1",
            // A second level without a first one is no heading to a screen reader.
            Tag::Heading2 if follows_heading1(&document.elements, element) => "H2",
            Tag::Heading2 => "P",
            Tag::Table => "Table",
            Tag::Row => "TR",
            Tag::HeadCell { .. } => "TH",
            Tag::Cell { .. } => "TD",
            Tag::Group => "Div",
            Tag::Check { .. } | Tag::Sign { .. } => "Form",
            Tag::Boxed { .. } => "Span",
            Tag::Figure { .. } => "Figure",
        })
    }
}

fn follows_heading1(elements: &[Element], element: usize) -> bool {
    elements
        .iter()
        .take(element)
        .any(|e| e.tag == Tag::Heading1)
}

/// Writes the tree, the parent tree and each page's place in it.
pub(super) fn attach(
    file: &mut lopdf::Document,
    document: &Document,
    mut contents: Contents,
) -> lopdf::Result<()> {
    let pages: Vec<ObjectId> = file.page_iter().collect();
    let top = hang(&document.elements, &mut contents);
    let root_id = file.new_object_id();
    let document_id = file.new_object_id();
    let ids: Vec<ObjectId> = document
        .elements
        .iter()
        .map(|_| file.new_object_id())
        .collect();
    let fields: Vec<ObjectId> = contents
        .signatures
        .iter()
        .map(|_| file.new_object_id())
        .collect();
    let id_of = |element: usize| ids.get(element).copied().unwrap_or(document_id);
    let mut used = vec![false; ids.len()];
    mark_used(&top, &contents.kids, &mut used);
    for (index, element) in document.elements.iter().enumerate() {
        if used.get(index) != Some(&true) {
            continue;
        }
        let kids = contents
            .kids
            .get(index)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let page = kids.iter().find_map(|kid| match kid {
            Kid::Content { page, .. } => pages.get(*page).map(|id| (*page, *id)),
            Kid::Signature(number) => contents
                .signatures
                .get(*number)
                .and_then(|signature| pages.get(signature.page).map(|id| (signature.page, *id))),
            Kid::Element(_) => None,
        });
        let mut dictionary = dictionary! {
            "Type" => "StructElem",
            "S" => contents.role(document, index),
            "P" => element.parent.map_or(document_id, id_of),
        };
        if let Some((_, id)) = page {
            dictionary.set("Pg", id);
        }
        let kids: Vec<Object> = kids
            .iter()
            .map(|kid| match kid {
                Kid::Element(child) => id_of(*child).into(),
                Kid::Signature(number) => {
                    let field = fields.get(*number).copied().unwrap_or_default();
                    Object::Dictionary(dictionary! { "Type" => "OBJR", "Obj" => field })
                }
                Kid::Content { page: at, mcid } if page.is_none_or(|(own, _)| own == *at) => {
                    (*mcid).into()
                }
                Kid::Content { page: at, mcid } => {
                    let at = pages.get(*at).copied().unwrap_or_default();
                    Object::Dictionary(dictionary! { "Type" => "MCR", "Pg" => at, "MCID" => *mcid })
                }
            })
            .collect();
        if !kids.is_empty() {
            dictionary.set("K", kids);
        }
        describe(&mut dictionary, element, document, index);
        file.set_object(id_of(index), dictionary);
    }
    let top: Vec<Object> = top.iter().map(|element| id_of(*element).into()).collect();
    file.set_object(
        document_id,
        dictionary! { "Type" => "StructElem", "S" => "Document", "P" => root_id, "K" => top },
    );
    let mut numbers = Vec::new();
    for (page, id) in pages.iter().enumerate() {
        let owners = contents
            .owners
            .get(page)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let owners: Vec<Object> = owners
            .iter()
            .map(|element| id_of(*element).into())
            .collect();
        numbers.push(Object::Integer(page as i64));
        numbers.push(file.add_object(owners).into());
        let dictionary = file.get_object_mut(*id)?.as_dict_mut()?;
        dictionary.set("StructParents", page as i64);
        dictionary.remove(b"Annots");
    }
    for (number, (signature, field)) in contents.signatures.iter().zip(&fields).enumerate() {
        let key = (pages.len() + number) as i64;
        numbers.push(key.into());
        numbers.push(id_of(signature.element).into());
        let Some(page) = pages.get(signature.page) else {
            continue;
        };
        let label = match document.elements.get(signature.element).map(|e| &e.tag) {
            Some(Tag::Sign { label }) => label.as_str(),
            _ => "Chữ ký",
        };
        place_signature(
            file,
            *page,
            *field,
            (number, key),
            signature.rectangle,
            label,
        )?;
    }
    let parent_tree = file.add_object(dictionary! { "Nums" => numbers });
    let root = dictionary! {
        "Type" => "StructTreeRoot",
        "K" => vec![document_id.into()],
        "ParentTree" => parent_tree,
        "ParentTreeNextKey" => (pages.len() + fields.len()) as i64,
    };
    file.set_object(root_id, root);
    let catalog = file.catalog_mut()?;
    catalog.set("StructTreeRoot", root_id);
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    if !fields.is_empty() {
        let fields: Vec<Object> = fields.into_iter().map(Object::from).collect();
        // The first flag: there are fields to sign in.
        catalog.set(
            "AcroForm",
            dictionary! { "Fields" => fields, "SigFlags" => 1 },
        );
    }
    Ok(())
}

/// An empty signature field on its page, with the appearance of nothing that an archive asks for.
fn place_signature(
    file: &mut lopdf::Document,
    page: ObjectId,
    field: ObjectId,
    (number, key): (usize, i64),
    rectangle: [f32; 4],
    label: &str,
) -> lopdf::Result<()> {
    let [left, bottom, right, top] = rectangle;
    let nothing = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![0.into(), 0.into(), Object::Real(right - left), Object::Real(top - bottom)],
    };
    let nothing = file.add_object(Stream::new(nothing, Vec::new()));
    let rectangle: Vec<Object> = rectangle.iter().map(|n| Object::Real(*n)).collect();
    file.set_object(
        field,
        dictionary! {
            "Type" => "Annot",
            "Subtype" => "Widget",
            "FT" => "Sig",
            "T" => text_string(&format!("Signature{}", number + 1)),
            "TU" => text_string(label),
            // To be printed, and not to be moved.
            "F" => 132,
            "Rect" => rectangle,
            "P" => page,
            "StructParent" => key,
            "AP" => dictionary! { "N" => nothing },
        },
    );
    let page = file.get_object_mut(page)?.as_dict_mut()?;
    page.set("Tabs", "S");
    match page.get_mut(b"Annots").and_then(Object::as_array_mut) {
        Ok(annotations) => annotations.push(field.into()),
        Err(_) => page.set("Annots", vec![field.into()]),
    }
    Ok(())
}

/// Hangs every element into its parent; returns those that hang from the document itself.
fn hang(elements: &[Element], contents: &mut Contents) -> Vec<usize> {
    let mut top = Vec::new();
    let mut hung = vec![false; elements.len()];
    // Boxes stand between the words of their paragraph: their place is that of their first content.
    let owners: Vec<usize> = contents.owners.iter().flatten().copied().collect();
    // A field to sign in has no content, and is all that its element holds.
    let mut rebuilt: Vec<Vec<Kid>> = vec![Vec::new(); elements.len()];
    for (number, signature) in contents.signatures.iter().enumerate() {
        push(&mut rebuilt, signature.element, Kid::Signature(number));
    }
    let mut next: Vec<usize> = vec![0; elements.len()];
    for owner in owners {
        let kid = contents
            .kids
            .get(owner)
            .and_then(|kids| kids.get(*next.get(owner)?))
            .copied();
        if let Some(next) = next.get_mut(owner) {
            *next += 1;
        }
        let parent = elements
            .get(owner)
            .filter(|e| e.tag.is_inline())
            .and_then(|e| e.parent);
        if let (Some(parent), Some(false)) = (parent, hung.get(owner).copied()) {
            push(&mut rebuilt, parent, Kid::Element(owner));
            hung.get_mut(owner)
                .into_iter()
                .for_each(|hung| *hung = true);
        }
        if let Some(kid) = kid {
            push(&mut rebuilt, owner, kid);
        }
    }
    contents.kids = rebuilt;
    for (index, element) in elements.iter().enumerate() {
        if element.tag.is_inline() {
            continue;
        }
        match element.parent {
            Some(parent) => push(&mut contents.kids, parent, Kid::Element(index)),
            None => top.push(index),
        }
    }
    prune(elements, contents, &mut top);
    top
}

fn push(kids: &mut [Vec<Kid>], element: usize, kid: Kid) {
    if let Some(kids) = kids.get_mut(element) {
        kids.push(kid);
    }
}

/// Drops paragraphs and groups that hold nothing; empty cells stay, they are part of their table.
fn prune(elements: &[Element], contents: &mut Contents, top: &mut Vec<usize>) {
    let mut keeps = vec![false; elements.len()];
    for (index, element) in elements.iter().enumerate().rev() {
        let full = contents.kids.get(index).is_some_and(|kids| {
            kids.iter().any(|kid| match kid {
                Kid::Content { .. } | Kid::Signature(_) => true,
                Kid::Element(child) => keeps.get(*child) == Some(&true),
            })
        });
        let needed = matches!(
            element.tag,
            Tag::Row | Tag::Cell { .. } | Tag::HeadCell { .. }
        );
        keeps
            .get_mut(index)
            .into_iter()
            .for_each(|keep| *keep = full || needed);
    }
    for kids in &mut contents.kids {
        kids.retain(|kid| match kid {
            Kid::Content { .. } | Kid::Signature(_) => true,
            Kid::Element(child) => keeps.get(*child) == Some(&true),
        });
    }
    top.retain(|element| keeps.get(*element) == Some(&true));
}

fn mark_used(top: &[usize], kids: &[Vec<Kid>], used: &mut [bool]) {
    let mut open: Vec<usize> = top.to_vec();
    while let Some(element) = open.pop() {
        used.get_mut(element)
            .into_iter()
            .for_each(|used| *used = true);
        open.extend(
            kids.get(element)
                .into_iter()
                .flatten()
                .filter_map(|kid| match kid {
                    Kid::Element(child) => Some(*child),
                    Kid::Content { .. } | Kid::Signature(_) => None,
                }),
        );
    }
}

fn describe(dictionary: &mut Dictionary, element: &Element, document: &Document, index: usize) {
    match &element.tag {
        Tag::HeadCell { span } => {
            dictionary.set(
                "A",
                dictionary! { "O" => "Table", "Scope" => "Column", "ColSpan" => *span as i64 },
            );
        }
        Tag::Cell { span } if *span > 1 => {
            dictionary.set(
                "A",
                dictionary! { "O" => "Table", "ColSpan" => *span as i64 },
            );
        }
        Tag::Check { checked, label } => {
            let state = if *checked { "on" } else { "off" };
            let attributes = dictionary! {
                "O" => "PrintField", "Role" => "cb", "checked" => state, "Desc" => text_string(label),
            };
            dictionary.set("A", attributes);
            dictionary.set("Alt", text_string(label));
        }
        Tag::Boxed { text } => dictionary.set("ActualText", text_string(text)),
        Tag::Sign { label } => dictionary.set("Alt", text_string(label)),
        Tag::Figure { description } => {
            dictionary.set("Alt", text_string(description));
            if let Some(bbox) = document.bounds(index) {
                let bbox: Vec<Object> = bbox.iter().map(|n| Object::Real(*n)).collect();
                dictionary.set(
                    "A",
                    dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => bbox },
                );
            }
        }
        _ => {}
    }
}
