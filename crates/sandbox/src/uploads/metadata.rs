//! `Upload-Metadata`: `key base64,key base64`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Reads the header; none if it is broken.
pub(super) fn parse(header: &str) -> Option<BTreeMap<String, String>> {
    header
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let value = STANDARD.decode(value.trim()).ok()?;
            Some((key.to_owned(), String::from_utf8(value).ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn pairs_are_read_and_broken_ones_are_not() {
        let read = parse("filename xJHGoW4ucGRm, is_confidential,sha256 YWI=").unwrap();
        assert_eq!(read["filename"], "đơn.pdf");
        assert_eq!(read["is_confidential"], "");
        assert_eq!(read["sha256"], "ab");
        assert!(parse("").unwrap().is_empty());
        assert!(parse("filename !!").is_none());
        assert!(parse("filename /w==").is_none());
    }
}
