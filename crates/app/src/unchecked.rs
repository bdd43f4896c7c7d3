//! Rules of a form that weren't run to their end, in the person's words. They hold nothing up: a rule that can't run here would
//! keep the dossier for ever, and the portal runs all of them when it takes it.

use hoso_eform::{Node, Session, Unchecked};

use crate::draft::pattern;

/// One of them, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// Concrete path of the component.
    pub(crate) path: String,
    pub(crate) vi: String,
    pub(crate) en: String,
}

/// Those of an open form, one a question.
pub(crate) fn told(session: &Session) -> Vec<Told> {
    let unchecked = session.unchecked();
    if unchecked.is_empty() {
        return Vec::new();
    }
    let nodes = session.view().nodes;
    let mut found: Vec<Told> = unchecked.iter().map(|one| words(one, &nodes)).collect();
    found.dedup_by(|b, a| a.path == b.path);
    found
}

fn words(unchecked: &Unchecked, nodes: &[Node]) -> Told {
    let path = unchecked.path.clone();
    let label = label(nodes, &pattern(&path)).unwrap_or_else(|| path.clone());
    let (vi, en) = if unchecked.never {
        (
            format!(
                "Quy tắc của mục “{label}” không kiểm tra được ở đây: nó cần thứ chỉ có trên trang của cổng. Hãy tự xem lại mục này; \
                 cổng sẽ kiểm tra khi nhận hồ sơ."
            ),
            format!(
                "The rule of “{label}” can't be checked here: it asks for what only the portal's own page has. Please check it yourself; \
                 the portal does when it takes the dossier."
            ),
        )
    } else {
        (
            format!(
                "Quy tắc của mục “{label}” chưa kiểm tra được: với câu trả lời này nó chạy quá lâu hoặc cần quá nhiều bộ nhớ. Hãy xem lại \
                 hoặc viết gọn hơn; cổng sẽ kiểm tra khi nhận hồ sơ."
            ),
            format!(
                "The rule of “{label}” couldn't be checked: on this answer it takes too long or too much memory. Look at it again or write \
                 it shorter; the portal checks it when it takes the dossier."
            ),
        )
    };
    Told { path, vi, en }
}

fn label(nodes: &[Node], path: &str) -> Option<String> {
    nodes.iter().find_map(|node| {
        if node.path == path {
            let words = [&node.label, &node.placeholder, &node.key];
            return words.into_iter().find(|text| !text.is_empty()).cloned();
        }
        let in_tree = if node.kind == "tree" {
            in_branch(path, &node.path)
        } else {
            None
        };
        label(&node.children, in_tree.as_deref().unwrap_or(path))
    })
}

/// What the definition calls a question of a tree, which is asked anew in each branch: `cay.children[].data.ten` is `cay.ten`.
fn in_branch(path: &str, tree: &str) -> Option<String> {
    let mut rest = path.strip_prefix(tree)?;
    while let Some(below) = rest.strip_prefix(".children[]") {
        rest = below;
    }
    let question = rest.strip_prefix(".data.")?;
    Some(format!("{tree}.{question}"))
}

#[cfg(test)]
mod tests {
    use hoso_eform::{Env, Form};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_that_was_not_run_is_told_by_the_name_of_its_question() {
        let form = Form::parse(&json!({"components": [
            {"type": "datagrid", "key": "g", "input": true, "components": [
                {"type": "textfield", "key": "a", "label": "Mã số", "input": true, "validate": {"custom": "valid = window.ok(input)"}}]},
            {"type": "textfield", "key": "b", "label": "Ghi chú", "input": true, "validate": {"pattern": "(a|aa)+$"}},
            {"type": "textfield", "key": "c", "label": "Tên", "input": true, "validate": {"custom": "valid = input === 'An'"}},
        ]}));
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let answers = json!({"g": [{"a": "1"}, {"a": "2"}], "b": "a".repeat(40) + "b", "c": "An"});
        let session = Session::new(form.unwrap().into(), answers, Default::default(), env);
        let told = told(&session);
        let paths: Vec<&str> = told.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["g[0].a", "g[1].a", "b"]);
        assert!(
            told[1]
                .vi
                .starts_with("Quy tắc của mục “Mã số” không kiểm tra được ở đây")
        );
        assert!(
            told[2]
                .en
                .starts_with("The rule of “Ghi chú” couldn't be checked")
        );
        assert!(session.is_whole());
    }

    #[test]
    fn a_question_of_a_tree_has_its_name_in_every_branch() {
        let form = Form::parse(&json!({"components": [
            {"type": "tree", "key": "cay", "label": "Cây", "input": true, "components": [
                {"type": "textfield", "key": "ma", "label": "Mã số", "input": true, "validate": {"custom": "valid = window.ok(input)"}}]},
        ]}));
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let answers = json!({"cay": {"data": {"ma": "1"}, "children": [{"data": {"ma": "2"}, "children": []}]}});
        let session = Session::new(form.unwrap().into(), answers, Default::default(), env);
        let told = told(&session);
        let paths: Vec<&str> = told.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["cay.data.ma", "cay.children[0].data.ma"]);
        assert!(
            told.iter().all(|one| one.vi.contains("“Mã số”")),
            "{told:?}"
        );
    }
}
