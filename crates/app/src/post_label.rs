//! The label for an envelope (*nhãn bưu gửi*) in which the originals of a dossier go to its desk by post.

use hoso_dossier::{DossierId, PostAddress};
use hoso_paper::Document;
use jiff::Timestamp;
use serde_json::json;

use crate::sheets::{Sheet, document};
use crate::{App, AppError};

const LAYOUT: (&str, &str) = ("post_label.html", include_str!("post_label.html"));

/// What stands on it.
struct Label<'a> {
    from: &'a PostAddress,
    /// The desk's name.
    to: &'a str,
    code: &'a str,
    /// The procedure's name.
    procedure: &'a str,
}

impl App {
    /// Prints the label by way of the system.
    ///
    /// # Errors
    /// The portal has given the dossier no code yet, no post was chosen for its originals, or printing can't be started.
    pub async fn post_label_print(&self, id: DossierId) -> Result<(), AppError> {
        self.print_sheet(&self.post_label(id).await?)
    }

    /// Saves it as PDF where the person says; where it went, or nothing when they changed their mind.
    ///
    /// # Errors
    /// As [`Self::post_label_print`], or the file can't be written.
    pub async fn post_label_save(&self, id: DossierId) -> Result<Option<String>, AppError> {
        self.save_sheet(&self.post_label(id).await?).await
    }

    async fn post_label(&self, id: DossierId) -> Result<Sheet, AppError> {
        let open = self.open()?;
        let missing = |what| AppError::NotFound {
            what,
            id: id.to_string(),
        };
        let info = self.dossier(id).await?;
        let code = info
            .row
            .code
            .ok_or_else(|| missing("code of the dossier"))?;
        let manifest = open.newest_manifest(id).await?;
        let from = manifest.and_then(|one| one.originals);
        let from = from.ok_or_else(|| missing("address where the post collects the originals"))?;
        let label = Label {
            from: &from,
            // Where nobody chose the desk, it is the procedure's.
            to: [&info.received_by, &info.agency]
                .into_iter()
                .find(|name| !name.is_empty())
                .map_or("", String::as_str),
            code: code.as_str(),
            procedure: &info.row.title,
        };
        let english = open.language() == "en";
        let label = label.lay_out(english, self.host.now())?;
        Sheet::new(format!("nhan-buu-gui-{code}.pdf"), &label)
    }
}

impl Label<'_> {
    fn lay_out(&self, english: bool, now: Timestamp) -> Result<Document, AppError> {
        let say = |vi: &'static str, en: &'static str| if english { en } else { vi };
        let from = self.from;
        let place = [&from.street, &from.commune, &from.province].map(|part| part.trim());
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let title = format!("{} {}", say("Nhãn bưu gửi", "Postal label"), self.code);
        // The post reads Vietnamese, whatever language the person has chosen; what is for the person is in theirs.
        let content = json!({
            "title": title,
            "from_label": "Người gửi",
            "from": { "name": from.name, "phone": from.phone },
            "from_place": place.join(", "),
            "phone_label": "Điện thoại",
            "to_label": "Người nhận",
            "desk": "Bộ phận tiếp nhận và trả kết quả hồ sơ (Một cửa)",
            "to": self.to,
            "place_label": "Địa chỉ",
            "code_label": "Mã hồ sơ",
            "code": self.code,
            "procedure": self.procedure,
            "inside": "Bên trong: bản gốc kèm theo hồ sơ nộp trực tuyến.",
            "how": say(
                "Ghi địa chỉ nơi nhận như cổng hướng dẫn, cắt theo khung rồi dán lên phong bì.",
                "Write the desk’s address as the portal names it, cut along the frame and stick it on the envelope.",
            ),
        });
        document(LAYOUT, &title, &content, english, now)
    }
}

#[cfg(test)]
mod tests {
    use hoso_paper::{to_pdf, words};

    use super::*;

    #[test]
    fn sender_desk_and_code_stand_on_it_whatever_is_missing() {
        let now = "2026-11-21T20:00:00Z".parse().unwrap();
        let from = PostAddress {
            name: "Nguyễn Văn An".into(),
            phone: "0900000001".into(),
            street: "Số 12, đường Thử Nghiệm".into(),
            commune: String::new(),
            province: "Tỉnh Quảng Ngãi".into(),
        };
        for (english, how) in [(false, "cắt theo khung"), (true, "cut along the frame")] {
            let label = Label {
                from: &from,
                to: "Phường Hoa Ban, Tỉnh Quảng Ngãi",
                code: "000.00.19.H34-261121-0001",
                procedure: "Đăng ký khai sinh",
            };
            let sheet = label.lay_out(english, now).unwrap();
            let said = words(&sheet).join(" ");
            for text in [
                "NGƯỜI GỬI Nguyễn Văn An Điện thoại: 0900000001 Số 12, đường Thử Nghiệm, Tỉnh Quảng Ngãi",
                "Phường Hoa Ban, Tỉnh Quảng Ngãi",
                "Mã hồ sơ: 000.00.19.H34-261121-0001",
                "Đăng ký khai sinh",
                how,
            ] {
                assert!(said.contains(text), "{text} in: {said}");
            }
            assert!(to_pdf(&sheet).unwrap().starts_with(b"%PDF"));
        }
    }
}
