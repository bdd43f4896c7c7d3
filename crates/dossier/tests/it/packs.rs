//! The packs that come with the application, read from their folders.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{example, pack, packs, shared, with};
use hoso_dossier::{
    Audience, Catalogue, ComponentKind, FeeError, Filter, FormPack, Format, Level, ServiceLevel,
};
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A catalogue of few enough packs to count what a search finds in it.
const THREE: [&str; 3] = ["1.001193", "1.003868", "2.000635"];

fn three() -> Catalogue {
    Catalogue::new(THREE.map(pack))
}

#[test]
fn every_pack_reads_and_reads_back_from_its_own_files() {
    let packs = packs();
    for code in THREE {
        assert!(packs.iter().any(|pack| pack.code() == code), "{code}");
    }
    for pack in &packs {
        assert_eq!(FormPack::parse(pack.files()).as_ref(), Ok(pack));
        assert!(pack.in_force(date(2026, 11, 21)).is_ok(), "{}", pack.code());
        assert!(pack.in_force(date(2025, 6, 30)).is_err(), "{}", pack.code());
    }
}

#[test]
fn fees_follow_the_answers() {
    let free = "1.001193";
    let copies = "2.000635";
    let licence = "1.003868";
    for (code, changes, total, announced) in [
        (free, vec![], 0, false),
        (free, vec![("tre.bi_bo_roi", json!(true))], 0, false),
        // Registration stays free; only the copies cost.
        (
            free,
            vec![
                ("de_nghi_cap_ban_sao", json!("co")),
                ("so_luong_ban_sao", json!(2)),
            ],
            16_000,
            false,
        ),
        (
            free,
            vec![
                ("de_nghi_cap_ban_sao", json!("khong")),
                ("so_luong_ban_sao", json!(2)),
            ],
            0,
            false,
        ),
        (copies, vec![], 24_000, false),
        (copies, vec![("so_luong_ban_sao", json!(1))], 8_000, false),
        (
            copies,
            vec![("so_luong_ban_sao", json!(100))],
            800_000,
            false,
        ),
        (licence, vec![], 720_000, false),
        (
            licence,
            vec![("tai_lieu.so_trang", json!(1))],
            15_000,
            false,
        ),
        (
            licence,
            vec![("tai_lieu.hinh_thuc", json!("dien_tu"))],
            0,
            true,
        ),
        (licence, vec![("tai_lieu.hinh_thuc", Value::Null)], 0, true),
    ] {
        let pack = pack(code);
        let answers = changes
            .iter()
            .fold(example(&pack), |answers, (path, value)| {
                with(answers, path, value.clone())
            });
        let fees = pack.fee(&answers).unwrap();
        assert_eq!(
            (fees.total.amount(), fees.announced),
            (total, announced),
            "{code} {changes:?}"
        );
    }
    let pack = pack(copies);
    let unanswered = with(example(&pack), "so_luong_ban_sao", Value::Null);
    assert!(matches!(
        pack.fee(&unanswered),
        Err(FeeError::Unanswered { path, .. }) if path == "so_luong_ban_sao"
    ));
}

#[test]
fn required_papers_follow_the_answers() {
    const BIRTH: &str = "000.00.00.G15-KQ004389";
    const ABANDONED: &str = "000.00.00.G15-KQ003208";
    const SURROGACY: &str = "000.00.00.G15-KQ003303";
    const AUTHORISED: &str = "000.00.00.G15-KQ003159";
    let pack = pack("1.001193");
    for (changes, required) in [
        (vec![], vec![BIRTH]),
        (vec![("tre.bi_bo_roi", json!(true))], vec![ABANDONED]),
        (
            vec![("tre.mang_thai_ho", json!(true))],
            vec![BIRTH, SURROGACY],
        ),
        (
            vec![("nguoi_yeu_cau.quan_he", json!("duoc_uy_quyen"))],
            vec![BIRTH, AUTHORISED],
        ),
    ] {
        let answers = changes
            .iter()
            .fold(example(&pack), |answers, (path, value)| {
                with(answers, path, value.clone())
            });
        let found: Vec<_> = pack
            .procedure()
            .components
            .iter()
            .filter(|component| component.kind == ComponentKind::Document)
            .filter(|component| pack.component_required(component, &answers))
            .map(|component| component.code.as_str())
            .collect();
        assert_eq!(found, required, "{changes:?}");
    }
    let scan = pack.component(BIRTH).unwrap();
    assert!(scan.check("chứng sinh.jpg", "image/jpeg", 3 << 20).is_ok());
    assert!(
        scan.check("chứng sinh.pdf", "application/pdf", 200 << 20)
            .is_err()
    );
    let due = pack.deadlines(&example(&pack));
    assert_eq!(due[0].on, date(2027, 1, 1));
}

#[test]
fn each_pack_has_one_paper_and_true_notes() {
    for pack in packs() {
        let components = &pack.procedure().components;
        let eforms: Vec<_> = components
            .iter()
            .filter(|component| component.kind == ComponentKind::Eform)
            .collect();
        assert_eq!(eforms.len(), 1, "{}", pack.code());
        assert_eq!(eforms[0].code, pack.procedure().paper.component);
        assert_eq!(eforms[0].accept, [Format::Pdf, Format::Docx]);
        assert!(
            components
                .iter()
                .any(|part| part.kind == ComponentKind::Note)
        );
        for component in components {
            assert!(!component.name.en.is_empty(), "{}", component.code);
        }
    }
}

/// Every select of a definition.
fn selects(form: &Value, found: &mut Vec<Value>) {
    match form {
        Value::Object(component) => {
            if component.get("type") == Some(&json!("select")) {
                found.push(form.clone());
            }
            component.values().for_each(|value| selects(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| selects(value, found)),
        _ => {}
    }
}

#[test]
fn official_lists_are_whole_and_the_same_everywhere() {
    for (file, count, some) in [
        ("dan-toc.json", 54, "Bru-Vân Kiều"),
        ("quoc-tich.json", 198, "Việt Nam"),
    ] {
        let list: Vec<BTreeMap<String, String>> = serde_json::from_str(&shared()[file]).unwrap();
        let names: BTreeSet<&str> = list.iter().map(|item| item["ten"].as_str()).collect();
        assert_eq!((list.len(), names.len()), (count, count), "{file}");
        assert!(names.contains(some), "{file}");
    }
    let mut uses = 0;
    for pack in packs() {
        let mut found = Vec::new();
        selects(&serde_json::from_str(pack.form()).unwrap(), &mut found);
        for select in found {
            let list = match select["key"].as_str().unwrap() {
                "dan_toc" => "dan-toc",
                "quoc_tich" => "quoc-tich",
                _ => continue,
            };
            let address = format!("/danh-muc/{list}");
            assert_eq!(select["data"]["url"], address, "{}", pack.code());
            let named = &pack.procedure().catalogues[&address];
            assert_eq!(pack.files()[named], shared()[named], "{}", pack.code());
            uses += 1;
        }
    }
    assert!(uses >= 8, "{uses}");
}

#[test]
fn procedures_are_found_as_one_types() {
    let catalogue = three();
    let birth = "1.001193";
    let copies = "2.000635";
    let licence = "1.003868";
    let mut wrong = Vec::new();
    for (query, first, count) in [
        ("khai sinh", birth, 2),
        ("Khai Sinh", birth, 2),
        ("khai sinh", birth, 2),
        ("đăng ký khai sinh", birth, 1),
        ("dang ky khai sinh", birth, 1),
        ("sinh khai ky dang", birth, 1),
        ("kh si", birth, 2),
        ("dang k", birth, 1),
        ("trich luc", copies, 1),
        ("bản sao giấy khai sinh", copies, 1),
        ("ket hon", copies, 1),
        ("mat giay khai sinh", copies, 1),
        ("ho tich", copies, 2),
        ("xuat ban", licence, 1),
        ("giay phep", licence, 1),
        ("kỷ yếu", licence, 1),
        ("birth", birth, 2),
        ("licence", licence, 1),
        ("1.001193", birth, 1),
        ("1.00", licence, 2),
        ("2.000635", copies, 1),
        ("so van hoa", licence, 1),
        ("  khai   sinh!? ", birth, 2),
    ] {
        let hits = catalogue.search(query, &Filter::default());
        let codes: Vec<_> = hits.iter().map(|hit| hit.code.as_str()).collect();
        if (codes.first(), codes.len()) != (Some(&first), count) {
            wrong.push((query, hits.clone()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for nothing in ["ho chieu", "khai sinh zz", "9.9", "hon ket zz"] {
        assert_eq!(
            catalogue.search(nothing, &Filter::default()),
            [],
            "{nothing}"
        );
    }
    for all in ["", "  ", "?", "..."] {
        let hits = catalogue.search(all, &Filter::default());
        let codes: Vec<_> = hits.iter().map(|hit| hit.code.as_str()).collect();
        assert_eq!(codes, [copies, licence, birth], "{all}");
    }
}

#[test]
fn what_was_found_is_marked_in_the_name() {
    let catalogue = three();
    for (query, code, marked) in [
        ("khai sinh", "1.001193", vec!["khai", "sinh"]),
        ("dan kh", "1.001193", vec!["Đăn", "kh"]),
        ("ho tich giay", "2.000635", vec!["hộ", "tịch", "Giấy"]),
        ("ky yeu", "1.003868", vec![]),
    ] {
        let hits = catalogue.search(query, &Filter::default());
        let hit = hits.iter().find(|hit| hit.code == code).unwrap();
        let name: Vec<u16> = catalogue
            .get(code)
            .unwrap()
            .procedure()
            .name
            .vi
            .encode_utf16()
            .collect();
        let found: Vec<String> = hit
            .ranges
            .iter()
            .map(|(start, end)| String::from_utf16(&name[*start as usize..*end as usize]).unwrap())
            .collect();
        assert_eq!(found, marked, "{query}");
    }
}

#[test]
fn filters_narrow_a_search() {
    let catalogue = three();
    assert_eq!(
        catalogue
            .fields()
            .iter()
            .map(|field| field.vi.as_str())
            .collect::<Vec<_>>(),
        ["Hộ tịch", "Xuất bản, In và Phát hành"]
    );
    let count = |filter: &Filter| catalogue.search("", filter).len();
    for (filter, found) in [
        (
            Filter {
                level: Some(Level::Commune),
                ..Filter::default()
            },
            2,
        ),
        (
            Filter {
                level: Some(Level::Ministry),
                ..Filter::default()
            },
            0,
        ),
        (
            Filter {
                field: Some("Hộ tịch".into()),
                ..Filter::default()
            },
            2,
        ),
        (
            Filter {
                audience: Some(Audience::Organisation),
                ..Filter::default()
            },
            1,
        ),
        (
            Filter {
                agency: Some(catalogue.agencies()[0].vi.clone()),
                level: Some(Level::Commune),
                ..Filter::default()
            },
            1,
        ),
        (
            Filter {
                agency: Some("Ủy ban không có".into()),
                ..Filter::default()
            },
            0,
        ),
        (
            Filter {
                service_level: Some(ServiceLevel::Full),
                ..Filter::default()
            },
            3,
        ),
        (
            Filter {
                level: Some(Level::Commune),
                audience: Some(Audience::Organisation),
                ..Filter::default()
            },
            0,
        ),
    ] {
        assert_eq!(count(&filter), found, "{filter:?}");
    }
}

/// The files of a sound pack, with one thing changed.
fn spoilt(file: &str, change: impl FnOnce(&mut String)) -> BTreeMap<String, String> {
    let mut files = pack("2.000635").files().clone();
    change(files.entry(file.to_owned()).or_default());
    files
}

fn spoilt_json(path: &str, value: Value) -> BTreeMap<String, String> {
    spoilt("pack.json", |text| {
        let pack: Value = serde_json::from_str(text).unwrap();
        let mut pointed = pack;
        let (parent, last) = path.rsplit_once('/').unwrap();
        let place = pointed.pointer_mut(parent).unwrap();
        match last.parse::<usize>() {
            Ok(index) => place[index] = value,
            Err(_) => place[last] = value,
        }
        *text = pointed.to_string();
    })
}

#[test]
fn a_broken_pack_says_where() {
    let long = "a".repeat(9 << 10);
    for (files, file, path) in [
        (
            spoilt_json("/code", json!("../../etc")),
            "pack.json",
            "code",
        ),
        (spoilt_json("/code", json!("")), "pack.json", "code"),
        (
            spoilt_json("/version", json!("1 2")),
            "pack.json",
            "version",
        ),
        (spoilt_json("/name/vi", json!(" ")), "pack.json", "name.vi"),
        (spoilt_json("/name/fr", json!("x")), "pack.json", "name.fr"),
        (
            spoilt_json("/name", json!("Khai sinh")),
            "pack.json",
            "name",
        ),
        (spoilt_json("/extra", json!(1)), "pack.json", "extra"),
        (
            spoilt_json("/serviceLevel", json!("4")),
            "pack.json",
            "serviceLevel",
        ),
        (spoilt_json("/summary", json!(long)), "pack.json", "summary"),
        (
            spoilt_json("/summary", json!("a\u{0}b")),
            "pack.json",
            "summary",
        ),
        (
            spoilt_json("/legal", json!(vec!["x"; 201])),
            "pack.json",
            "legal",
        ),
        (
            spoilt_json("/effective/from", json!("2025-13-01")),
            "pack.json",
            "effective.from",
        ),
        (
            spoilt_json("/effective/to", json!("2020-01-01")),
            "pack.json",
            "effective.to",
        ),
        (
            spoilt_json("/components/1/code", json!("000.00.00.G15-KQ003984")),
            "pack.json",
            "components[1].code",
        ),
        (
            spoilt_json("/components/1/required", json!("maybe")),
            "pack.json",
            "components[1].required",
        ),
        (
            spoilt_json("/components/1/accept", json!(["exe"])),
            "pack.json",
            "components[1].accept[0]",
        ),
        (
            spoilt_json("/components/1/accept", json!([])),
            "pack.json",
            "components[1].kind",
        ),
        (
            spoilt_json("/components/1/maxBytes", json!(-1)),
            "pack.json",
            "components[1].maxBytes",
        ),
        (
            spoilt_json("/components/4/original", json!(1)),
            "pack.json",
            "components[4].kind",
        ),
        (
            spoilt_json("/components/4/required", json!(true)),
            "pack.json",
            "components[4].kind",
        ),
        (
            spoilt_json("/paper/component", json!("000.00.00.G15-KQ003040")),
            "pack.json",
            "paper.component",
        ),
        (
            spoilt_json("/paper/layout", json!("../paper.html")),
            "pack.json",
            "paper.layout",
        ),
        (
            spoilt_json("/paper/fileName", json!("a/b")),
            "pack.json",
            "paper.fileName",
        ),
        (
            spoilt_json("/form", json!("other.json")),
            "pack.json",
            "form",
        ),
        (
            spoilt_json("/fees/0/price/amount", json!(8000.5)),
            "pack.json",
            "fees[0].price",
        ),
        (
            spoilt_json("/fees/0/price/quantity", json!("a b")),
            "pack.json",
            "fees[0].price.quantity",
        ),
        (
            spoilt_json("/fees/0/id", json!("")),
            "pack.json",
            "fees[0].id",
        ),
        (
            spoilt_json("/prefill/form/ngay", json!("password")),
            "pack.json",
            "prefill.form.ngay",
        ),
        (spoilt("pack.json", |text| text.clear()), "pack.json", ""),
        (
            spoilt("pack.json", |text| *text = "[".repeat(100_000)),
            "pack.json",
            "",
        ),
        (
            spoilt("pack.json", |text| *text = "[]".into()),
            "pack.json",
            "",
        ),
        (
            spoilt("form.json", |text| *text = "{".into()),
            "form.json",
            "",
        ),
        (
            spoilt("form.json", |text| *text = "[]".into()),
            "form.json",
            "",
        ),
        (
            spoilt("form.json", |text| *text = "{}".into()),
            "form.json",
            "components",
        ),
        (
            spoilt("example.json", |text| *text = "1".into()),
            "example.json",
            "",
        ),
        (
            spoilt("paper.html", |text| *text = " \n".into()),
            "paper.html",
            "",
        ),
        (
            spoilt("paper.html", |text| text.push_str("e\u{301}")),
            "paper.html",
            "",
        ),
        (
            spoilt("paper.html", |text| *text = "a".repeat((1 << 20) + 1)),
            "paper.html",
            "",
        ),
        (spoilt("stray.txt", |_| {}), "stray.txt", ""),
        (
            spoilt_json("/catalogues", json!({"https://example.com/a": "a.json"})),
            "pack.json",
            "catalogues.https://example.com/a",
        ),
        (spoilt("../evil", |_| {}), "../evil", ""),
        (spoilt(".hidden", |_| {}), ".hidden", ""),
        (BTreeMap::new(), "pack.json", ""),
    ] {
        let error = FormPack::parse(&files).unwrap_err();
        assert_eq!(
            (error.file.as_str(), error.path.as_str()),
            (file, path),
            "{error}"
        );
        assert!(error.to_string().contains(file), "{error}");
    }
    let mut many = pack("2.000635").files().clone();
    many.extend((0..40).map(|at| (format!("{at}.txt"), String::new())));
    assert!(FormPack::parse(&many).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Cutting, doubling or replacing a piece of a sound pack never panics.
    #[test]
    fn hostile_packs_are_refused_or_read(at in 0usize..20_000, length in 0usize..200, piece in "\\PC{0,8}|[\\[\\]{}\",:0-9]{0,8}") {
        let files = spoilt("pack.json", |text| {
            let at = text.floor_char_boundary(at.min(text.len()));
            let end = text.floor_char_boundary((at + length).min(text.len()));
            text.replace_range(at..end, &piece);
        });
        if let Ok(pack) = FormPack::parse(&files) {
            let _ = pack.fee(&example(&pack));
            let _ = Catalogue::new([pack]).search(&piece, &Filter::default());
        }
    }

    /// Any words may be asked for; answers are sorted, and ranges lie in the name.
    #[test]
    fn any_query_is_answered(query in "\\PC{0,24}") {
        let catalogue = Catalogue::new(packs());
        let hits = catalogue.search(&query, &Filter::default());
        prop_assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
        for hit in &hits {
            let name = &catalogue.get(&hit.code).unwrap().procedure().name.vi;
            let length = u32::try_from(name.encode_utf16().count()).unwrap();
            prop_assert!(hit.ranges.iter().all(|(start, end)| start < end && *end <= length));
            prop_assert!(hit.ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }

    /// Whatever part of a name is typed, with marks or without, the procedure is found, the same every time.
    #[test]
    fn parts_of_names_find_their_procedure(which in 0..packs().len(), from in 0usize..6, count in 1usize..4, cut in 1usize..12, plain in any::<bool>()) {
        let packs = packs();
        let name = &packs[which].procedure().name.vi;
        let words: Vec<&str> = name.split(' ').collect();
        let from = from.min(words.len() - 1);
        let mut query = words[from..(from + count).min(words.len())].join(" ");
        if plain {
            query = hoso_places::fold(&query);
        }
        let typed: String = query.chars().take(cut).collect();
        let catalogue = Catalogue::new(packs.clone());
        let hits = catalogue.search(&typed, &Filter::default());
        prop_assert!(hits.iter().any(|hit| hit.code == packs[which].code()), "{typed:?}");
        prop_assert_eq!(hits, Catalogue::new(packs.into_iter().rev()).search(&typed, &Filter::default()));
    }
}

#[test]
fn what_a_pack_names_and_does_not_bring_is_taken_from_the_shared_files() {
    let pack = pack("2.000635");
    let own: BTreeMap<String, String> = pack
        .files()
        .iter()
        .filter(|(name, _)| !shared().contains_key(*name))
        .map(|(name, text)| (name.clone(), text.clone()))
        .collect();
    assert!(!own.contains_key("dan-toc.json"));
    assert_eq!(FormPack::parse_with(&own, &shared()).as_ref(), Ok(&pack));
    let alone = FormPack::parse_with(&own, &BTreeMap::new()).unwrap_err();
    assert!(alone.message.contains("there is no file"), "{alone}");
    // Its own file goes first; what it doesn't name stays out.
    let mut files = own;
    files.insert("dan-toc.json".into(), "[]".into());
    let whole = FormPack::parse_with(&files, &shared()).unwrap();
    assert_eq!(whole.files()["dan-toc.json"], "[]");
    assert!(!whole.files().contains_key("organisation.json"));
}

#[test]
fn catalogues_are_files_of_the_pack() {
    const ADDRESS: &str = "https://example.com/dan-toc";
    let pack = pack("2.000635");
    let with = |content: &str| {
        let mut files = pack.files().clone();
        let mut described: Value = serde_json::from_str(&files["pack.json"]).unwrap();
        described["catalogues"][ADDRESS] = json!("khac.json");
        files.insert("pack.json".into(), described.to_string());
        files.insert("khac.json".into(), content.to_owned());
        FormPack::parse(&files)
    };
    let list = with(r#"[{"ten": "Kinh"}]"#).unwrap().catalogues();
    assert_eq!(list[ADDRESS], json!([{"ten": "Kinh"}]));
    for content in ["không", "3"] {
        assert_eq!(with(content).unwrap_err().file, "khac.json");
    }
}
