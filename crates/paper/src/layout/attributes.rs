//! Attribute values: each is taken once, and what is left over is a mistake to report.

use super::expr::{Expr, Flaw, Text};
use super::markup::{Attribute, Element};
use super::{Align, Dots, Path};

/// The attributes of one element, used up while it is read.
pub(super) struct Attributes<'a> {
    tag: &'a str,
    line: usize,
    left: Vec<&'a Attribute>,
}

impl<'a> Attributes<'a> {
    pub(super) fn of(element: &'a Element) -> Attributes<'a> {
        Attributes {
            tag: &element.tag,
            line: element.line,
            left: element.attributes.iter().collect(),
        }
    }

    /// Reports the first attribute that nobody asked for.
    pub(super) fn finish(self) -> Result<(), Flaw> {
        match self.left.first() {
            None => Ok(()),
            Some(extra) => Err(Flaw::new(
                extra.line,
                format!("<{}> knows no attribute \"{}\"", self.tag, extra.name),
            )),
        }
    }

    fn take(&mut self, name: &str) -> Option<&'a Attribute> {
        let at = self
            .left
            .iter()
            .position(|attribute| attribute.name == name)?;
        Some(self.left.remove(at))
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<Text>, Flaw> {
        self.take(name)
            .map(|a| Text::parse(&a.value, a.line))
            .transpose()
    }

    pub(super) fn text_or_blank(&mut self, name: &str) -> Result<Text, Flaw> {
        Ok(self.text(name)?.unwrap_or_default())
    }

    pub(super) fn path(&mut self, name: &str) -> Result<Path, Flaw> {
        match self.take(name) {
            Some(a) => path(a),
            None => Err(Flaw::new(
                self.line,
                format!("<{}> needs {name}=\"…\"", self.tag),
            )),
        }
    }

    pub(super) fn optional_path(&mut self, name: &str) -> Result<Option<Path>, Flaw> {
        self.take(name).map(path).transpose()
    }

    pub(super) fn expression(&mut self, name: &str) -> Result<Expr, Flaw> {
        match self.take(name) {
            Some(a) => Expr::parse(&a.value, a.line),
            None => Err(Flaw::new(
                self.line,
                format!("<{}> needs {name}=\"…\"", self.tag),
            )),
        }
    }

    /// A plain word, such as the name of a repeated row.
    pub(super) fn name(&mut self, name: &str, default: &str) -> Result<String, Flaw> {
        match self.take(name) {
            None => Ok(default.to_owned()),
            Some(a) if is_name(&a.value) => Ok(a.value.clone()),
            Some(a) => Err(Flaw::new(
                a.line,
                format!("{name}=\"{}\" is not a plain name", a.value),
            )),
        }
    }

    pub(super) fn optional_name(&mut self, name: &str) -> Result<Option<String>, Flaw> {
        if !self.left.iter().any(|attribute| attribute.name == name) {
            return Ok(None);
        }
        self.name(name, "").map(Some)
    }

    /// A length in millimetres between 0 and 300.
    pub(super) fn length(&mut self, name: &str, default: f32) -> Result<f32, Flaw> {
        match self.take(name) {
            None => Ok(default),
            Some(a) => millimetres(&a.value).ok_or_else(|| {
                Flaw::new(
                    a.line,
                    format!(
                        "{name}=\"{}\" is not a length; write millimetres, such as 12mm",
                        a.value
                    ),
                )
            }),
        }
    }

    pub(super) fn lengths(&mut self, name: &str) -> Result<Vec<f32>, Flaw> {
        let Some(a) = self.take(name) else {
            return Ok(Vec::new());
        };
        a.value
            .split_whitespace()
            .map(|part| {
                millimetres(part.trim_end_matches('%')).ok_or_else(|| {
                    Flaw::new(
                        a.line,
                        format!("\"{part}\" in {name} is not a number; write such as 10 60 30"),
                    )
                })
            })
            .collect()
    }

    /// A type size in points, 6 to 40.
    pub(super) fn points(&mut self, name: &str, default: f32) -> Result<f32, Flaw> {
        let Some(a) = self.take(name) else {
            return Ok(default);
        };
        let value = a
            .value
            .trim()
            .trim_end_matches("pt")
            .trim()
            .parse::<f32>()
            .ok();
        value.filter(|v| (6.0..=40.0).contains(v)).ok_or_else(|| {
            Flaw::new(
                a.line,
                format!(
                    "{name}=\"{}\" is not a size between 6 and 40 points",
                    a.value
                ),
            )
        })
    }

    pub(super) fn count(&mut self, name: &str, default: usize) -> Result<usize, Flaw> {
        let Some(a) = self.take(name) else {
            return Ok(default);
        };
        a.value
            .trim()
            .parse::<usize>()
            .ok()
            .filter(|n| *n <= 100)
            .ok_or_else(|| {
                Flaw::new(
                    a.line,
                    format!("{name}=\"{}\" is not a number between 0 and 100", a.value),
                )
            })
    }

    pub(super) fn yes(&mut self, name: &str, default: bool) -> Result<bool, Flaw> {
        self.choice(name, &[("yes", true), ("no", false)], default)
    }

    pub(super) fn align(&mut self, default: Align) -> Result<Align, Flaw> {
        let choices = [
            ("left", Align::Left),
            ("center", Align::Centre),
            ("centre", Align::Centre),
            ("right", Align::Right),
            ("justify", Align::Justify),
        ];
        self.choice("align", &choices, default)
    }

    pub(super) fn dots(&mut self) -> Result<Option<Dots>, Flaw> {
        let Some(a) = self.take("dots") else {
            return Ok(None);
        };
        match a.value.trim() {
            "fill" => Ok(Some(Dots::Fill)),
            "none" => Ok(None),
            value => millimetres(value)
                .map(|mm| Some(Dots::Wide(mm)))
                .ok_or_else(|| {
                    Flaw::new(
                        a.line,
                        format!("dots=\"{value}\" must be fill, none or a length such as 40mm"),
                    )
                }),
        }
    }

    fn choice<T: Copy>(
        &mut self,
        name: &str,
        choices: &[(&str, T)],
        default: T,
    ) -> Result<T, Flaw> {
        let Some(a) = self.take(name) else {
            return Ok(default);
        };
        match choices.iter().find(|(word, _)| *word == a.value.trim()) {
            Some((_, value)) => Ok(*value),
            None => {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                Err(Flaw::new(
                    a.line,
                    format!(
                        "{name}=\"{}\" must be one of: {}",
                        a.value,
                        words.join(", ")
                    ),
                ))
            }
        }
    }
}

fn path(attribute: &Attribute) -> Result<Path, Flaw> {
    let text = attribute.value.trim();
    let well_formed = !text.is_empty() && text.split('.').all(is_name);
    if well_formed {
        Ok(Path {
            text: text.to_owned(),
            line: attribute.line,
        })
    } else {
        Err(Flaw::new(
            attribute.line,
            format!(
                "{}=\"{text}\" is not an answer path: letters, digits and _ joined by dots",
                attribute.name
            ),
        ))
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn millimetres(value: &str) -> Option<f32> {
    let value = value.trim();
    let (number, scale) = match (
        value.strip_suffix("mm"),
        value.strip_suffix("cm"),
        value.strip_suffix("pt"),
    ) {
        (Some(mm), _, _) => (mm, 1.0),
        (_, Some(cm), _) => (cm, 10.0),
        (_, _, Some(pt)) => (pt, 25.4 / 72.0),
        _ => (value, 1.0),
    };
    let length = number.trim().parse::<f32>().ok()? * scale;
    (0.0..=300.0).contains(&length).then_some(length)
}
