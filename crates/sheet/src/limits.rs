//! How much is read of a file that nobody vouches for.

/// Bytes of the file.
pub(crate) const FILE: usize = 64 << 20;
/// Bytes of one part of a workbook, unpacked.
pub(crate) const PART: u64 = 256 << 20;
/// Bytes of one tag or text.
pub(crate) const EVENT: u64 = 1 << 20;
/// Bytes of all the texts that cells share.
pub(crate) const TEXTS: usize = 96 << 20;
/// Number formats, relationships and the like.
pub(crate) const ENTRIES: usize = 70_000;
/// Sheets of a workbook.
pub(crate) const SHEETS: usize = 256;
/// Rows that say something.
pub(crate) const ROWS: usize = 20_000;
/// Columns.
pub(crate) const COLUMNS: usize = 500;
/// Merged areas of a sheet.
pub(crate) const MERGED: usize = 50_000;
