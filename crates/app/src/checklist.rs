//! A procedure's papers on a sheet to tick off (*danh mục giấy tờ cần chuẩn bị*): for who gathers them at home, or brings the originals.

use hoso_eform::Env;
use hoso_paper::Document;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sheets::{Sheet, document};
use crate::text::written;
use crate::view::{ComponentInfo, ProcedureInfo};
use crate::{App, AppError};

/// How the sheet looks.
const LAYOUT: (&str, &str) = ("checklist.html", include_str!("checklist.html"));

impl App {
    /// Prints the list of a procedure's papers by way of the system.
    ///
    /// # Errors
    /// There is no such procedure, or printing can't be started.
    pub async fn checklist_print(&self, code: String) -> Result<(), AppError> {
        self.print_sheet(&self.checklist(code).await?)
    }

    /// Saves it as PDF where the person says; where it went, or nothing when they changed their mind.
    ///
    /// # Errors
    /// There is no such procedure, or the file can't be written.
    pub async fn checklist_save(&self, code: String) -> Result<Option<String>, AppError> {
        self.save_sheet(&self.checklist(code).await?).await
    }

    async fn checklist(&self, code: String) -> Result<Sheet, AppError> {
        let english = self.open()?.language() == "en";
        let info = self.procedure(code).await?;
        let name = format!("danh-muc-giay-to-{}.pdf", info.row.code);
        Sheet::new(name, &sheet(&info, english, self.host.now())?)
    }
}

fn sheet(info: &ProcedureInfo, english: bool, now: Timestamp) -> Result<Document, AppError> {
    let content = content(info, english, now);
    document(LAYOUT, &info.row.name, &content, english, now)
}

/// What stands on it.
fn content(info: &ProcedureInfo, english: bool, now: Timestamp) -> Value {
    let say = |vi: &'static str, en: &'static str| if english { en } else { vi };
    let row = &info.row;
    let level = if row.full_online {
        say(
            "Dịch vụ công trực tuyến toàn trình",
            "Wholly online public service",
        )
    } else {
        say(
            "Dịch vụ công trực tuyến một phần",
            "Partly online public service",
        )
    };
    let facts: Vec<Value> = [
        (say("Mã thủ tục", "Code"), row.code.as_str()),
        (say("Cơ quan thực hiện", "Agency"), row.agency.as_str()),
        (say("Mức độ", "Service level"), level),
        (say("Thời hạn giải quyết", "Time"), row.time.as_str()),
        (say("Phí, lệ phí", "Fees"), row.fee.as_str()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(label, text)| json!({"label": label, "text": text}))
    .collect();
    let need = |one: &ComponentInfo| match (one.conditional, one.required) {
        (true, _) => say("Tùy trường hợp", "Depends"),
        (_, true) => say("Bắt buộc", "Required"),
        (_, false) => say("Không bắt buộc", "Optional"),
    };
    let count = |count: u32| {
        if count == 0 {
            String::new()
        } else {
            count.to_string()
        }
    };
    let papers: Vec<Value> = info
        .components
        .iter()
        .map(|one| {
            json!({
                "name": one.name,
                "hint": one.hint,
                "original": count(one.original),
                "copy": count(one.copy),
                "need": need(one),
            })
        })
        .collect();
    let notes: Vec<Value> = info
        .notes
        .iter()
        .map(|note| json!({ "text": note }))
        .collect();
    let heading = say("Danh mục giấy tờ cần chuẩn bị", "Checklist of papers");
    let day = written(Env::new(now).date());
    json!({
        "title": format!("{heading}: {}", row.name),
        "heading": heading,
        "name": row.name,
        "facts": facts,
        "attend": info.must_attend,
        "attend_label": say("Khi nào phải đến trực tiếp", "When one has to come in person"),
        "column": {
            "number": say("STT", "No."),
            "name": say("Tên giấy tờ", "Paper"),
            "original": say("Bản chính", "Originals"),
            "copy": say("Bản sao", "Copies"),
            "need": say("Cần nộp", "Needed"),
        },
        "papers": papers,
        "notes_label": say("Lưu ý", "Please note"),
        "notes": notes,
        "as_of": if english {
            format!("By form pack {}, printed on {day}", info.version)
        } else {
            format!("Theo gói biểu mẫu {}, in ngày {day}", info.version)
        },
    })
}

#[cfg(test)]
mod tests {
    use hoso_paper::{to_pdf, words};

    use super::*;
    use crate::view::ProcedureRow;

    fn info() -> ProcedureInfo {
        let component = |name: &str, original, required, conditional| ComponentInfo {
            code: name.into(),
            name: name.into(),
            original,
            copy: 0,
            required,
            conditional,
            is_form: false,
            hint: "Bản giấy".into(),
        };
        ProcedureInfo {
            row: ProcedureRow {
                code: "1.000894".into(),
                name: "Đăng ký kết hôn".into(),
                level: "commune".into(),
                agency: "Ủy ban nhân dân cấp xã".into(),
                field: "Hộ tịch".into(),
                full_online: false,
                fee: String::new(),
                time: "Trong ngày".into(),
            },
            version: "2026.1".into(),
            summary: String::new(),
            steps: vec![],
            methods: vec![],
            components: vec![
                component("Giấy xác nhận tình trạng hôn nhân", 1, true, false),
                component("Trích lục ly hôn", 1, true, true),
                component("Ảnh", 0, false, false),
            ],
            notes: vec!["Hai bên cùng có mặt.".into()],
            fees: vec![],
            result: String::new(),
            legal: vec![],
            must_attend: "Khi ký Sổ đăng ký kết hôn.".into(),
            not_in_force: String::new(),
            confidence: String::new(),
        }
    }

    #[test]
    fn every_paper_stands_on_the_sheet_with_how_many_and_whether_it_is_needed() {
        let now = "2026-11-21T20:00:00Z".parse().unwrap();
        for (english, told) in [
            (
                false,
                [
                    "DANH MỤC GIẤY TỜ CẦN CHUẨN BỊ",
                    "Đăng ký kết hôn",
                    "Dịch vụ công trực tuyến một phần",
                    "Khi nào phải đến trực tiếp: Khi ký Sổ đăng ký kết hôn.",
                    "1 Giấy xác nhận tình trạng hôn nhân Bản giấy 1 Bắt buộc",
                    "2 Trích lục ly hôn Bản giấy 1 Tùy trường hợp",
                    "3 Ảnh Bản giấy Không bắt buộc",
                    "– Hai bên cùng có mặt.",
                    // It is the 22nd in Vietnam.
                    "Theo gói biểu mẫu 2026.1, in ngày 22/11/2026",
                ],
            ),
            (
                true,
                [
                    "CHECKLIST OF PAPERS",
                    "Đăng ký kết hôn",
                    "Partly online public service",
                    "When one has to come in person: Khi ký Sổ",
                    "hôn nhân Bản giấy 1 Required",
                    "ly hôn Bản giấy 1 Depends",
                    "Ảnh Bản giấy Optional",
                    "Please note",
                    "printed on 22/11/2026",
                ],
            ),
        ] {
            let sheet = sheet(&info(), english, now).unwrap();
            let said = words(&sheet).join(" ");
            for text in told {
                assert!(said.contains(text), "{text} in: {said}");
            }
            // No fee is named, so none is told of.
            assert!(!said.contains("Phí"), "{said}");
            let bytes = to_pdf(&sheet).unwrap();
            assert!(bytes.starts_with(b"%PDF"));
        }
    }
}
