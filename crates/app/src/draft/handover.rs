//! How papers, news and the fee travel: what the person chose, in its usual writing, and what is missing of it.

use hoso_dossier::{
    Delivery, DeliveryWay, Handover, NoticeWay, PortalProfile, PostAddress, StepName,
};
use hoso_eform::vn::Phone;

use crate::text;
use crate::view::{DraftProblem, WizardStep};

/// In its usual writing; the line of an address is made of its parts.
pub(super) fn tidy(handover: Handover) -> Handover {
    let mut handover = handover;
    if let Delivery::Post { address, to } = &mut handover.delivery {
        match to {
            Some(to) => {
                *to = tidied(to);
                *address = to.line();
            }
            None => *address = text::tidy(address),
        }
    }
    handover.originals = handover.originals.as_ref().map(tidied);
    for one in &mut handover.notices {
        one.to = match one.way {
            NoticeWay::Email => text::tidy(&one.to),
            NoticeWay::Sms | NoticeWay::Zalo => phone(&one.to),
        };
    }
    handover.notices.sort_by_key(|one| one.way);
    handover.notices.dedup_by_key(|one| one.way);
    handover
}

fn tidied(address: &PostAddress) -> PostAddress {
    PostAddress {
        name: text::tidy(&address.name),
        phone: phone(&address.phone),
        street: text::tidy(&address.street),
        commune: text::tidy(&address.commune),
        province: text::tidy(&address.province),
    }
}

fn phone(said: &str) -> String {
    let said = text::tidy(said);
    Phone::parse(&said).map_or(said, |phone| phone.to_string())
}

/// What of it the portal offers: a draft may have been begun before it was known which one it is.
pub(crate) fn offered(handover: &Handover, profile: Option<&PortalProfile>) -> Handover {
    let mut handover = handover.clone();
    let ways = profile
        .map(|one| one.notices.as_slice())
        .unwrap_or_default();
    handover.notices.retain(|one| ways.contains(&one.way));
    if profile.is_none_or(|one| one.originals.is_none()) {
        handover.originals = None;
    }
    handover
}

/// The step at which it is asked.
pub(super) fn step(profile: Option<&PortalProfile>) -> WizardStep {
    match profile.map_or(StepName::Review, |one| one.handover) {
        StepName::Applicant => WizardStep::Applicant,
        StepName::Form => WizardStep::Form,
        StepName::Components => WizardStep::Components,
        StepName::Fees => WizardStep::Fees,
        StepName::Review => WizardStep::Review,
    }
}

/// What is missing or wrong, in the order of the screen.
pub(super) fn problems(
    handover: &Handover,
    profile: Option<&PortalProfile>,
    english: bool,
) -> Vec<DraftProblem> {
    let handover = offered(handover, profile);
    let mut problems = Problems {
        step: step(profile),
        english,
        found: Vec::new(),
    };
    let way = match &handover.delivery {
        Delivery::Electronic => DeliveryWay::Electronic,
        Delivery::AtDesk => DeliveryWay::AtDesk,
        Delivery::Post { .. } => DeliveryWay::Post,
    };
    if profile.is_some_and(|one| one.delivery.iter().all(|offered| offered.how != way)) {
        problems.add(
            "delivery",
            "Hãy chọn cách nhận kết quả.",
            "Choose how the result is to reach you.",
        );
    } else if let Delivery::Post { address, to } = &handover.delivery {
        match to {
            Some(to) => problems.address("delivery", to),
            None if address.is_empty() => problems.address("delivery", &PostAddress::default()),
            // Written before addresses had parts.
            None => {}
        }
    }
    if let Some(from) = &handover.originals {
        problems.address("originals", from);
    }
    for one in &handover.notices {
        let (id, good) = match one.way {
            NoticeWay::Sms => ("notice-sms", is_phone(&one.to)),
            NoticeWay::Zalo => ("notice-zalo", is_phone(&one.to)),
            NoticeWay::Email => ("notice-email", text::is_email(&one.to)),
        };
        match (good, one.way) {
            (true, _) => {}
            (false, NoticeWay::Email) => problems.add(
                id,
                "Địa chỉ thư điện tử nhận thông báo chưa đúng.",
                "The e-mail address for notices is not right.",
            ),
            (false, _) => problems.add(
                id,
                "Số điện thoại nhận thông báo chưa đúng.",
                "The telephone number for notices is not right.",
            ),
        }
    }
    problems.found
}

/// The fee can't be paid in the way that was chosen: the draft may have been begun for another portal.
pub(super) fn pay_problem(
    handover: &Handover,
    profile: Option<&PortalProfile>,
    english: bool,
) -> Option<DraftProblem> {
    let taken = profile.map_or(handover.pay.is_online(), |one| one.takes(handover.pay));
    let message = if english {
        "Choose how the fee is paid: this portal does not offer the way that was chosen."
    } else {
        "Hãy chọn phương thức thanh toán: cổng này không có cách đã chọn."
    };
    (!taken).then(|| DraftProblem {
        step: WizardStep::Fees,
        page: String::new(),
        path: "pay".into(),
        rule: "handover.pay".into(),
        message: message.into(),
    })
}

fn is_phone(text: &str) -> bool {
    Phone::parse(text).is_some()
}

struct Problems {
    step: WizardStep,
    english: bool,
    found: Vec<DraftProblem>,
}

impl Problems {
    fn add(&mut self, id: &str, vi: &str, en: &str) {
        self.found.push(DraftProblem {
            step: self.step,
            page: String::new(),
            path: id.to_owned(),
            rule: "handover.missing".into(),
            message: if self.english { en } else { vi }.to_owned(),
        });
    }

    fn address(&mut self, of: &str, address: &PostAddress) {
        let place = address.commune.is_empty() || address.province.is_empty();
        let parts = [
            (
                "name",
                address.name.is_empty(),
                "Hãy nhập họ tên cho bưu điện.",
                "Type the name for the post.",
            ),
            (
                "phone",
                !is_phone(&address.phone),
                "Hãy nhập số điện thoại cho bưu điện.",
                "Type the telephone number for the post.",
            ),
            (
                "street",
                address.street.is_empty(),
                "Hãy nhập số nhà, đường, thôn.",
                "Type house number, street, village.",
            ),
            (
                "commune",
                place,
                "Hãy chọn xã, phường, đặc khu trong danh sách.",
                "Choose the commune or ward from the list.",
            ),
        ];
        for (part, wrong, vi, en) in parts {
            if wrong {
                self.add(&format!("{of}-{part}"), vi, en);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use hoso_dossier::{NoticeWish, PayWay};

    use super::*;
    use crate::portals;

    fn address() -> PostAddress {
        PostAddress {
            name: " Nguyễn  Thị An".into(),
            phone: "0900 000 001".into(),
            street: "Số 5, đường Mẫu".into(),
            commune: "Phường Hoa Ban".into(),
            province: "Tỉnh Quảng Ngãi".into(),
        }
    }

    fn post(to: PostAddress) -> Delivery {
        Delivery::Post {
            address: String::new(),
            to: Some(to),
        }
    }

    fn paths(handover: &Handover, profile: &str) -> Vec<String> {
        let profile = portals::find(profile);
        let found = problems(&tidy(handover.clone()), profile.as_ref(), false);
        found.into_iter().map(|one| one.path).collect()
    }

    #[test]
    fn what_is_whole_is_written_as_usual_and_lacks_nothing() {
        let notice = |way, to: &str| NoticeWish { way, to: to.into() };
        let chosen = Handover {
            delivery: post(address()),
            originals: Some(address()),
            notices: vec![
                notice(NoticeWay::Email, "an@vidu.vn"),
                notice(NoticeWay::Sms, "0900.000.001"),
                notice(NoticeWay::Sms, "0900000002"),
            ],
            ..Handover::default()
        };
        let tidied = tidy(chosen.clone());
        let line = "Nguyễn Thị An, 0900 000 001, Số 5, đường Mẫu, Phường Hoa Ban, Tỉnh Quảng Ngãi";
        assert!(matches!(&tidied.delivery, Delivery::Post { address, .. } if address == line));
        let told: Vec<&str> = tidied.notices.iter().map(|one| one.to.as_str()).collect();
        assert_eq!(told, ["0900 000 001", "an@vidu.vn"]);
        assert_eq!(paths(&chosen, "quoc-gia-2026"), Vec::<String>::new());
        // What a portal doesn't offer is neither asked about nor sealed.
        let kon_tum = portals::find("kon-tum");
        let sealed = offered(&tidied, kon_tum.as_ref());
        assert_eq!((sealed.originals, sealed.notices.len()), (None, 1));
        assert_eq!(offered(&tidied, None).notices, []);
    }

    #[test]
    fn the_fee_is_paid_at_the_desk_only_where_the_guide_has_it() {
        for (profile, taken) in [
            (None, false),
            (Some("khu-kinh-te"), false),
            (Some("kon-tum"), false),
            (Some("mot-cua-chung"), false),
            (Some("nghe-an"), true),
            (Some("quoc-gia-2026"), false),
        ] {
            let profile = profile.and_then(portals::find);
            for (pay, taken) in [(PayWay::Online, true), (PayWay::AtDesk, taken)] {
                let chosen = Handover {
                    pay,
                    ..Handover::default()
                };
                let found = pay_problem(&chosen, profile.as_ref(), false);
                let named = profile.as_ref().map(|one| &one.id);
                assert_eq!(found.is_none(), taken, "{pay:?} at {named:?}");
                assert!(found.is_none_or(|one| one.path == "pay"));
            }
        }
    }

    #[test]
    fn what_is_missing_is_told_where_it_is_asked() {
        let half = PostAddress {
            phone: "12".into(),
            province: String::new(),
            ..address()
        };
        let chosen = Handover {
            delivery: post(PostAddress::default()),
            originals: Some(half),
            notices: vec![NoticeWish {
                way: NoticeWay::Sms,
                to: "một".into(),
            }],
            ..Handover::default()
        };
        let all = [
            "delivery-name",
            "delivery-phone",
            "delivery-street",
            "delivery-commune",
            "originals-phone",
            "originals-commune",
            "notice-sms",
        ];
        assert_eq!(paths(&chosen, "mot-cua-chung"), all);
        // An electronic result is not among the ways of that portal.
        assert_eq!(paths(&Handover::default(), "mot-cua-chung"), ["delivery"]);
        assert_eq!(
            paths(&Handover::default(), "quoc-gia-2026"),
            Vec::<String>::new()
        );
        for (profile, step_of) in [
            ("mot-cua-chung", WizardStep::Applicant),
            ("khu-kinh-te", WizardStep::Components),
            ("nghe-an", WizardStep::Fees),
            ("kon-tum", WizardStep::Review),
        ] {
            assert_eq!(step(portals::find(profile).as_ref()), step_of, "{profile}");
        }
    }
}
