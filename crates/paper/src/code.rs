//! Codes for scanners: QR, and Code 128 (ISO/IEC 15417), which desks read with a hand-held scanner.

use crate::error::PaperError;
use crate::flow::Code;
use crate::layout::Align;

/// A QR code of medium error correction, `size` millimetres wide and high.
///
/// # Errors
/// If the data is more than a QR code holds.
pub(crate) fn qr(data: &str, size: f32, align: Align) -> Result<Code, PaperError> {
    let code = qrcode::QrCode::with_error_correction_level(data.as_bytes(), qrcode::EcLevel::M)
        .map_err(|_| PaperError::QrTooLong { length: data.len() })?;
    let dark = code
        .to_colors()
        .into_iter()
        .map(|color| color == qrcode::Color::Dark)
        .collect();
    Ok(Code {
        name: "Mã QR",
        data: data.to_owned(),
        columns: code.width(),
        dark,
        width: size,
        height: size,
        align,
    })
}

/// A bar code with the margins that a scanner wants; it gets wider than asked for where bars would be too thin to print.
///
/// # Errors
/// If the data holds anything but printable ASCII, or is longer than a scanner takes in.
pub(crate) fn code128(
    data: &str,
    (width, height): (f32, f32),
    align: Align,
) -> Result<Code, PaperError> {
    if data.len() > MOST_BAR_CODE {
        return Err(PaperError::BarCodeTooLong {
            length: data.len(),
            most: MOST_BAR_CODE,
        });
    }
    if let Some(character) = data.chars().find(|c| !matches!(c, ' '..='~')) {
        return Err(PaperError::BarCodeCharacter { character });
    }
    let mut dark = vec![false; QUIET];
    for symbol in symbols(data.as_bytes()) {
        let widths = PATTERNS
            .get(usize::from(symbol))
            .copied()
            .unwrap_or_default();
        for (index, width) in widths.bytes().enumerate() {
            let modules = usize::from(width.saturating_sub(b'0'));
            dark.extend(std::iter::repeat_n(index % 2 == 0, modules));
        }
    }
    dark.extend([false; QUIET]);
    Ok(Code {
        name: "Mã vạch",
        data: data.to_owned(),
        columns: dark.len(),
        width: width.max(dark.len() as f32 * THINNEST),
        dark,
        height,
        align,
    })
}

/// The longest text of a bar code: 48 characters are already wider than a sheet.
const MOST_BAR_CODE: usize = 48;
/// Modules of white on either side.
const QUIET: usize = 10;
/// A narrower module in millimetres is lost on an ordinary office printer.
const THINNEST: f32 = 0.19;

const TO_C: u8 = 99;
const TO_B: u8 = 100;
const START_B: u8 = 104;
const START_C: u8 = 105;
const STOP: u8 = 106;

/// Start, data, check and stop symbols. Pairs of digits go into set C where that is shorter, the rest into set B.
fn symbols(data: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::new();
    let mut in_c = false;
    let mut rest = data;
    while let Some((first, after)) = rest.split_first() {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        // Changing the set costs a symbol, and changing back one more.
        let enough = match (symbols.is_empty(), digits == rest.len()) {
            (true, true) => 2,
            (true, false) | (false, true) => 4,
            (false, false) => 6,
        };
        let take_pair = if in_c {
            digits >= 2
        } else {
            digits >= enough && digits.is_multiple_of(2)
        };
        match (symbols.is_empty(), in_c, take_pair) {
            (true, _, true) => symbols.push(START_C),
            (true, _, false) => symbols.push(START_B),
            (false, false, true) => symbols.push(TO_C),
            (false, true, false) => symbols.push(TO_B),
            _ => {}
        }
        in_c = take_pair;
        match (take_pair, after.split_first()) {
            (true, Some((second, after))) => {
                symbols.push((first - b'0') * 10 + (second - b'0'));
                rest = after;
            }
            _ => {
                symbols.push(first.saturating_sub(b' '));
                rest = after;
            }
        }
    }
    let check = symbols
        .iter()
        .enumerate()
        .map(|(index, symbol)| index.max(1) * usize::from(*symbol))
        .sum::<usize>()
        % 103;
    symbols.push(check as u8);
    symbols.push(STOP);
    symbols
}

/// Widths of bar, space, bar, space, bar, space of each symbol, in modules.
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_eleven_modules_with_an_even_number_of_dark_ones() {
        let sum = |widths: &str, from: usize, step: usize| -> u32 {
            widths
                .bytes()
                .skip(from)
                .step_by(step)
                .map(|b| u32::from(b - b'0'))
                .sum()
        };
        let mut seen = std::collections::BTreeSet::new();
        for widths in &PATTERNS[..106] {
            assert_eq!(
                (sum(widths, 0, 1), sum(widths, 0, 2) % 2),
                (11, 0),
                "{widths}"
            );
            assert!(seen.insert(*widths), "{widths} twice");
        }
        assert_eq!(PATTERNS[106], "2331112");
    }

    #[test]
    fn texts_become_the_symbols_that_the_standard_gives() {
        // The second and third are worked examples of the literature; the latter is given for set A there, whose check is one less.
        let cases: [(&str, &[u8]); 7] = [
            ("42", &[105, 42, 44, 106]),
            (
                "Wikipedia",
                &[104, 55, 73, 75, 73, 80, 69, 68, 73, 65, 88, 106],
            ),
            ("PJJ123C", &[104, 48, 42, 42, 17, 18, 19, 35, 55, 106]),
            ("123456", &[105, 12, 34, 56, 44, 106]),
            ("12345", &[104, 17, 99, 23, 45, 53, 106]),
            ("A1234", &[104, 33, 99, 12, 34, 95, 106]),
            (
                "H17-250101-0042",
                &[
                    104, 40, 17, 23, 13, 99, 25, 1, 1, 100, 13, 99, 0, 42, 19, 106,
                ],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(symbols(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn what_no_scanner_reads_is_refused() {
        let draw = |data: &str| code128(data, (60.0, 10.0), Align::Left);
        assert_eq!(
            draw("HỒ-1"),
            Err(PaperError::BarCodeCharacter { character: 'Ồ' })
        );
        assert!(matches!(
            draw(&"1".repeat(49)),
            Err(PaperError::BarCodeTooLong { .. })
        ));
        let code = draw(&"A".repeat(30)).unwrap();
        assert!(code.width > 60.0 && code.dark.len() == code.columns);
        assert!(
            code.dark[..QUIET]
                .iter()
                .chain(&code.dark[code.columns - QUIET..])
                .all(|dark| !dark)
        );
    }
}
