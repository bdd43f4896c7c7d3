//! What is known of a person, by the names that form packs use for it.

use std::collections::BTreeMap;

use hoso_dossier::ProfileField as Field;
use hoso_eform::vn::{CardQr, PartialDate, Phone, Sex};
use hoso_places::{ReadAddress, places};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::view::{PaperFields, ProfileDetails, ProfileKind};

/// See the module. Nothing stands for what isn't known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Facts(BTreeMap<Field, Value>);

impl Facts {
    /// What the profile says.
    pub(crate) fn of_profile(details: &ProfileDetails, today: Date) -> Facts {
        let mut facts = Facts::default();
        let own = match details.kind {
            ProfileKind::Citizen => [
                (Field::Name, &details.name),
                (Field::Identity, &details.identity),
            ],
            // Of an organisation the profile knows its own name only, not who acts for it.
            ProfileKind::Organisation => [
                (Field::OrganisationName, &details.name),
                (Field::TaxCode, &details.identity),
            ],
        };
        let shared = [
            (Field::BirthDate, &details.birth_date),
            (Field::Phone, &details.phone),
            (Field::Email, &details.email),
        ];
        for (field, text) in own.into_iter().chain(shared) {
            facts.add(field, text);
        }
        facts.add_residence(&details.address, &details.commune, &details.province);
        facts.add(Field::Today, &today.to_string());
        facts
    }

    /// What an identity card says, and how its address was read.
    pub(crate) fn of_card(card: &CardQr) -> (Facts, Option<ReadAddress>) {
        let mut facts = Facts::default();
        facts.add(Field::Name, &card.name);
        facts.add(Field::Identity, card.id.as_str());
        if let PartialDate::Day(_) = card.birth {
            facts.add(Field::BirthDate, &card.birth.to_iso());
        }
        facts.add(
            Field::Sex,
            match card.sex {
                Sex::Male => "nam",
                Sex::Female => "nữ",
            },
        );
        if let Some(issued) = card.issued {
            facts.add(Field::IssuedOn, &issued.to_string());
        }
        let read = facts.read_residence(&card.address);
        (facts, read)
    }

    /// What a paper of the vault says. Also tells how its address was read.
    pub(crate) fn of_paper(kind: &str, fields: &PaperFields) -> (Facts, Option<ReadAddress>) {
        let mut facts = Facts::default();
        let (name, number) = match kind {
            "business" => (Field::OrganisationName, Field::TaxCode),
            _ => (Field::Name, Field::Identity),
        };
        facts.add(name, &fields.name);
        facts.add(number, &fields.number);
        facts.add(Field::BirthDate, &fields.birth_date);
        facts.add(Field::Sex, &fields.sex);
        // Forms ask for the day of issue of the identity card, not of any paper.
        if kind == "identity" {
            facts.add(Field::IssuedOn, &fields.issued_on);
        }
        let read = facts.read_residence(&fields.address);
        (facts, read)
    }

    /// What answers say, read by the hints that would have prefilled them.
    pub(crate) fn of_answers(hints: &BTreeMap<String, Field>, answers: &Value) -> Facts {
        let mut facts = Facts::default();
        for (path, field) in hints {
            let at = answers.pointer(&format!("/{}", path.replace('.', "/")));
            // A day is not a fact of the person.
            if let Some(value) = at.filter(|value| *field != Field::Today && !is_empty(value)) {
                facts.0.insert(*field, value.clone());
            }
        }
        let text = |facts: &Facts, field| {
            let value = facts.0.get(&field).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        if let Some(Value::Object(parts)) = facts.0.get(&Field::Residence).cloned() {
            for (field, part) in [
                (Field::Address, "chi_tiet"),
                (Field::Commune, "xa"),
                (Field::Province, "tinh"),
            ] {
                facts.add(
                    field,
                    parts.get(part).and_then(Value::as_str).unwrap_or_default(),
                );
            }
        } else {
            let parts = [Field::Address, Field::Commune, Field::Province];
            let [street, commune, province] = parts.map(|field| text(&facts, field));
            facts.add_residence(&street, &commune, &province);
        }
        facts
    }

    /// The phone as people write it; empty when it isn't known.
    pub(crate) fn phone(&self) -> String {
        let text = self.text(Field::Phone);
        Phone::parse(text).map_or_else(|| text.to_owned(), |phone| phone.to_string())
    }

    /// The number of the identity card; empty when it isn't known.
    pub(crate) fn identity(&self) -> &str {
        self.text(Field::Identity)
    }

    /// The e-mail; empty when it isn't known.
    pub(crate) fn email(&self) -> &str {
        self.text(Field::Email)
    }

    /// The address in one line.
    pub(crate) fn address_line(&self) -> String {
        [Field::Address, Field::Commune, Field::Province]
            .map(|part| self.text(part))
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn text(&self, field: Field) -> &str {
        let value = self.0.get(&field).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    /// What these don't say is taken from others.
    pub(crate) fn or(mut self, others: Facts) -> Facts {
        for (field, value) in others.0 {
            self.0.entry(field).or_insert(value);
        }
        self
    }

    /// The answers that a pack's hints ask for: path → value. `choices` gives the values and labels of a path's choices.
    pub(crate) fn answers(
        &self,
        hints: &BTreeMap<String, Field>,
        choices: impl Fn(&str) -> Vec<(Value, String)>,
    ) -> Vec<(String, Value)> {
        hints
            .iter()
            .filter_map(|(path, field)| {
                let value = self.0.get(field)?;
                let value = match field {
                    // Forms keep the sex in values of their own.
                    Field::Sex => {
                        let said = hoso_places::fold(value.as_str()?);
                        let offered = choices(path);
                        let of_form = offered
                            .iter()
                            .find(|(own, label)| own == value || hoso_places::fold(label) == said);
                        match of_form {
                            Some((own, _)) => own.clone(),
                            None if offered.is_empty() => value.clone(),
                            None => return None,
                        }
                    }
                    _ => value.clone(),
                };
                Some((path.clone(), value))
            })
            .collect()
    }

    fn add(&mut self, field: Field, text: &str) {
        if !text.is_empty() {
            self.0.insert(field, text.into());
        }
    }

    /// An address on one line, in today's units. Of a ward that was divided only the province is taken over.
    fn read_residence(&mut self, line: &str) -> Option<ReadAddress> {
        let read = places().read_address(line);
        match read.as_ref().map(|read| (read, read.places.as_slice())) {
            None => self.add_residence(line, "", ""),
            Some((read, [place])) => {
                self.add_residence(&read.street, place.commune, place.province);
            }
            Some((read, several)) => {
                let province = several.first().map_or("", |place| place.province);
                self.add_residence(&read.street, "", province);
            }
        }
        read
    }

    fn add_residence(&mut self, street: &str, commune: &str, province: &str) {
        self.add(Field::Address, street);
        self.add(Field::Commune, commune);
        self.add(Field::Province, province);
        if [street, commune, province]
            .iter()
            .any(|part| !part.is_empty())
        {
            let parts = json!({"chi_tiet": street, "xa": commune, "tinh": province});
            self.0.insert(Field::Residence, parts);
        }
    }
}

/// Whether an answer says nothing.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(list: &[(&str, Field)]) -> BTreeMap<String, Field> {
        list.iter()
            .map(|(path, field)| ((*path).to_owned(), *field))
            .collect()
    }

    #[test]
    fn a_card_answers_what_a_pack_asks_in_todays_units() {
        let card = CardQr::parse(
            "034301000123||Trần Thị Mẫu|05092001|Nữ|Tổ 3, Phúc Xá, Ba Đình, Hà Nội|14032022",
        );
        let (facts, read) = Facts::of_card(&card.unwrap());
        let wanted = hints(&[
            ("ten", Field::Name),
            ("so", Field::Identity),
            ("sinh", Field::BirthDate),
            ("cap", Field::IssuedOn),
            ("gioi", Field::Sex),
            ("o", Field::Residence),
            ("email", Field::Email),
        ]);
        let offered = |_: &str| vec![(json!(0), "Nam".to_owned()), (json!(1), "Nữ".to_owned())];
        let answers: BTreeMap<String, Value> =
            facts.answers(&wanted, offered).into_iter().collect();
        assert_eq!(
            json!(answers),
            json!({
                "ten": "Trần Thị Mẫu", "so": "034301000123", "sinh": "2001-09-05", "cap": "2022-03-14", "gioi": 1,
                "o": {"chi_tiet": "Tổ 3", "xa": "Phường Hồng Hà", "tinh": "Thành phố Hà Nội"},
            })
        );
        assert!(read.unwrap().former.is_some());
    }

    #[test]
    fn of_a_divided_ward_only_the_province_is_sure() {
        let card =
            CardQr::parse("092301000123||Trần Mẫu|05092001|Nữ|Long Tuyền, Bình Thủy, Cần Thơ|");
        let (facts, read) = Facts::of_card(&card.unwrap());
        let wanted = hints(&[("xa", Field::Commune), ("tinh", Field::Province)]);
        let answers = facts.answers(&wanted, |_| Vec::new());
        assert_eq!(answers, [("tinh".to_owned(), json!("Thành phố Cần Thơ"))]);
        assert_eq!(read.unwrap().places.len(), 2);
    }

    #[test]
    fn answers_give_back_what_hints_would_have_filled() {
        let one = hints(&[
            ("a.xa", Field::Commune),
            ("a.tinh", Field::Province),
            ("ten", Field::Name),
            ("ngay", Field::Today),
        ]);
        let answers = json!({"a": {"xa": "X", "tinh": "T"}, "ten": "N", "ngay": "2026-01-01"});
        let facts = Facts::of_answers(&one, &answers);
        let other = hints(&[
            ("o", Field::Residence),
            ("ho_ten", Field::Name),
            ("ngay", Field::Today),
        ]);
        let given = facts.answers(&other, |_| Vec::new());
        assert_eq!(
            given,
            [
                ("ho_ten".to_owned(), json!("N")),
                (
                    "o".to_owned(),
                    json!({"chi_tiet": "", "xa": "X", "tinh": "T"})
                )
            ]
        );
        // And the other way round.
        let facts = Facts::of_answers(
            &other,
            &json!({"o": {"chi_tiet": "", "xa": "X", "tinh": "T"}}),
        );
        let given = facts.answers(&one, |_| Vec::new());
        assert_eq!(
            given,
            [
                ("a.tinh".to_owned(), json!("T")),
                ("a.xa".to_owned(), json!("X"))
            ]
        );
    }
}
