//! The structure tree and the pages find each other; a file that is spoiled is found out.

use hoso_paper::{Document, Layout, lay_out, to_pdf};
use lopdf::{Object, ObjectId};
use serde_json::json;

use crate::meta;
use crate::support::structure::{flaws, flaws_of};
use crate::written::{coded_sample, long_sample, sample};

/// A row that goes on over pages, boxes in a line, and two fields to sign in.
fn hard_sample() -> Document {
    let source = r#"<paper><h1>A</h1>
      <table><tr><th>H</th><th>I</th></tr><tr><td>{{ a }}</td><td>{{ a }}<check path="b" label="B"/></td></tr></table>
      <p>Nam <check path="b" label="Nam"/> Nữ <check path="c" label="Nữ"/></p>
      <signatures><signature title="NGƯỜI CHA" name="{{ n }}"/><signature title="NGƯỜI MẸ" note="(Ký)"/></signatures></paper>"#;
    let answers = json!({"a": "dài lắm ".repeat(600), "b": true, "n": "Lê Ý"});
    lay_out(&Layout::parse("p.html", source).unwrap(), &answers, &meta()).unwrap()
}

#[test]
fn content_and_tree_find_each_other() {
    for document in [sample(), long_sample(), coded_sample(), hard_sample()] {
        assert_eq!(flaws(&to_pdf(&document).unwrap()), [""; 0]);
    }
    assert!(hard_sample().page_count() > 2);
}

fn elements(file: &lopdf::Document, kind: &[u8]) -> Vec<ObjectId> {
    let of_kind = |object: &Object| {
        object.as_dict().is_ok_and(|d| {
            d.has_type(b"StructElem")
                && d.get(b"S")
                    .and_then(Object::as_name)
                    .is_ok_and(|name| name == kind)
        })
    };
    file.objects
        .iter()
        .filter(|(_, object)| of_kind(object))
        .map(|(id, _)| *id)
        .collect()
}

fn at(file: &mut lopdf::Document, id: ObjectId) -> &mut lopdf::Dictionary {
    file.get_object_mut(id).unwrap().as_dict_mut().unwrap()
}

fn kids(file: &mut lopdf::Document, id: ObjectId) -> &mut Vec<Object> {
    at(file, id).get_mut(b"K").unwrap().as_array_mut().unwrap()
}

fn parent_tree(file: &mut lopdf::Document) -> &mut Vec<Object> {
    let root = file
        .catalog()
        .unwrap()
        .get(b"StructTreeRoot")
        .unwrap()
        .as_reference()
        .unwrap();
    let tree = at(file, root)
        .get(b"ParentTree")
        .unwrap()
        .as_reference()
        .unwrap();
    at(file, tree)
        .get_mut(b"Nums")
        .unwrap()
        .as_array_mut()
        .unwrap()
}

/// Each changes one thing; the walk must say so in these words.
#[test]
fn what_is_spoiled_is_found_out() {
    type Spoil = fn(&mut lopdf::Document);
    let page = |file: &lopdf::Document| file.page_iter().next().unwrap();
    let spoils: [(&str, Spoil); 11] = [
        ("no element claims content", |file| {
            let id = elements(file, b"H1")[0];
            at(file, id).remove(b"K");
        }),
        ("two elements claim content", |file| {
            let id = elements(file, b"H1")[0];
            kids(file, id).push(Object::Integer(1));
        }),
        ("which nobody draws", |file| {
            let id = elements(file, b"H1")[0];
            kids(file, id).push(Object::Integer(900));
        }),
        ("in another order", |file| {
            let id = elements(file, b"Document")[0];
            kids(file, id).reverse();
        }),
        ("don't find each other", |file| {
            let numbers = parent_tree(file);
            let owners = numbers[1].as_reference().unwrap();
            file.get_object_mut(owners)
                .unwrap()
                .as_array_mut()
                .unwrap()
                .reverse();
        }),
        ("hangs in two places", |file| {
            let id = elements(file, b"Document")[0];
            let first = kids(file, id)[0].clone();
            kids(file, id).push(first);
        }),
        ("names another parent", |file| {
            let (heading, cell) = (elements(file, b"H1")[0], elements(file, b"TD")[0]);
            at(file, heading).set("P", cell);
        }),
        ("the language", |file| {
            file.catalog_mut().unwrap().remove(b"Lang");
        }),
        ("a part of the structure is missing", |file| {
            let id = file.page_iter().last().unwrap();
            at(file, id).remove(b"StructParents");
        }),
        ("is not in the parent tree", |file| {
            let id = file.page_iter().next().unwrap();
            at(file, id).set("StructParents", 90);
        }),
        ("the annotation", |file| {
            let numbers = parent_tree(file);
            let last = numbers.len() - 1;
            numbers.swap(last, last - 2);
        }),
    ];
    let pdf = to_pdf(&hard_sample()).unwrap();
    for (expected, spoil) in spoils {
        let mut file = lopdf::Document::load_mem(&pdf).unwrap();
        spoil(&mut file);
        let flaws = flaws_of(&file);
        assert!(
            flaws.iter().any(|flaw| flaw.contains(expected)),
            "{expected}: {flaws:?}"
        );
    }
    // And what is drawn.
    for (expected, from, to) in [
        ("outside of tags", "/Artifact BMC", "q"),
        ("does not count its contents", "/MCID 0", "/MCID 7"),
        ("nests its marks", "EMC", ""),
    ] {
        let mut file = lopdf::Document::load_mem(&pdf).unwrap();
        let id = page(&file);
        let content = String::from_utf8_lossy(&file.get_page_content(id)).into_owned();
        assert!(content.contains(from), "{from} is not in the page");
        let content = content.replacen(from, to, 1);
        file.change_page_content(id, content.into_bytes()).unwrap();
        let flaws = flaws_of(&file);
        assert!(
            flaws.iter().any(|flaw| flaw.contains(expected)),
            "{expected}: {flaws:?}"
        );
    }
}

#[test]
fn a_signature_block_has_an_empty_field_to_sign_in() {
    let document = hard_sample();
    let file = lopdf::Document::load_mem(&to_pdf(&document).unwrap()).unwrap();
    let form = file
        .catalog()
        .unwrap()
        .get(b"AcroForm")
        .unwrap()
        .as_dict()
        .unwrap();
    let fields = form.get(b"Fields").unwrap().as_array().unwrap();
    let mut told = Vec::new();
    for field in fields {
        let field = file.get_dictionary(field.as_reference().unwrap()).unwrap();
        assert_eq!(field.get(b"FT").unwrap().as_name().unwrap(), b"Sig");
        assert_eq!(field.get(b"F").unwrap().as_i64().unwrap(), 132);
        assert!(!field.has(b"V"), "it is signed already");
        let rectangle: Vec<f32> = field
            .get(b"Rect")
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_float().unwrap())
            .collect();
        let millimetres = |points: f32| points * 25.4 / 72.0;
        let (width, height) = (
            millimetres(rectangle[2] - rectangle[0]),
            millimetres(rectangle[3] - rectangle[1]),
        );
        assert!(
            (width - 80.0).abs() < 3.0 && (height - 22.0).abs() < 0.5,
            "{width} x {height} mm"
        );
        let name = lopdf::decode_text_string(field.get(b"T").unwrap()).unwrap();
        let words = lopdf::decode_text_string(field.get(b"TU").unwrap()).unwrap();
        told.push((name, words));
    }
    let expected = [
        ("Signature1", "Chữ ký: NGƯỜI CHA"),
        ("Signature2", "Chữ ký: NGƯỜI MẸ"),
    ];
    assert_eq!(
        told,
        expected.map(|(name, words)| (name.to_owned(), words.to_owned()))
    );
    let without = lopdf::Document::load_mem(&to_pdf(&long_sample()).unwrap()).unwrap();
    assert!(!without.catalog().unwrap().has(b"AcroForm"));
}
