//! The ten official statuses, and the folders in which a person looks for a dossier.

use serde::{Deserialize, Serialize};

/// A status number that the contract doesn't know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("reading a dossier's status: {0} is none of the ten official ones")]
pub struct UnknownStatus(pub u8);

/// The ten official statuses of a dossier (*trạng thái hồ sơ*), numbered as the portals exchange them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, type = "number"))]
pub enum OfficialStatus {
    /// 1 *Mới đăng ký*.
    Registered,
    /// 2 *Được tiếp nhận*.
    Received,
    /// 3 *Không được tiếp nhận*.
    Refused,
    /// 4 *Đang xử lý*.
    Processing,
    /// 5 *Yêu cầu bổ sung giấy tờ*.
    SupplementRequested,
    /// 6 *Yêu cầu thực hiện nghĩa vụ tài chính*.
    PaymentRequested,
    /// 7 *Công dân yêu cầu rút hồ sơ*.
    Withdrawn,
    /// 8 *Dừng xử lý*.
    Stopped,
    /// 9 *Đã xử lý xong*.
    Processed,
    /// 10 *Đã trả kết quả*.
    Returned,
}

impl OfficialStatus {
    /// All ten in order.
    pub const ALL: [Self; 10] = [
        Self::Registered,
        Self::Received,
        Self::Refused,
        Self::Processing,
        Self::SupplementRequested,
        Self::PaymentRequested,
        Self::Withdrawn,
        Self::Stopped,
        Self::Processed,
        Self::Returned,
    ];

    /// The Vietnamese name that the portals show.
    #[must_use]
    pub const fn vietnamese(self) -> &'static str {
        match self {
            Self::Registered => "Mới đăng ký",
            Self::Received => "Được tiếp nhận",
            Self::Refused => "Không được tiếp nhận",
            Self::Processing => "Đang xử lý",
            Self::SupplementRequested => "Yêu cầu bổ sung giấy tờ",
            Self::PaymentRequested => "Yêu cầu thực hiện nghĩa vụ tài chính",
            Self::Withdrawn => "Công dân yêu cầu rút hồ sơ",
            Self::Stopped => "Dừng xử lý",
            Self::Processed => "Đã xử lý xong",
            Self::Returned => "Đã trả kết quả",
        }
    }

    /// The folder in which a submitted dossier of this status is found.
    #[must_use]
    pub const fn folder(self) -> Folder {
        match self {
            Self::Registered => Folder::Sent,
            Self::Received | Self::Processing | Self::Processed => Folder::Processing,
            Self::Refused | Self::Withdrawn | Self::Stopped => Folder::Rejected,
            Self::SupplementRequested => Folder::SupplementRequested,
            Self::PaymentRequested => Folder::AwaitingPayment,
            Self::Returned => Folder::Returned,
        }
    }

    /// Nothing more will happen to the dossier.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::Withdrawn | Self::Stopped | Self::Returned
        )
    }
}

impl From<OfficialStatus> for u8 {
    fn from(status: OfficialStatus) -> Self {
        match status {
            OfficialStatus::Registered => 1,
            OfficialStatus::Received => 2,
            OfficialStatus::Refused => 3,
            OfficialStatus::Processing => 4,
            OfficialStatus::SupplementRequested => 5,
            OfficialStatus::PaymentRequested => 6,
            OfficialStatus::Withdrawn => 7,
            OfficialStatus::Stopped => 8,
            OfficialStatus::Processed => 9,
            OfficialStatus::Returned => 10,
        }
    }
}

impl TryFrom<u8> for OfficialStatus {
    type Error = UnknownStatus;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::ALL
            .into_iter()
            .find(|status| u8::from(*status) == number)
            .ok_or(UnknownStatus(number))
    }
}

/// Where a person looks for a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Folder {
    /// *Hồ sơ chưa gửi*: drafts.
    Unsent,
    /// *Hàng chờ gửi*: sealed, on this machine only or on the way.
    Outbox,
    /// *Gửi lỗi*: sealed, refused by the portal or held back here.
    Failed,
    /// *Xung đột*: the portal holds another submission of the same dossier.
    Conflict,
    /// *Hồ sơ đã gửi*.
    Sent,
    /// *Hồ sơ chờ thanh toán*.
    AwaitingPayment,
    /// *Hồ sơ yêu cầu bổ sung*.
    SupplementRequested,
    /// *Hồ sơ đang xử lý*.
    Processing,
    /// *Hồ sơ đã trả kết quả*.
    Returned,
    /// *Hồ sơ bị trả lại*.
    Rejected,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_statuses_are_one_to_one() {
        for (number, status) in (1..=10).zip(OfficialStatus::ALL) {
            assert_eq!(u8::from(status), number);
            assert_eq!(OfficialStatus::try_from(number), Ok(status));
        }
        assert_eq!(OfficialStatus::try_from(0), Err(UnknownStatus(0)));
        assert_eq!(OfficialStatus::try_from(11), Err(UnknownStatus(11)));
    }
}
