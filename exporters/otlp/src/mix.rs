//! A hash for what is looked up by where it stands in the program.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table whose keys are addresses and small numbers.
pub(crate) type Table<K, V> = HashMap<K, V, BuildHasherDefault<Mix>>;

/// A hash of addresses: nobody outside can choose them, so it need not withstand anybody.
#[derive(Default)]
pub(crate) struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        // The multiplier of Fibonacci hashing: 2^64 by the golden ratio.
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_usize(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        // The upper bits are the mixed ones, and a table looks at the lower ones as well.
        self.0 ^ (self.0 >> 32)
    }
}

/// Where a word stands in the program.
pub(crate) type Place = (usize, usize);

pub(crate) fn place(word: &'static str) -> Place {
    (word.as_ptr().addr(), word.len())
}
