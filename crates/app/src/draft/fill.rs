//! Answers that come from elsewhere than the keyboard: an identity card, a paper of the vault, an earlier dossier.

use std::collections::{BTreeMap, BTreeSet};

use hoso_dossier::{DraftId, Pack, PaperId, ProfileField};
use hoso_eform::vn::CardQr;
use hoso_eform::{Change, Node};
use hoso_places::ReadAddress;
use hoso_store::DraftState;
use serde_json::Value;

use super::facts::{Facts, is_empty};
use super::history::{Entry, Step, replay};
use super::{OpenDraft, walk};
use crate::open::Open;
use crate::view::{DraftPatch, EarlierDossier, Filled, FormPart};
use crate::{App, AppError, procedures, vault};

/// In the forms of whoever submits: that it is done for another person, whose dossier it is then, and the number of whoever submits.
const FOR_ANOTHER: &str = "cho_nguoi_khac";
const OWNER: &str = "chu_ho_so";
const OWNER_KIND: &str = "chu_ho_so.loai";
const OWN_NUMBER: &str = "so_dinh_danh";
/// Most earlier dossiers that are offered.
const MOST: usize = 30;

impl App {
    /// Answers a form's questions from the QR text of an identity card, as one step of undo.
    ///
    /// # Errors
    /// The text is no card's, or the disk is full: then nothing has changed.
    pub async fn draft_fill_card(
        &self,
        id: DraftId,
        part: FormPart,
        text: String,
    ) -> Result<Filled, AppError> {
        let card = CardQr::parse(&text)?;
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        open.fill_facts(&mut draft, part, Facts::of_card(&card), "card")
            .await
    }

    /// Answers a form's questions from what was kept of a paper in the vault, as one step of undo.
    ///
    /// # Errors
    /// There is no such paper, it is in the trash, or the disk is full: then nothing has changed.
    pub async fn draft_fill_paper(
        &self,
        id: DraftId,
        part: FormPart,
        paper: PaperId,
    ) -> Result<Filled, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        let paper = open.store.paper(paper).await?;
        if paper.trashed_at.is_some() {
            return Err(AppError::NotFound {
                what: "paper",
                id: paper.id.to_string(),
            });
        }
        let facts = Facts::of_paper(&paper.kind, &vault::fields(&paper));
        open.fill_facts(&mut draft, part, facts, "vault").await
    }

    /// Earlier drafts and dossiers whose answers a form could take over, newest first; those of the same procedure before the others.
    ///
    /// # Errors
    /// There is no such draft.
    pub async fn draft_earlier(&self, id: DraftId) -> Result<Vec<EarlierDossier>, AppError> {
        let open = self.open()?;
        let this = open.store.draft(id).await?;
        let catalogue = open.catalogue();
        let language = open.language();
        let mut rows: Vec<_> = open
            .store
            .drafts()
            .await?
            .into_iter()
            .filter(|row| row.id != id && row.state != DraftState::Trashed)
            .collect();
        rows.sort_by_key(|row| {
            (
                row.procedure != this.procedure,
                std::cmp::Reverse(row.updated_at),
            )
        });
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let pack = procedures::find_pack(&catalogue, &row.procedure).ok()?;
                Some(EarlierDossier {
                    draft: row.id,
                    title: procedures::say(pack.name(), &language).to_owned(),
                    subject: row.title,
                    changed_at: row.updated_at.to_string(),
                })
            })
            .take(MOST)
            .collect())
    }

    /// Answers what is still empty in a form from an earlier draft or dossier, as one step of undo: everything of the same procedure but declarations and files;
    /// of another one what both packs know of the person.
    ///
    /// # Errors
    /// There is no such draft, or the disk is full: then nothing has changed.
    pub async fn draft_fill_earlier(
        &self,
        id: DraftId,
        part: FormPart,
        from: DraftId,
    ) -> Result<Filled, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        let source = open.store.draft(from).await?;
        let catalogue = open.catalogue();
        let pack = procedures::find_pack(&catalogue, &source.procedure)?;
        let entries = open
            .store
            .log(from)
            .await?
            .into_iter()
            .map(|(seq, _, entry)| {
                serde_json::from_value(entry).map_err(|_| AppError::DraftLog { seq })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let said = replay(entries)?.answers;
        let nodes = open.nodes(id, part).await?;
        let facts = [part, other(part)]
            .into_iter()
            .filter_map(|part| Some(Facts::of_answers(hints(&pack, part), said.get(&part)?)))
            .fold(Facts::default(), Facts::or);
        let mut answers = Vec::new();
        if source.procedure == draft.row.procedure {
            let own = said.get(&part).cloned().unwrap_or_default();
            for node in &nodes {
                same_answers(node, &own, &mut answers);
            }
            let todays = hints(&draft.pack, part);
            answers.retain(|(path, _)| todays.get(path) != Some(&ProfileField::Today));
        } else {
            answers = facts.answers(hints(&draft.pack, part), |path| choices(&nodes, path));
        }
        let present = open
            .desk
            .run(move |sheets| Ok::<_, AppError>(sheets.get(id, part)?.answers().clone()))
            .await??;
        answers.retain(|(path, _)| at(&present, path).is_none_or(is_empty));
        let count = answers.len();
        let patch = open.fill(&mut draft, part, answers, "dossier").await?;
        Ok(Filled {
            patch,
            count,
            former: String::new(),
            communes: Vec::new(),
        })
    }
}

impl Open {
    /// Puts answers into a form that the person did not type: durable, one step of undo, and marked with where they came from.
    async fn fill(
        &self,
        draft: &mut OpenDraft,
        part: FormPart,
        answers: Vec<(String, Value)>,
        source: &str,
    ) -> Result<DraftPatch, AppError> {
        let changes: Vec<Change> = answers
            .into_iter()
            .map(|(path, value)| Change::Set { path, value })
            .collect();
        if changes.is_empty() {
            return self
                .draft_patch(draft, None, hoso_eform::Patch::default())
                .await;
        }
        let change = Change::Batch { changes };
        let applied = self
            .apply(draft, part, change, |change| Entry::Fill {
                part,
                change,
                source: source.to_owned(),
            })
            .await?;
        let mut patch = applied.patch;
        let step = Step {
            part,
            change: applied.change,
            inverse: applied.inverse,
            source: Some(source.to_owned()),
        };
        self.mark(draft, &step, &mut patch).await?;
        draft.history.record(step);
        self.draft_patch(draft, Some(part), patch).await
    }

    /// Marks what a step filled in with where it came from; the patch says so too.
    pub(super) async fn mark(
        &self,
        draft: &OpenDraft,
        step: &Step,
        patch: &mut hoso_eform::Patch,
    ) -> Result<(), AppError> {
        let Some(source) = step.source.clone() else {
            return Ok(());
        };
        let (id, part, change) = (draft.row.id, step.part, step.change.clone());
        let marks = self
            .desk
            .run(move |sheets| {
                Ok::<_, AppError>(sheets.get(id, part)?.mark_sources(&change, &source))
            })
            .await??;
        patch.sources.extend(marks.sources);
        Ok(())
    }

    /// Answers what a pack's hints ask for by what is known of a person.
    async fn fill_facts(
        &self,
        draft: &mut OpenDraft,
        part: FormPart,
        (facts, read): (Facts, Option<ReadAddress>),
        source: &str,
    ) -> Result<Filled, AppError> {
        let nodes = self.nodes(draft.row.id, part).await?;
        let hints = self.hints_for(draft, part, &facts).await?;
        let answers = facts.answers(&hints, |path| choices(&nodes, path));
        let count = answers.len();
        let patch = self.fill(draft, part, answers, source).await?;
        let divided = read.filter(|read| read.places.len() > 1);
        Ok(Filled {
            patch,
            count,
            former: divided
                .as_ref()
                .and_then(|read| read.former)
                .map(|former| former.text())
                .unwrap_or_default(),
            communes: divided
                .into_iter()
                .flat_map(|read| read.places)
                .map(|place| place.commune.to_owned())
                .collect(),
        })
    }

    /// Where what is known of a person goes. Of somebody else than whoever submits (*người nộp*), where it is submitted for another, it is whose dossier it
    /// is (*chủ hồ sơ*) that is answered.
    async fn hints_for(
        &self,
        draft: &OpenDraft,
        part: FormPart,
        facts: &Facts,
    ) -> Result<BTreeMap<String, ProfileField>, AppError> {
        let own = hints(&draft.pack, part).clone();
        if part == FormPart::Form {
            return Ok(own);
        }
        let id = draft.row.id;
        let said = self
            .desk
            .run(move |sheets| sheets.applicant_data(id))
            .await?;
        let for_another = said.get(FOR_ANOTHER) == Some(&Value::Bool(true));
        let submits = at(&said, OWN_NUMBER)
            .and_then(Value::as_str)
            .unwrap_or_default();
        // No card is an organisation's.
        let organisation = at(&said, OWNER_KIND).and_then(Value::as_str) == Some("to_chuc");
        if !for_another || organisation || facts.identity() == submits {
            return Ok(own);
        }
        let nodes = self.nodes(id, part).await?;
        let mut paths = BTreeSet::new();
        for node in &nodes {
            walk(node, &mut |node| {
                paths.insert(node.path.clone());
            });
        }
        Ok(own
            .into_iter()
            .map(|(path, field)| (format!("{OWNER}.{path}"), field))
            .filter(|(path, _)| paths.contains(path))
            .collect())
    }

    async fn nodes(&self, id: DraftId, part: FormPart) -> Result<Vec<Node>, AppError> {
        self.desk
            .run(move |sheets| Ok::<_, AppError>(sheets.get(id, part)?.view().nodes))
            .await?
    }
}

fn hints(pack: &Pack, part: FormPart) -> &BTreeMap<String, ProfileField> {
    static NONE: BTreeMap<String, ProfileField> = BTreeMap::new();
    match part {
        FormPart::Applicant => pack
            .procedure()
            .map_or(&NONE, |pack| &pack.procedure().prefill.applicant),
        FormPart::Form => pack.prefill(),
    }
}

const fn other(part: FormPart) -> FormPart {
    match part {
        FormPart::Applicant => FormPart::Form,
        FormPart::Form => FormPart::Applicant,
    }
}

fn choices(nodes: &[Node], path: &str) -> Vec<(Value, String)> {
    let mut found = Vec::new();
    for node in nodes {
        walk(node, &mut |node| {
            if node.path == path {
                found.extend(
                    node.choices
                        .iter()
                        .map(|choice| (choice.value.clone(), choice.label.clone())),
                );
            }
        });
    }
    found
}

fn at<'a>(answers: &'a Value, path: &str) -> Option<&'a Value> {
    answers.pointer(&format!("/{}", path.replace('.', "/")))
}

/// Answers of the same form, question by question; rows, maps and trees come whole. What a person declares, signs or attaches is theirs to give anew.
fn same_answers(node: &Node, answers: &Value, found: &mut Vec<(String, Value)>) {
    let declares = node.kind == "checkbox" && node.required;
    let given_anew = matches!(
        node.kind.as_str(),
        "file" | "signature" | "password" | "recaptcha" | "captcha"
    );
    if declares || given_anew {
        return;
    }
    // What a map or a tree asks for each of its entries is no place in the answers.
    let rows = matches!(node.kind.as_str(), "datamap" | "tree")
        || node
            .children
            .iter()
            .any(|child| child.path.starts_with(&format!("{}[]", node.path)));
    if node.children.is_empty() || rows {
        if let Some(value) = at(answers, &node.path).filter(|value| !is_empty(value)) {
            found.push((node.path.clone(), value.clone()));
        }
        return;
    }
    for child in &node.children {
        same_answers(child, answers, found);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hoso_eform::{Env, Form, Session};
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_maps_and_trees_are_taken_over_whole() {
        let question = json!({"type": "textfield", "key": "ten", "label": "Tên", "input": true});
        let lists = |kind: &str| json!({"type": kind, "key": kind, "input": true, "tree": true, "components": [question]});
        let form = Form::parse(&json!({"components": [
            {"type": "fieldset", "key": "nhom", "components": [question]},
            lists("datagrid"),
            lists("tree"),
            {"type": "datamap", "key": "gia", "input": true, "valueComponent": {"type": "number", "key": "so", "input": true}},
            {"type": "signature", "key": "ky", "input": true},
        ]}))
        .unwrap();
        let answers = json!({
            "ten": "An",
            "datagrid": [{"ten": "Bình"}],
            "tree": {"data": {"ten": "Ông"}, "children": [{"data": {"ten": "Cha"}, "children": []}]},
            "gia": {"Gạo": 18500},
            "ky": "data:image/png;base64,",
        });
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let session = Session::new(Arc::new(form), json!({}), BTreeMap::new(), env);
        let mut found = Vec::new();
        for node in &session.view().nodes {
            same_answers(node, &answers, &mut found);
        }
        let wanted: Vec<_> = ["ten", "datagrid", "tree", "gia"]
            .map(|path| (path.to_owned(), answers[path].clone()))
            .into();
        assert_eq!(found, wanted);
    }
}
