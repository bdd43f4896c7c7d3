//! Spreadsheets in and out: what people make of them, and what nobody should.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use hoso_eform::{Change, Form, Session};
use hoso_sheet::{
    Book, Cell, CellKind, DATA_SHEET, EXAMPLE_SHEET, Fields, Report, Row, read_row, write_template,
};
use jiff::civil::date;
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use serde_json::{Value, json};
use std::sync::Arc;

fn fields() -> Fields {
    let definition = json!({"display": "form", "components": [
        {"type": "container", "key": "nguoi", "label": "Người yêu cầu", "input": true, "components": [
            {"type": "vnName", "key": "ho_ten", "label": "Họ, chữ đệm, tên", "input": true, "validate": {"required": true}},
            {"type": "vnCitizenId", "key": "so", "label": "Số định danh cá nhân", "input": true},
            {"type": "vnDate", "key": "sinh", "label": "Ngày, tháng, năm sinh", "input": true},
            {"type": "select", "key": "tinh", "label": "Tỉnh, thành phố", "input": true,
             "data": {"values": [{"label": "Thành phố Hà Nội", "value": "01"}, {"label": "Tỉnh Quảng Ngãi", "value": "51"}]}}
        ]},
        {"type": "number", "key": "so_luong", "label": "Số lượng bản sao", "input": true},
        {"type": "checkbox", "key": "cam_doan", "label": "Cam đoan", "input": true},
        {"type": "datagrid", "key": "con", "label": "Con", "input": true, "components": [
            {"type": "vnName", "key": "ten", "label": "Họ tên con", "input": true},
            {"type": "vnDate", "key": "sinh", "label": "Ngày sinh con", "input": true}
        ]}
    ]});
    Fields::of(&opened(&definition).view().nodes)
}

fn opened(definition: &Value) -> Session {
    let form = Arc::new(Form::parse(definition).unwrap());
    let env = hoso_eform::Env::new("2026-11-21T03:00:00Z".parse().unwrap());
    Session::new(form, Value::Null, Default::default(), env)
}

fn rows(bytes: &[u8], sheet: usize) -> Vec<Row> {
    let mut book = Book::open(bytes).unwrap();
    book.rows(sheet).unwrap().map(Result::unwrap).collect()
}

fn texts(row: &Row) -> Vec<&str> {
    row.cells.iter().map(|cell| cell.text.as_str()).collect()
}

#[test]
fn cells_are_read_as_people_see_them() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let zeros = Format::new().set_num_format("000000000000");
    sheet.write_string(0, 0, "Nguye\u{302}\u{303}n").unwrap();
    sheet.write_number(0, 1, 1_090_000_001.0).unwrap();
    sheet
        .write_number_with_format(0, 2, 1_090_000_001.0, &zeros)
        .unwrap();
    sheet.write_number_with_format(0, 3, 45981.0, &day).unwrap();
    sheet.write_boolean(0, 4, true).unwrap();
    sheet
        .write_formula(0, 5, Formula::new("=1+1").set_result("2"))
        .unwrap();
    sheet
        .merge_range(2, 0, 4, 0, "chung", &Format::new())
        .unwrap();
    for line in 2..5 {
        sheet.write_number(line, 1, line).unwrap();
    }
    workbook
        .add_worksheet()
        .set_name("Hai")
        .unwrap()
        .write_string(7, 1, "x")
        .unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let read = rows(&bytes, 0);
    assert_eq!(
        texts(&read[0]),
        [
            "Nguyễn",
            "1090000001",
            "001090000001",
            "20/11/2025",
            "TRUE",
            "2"
        ]
    );
    assert_eq!(read[0].cells[1].kind, CellKind::Number);
    assert_eq!(read[0].cells[2].kind, CellKind::Text);
    assert_eq!(
        read.iter().map(|row| row.line).collect::<Vec<_>>(),
        [1, 3, 4, 5]
    );
    assert_eq!(texts(&read[3]), ["chung", "4"]);
    let second = rows(&bytes, 1);
    assert_eq!((second[0].line, texts(&second[0])), (8, vec!["", "x"]));
}

#[test]
fn headings_are_found_and_matched_as_people_write_them() {
    let fields = fields();
    for (heading, path) in [
        ("nguoi.ho_ten", "nguoi.ho_ten"),
        ("Người yêu cầu › Họ, chữ đệm, tên *", "nguoi.ho_ten"),
        ("Ho va ten", "nguoi.ho_ten"),
        ("Họ tên người yêu cầu", "nguoi.ho_ten"),
        ("Số CCCD", "nguoi.so"),
        ("1. Ngày sinh (ngày/tháng/năm)", "nguoi.sinh"),
        ("TỈNH/THÀNH PHỐ", "nguoi.tinh"),
        ("so_luong", "so_luong"),
        ("con.1.ten", "con[0].ten"),
        ("Con 2 › Họ tên con", "con[1].ten"),
    ] {
        let found = fields.match_columns(&[heading.to_owned()]);
        let found = found[0].as_ref().unwrap_or_else(|| panic!("{heading}"));
        assert_eq!((found.path.as_str(), found.sure), (path, true), "{heading}");
    }
    assert_eq!(fields.match_columns(&["Màu mắt".to_owned()]), [None]);
    let csv = "DANH SÁCH;;\n;;\nSTT;Họ và tên;CCCD\n1;Đỗ Thử;001090000001\n";
    let heading = fields.find_heading(&rows(csv.as_bytes(), 0)).unwrap();
    assert_eq!(heading.line, 3);
}

#[test]
fn the_top_of_a_tree_is_answered_where_the_form_keeps_it() {
    let ten = json!({"type": "textfield", "key": "ten", "label": "Họ tên", "input": true, "validate": {"required": true}});
    let cay = |key: &str, label: &str, components: Value| json!({"type": "tree", "key": key, "label": label, "input": true, "tree": true, "components": components});
    let mut fixed = cay("co_dinh", "Cố định", json!([ten]));
    fixed["disabled"] = json!(true);
    fixed["customConditional"] = json!("show = false");
    let definition = json!({"display": "form", "components": [
        cay("gia_pha", "Gia phả", json!([
            {"type": "panel", "key": "nhom", "components": [ten]},
            {"type": "datagrid", "key": "con", "label": "Con", "input": true, "components": [ten]},
            cay("nhanh", "Nhánh", json!([ten])),
        ])),
        {"type": "datagrid", "key": "nha", "label": "Nhà", "input": true, "components": [cay("cay", "Cây", json!([ten]))]},
        fixed,
    ]});
    let mut session = opened(&definition);
    let fields = Fields::of(&session.view().nodes);
    let paths: Vec<_> = fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "gia_pha.data.ten",
            "gia_pha.data.con[].ten",
            "gia_pha.data.nhanh.data.ten",
            "nha[].cay.data.ten",
        ]
    );
    assert_eq!(
        fields.heading("gia_pha.data.con[1].ten").as_deref(),
        Some("Gia phả › Con 2 › Họ tên")
    );
    assert_eq!(
        fields.heading("nha[0].cay.data.ten").as_deref(),
        Some("Nhà › Cây 1 › Họ tên")
    );

    // A row that answers all of them is good.
    let headings = [
        "Gia phả › Họ tên",
        "Gia phả › Con 1 › Họ tên",
        "Nhánh › Họ tên",
        "nha.1.cay.data.ten",
    ];
    let targets: Vec<_> = fields
        .match_columns(&headings.map(str::to_owned))
        .into_iter()
        .map(|found| found.map(|found| found.path))
        .collect();
    let cell = |text: &str| Cell {
        text: text.to_owned(),
        kind: CellKind::Text,
    };
    let row = read_row(&fields, &targets, &["Ông", "Bố", "Cháu", "Chắt"].map(cell));
    let typed: Vec<_> = row
        .answers
        .into_iter()
        .map(|(path, value)| Change::Set { path, value })
        .collect();
    session.open_again(json!({}), &typed);
    assert_eq!(session.errors(None), []);
    let gia_pha =
        json!({"data": {"ten": "Ông", "con": [{"ten": "Bố"}], "nhanh": {"data": {"ten": "Cháu"}}}});
    let sealed = session.sealed_data();
    assert_eq!(sealed["gia_pha"], gia_pha);
    assert_eq!(sealed["nha"], json!([{"cay": {"data": {"ten": "Chắt"}}}]));
}

#[test]
fn what_a_spreadsheet_spoils_is_told() {
    let fields = fields();
    let of = |text: &str, kind| Cell {
        text: text.to_owned(),
        kind,
    };
    let (number, words) = (CellKind::Number, CellKind::Text);
    for (path, cell, value, wrong) in [
        (
            "nguoi.so",
            of("1090000001", number),
            json!("001090000001"),
            Some(false),
        ),
        (
            "nguoi.so",
            of("001090000001", words),
            json!("001090000001"),
            None,
        ),
        ("nguoi.so", of("1.09E+11", words), Value::Null, Some(true)),
        (
            "nguoi.sinh",
            of("45981", number),
            json!("2025-11-20"),
            Some(false),
        ),
        (
            "nguoi.sinh",
            of("20/11/2025", CellKind::Date),
            json!("20/11/2025"),
            None,
        ),
        ("nguoi.sinh", of("hôm qua", words), Value::Null, Some(true)),
        ("nguoi.tinh", of("ha noi", words), json!("01"), None),
        ("nguoi.tinh", of("Sao Hỏa", words), Value::Null, Some(true)),
        ("so_luong", of("1.234", number), json!(1.234), None),
        ("so_luong", of("1.234", words), json!(1234), None),
        ("so_luong", of("1,5", words), json!(1.5), None),
        ("cam_doan", of("X", words), json!(true), None),
        ("cam_doan", of("có lẽ", words), Value::Null, Some(true)),
        (
            "so_luong",
            of("#N/A", CellKind::Error),
            Value::Null,
            Some(true),
        ),
        (
            "so_luong",
            of("", CellKind::Formula),
            Value::Null,
            Some(true),
        ),
    ] {
        let read = read_row(
            &fields,
            &[Some(path.to_owned())],
            std::slice::from_ref(&cell),
        );
        let got = read
            .answers
            .first()
            .map_or(Value::Null, |(_, value)| value.clone());
        assert_eq!(got, value, "{path} {cell:?}");
        assert_eq!(
            read.marks.first().map(|mark| mark.wrong),
            wrong,
            "{path} {cell:?}"
        );
    }
    // The second child closes up where there is no first.
    let targets = [Some("con[0].ten".to_owned()), Some("con[1].ten".to_owned())];
    let read = read_row(&fields, &targets, &[Cell::default(), Cell::typed("An")]);
    assert_eq!(read.answers, [("con[0].ten".to_owned(), json!("An"))]);
}

#[test]
fn a_template_reads_back_as_its_example() {
    let fields = fields();
    let example = json!({
        "nguoi": {"ho_ten": "=Đỗ Thử", "so": "001090000001", "sinh": "1990-01-01", "tinh": "51"},
        "so_luong": 3, "cam_doan": true, "con": [{"ten": "Đỗ Một", "sinh": "2020-02-02"}],
    });
    let bytes = write_template("Mẫu", &fields, &example, date(2026, 11, 21)).unwrap();
    assert_eq!(
        bytes,
        write_template("Mẫu", &fields, &example, date(2026, 11, 21)).unwrap()
    );
    let mut book = Book::open(&bytes).unwrap();
    let names: Vec<_> = book.sheets().into_iter().map(|sheet| sheet.name).collect();
    assert_eq!(names[..2], [DATA_SHEET, EXAMPLE_SHEET]);
    assert_eq!(book.rows(0).unwrap().count(), 1);
    let filled = rows(&bytes, 1);
    let heading = fields.find_heading(&filled).unwrap();
    let targets: Vec<Option<String>> = fields
        .match_columns(&heading.columns)
        .into_iter()
        .map(|found| found.filter(|found| found.sure).map(|found| found.path))
        .collect();
    assert!(
        targets.iter().all(Option::is_some),
        "{targets:?} {:?}",
        heading.columns
    );
    let read = read_row(&fields, &targets, &filled[1].cells);
    assert_eq!(read.marks, []);
    let says = |path: &str| {
        let found = read.answers.iter().find(|(own, _)| own == path);
        found.unwrap_or_else(|| panic!("{path}")).1.clone()
    };
    assert_eq!(says("nguoi.ho_ten"), "=Đỗ Thử");
    assert_eq!(says("nguoi.tinh"), "51");
    assert_eq!(says("so_luong"), 3);
    assert_eq!(says("con[0].ten"), "Đỗ Một");
}

#[test]
fn a_report_holds_no_formula_and_reads_back() {
    let headings = ["Họ tên".to_owned(), "Số".to_owned()];
    let mut report = Report::new("a.xlsx", &headings, date(2026, 11, 21)).unwrap();
    let cells = [Cell::typed("=HYPERLINK(\"http://x\")"), Cell::typed("+1")];
    let marks = read_row(&fields(), &[None, Some("nguoi.sinh".into())], &cells).marks;
    assert_eq!(marks.len(), 1);
    report.add(7, &cells, &marks, str::to_owned).unwrap();
    let read = rows(&report.finish().unwrap(), 0);
    assert_eq!(
        &texts(&read[1])[..3],
        ["=HYPERLINK(\"http://x\")", "+1", "7"]
    );
    assert!(read[1].cells.iter().all(|cell| cell.kind == CellKind::Text));
}

fn sample() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for line in 0..6 {
        sheet
            .write_string(line, 0, format!("Đỗ & Thử <{line}>"))
            .unwrap();
        sheet
            .write_number_with_format(line, 1, 45981.0, &day)
            .unwrap();
    }
    sheet.merge_range(7, 0, 9, 3, "chung", &day).unwrap();
    workbook.save_to_buffer().unwrap()
}

fn read_all(bytes: &[u8]) {
    if let Ok(mut book) = Book::open(bytes) {
        for sheet in 0..book.sheets().len().min(3) {
            if let Ok(rows) = book.rows(sheet) {
                let mut before = 0;
                for row in rows.flatten() {
                    assert!(row.line > before);
                    before = row.line;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_all(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(?s).{0,200}", separator in "[,;\t]") {
        read_all(text.replace('a', &separator).as_bytes());
    }

    #[test]
    fn a_spoiled_workbook_is_read_or_refused(spoils in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<prop::sample::Index>()) {
        let mut bytes = sample();
        for (place, byte) in &spoils {
            let place = place.index(bytes.len());
            bytes[place] = *byte;
        }
        read_all(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        read_all(&bytes);
    }

    /// The archive is whole here, so that what is spoiled is the XML.
    #[test]
    fn a_sheet_with_spoiled_xml_is_read_or_refused(spoils in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        use std::io::{Cursor, Read as _, Write as _};
        let mut archive = zip::ZipArchive::new(Cursor::new(sample())).unwrap();
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let (name, mut content) = (file.name().to_owned(), Vec::new());
            file.read_to_end(&mut content).unwrap();
            for (place, byte) in &spoils {
                if name.contains("sheet1") || name.contains("shared") || name.contains("styles") {
                    let place = place.index(content.len());
                    content[place] = *byte;
                }
            }
            out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            out.write_all(&content).unwrap();
        }
        read_all(&out.finish().unwrap().into_inner());
    }
}

/// A sheet of spaces and one that claims texts without end: refused without taking the memory.
#[test]
fn bombs_are_refused() {
    use std::io::{Cursor, Read as _, Write as _};
    let mut archive = zip::ZipArchive::new(Cursor::new(sample())).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let (name, mut content) = (file.name().to_owned(), Vec::new());
        file.read_to_end(&mut content).unwrap();
        if name.contains("sharedStrings") {
            let text = String::from_utf8(content).unwrap();
            content = text
                .replacen("uniqueCount=\"", "uniqueCount=\"99999999999", 1)
                .into_bytes();
        }
        out.start_file(&name, zip::write::SimpleFileOptions::default())
            .unwrap();
        if name.contains("sheet1.xml") && !name.contains("rels") {
            out.write_all(b"<worksheet><sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>")
                .unwrap();
            for _ in 0..8 {
                out.write_all(&vec![b' '; 1 << 20]).unwrap();
            }
            content = b"</t></is></c></row></sheetData></worksheet>".to_vec();
        }
        out.write_all(&content).unwrap();
    }
    let bytes = out.finish().unwrap().into_inner();
    assert!(bytes.len() < 100_000);
    let mut book = Book::open(&bytes).unwrap();
    let refused = match book.rows(0) {
        Err(error) => error.to_string(),
        Ok(mut rows) => rows.next().unwrap().unwrap_err().to_string(),
    };
    assert!(refused.contains("length of a text"), "{refused}");
}

/// What another reader says stands in the first sheet, as people see it: line, column and words.
fn second_opinion(bytes: &[u8]) -> Vec<(u32, usize, String)> {
    use calamine::{Data, Reader as _};
    let mut workbook: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let range = workbook.worksheet_range_at(0).unwrap().unwrap();
    let (top, left) = range.start().unwrap();
    range
        .used_cells()
        .filter_map(|(line, column, cell)| {
            let text = match cell {
                Data::String(text) => text.trim().replace("\r\n", "\n"),
                Data::Float(number) => number.to_string(),
                Data::Int(number) => number.to_string(),
                Data::Bool(true) => "TRUE".to_owned(),
                Data::Bool(false) => "FALSE".to_owned(),
                Data::DateTime(day) => {
                    let (year, month, day, hour, minute, _, _) = day.to_ymd_hms_milli();
                    match (hour, minute) {
                        (0, 0) => format!("{day:02}/{month:02}/{year:04}"),
                        _ => format!("{day:02}/{month:02}/{year:04} {hour:02}:{minute:02}"),
                    }
                }
                other => other.to_string(),
            };
            let line = top + u32::try_from(line).unwrap() + 1;
            (!text.is_empty()).then(|| (line, left as usize + column, text))
        })
        .collect()
}

#[derive(Debug, Clone)]
enum Put {
    Words(String),
    Number(f64),
    Day(u16),
    Moment(u16, u8),
    Yes(bool),
}

fn put() -> impl Strategy<Value = Put> {
    prop_oneof![
        "[A-Za-zĐđôưạ0-9=<>&\"' ;,.+-]{1,20}".prop_map(Put::Words),
        (-1_000_000_000_000_i64..1_000_000_000_000).prop_map(|number| Put::Number(number as f64)),
        (-1_000_000_i32..1_000_000).prop_map(|number| Put::Number(f64::from(number) / 1000.0)),
        (61_u16..60_000).prop_map(Put::Day),
        (61_u16..60_000, 1_u8..24).prop_map(|(day, hour)| Put::Moment(day, hour)),
        any::<bool>().prop_map(Put::Yes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_calamine_reads_is_read(cells in prop::collection::btree_map((0_u32..40, 0_u16..30), put(), 1..60)) {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let day = Format::new().set_num_format("dd/mm/yyyy");
        let moment = Format::new().set_num_format("dd/mm/yyyy hh:mm");
        for ((line, column), put) in &cells {
            match put {
                Put::Words(text) => sheet.write_string(*line, *column, text),
                Put::Number(number) => sheet.write_number(*line, *column, *number),
                Put::Day(serial) => sheet.write_number_with_format(*line, *column, *serial, &day),
                Put::Moment(serial, hour) => {
                    let serial = f64::from(*serial) + f64::from(*hour) / 24.0;
                    sheet.write_number_with_format(*line, *column, serial, &moment)
                }
                Put::Yes(yes) => sheet.write_boolean(*line, *column, *yes),
            }
            .unwrap();
        }
        let bytes = workbook.save_to_buffer().unwrap();
        let read: Vec<_> = rows(&bytes, 0)
            .into_iter()
            .flat_map(|row| {
                let line = row.line;
                row.cells
                    .into_iter()
                    .enumerate()
                    .filter(|(_, cell)| !cell.is_empty())
                    .map(move |(column, cell)| (line, column, cell.text))
            })
            .collect();
        prop_assert_eq!(read, second_opinion(&bytes));
    }
}
