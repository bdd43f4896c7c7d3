//! What a form asks, as columns of a spreadsheet.

use std::collections::BTreeMap;

use hoso_eform::{Choice, Node};

/// The questions of a form that a column can answer.
#[derive(Debug, Clone)]
pub struct Fields {
    pub(crate) list: Vec<Field>,
}

/// One question.
#[derive(Debug, Clone)]
pub struct Field {
    /// Data path, rows of a list as `[]`.
    pub path: String,
    /// The question.
    pub label: String,
    /// Headings that it stands under, outermost first.
    pub groups: Vec<String>,
    /// The list that it is asked in again and again: its path.
    pub list: Option<String>,
    /// form.io's or our own component type.
    pub kind: String,
    /// An answer is required.
    pub required: bool,
    /// Several values are allowed.
    pub multiple: bool,
    /// What may be chosen.
    pub choices: Vec<Choice>,
    /// What the form says below the question.
    pub hint: String,
    pub(crate) day_first: bool,
}

/// Answered in a cell; a password has no place in a spreadsheet.
fn is_here(node: &Node) -> bool {
    node.is_typed() && node.kind != "password"
}

/// Parts of an address (`vnAddress`).
const ADDRESS: [(&str, &str); 3] = [
    ("chi_tiet", "Số nhà, đường, thôn, tổ dân phố"),
    ("xa", "Xã, phường, đặc khu"),
    ("tinh", "Tỉnh, thành phố"),
];

/// Where a node stands.
#[derive(Clone, Default)]
struct Within {
    groups: Vec<String>,
    list: Option<String>,
    /// Paths of the trees around it, outermost first.
    trees: Vec<String>,
}

impl Within {
    /// Where the answer is that a node asks for: of a tree the top branch is asked, which keeps its answers below `data`. Those
    /// below it would need a number for each; they are filled in the window.
    fn place(&self, node: &Node) -> String {
        let mut path = node.path.clone();
        for tree in self.trees.iter().rev() {
            if let Some(below) = path.strip_prefix(tree.as_str()) {
                path = format!("{tree}.data{below}");
            }
        }
        path
    }
}

impl Fields {
    /// The questions of a form, in its order.
    #[must_use]
    pub fn of(nodes: &[Node]) -> Fields {
        let mut list = Vec::new();
        for node in nodes {
            collect(node, &Within::default(), &mut list);
        }
        Fields { list }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Field> {
        self.list.iter()
    }

    /// The question at a path, whose rows may be numbered.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Field> {
        let pattern = pattern(path);
        self.list.iter().find(|field| field.path == pattern)
    }

    /// The heading of a column that answers a concrete path.
    #[must_use]
    pub fn heading(&self, path: &str) -> Option<String> {
        let field = self.at(path)?;
        let row = row_of(path);
        let mut parts = field.groups.clone();
        if field.list.is_some()
            && let Some(last) = parts.last_mut()
        {
            last.push_str(&format!(" {}", row.unwrap_or(0) + 1));
        }
        parts.push(field.label.clone());
        Some(parts.join(" › "))
    }
}

impl Field {
    /// The concrete path of the question in a row of its list.
    #[must_use]
    pub fn path_in(&self, row: usize) -> String {
        self.path.replace("[]", &format!("[{row}]"))
    }

    /// Choices as people read them.
    #[must_use]
    pub fn choice_labels(&self) -> Vec<&str> {
        self.choices
            .iter()
            .map(|choice| choice.label.as_str())
            .filter(|label| !label.is_empty())
            .collect()
    }
}

/// `con[2].ten` as `con[].ten`.
pub(crate) fn pattern(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = false;
    for sign in path.chars() {
        match sign {
            '[' => {
                inside = true;
                out.push_str("[]");
            }
            ']' => inside = false,
            _ if inside => {}
            _ => out.push(sign),
        }
    }
    out
}

/// The row that a concrete path is in.
pub(crate) fn row_of(path: &str) -> Option<usize> {
    let (_, rest) = path.split_once('[')?;
    rest.split_once(']')?.0.parse().ok()
}

fn collect(node: &Node, within: &Within, found: &mut Vec<Field>) {
    let row = format!("{}[]", node.path);
    let is_list = node.children.iter().any(|child| contains(child, &row));
    let label = node.label.trim();
    if is_list {
        // A list in a list would need a number for each; it is filled in the window.
        if within.list.is_some() || node.disabled {
            return;
        }
        let mut below = within.clone();
        below.list = Some(within.place(node));
        below.groups.push(said(label, &node.key));
        for child in &node.children {
            collect(child, &below, found);
        }
        return;
    }
    let is_tree = node.kind == "tree";
    if is_tree && node.disabled {
        return;
    }
    if !node.children.is_empty() && (is_tree || is_here(node)) {
        let mut below = within.clone();
        if is_tree {
            below.trees.push(node.path.clone());
        }
        let names = matches!(
            node.kind.as_str(),
            "panel" | "container" | "fieldset" | "well" | "tab" | "tree"
        );
        if names && !label.is_empty() && below.groups.last().is_none_or(|last| last != label) {
            below.groups.push(label.to_owned());
        }
        for child in &node.children {
            collect(child, &below, found);
        }
        return;
    }
    if !is_here(node) || node.kind == "well" || node.disabled || node.path.is_empty() {
        return;
    }
    let field = |path: String, label: String, kind: &str, choices: &[Choice]| Field {
        path,
        label,
        groups: within.groups.clone(),
        list: within.list.clone(),
        kind: kind.to_owned(),
        required: node.required,
        multiple: node.multiple,
        choices: choices.to_vec(),
        hint: node.hint.clone(),
        day_first: node.is_day_first(),
    };
    let label = said(label, &node.key);
    let place = within.place(node);
    match node.kind.as_str() {
        "survey" => {
            for asked in &node.questions {
                if let Some(key) = asked.value.as_str() {
                    let path = format!("{place}.{key}");
                    let question = format!("{label}: {}", asked.label);
                    found.push(field(path, question, "radio", &node.choices));
                }
            }
        }
        "vnAddress" => {
            for (key, part) in ADDRESS {
                let mut one = field(format!("{place}.{key}"), part.to_owned(), "textfield", &[]);
                one.groups.push(label.clone());
                one.required = node.required && key != "chi_tiet";
                found.push(one);
            }
        }
        kind => found.push(field(place, label, kind, &node.choices)),
    }
}

fn contains(node: &Node, row: &str) -> bool {
    node.path.starts_with(row) || node.children.iter().any(|child| contains(child, row))
}

fn said(label: &str, key: &str) -> String {
    let label = label.trim_end_matches([':', ' ']);
    if label.is_empty() { key } else { label }.to_owned()
}

/// How many of the fields each list has, for tests and templates.
impl Fields {
    /// The lists: path → its heading.
    #[must_use]
    pub fn lists(&self) -> BTreeMap<String, String> {
        self.list
            .iter()
            .filter_map(|field| {
                let heading = field.groups.last().cloned().unwrap_or_default();
                Some((field.list.clone()?, heading))
            })
            .collect()
    }
}
