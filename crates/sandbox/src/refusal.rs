//! What the portal answers when it says no: `application/problem+json`.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hoso_portal_api::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};

/// A refusal on its way to the client; one that is final for a revision is also kept.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refusal {
    #[serde(with = "status_number")]
    status: StatusCode,
    code: ProblemCode,
    detail: String,
    fields: BTreeMap<String, String>,
    #[serde(skip)]
    headers: Vec<(HeaderName, HeaderValue)>,
}

mod status_number {
    use axum::http::StatusCode;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u16(status.as_u16())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<StatusCode, D::Error> {
        StatusCode::from_u16(u16::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            fields: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ProblemCode::NotFound, detail)
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ProblemCode::Forbidden, detail)
    }

    pub(crate) fn conflict(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    pub(crate) fn unprocessable(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// The request is outside of the contract.
    pub(crate) fn request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::RequestInvalid, detail)
    }

    pub(crate) fn sign_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ProblemCode::AuthRequired,
            "Phiên đăng nhập không còn hiệu lực, vui lòng đăng nhập lại.",
        )
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// The portal's own fault: told to the log, not to the client.
    pub(crate) fn internal(doing: &str, error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, doing, "the portal's own fault");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ProblemCode::Internal,
            "Hệ thống gặp lỗi, vui lòng thử lại sau.",
        )
    }

    pub(crate) fn with_field(mut self, name: impl Into<String>, what: impl Into<String>) -> Self {
        self.fields.insert(name.into(), what.into());
        self
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// It says that the revision itself can't be taken, whoever asks and whenever.
    pub(crate) const fn ends_a_revision(&self) -> bool {
        matches!(
            self.code,
            ProblemCode::DossierInvalid
                | ProblemCode::ProcedureClosed
                | ProblemCode::SupplementUnexpected
        )
    }

    /// HTTP status, for the pages that say the same in HTML.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// What happened, in Vietnamese.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// What an HTTP status means when nothing better is known.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => (ProblemCode::NotFound, "Không có địa chỉ này trên cổng."),
            StatusCode::METHOD_NOT_ALLOWED => (
                ProblemCode::RequestInvalid,
                "Địa chỉ này không nhận phương thức đó.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                ProblemCode::TooLarge,
                "Nội dung gửi lên vượt quá giới hạn của cổng.",
            ),
            StatusCode::UNAUTHORIZED => (ProblemCode::AuthRequired, "Vui lòng đăng nhập."),
            StatusCode::FORBIDDEN => (ProblemCode::Forbidden, "Không có quyền thực hiện."),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                (ProblemCode::Busy, "Cổng đang bận, vui lòng thử lại sau.")
            }
            status if status.is_client_error() => (
                ProblemCode::RequestInvalid,
                "Yêu cầu không đúng với giao diện của cổng.",
            ),
            _ => (
                ProblemCode::Internal,
                "Hệ thống gặp lỗi, vui lòng thử lại sau.",
            ),
        };
        Self::new(status, code, detail)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = serde_json::to_value(self.code)
            .ok()
            .and_then(|code| code.as_str().map(str::to_owned))
            .unwrap_or_default();
        let problem = Problem {
            kind: format!("urn:hoso:problem:{code}"),
            title: self
                .status
                .canonical_reason()
                .unwrap_or("Problem")
                .to_owned(),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
            fields: self.fields,
        };
        let mut response = (self.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.extend(self.headers);
        response
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::internal("using the database", &error)
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self::internal("using the portal's files", &error)
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::internal("reading what the portal stored", &error)
    }
}
