//! Word files as agencies and their enemies make them, built here part by part.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A template with its answers and what has to come of it.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) answers: Value,
    pub(crate) expected: Expected,
}

/// What has to come of a template.
pub(crate) enum Expected {
    /// Filled: the paragraphs of the part that a reader sees, deleted text left out, cells and text boxes included.
    Says(&'static str, &'static [&'static str]),
    /// Refused with a reason that holds these words.
    Refused(&'static str),
}
use Expected::{Refused, Says};

const DOCUMENT: &str = "word/document.xml";
const NAMESPACES: &str = concat!(
    r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" "#,
    r#"xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" "#,
    r#"xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" "#,
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
    r#"xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" "#,
    r#"xmlns:v="urn:schemas-microsoft-com:vml" mc:Ignorable="w14""#,
);

/// The parts of a Word file in order.
#[derive(Clone)]
pub(crate) struct Parts(pub(crate) Vec<(String, Vec<u8>)>);

impl Parts {
    /// A whole file around these blocks.
    pub(crate) fn new(body: &str) -> Parts {
        let mut parts = Parts(Vec::new());
        let types = format!(
            concat!(
                r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
                r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
                r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
                r#"<Default Extension="xml" ContentType="application/xml"/>"#,
                r#"<Default Extension="bin" ContentType="application/octet-stream"/>"#,
                r#"<Override PartName="/word/document.xml" ContentType="{word}.document.main+xml"/>"#,
                r#"<Override PartName="/word/header1.xml" ContentType="{word}.header+xml"/>"#,
                r#"<Override PartName="/word/comments.xml" ContentType="{word}.comments+xml"/>"#,
                r#"</Types>"#
            ),
            word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
        );
        parts.put("[Content_Types].xml", types);
        parts.put(
            "_rels/.rels",
            relations(&[(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
                "word/document.xml",
                "",
            )]),
        );
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        parts.put(
            "word/_rels/document.xml.rels",
            relations(&[
                (&format!("{office}/header"), "header1.xml", ""),
                (&format!("{office}/comments"), "comments.xml", ""),
                (
                    &format!("{office}/hyperlink"),
                    "https://example.vn/",
                    " TargetMode=\"External\"",
                ),
            ]),
        );
        // Between the parts that are filled, so that a changed order would show.
        parts.put("word/media/du-lieu.bin", (0..=255).collect::<Vec<u8>>());
        parts.put(DOCUMENT, document(body));
        parts.put(
            "word/header1.xml",
            format!("{HEAD}<w:hdr {NAMESPACES}><w:p><w:r><w:t>Mẫu 01</w:t></w:r></w:p></w:hdr>"),
        );
        parts.put(
            "word/comments.xml",
            format!(
                "{HEAD}<w:comments {NAMESPACES}><w:comment w:id=\"7\" w:author=\"A\"><w:p><w:r><w:t>Xem {{{{ ho_ten }}}}</w:t></w:r></w:p></w:comment></w:comments>"
            ),
        );
        parts
    }

    pub(crate) fn put(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = bytes,
            None => self.0.push((name.to_owned(), bytes)),
        }
    }

    fn with(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Parts {
        self.put(name, bytes);
        self
    }

    fn without(mut self, name: &str) -> Parts {
        self.0.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &self.0 {
            // One part is stored, as programs do with what is compressed already.
            let method = if name.ends_with(".bin") {
                CompressionMethod::Stored
            } else {
                CompressionMethod::Deflated
            };
            let options = SimpleFileOptions::default().compression_method(method);
            zip.start_file(name.as_str(), options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

fn document(body: &str) -> String {
    format!("{HEAD}<w:document {NAMESPACES}><w:body>{body}{SECTION}</w:body></w:document>")
}

const SECTION: &str = concat!(
    r#"<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:pgSz w:w="11906" w:h="16838"/>"#,
    r#"<w:pgMar w:top="1134" w:right="851" w:bottom="1134" w:left="1701" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>"#,
);

fn relations(list: &[(&str, &str, &str)]) -> String {
    let mut out = format!(
        r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#
    );
    for (number, (kind, target, mode)) in list.iter().enumerate() {
        out.push_str(&format!(
            r#"<Relationship Id="rId{}" Type="{kind}" Target="{target}"{mode}/>"#,
            number + 1
        ));
    }
    out + "</Relationships>"
}

/// A paragraph of one run.
pub(crate) fn p(text: &str) -> String {
    format!(r#"<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>"#)
}

/// A table of one column and these rows of cells.
fn table(rows: &[&str]) -> String {
    let rows: String = rows
        .iter()
        .map(|cell| format!("<w:tr><w:tc><w:tcPr><w:tcW w:w=\"5000\" w:type=\"dxa\"/></w:tcPr>{cell}</w:tc></w:tr>"))
        .collect();
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"dxa\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"5000\"/></w:tblGrid>{rows}</w:tbl>"
    )
}

fn text_box(text: &str) -> String {
    let paragraph = p(text);
    format!(
        concat!(
            r#"<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">"#,
            r#"<wp:extent cx="1800000" cy="360000"/><wp:docPr id="3" name="Khung"/><a:graphic>"#,
            r#"<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>"#,
            r#"<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"#,
            r#"</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:rect style="width:142pt;height:28pt">"#,
            r#"<v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"#,
        ),
        paragraph
    )
}

fn sdt(properties: &str, content: &str) -> String {
    format!("<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>")
}

fn check_box(tag: &str) -> String {
    let properties = format!(
        concat!(
            r#"<w:tag w:val="{}"/><w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>"#,
            r#"<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>"#
        ),
        tag
    );
    sdt(&properties, "<w:r><w:t>☐</w:t></w:r>")
}

/// The answers that most samples are filled with.
pub(crate) fn answers() -> Value {
    json!({
        "ho_ten": "Nguyễn Thị Thử",
        "gioi_tinh": "Nữ",
        "ngay_sinh": "01/02/1990",
        "dia_chi": {"chi_tiet": "Số 12", "xa": "xã Hòa Tiến", "tinh": "Đà Nẵng"},
        "dong_y": true,
        "khong": false,
        "trong": "",
        "nhieu_dong": "dòng một\r\ndòng hai",
        "dau": "A & B < C \"D\" ]]> 'E'",
        "con": [
            {"ten": "An", "do_choi": [{"gi": "bóng"}, {"gi": "diều"}]},
            {"ten": "Bình", "do_choi": []}
        ],
        "hang": []
    })
}

fn hostile_zip(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = Parts::new(&p("{{ ho_ten }}")).zip();
    change(&mut bytes);
    bytes
}

/// Puts another name of the same length in both places where an archive says it.
fn rename(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at..].starts_with(from))
        .collect();
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
}

/// All of them.
#[rustfmt::skip]
pub(crate) fn samples() -> Vec<Sample> {
    let body = |name, body: String, expected| Sample { name, bytes: Parts::new(&body).zip(), answers: answers(), expected };
    let raw = |name, bytes: Vec<u8>, expected| Sample { name, bytes, answers: answers(), expected };
    let split = concat!(
        r#"<w:p><w:r><w:t xml:space="preserve">Tên: </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>{</w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>{ ho</w:t></w:r>"#,
        r#"<w:proofErr w:type="spellStart"/><w:r><w:t>_t</w:t></w:r><w:bookmarkStart w:id="1" w:name="b"/><w:r><w:t xml:space="preserve">en </w:t></w:r><w:bookmarkEnd w:id="1"/>"#,
        r#"<w:proofErr w:type="spellEnd"/><w:r><w:t>}</w:t></w:r><w:r><w:t>}.</w:t></w:r></w:p>"#,
    );
    let fields = concat!(
        r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> IF {{ ho_ten }} </w:instrText></w:r>"#,
        r#"<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{{ ho_ten }}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>"#,
        r#"<w:p><w:fldSimple w:instr=" AUTHOR "><w:r><w:t>{{ gioi_</w:t></w:r></w:fldSimple><w:r><w:t>tinh }}</w:t></w:r></w:p>"#,
    );
    let tracked = concat!(
        r#"<w:p><w:del w:id="1" w:author="A"><w:r><w:delText>{{ ho_ten }}</w:delText></w:r></w:del>"#,
        r#"<w:ins w:id="2" w:author="A"><w:r><w:t>{{ ngay</w:t></w:r></w:ins><w:r><w:t>_sinh }}</w:t></w:r></w:p>"#,
        r#"<w:p><w:moveFrom w:id="3" w:author="A"><w:r><w:t>{{ ho_ten }}</w:t></w:r></w:moveFrom><w:r><w:t>còn</w:t></w:r></w:p>"#,
    );
    let legacy = concat!(
        r#"<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="Check1"/><w:enabled/><w:calcOnExit w:val="0"/><w:checkBox><w:sizeAuto/>"#,
        r#"<w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText xml:space="preserve"> FORMCHECKBOX </w:instrText></w:r>"#,
        r#"<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> {{ ho_ten }}</w:t></w:r></w:p>"#,
    );
    let dated = concat!(
        r#"<w:tag w:val="ngay_sinh"/><w:showingPlcHdr/><w:dataBinding w:xpath="/a" w:storeItemID="{00000000-0000-0000-0000-000000000000}"/>"#,
        r#"<w:date w:fullDate="2020-01-01T00:00:00Z"><w:dateFormat w:val="dd/MM/yyyy"/></w:date>"#,
    );
    let controls = [
        format!("<w:p><w:r><w:t xml:space=\"preserve\">Tên </w:t></w:r>{}</w:p>", sdt(r#"<w:tag w:val="ho_ten"/><w:text/>"#, r#"<w:r><w:rPr><w:b/></w:rPr><w:t>bấm vào đây</w:t></w:r>"#)),
        sdt(dated, &p("chọn ngày")),
        sdt(r#"<w:tag w:val="dia_chi"/>"#, &(p("một") + &p("hai"))),
        sdt(r#"<w:tag w:val="trong"/><w:text/>"#, &p("................")),
        sdt(r#"<w:tag w:val="cua_ai_khac"/><w:text/>"#, &p("giữ nguyên")),
        format!("<w:p>{}<w:r><w:t>Nam</w:t></w:r>{}<w:r><w:t>Nữ</w:t></w:r>{}</w:p>", check_box("gioi_tinh=Nam"), check_box("gioi_tinh=Nữ"), check_box("dong_y")),
    ].concat();
    let nested = table(&[&(p("{{ repeat con as em }}{{ loop.index }}. {{ em.ten }}") + &table(&[&p("{{ repeat em.do_choi }}{{ row.gi }} của {{ em.ten }}")]) + &p(""))]);
    let empty_rows = table(&[&p("Hàng"), &p("{{ repeat hang min 2 }}[{{ row.ten }}]")]);
    let copied = table(&[concat!(
        r#"<w:p w14:paraId="11111111" w14:textId="77777777"><w:bookmarkStart w:id="5" w:name="hang"/><w:r><w:t>{{ repeat con }}{{ row.ten }}</w:t></w:r><w:bookmarkEnd w:id="5"/>"#,
        r#"<w:sdt><w:sdtPr><w:id w:val="9"/><w:tag w:val="row.ten"/><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>…</w:t></w:r></w:sdtContent></w:sdt></w:p>"#)]);
    let header = Parts::new(&p("thân")).with("word/header1.xml", format!("{HEAD}<w:hdr {NAMESPACES}>{}</w:hdr>", p("Hồ sơ của {{ ho_ten|upper }}"))).zip();
    let links = concat!(
        r#"<w:p><w:hyperlink r:id="rId3"><w:r><w:t>xem {{ ho</w:t></w:r></w:hyperlink><w:r><w:t>_ten }}</w:t></w:r><w:commentRangeStart w:id="7"/><w:r><w:t xml:space="preserve"> và {{</w:t></w:r>"#,
        r#"<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r><w:r><w:tab/><w:t>ngay_sinh</w:t><w:br/><w:t>}}</w:t></w:r></w:p>"#,
    );
    let smart = p("{{ \u{201c}Bà\u{201d} if gioi_tinh == \u{2018}Nữ\u{2019} else\u{a0}\u{201c}Ông\u{201d} }} {{ dia_chi.tinh }}");
    let spaces = r#"<w:p><w:r><w:t> {{ ho_ten }} </w:t></w:r><w:r><w:t xml:space="preserve"> {{ gioi_tinh }}</w:t></w:r></w:p>"#.to_owned();
    let cdata = r#"<w:p><w:r><w:t>a<![CDATA[{{ ho]]>_te<!-- ghi chú -->n }}&#x20;&lt;</w:t></w:r></w:p>"#.to_owned();
    let prefixed = document("").replace("<w:body>", "<w:body><w:p><w:r><w:t>{{ nhieu_dong }}</w:t></w:r></w:p>").replace("xmlns:w=", "xmlns:chữ=").replace("<w:", "<chữ:").replace("</w:", "</chữ:").replace(" w:", " chữ:");
    let default = r#"<document xmlns="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><body><p><r><t>{{ nhieu_dong }}</t></r></p></body></document>"#;
    let broken = [p("{{ ho_ten }} {{ chua dong"), p("{{ ho ten }} {{ khong_co }} {{ }}"), p("{{ repeat con }}"), p("{{ 'x' * 99999999999 }}")].concat();
    let walls = concat!(
        r#"<w:p><w:r><w:t>{{ 'a</w:t><w:br w:type="page"/><w:t>b' }}</w:t></w:r></w:p>"#,
        r#"<w:p><w:r><w:t>{{ ho_ten }}<w:noBreakHyphen/></w:t></w:r><w:r><w:t>{{ gioi_tinh }}</w:t></w:r></w:p>"#,
    );
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(document(&p("{{ ho_ten }}")).encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let bomb_entity = document(&p("&c;")).replace(HEAD, &format!("{HEAD}<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY c \"&a;&a;&a;&a;\">]>"));
    let deep = format!("{}{}", "<w:smartTag>".repeat(5_000), "</w:smartTag>".repeat(5_000));
    let with = |name: &str, bytes: Vec<u8>| Parts::new(&p("{{ ho_ten }}")).with(name, bytes).zip();
    vec![
        body("split-runs", split.to_owned(), Says(DOCUMENT, &["Tên: Nguyễn Thị Thử."])),
        body("nested-tables", nested, Says(DOCUMENT, &["1. An", "bóng của An", "diều của An", "", "2. Bình", " của Bình", ""])),
        body("empty-rows", empty_rows, Says(DOCUMENT, &["Hàng", "[]", "[]"])),
        body("copied-rows", copied, Says(DOCUMENT, &["AnAn", "BìnhBình"])),
        body("legacy-check-boxes", legacy.to_owned(), Says(DOCUMENT, &[" Nguyễn Thị Thử"])),
        raw("headers", header, Says("word/header1.xml", &["Hồ sơ của NGUYỄN THỊ THỬ"])),
        body("text-boxes", text_box("{{ ho_ten }}, {{ gioi_tinh }}"), Says(DOCUMENT, &["", "Nguyễn Thị Thử, Nữ", "Nguyễn Thị Thử, Nữ"])),
        body("tracked-changes", tracked.to_owned(), Says(DOCUMENT, &["01/02/1990", "còn"])),
        body("fields", fields.to_owned(), Says(DOCUMENT, &["Nguyễn Thị Thử", "Nữ"])),
        body("links-and-comments", links.to_owned(), Says(DOCUMENT, &["xem Nguyễn Thị Thử và 01/02/1990"])),
        body("controls", controls, Says(DOCUMENT, &["Tên Nguyễn Thị Thử", "01/02/1990", "Số 12, xã Hòa Tiến, Đà Nẵng", "................", "giữ nguyên", "☐Nam☒Nữ☒"])),
        body("smart-quotes", smart, Says(DOCUMENT, &["Bà Đà Nẵng"])),
        body("spaces", spaces, Says(DOCUMENT, &["Nguyễn Thị Thử Nữ"])),
        body("walls", walls.to_owned(), Says(DOCUMENT, &["{{ 'a\nb' }}", "{{ ho_ten }}Nữ"])),
        body("cdata", cdata, Says(DOCUMENT, &["aNguyễn Thị Thử <"])),
        body("hostile-answers", p("{{ dau }}|{{ nhieu_dong }}"), Says(DOCUMENT, &["A & B < C \"D\" ]]> 'E'|dòng một\ndòng hai"])),
        body("broken-placeholders", broken, Says(DOCUMENT, &["Nguyễn Thị Thử {{ chua dong", "{{ ho ten }}  {{ }}", "{{ repeat con }}", "{{ 'x' * 99999999999 }}"])),
        raw("other-prefix", Parts::new("").with(DOCUMENT, prefixed).zip(), Says(DOCUMENT, &["dòng một\ndòng hai"])),
        raw("default-namespace", Parts::new("").with(DOCUMENT, default).zip(), Says(DOCUMENT, &["dòng một\ndòng hai"])),
        raw("byte-order-mark", with(DOCUMENT, [b"\xef\xbb\xbf".to_vec(), document(&p("{{ ho_ten }}")).into_bytes()].concat()), Says(DOCUMENT, &["Nguyễn Thị Thử"])),
        raw("utf-16", with(DOCUMENT, utf16), Refused("UTF-8")),
        raw("entity-bomb", with(DOCUMENT, bomb_entity.into_bytes()), Refused("document type")),
        raw("own-entity", with(DOCUMENT, document(&p("&ten;")).into_bytes()), Refused("broken")),
        raw("undeclared-prefix", with(DOCUMENT, document("<q:p/>").into_bytes()), Refused("prefix q is not declared")),
        raw("broken-xml", with(DOCUMENT, document("<w:p><w:r></w:p></w:r>").into_bytes()), Refused("broken")),
        raw("cut-xml", with(DOCUMENT, document("").into_bytes()[..600].to_vec()), Refused("broken")),
        raw("deep-xml", with(DOCUMENT, document(&deep).into_bytes()), Refused("deep")),
        raw("false-size", hostile_zip(|bytes| {
            // Both headers say 9 bytes for the document.
            let at = (0..bytes.len()).rev().find(|at| bytes[*at..].starts_with(b"PK\x01\x02") && bytes[*at + 46..].starts_with(b"word/document.xml")).unwrap();
            bytes[at + 24..at + 28].copy_from_slice(&9_u32.to_le_bytes());
        }), Refused("damaged")),
        raw("climbing-path", hostile_zip(|bytes| rename(bytes, b"word/comments.xml", b"../../commentsxml")), Refused("leads elsewhere")),
        raw("rooted-path", hostile_zip(|bytes| rename(bytes, b"word/comments.xml", b"/word-comment.xml")), Refused("leads elsewhere")),
        raw("windows-path", hostile_zip(|bytes| rename(bytes, b"word/comments.xml", b"..\\word\\comme.xml")), Refused("leads elsewhere")),
        raw("same-entry-twice", hostile_zip(|bytes| rename(bytes, b"word/comments.xml", b"word/document.xml")), Refused("twice")),
        raw("same-entry-other-case", hostile_zip(|bytes| rename(bytes, b"word/comments.xml", b"word/DOCUMENT.xml")), Refused("twice")),
        raw("locked", hostile_zip(|bytes| {
            let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(b"PK\x01\x02") && bytes[*at + 46..].starts_with(b"word/document.xml")).unwrap();
            bytes[at + 8] |= 1;
        }), Refused("password")),
        raw("damaged-data", hostile_zip(|bytes| {
            let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(b"word/media/du-lieu.bin")).unwrap();
            bytes[at + 60] ^= 0xff;
        }), Refused("damaged")),
        raw("cut-archive", hostile_zip(|bytes| bytes.truncate(bytes.len() / 2)), Refused("not a Word file")),
        raw("old-word", vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0], Refused("before 2007")),
        raw("text-file", b"{{ ho_ten }}".to_vec(), Refused("not a Word file")),
        raw("no-content-types", Parts::new(&p("{{ ho_ten }}")).without("[Content_Types].xml").zip(), Refused("list of its parts")),
        raw("no-document", Parts::new("").without(DOCUMENT).zip(), Refused("no document")),
        raw("no-relations", Parts::new("").without("_rels/.rels").zip(), Refused("which of its parts")),
        raw("macros", {
            let parts = Parts::new(&p("{{ ho_ten }}"));
            let types = String::from_utf8(parts.0[0].1.clone()).unwrap().replace("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml");
            parts.with("[Content_Types].xml", types).zip()
        }, Refused("macros")),
        Sample { name: "control-character", bytes: Parts::new(&p("{{ ho_ten }}")).zip(), answers: json!({"ho_ten": "a\u{1}b"}), expected: Refused("ho_ten holds the control character U+0001") },
        Sample { name: "control-character-in-a-row", bytes: Parts::new(&table(&[&p("{{ repeat con }}{{ row.ten|upper }}")])).zip(), answers: json!({"con": [{"ten": "a"}, {"ten": "\u{fffe}"}]}), expected: Refused("con[1].ten holds the control character U+FFFE") },
        Sample { name: "rows-that-are-none", bytes: Parts::new(&table(&[&p("{{ repeat ho_ten }}")])).zip(), answers: answers(), expected: Refused("not a list") },
    ]
}

/// Small files that ask for far too much time or memory; apart, since it takes a while to make them.
#[rustfmt::skip]
pub(crate) fn heavy() -> Vec<Sample> {
    let body = |name, body: &str, expected| Sample { name, bytes: Parts::new(body).zip(), answers: answers(), expected };
    let with = |name, part: &str, bytes: Vec<u8>| Sample { name, bytes: Parts::new(&p("{{ ho_ten }}")).with(part, bytes).zip(), answers: answers(), expected: Refused("unpacks to") };
    let run = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let many_runs = format!("<w:p>{}</w:p>", run(&"{{ trong }}".repeat(40)).repeat(4_000));
    let attributes: String = (0..600).map(|number| format!(" a{number}=\"\"")).collect();
    let prefixes = |letter: &str| (0..300).map(|number| format!(" xmlns:{letter}{number}=\"u\"")).collect::<String>();
    let rows = |inner: &str| table(&[&(p("{{ repeat con min 200 }}") + inner + &p(""))]);
    vec![
        with("zip-bomb", "word/media/anh.png", vec![0; 97 << 20]),
        with("xml-bomb", DOCUMENT, document(&" ".repeat(25 << 20)).into_bytes()),
        body("many-elements", &"<w:p/>".repeat(600_000), Refused("number of elements")),
        body("many-placeholders", &p(&"{{ ".repeat(450_000)), Refused("number of its placeholders")),
        body("many-beginnings-one-end", &p(&("{{ ".repeat(450_000) + "}}")), Refused("number of its placeholders")),
        body("many-runs", &many_runs, Says(DOCUMENT, &[""])),
        body("many-attributes", &format!("<w:p{attributes}/>"), Refused("over 500 attributes")),
        body("many-prefixes", &format!("<w:p{}><w:r{}/></w:p>", prefixes("a"), prefixes("b")), Refused("prefixes")),
        body("rows-that-multiply", &rows(&rows(&rows(""))), Refused("repeated rows")),
        Sample { name: "long-answer-often", bytes: Parts::new(&p(&"{{ dai }}".repeat(100))).zip(), answers: json!({"dai": "x".repeat(1 << 20)}), expected: Refused("filled with") },
    ]
}
