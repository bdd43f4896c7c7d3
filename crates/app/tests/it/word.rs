//! A Word file of one's own, remembered for a procedure; and packs that bring one.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use hoso_app::view::{PaperFormat, UnfilledWhy};
use hoso_app::{App, Clock, Config, Headless, Host, KdfCost, Pick, check_pack, forms};
use hoso_dossier::pack_text;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::common::{PIN, person, today, turn_clock_to};
use hoso_app::view::NewProfile;

const EXTRACT: &str = "2.000635";

/// Somebody at a desktop, who picks and saves these files.
struct Desk {
    outside: Headless,
    picked: Arc<Mutex<Vec<PathBuf>>>,
    saved: PathBuf,
}

impl Host for Desk {
    fn now(&self) -> Timestamp {
        self.outside.now()
    }
    fn uuid(&self) -> Uuid {
        self.outside.uuid()
    }
    fn open_url(&self, url: &str) -> Result<(), String> {
        self.outside.open_url(url)
    }
    fn open_file(&self, path: &Path) -> Result<(), String> {
        self.outside.open_file(path)
    }
    fn print_file(&self, path: &Path) -> Result<(), String> {
        self.outside.print_file(path)
    }
    fn notify(&self, _title: &str, _text: &str) -> Result<(), String> {
        Ok(())
    }

    fn pick_files(&self, pick: Pick) -> BoxFuture<'static, Vec<PathBuf>> {
        assert_eq!(pick.endings, ["docx"]);
        let picked = std::mem::take(&mut *self.picked.lock().unwrap());
        Box::pin(std::future::ready(picked))
    }
    fn pick_folder(&self) -> BoxFuture<'static, Option<PathBuf>> {
        self.outside.pick_folder()
    }
    fn save_as(&self, _name: &str) -> BoxFuture<'static, Option<PathBuf>> {
        Box::pin(std::future::ready(Some(self.saved.clone())))
    }
}

const PARTS: [(&str, &str); 2] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#,
    ),
];

/// A Word file that says this.
fn word(text: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let document = format!(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"#
    );
    for (name, content) in PARTS
        .into_iter()
        .chain([("word/document.xml", document.as_str())])
    {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The text of a Word file's first paragraph.
fn said(bytes: &[u8]) -> String {
    let mut xml = String::new();
    ZipArchive::new(Cursor::new(bytes))
        .unwrap()
        .by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let from = xml.find("<w:t").unwrap();
    let text = xml[from..].split_once('>').unwrap().1;
    text.split_once("</w:t>").unwrap().0.to_owned()
}

#[tokio::test]
async fn ones_own_word_file_is_remembered_for_its_procedure() {
    let home = tempfile::tempdir().unwrap();
    turn_clock_to(home.path(), today());
    let picked = Arc::new(Mutex::new(Vec::new()));
    let saved = home.path().join("ra.docx");
    let start = || {
        let desk = Desk {
            outside: Headless::new(Clock::turned_by(home.path().join("clock"))),
            picked: Arc::clone(&picked),
            saved: saved.clone(),
        };
        let config = Config {
            home: home.path().join("profiles"),
            portal: None,
            kdf: KdfCost::LEAST,
        };
        App::new(config, Arc::new(desk)).unwrap()
    };
    let app = start();
    app.profile_create(NewProfile {
        label: String::new(),
        details: person(),
        pin: PIN.into(),
        use_keyring: false,
    })
    .await
    .unwrap();
    let draft = app.draft_create(EXTRACT.into()).await.unwrap().id;
    assert_eq!(app.word_template(draft).await.unwrap().own, "");
    assert!(app.word_template_choose(draft).await.unwrap().is_none());

    let file = home.path().join("mau-cua-toi.docx");
    let choose = |text: &str| {
        std::fs::write(&file, word(text)).unwrap();
        picked.lock().unwrap().push(file.clone());
    };
    choose("Người yêu cầu: {{ nguoi_yeu_cau.ho_ten }}, {{ khong_co }}");
    let found = app.word_template_choose(draft).await.unwrap().unwrap();
    assert_eq!(
        (found.own.as_str(), found.from_pack),
        ("mau-cua-toi.docx", false)
    );
    let open: Vec<_> = found
        .unfilled
        .iter()
        .map(|place| (place.what.as_str(), place.why))
        .collect();
    assert_eq!(open, [("khong_co", UnfilledWhy::Unknown)]);

    // The file itself may go; the program may end.
    std::fs::remove_file(&file).unwrap();
    app.profile_lock().await.unwrap();
    drop(app);
    let app = start();
    let profiles = app.app_info().await.unwrap().profiles;
    app.profile_unlock(profiles[0].id.clone(), PIN.into())
        .await
        .unwrap();
    let exported = app
        .paper_export(draft, PaperFormat::Docx)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(exported.unfilled.len(), 1);
    assert_eq!(
        said(&std::fs::read(&saved).unwrap()),
        "Người yêu cầu: Nguyễn Thị An, "
    );
    // The PDF is the form's own.
    let exported = app
        .paper_export(draft, PaperFormat::Pdf)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(exported.unfilled, []);
    assert!(std::fs::read(&saved).unwrap().starts_with(b"%PDF-"));

    // What can't be used changes nothing.
    std::fs::write(&file, b"PK\x03\x04 not a Word file").unwrap();
    picked.lock().unwrap().push(file.clone());
    let refused = app.word_template_choose(draft).await.unwrap_err();
    assert_eq!(refused.view().code, "template.not_word");
    assert_eq!(
        app.word_template(draft).await.unwrap().own,
        "mau-cua-toi.docx"
    );
    assert_eq!(app.word_template_forget(draft).await.unwrap().own, "");
    app.paper_export(draft, PaperFormat::Docx).await.unwrap();
    assert!(!said(&std::fs::read(&saved).unwrap()).contains("Người yêu cầu:"));
}

/// The extract's pack with another paper.
fn pack(paper: &Value, word_file: Option<&[u8]>, layout: bool) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("packs")
        .join(EXTRACT);
    let mut files = hoso_app::read_pack_folder(&folder).unwrap();
    let mut described: Value = serde_json::from_str(&files["pack.json"]).unwrap();
    for (key, value) in paper.as_object().unwrap() {
        described["paper"][key] = value.clone();
    }
    files.insert("pack.json".into(), described.to_string());
    if let Some(bytes) = word_file {
        files.insert(
            "paper.docx".into(),
            pack_text("paper.docx", bytes.to_vec()).unwrap(),
        );
    }
    if !layout {
        files.remove("paper.html");
    }
    files
}

#[test]
fn a_pack_may_bring_a_word_file_beside_a_layout_or_instead_of_one() {
    let whole = word("{{ nguoi_yeu_cau.ho_ten }}");
    let beside = json!({"template": "paper.docx"});
    let instead = json!({"template": "paper.docx", "layout": ""});
    assert!(check_pack(&pack(&beside, Some(&whole), true)).is_ok());
    assert!(check_pack(&pack(&instead, Some(&whole), false)).is_ok());
    for (paper, bytes, layout, path) in [
        (&beside, None, true, "paper.template"),
        (&json!({"layout": ""}), None, false, "paper"),
        (
            &json!({"template": "paper.html"}),
            None,
            true,
            "paper.template",
        ),
        (&json!({}), Some(whole.as_slice()), true, ""),
    ] {
        let refused = check_pack(&pack(paper, bytes, layout)).unwrap_err().view();
        assert_eq!(
            (refused.code.as_str(), refused.fields["path"].as_str()),
            ("pack.broken", path),
            "{refused:?}"
        );
    }
    // A Word file that can't be filled is the pack's fault.
    let refused = check_pack(&pack(&beside, Some(b"PK\x03\x04 none"), true)).unwrap_err();
    assert_eq!(refused.view().code, "template.not_word");
}

#[test]
fn a_form_without_a_layout_has_papers_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = word("{{ nguoi_yeu_cau.ho_ten|upper }}");
    for (name, text) in pack(
        &json!({"template": "paper.docx", "layout": ""}),
        None,
        false,
    ) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    std::fs::write(folder.path().join("paper.docx"), bytes).unwrap();
    let example: Value =
        serde_json::from_slice(include_bytes!("../../packs/2.000635/example.json")).unwrap();
    let name = example["nguoi_yeu_cau"]["ho_ten"]
        .as_str()
        .unwrap()
        .to_uppercase();
    let folder = folder.path().to_str().unwrap();
    let papers = forms::Papers::answer(folder, &example, None, today()).unwrap();
    let (docx, unfilled) = papers.write(PaperFormat::Docx).unwrap();
    assert_eq!((said(&docx), unfilled.len()), (name, 0));
    let (pdf, _) = papers.write(PaperFormat::Pdf).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.7"));
    // One's own goes before the pack's.
    let own = forms::Papers::answer(folder, &example, Some(word("của tôi")), today()).unwrap();
    assert_eq!(said(&own.write(PaperFormat::Docx).unwrap().0), "của tôi");
}
