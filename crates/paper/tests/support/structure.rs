//! The structure of a tagged PDF, walked both ways: what validators let pass and screen readers stumble over.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// Every flaw that the walk meets; none in a file that is right.
pub(crate) fn flaws(pdf: &[u8]) -> Vec<String> {
    match Document::load_mem(pdf) {
        Ok(file) => flaws_of(&file),
        Err(error) => vec![format!("it can't be read: {error}")],
    }
}

/// The same of a file that is read already.
pub(crate) fn flaws_of(file: &Document) -> Vec<String> {
    let mut walk = Walk {
        file,
        flaws: Vec::new(),
        claims: Vec::new(),
        objects: BTreeMap::new(),
        elements: BTreeSet::new(),
    };
    if walk.all().is_none() {
        walk.flaws
            .push("a part of the structure is missing".to_owned());
    }
    walk.flaws
}

struct Walk<'a> {
    file: &'a Document,
    flaws: Vec<String>,
    /// Each piece of content with the element that claims it, in the order of the tree.
    claims: Vec<((ObjectId, i64), ObjectId)>,
    /// Each annotation with the element that claims it.
    objects: BTreeMap<ObjectId, ObjectId>,
    elements: BTreeSet<ObjectId>,
}

impl Walk<'_> {
    fn flaw(&mut self, what: impl Into<String>) {
        self.flaws.push(what.into());
    }

    /// `None` where something that everything else hangs from is missing.
    fn all(&mut self) -> Option<()> {
        let catalog = self.file.catalog().ok()?;
        if catalog.get(b"Lang").and_then(Object::as_str).ok() != Some(b"vi") {
            self.flaw("the language is not vi");
        }
        let marked = catalog.get(b"MarkInfo").and_then(Object::as_dict).ok();
        if marked.and_then(|info| info.get(b"Marked").ok()) != Some(&Object::Boolean(true)) {
            self.flaw("it does not say that it is tagged");
        }
        let root_id = catalog.get(b"StructTreeRoot").ok()?.as_reference().ok()?;
        let root = self.file.get_dictionary(root_id).ok()?;
        for kid in root.get(b"K").ok()?.as_array().ok()? {
            self.element(kid.as_reference().ok()?, root_id)?;
        }
        let parents = self.parents(root)?;
        let next = root.get(b"ParentTreeNextKey").ok()?.as_i64().ok()?;
        if parents.keys().any(|key| *key >= next) {
            self.flaw("the next key of the parent tree is taken");
        }
        self.pages(parents)
    }

    /// Walks an element and all below it.
    fn element(&mut self, id: ObjectId, parent: ObjectId) -> Option<()> {
        if !self.elements.insert(id) {
            self.flaw(format!("{id:?} hangs in two places"));
            return Some(());
        }
        let element = self.file.get_dictionary(id).ok()?;
        if element.get(b"P").ok()?.as_reference().ok()? != parent {
            self.flaw(format!("{id:?} names another parent"));
        }
        let Ok(kids) = element.get(b"K") else {
            return Some(());
        };
        for kid in kids.as_array().ok()? {
            match kid {
                Object::Integer(mcid) => {
                    let page = element.get(b"Pg").ok()?.as_reference().ok()?;
                    self.claims.push(((page, *mcid), id));
                }
                Object::Dictionary(kid) if kid.has_type(b"OBJR") => {
                    let object = kid.get(b"Obj").ok()?.as_reference().ok()?;
                    if self.objects.insert(object, id).is_some() {
                        self.flaw(format!("two elements claim the annotation {object:?}"));
                    }
                }
                Object::Dictionary(kid) => {
                    let page = kid.get(b"Pg").ok()?.as_reference().ok()?;
                    let mcid = kid.get(b"MCID").ok()?.as_i64().ok()?;
                    self.claims.push(((page, mcid), id));
                }
                Object::Reference(child) => self.element(*child, id)?,
                other => self.flaw(format!("{other:?} in the structure tree")),
            }
        }
        Some(())
    }

    fn parents(&mut self, root: &Dictionary) -> Option<BTreeMap<i64, Object>> {
        let tree = root.get(b"ParentTree").ok()?.as_reference().ok()?;
        let numbers = self.file.get_dictionary(tree).ok()?.get(b"Nums").ok()?;
        let mut parents = BTreeMap::new();
        for pair in numbers.as_array().ok()?.chunks(2) {
            let [key, owner] = pair else { return None };
            if parents.insert(key.as_i64().ok()?, owner.clone()).is_some() {
                self.flaw(format!("the parent tree has {key:?} twice"));
            }
        }
        Some(parents)
    }

    /// Holds what the pages draw against what the tree claims.
    fn pages(&mut self, mut parents: BTreeMap<i64, Object>) -> Option<()> {
        let mut claimed: BTreeMap<(ObjectId, i64), ObjectId> = BTreeMap::new();
        let mut newest: BTreeMap<ObjectId, i64> = BTreeMap::new();
        for ((page, mcid), element) in self.claims.clone() {
            if claimed.insert((page, mcid), element).is_some() {
                self.flaw(format!(
                    "two elements claim content {mcid} of page {page:?}"
                ));
            }
            if newest
                .insert(page, mcid)
                .is_some_and(|before| before >= mcid)
            {
                self.flaw(format!(
                    "the tree reads page {page:?} in another order than it is drawn, at {mcid}"
                ));
            }
        }
        for (index, page) in self.file.page_iter().enumerate() {
            let drawn = self.drawn(page, index + 1)?;
            let dictionary = self.file.get_dictionary(page).ok()?;
            let key = dictionary.get(b"StructParents").ok()?.as_i64().ok()?;
            let owners = match parents.remove(&key) {
                Some(Object::Reference(id)) => {
                    self.file.get_object(id).ok()?.as_array().ok()?.clone()
                }
                Some(Object::Array(owners)) => owners,
                _ => {
                    self.flaw(format!("page {} is not in the parent tree", index + 1));
                    Vec::new()
                }
            };
            if owners.len() != drawn.len() {
                self.flaw(format!(
                    "page {} has {} contents and {} owners",
                    index + 1,
                    drawn.len(),
                    owners.len()
                ));
            }
            for (mcid, owner) in drawn.iter().zip(&owners) {
                if claimed.get(&(page, *mcid)) != owner.as_reference().ok().as_ref() {
                    self.flaw(format!(
                        "content {mcid} of page {} and its element don't find each other",
                        index + 1
                    ));
                }
            }
            for mcid in drawn {
                if claimed.remove(&(page, mcid)).is_none() {
                    self.flaw(format!(
                        "no element claims content {mcid} of page {}",
                        index + 1
                    ));
                }
            }
            self.annotations(dictionary, &mut parents)?;
        }
        for (_, mcid) in claimed.keys() {
            self.flaws.push(format!(
                "an element claims content {mcid}, which nobody draws"
            ));
        }
        if !self.objects.is_empty() {
            self.flaw("an element claims an annotation that stands on no page");
        }
        if !parents.is_empty() {
            self.flaw("the parent tree has more than the pages");
        }
        Some(())
    }

    fn annotations(
        &mut self,
        page: &Dictionary,
        parents: &mut BTreeMap<i64, Object>,
    ) -> Option<()> {
        let Ok(annotations) = page.get(b"Annots") else {
            return Some(());
        };
        if page.get(b"Tabs").and_then(Object::as_name).ok() != Some(b"S") {
            self.flaw("a page with annotations is not tabbed in the order of the tree");
        }
        for annotation in annotations.as_array().ok()? {
            let id = annotation.as_reference().ok()?;
            let key = self
                .file
                .get_dictionary(id)
                .ok()?
                .get(b"StructParent")
                .ok()?
                .as_i64()
                .ok()?;
            let owner = parents
                .remove(&key)
                .and_then(|owner| owner.as_reference().ok());
            if owner.is_none() || owner != self.objects.remove(&id) {
                self.flaw(format!(
                    "the annotation {id:?} and its element don't find each other"
                ));
            }
        }
        Some(())
    }

    /// The marked-content numbers of a page in their order.
    fn drawn(&mut self, page: ObjectId, number: usize) -> Option<Vec<i64>> {
        let content = Content::decode(&self.file.get_page_content(page)).ok()?;
        let (mut numbers, mut depth) = (Vec::new(), 0);
        for operation in content.operations {
            match operation.operator.as_str() {
                "BDC" => {
                    depth += 1;
                    let properties = operation.operands.get(1)?.as_dict().ok()?;
                    numbers.push(properties.get(b"MCID").ok()?.as_i64().ok()?);
                }
                "BMC" => {
                    depth += 1;
                    if operation.operands.first()?.as_name().ok()? != b"Artifact" {
                        self.flaw(format!("page {number} marks content without a number"));
                    }
                }
                "EMC" => depth -= 1,
                "Tj" | "TJ" | "S" | "f" | "Do" if depth == 0 => {
                    self.flaw(format!("page {number} draws outside of tags and artifacts"));
                }
                _ => {}
            }
            if !(0..=1).contains(&depth) {
                self.flaw(format!("page {number} nests its marks"));
            }
        }
        if numbers != (0..numbers.len() as i64).collect::<Vec<_>>() {
            self.flaw(format!("page {number} does not count its contents from 0"));
        }
        Some(numbers)
    }
}
