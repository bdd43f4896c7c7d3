//! Papers that the agency hands back: the receipt for a dossier, the receipt for a payment, the result.

use hoso_dossier::{Delivery, DossierId, FormPack, Manifest, Money, Sha256};
use hoso_eform::vn::money_in_words;
use hoso_paper::{Layout, LayoutError, Meta, PaperError, lay_out, layouts, to_pdf};
use hoso_portal_api::PortalFileKind;
use jiff::Zoned;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::catalogue;
use crate::desk::{OFFICER, UNIT};
use crate::pages::in_vietnam;
use crate::portal::Portal;
use crate::refusal::Refusal;

/// The agency above the desk; invented.
const AUTHORITY: &str = "UBND TỈNH MẪU";
/// Where papers are signed; invented.
const PLACE: &str = "Xã Mẫu";

/// A paper to be made for a dossier.
pub(crate) enum Paper<'a> {
    /// *Giấy tiếp nhận hồ sơ và hẹn trả kết quả*.
    Reception { due: &'a Zoned },
    /// *Biên lai thu phí, lệ phí*.
    PaymentReceipt {
        fee: &'a str,
        amount: Money,
        transaction: &'a str,
        /// Paid at the desk.
        cash: bool,
    },
    /// *Kết quả giải quyết*, a sample; issued again so many times.
    Result { again: u32 },
}

#[derive(Debug, thiserror::Error)]
enum CannotMake {
    #[error(transparent)]
    Layout(#[from] LayoutError),
    #[error(transparent)]
    Paper(#[from] PaperError),
}

/// Makes a paper and puts it among the dossier's files, in place of one that was made before. One that can't be set in type is left out, so that the desk can go on.
pub(crate) async fn add(
    portal: &Portal,
    db: &mut SqliteConnection,
    id: DossierId,
    paper: Paper<'_>,
) -> Result<(), Refusal> {
    let (code, bytes): (String, Vec<u8>) = sqlx::query_as(
        "SELECT code, manifest FROM dossiers
         JOIN revisions ON dossier = id AND revisions.revision = dossiers.revision WHERE id = ?",
    )
    .bind(id.to_string())
    .fetch_one(&mut *db)
    .await?;
    let manifest = Manifest::from_sealed(&bytes)
        .map_err(|error| Refusal::internal("reading a stored revision", &error))?;
    let procedure = catalogue::name_of(db, &manifest.procedure).await?;
    let pack = catalogue::newest_pack(db, &manifest.procedure).await?;
    let subject = Subject {
        code: &code,
        manifest: &manifest,
        procedure: &procedure,
        pack: pack.as_ref(),
        now: in_vietnam(portal.now()),
    };
    let (kind, file, name, layout, answers) = match paper {
        Paper::Reception { due } => (
            PortalFileKind::Reception,
            "giay-tiep-nhan",
            format!("Giấy tiếp nhận {code}.pdf"),
            layouts::reception(),
            subject.reception(due),
        ),
        Paper::PaymentReceipt {
            fee,
            amount,
            transaction,
            cash,
        } => (
            PortalFileKind::PaymentReceipt,
            "bien-lai",
            format!("Biên lai {code}.pdf"),
            layouts::payment_receipt(),
            subject.payment_receipt(fee, amount, transaction, cash),
        ),
        Paper::Result { again } => (
            PortalFileKind::Result,
            "ket-qua",
            format!("Kết quả {code}.pdf"),
            layouts::result(),
            subject.result(again),
        ),
    };
    let content = match set(layout, &answers, &subject) {
        Ok(content) => content,
        Err(error) => {
            tracing::warn!(%error, file, "leaving a paper out");
            return Ok(());
        }
    };
    let kind = serde_json::to_value(kind)?;
    sqlx::query(
        "INSERT INTO files (dossier, id, kind, name, media_type, sha256, content) VALUES (?, ?, ?, ?, 'application/pdf', ?, ?)
         ON CONFLICT (dossier, id) DO UPDATE SET name = excluded.name, sha256 = excluded.sha256, content = excluded.content",
    )
    .bind(id.to_string())
    .bind(file)
    .bind(kind.as_str())
    .bind(name.replace('/', "-"))
    .bind(Sha256::of(&content).to_string())
    .bind(content)
    .execute(db)
    .await?;
    Ok(())
}

fn set(
    layout: Result<Layout, LayoutError>,
    answers: &Value,
    subject: &Subject<'_>,
) -> Result<Vec<u8>, CannotMake> {
    let mut meta = Meta::new(subject.procedure, subject.now.datetime());
    meta.dossier_code = Some(subject.code.to_owned());
    "Cổng dịch vụ công (thử nghiệm)".clone_into(&mut meta.producer);
    Ok(to_pdf(&lay_out(&layout?, answers, &meta)?)?)
}

/// What the papers are about.
struct Subject<'a> {
    code: &'a str,
    manifest: &'a Manifest,
    procedure: &'a str,
    pack: Option<&'a FormPack>,
    now: Zoned,
}

impl Subject<'_> {
    fn reception(&self, due: &Zoned) -> Value {
        let components: Vec<Value> = self
            .manifest
            .files
            .iter()
            .map(|file| {
                let name = self
                    .pack
                    .and_then(|pack| pack.component(&file.component))
                    .map_or(file.name.as_str(), |component| &component.name.vi);
                json!({ "ten": name, "loai": "Bản điện tử", "so_luong": "1" })
            })
            .collect();
        let pick_up = match &self.manifest.delivery {
            Delivery::Electronic => "Cổng dịch vụ công (bản điện tử)".to_owned(),
            Delivery::AtDesk => UNIT.to_owned(),
            Delivery::Post { address, .. } => address.clone(),
        };
        json!({
            "co_quan_chu_quan": AUTHORITY,
            "ten_co_quan_trung_tam_pvhcc": UNIT.to_uppercase(),
            "so_ma_ho_so": self.code,
            "dia_danh": PLACE,
            "ngay": self.day(),
            "bo_phan_tiep_nhan_va_tra_ket_qua": UNIT,
            "tiep_nhan_ho_so_cua": self.manifest.applicant.name,
            "so_cccd_ddcn_mst": self.manifest.applicant.identity,
            "noi_dung_yeu_cau_giai_quyet": self.procedure,
            "thanh_phan_ho_so_nop_gom": components,
            "so_luong_ho_so_bo": "01",
            "thoi_gian_giai_quyet_ho_so_theo_quy_dinh_ngay":
                self.pack.map(|pack| pack.procedure().time.as_str()).unwrap_or_default(),
            "thoi_gian_nhan_ho_so_gio_phut_ngay": time(&self.now),
            "thoi_gian_tra_ket_qua_giai_quyet_ho_so": time(due),
            "dang_ky_nhan_ket_qua_tai": pick_up,
            "phi_le_phi": self.manifest.fee.to_string(),
            "nguoi_nop": self.manifest.applicant.name,
            "nguoi_tiep_nhan": officer(),
        })
    }

    fn payment_receipt(&self, fee: &str, amount: Money, transaction: &str, cash: bool) -> Value {
        // The column says "đồng" already.
        let sum = amount.to_string();
        let sum = sum.trim_end_matches(" đ");
        json!({
            "co_quan_chu_quan": AUTHORITY,
            "co_quan_thu": UNIT.to_uppercase(),
            "so_bien_lai": transaction,
            "ma_ho_so": self.code,
            "nguoi_nop": self.manifest.applicant.name,
            "so_dinh_danh": self.manifest.applicant.identity,
            "khoan": [{ "ten": fee, "so_luong": "1", "don_gia": sum, "so_tien": sum }],
            "tong_tien": sum,
            "bang_chu": money_in_words(amount.amount()),
            "hinh_thuc": if cash { "Tiền mặt, nộp tại Bộ phận Một cửa" } else { "Trực tuyến" },
            "thoi_gian": time(&self.now),
            "ma_giao_dich": transaction,
            "dia_danh": PLACE,
            "ngay": self.day(),
            "nguoi_thu": officer(),
        })
    }

    fn result(&self, again: u32) -> Value {
        let again = match again {
            0 => String::new(),
            times => format!(" Cấp lại lần {times}, thay cho bản đã cấp."),
        };
        json!({
            "co_quan": UNIT.to_uppercase(),
            "so": self.code.rsplit('-').next().unwrap_or_default(),
            "ma_ho_so": self.code,
            "thu_tuc": self.procedure,
            "ho_ten": self.manifest.applicant.name,
            "noi_dung": format!("Kết quả giải quyết hồ sơ {} của {}.{again}", self.code, self.manifest.applicant.name),
            "dia_danh": PLACE,
            "ngay": self.day(),
            "nguoi_ky": officer(),
        })
    }

    fn day(&self) -> String {
        self.now.strftime("%d/%m/%Y").to_string()
    }
}

/// The officer's name without the office.
fn officer() -> &'static str {
    OFFICER
        .rsplit_once("tiếp nhận ")
        .map_or(OFFICER, |(_, name)| name)
}

fn time(at: &Zoned) -> String {
    at.strftime("%H giờ %M phút, ngày %d/%m/%Y").to_string()
}
