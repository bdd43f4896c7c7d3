//! Which desk receives a dossier, where the portal's profile has the person choose.

use hoso_dossier::{AgencyError, Level, Manifest};
use hoso_portal_api::ProblemCode;
use sqlx::SqliteConnection;

use crate::catalogue;
use crate::portal::Portal;
use crate::refusal::Refusal;

/// The desk of a first revision is one that the procedure has, and stands there where one is to be chosen.
pub(crate) async fn check(
    portal: &Portal,
    db: &mut SqliteConnection,
    manifest: &Manifest,
) -> Result<(), Refusal> {
    let asked = portal
        .profile
        .as_ref()
        .is_some_and(|one| one.agency.is_some());
    let pack = match asked {
        true => catalogue::newest_pack(db, &manifest.procedure).await?,
        false => None,
    };
    let level = pack.as_ref().and_then(|pack| pack.procedure().chosen_at());
    let (Some(pack), Some(level)) = (pack, level) else {
        return match &manifest.agency {
            Some(_) if asked => Err(refused(
                "Thủ tục này có cơ quan tiếp nhận riêng, không chọn cơ quan khác được.",
            )),
            Some(_) => Err(refused(
                "Cổng này không cho chọn cơ quan tiếp nhận. Hãy lấy lại hồ sơ rồi niêm phong và nộp lại.",
            )),
            None => Ok(()),
        };
    };
    let Some(agency) = &manifest.agency else {
        return Err(refused(match level {
            Level::Commune => "Hãy chọn cơ quan tiếp nhận hồ sơ: tỉnh, thành phố và phường, xã.",
            Level::Province | Level::Ministry => {
                "Hãy chọn tỉnh, thành phố có cơ quan tiếp nhận hồ sơ."
            }
        }));
    };
    agency.suits(pack.procedure()).map_err(|wrong| {
        refused(match wrong {
            AgencyError::NoChoice | AgencyError::OtherLevel => {
                "Cơ quan tiếp nhận không thuộc cấp giải quyết thủ tục này. Hãy chọn lại."
            }
            AgencyError::OtherProvince => {
                "Thủ tục này chỉ được tiếp nhận ở một tỉnh khác. Hãy chọn lại cơ quan tiếp nhận."
            }
            AgencyError::UnknownProvince => {
                "Mã tỉnh, thành phố của cơ quan tiếp nhận không có trong danh mục. Hãy chọn lại."
            }
            AgencyError::UnknownCommune => {
                "Mã phường, xã của cơ quan tiếp nhận không có trong tỉnh, thành phố đã chọn. Hãy chọn lại."
            }
            AgencyError::NoCommune | AgencyError::SeveralCommunes => "Hãy chọn phường, xã, đặc khu có cơ quan tiếp nhận hồ sơ.",
            AgencyError::OtherName => {
                "Tên cơ quan tiếp nhận không khớp với mã của nó. Hãy chọn lại."
            }
        })
    })
}

/// A supplement goes to the desk that has the dossier.
pub(crate) async fn check_supplement(
    db: &mut SqliteConnection,
    manifest: &Manifest,
) -> Result<(), Refusal> {
    let first: Vec<u8> = sqlx::query_scalar(
        "SELECT manifest FROM revisions WHERE dossier = ? ORDER BY revision LIMIT 1",
    )
    .bind(manifest.dossier.to_string())
    .fetch_one(&mut *db)
    .await?;
    let first = Manifest::from_sealed(&first)
        .map_err(|error| Refusal::internal("reading a stored revision", &error))?;
    if first.agency == manifest.agency {
        return Ok(());
    }
    Err(refused(
        "Hồ sơ bổ sung được gửi đến đúng cơ quan đang giữ hồ sơ, không đổi cơ quan tiếp nhận.",
    ))
}

fn refused(what: &str) -> Refusal {
    Refusal::unprocessable(ProblemCode::DossierInvalid, "Hồ sơ gửi lên chưa hợp lệ.")
        .with_field("agency", what)
}
