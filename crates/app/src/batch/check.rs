//! A row, answered and checked by the form's own rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use hoso_eform::{Answers, Change, Env, FieldError, Form, Session};
use hoso_sheet::{Cell, Fields, Mark, RowAnswers, Said, read_row};
use hoso_store::{BatchLine, BatchRow, LineState};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Kept, PORTION, blocking};
use crate::open::Open;
use crate::{AppError, procedures};

/// Checks rows of one batch, as a form in the window would.
#[derive(Clone)]
pub(super) struct Checker {
    pub(super) form: Arc<Form>,
    pub(super) now: Timestamp,
    targets: Vec<Option<String>>,
    /// What the profile answers and no column does.
    pub(super) profile: Vec<(String, Value)>,
}

/// A row, answered.
pub(super) struct Answered {
    pub(super) row: RowAnswers,
    /// The data as it is sealed.
    pub(super) data: Value,
    pub(super) marks: Vec<Mark>,
}

impl Answered {
    pub(super) fn is_good(&self) -> bool {
        !self.marks.iter().any(|mark| mark.wrong)
    }
}

impl Open {
    pub(super) fn checker(
        &self,
        row: &BatchRow,
        kept: &Kept,
        now: Timestamp,
    ) -> Result<Checker, AppError> {
        let catalogue = self.catalogue();
        let pack = procedures::find_pack(&catalogue, &row.procedure)?;
        let form = crate::draft::parse_form(&pack, pack.form())?;
        let mut profile = Vec::new();
        if kept.profile {
            let facts = crate::draft::Facts::of_profile(&self.details(), Env::new(now).date());
            profile = facts.answers(pack.prefill(), |_| Vec::new());
            profile.retain(|(path, _)| {
                !kept.targets.iter().flatten().any(|target| {
                    target == path
                        || target
                            .strip_prefix(path.as_str())
                            .is_some_and(|rest| rest.starts_with('.'))
                })
            });
        }
        Ok(Checker {
            form,
            now,
            targets: kept.targets.clone(),
            profile,
        })
    }

    /// Checks the rows that nobody has looked at.
    pub(super) async fn check_lines(&self, id: Uuid) -> Result<(), AppError> {
        self.check_lines_until(id, &CancellationToken::new(), |_| ())
            .await
    }

    /// Checks rows until there is none left that nobody has looked at, or somebody says stop. `told` hears how many are checked.
    pub(super) async fn check_lines_until(
        &self,
        id: Uuid,
        stop: &CancellationToken,
        mut told: impl FnMut(u64),
    ) -> Result<(), AppError> {
        let (row, kept) = self.kept(id).await?;
        let checker = self.checker(&row, &kept, self.host.now())?;
        let mut count = 0;
        while !stop.is_cancelled() {
            let lines = self
                .store
                .batch_lines(id, &[LineState::New], 0, PORTION)
                .await?;
            if lines.is_empty() {
                break;
            }
            let checker = checker.clone();
            let checked = blocking(move || checker.check(lines)).await?;
            self.store.put_batch_lines(id, &checked).await?;
            count += u64::try_from(checked.len()).unwrap_or(0);
            told(count);
        }
        Ok(())
    }
}

impl Checker {
    /// Says of each row whether it is good, and what is wrong with it.
    pub(super) fn check(&self, lines: Vec<BatchLine>) -> Result<Vec<BatchLine>, AppError> {
        let mut answering = self.answering();
        lines
            .into_iter()
            .map(|mut line| {
                let cells: Vec<Cell> = serde_json::from_value(line.cells.clone())?;
                let answered = answering.answer(&cells);
                line.state = if answered.is_good() {
                    LineState::Good
                } else {
                    LineState::Wrong
                };
                line.marks = serde_json::to_value(answered.marks)?;
                Ok(line)
            })
            .collect()
    }

    fn open(&self, env: Env) -> Session {
        Session::new(Arc::clone(&self.form), Value::Null, BTreeMap::new(), env)
    }

    pub(super) fn answering(&self) -> Answering<'_> {
        let env = Env {
            watch: Some(crate::forms::watch()),
            ..Env::new(self.now)
        };
        let session = self.open(env.clone());
        Answering {
            defaults: self.form.initial(&env),
            fields: Fields::of(&session.view().nodes),
            checker: self,
            session,
            english: None,
            env,
        }
    }
}

fn set(path: &str, value: &Value) -> Change {
    Change::Set {
        path: path.to_owned(),
        value: value.clone(),
    }
}

/// A checker at work, on the thread that its forms stay on.
pub(super) struct Answering<'a> {
    checker: &'a Checker,
    env: Env,
    pub(super) fields: Fields,
    defaults: Vec<(String, Value)>,
    /// Opened again for every row.
    session: Session,
    /// The same in English, once a row was wrong.
    english: Option<Session>,
}

impl Answering<'_> {
    pub(super) fn answer(&mut self, cells: &[Cell]) -> Answered {
        let row = read_row(&self.fields, &self.checker.targets, cells);
        let mut start = Answers::from(json!({}));
        for (path, value) in self.defaults.iter().chain(&self.checker.profile) {
            // A default whose place another one has taken is none.
            let _ = start.apply(&set(path, value));
        }
        let typed: Vec<Change> = row
            .answers
            .iter()
            .map(|(path, value)| set(path, value))
            .collect();
        self.session.open_again(start.value().clone(), &typed);
        self.session.try_stopped_again();
        let errors = self.session.errors(None);
        let data = self.session.sealed_data();
        let mut marks = row.marks.clone();
        if !errors.is_empty() {
            // The report is Vietnamese, the window may be English.
            let english = self.english.get_or_insert_with(|| {
                self.checker.open(Env {
                    locale: "en".into(),
                    ..self.env.clone()
                })
            });
            english.open_again(start.value().clone(), &typed);
            let english = english.errors(None);
            for (at, error) in errors.iter().enumerate() {
                let unread = marks
                    .iter()
                    .any(|mark| mark.wrong && (mark.path == error.path));
                if !unread {
                    marks.push(self.mark(&row, error, english.get(at)));
                }
            }
        }
        for told in crate::unchecked::told(&self.session) {
            marks.push(Mark {
                column: self.column(&row, &told.path),
                path: told.path,
                // The portal checks it; nothing is wrong that is known of.
                wrong: false,
                said: Said {
                    vi: told.vi,
                    en: told.en,
                },
            });
        }
        marks.sort_by_key(|mark| mark.column.unwrap_or(usize::MAX));
        Answered { row, data, marks }
    }

    /// What a broken rule says, at the column that the person has to look at.
    fn mark(&self, row: &RowAnswers, error: &FieldError, english: Option<&FieldError>) -> Mark {
        Mark {
            column: self.column(row, &error.path),
            path: error.path.clone(),
            wrong: true,
            said: Said {
                vi: error.message.clone(),
                en: english.map_or_else(|| error.message.clone(), |error| error.message.clone()),
            },
        }
    }

    /// The column that answers what is at a path, or in it.
    fn column(&self, row: &RowAnswers, at: &str) -> Option<usize> {
        let below = format!("{at}.");
        row.columns.get(at).copied().or_else(|| {
            let is = |target: &Option<String>| {
                target
                    .as_deref()
                    .is_some_and(|path| path == at || path.starts_with(&below))
            };
            self.checker.targets.iter().position(is)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_was_not_run_stands_in_the_report_and_holds_the_row_up_no_longer() {
        let form = Form::parse(&json!({"components": [
            {"type": "textfield", "key": "a", "label": "Mã số", "input": true, "validate": {"custom": "valid = window.ok(input)"}},
            {"type": "textfield", "key": "b", "label": "Tên", "input": true, "validate": {"required": true}},
        ]}));
        let checker = Checker {
            form: Arc::new(form.unwrap()),
            now: "2026-11-21T03:00:00Z".parse().unwrap(),
            targets: vec![Some("b".into()), Some("a".into())],
            profile: Vec::new(),
        };
        let cells = |b: &str| -> Vec<Cell> {
            [b, "x"]
                .map(|text| Cell {
                    text: text.into(),
                    ..Cell::default()
                })
                .into()
        };
        let mut answering = checker.answering();
        let good = answering.answer(&cells("An"));
        assert!(good.is_good());
        let [mark] = good.marks.as_slice() else {
            panic!("{:?}", good.marks);
        };
        assert_eq!(
            (mark.column, mark.path.as_str(), mark.wrong),
            (Some(1), "a", false)
        );
        assert!(mark.said.vi.contains("“Mã số” không kiểm tra được ở đây"));
        let bad = answering.answer(&cells(""));
        assert!(!bad.is_good());
        assert_eq!(bad.marks.len(), 2);
    }
}
