//! The parts of a workbook: XML in a ZIP archive, unpacked piece by piece under limits.

use std::cell::Cell as Shared;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;
use zip::read::ZipFile;

use crate::error::Much;
use crate::{SheetError, limits};

/// An archive that is held in memory.
pub(crate) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| SheetError::broken("the archive", error))?;
        Ok(Self { zip })
    }

    /// A part by its name, whatever the case; none where there is none.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Part<'_, 'a>>, SheetError> {
        let name = name.trim_start_matches('/');
        let index = self.zip.index_for_name(name).or_else(|| {
            (0..self.zip.len()).find(|index| {
                self.zip
                    .name_for_index(*index)
                    .is_some_and(|own| own.replace('\\', "/").eq_ignore_ascii_case(name))
            })
        });
        let Some(index) = index else {
            return Ok(None);
        };
        let file = self
            .zip
            .by_index(index)
            .map_err(|error| SheetError::broken(name, error))?;
        Ok(Some(Xml::new(file, name)))
    }
}

/// A part of an archive in memory.
pub(crate) type Part<'p, 'a> = Xml<ZipFile<'p, Cursor<&'a [u8]>>>;

/// Reads XML event by event.
pub(crate) struct Xml<R: Read> {
    reader: Reader<BufReader<Limited<R>>>,
    budget: Rc<Budget>,
    buffer: Vec<u8>,
    part: String,
}

/// What may still be unpacked.
struct Budget {
    part: Shared<u64>,
    event: Shared<u64>,
    over: Shared<Option<(Much, u64)>>,
}

struct Limited<R> {
    inner: R,
    budget: Rc<Budget>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let size = u64::try_from(read).unwrap_or(u64::MAX);
        let budget = &self.budget;
        for (left, what, limit) in [
            (&budget.part, Much::Unpacked, limits::PART),
            (&budget.event, Much::Text, limits::EVENT),
        ] {
            match left.get().checked_sub(size) {
                Some(rest) => left.set(rest),
                None => {
                    budget.over.set(Some((what, limit)));
                    return Err(io::Error::other("too much"));
                }
            }
        }
        Ok(read)
    }
}

impl<R: Read> Xml<R> {
    fn new(inner: R, part: &str) -> Self {
        let budget = Rc::new(Budget {
            part: Shared::new(limits::PART),
            event: Shared::new(limits::EVENT),
            over: Shared::new(None),
        });
        let limited = Limited {
            inner,
            budget: Rc::clone(&budget),
        };
        let mut reader = Reader::from_reader(BufReader::new(limited));
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            budget,
            buffer: Vec::new(),
            part: part.to_owned(),
        }
    }

    /// The next event; at the end [`Event::Eof`].
    pub(crate) fn next(&mut self) -> Result<Event<'_>, SheetError> {
        self.buffer.clear();
        self.budget.event.set(limits::EVENT);
        self.reader
            .read_event_into(&mut self.buffer)
            .map_err(|error| match self.budget.over.get() {
                Some((what, limit)) => SheetError::TooMuch { what, limit },
                None => SheetError::broken(&self.part, error),
            })
    }

    /// An error about this part.
    pub(crate) fn broken(&self, why: &str) -> SheetError {
        SheetError::broken(&self.part, why)
    }
}

/// An attribute by its name without the prefix.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    start
        .attributes()
        .flatten()
        .find(|found| found.key.local_name().as_ref() == name.as_bytes())
        .and_then(|found| {
            found
                .normalized_value(XmlVersion::Implicit1_0)
                .ok()
                .map(|value| value.into_owned())
        })
}

/// Adds what an event says in words.
pub(crate) fn add_text(event: &Event<'_>, text: &mut String) {
    match event {
        Event::Text(words) => {
            if let Ok(words) = words.decode() {
                text.push_str(&words);
            }
        }
        Event::CData(words) => {
            if let Ok(words) = words.decode() {
                text.push_str(&words);
            }
        }
        Event::GeneralRef(reference) => {
            if let Ok(Some(sign)) = reference.resolve_char_ref() {
                text.push(sign);
            } else if let Ok(name) = reference.decode() {
                // Any other entity would have to be declared, and nothing declared is believed.
                text.push_str(match name.as_ref() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "",
                });
            }
        }
        _ => {}
    }
}

/// `_x000D_` and the like, as workbooks write signs that XML can't carry.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let sign = from
            .get(2..6)
            .filter(|_| from.get(6..7) == Some("_"))
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        match (sign, from.get(7..)) {
            (Some(sign), Some(after)) => {
                out.push(sign);
                rest = after;
            }
            _ => {
                out.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_xml_cannot_carry_come_back() {
        for (text, plain) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x00", "_x00"),
            ("_xZZZZ_", "_xZZZZ_"),
            ("_xD800_", "_xD800_"),
            ("ô_xô", "ô_xô"),
        ] {
            assert_eq!(unescape(text), plain, "{text}");
        }
    }
}
