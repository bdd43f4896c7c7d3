//! A definition's JavaScript: what is let in, and the sandbox that runs it.

use std::sync::Arc;

use crate::fast::{self, Expr};
use crate::js::Js;
use crate::path::Seg;

/// A script of a definition.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) source: Arc<str>,
    /// The property it stands in.
    pub(crate) what: &'static str,
    /// Why it won't be run.
    pub(crate) blocked: Option<String>,
    /// May change the answers by itself.
    pub(crate) writes: bool,
    /// May change its copy of the answers, which isn't carried back.
    pub(crate) scribbles: bool,
    /// What it is, where it is a plain expression for this result.
    pub(crate) fast: Option<(&'static str, Arc<Expr>)>,
    /// The answers that its result depends on, where they can be told from its text.
    pub(crate) reads: Option<Reads>,
}

/// First steps of the paths that a script reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Reads {
    pub(crate) data: Vec<String>,
    pub(crate) row: Vec<String>,
    /// The same as far as the text goes on, `a.b.c` of `data.a.b.c`.
    pub(crate) data_paths: Vec<Vec<String>>,
    pub(crate) row_paths: Vec<Vec<String>>,
}

/// Longest script in bytes; a longer one isn't read.
const LONGEST: usize = 100_000;
/// Longest expression that is computed without the sandbox: a chain of signs is as deep as it is long.
const LONGEST_FAST: usize = 2_000;

/// What a script asks for that no offline form can give.
const FORBIDDEN: [&str; 24] = [
    "window",
    "document",
    "fetch",
    "ajax",
    "XMLHttpRequest",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "requestAnimationFrame",
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "navigator",
    "location",
    "WebSocket",
    "Worker",
    "importScripts",
    "require",
    "process",
    "globalThis",
    "eval",
    "Function",
    "jQuery",
    "import",
];

impl Script {
    /// Reads a property; nothing where it holds no code.
    pub(crate) fn read(raw: &Js, what: &'static str) -> Option<Script> {
        let source = raw.as_str().filter(|code| !code.is_empty())?;
        if source.len() > LONGEST {
            return Some(Script {
                source: source.into(),
                what,
                blocked: Some(format!("is longer than {LONGEST} bytes")),
                writes: false,
                scribbles: false,
                fast: None,
                reads: None,
            });
        }
        let words = words(source);
        let blocked = FORBIDDEN
            .iter()
            .find(|name| words.iter().any(|word| word.free && word.text == **name))
            .map(|name| format!("asks for `{name}`, which a form has no access to"))
            .or_else(|| {
                words
                    .iter()
                    .any(|word| word.big)
                    .then(|| "counts with numbers of any length, which takes too long".to_owned())
            })
            .or_else(|| {
                source
                    .contains("$.ajax")
                    .then(|| "asks for `$.ajax`, which a form has no access to".to_owned())
            })
            .or_else(|| {
                pollutes(&words, source).then(|| {
                    "changes what all scripts share (`__proto__`, `prototype`), which a form may not".to_owned()
                })
            });
        let touches = writes(source);
        // What makes choices makes nothing else; form.io doesn't even show it the answers when it checks one.
        let (writes, scribbles) = match what {
            "data.custom" => (false, touches),
            _ => (touches, false),
        };
        let result = match what {
            "customConditional" => "show",
            "validate.custom" => "valid",
            "calculateValue" | "customDefaultValue" => "value",
            "test" => "show",
            _ => "result",
        };
        // `{{ }}` is filled in before a validation runs.
        let fast = if source.len() > LONGEST_FAST || source.contains("{{") {
            None
        } else {
            fast::read(source, result).map(|expr| (result, Arc::new(expr)))
        };
        let reads = if touches || source.contains("{{") {
            None
        } else {
            reads(&words, source)
        };
        Some(Script {
            source: source.into(),
            what,
            blocked,
            writes,
            scribbles,
            fast,
            reads,
        })
    }
}

struct Word<'a> {
    text: &'a str,
    /// Where it ends in the source.
    end: usize,
    /// Not the name of a property.
    free: bool,
    /// The end of a number like `10n`.
    big: bool,
}

/// The identifiers of a script outside strings and comments.
fn words(source: &str) -> Vec<Word<'_>> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let mut before = b' ';
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\'' | b'"' => {
                at += 1;
                while let Some(&inner) = bytes.get(at) {
                    at += 1;
                    if inner == b'\\' {
                        at += 1;
                    } else if inner == byte || inner == b'\n' {
                        break;
                    }
                }
                before = byte;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                while bytes.get(at).is_some_and(|byte| *byte != b'\n') {
                    at += 1;
                }
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at += 2;
                while at < bytes.len()
                    && !(bytes.get(at) == Some(&b'*') && bytes.get(at + 1) == Some(&b'/'))
                {
                    at += 1;
                }
                at += 2;
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' => {
                let start = at;
                while bytes.get(at).is_some_and(|byte| {
                    byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'$'
                }) {
                    at += 1;
                }
                let mut after = at;
                while bytes.get(after).is_some_and(u8::is_ascii_whitespace) {
                    after += 1;
                }
                let property = before == b'.'
                    || (bytes.get(after) == Some(&b':') && matches!(before, b'{' | b','));
                found.push(Word {
                    text: source.get(start..at).unwrap_or_default(),
                    end: at,
                    free: !property,
                    big: start
                        .checked_sub(1)
                        .and_then(|at| bytes.get(at))
                        .is_some_and(u8::is_ascii_digit)
                        && source
                            .get(start..at)
                            .is_some_and(|text| text.ends_with('n')),
                });
                before = b'a';
            }
            _ => {
                if !byte.is_ascii_whitespace() {
                    before = byte;
                }
                at += 1;
            }
        }
    }
    found
}

/// Whether a script means to change objects that all scripts share: it speaks of `__proto__`, even in a text, or writes to a
/// prototype. To look at one, as `Object.prototype.hasOwnProperty.call(…)` does, is fine.
fn pollutes(words: &[Word<'_>], source: &str) -> bool {
    const SETTERS: [&str; 4] = [
        "setPrototypeOf",
        "__defineGetter__",
        "__defineSetter__",
        "__proto__",
    ];
    if source.contains("__proto__") || words.iter().any(|word| SETTERS.contains(&word.text)) {
        return true;
    }
    words
        .iter()
        .filter(|word| word.text == "prototype" && !word.free)
        .any(|word| {
            let before = source
                .get(..word.end.saturating_sub(word.text.len()))
                .unwrap_or_default();
            let owner = before.trim_end().trim_end_matches(['.', '?']).trim_end();
            let owner = owner
                .trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
                .trim_end();
            let after = source.get(word.end..).unwrap_or_default();
            owner.ends_with("delete")
                || owner.ends_with("++")
                || owner.ends_with("--")
                || ["assign(", "defineProperty(", "defineProperties("]
                    .iter()
                    .any(|call| owner.ends_with(call))
                || member_assigned(after)
        })
}

/// Whether a text begins with properties of something, `.a[b]`, that are then assigned to.
fn member_assigned(text: &str) -> bool {
    let mut rest = text.trim_start();
    let mut steps = 0;
    loop {
        let dotted = rest.strip_prefix("?.").or_else(|| rest.strip_prefix('.'));
        if let Some(name) = dotted {
            rest = name
                .trim_start()
                .trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
                .trim_start();
        } else if rest.starts_with('[') {
            let mut depth = 0_usize;
            let end = rest.find(|c: char| {
                match c {
                    '[' => depth += 1,
                    ']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            });
            rest = end
                .and_then(|end| rest.get(end + 1..))
                .unwrap_or_default()
                .trim_start();
        } else {
            break;
        }
        steps += 1;
    }
    let sign = rest
        .trim_start_matches(['+', '-', '*', '/', '%', '&', '|', '?', '^'])
        .strip_prefix('=');
    let assigned = sign.is_some_and(|after| !after.starts_with(['=', '>']));
    steps > 0 && (assigned || rest.starts_with("++") || rest.starts_with("--"))
}

/// The answers that a script reads; nothing where it may read others than its text names.
fn reads(words: &[Word<'_>], source: &str) -> Option<Reads> {
    const WHOLE: [&str; 9] = [
        "form",
        "submission",
        "instance",
        "self",
        "utils",
        "util",
        "component",
        "arguments",
        "this",
    ];
    if words
        .iter()
        .any(|word| word.free && WHOLE.contains(&word.text))
    {
        return None;
    }
    // Quotes in a regular expression would hide what comes after them.
    if quoted_expression(source) {
        return None;
    }
    let mut found = Reads::default();
    for word in words
        .iter()
        .filter(|word| word.free && matches!(word.text, "data" | "row"))
    {
        let after = source.get(word.end..)?;
        let name = after
            .strip_prefix('.')
            .or_else(|| after.strip_prefix("?."))
            .map(|rest| {
                rest.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
                    .next()
                    .unwrap_or_default()
            })
            .or_else(|| {
                let rest = after.strip_prefix('[')?;
                let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
                rest.get(1..)?.split(quote).next()
            })
            .filter(|name| !name.is_empty() && *name != "hasOwnProperty")?;
        let (list, paths) = if word.text == "data" {
            (&mut found.data, &mut found.data_paths)
        } else {
            (&mut found.row, &mut found.row_paths)
        };
        let steps = steps(after);
        if !paths.contains(&steps) {
            paths.push(steps);
        }
        if !list.iter().any(|known| known == name) {
            list.push(name.to_owned());
        }
    }
    Some(found)
}

/// The names that a text begins with, `.a['b'].c`; not the name of a method that is called.
fn steps(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let dotted = rest.strip_prefix("?.").or_else(|| rest.strip_prefix('.'));
        if let Some(after) = dotted {
            let end = after
                .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
                .unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            if name.is_empty() || after.trim_start().starts_with('(') {
                return found;
            }
            found.push(name.to_owned());
            rest = after;
            continue;
        }
        let quoted = rest.strip_prefix('[').and_then(|inner| {
            let quote = inner.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
            let (name, after) = inner.get(1..)?.split_once(quote)?;
            Some((name, after.strip_prefix(']')?))
        });
        let Some((name, after)) = quoted else {
            return found;
        };
        found.push(name.to_owned());
        rest = after;
    }
}

/// Whether something that looks like a regular expression has quotes in it.
fn quoted_expression(source: &str) -> bool {
    let mut from = 0;
    source.split('\n').any(|line| {
        let start = from;
        from += line.len() + 1;
        let Some(last) = line.rfind('/') else {
            return false;
        };
        let quote = line
            .get(..last)
            .and_then(|inner| inner.rfind(['\'', '"', '`']));
        quote.is_some_and(|quote| {
            line.match_indices('/')
                .take_while(|(at, _)| *at < quote)
                .any(|(at, _)| {
                    let before = source.get(..start + at).unwrap_or_default().trim_end();
                    let starts = before.is_empty()
                        || before.ends_with("return")
                        || before.ends_with(|c: char| "(,=:[!&|?{};+-*%<>~^".contains(c));
                    let inner = line.get(at + 1..).unwrap_or_default();
                    starts && !inner.starts_with(['/', '*'])
                })
        })
    })
}

/// Whether a script may change objects that it is given: it assigns to a property or calls a method that does.
fn writes(source: &str) -> bool {
    const METHODS: [&str; 20] = [
        ".push(",
        ".pop(",
        ".shift(",
        ".unshift(",
        ".splice(",
        ".sort(",
        ".reverse(",
        ".fill(",
        ".copyWithin(",
        "_.set",
        "_.unset",
        "_.merge",
        "_.assign",
        "_.extend",
        "_.defaults",
        "_.pull",
        "_.remove",
        "Object.assign",
        "Object.defineProperty",
        "Reflect.",
    ];
    if METHODS.iter().any(|method| source.contains(method)) || source.contains("delete ") {
        return true;
    }
    let bytes = source.as_bytes();
    (0..bytes.len()).any(|at| {
        let get = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
        let assigns = get(at) == b'='
            && get(at + 1) != b'='
            && get(at + 1) != b'>'
            && !matches!(at.checked_sub(1).map(get), Some(b'=' | b'!' | b'<' | b'>'));
        let steps =
            (get(at) == b'+' && get(at + 1) == b'+') || (get(at) == b'-' && get(at + 1) == b'-');
        // A run of signs is looked at once.
        let again = steps && at.checked_sub(1).map(get) == Some(get(at));
        if !assigns && (!steps || again) {
            return false;
        }
        let mut target = source
            .get(..at)
            .unwrap_or_default()
            .trim_end_matches(['+', '-', '*', '/', '%', '&', '|'])
            .trim_end();
        if target.ends_with(']') {
            return true;
        }
        let name = target.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        target = name.trim_end();
        target.ends_with('.')
    })
}

/// What a script sees beside the answers.
pub(crate) struct Call<'a> {
    pub(crate) script: &'a Script,
    /// The name of the variable whose value is the result.
    pub(crate) result: &'static str,
    /// Code before the script: `show = true;`.
    pub(crate) before: &'static str,
    /// The variables `value` and `input`.
    pub(crate) value: &'a Js,
    pub(crate) input: &'a Js,
    /// The variable `valid` or `result`, where the script has one.
    pub(crate) seed: Option<(&'static str, Js)>,
    pub(crate) component: &'a Js,
    /// What the component stands in, from the outside; none where the script doesn't ask.
    pub(crate) parents: &'a [Parent],
    pub(crate) row: &'a [Seg],
    /// Where the nested form begins, whose answers are `data` to it.
    pub(crate) local: &'a [Seg],
    pub(crate) at: &'a [Seg],
    pub(crate) index: Option<usize>,
}

/// What a script speaks of that asks what its component stands in.
pub(crate) const PARENT: &str = "parent";

/// A component that another one stands in.
pub(crate) struct Parent {
    pub(crate) key: String,
    pub(crate) path: String,
    /// Where its answer is, if it has one.
    pub(crate) at: Option<Vec<Seg>>,
    /// Where the answers beside it are.
    pub(crate) row: Vec<Seg>,
    pub(crate) index: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(source: &str) -> bool {
        Script::read(&Js::str(source), "x")
            .unwrap()
            .blocked
            .is_some()
    }

    #[test]
    fn what_a_form_cannot_have_is_refused() {
        for source in [
            "window.alert(1)",
            "value = $.ajax({})",
            "fetch('x')",
            "show = document.title",
            "eval('1')",
            "({}).__proto__.polluted = 1",
            "data['__proto__']['polluted'] = 1",
            "_.set({}, '__proto__.polluted', 1)",
            "Object.prototype.polluted = 1",
            "Object.prototype['polluted'] = 1",
            "Object.prototype [ 'a' + [1][0] ] ||= 1",
            "Array.prototype.map.call = null",
            "delete Object.prototype.toString",
            "Object.assign(Object.prototype, {polluted: 1})",
            "Object.defineProperty(Array.prototype, 'map', {value: 1})",
            "Object.setPrototypeOf(data, null)",
            "Reflect['setPrototypeOf'](data, null); ({}).setPrototypeOf",
        ] {
            assert!(blocked(source), "{source}");
        }
        for source in [
            "show = data.window === 'x'",
            "value = 'document'",
            "// fetch\nshow = true",
            "value = {location: 1}",
            "show = row.process",
            "value = Object.prototype.hasOwnProperty.call(data, 'a')",
            "value = Array.prototype.slice.call(data.a)[0] === 1",
            "value = Object.getPrototypeOf(data) === Object.prototype",
            "show = data.prototype === 'a'",
            "function F() {} F.prototype = {a: 1}; value = new F().a",
        ] {
            assert!(!blocked(source), "{source}");
        }
    }

    #[test]
    fn reads_are_known() {
        let reads = |source: &str| Script::read(&Js::str(source), "x").unwrap().reads;
        let known = reads("value = data.a.b + row['c'] + _.get(data.d, 'x')").unwrap();
        assert_eq!(
            (known.data, known.row),
            (vec!["a".to_owned(), "d".to_owned()], vec!["c".to_owned()])
        );
        for source in [
            "value = _.get(data, 'a')",
            "value = data[x]",
            "value = instance.root",
            "value = Object.keys(row)",
            "data.x = 1",
            "value = /'/.test(data.a) || data.b === 'x'",
            "value = data.a.replace(/[\"']/g, '') + data.b",
            "value = data.a\n  || /x\"/.test(data.b)",
        ] {
            assert_eq!(reads(source), None, "{source}");
        }
        for source in [
            "value = data.a / 2 + 'x/y'",
            "value = data.a // it's / that",
            "value = /x/.test(data.a)\n  ? 'a/b' : 'c'",
        ] {
            assert_eq!(reads(source).unwrap().data, ["a"], "{source}");
        }
    }

    #[test]
    fn writing_scripts_are_known() {
        for source in [
            "data.x = 1",
            "data['x'] = 1",
            "row.n++",
            "data.list.push(1)",
            "row.n += 2",
        ] {
            assert!(writes(source), "{source}");
        }
        for source in [
            "show = data.a === 'x' && row.b == 3",
            "value = data.a >= 3 ? 1 : 2",
            "var x = data.a; value = x != 1",
            "value = data.l.map(x => x)",
        ] {
            assert!(!writes(source), "{source}");
        }
    }
}
