//! What is frozen when a dossier is sealed, and the canonical bytes that are hashed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{DossierId, Money, NoticeWish, PayWay, PostAddress, ReceivingAgency, Sha256, UploadId};

/// The declaration that a person makes before sending (*cam đoan*), word for word.
pub const DECLARATION_TEXT: &str = "Tôi chắc chắn rằng các thông tin khai báo trên là đúng sự thật và đồng ý chịu trách nhiệm trước pháp luật về lời khai trên";
/// Version of [`DECLARATION_TEXT`]; a change of the words needs a new one.
pub const DECLARATION_VERSION: &str = "vi-1";

/// Everything that is submitted of one revision of a dossier. Never changes after sealing; a change makes revision n + 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// The dossier.
    pub dossier: DossierId,
    /// 1 when first submitted; a supplement has a higher number than all before it.
    pub revision: u32,
    /// Code of the procedure, e.g. `1.001193`.
    pub procedure: String,
    /// Version of the form pack that the answers were given to.
    pub pack_version: String,
    /// Who submits (*người nộp*).
    pub applicant: Applicant,
    /// Answers of *Thông tin người nộp*, as form.io submission data.
    pub applicant_form: Value,
    /// Answers of the *tờ khai*, as form.io submission data after `clearOnHide`.
    pub form: Value,
    /// The files, in component order. A supplement lists all files of the dossier; those the portal already holds keep their upload.
    pub files: Vec<ManifestFile>,
    /// How the result is handed over.
    pub delivery: Delivery,
    /// Where the post collects the originals (*nộp bản gốc qua bưu điện*). Left out where nobody chose that, as in every manifest of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub originals: Option<PostAddress>,
    /// In which ways the person wants to be told of news. Left out where none was chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<NoticeWish>,
    /// How the fee is paid (*phương thức thanh toán*). Left out where it is online, as in every manifest of before.
    #[serde(default, skip_serializing_if = "PayWay::is_online")]
    pub pay: PayWay,
    /// Which desk receives it (*cơ quan tiếp nhận*). Left out where the portal has nobody choose, as in every manifest of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<ReceivingAgency>,
    /// The fee as the pack's rule gave it at sealing.
    pub fee: Money,
    /// What the person declared.
    pub declaration: Declaration,
    /// When it was sealed, RFC 3339 UTC.
    pub sealed_at: String,
}

/// Who submits the dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Applicant {
    /// Full name, or the organisation's name.
    pub name: String,
    /// CCCD of a citizen, tax code of an organisation.
    pub identity: String,
}

/// Whose dossier it is (*chủ hồ sơ*), where somebody else submits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    /// A person's name, or an organisation's.
    pub name: &'a str,
    /// CCCD, tax code or number of registration; may be empty.
    pub number: &'a str,
    /// Who stands for an organisation; empty for a person.
    pub representative: &'a str,
}

/// One file of a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManifestFile {
    /// Its upload; permanent on the portal.
    pub upload: UploadId,
    /// Code of the component (*thành phần hồ sơ*) that it belongs to.
    pub component: String,
    /// File name that the person sees.
    pub name: String,
    /// MIME type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Hash of the bytes.
    pub sha256: Sha256,
}

/// How the result reaches the person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "how")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Delivery {
    /// As an electronic file on the portal.
    #[default]
    Electronic,
    /// At the one-stop desk (*Bộ phận Một cửa / Trung tâm Phục vụ hành chính công*).
    AtDesk,
    /// By post (*bưu chính công ích*), paid by the person on receipt.
    Post {
        /// Where to, in one line.
        #[serde(default)]
        address: String,
        /// The same in its parts; left out in dossiers of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<PostAddress>,
    },
}

/// The declaration that was ticked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Declaration {
    /// Which words: see [`DECLARATION_VERSION`].
    pub text_version: String,
    /// When it was ticked, RFC 3339 UTC.
    pub accepted_at: String,
}

/// Canonical bytes of a manifest and their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedManifest {
    /// JSON with sorted keys and no white space, UTF-8.
    pub bytes: Vec<u8>,
    /// Hash of `bytes`.
    pub sha256: Sha256,
}

/// A manifest that can't be sealed or read.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not a manifest.
    #[error("reading a sealed dossier: {0}")]
    Json(#[from] serde_json::Error),
    /// The bytes are not canonical, so the hash would not be reproducible.
    #[error("reading a sealed dossier: its bytes are not in canonical form")]
    NotCanonical,
}

impl Manifest {
    /// Whose dossier it is, where another person submits it: as the forms of whoever submits have it.
    #[must_use]
    pub fn owner(&self) -> Option<Owner<'_>> {
        let form = &self.applicant_form;
        if form.get("cho_nguoi_khac") != Some(&Value::Bool(true)) {
            return None;
        }
        let owner = form.get("chu_ho_so")?;
        let at = |question: &str| {
            let said = owner.get(question).and_then(Value::as_str);
            said.map(str::trim).filter(|said| !said.is_empty())
        };
        // Forms of before knew persons only.
        let owner = if at("loai") == Some("to_chuc") {
            Owner {
                name: at("ten_to_chuc")?,
                number: at("ma_so_thue").or(at("so_dang_ky")).unwrap_or_default(),
                representative: at("nguoi_dai_dien").unwrap_or_default(),
            }
        } else {
            Owner {
                name: at("ho_ten")?,
                number: at("so_dinh_danh").unwrap_or_default(),
                representative: "",
            }
        };
        Some(owner)
    }

    /// Freezes the manifest: equal manifests give equal bytes.
    ///
    /// # Errors
    /// The manifest can't be written as JSON.
    pub fn seal(&self) -> Result<SealedManifest, ManifestError> {
        let bytes = serde_json::to_vec(&sorted(serde_json::to_value(self)?))?;
        let sha256 = Sha256::of(&bytes);
        Ok(SealedManifest { bytes, sha256 })
    }

    /// Reads canonical bytes back.
    ///
    /// # Errors
    /// The bytes are no manifest, or not canonical.
    pub fn from_sealed(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = serde_json::from_slice(bytes)?;
        if manifest.seal()?.bytes == bytes {
            Ok(manifest)
        } else {
            Err(ManifestError::NotCanonical)
        }
    }
}

/// Sorts the keys of every object (serde_json keeps insertion order in this workspace).
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: BTreeMap<String, Value> = map
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect();
            Value::Object(map.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    fn manifest(form: Value) -> Manifest {
        Manifest {
            dossier: DossierId::new(Uuid::from_u128(1)),
            revision: 1,
            procedure: "1.001193".into(),
            pack_version: "2026.1".into(),
            applicant: Applicant {
                name: "Lê Thị Mẫu".into(),
                identity: "001090000001".into(),
            },
            applicant_form: json!({}),
            form,
            files: vec![],
            delivery: Delivery::Post {
                address: "12 Phố Mẫu".into(),
                to: None,
            },
            originals: None,
            notices: vec![],
            pay: PayWay::Online,
            agency: None,
            fee: Money::ZERO,
            declaration: Declaration {
                text_version: DECLARATION_VERSION.into(),
                accepted_at: "2026-01-01T00:00:00Z".into(),
            },
            sealed_at: "2026-01-01T00:00:00Z".into(),
        }
    }

    #[test]
    fn the_order_of_answers_does_not_change_the_hash() {
        let one = manifest(json!({"a": 1, "b": {"c": [{"y": 1, "x": 2}]}}))
            .seal()
            .unwrap();
        let other = manifest(json!({"b": {"c": [{"x": 2, "y": 1}]}, "a": 1}))
            .seal()
            .unwrap();
        assert_eq!(one, other);
        let back = Manifest::from_sealed(&one.bytes).unwrap();
        assert_eq!(back.seal().unwrap(), one);
    }

    #[test]
    fn whose_dossier_it_is_is_said_for_persons_and_organisations() {
        let owner = |name, number, representative| {
            Some(Owner {
                name,
                number,
                representative,
            })
        };
        let person = json!({"ho_ten": " Nguyễn Thị Thử ", "so_dinh_danh": "034301000123"});
        let organisation = |more: Value| {
            let mut said = json!({"loai": "to_chuc", "ten_to_chuc": "Công ty Thử", "nguoi_dai_dien": "Lê Văn Mẫu",
                "ho_ten": "của một lần trước"});
            for (key, value) in more.as_object().unwrap() {
                said[key] = value.clone();
            }
            said
        };
        for (other, said, wanted) in [
            (
                true,
                person.clone(),
                owner("Nguyễn Thị Thử", "034301000123", ""),
            ),
            (false, person, None),
            (true, json!({"ho_ten": ""}), None),
            (
                true,
                json!({"loai": "ca_nhan", "ho_ten": "A"}),
                owner("A", "", ""),
            ),
            (
                true,
                organisation(json!({"ma_so_thue": "0100233488", "so_dang_ky": "12/QĐ"})),
                owner("Công ty Thử", "0100233488", "Lê Văn Mẫu"),
            ),
            (
                true,
                organisation(json!({"ma_so_thue": "", "so_dang_ky": "12/QĐ"})),
                owner("Công ty Thử", "12/QĐ", "Lê Văn Mẫu"),
            ),
            (true, organisation(json!({"ten_to_chuc": null})), None),
        ] {
            let mut one = manifest(json!({}));
            one.applicant_form = json!({"cho_nguoi_khac": other, "chu_ho_so": said});
            assert_eq!(one.owner(), wanted, "{}", one.applicant_form);
        }
    }

    #[test]
    fn what_was_added_since_changes_no_manifest_of_before() {
        let plain = manifest(json!({})).seal().unwrap().bytes;
        let text = String::from_utf8(plain).unwrap();
        for added in ["originals", "notices", "\"pay\"", "\"to\"", "agency"] {
            assert!(!text.contains(added), "{added} in {text}");
        }
        let mut chosen = manifest(json!({}));
        chosen.originals = Some(PostAddress::default());
        chosen.notices = vec![NoticeWish {
            way: crate::NoticeWay::Sms,
            to: "0900000001".into(),
        }];
        chosen.pay = PayWay::AtDesk;
        chosen.agency = ReceivingAgency::find(crate::Level::Commune, "01", Some("00004")).ok();
        let sealed = chosen.seal().unwrap();
        assert_eq!(Manifest::from_sealed(&sealed.bytes).unwrap(), chosen);
        let text = String::from_utf8(sealed.bytes).unwrap();
        assert!(text.contains(r#""pay":"atDesk""#), "{text}");
        let desk = r#""agency":{"commune":"00004","level":"commune","name":"Phường Ba Đình, Thành phố Hà Nội","province":"01"}"#;
        assert!(text.contains(desk), "{text}");
    }

    #[test]
    fn bytes_that_were_sealed_before_the_way_to_pay_stay_what_they_were() {
        let before = concat!(
            r#"{"applicant":{"identity":"001090000001","name":"Lê Thị Mẫu"},"applicantForm":{},"#,
            r#""declaration":{"acceptedAt":"2026-01-01T00:00:00Z","textVersion":"vi-1"},"#,
            r#""delivery":{"address":"12 Phố Mẫu","how":"post"},"#,
            r#""dossier":"00000000-0000-0000-0000-000000000001","fee":0,"files":[],"form":{},"#,
            r#""packVersion":"2026.1","procedure":"1.001193","revision":1,"sealedAt":"2026-01-01T00:00:00Z"}"#,
        );
        let read = Manifest::from_sealed(before.as_bytes()).unwrap();
        assert_eq!(read, manifest(json!({})));
        assert_eq!(read.seal().unwrap().bytes, before.as_bytes());
        // The usual way, written out, would be a second writing of the same; a way that nobody knows is none.
        for way in ["online", "cheque"] {
            let said = before.replace(r#""procedure""#, &format!(r#""pay":"{way}","procedure""#));
            assert!(Manifest::from_sealed(said.as_bytes()).is_err(), "{way}");
        }
        // So is a desk that nobody chose, and one that says more than the contract knows, or less.
        for agency in [
            "null",
            "{}",
            r#"{"level":"province","province":"01"}"#,
            r#"{"level":"province","name":"Thành phố Hà Nội"}"#,
            r#"{"commune":null,"level":"province","name":"Thành phố Hà Nội","province":"01"}"#,
            r#"{"level":"province","name":"Thành phố Hà Nội","province":1}"#,
            r#"{"level":"district","name":"Thành phố Hà Nội","province":"01"}"#,
            r#"{"level":"province","more":1,"name":"Thành phố Hà Nội","province":"01"}"#,
            r#"["province","01"]"#,
        ] {
            let said = before.replacen('{', &format!(r#"{{"agency":{agency},"#), 1);
            assert!(Manifest::from_sealed(said.as_bytes()).is_err(), "{agency}");
        }
        let hanoi = r#"{"level":"province","name":"Thành phố Hà Nội","province":"01"}"#;
        let said = before.replacen('{', &format!(r#"{{"agency":{hanoi},"#), 1);
        let read = Manifest::from_sealed(said.as_bytes()).unwrap();
        assert_eq!(read.agency.unwrap().name, "Thành phố Hà Nội");
        let desk = before.replace(r#""procedure""#, r#""pay":"atDesk","procedure""#);
        let read = Manifest::from_sealed(desk.as_bytes()).unwrap();
        assert_eq!(read.pay, PayWay::AtDesk);
    }

    #[test]
    fn bytes_that_are_not_canonical_are_refused() {
        let mut bytes = manifest(json!({})).seal().unwrap().bytes;
        bytes.push(b' ');
        assert!(matches!(
            Manifest::from_sealed(&bytes),
            Err(ManifestError::NotCanonical)
        ));
        assert!(Manifest::from_sealed(b"{}").is_err());
    }
}
