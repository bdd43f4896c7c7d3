//! The packs of the one-stop desk's papers: whole, answered by their examples, printed without losing an answer; and what is refused.

use std::collections::BTreeMap;

use crate::common::{env, files, leaves, papers, paths};
use hoso_dossier::{Catalogue, Filter, FormPack, Pack, PaperPack};
use hoso_eform::Form;
use hoso_paper::{Layout, Meta, lay_out, words};
use serde_json::{Value, json};

fn layout(pack: &Pack) -> Layout {
    Layout::parse(pack.layout_name(), pack.layout().unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", pack.code()))
}

#[test]
fn every_answer_of_the_examples_stands_on_the_paper() {
    let packs = papers();
    assert_eq!(packs.len(), 7);
    for pack in packs {
        let form = Form::parse_slice(pack.form().as_bytes()).unwrap();
        assert!(form.report().is_empty(), "{}", pack.code());
        let example: Value = serde_json::from_str(pack.example()).unwrap();
        let outcome = hoso_eform::process(&form, &example, &env());
        assert!(
            outcome.errors.is_empty(),
            "{}: {:?}",
            pack.code(),
            outcome.errors
        );
        let shown = form.display(&outcome.data, &env());
        let layout = layout(&pack);
        let asked: Vec<String> = paths(form)
            .keys()
            .map(|path| path.replace("[]", ""))
            .collect();
        layout.check_paths(&asked).unwrap();
        let meta = Meta::new("", jiff::civil::date(2026, 11, 21).at(10, 0, 0, 0));
        let document = lay_out(&layout, &shown, &meta).unwrap();
        let printed = words(&document).join(" ").to_lowercase();
        for (path, value) in leaves(&shown) {
            let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
                continue;
            };
            // What stands in boxes is crossed or ticked, and a date may be in words.
            let boxed = path.ends_with("ket_qua") && path.starts_with("luan_chuyen");
            let text = match text.split('/').collect::<Vec<_>>()[..] {
                [day, month, year] if path == "ngay" => {
                    format!("ngày {day} tháng {month} năm {year}")
                }
                _ => text.to_lowercase(),
            };
            assert!(
                boxed || printed.contains(&text),
                "{} {path}: {text:?} is not in {printed:?}",
                pack.code()
            );
        }
        // Whatever the form asks, the paper has a place for; whatever a dossier tells is asked.
        let read = layout.declared_paths();
        let Pack::Paper(paper) = &pack else {
            panic!("{} is no paper", pack.code())
        };
        let told = paper
            .paper()
            .dossier
            .keys()
            .chain(paper.paper().prefill.keys());
        for path in told {
            assert!(
                asked.iter().any(|known| known == path),
                "{} {path}",
                pack.code()
            );
        }
        for (path, _) in leaves(&shown) {
            let plain: String = path
                .split('[')
                .map(|part| part.split_once(']').map_or(part, |(_, rest)| rest))
                .collect();
            assert!(
                read.iter()
                    .any(|known| *known == plain || known.starts_with(&format!("{plain}."))),
                "{} prints no {plain}",
                pack.code()
            );
        }
    }
}

#[test]
fn papers_and_procedures_are_not_taken_for_each_other() {
    let packs = papers();
    let described: Value = {
        let files = files(&crate::common::papers_folder().join("giay-mot-cua-02"));
        serde_json::from_str(&files["pack.json"]).unwrap()
    };
    let spoilt = |pointer: &str, value: Value| {
        let mut files = files(&crate::common::papers_folder().join("giay-mot-cua-02"));
        let mut described = described.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        described.pointer_mut(parent).unwrap()[key] = value;
        files.insert("pack.json".into(), described.to_string());
        files
    };
    for (pointer, value, path) in [
        ("/components", json!([]), "components"),
        ("/fees", json!([]), "fees"),
        ("/applicant", json!("citizen.json"), "applicant"),
        ("/kind", json!("procedure"), "kind"),
        ("/code", json!("2.000635"), "code"),
        ("/dossier/ho_so_cua", json!("wife"), "dossier.ho_so_cua"),
        ("/layout", json!("other.html"), "layout"),
    ] {
        let error = Pack::parse(&spoilt(pointer, value), &BTreeMap::new()).unwrap_err();
        assert_eq!(
            (error.file.as_str(), error.path.as_str()),
            ("pack.json", path),
            "{error}"
        );
    }
    let whole = spoilt("/summary", json!("Khác"));
    assert!(PaperPack::parse(&whole).is_ok());
    assert!(
        FormPack::parse(&whole).is_err(),
        "a paper can't be submitted"
    );
    let mut procedure = crate::common::pack("2.000635").files().clone();
    let text = procedure["pack.json"].replacen("2.000635", "giay-2.000635", 1);
    procedure.insert("pack.json".into(), text);
    assert_eq!(FormPack::parse(&procedure).unwrap_err().path, "code");

    let all: Vec<Pack> = packs
        .into_iter()
        .chain(crate::common::packs().into_iter().map(Pack::from))
        .collect();
    let catalogue = Catalogue::new(all);
    assert_eq!(catalogue.papers().count(), 7);
    assert!(catalogue.is_paper("giay-mot-cua-02") && !catalogue.is_paper("2.000635"));
    assert!(catalogue.get("giay-mot-cua-02").is_none(), "no procedure");
    assert!(catalogue.pack("giay-mot-cua-02").is_some());
    let found = catalogue.search("phiếu yêu cầu bổ sung", &Filter::default());
    assert!(found.iter().all(|hit| !catalogue.is_paper(&hit.code)));
}
