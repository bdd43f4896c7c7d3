//! How papers, news and the fee travel between the person and the office: which office it is, the result, the originals, notices, the way to pay.

use serde::{Deserialize, Serialize};

use crate::{AgencySource, Delivery, NoticeWay, PayWay, ReceivingAgency};

/// What the person chose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Handover {
    /// How the result is handed over.
    pub delivery: Delivery,
    /// Where the post collects the originals (*nộp bản gốc qua bưu điện*); none: they are brought, or none are asked for.
    #[serde(default)]
    pub originals: Option<PostAddress>,
    /// How the portal tells of news. Nothing is sent in a way that was not chosen.
    #[serde(default)]
    pub notices: Vec<NoticeWish>,
    /// How the fee is paid; online in drafts of before.
    #[serde(default)]
    pub pay: PayWay,
    /// Which desk receives the dossier, where the portal has that chosen; none where nobody said.
    #[serde(default)]
    pub agency: Option<ReceivingAgency>,
    /// The desk was suggested, and the person has not said yet that it is the right one.
    #[serde(default)]
    pub agency_suggested: Option<AgencySource>,
}

/// Who and where, for the post; the place in today's two levels.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PostAddress {
    /// Who sends or receives.
    pub name: String,
    /// Whom the post rings up.
    pub phone: String,
    /// House number, street, village.
    pub street: String,
    /// Commune (*xã, phường, đặc khu*).
    pub commune: String,
    /// Province (*tỉnh, thành phố*).
    pub province: String,
}

impl PostAddress {
    /// In one line, as on an envelope.
    #[must_use]
    pub fn line(&self) -> String {
        let parts = [
            &self.name,
            &self.phone,
            &self.street,
            &self.commune,
            &self.province,
        ];
        let said = parts.into_iter().map(|part| part.trim());
        let said: Vec<&str> = said.filter(|part| !part.is_empty()).collect();
        said.join(", ")
    }
}

/// A way in which the person wants to be told of news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NoticeWish {
    /// Which.
    pub way: NoticeWay,
    /// Telephone or e-mail address.
    pub to: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_line_without_holes() {
        let mut address = PostAddress {
            name: "Nguyễn Thị An".into(),
            phone: "0900000001".into(),
            street: " ".into(),
            commune: "Phường Hoa Ban".into(),
            province: "Tỉnh Quảng Ngãi".into(),
        };
        let rest = "Phường Hoa Ban, Tỉnh Quảng Ngãi";
        assert_eq!(address.line(), format!("Nguyễn Thị An, 0900000001, {rest}"));
        address.street = "Số 5, đường Mẫu".into();
        assert!(
            address
                .line()
                .ends_with(&format!("Số 5, đường Mẫu, {rest}"))
        );
        assert_eq!(PostAddress::default().line(), "");
    }
}
