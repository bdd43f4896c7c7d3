//! CSV: which encoding and which separator, and its rows.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1258};

use crate::{Cell, Row, SheetError};

/// A text with its separator.
pub(crate) struct CsvText {
    text: String,
    separator: u8,
    /// The first line is only `sep=;`.
    skip: bool,
    /// It was no Unicode, so marks may be wrong.
    guessed: bool,
}

/// Separators that spreadsheet programs write; Vietnamese Excel writes semicolons.
const SEPARATORS: [u8; 4] = [b';', b',', b'\t', b'|'];
/// Signs that the separator is told by.
const SAMPLE: usize = 20_000;

impl CsvText {
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, SheetError> {
        let (text, guessed) = decode(bytes)?;
        let first = text.lines().next().unwrap_or_default();
        let named = first
            .strip_prefix("sep=")
            .and_then(|rest| rest.trim_end().bytes().next());
        let separator = named.unwrap_or_else(|| separator(&text));
        Ok(Self {
            separator,
            skip: named.is_some(),
            guessed,
            text,
        })
    }

    pub(crate) const fn guessed(&self) -> bool {
        self.guessed
    }

    pub(crate) fn rows(&self) -> CsvRows<'_> {
        let (text, before) = if self.skip {
            match self.text.split_once('\n') {
                Some((_, rest)) => (rest, 1),
                None => ("", 0),
            }
        } else {
            (self.text.as_str(), 0)
        };
        CsvRows {
            reader: csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(self.separator)
                .from_reader(text.as_bytes()),
            record: csv::StringRecord::new(),
            before,
            line: 0,
        }
    }
}

pub(crate) struct CsvRows<'a> {
    reader: csv::Reader<&'a [u8]>,
    record: csv::StringRecord,
    before: u32,
    line: u32,
}

impl CsvRows<'_> {
    fn read(&mut self) -> Result<Option<Row>, SheetError> {
        loop {
            let more = self
                .reader
                .read_record(&mut self.record)
                .map_err(|error| SheetError::broken("the text", error))?;
            if !more {
                return Ok(None);
            }
            let line = self.record.position().map_or(0, csv::Position::line);
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            let line = line.saturating_add(self.before);
            self.line = line.max(self.line.saturating_add(1));
            let mut cells: Vec<Cell> = self.record.iter().map(Cell::typed).collect();
            while cells.last().is_some_and(Cell::is_empty) {
                cells.pop();
            }
            if !cells.is_empty() {
                return Ok(Some(Row {
                    line: self.line,
                    cells,
                }));
            }
        }
    }
}

impl Iterator for CsvRows<'_> {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// The words, and whether their encoding had to be guessed.
fn decode(bytes: &[u8]) -> Result<(String, bool), SheetError> {
    if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        return match std::str::from_utf8(rest) {
            Ok(text) => Ok((text.to_owned(), false)),
            Err(_) => Ok((String::from_utf8_lossy(rest).into_owned(), true)),
        };
    }
    let utf_16 = match bytes {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        // Without a mark: Latin letters and separators have a zero byte on one side.
        _ => {
            let zeros = |odd: usize| {
                let sample = bytes.iter().take(2000).skip(odd).step_by(2);
                sample.filter(|byte| **byte == 0).count() * 5 > bytes.len().min(2000)
            };
            if zeros(1) {
                Some(UTF_16LE)
            } else if zeros(0) {
                Some(UTF_16BE)
            } else {
                None
            }
        }
    };
    if let Some(encoding) = utf_16 {
        let (text, _, broken) = encoding.decode(bytes);
        return Ok((text.into_owned(), broken));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok((text.to_owned(), false)),
        Ok(_) => Err(SheetError::NotASheet),
        Err(_) => {
            let controls = bytes
                .iter()
                .take(4000)
                .filter(|byte| **byte < 32 && !matches!(**byte, b'\t' | b'\r' | b'\n'))
                .count();
            if controls > 0 {
                return Err(SheetError::NotASheet);
            }
            let (text, _, _) = WINDOWS_1258.decode(bytes);
            Ok((text.into_owned(), true))
        }
    }
}

/// The separator that cuts the lines into the most even pieces.
fn separator(text: &str) -> u8 {
    let mut counts: Vec<[usize; 4]> = Vec::new();
    let (mut line, mut quoted) = ([0; 4], false);
    for byte in text.bytes().take(SAMPLE) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                if line.iter().any(|count| *count > 0) {
                    counts.push(line);
                }
                line = [0; 4];
            }
            _ if !quoted => {
                for (count, separator) in line.iter_mut().zip(SEPARATORS) {
                    *count += usize::from(byte == separator);
                }
            }
            _ => {}
        }
        if counts.len() >= 50 {
            break;
        }
    }
    if line.iter().any(|count| *count > 0) {
        counts.push(line);
    }
    SEPARATORS
        .into_iter()
        .enumerate()
        .max_by_key(|(at, _)| {
            let of_line = |line: &[usize; 4]| line.get(*at).copied().unwrap_or(0);
            let first = counts.iter().map(of_line).max().unwrap_or(0);
            let even = counts.iter().filter(|line| of_line(line) == first).count();
            // Of equals the earlier one.
            (if first == 0 { 0 } else { even }, first, usize::MAX - at)
        })
        .map_or(b',', |(_, separator)| separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(bytes: &[u8]) -> Vec<String> {
        let text = CsvText::open(bytes).unwrap();
        let row = text.rows().next().unwrap().unwrap();
        row.cells.into_iter().map(|cell| cell.text).collect()
    }

    fn utf_16(text: &str, little: bool, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        format!("{mark}{text}")
            .encode_utf16()
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn every_encoding_and_separator_gives_the_same_words() {
        let wanted = ["Họ, tên", "Số", "Ngày \"cấp\""];
        let semicolons = "Họ, tên;Số;\"Ngày \"\"cấp\"\"\"\r\nĐỗ Thử;1,5;a\r\n";
        let commas = "\"Họ, tên\",Số,\"Ngày \"\"cấp\"\"\"\nĐỗ Thử,\"1,5\",a\n";
        let tabs = "Họ, tên\tSố\t\"Ngày \"\"cấp\"\"\"\n";
        let named = "sep=|\nHọ, tên|Số|\"Ngày \"\"cấp\"\"\"\n";
        let (vowels, _, _) = WINDOWS_1258.encode("Ho, ten;So;Nga\u{300}y\n");
        for text in [semicolons, commas, tabs, named] {
            assert_eq!(first(text.as_bytes()), wanted, "{text}");
            assert_eq!(first(format!("\u{feff}{text}").as_bytes()), wanted);
            for (little, mark) in [(true, true), (false, true), (true, false), (false, false)] {
                assert_eq!(first(&utf_16(text, little, mark)), wanted, "{text}");
            }
        }
        assert_eq!(first(&vowels), ["Ho, ten", "So", "Ngày"]);
        assert!(CsvText::open(&vowels).unwrap().guessed());
        assert!(CsvText::open(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").is_err());
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let text = CsvText::open("sep=;\na;b\n\n;;\n\"c\nd\";e\nf\n".as_bytes()).unwrap();
        let lines: Vec<u32> = text.rows().map(|row| row.unwrap().line).collect();
        assert_eq!(lines, [2, 5, 7]);
    }
}
