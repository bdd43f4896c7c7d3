//! The structure of a tagged PDF, walked both ways: what validators let pass and screen readers stumble over.

use std::collections::{BTreeMap, BTreeSet};

use hoso_paper::{Document, to_pdf};
use lopdf::content::Content;
use lopdf::{Dictionary, Object, ObjectId};

use crate::written::{coded_sample, long_sample, sample};

/// The marked-content numbers of a page, and how much is drawn outside of any tag or artifact.
fn marked(file: &lopdf::Document, page: ObjectId) -> (Vec<i64>, usize) {
    let content = Content::decode(&file.get_page_content(page)).unwrap();
    let (mut numbers, mut depth, mut stray) = (Vec::new(), 0, 0);
    for operation in content.operations {
        match operation.operator.as_str() {
            "BDC" => {
                assert_eq!(depth, 0, "tags within tags");
                depth += 1;
                numbers.push(
                    operation.operands[1]
                        .as_dict()
                        .unwrap()
                        .get(b"MCID")
                        .unwrap()
                        .as_i64()
                        .unwrap(),
                );
            }
            "BMC" => {
                assert_eq!(depth, 0, "an artifact within a tag");
                assert_eq!(operation.operands[0].as_name().unwrap(), b"Artifact");
                depth += 1;
            }
            "EMC" => depth -= 1,
            "Tj" | "TJ" | "S" | "f" | "Do" if depth == 0 => stray += 1,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    (numbers, stray)
}

struct Tree<'a> {
    file: &'a lopdf::Document,
    /// Each piece of content with the element that claims it, in the order of the tree.
    claims: Vec<((ObjectId, i64), ObjectId)>,
    elements: BTreeSet<ObjectId>,
}

impl Tree<'_> {
    fn walk(&mut self, id: ObjectId, parent: ObjectId) {
        assert!(self.elements.insert(id), "{id:?} hangs in two places");
        let element = self.file.get_dictionary(id).unwrap();
        assert_eq!(element.get(b"P").unwrap().as_reference().unwrap(), parent);
        let Ok(kids) = element.get(b"K") else { return };
        for kid in kids.as_array().unwrap() {
            match kid {
                Object::Integer(mcid) => {
                    let page = element.get(b"Pg").unwrap().as_reference().unwrap();
                    self.claims.push(((page, *mcid), id));
                }
                Object::Dictionary(reference) => {
                    let page = reference.get(b"Pg").unwrap().as_reference().unwrap();
                    self.claims.push((
                        (page, reference.get(b"MCID").unwrap().as_i64().unwrap()),
                        id,
                    ));
                }
                Object::Reference(child) => self.walk(*child, id),
                other => panic!("{other:?} in a structure tree"),
            }
        }
    }
}

fn check(document: &Document) {
    let file = lopdf::Document::load_mem(&to_pdf(document).unwrap()).unwrap();
    let catalog: &Dictionary = file.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"vi");
    let root_id = catalog
        .get(b"StructTreeRoot")
        .unwrap()
        .as_reference()
        .unwrap();
    let root = file.get_dictionary(root_id).unwrap();
    let top = root.get(b"K").unwrap().as_array().unwrap()[0]
        .as_reference()
        .unwrap();
    let mut tree = Tree {
        file: &file,
        claims: Vec::new(),
        elements: BTreeSet::new(),
    };
    tree.walk(top, root_id);

    let claimed: BTreeMap<(ObjectId, i64), ObjectId> = tree.claims.iter().copied().collect();
    assert_eq!(
        claimed.len(),
        tree.claims.len(),
        "content that two elements claim"
    );
    let parents = file
        .get_dictionary(root.get(b"ParentTree").unwrap().as_reference().unwrap())
        .unwrap();
    let numbers = parents.get(b"Nums").unwrap().as_array().unwrap();
    let mut drawn = BTreeSet::new();
    let mut in_order = Vec::new();
    for (index, page) in file.page_iter().enumerate() {
        let (mcids, stray) = marked(&file, page);
        assert_eq!(stray, 0, "page {index} draws outside of tags and artifacts");
        assert_eq!(mcids, (0..mcids.len() as i64).collect::<Vec<_>>());
        let key = file
            .get_dictionary(page)
            .unwrap()
            .get(b"StructParents")
            .unwrap()
            .as_i64()
            .unwrap();
        assert_eq!(numbers[index * 2].as_i64().unwrap(), key);
        let owners = file
            .get_object(numbers[index * 2 + 1].as_reference().unwrap())
            .unwrap()
            .as_array()
            .unwrap();
        assert_eq!(owners.len(), mcids.len());
        for (mcid, owner) in mcids.iter().zip(owners) {
            assert_eq!(
                claimed.get(&(page, *mcid)),
                Some(&owner.as_reference().unwrap()),
                "content without its element"
            );
            drawn.insert((page, *mcid));
            in_order.push((page, *mcid));
        }
    }
    assert_eq!(
        drawn,
        claimed.keys().copied().collect(),
        "elements that claim content nobody draws"
    );
    let tree_order: Vec<(ObjectId, i64)> =
        tree.claims.iter().map(|(content, _)| *content).collect();
    assert_eq!(
        tree_order, in_order,
        "the tree tells another order than the pages"
    );
}

#[test]
fn content_and_tree_find_each_other() {
    check(&sample());
    check(&long_sample());
    check(&coded_sample());
}
