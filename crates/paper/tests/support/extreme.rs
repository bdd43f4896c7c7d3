//! The fullest answers that a layout can get: long Vietnamese names, many rows, every box crossed. Made from the layout itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// A name as long as a register takes.
const NAME: &str =
    "Công Tằng Tôn Nữ Huỳnh Nguyễn Thị Phương Nghiễn Khuyếch Trưởng Quỳnh Hương Thuỵ Miên";
/// Running text with letters that carry two marks.
const TEXT: &str = "Số 1234/56/78A, ngõ 999, đường Nguyễn Thị Minh Khai nối dài, tổ dân phố Thượng Nghiễm Hạ, thôn Đoài Khuyến Thiện, \
    “khu tái định cư Bắc Mỹ Phú – Đợt 2” & vùng phụ cận (gồm cả phần mở rộng)";

/// What a layout's source says about its answers.
struct Hints {
    /// Paths of lists of rows.
    lists: BTreeSet<String>,
    /// Values of the boxes of a path; none where a box stands alone.
    boxes: BTreeMap<String, Vec<String>>,
}

/// Answers in display form for every path that the layout reads: `rows` rows in each list, every box crossed.
pub(crate) fn answers(source: &str, paths: &[String], rows: usize) -> Value {
    let hints = Hints::of(source);
    let mut root = Value::Object(Map::new());
    for (number, path) in paths.iter().enumerate() {
        put(
            &mut root,
            "",
            &path.split('.').collect::<Vec<_>>(),
            number,
            rows,
            &hints,
        );
    }
    root
}

/// Paths that boxes to tick read.
pub(crate) fn ticked(source: &str) -> Vec<String> {
    Hints::of(source).boxes.into_keys().collect()
}

impl Hints {
    fn of(source: &str) -> Hints {
        let mut hints = Hints {
            lists: BTreeSet::new(),
            boxes: BTreeMap::new(),
        };
        // The lists that each row name stands for, anywhere in the layout.
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for tag in source.split('<') {
            let (tag, _) = tag.split_once('>').unwrap_or((tag, ""));
            let list = attribute(tag, "repeat")
                .or_else(|| attribute(tag, "path").filter(|_| tag.starts_with("repeat")));
            if let Some(list) = list {
                let full = full(list, &names).into_iter().next().unwrap_or_default();
                names
                    .entry(attribute(tag, "as").unwrap_or("row"))
                    .or_default()
                    .push(full.clone());
                hints.lists.insert(full);
            }
            if tag.starts_with("check")
                && let Some(path) = attribute(tag, "path")
            {
                for path in full(path, &names) {
                    let values = hints.boxes.entry(path).or_default();
                    values.extend(attribute(tag, "value").map(unescaped));
                }
            }
        }
        hints
    }
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// A path with the name of a row replaced by each list that it may stand for.
fn full(path: &str, names: &BTreeMap<&str, Vec<String>>) -> Vec<String> {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    match names.get(head) {
        Some(lists) if rest.is_empty() => lists.clone(),
        Some(lists) => lists.iter().map(|list| format!("{list}.{rest}")).collect(),
        None => vec![path.to_owned()],
    }
}

fn put(value: &mut Value, at: &str, keys: &[&str], number: usize, rows: usize, hints: &Hints) {
    if hints.lists.contains(at) {
        if !value.is_array() {
            *value = Value::Array((0..rows).map(|_| Value::Null).collect());
        }
        for (row, item) in value.as_array_mut().into_iter().flatten().enumerate() {
            put_one(item, at, keys, number + row, rows, hints);
        }
    } else {
        put_one(value, at, keys, number, rows, hints);
    }
}

fn put_one(value: &mut Value, at: &str, keys: &[&str], number: usize, rows: usize, hints: &Hints) {
    let Some((key, rest)) = keys.split_first() else {
        if value.is_null() {
            *value = leaf(at, number, hints);
        }
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let below = if at.is_empty() {
        (*key).to_owned()
    } else {
        format!("{at}.{key}")
    };
    if let Some(map) = value.as_object_mut() {
        let inner = map.entry((*key).to_owned()).or_insert(Value::Null);
        put(inner, &below, rest, number, rows, hints);
    }
}

fn leaf(path: &str, number: usize, hints: &Hints) -> Value {
    if let Some(values) = hints.boxes.get(path) {
        return if values.is_empty() {
            Value::Bool(true)
        } else {
            json!(values)
        };
    }
    let key = path.rsplit('.').next().unwrap_or_default();
    let holds = |words: &[&str]| words.iter().any(|word| key.contains(word));
    Value::String(if holds(&["ho_ten", "nguoi", "ten_"]) || key == "ten" {
        NAME.to_owned()
    } else if holds(&["ngay", "date"]) {
        "31/12/2026".to_owned()
    } else if holds(&[
        "so_",
        "_so",
        "tien",
        "nam",
        "ma_",
        "dien_thoai",
        "sdt",
        "cccd",
    ]) || key == "so"
    {
        "999.999.999".to_owned()
    } else {
        // Each a little different, so that words in the wrong place are seen.
        format!("{TEXT} mục {}", number + 1)
    })
}
