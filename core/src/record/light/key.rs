//! The keys of light calls, as long as they are numbers. Where a call began nothing is written of them: whether it has a key
//! stands above a number that is written there anyway.

use std::cell::Cell;

use super::Light;
use crate::model::Value;
use crate::record::stack::Stack;
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

impl Light {
    /// The call on top had its key here, if it bears such a mark.
    #[inline(always)]
    pub(super) fn leave_key(&self, stack: &mut Stack, level: usize, marks: u32) {
        if let (Some(key), Some(top)) = (self.key_at(level, marks).value(), stack.top()) {
            top.set_key(key);
        }
    }

    /// The key of the call at this depth, if it bears such a mark.
    #[inline(always)]
    fn key_at(&self, depth: usize, marks: u32) -> Key {
        match marks & (KEYED | SIGNED) {
            0 => Key::NONE,
            marks => Key { marks, bits: self.keys.get(depth).map_or(0, Cell::get) },
        }
    }

    /// The key of the innermost call.
    #[inline(always)]
    pub(super) fn key(&self) -> Key {
        self.key_at(self.depth() as usize, self.marked().get())
    }

    /// Gives the innermost call a key.
    #[inline(always)]
    pub(super) fn set_key(&self, key: Key) -> Option<()> {
        if key.marks != 0 {
            self.keys.get(self.depth() as usize)?.set(key.bits);
            self.marked().set(self.marked().get() & !(KEYED | SIGNED) | key.marks);
        }
        Some(())
    }

    /// Where it stands whether the innermost call has a key.
    #[inline(always)]
    fn marked(&self) -> &Cell<u32> {
        if self.depth() == 0 { &self.used } else { &self.first }
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
        })
    }
}
