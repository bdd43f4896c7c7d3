//! What a portal looks like to the person who uses it: order and names of its steps, when it wants money, what it can't do. Data, a file a portal.

use serde::{Deserialize, Serialize};

use crate::Words;

/// Longest text of a profile, in bytes.
const MAX_TEXT: usize = 2_000;

/// A portal as its guide describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PortalProfile {
    /// By which a portal names it: small letters, digits, `-`.
    pub id: String,
    /// What people call the portal.
    pub name: Words,
    /// Where the words come from, and what they are good for.
    pub source: String,
    /// The steps of its wizard, each of the five once, the last one last.
    pub steps: Vec<PortalStep>,
    /// The button that leads on.
    pub go_on: Words,
    /// The button that hands in.
    pub submit: Words,
    /// The button where the fee is not paid with it; the same one where that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submit_unpaid: Option<Words>,
    /// What its guide writes over the desk that receives the dossier, where the person chooses it (*chọn cơ quan*) before anything else; none where the portal has no such choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<PortalAgency>,
    /// How the dossier is handed in (*hình thức nộp hồ sơ*), where its guide says so among the fees; none where it doesn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_in: Option<PortalHandIn>,
    /// When it wants the fee.
    pub payment: PaymentTime,
    /// How the fee may be paid (*phương thức thanh toán*), in its order and by its names; none stand here where it is only paid online, or later as the desk says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pay_ways: Vec<PortalPayWay>,
    /// What its guide writes over the ways to pay; our own words where that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_title: Option<Words>,
    /// Whose account the money goes to (*thông tin và số tài khoản của cơ quan*), where its guide has the person check it before paying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver: Option<Receiver>,
    /// Its button at the last step that keeps the dossier among those not sent (*Lưu lại*); none where it has no such button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<Words>,
    /// Its button at the last step that prints the form (*In biểu mẫu đơn*); none where it has no such button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print: Option<Words>,
    /// It asks for a *mã xác nhận* before it takes a dossier.
    pub confirmation_code: bool,
    /// How the result may come, in its order and by its names.
    pub delivery: Vec<PortalDelivery>,
    /// How it tells of news.
    pub notices: Vec<NoticeWay>,
    /// Its name for originals that go by post; none where it has no such way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub originals: Option<Words>,
    /// The step at which it asks how the result comes, how originals go and how it tells of news.
    #[serde(default = "at_the_end", skip_serializing_if = "is_at_the_end")]
    pub handover: StepName,
    /// Largest file in bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub max_file_bytes: u64,
    /// What it can't do: hidden, not shown broken.
    pub cannot: Vec<Capability>,
    /// Its account with Zalo that answers a code with how far the dossier is; none where it has no such account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zalo: Option<ZaloAccount>,
    /// Whom to ask.
    pub support: Vec<Contact>,
}

const fn at_the_end() -> StepName {
    StepName::Review
}

fn is_at_the_end(step: &StepName) -> bool {
    *step == StepName::Review
}

/// A step of the wizard by the portal's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PortalStep {
    /// Which.
    pub step: StepName,
    /// Its name there.
    pub label: Words,
}

/// The steps that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum StepName {
    /// Who submits.
    Applicant,
    /// The *tờ khai*.
    Form,
    /// *Thành phần hồ sơ*.
    Components,
    /// *Phí, lệ phí*.
    Fees,
    /// Everything once more.
    Review,
}

/// When a portal wants the fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum PaymentTime {
    /// Before the dossier is handed in.
    BeforeSubmit,
    /// With it.
    WithSubmit,
    /// After the desk has taken it.
    AfterSubmit,
}

/// A way to pay the fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PortalPayWay {
    /// Which.
    pub way: PayWay,
    /// Its name there.
    pub label: Words,
}

/// What stands over the choice of the desk that receives a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PortalAgency {
    /// Over all of it.
    pub title: Words,
    /// Over the province.
    pub province: Words,
    /// Over the commune.
    pub commune: Words,
}

/// The one way in which a dossier is handed in there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PortalHandIn {
    /// What stands over it.
    pub title: Words,
    /// Its name there.
    pub way: Words,
}

/// An account that fees are paid to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Receiver {
    /// Whose it is.
    pub name: Words,
    /// At which bank.
    pub bank: Words,
    /// Its number.
    pub account: String,
}

/// How the person pays the fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum PayWay {
    /// Online, when the portal wants it.
    #[default]
    Online,
    /// At the one-stop desk (*tại bộ phận một cửa*): the dossier is handed in without the money.
    AtDesk,
}

impl PayWay {
    /// The way where nothing was chosen.
    #[must_use]
    pub fn is_online(&self) -> bool {
        *self == Self::Online
    }
}

/// A way for the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PortalDelivery {
    /// Which.
    pub how: DeliveryWay,
    /// Its name there.
    pub label: Words,
}

/// [`crate::Delivery`] without what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum DeliveryWay {
    /// As a file.
    Electronic,
    /// At the desk.
    AtDesk,
    /// By post.
    Post,
}

/// How a portal tells of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum NoticeWay {
    /// By SMS.
    Sms,
    /// By e-mail.
    Email,
    /// By Zalo.
    Zalo,
}

/// Something that not every portal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Capability {
    /// Withdrawing a dossier.
    Withdraw,
    /// Rating.
    Rate,
    /// Paying online.
    Pay,
    /// Taking dossiers by hand.
    Stick,
    /// Telling anybody who has its code how far a dossier is.
    LookUp,
    /// Keeping drafts for the person's other desktops.
    SharedDrafts,
    /// Changing the data of the person's account.
    EditAccount,
}

/// Whom to ask for help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Contact {
    /// Who.
    pub name: Words,
    /// Telephone.
    pub phone: String,
}

/// A portal's account (*Official Account*) with Zalo, an application for messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ZaloAccount {
    /// By which it is found there, in Vietnamese.
    pub name: String,
    /// Where it is, an address of zalo.me.
    pub page: String,
}

impl ZaloAccount {
    fn is_bad(&self) -> bool {
        let id = self.page.strip_prefix("https://zalo.me/");
        let named = id.is_some_and(|id| {
            (1..=100).contains(&id.len()) && id.bytes().all(|sign| sign.is_ascii_alphanumeric())
        });
        self.name.trim().is_empty() || self.name.len() > MAX_TEXT || !named
    }
}

/// A profile that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PortalProfileError {
    /// Not of the form.
    #[error("reading a portal's profile: {0}; correct the file")]
    Form(#[from] serde_json::Error),
    /// What doesn't fit together.
    #[error("reading the portal's profile {id}: {what}; correct the file")]
    Unfit {
        /// Which profile.
        id: String,
        /// What.
        what: &'static str,
    },
}

impl PortalProfile {
    /// Reads a profile.
    ///
    /// # Errors
    /// It is not of the form, or its parts don't fit together.
    pub fn parse(text: &str) -> Result<Self, PortalProfileError> {
        let profile: Self = serde_json::from_str(text)?;
        let unfit = |what| {
            Err(PortalProfileError::Unfit {
                id: profile.id.chars().take(40).collect(),
                what,
            })
        };
        let plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
        if !(1..=40).contains(&profile.id.len()) || !profile.id.chars().all(plain) {
            return unfit("the id is small letters, digits and '-'");
        }
        let mut steps: Vec<StepName> = profile.steps.iter().map(|one| one.step).collect();
        if steps.last() != Some(&StepName::Review) {
            return unfit("the last step is review");
        }
        steps.sort_unstable();
        steps.dedup();
        if steps.len() != 5 || profile.steps.len() != 5 {
            return unfit("each of the five steps stands once");
        }
        if profile.delivery.is_empty() {
            return unfit("the result has to come in some way");
        }
        let mut ways: Vec<PayWay> = Vec::new();
        for one in &profile.pay_ways {
            if ways.contains(&one.way) {
                return unfit("each way to pay stands once");
            }
            ways.push(one.way);
        }
        let online = !profile.cannot.contains(&Capability::Pay);
        if !ways.is_empty() && ways.contains(&PayWay::Online) != online {
            return unfit("paying online stands among the ways to pay, or the portal can't do it");
        }
        let account = profile.receiver.as_ref().map(|one| one.account.as_str());
        if account.is_some_and(|one| one.trim().is_empty() || one.len() > MAX_TEXT) {
            return unfit("an account has a number");
        }
        if profile.zalo.as_ref().is_some_and(ZaloAccount::is_bad) {
            return unfit("an account with Zalo has a name and its address there");
        }
        if profile.labels().any(Words::is_bad) {
            return unfit("every label has words in both languages");
        }
        Ok(profile)
    }

    /// The person may choose to pay in that way.
    #[must_use]
    pub fn takes(&self, way: PayWay) -> bool {
        self.pay_ways.iter().any(|one| one.way == way)
            || way.is_online() && self.pay_ways.is_empty()
    }

    fn labels(&self) -> impl Iterator<Item = &Words> {
        let steps = self.steps.iter().map(|one| &one.label);
        let delivery = self.delivery.iter().map(|one| &one.label);
        let ways = self.pay_ways.iter().map(|one| &one.label);
        let support = self.support.iter().map(|one| &one.name);
        let own = [&self.name, &self.go_on, &self.submit];
        let receiver = self.receiver.iter().flat_map(|one| [&one.name, &one.bank]);
        let buttons = self
            .submit_unpaid
            .iter()
            .chain(&self.keep)
            .chain(&self.print);
        let titles = self.originals.iter().chain(&self.pay_title);
        let agency = self.agency.iter();
        let agency = agency.flat_map(|one| [&one.title, &one.province, &one.commune]);
        let hand_in = self.hand_in.iter().flat_map(|one| [&one.title, &one.way]);
        steps
            .chain(delivery)
            .chain(ways)
            .chain(support)
            .chain(receiver)
            .chain(buttons)
            .chain(titles)
            .chain(agency)
            .chain(hand_in)
            .chain(own)
    }
}

impl Words {
    fn is_bad(&self) -> bool {
        let bad = |text: &str| text.trim().is_empty() || text.len() > MAX_TEXT;
        bad(&self.vi) || bad(&self.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn profile() -> Value {
        let label = || json!({"vi": "Nhãn", "en": "Label"});
        let steps = ["applicant", "components", "form", "fees", "review"];
        json!({
            "id": "cong-mau", "name": label(), "source": "", "goOn": label(), "submit": label(),
            "steps": steps.map(|step| json!({"step": step, "label": label()})),
            "payment": "afterSubmit", "confirmationCode": false,
            "delivery": [{"how": "atDesk", "label": label()}],
            "notices": ["sms"], "maxFileBytes": 1000, "cannot": ["rate"],
            "support": [{"name": label(), "phone": "0900000000"}]
        })
    }

    #[test]
    fn a_profile_reads_back_what_it_writes() {
        let read = PortalProfile::parse(&profile().to_string()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), profile());
    }

    #[test]
    fn the_ways_to_pay_are_those_that_stand_there_and_online_where_none_do() {
        use PayWay::{AtDesk, Online};
        let named = |way: &str| json!({"way": way, "label": {"vi": "Nhãn", "en": "Label"}});
        for (ways, cannot, taken) in [
            (vec![], json!([]), Some((true, false))),
            (vec!["online"], json!([]), Some((true, false))),
            (vec!["online", "atDesk"], json!([]), Some((true, true))),
            (vec!["atDesk"], json!(["pay"]), Some((false, true))),
            (vec!["atDesk"], json!([]), None),
            (vec!["online", "atDesk"], json!(["pay"]), None),
            (vec!["online", "atDesk", "atDesk"], json!([]), None),
            (vec!["online", "cheque"], json!([]), None),
        ] {
            let mut one = profile();
            one["cannot"] = cannot;
            if !ways.is_empty() {
                one["payWays"] = ways.iter().copied().map(named).collect();
            }
            let read = PortalProfile::parse(&one.to_string()).ok();
            let took = read.map(|one| (one.takes(Online), one.takes(AtDesk)));
            assert_eq!(took, taken, "{ways:?}");
        }
        let mut one = profile();
        one["payWays"] = json!([named("online"), named("atDesk")]);
        for words in ["submitUnpaid", "payTitle", "keep", "print"] {
            one[words] = json!({"vi": "Nộp", "en": "Submit"});
        }
        one["receiver"] = json!({
            "name": {"vi": "Cơ quan", "en": "Agency"}, "bank": {"vi": "Ngân hàng", "en": "Bank"}, "account": "00 12"
        });
        one["agency"] =
            json!({"title": one["name"], "province": one["name"], "commune": one["name"]});
        one["handIn"] = json!({"title": one["name"], "way": one["name"]});
        one["zalo"] = json!({"name": "Cổng mẫu", "page": "https://zalo.me/0012"});
        let read = PortalProfile::parse(&one.to_string()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), one);
        one["payWays"][1]["label"]["en"] = json!("");
        assert!(PortalProfile::parse(&one.to_string()).is_err());
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        type Spoil = fn(&mut Value);
        let spoiled: [(&str, Spoil); 18] = [
            ("an account with Zalo that has no name", |one| {
                one["zalo"] = json!({"name": " ", "page": "https://zalo.me/12"});
            }),
            ("one that is elsewhere", |one| {
                one["zalo"] = json!({"name": "Cổng", "page": "https://zalo.me.example/12"});
            }),
            ("one that is a script", |one| {
                one["zalo"] = json!({"name": "Cổng", "page": "javascript:alert(1)"});
            }),
            ("one that is more than an account", |one| {
                one["zalo"] = json!({"name": "Cổng", "page": "https://zalo.me/12?to=%2F"});
            }),
            ("an agency without the words for a commune", |one| {
                one["agency"] = json!({"title": one["name"], "province": one["name"]});
            }),
            ("an agency with an empty label", |one| {
                let empty = json!({"vi": "Phường/Xã", "en": ""});
                one["agency"] =
                    json!({"title": one["name"], "province": one["name"], "commune": empty});
            }),
            ("a way to hand in without a name", |one| {
                one["handIn"] = json!({"title": one["name"], "way": {"vi": " ", "en": "Online"}});
            }),
            ("an account without a number", |one| {
                one["receiver"] = json!({"name": one["name"], "bank": one["name"], "account": " "});
            }),
            ("a button without words", |one| {
                one["keep"] = json!({"vi": "", "en": ""})
            }),
            ("a step is missing", |one| {
                one["steps"].as_array_mut().unwrap().remove(1);
            }),
            ("a step stands twice", |one| {
                one["steps"][1]["step"] = json!("form")
            }),
            ("review comes first", |one| {
                one["steps"].as_array_mut().unwrap().swap(0, 4)
            }),
            ("an unknown step", |one| {
                one["steps"][0]["step"] = json!("pay")
            }),
            ("an empty label", |one| one["goOn"]["vi"] = json!(" ")),
            ("no way for the result", |one| one["delivery"] = json!([])),
            ("a strange id", |one| one["id"] = json!("../x")),
            ("an unknown member", |one| one["colour"] = json!("red")),
            ("an unknown capability", |one| {
                one["cannot"] = json!(["fly"])
            }),
        ];
        for (what, spoil) in spoiled {
            let mut one = profile();
            spoil(&mut one);
            assert!(PortalProfile::parse(&one.to_string()).is_err(), "{what}");
        }
    }
}
