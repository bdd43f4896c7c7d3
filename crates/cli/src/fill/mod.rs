//! `hoso form fill`: a form's questions, asked one after another in a terminal.

mod question;

use std::io::{self, BufRead, Write};

use hoso_eform::{Change, FieldError, Session};

use question::{Ask, Question, questions};

/// What a line of the person may say instead of an answer.
const BACK: &str = "<";

/// How the asking ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Every question was gone through; what is still wrong was said.
    Through,
    /// The person closed the input.
    Closed,
}

/// Asks the questions of a form that show at the moment, in order: an empty line goes on, `<` goes back, the end of the input stops. `keep` is called after
/// every answer.
///
/// # Errors
/// The input can't be read or the words can't be written, or `keep` failed.
pub(crate) fn ask<E: From<io::Error>>(
    session: &mut Session,
    input: &mut impl BufRead,
    words: &mut impl Write,
    mut keep: impl FnMut(&Session) -> Result<(), E>,
) -> Result<End, E> {
    writeln!(words, "{}", session.view().title)?;
    writeln!(
        words,
        "(Enter: bỏ qua / skip · <: quay lại / back · Ctrl-D: dừng / stop)"
    )?;
    let mut at = 0;
    let mut said = String::new();
    loop {
        let list = questions(&session.view());
        let Some(question) = list.get(at) else {
            let errors = session.errors(None);
            let Some(first) = wrong(&list, &errors) else {
                return Ok(End::Through);
            };
            // Asked about once; who leaves it at that has seen it.
            let now = list_of(&errors);
            if now == said {
                return Ok(End::Through);
            }
            writeln!(words, "\nCòn {} chỗ cần xem lại / to mend:", errors.len())?;
            words.write_all(now.as_bytes())?;
            said = now;
            at = first;
            continue;
        };
        question.write(words)?;
        words.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(words)?;
            return Ok(End::Closed);
        }
        let line = line.trim();
        if line == BACK {
            at = at.saturating_sub(1);
            continue;
        }
        if line.is_empty() {
            at += 1;
            continue;
        }
        let change = match &question.ask {
            Ask::AnotherName { start } => match question.begin(line, start, session.answers()) {
                Ok(change) => change,
                Err(why) => {
                    writeln!(words, "  ! {why}")?;
                    continue;
                }
            },
            Ask::AnotherRow { rows, row } => match question::yes(line) {
                Some(true) => Change::InsertRow {
                    path: question.path.clone(),
                    index: *rows,
                    value: row.clone(),
                },
                // The next question follows.
                Some(false) => {
                    at += 1;
                    continue;
                }
                None => {
                    writeln!(words, "  ! c (có) / k (không) – y / n")?;
                    continue;
                }
            },
            _ => match question.read(line) {
                Ok(value) => question.answer(value, session.answers()),
                Err(why) => {
                    writeln!(words, "  ! {why}")?;
                    continue;
                }
            },
        };
        if let Err(error) = session.apply(&change) {
            writeln!(words, "  ! {error}")?;
            continue;
        }
        keep(session)?;
        if matches!(question.ask, Ask::AnotherRow { .. }) {
            // Where the question was, the first of the new row is now.
            continue;
        }
        if let Ask::AnotherName { .. } = question.ask {
            let next = questions(&session.view());
            at = next
                .iter()
                .position(|asked| asked.is_entry(&question.path, line))
                .unwrap_or(at);
            continue;
        }
        if let Some(warning) = session.state().warnings.get(&question.path) {
            writeln!(words, "  ? {warning}")?;
        }
        let broken = session.errors(None);
        match broken.iter().find(|error| error.path == question.path) {
            Some(error) => writeln!(words, "  ! {}", error.message)?,
            None => at += 1,
        }
    }
}

/// The first question that an error speaks of.
fn wrong(list: &[Question], errors: &[FieldError]) -> Option<usize> {
    let speaks = |question: &Question| {
        errors.iter().any(|error| {
            error
                .path
                .strip_prefix(&question.path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    };
    list.iter().position(speaks)
}

fn list_of(errors: &[FieldError]) -> String {
    errors
        .iter()
        .map(|error| format!("  ! {} ({})\n", error.message, error.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use hoso_eform::{Env, Form};
    use serde_json::{Value, json};

    use super::*;

    /// Answers a form's questions with these lines; what came of it, and what was said.
    fn filled(components: Value, start: Value, lines: &str) -> (Value, String, End) {
        let form = Form::parse(&json!({"title": "Tờ khai", "components": components})).unwrap();
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let mut session = Session::new(Arc::new(form), start, BTreeMap::new(), env);
        let mut words = Vec::new();
        let end = ask::<io::Error>(&mut session, &mut lines.as_bytes(), &mut words, |_| Ok(()));
        let words = String::from_utf8(words).unwrap();
        (session.sealed_data(), words, end.unwrap())
    }

    fn text(key: &str, more: Value) -> Value {
        let mut component = json!({"type": "textfield", "key": key, "label": key, "input": true});
        component
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        component
    }

    #[test]
    fn only_what_shows_is_asked_and_what_is_computed_is_not() {
        let components = json!([
            {"type": "radio", "key": "co", "label": "Có con?", "input": true,
             "values": [{"value": "c", "label": "Có"}, {"value": "k", "label": "Không"}]},
            text("ten", json!({"customConditional": "show = data.co === 'c'"})),
            {"type": "number", "key": "mot", "label": "mot", "input": true},
            {"type": "number", "key": "hai", "label": "hai", "input": true, "disabled": true, "calculateValue": "value = data.mot * 2"},
        ]);
        let (data, words, end) = filled(components.clone(), json!({}), "2\n3\n");
        assert_eq!(data["co"], "k");
        assert_eq!((&data["mot"], &data["hai"]), (&json!(3), &json!(6)));
        assert!(!words.contains("ten"), "{words}");
        assert_eq!(end, End::Through);
        let (data, ..) = filled(components, json!({}), "Có\nAn\n1,5\n");
        assert_eq!((&data["ten"], &data["mot"]), (&json!("An"), &json!(1.5)));
    }

    #[test]
    fn back_skip_and_the_end_of_the_input() {
        let components = json!([text("a", json!({})), text("b", json!({}))]);
        let (data, ..) = filled(components.clone(), json!({}), "sai\n<\nđúng\n\n");
        assert_eq!(data["a"], "đúng");
        let (data, _, end) = filled(components, json!({"b": "cũ"}), "một\n");
        assert_eq!(
            (&data["a"], &data["b"], end),
            (&json!("một"), &json!("cũ"), End::Closed)
        );
    }

    #[test]
    fn a_wrong_answer_is_asked_again_and_a_missing_one_at_the_end() {
        let components = json!([
            {"type": "vnDate", "key": "ngay", "label": "Ngày", "input": true},
            text("ten", json!({"validate": {"required": true}})),
        ]);
        let (data, words, end) =
            filled(components.clone(), json!({}), "31/2/2020\n1/2/2020\n\nAn\n");
        assert_eq!(
            (&data["ngay"], &data["ten"]),
            (&json!("2020-02-01"), &json!("An"))
        );
        assert!(words.contains("không có ngày này"), "{words}");
        assert!(words.contains("Còn 1 chỗ"), "{words}");
        assert_eq!(end, End::Through);
        // Who leaves it empty twice is let go.
        let (_, _, end) = filled(components, json!({}), "\n\n\n");
        assert_eq!(end, End::Through);
    }

    #[test]
    fn rows_are_added_as_long_as_one_says_so() {
        let components = json!([
            {"type": "datagrid", "key": "con", "label": "Con", "input": true, "components": [text("ten", json!({})), text("tuoi", json!({}))]},
            text("cuoi", json!({})),
        ]);
        let start = json!({"con": [{"ten": "A", "tuoi": "1"}]});
        let (data, ..) = filled(components, start, "\n\nc\nB\n2\ncó\nC\n\nkhông\nhết\n");
        assert_eq!(
            data,
            json!({"con": [{"ten": "A", "tuoi": "1"}, {"ten": "B", "tuoi": "2"}, {"ten": "C"}], "cuoi": "hết"})
        );
    }

    #[test]
    fn entries_of_a_map_are_named_and_answered() {
        let components = json!([
            {"type": "datamap", "key": "gia", "label": "Giá", "keyLabel": "Mặt hàng", "input": true,
             "valueComponent": {"type": "number", "key": "so", "label": "Số", "input": true}},
            text("cuoi", json!({})),
        ]);
        let start = json!({"gia": {"gạo": 1}});
        // A name that is there is refused; a dot is a part of a name; the one that sorts first is answered all the same.
        let lines = "2\ngạo\nbánh mì\n15\nA.B\n<\n\n7\n\nhết\n";
        let (data, words, end) = filled(components, start, lines);
        assert_eq!(
            data,
            json!({"gia": {"gạo": 2, "bánh mì": 15, "A.B": 7}, "cuoi": "hết"}),
            "{words}"
        );
        assert!(
            words.contains("Giá › Mặt hàng") && words.contains("đã có"),
            "{words}"
        );
        assert_eq!(end, End::Through);
    }

    #[test]
    fn a_tree_is_asked_branch_by_branch() {
        let components = json!([
            {"type": "tree", "key": "ho", "label": "Hộ", "input": true, "components": [
                text("ten", json!({})),
                {"type": "datagrid", "key": "con", "label": "Con", "input": true, "components": [text("tuoi", json!({}))]}]},
            text("cuoi", json!({})),
        ]);
        let lines = "Ông\nc\n9\nk\nc\nCha\nk\nc\nCháu\nk\nk\nk\nk\nhết\n";
        let (data, words, end) = filled(components, json!({}), lines);
        let leaf = |name: &str, below: Value| json!({"data": {"ten": name}, "children": below});
        let mut wanted = json!({"data": {"ten": "Ông", "con": [{"tuoi": "9"}]}, "children": []});
        wanted["children"] = json!([leaf("Cha", json!([leaf("Cháu", json!([]))]))]);
        assert_eq!(data, json!({"ho": wanted, "cuoi": "hết"}), "{words}");
        assert_eq!(end, End::Through);
    }

    #[test]
    fn choices_by_number_ticks_boxes_and_addresses() {
        let values = json!([{"value": "x", "label": "Một"}, {"value": "y", "label": "Hai"}]);
        let components = json!([
            {"type": "select", "key": "chon", "label": "Chọn", "input": true, "data": {"values": values}},
            {"type": "checkbox", "key": "dung", "label": "Đúng", "input": true},
            {"type": "selectboxes", "key": "nhieu", "label": "Nhiều", "input": true, "values": values},
            {"type": "vnAddress", "key": "o", "label": "Nơi ở", "input": true},
            {"type": "vnMoney", "key": "tien", "label": "Tiền", "input": true},
            // Its own script makes the choices from what was answered.
            {"type": "select", "key": "theo", "label": "Theo", "input": true, "dataSrc": "custom",
             "data": {"custom": "values = data.chon === 'y' ? ['a', 'b'] : []"}},
        ]);
        let lines = "9\n2\nc\n1, 2\nTổ 3, Phúc Xá, Ba Đình, Hà Nội\n150.000\n2\n";
        let (data, words, _) = filled(components, json!({}), lines);
        assert!(
            words.contains("2. Hai") && words.contains("  ! 1–2"),
            "{words}"
        );
        assert_eq!(
            data,
            json!({
                "chon": "y", "dung": true, "nhieu": {"x": true, "y": true}, "tien": 150_000, "theo": "b",
                "o": {"chi_tiet": "Tổ 3", "xa": "Phường Hồng Hà", "tinh": "Thành phố Hà Nội"},
            })
        );
    }
}
