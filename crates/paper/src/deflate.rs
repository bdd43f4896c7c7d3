//! Compressing many small things.

use std::cell::RefCell;

use flate2::{Compress, Compression, FlushCompress, Status};

/// A compressor that is used again and again: to start one takes longer than most of what we compress, and it is a quarter of a
/// megabyte to get from the system and to give back.
pub(crate) struct Packer(Compress);

thread_local! {
    static ZLIB: RefCell<Packer> = RefCell::new(Packer::new(Compression::new(3), true));
    static BARE: RefCell<Packer> = RefCell::new(Packer::new(Compression::new(3), false));
}

impl Packer {
    fn new(level: Compression, header: bool) -> Packer {
        Packer(Compress::new(level, header))
    }

    /// Works with this thread's compressor for streams of PDF, which have zlib's header and checksum around them.
    pub(crate) fn with_zlib<T>(work: impl FnOnce(&mut Packer) -> T) -> T {
        ZLIB.with_borrow_mut(work)
    }

    /// Compresses with nothing around, as entries of archives have it.
    pub(crate) fn bare(plain: &[u8]) -> Vec<u8> {
        BARE.with_borrow_mut(|packer| packer.packed(plain))
    }

    /// One for streams of PDF that takes its time, for what is compressed once and written often.
    pub(crate) fn thorough() -> Packer {
        Packer::new(Compression::default(), true)
    }

    /// Compresses; the same bytes always become the same.
    pub(crate) fn packed(&mut self, plain: &[u8]) -> Vec<u8> {
        self.0.reset();
        let mut packed = Vec::with_capacity(plain.len() / 2 + 64);
        loop {
            let taken = usize::try_from(self.0.total_in()).unwrap_or(usize::MAX);
            let rest = plain.get(taken..).unwrap_or_default();
            match self
                .0
                .compress_vec(rest, &mut packed, FlushCompress::Finish)
            {
                Ok(Status::StreamEnd) => return packed,
                Ok(_) => packed.reserve(plain.len() / 4 + 64),
                // Memory does not fail; were it to, an empty stream would be seen by every reader.
                Err(_) => return Vec::new(),
            }
        }
    }
}
