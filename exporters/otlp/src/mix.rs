//! A hash for what is looked up by where it stands in the program.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use candor::model::{Class, Operation};

/// What is known of calls that ended alike.
pub(crate) type Table<V> = HashMap<Key, V, BuildHasherDefault<Mix>>;

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

    fn finish(&self) -> u64 {
        // The upper bits are the mixed ones, and a table looks at the lower ones as well.
        self.0 ^ (self.0 >> 32)
    }
}

/// Calls of one operation that ended alike, by where the operation and the words stand in the program, and something more
/// that tells them apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    operation: usize,
    class: Class,
    reason: (usize, usize),
    more: usize,
}

impl Key {
    pub(crate) fn new(operation: &'static Operation, class: Class, reason: &'static str, more: usize) -> Key {
        let reason = (reason.as_ptr().addr(), reason.len());
        Key { operation: std::ptr::from_ref(operation).addr(), class, reason, more }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Few calls of one operation differ in the rest.
        state.write_usize(self.operation ^ self.reason.0.rotate_left(32) ^ self.more);
    }
}
