//! Chance that can be thrown again.

/// SplitMix64: the same seed and number give the same throws.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// For one case of a seed.
    #[must_use]
    pub const fn new(seed: u64, number: u64) -> Dice {
        Dice(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Any 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `limit` − 1; 0 where there is nothing to choose from.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.bits() % limit).unwrap_or(0)
    }

    /// One time in so many.
    pub fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    /// One of a list.
    ///
    /// # Panics
    /// When the list is empty: a fuzzer without seeds tries nothing and must not look as if it did.
    #[expect(clippy::indexing_slicing, reason = "a fuzzer without seeds must stop")]
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}
