//! The keys of light calls, as long as they are numbers. Where a call began nothing is written of them: whether it has a key
//! stands above a number that is written there anyway.

use super::{Call, Light};
use crate::model::Value;
use crate::record::thread::Thread;

/// The call has a key, which has no sign.
const KEYED: u32 = 1 << 24;
/// The call has a key, which has one.
const SIGNED: u32 = 1 << 25;

/// The key of a light call, or none.
#[derive(Clone, Copy)]
pub(in crate::record) struct Key {
    marks: u32,
    bits: u64,
}

impl Key {
    pub(super) const NONE: Key = Key { marks: 0, bits: 0 };

    /// The key, if it is a number.
    #[inline(always)]
    pub(in crate::record) fn of(key: &Value) -> Option<Key> {
        match *key {
            Value::U64(number) => Some(Key { marks: KEYED, bits: number }),
            Value::I64(number) => Some(Key { marks: SIGNED, bits: number.cast_unsigned() }),
            _ => None,
        }
    }

    pub(super) fn value(self) -> Option<Value> {
        match self.marks {
            0 => None,
            marks if marks & SIGNED != 0 => Some(Value::I64(self.bits.cast_signed())),
            _ => Some(Value::U64(self.bits)),
        }
    }
}

impl Key {
    /// The key with these bits, if it has a mark.
    pub(super) fn marked(marked: u32, bits: u64) -> Key {
        match key_marks(marked) {
            0 => Key::NONE,
            marks => Key { marks, bits },
        }
    }
}

/// Only the marks of a key.
#[inline(always)]
pub(super) fn key_marks(marked: u32) -> u32 {
    marked & (KEYED | SIGNED)
}

impl Call {
    pub(super) fn key(&self) -> Key {
        Key::marked(self.first, self.key)
    }
}

impl Light {
    /// Gives the innermost call a key.
    #[inline(always)]
    fn set_key(&self, key: Key) {
        self.now.key.set(key.bits);
        self.now.first.set(self.now.first.get() & !(KEYED | SIGNED) | key.marks);
    }
}

impl Thread {
    /// Keeps the key of the innermost call, if that is a light one; the last one counts.
    #[inline(always)]
    pub(in crate::record) fn key_light(&self, key: Key) -> Option<()> {
        self.light().is_running().then(|| self.light().set_key(key))
    }
}
