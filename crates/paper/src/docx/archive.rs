//! The archive of a Word file. The `zip` crate starts a new compressor for every entry, which takes a fifth of the time of a
//! whole paper; what an archive is around its entries is little.

use flate2::Crc;

use crate::deflate::Packer;

/// Below this an entry is shorter as it is than the time for compressing it is worth, in bytes.
const SMALL: usize = 900;
/// The earliest date that an archive can name, at midnight.
const DATE: u16 = 1 << 5 | 1;
/// What a reader must know to unpack an entry: version 2.0 of the format.
const VERSION: u16 = 20;

/// An entry, ready to be written.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    packed: Vec<u8>,
    deflated: bool,
    checksum: u32,
    size: u32,
}

impl Entry {
    /// Of a part's bytes. Only the size of the part sets a limit, that of the format: four gigabytes.
    pub(super) fn of(plain: Vec<u8>) -> Result<Entry, String> {
        let mut checksum = Crc::new();
        checksum.update(&plain);
        let deflated = plain.len() >= SMALL;
        Ok(Entry {
            deflated,
            checksum: checksum.sum(),
            size: fits(plain.len())?,
            packed: if deflated {
                Packer::bare(&plain)
            } else {
                plain
            },
        })
    }

    /// What stands of it both before its bytes and in the list at the end.
    fn told(&self, name: &str) -> Result<Vec<u8>, String> {
        let method: u16 = if self.deflated { 8 } else { 0 };
        let mut told = Vec::with_capacity(26);
        // No flags: our names are ASCII.
        for number in [VERSION, 0, method, 0, DATE] {
            told.extend(number.to_le_bytes());
        }
        for number in [self.checksum, fits(self.packed.len())?, self.size] {
            told.extend(number.to_le_bytes());
        }
        told.extend(short(name.len())?.to_le_bytes());
        // Nothing extra.
        told.extend([0, 0]);
        Ok(told)
    }
}

/// The archive of named entries, in their order.
pub(super) fn archive(entries: &[(String, Entry)]) -> Result<Vec<u8>, String> {
    let room: usize = entries
        .iter()
        .map(|(name, entry)| entry.packed.len() + 2 * name.len() + 76)
        .sum();
    let mut out = Vec::with_capacity(room + 22);
    let mut list = Vec::new();
    for (name, entry) in entries {
        let told = entry.told(name)?;
        list.extend(b"PK\x01\x02");
        list.extend(VERSION.to_le_bytes());
        list.extend(&told);
        // No comment, the only disk, no attributes.
        list.extend([0; 10]);
        list.extend(fits(out.len())?.to_le_bytes());
        list.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(told);
        out.extend(name.as_bytes());
        out.extend(&entry.packed);
    }
    let start = fits(out.len())?;
    let count = short(entries.len())?;
    out.extend(&list);
    out.extend(b"PK\x05\x06");
    // The only disk, and all of the entries are on it.
    for number in [0, 0, count, count] {
        out.extend(number.to_le_bytes());
    }
    for number in [fits(list.len())?, start] {
        out.extend(number.to_le_bytes());
    }
    out.extend([0; 2]);
    Ok(out)
}

fn fits(length: usize) -> Result<u32, String> {
    u32::try_from(length).map_err(|_| "over four gigabytes".to_owned())
}

fn short(length: usize) -> Result<u16, String> {
    u16::try_from(length).map_err(|_| "too many parts, or too long a name".to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        /// Another program finds every entry as it was put in, and its checksum right.
        #[test]
        fn what_is_packed_is_read_by_others(parts in prop::collection::vec(("[a-z/]{1,12}[0-9]", 0usize..5_000, any::<u8>()), 0..6)) {
            let parts: Vec<(String, Vec<u8>)> = parts
                .into_iter()
                .enumerate()
                .map(|(at, (name, size, seed))| {
                    let bytes = (0..size).map(|n| (n * n / 7) as u8 ^ seed).collect();
                    (format!("{at}{name}"), bytes)
                })
                .collect();
            let entries: Vec<(String, Entry)> = parts
                .iter()
                .map(|(name, bytes)| (name.clone(), Entry::of(bytes.clone()).unwrap()))
                .collect();
            let packed = archive(&entries).unwrap();
            prop_assert_eq!(&packed, &archive(&entries).unwrap());
            let mut read = zip::ZipArchive::new(Cursor::new(&packed)).unwrap();
            prop_assert_eq!(read.len(), parts.len());
            for (at, (name, bytes)) in parts.iter().enumerate() {
                let mut entry = read.by_index(at).unwrap();
                prop_assert_eq!(entry.name(), name);
                prop_assert_eq!(entry.last_modified(), Some(zip::DateTime::default()));
                let mut found = Vec::new();
                entry.read_to_end(&mut found).unwrap();
                prop_assert_eq!(&found, bytes);
            }
        }
    }
}
