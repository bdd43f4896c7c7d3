//! Words for what the portal refuses and for what is held back: one table, for the window and the shell.

use std::collections::BTreeMap;

use hoso_portal_api::ProblemCode;
use hoso_sync::{Doubt, Entry, ParkReason, Refusal, Revision, Stage};

use crate::elsewhere::{OtherCopy, other_copy};
use crate::view::{BothLanguages, Trouble};

/// What keeps a revision of the dossier from going on, or kept it.
pub(crate) fn of_revision(entry: &Entry, revision: &Revision) -> Option<Trouble> {
    let of = match revision.revision {
        1 if entry.has_money() => Subject::Paid,
        1 if revision.is_on_a_stick() => Subject::Carried,
        1 => Subject::Dossier,
        _ => Subject::Supplement,
    };
    match &revision.stage {
        Stage::NeedsFix { refusal } => Some(of_refusal(refusal, of)),
        Stage::Quarantined { reason } => Some(held_back(reason, entry, revision, of)),
        _ => None,
    }
}

/// What keeps the dossier from going on.
pub(crate) fn of_entry(entry: &Entry) -> Option<Trouble> {
    of_revision(entry, entry.active()?)
}

/// A wish waits for a portal that has said that it can't do that.
pub(crate) fn of_what_is_not_offered() -> Trouble {
    Trouble {
        code: "portal.not_offered".into(),
        what: both((
            "Cổng cho biết không có chức năng này, nên yêu cầu chưa gửi được.",
            "The portal says that it can't do this, so it has not been told.",
        )),
        next: both((
            "Hãy liên hệ Bộ phận Một cửa. Yêu cầu vẫn được giữ trên máy và sẽ được gửi nếu cổng mở chức năng này.",
            "Please see the one-stop desk. The wish stays on this computer, and goes if the portal comes to take it.",
        )),
        detail: String::new(),
        fields: BTreeMap::new(),
    }
}

/// Why a receipt that is kept here is not what the portal says today.
pub(crate) fn of_doubt(doubt: Doubt) -> Trouble {
    let (code, what) = match doubt {
        Doubt::Missing => (
            "receipt.missing",
            (
                "Khi được hỏi lại, cổng không còn biên nhận này.",
                "When it was asked again, the portal had no such receipt any more.",
            ),
        ),
        Doubt::Differs => (
            "receipt.differs",
            (
                "Khi được hỏi lại, cổng đưa ra một biên nhận khác với bản đã ký đang giữ trên máy.",
                "When it was asked again, the portal gave another receipt than the signed one that is kept here.",
            ),
        ),
        Doubt::Unsigned => (
            "receipt.unsigned",
            (
                "Khi được hỏi lại, cổng đưa ra một biên nhận không mang chữ ký của cổng.",
                "When it was asked again, the portal gave a receipt that doesn't bear its signature.",
            ),
        ),
    };
    Trouble {
        code: code.into(),
        what: both(what),
        next: both(NEXT_DOUBT),
        detail: String::new(),
        fields: Default::default(),
    }
}

/// What was refused.
#[derive(Clone, Copy)]
pub(crate) enum Subject {
    /// A dossier as it was first sealed.
    Dossier,
    /// The same, with money in it: what is sealed in its place would be paid for again.
    Paid,
    /// The same, carried away by hand: a desk may still take it.
    Carried,
    /// A revision that answers a request for supplement.
    Supplement,
    /// An attempt to pay.
    Payment,
    /// A withdrawal or a rating.
    Wish,
    /// A change of the person's account.
    Account,
}

/// A refusal of the portal in words.
pub(crate) fn of_refusal(refusal: &Refusal, subject: Subject) -> Trouble {
    let what = what(refusal.code);
    let next = match (refusal.code, subject) {
        (_, Subject::Payment) => NEXT_PAYMENT,
        (_, Subject::Wish) => NEXT_WISH,
        (_, Subject::Account) => NEXT_CONTACT,
        (ProblemCode::Forbidden, _) => NEXT_ACCOUNT,
        (_, Subject::Paid) => NEXT_PAID,
        (_, Subject::Carried) => NEXT_CARRIED,
        (ProblemCode::ProcedureClosed, Subject::Dossier) => NEXT_CLOSED,
        (ProblemCode::SupplementUnexpected, _) => NEXT_UNEXPECTED,
        (_, Subject::Supplement) => NEXT_SUPPLEMENT,
        (_, Subject::Dossier) => NEXT_DOSSIER,
    };
    Trouble {
        code: code_of(refusal.code),
        what: both(what),
        next: both(next),
        detail: refusal.detail.clone(),
        fields: refusal.fields.clone(),
    }
}

fn held_back(reason: &ParkReason, entry: &Entry, revision: &Revision, of: Subject) -> Trouble {
    let copy = other_copy(entry);
    let (code, what, detail) = match reason {
        ParkReason::OtherBytes { held } => (
            "held.other_bytes",
            match copy {
                Some(OtherCopy::There | OtherCopy::Over) => OTHER_COPY,
                Some(OtherCopy::Unsubmitted) => UNSUBMITTED_COPY,
                None => OTHER_SUBMISSION,
            },
            held.map(|held| held.to_string()).unwrap_or_default(),
        ),
        ParkReason::Damaged { upload } => (
            "held.damaged",
            (
                "Một tệp đến cổng bị hỏng nhiều lần liền, nên việc gửi đã dừng lại. Tệp trên máy vẫn nguyên vẹn.",
                "A file arrived damaged at the portal several times in a row, so sending has stopped. The file on this machine is whole.",
            ),
            revision
                .files
                .iter()
                .find(|file| file.upload == *upload)
                .map(|file| file.name.clone())
                .unwrap_or_default(),
        ),
        ParkReason::Local { what } => (
            "held.local",
            (
                "Máy này không đọc được nội dung đã niêm phong để gửi đi.",
                "This machine could not read what was sealed in order to send it.",
            ),
            what.clone(),
        ),
    };
    let next = match (reason, of) {
        (ParkReason::OtherBytes { .. }, Subject::Supplement) => NEXT_SUPPLEMENT,
        (ParkReason::OtherBytes { .. }, _) => match copy {
            Some(OtherCopy::Unsubmitted) => NEXT_UNSUBMITTED,
            Some(OtherCopy::Over) => NEXT_OVER,
            Some(OtherCopy::There) | None => NEXT_PORTAL,
        },
        (ParkReason::Damaged { .. } | ParkReason::Local { .. }, _) => NEXT_RETRY,
    };
    Trouble {
        code: code.into(),
        what: both(what),
        next: both(next),
        detail,
        fields: Default::default(),
    }
}

/// Vietnamese and English.
pub(crate) type Pair = (&'static str, &'static str);

const NEXT_DOSSIER: Pair = (
    "Lấy hồ sơ lại để sửa, rồi niêm phong và nộp lại. Những gì bạn đã điền vẫn còn nguyên.",
    "Take the dossier back, correct it, then seal and submit it again. Everything you filled in is still there.",
);
const NEXT_PAID: Pair = (
    "Lệ phí của hồ sơ này đã nộp hoặc đang được thanh toán. Đừng lập hồ sơ mới: cổng sẽ thu lệ phí một lần nữa. Hãy liên hệ bộ phận hỗ trợ của cổng hoặc Bộ phận Một cửa, báo số giao dịch và đề nghị mở lại hồ sơ này hoặc chuyển khoản đã nộp sang hồ sơ đã sửa. Khi cổng đã mở lại, bấm Thử lại.",
    "This dossier's fee is paid, or being paid. Don't make a new dossier: the portal would want the fee again. Ask the portal's support or the one-stop desk, with the number of the transaction, to open this dossier again or to carry the payment over to a corrected one. Once it is open again, press Try again.",
);
const NEXT_CARRIED: Pair = (
    "Hồ sơ này đã được mang đi bằng tệp nên không lấy lại được: nơi nhận tệp có thể vẫn tiếp nhận. Hãy hỏi Bộ phận Một cửa. Nếu họ đã nhận, nhập biên nhận họ đưa; nếu họ cho biết không nhận, hãy tạo hồ sơ mới từ nội dung này.",
    "This dossier was carried away in a file, so it can't be taken back: whoever gets the file may still take it. Ask the one-stop desk. If it has taken it, import the receipt that it gives; if it says that it doesn't, make a new dossier from this content.",
);
const NEXT_SUPPLEMENT: Pair = (
    "Sửa phần bổ sung rồi niêm phong lại: nó được gửi thành một lần bổ sung mới. Lần bị từ chối vẫn được giữ trong danh sách các lần nộp.",
    "Correct the supplement and seal it again: it is sent as a new supplement. The refused one stays in the list of submissions.",
);
const NEXT_UNEXPECTED: Pair = (
    "Xem trạng thái mới nhất của hồ sơ. Nếu cơ quan không còn yêu cầu bổ sung thì bỏ lần bổ sung này; nếu còn, hãy sửa và gửi lần mới.",
    "Look at the dossier's newest status. If the desk no longer asks for a supplement, drop this one; if it still does, correct it and send a new one.",
);
const NEXT_WISH: Pair = (
    "Xem trạng thái mới nhất của hồ sơ; nếu cần, liên hệ Bộ phận Một cửa nơi nhận hồ sơ.",
    "Look at the dossier's newest status; if need be, ask the one-stop desk that received it.",
);
const NEXT_CONTACT: Pair = (
    "Sửa thông tin theo lý do cổng nêu rồi bấm Cập nhật: thay đổi được gửi lại. Trên máy này thông tin vẫn như bạn đã ghi.",
    "Correct it as the portal says and press Update: the change is sent again. On this machine everything stays as you wrote it.",
);
const NEXT_DOUBT: Pair = (
    "Bản có chữ ký của cổng vẫn được giữ trên máy này làm bằng chứng và được đối chiếu lại mỗi tuần. Hãy liên hệ Bộ phận Một cửa và cho biết mã hồ sơ.",
    "The one with the portal's signature stays on this machine as evidence, and is compared again every week. Ask the one-stop desk and tell it the dossier's code.",
);
const NEXT_CLOSED: Pair = (
    "Cập nhật danh mục thủ tục và tìm thủ tục thay thế, hoặc hỏi Bộ phận Một cửa. Bạn có thể lấy hồ sơ lại để dùng tiếp nội dung.",
    "Update the list of procedures and look for the one that replaces it, or ask the one-stop desk. You can take the dossier back to use its content again.",
);
const NEXT_ACCOUNT: Pair = (
    "Đăng nhập vào cổng bằng tài khoản đã dùng cho hồ sơ này, rồi bấm Thử lại.",
    "Sign in to the portal with the account that this dossier belongs to, then press Try again.",
);
const OTHER_SUBMISSION: Pair = (
    "Cổng đã giữ một lần nộp khác dưới cùng số này, nên lần nộp này được giữ lại trên máy. Có thể hồ sơ đã được gửi từ máy khác.",
    "The portal already holds another submission under this number, so this one is held back on this machine. It may have been sent from another computer.",
);
const UNSUBMITTED_COPY: Pair = (
    "Cổng đang giữ một bản khác của hồ sơ này mà chưa nhận thành hồ sơ, nên bản ở đây không gửi được. Bản kia được gửi từ máy khác của bạn, hoặc từ chính máy này trước khi dữ liệu được khôi phục.",
    "The portal holds another copy of this dossier, which it has not taken as a dossier, so the one here can't be sent. The other was sent from another computer of yours, or from this one before its data were restored.",
);
const NEXT_UNSUBMITTED: Pair = (
    "Nếu máy khác của bạn đang gửi hồ sơ này thì để máy đó gửi cho xong. Nếu không, hãy tạo hồ sơ mới từ nội dung này rồi nộp.",
    "If another computer of yours is sending this dossier, let it finish there. Otherwise make a new dossier from this content and submit that.",
);
const NEXT_OVER: Pair = (
    "Hồ sơ đó đã kết thúc ở cổng. Nếu vẫn cần, hãy tạo hồ sơ mới từ nội dung này rồi nộp.",
    "That dossier has ended at the portal. If it is still needed, make a new dossier from this content and submit that.",
);
pub(crate) const OTHER_COPY: Pair = (
    "Cổng đã có hồ sơ này, nhưng là một bản khác với bản niêm phong ở đây, nên bản ở đây không được gửi. Bản ở cổng được gửi từ máy khác của bạn, hoặc từ chính máy này trước khi dữ liệu được khôi phục.",
    "The portal already has this dossier, as another copy than the one sealed here, so the one here is not sent. The portal's was sent from another computer of yours, or from this one before its data were restored.",
);
pub(crate) const NEXT_PORTAL: Pair = (
    "Xem, bổ sung, nộp phí hoặc rút hồ sơ thì làm ở trang của cổng. Đừng lập hồ sơ mới cho cùng việc này: cổng sẽ có hai hồ sơ.",
    "Look at it, supplement it, pay for it or withdraw it at the portal's own page. Don't make a new dossier for the same thing: the portal would have two.",
);
const NEXT_RETRY: Pair = (
    "Bấm Thử lại. Nếu vẫn không được, hãy đổi tệp đó trong một bản mới của hồ sơ.",
    "Press Try again. If it still fails, replace the file in a new copy of the dossier.",
);
const NEXT_PAYMENT: Pair = (
    "Chưa có khoản tiền nào được chuyển. Xem lại số tiền phải nộp rồi bấm Thanh toán lại.",
    "No money has moved. Look at the amount that is due, then press Pay again.",
);

const fn what(code: ProblemCode) -> Pair {
    match code {
        ProblemCode::Forbidden => (
            "Cổng không nhận vì hồ sơ này thuộc tài khoản khác.",
            "The portal did not take it, because this dossier belongs to another account.",
        ),
        ProblemCode::NotFound => (
            "Cổng không có hồ sơ hoặc khoản này.",
            "The portal has no such dossier or payment.",
        ),
        ProblemCode::DossierConflict => (
            "Cổng đã giữ một lần nộp khác dưới cùng số này.",
            "The portal already holds another submission under this number.",
        ),
        ProblemCode::DossierInvalid => (
            "Cổng từ chối vì nội dung chưa hợp lệ.",
            "The portal refused it, because its content is not valid.",
        ),
        ProblemCode::TooLarge => (
            "Cổng từ chối vì có tệp quá lớn.",
            "The portal refused it, because a file is too large.",
        ),
        ProblemCode::TypeRefused => (
            "Cổng từ chối vì có tệp thuộc loại không được nhận.",
            "The portal refused it, because it does not take a file of this type.",
        ),
        ProblemCode::ProcedureClosed => (
            "Cổng không còn tiếp nhận thủ tục này.",
            "The portal no longer takes this procedure.",
        ),
        ProblemCode::SupplementUnexpected => (
            "Cổng không yêu cầu bổ sung hồ sơ này, hoặc yêu cầu đã được trả lời bằng một lần bổ sung khác.",
            "The portal does not ask for a supplement of this dossier, or another supplement has answered it.",
        ),
        ProblemCode::PaymentOtherOpen => (
            "Khoản này đang được thanh toán hoặc đã được thanh toán ở nơi khác.",
            "This fee is being paid, or was paid, elsewhere.",
        ),
        ProblemCode::PaymentAmount => (
            "Số tiền đã đồng ý khác với số tiền phải nộp hiện nay.",
            "The amount agreed to differs from what is due now.",
        ),
        ProblemCode::WithdrawalTooLate => (
            "Hồ sơ đã giải quyết xong hoặc đã bị trả lại nên không rút được nữa.",
            "The dossier is finished, or was given back, so it can't be withdrawn any more.",
        ),
        ProblemCode::RatingTooEarly => (
            "Chỉ đánh giá được khi hồ sơ đã có kết quả.",
            "A dossier can be rated only once it is finished.",
        ),
        ProblemCode::AccountChanged => (
            "Thông tin cá nhân trên cổng đã được thay đổi ở nơi khác.",
            "Your details at the portal were changed elsewhere.",
        ),
        ProblemCode::AccountInvalid => (
            "Cổng không nhận thông tin cá nhân đã sửa.",
            "The portal did not take the changed details.",
        ),
        ProblemCode::StickUnreadable => (
            "Cổng không đọc được tệp hồ sơ mang đến.",
            "The portal could not read the file that was carried to it.",
        ),
        ProblemCode::StickStranger => (
            "Cổng không biết khóa ký của tệp hồ sơ mang đến.",
            "The portal doesn't know the key that signed the file carried to it.",
        ),
        ProblemCode::DraftChanged => (
            "Nháp trên cổng đã là bản khác.",
            "The draft at the portal has another version by now.",
        ),
        ProblemCode::DraftEnded => (
            "Nháp này đã thôi chia sẻ giữa các máy.",
            "This draft is shared between computers no more.",
        ),
        ProblemCode::AuthRequired
        | ProblemCode::DraftHeld
        | ProblemCode::UploadMissing
        | ProblemCode::HashMismatch
        | ProblemCode::ConfirmationWrong
        | ProblemCode::NeedsOpen
        | ProblemCode::RequestInvalid
        | ProblemCode::Busy
        | ProblemCode::Internal
        | ProblemCode::Unknown => ("Cổng chưa nhận được.", "The portal has not taken it."),
    }
}

fn code_of(code: ProblemCode) -> String {
    serde_json::to_value(code)
        .ok()
        .and_then(|code| Some(code.as_str()?.to_owned()))
        .unwrap_or_default()
}

fn both((vi, en): Pair) -> BothLanguages {
    BothLanguages {
        vi: vi.into(),
        en: en.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_is_told_to_take_back_a_dossier_that_is_paid_or_was_carried_away() {
        let refusal = r#"{"code":"dossier.invalid","detail":""}"#;
        let entry = |payments: &str, carried: &str| -> Entry {
            let hash = "0".repeat(64);
            serde_json::from_str(&format!(
                r#"{{"revisions":[{{"revision":1,"manifestSha256":"{hash}","files":[],"sealedAt":1,"carriedAt":{carried},
                "stage":{{"stage":"needsFix","refusal":{refusal}}}}}],"payments":{payments}}}"#
            ))
            .unwrap()
        };
        let payment = |stage: &str| {
            let id = "00000000-0000-4000-8000-000000000071";
            format!(
                r#"{{"phi":{{"id":"{id}","amount":8000,"stage":{{"stage":"{stage}","by":"{id}"}}}}}}"#
            )
        };
        for (payments, carried, next) in [
            ("{}", "null", NEXT_DOSSIER),
            (&payment("declined"), "null", NEXT_DOSSIER),
            (&payment("open"), "null", NEXT_PAID),
            (&payment("paid"), "5", NEXT_PAID),
            ("{}", "5", NEXT_CARRIED),
        ] {
            let entry = entry(payments, carried);
            assert_eq!(of_entry(&entry).unwrap().next, both(next), "{payments}");
            assert_eq!(entry.may_cancel(), next == NEXT_DOSSIER, "{payments}");
        }
    }

    #[test]
    fn every_doubt_has_words_of_its_own_in_both_languages() {
        let doubts = [Doubt::Missing, Doubt::Differs, Doubt::Unsigned].map(of_doubt);
        let codes: BTreeSet<&str> = doubts.iter().map(|one| one.code.as_str()).collect();
        let words: BTreeSet<&str> = doubts.iter().map(|one| one.what.vi.as_str()).collect();
        assert_eq!((codes.len(), words.len()), (3, 3));
        assert!(doubts.iter().all(|one| one.what.vi != one.what.en));
    }

    #[test]
    fn every_final_code_has_words_of_its_own_in_both_languages() {
        let finals = [
            ProblemCode::Forbidden,
            ProblemCode::NotFound,
            ProblemCode::DossierConflict,
            ProblemCode::DossierInvalid,
            ProblemCode::TooLarge,
            ProblemCode::TypeRefused,
            ProblemCode::ProcedureClosed,
            ProblemCode::SupplementUnexpected,
            ProblemCode::PaymentOtherOpen,
            ProblemCode::PaymentAmount,
            ProblemCode::WithdrawalTooLate,
            ProblemCode::RatingTooEarly,
            ProblemCode::AccountChanged,
            ProblemCode::AccountInvalid,
            ProblemCode::StickUnreadable,
            ProblemCode::StickStranger,
            ProblemCode::DraftChanged,
            ProblemCode::DraftEnded,
        ];
        assert!(finals.iter().all(|code| code.is_final()));
        let mut words = BTreeSet::new();
        for code in finals {
            let refusal = Refusal {
                code,
                detail: String::new(),
                fields: Default::default(),
            };
            for subject in [
                Subject::Dossier,
                Subject::Paid,
                Subject::Carried,
                Subject::Supplement,
                Subject::Payment,
                Subject::Wish,
                Subject::Account,
            ] {
                let trouble = of_refusal(&refusal, subject);
                for said in [&trouble.what, &trouble.next] {
                    assert_ne!(said.vi, said.en, "{code:?}");
                    assert!(said.vi.len() > 20 && said.en.len() > 20, "{code:?}");
                }
                words.insert(trouble.what.vi);
            }
        }
        assert_eq!(words.len(), finals.len());
    }
}
