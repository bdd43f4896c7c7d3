//! What one revision of a dossier says otherwise than the one before.

use std::collections::{BTreeMap, BTreeSet};

use hoso_dossier::{
    Delivery, DossierId, DraftId, FormPack, Manifest, ManifestFile, NoticeWay, NoticeWish,
    PostAddress,
};
use hoso_portal_api::DossierView;
use serde_json::Value;

use crate::draft::offered;
use crate::open::Open;
use crate::procedures::say;
use crate::text::written;
use crate::view::{QueueStage, RevisionChange, RevisionRow};
use crate::{App, AppError};

/// So many changes are told; who changes more looks at the paper.
const MOST: usize = 200;
/// Deepest nesting of a definition that is looked into for labels.
const DEEPEST: usize = 40;

/// What is compared of a revision.
struct Said<'a> {
    applicant: &'a Value,
    form: &'a Value,
    files: Vec<(&'a str, &'a str, String)>,
    delivery: &'a Delivery,
    originals: Option<&'a PostAddress>,
    notices: &'a [NoticeWish],
}

impl<'a> Said<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        Self {
            applicant: &manifest.applicant_form,
            form: &manifest.form,
            files: manifest.files.iter().map(file).collect(),
            delivery: &manifest.delivery,
            originals: manifest.originals.as_ref(),
            notices: &manifest.notices,
        }
    }
}

fn file(file: &ManifestFile) -> (&str, &str, String) {
    (&file.component, &file.name, file.sha256.to_string())
}

impl App {
    /// What a draft that answers a request for supplement says otherwise than what was sealed last; nothing for any other draft.
    ///
    /// # Errors
    /// There is no such draft.
    pub async fn draft_differences(&self, id: DraftId) -> Result<Vec<RevisionChange>, AppError> {
        let open = self.open()?;
        let draft = open.draft(id).await?;
        let draft = draft.lock().await;
        let Some(dossier) = draft.row.dossier else {
            return Ok(Vec::new());
        };
        let Some(sealed) = open.newest_manifest(dossier).await? else {
            return Ok(Vec::new());
        };
        let said = open.said(&draft).await?;
        let attached = open.store.attachments(id).await?;
        let known = open.sender.known();
        // As it would be sealed: what the portal doesn't offer is left out.
        let handover = offered(&draft.handover, known.profile().map(AsRef::as_ref));
        let files = attached.iter().filter(|one| !one.removed);
        let now = Said {
            applicant: &said.applicant,
            form: &said.form,
            files: files
                .map(|one| {
                    (
                        one.component.as_str(),
                        one.name.as_str(),
                        one.sha256.to_string(),
                    )
                })
                .collect(),
            delivery: &handover.delivery,
            originals: handover.originals.as_ref(),
            notices: &handover.notices,
        };
        let language = open.language();
        Ok(differences(
            Some(draft.procedure()?),
            &language,
            &Said::of(&sealed),
            &now,
        ))
    }
}

impl Open {
    /// What was sealed last of a dossier.
    pub(crate) async fn newest_manifest(
        &self,
        dossier: DossierId,
    ) -> Result<Option<Manifest>, AppError> {
        let Some(newest) = self.store.revisions(dossier).await?.pop() else {
            return Ok(None);
        };
        let sealed = self.store.manifest(dossier, newest.revision).await?;
        Ok(Some(Manifest::from_sealed(&sealed)?))
    }

    /// Adds to each revision what it says otherwise than the one before it, and shows the portal's newest one where it was sealed elsewhere.
    pub(crate) fn compare_revisions(
        &self,
        procedure: &str,
        rows: &mut Vec<RevisionRow>,
        manifests: &[Manifest],
        view: Option<&DossierView>,
    ) {
        let (catalogue, language) = (self.catalogue(), self.language());
        let pack = catalogue.get(procedure);
        for (row, pair) in rows.iter_mut().skip(1).zip(manifests.windows(2)) {
            if let [before, after] = pair {
                row.changes = differences(pack, &language, &Said::of(before), &Said::of(after));
            }
        }
        let Some(view) = view else { return };
        let sha256 = view.sha256.to_string();
        if rows.iter().any(|row| row.sha256 == sha256) {
            return;
        }
        let submitted = view.timeline.iter().rev();
        let at = submitted
            .clone()
            .find(|entry| entry.status == 1 || entry.step.contains("bổ sung"));
        rows.push(RevisionRow {
            revision: view.revision,
            sealed_at: at.map(|entry| entry.at.clone()).unwrap_or_default(),
            sha256,
            files: Vec::new(),
            stage: QueueStage::Accepted,
            trouble: None,
            receipt: None,
            elsewhere: true,
            changes: Vec::new(),
        });
        rows.sort_by_key(|row| (row.revision, !row.elsewhere));
    }
}

fn differences(
    pack: Option<&FormPack>,
    language: &str,
    before: &Said<'_>,
    after: &Said<'_>,
) -> Vec<RevisionChange> {
    let mut changes = Vec::new();
    for (definition, one, other) in [
        (
            pack.map(FormPack::applicant_form),
            before.applicant,
            after.applicant,
        ),
        (pack.map(FormPack::form), before.form, after.form),
    ] {
        let labels = definition.map(labels).unwrap_or_default();
        let (mut was, mut is) = (BTreeMap::new(), BTreeMap::new());
        leaves(one, &mut String::new(), &mut was);
        leaves(other, &mut String::new(), &mut is);
        let paths: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        for path in paths {
            let text = |of: &BTreeMap<String, String>| of.get(path).cloned().unwrap_or_default();
            if was.get(path) != is.get(path) {
                changes.push(RevisionChange {
                    what: label(&labels, path),
                    before: text(&was),
                    after: text(&is),
                });
            }
        }
    }
    changes.extend(of_files(pack, language, before, after));
    changes.extend(of_handover(language, before, after));
    changes.truncate(MOST);
    changes
}

/// How the result comes, how the originals go, who is told of news.
fn of_handover(language: &str, before: &Said<'_>, after: &Said<'_>) -> Vec<RevisionChange> {
    let english = language == "en";
    let mut changes = Vec::new();
    if before.delivery != after.delivery {
        let words = |one: &Delivery| match (one, english) {
            (Delivery::Electronic, false) => "Bản điện tử".to_owned(),
            (Delivery::Electronic, true) => "Electronic copy".to_owned(),
            (Delivery::AtDesk, false) => "Nhận tại Bộ phận Một cửa".to_owned(),
            (Delivery::AtDesk, true) => "At the one-stop desk".to_owned(),
            (Delivery::Post { address, .. }, false) => format!("Qua bưu điện: {address}"),
            (Delivery::Post { address, .. }, true) => format!("By post: {address}"),
        };
        let what = if english {
            "How the result comes"
        } else {
            "Cách nhận kết quả"
        };
        changes.push(RevisionChange {
            what: what.to_owned(),
            before: words(before.delivery),
            after: words(after.delivery),
        });
    }
    if before.originals != after.originals {
        let what = if english {
            "Originals by post, collected from"
        } else {
            "Gửi bản gốc qua bưu điện, nhận tại"
        };
        let words = |of: &Said<'_>| of.originals.map(PostAddress::line).unwrap_or_default();
        changes.push(RevisionChange {
            what: what.to_owned(),
            before: words(before),
            after: words(after),
        });
    }
    for (way, vi, en) in [
        (NoticeWay::Sms, "Thông báo qua SMS", "Notices by SMS"),
        (
            NoticeWay::Email,
            "Thông báo qua thư điện tử",
            "Notices by e-mail",
        ),
        (NoticeWay::Zalo, "Thông báo qua Zalo", "Notices by Zalo"),
    ] {
        let to = |of: &Said<'_>| {
            let mut all = of.notices.iter();
            let chosen = all.find(|one| one.way == way);
            chosen.map(|one| one.to.clone()).unwrap_or_default()
        };
        let (was, is) = (to(before), to(after));
        if was != is {
            changes.push(RevisionChange {
                what: if english { en } else { vi }.to_owned(),
                before: was,
                after: is,
            });
        }
    }
    changes
}

/// Files by component: one of the same bytes and name is the same.
fn of_files(
    pack: Option<&FormPack>,
    language: &str,
    before: &Said<'_>,
    after: &Said<'_>,
) -> Vec<RevisionChange> {
    let components: BTreeSet<&str> = before
        .files
        .iter()
        .chain(&after.files)
        .map(|one| one.0)
        .collect();
    let only = |of: &Said<'_>, other: &Said<'_>, component: &str| {
        let own = of
            .files
            .iter()
            .filter(|one| one.0 == component && !other.files.contains(one));
        own.map(|one| one.1.to_owned())
            .collect::<Vec<_>>()
            .join(", ")
    };
    components
        .into_iter()
        .map(|component| {
            let known = pack.and_then(|pack| pack.component(component));
            RevisionChange {
                what: known
                    .map_or(component, |known| say(&known.name, language))
                    .to_owned(),
                before: only(before, after, component),
                after: only(after, before, component),
            }
        })
        .filter(|change| !change.before.is_empty() || !change.after.is_empty())
        .collect()
}

/// Answers one by one, as a person reads them; rows are counted from 1.
fn leaves(value: &Value, path: &mut String, found: &mut BTreeMap<String, String>) {
    let end = path.len();
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if end > 0 {
                    path.push('.');
                }
                path.push_str(key);
                leaves(member, path, found);
                path.truncate(end);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("[{}]", index + 1));
                leaves(item, path, found);
                path.truncate(end);
            }
        }
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => {
            let day = text
                .parse::<jiff::civil::Date>()
                .ok()
                .filter(|_| text.len() == 10);
            let text = day.map_or_else(|| text.clone(), written);
            found.insert(path.clone(), text);
        }
        other => {
            found.insert(path.clone(), other.to_string());
        }
    }
}

/// Path of an answer, rows as `[]` → what its question and the groups around it are called.
fn labels(definition: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Ok(definition) = serde_json::from_str::<Value>(definition) {
        collect(definition.get("components"), "", "", DEEPEST, &mut found);
    }
    found
}

fn collect(
    components: Option<&Value>,
    path: &str,
    groups: &str,
    deep: usize,
    found: &mut BTreeMap<String, String>,
) {
    let Some(deep) = deep.checked_sub(1) else {
        return;
    };
    for one in components.and_then(Value::as_array).into_iter().flatten() {
        let text = |member: &str| one.get(member).and_then(Value::as_str).unwrap_or_default();
        let kind = text("type");
        let group = matches!(kind, "container" | "datagrid" | "editgrid");
        let layout = matches!(
            kind,
            "panel" | "fieldset" | "well" | "columns" | "table" | "tabs"
        );
        let at = match (text("key"), path) {
            _ if layout => path.to_owned(),
            (key, "") => key.to_owned(),
            (key, path) => format!("{path}.{key}"),
        };
        let named = match (text("label"), groups) {
            _ if layout => groups.to_owned(),
            ("", groups) => groups.to_owned(),
            (label, "") => label.to_owned(),
            (label, groups) => format!("{groups} – {label}"),
        };
        if !layout && !group {
            found.insert(at.clone(), named.clone());
        }
        let rows = group && kind != "container";
        let inner = if rows { format!("{at}[]") } else { at };
        collect(one.get("components"), &inner, &named, deep, found);
        let columns = one.get("columns").and_then(Value::as_array);
        for column in columns.into_iter().flatten() {
            collect(column.get("components"), &inner, &named, deep, found);
        }
    }
}

/// What the question of an answer is called; its path where the form has no word for it.
fn label(labels: &BTreeMap<String, String>, path: &str) -> String {
    let (mut pattern, mut rows) = (String::new(), Vec::new());
    for part in path.split_inclusive(']') {
        match part.split_once('[') {
            Some((before, row)) => {
                pattern.push_str(before);
                pattern.push_str("[]");
                rows.push(row.trim_end_matches(']'));
            }
            None => pattern.push_str(part),
        }
    }
    // The parts of an address stand below its question.
    let mut known = None;
    let mut rest = pattern.as_str();
    while known.is_none() {
        known = labels.get(rest);
        match rest.rfind('.') {
            Some(end) if known.is_none() => rest = rest.get(..end).unwrap_or_default(),
            _ => break,
        }
    }
    let name = known.cloned().unwrap_or_else(|| path.to_owned());
    match rows.as_slice() {
        [] => name,
        rows => format!("{name} ({})", rows.join(".")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said<'a>(
        form: &'a Value,
        files: &[(&'a str, &'a str, &str)],
        delivery: &'a Delivery,
    ) -> Said<'a> {
        Said {
            applicant: &Value::Null,
            form,
            files: files
                .iter()
                .map(|one| (one.0, one.1, one.2.to_owned()))
                .collect(),
            delivery,
            originals: None,
            notices: &[],
        }
    }

    fn told(before: &Said<'_>, after: &Said<'_>, language: &str) -> Vec<[String; 3]> {
        let changes = differences(None, language, before, after).into_iter();
        changes
            .map(|one| [one.what, one.before, one.after])
            .collect()
    }

    #[test]
    fn where_the_originals_go_and_who_is_told_are_compared() {
        let address = |street: &str| PostAddress {
            name: "Nguyễn Thị An".into(),
            street: street.into(),
            ..PostAddress::default()
        };
        let wish = |way, to: &str| NoticeWish { way, to: to.into() };
        let (one, other) = (address("Số 5"), address("Số 6"));
        let early = [
            wish(NoticeWay::Sms, "0900000001"),
            wish(NoticeWay::Email, "an@vidu.vn"),
        ];
        let late = [
            wish(NoticeWay::Email, "an@vidu.vn"),
            wish(NoticeWay::Zalo, "0900000002"),
        ];
        let plain = said(&Value::Null, &[], &Delivery::Electronic);
        let of = |originals, notices| Said {
            originals,
            notices,
            ..said(&Value::Null, &[], &Delivery::Electronic)
        };
        let (before, after) = (of(Some(&one), &early), of(Some(&other), &late));
        let line = |what: &str, before: &str, after: &str| {
            [what.to_owned(), before.to_owned(), after.to_owned()]
        };
        let originals = "Gửi bản gốc qua bưu điện, nhận tại";
        assert_eq!(
            told(&before, &after, "vi"),
            [
                line(originals, "Nguyễn Thị An, Số 5", "Nguyễn Thị An, Số 6"),
                line("Thông báo qua SMS", "0900000001", ""),
                line("Thông báo qua Zalo", "", "0900000002"),
            ]
        );
        let english = told(&plain, &before, "en");
        assert_eq!(
            english,
            [
                line(
                    "Originals by post, collected from",
                    "",
                    "Nguyễn Thị An, Số 5"
                ),
                line("Notices by SMS", "", "0900000001"),
                line("Notices by e-mail", "", "an@vidu.vn"),
            ]
        );
        assert_eq!(told(&after, &after, "vi"), Vec::<[String; 3]>::new());
    }

    #[test]
    fn answers_files_and_delivery_are_compared() {
        let (one, other) = (
            json!({"tre": {"ho_ten": "Lê An", "ngay_sinh": "2026-11-01"}, "con": [{"ten": "A"}, {"ten": "B"}], "x": ""}),
            json!({"tre": {"ho_ten": "Lê Ân", "ngay_sinh": "2026-11-02"}, "con": [{"ten": "A"}], "so": 3}),
        );
        let (here, post) = (
            Delivery::AtDesk,
            Delivery::Post {
                address: "Số 5".into(),
                to: None,
            },
        );
        let before = said(&one, &[("A", "to.pdf", "1"), ("B", "anh.jpg", "2")], &here);
        let after = said(
            &other,
            &[("A", "to.pdf", "1"), ("B", "anh.jpg", "3")],
            &post,
        );
        let found: Vec<_> = differences(None, "vi", &before, &after)
            .into_iter()
            .map(|one| [one.what, one.before, one.after])
            .collect();
        let row = |what: &str, before: &str, after: &str| {
            [what.to_owned(), before.to_owned(), after.to_owned()]
        };
        assert_eq!(
            found,
            [
                row("con[2].ten (2)", "B", ""),
                row("so", "", "3"),
                row("tre.ho_ten", "Lê An", "Lê Ân"),
                row("tre.ngay_sinh", "01/11/2026", "02/11/2026"),
                row("B", "anh.jpg", "anh.jpg"),
                row(
                    "Cách nhận kết quả",
                    "Nhận tại Bộ phận Một cửa",
                    "Qua bưu điện: Số 5"
                ),
            ]
        );
        assert_eq!(differences(None, "vi", &after, &after), []);
    }

    #[test]
    fn an_answer_is_called_as_its_question_within_its_groups() {
        let form = json!({"components": [
            {"type": "panel", "key": "p", "label": "Trang", "components": [
                {"type": "container", "key": "tre", "label": "Trẻ", "components": [
                    {"type": "columns", "columns": [{"components": [{"type": "vnName", "key": "ho_ten", "label": "Họ tên"}]}]},
                    {"type": "vnAddress", "key": "noi_sinh", "label": "Nơi sinh"}]},
                {"type": "datagrid", "key": "con", "label": "Các con", "components": [
                    {"type": "textfield", "key": "ten", "label": "Tên"}]}]}
        ]});
        let labels = labels(&form.to_string());
        for (path, wanted) in [
            ("tre.ho_ten", "Trẻ – Họ tên"),
            ("tre.noi_sinh.xa", "Trẻ – Nơi sinh"),
            ("con[2].ten", "Các con – Tên (2)"),
            ("la.khong_co", "la.khong_co"),
        ] {
            assert_eq!(label(&labels, path), wanted);
        }
    }
}
