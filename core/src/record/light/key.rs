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
pub(super) struct Key {
    marks: u32,
    bits: u64,
}

impl Key {
    pub(super) const NONE: Key = Key { marks: 0, bits: 0 };

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
    pub(super) fn of(marked: u32, bits: u64) -> Key {
        match marked & (KEYED | SIGNED) {
            0 => Key::NONE,
            marks => Key { marks, bits },
        }
    }
}

impl Call {
    pub(super) fn key(&self) -> Key {
        Key::of(self.first, self.key)
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
    /// Keeps the key of the innermost call, if that is a light one and the key is a number; the last one counts.
    #[inline(always)]
    pub(in crate::record) fn key_light(&self, key: &Value) -> Option<()> {
        let light = self.light();
        if !light.is_running() {
            return None;
        }
        light.set_key(match *key {
            Value::U64(number) => Key { marks: KEYED, bits: number },
            Value::I64(number) => Key { marks: SIGNED, bits: number.cast_unsigned() },
            _ => return None,
        });
        Some(())
    }
}
