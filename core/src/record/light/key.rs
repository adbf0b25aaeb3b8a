//! The keys of light calls, as long as they are numbers. Where a call began nothing is written of them: whether it has a key
//! stands above a number that is written there anyway.

use super::Light;
use crate::model::Value;
use crate::record::stack::Stack;
use crate::record::thread::Thread;

/// The call has a key, which has no sign.
const KEYED: u32 = 1 << 24;
/// The call has a key, which has one.
const SIGNED: u32 = 1 << 25;

impl Light {
    /// The call on top had its key here, if it bears such a mark.
    #[inline(always)]
    pub(super) fn leave_key(&self, stack: &mut Stack, level: usize, marks: u32) {
        if marks & (KEYED | SIGNED) == 0 {
            return;
        }
        if let (Some(bits), Some(top)) = (self.keys.get(level), stack.top()) {
            let is_signed = marks & SIGNED != 0;
            let bits = bits.get();
            top.set_key(if is_signed { Value::I64(bits.cast_signed()) } else { Value::U64(bits) });
        }
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
        let (bits, mark) = match *key {
            Value::U64(number) => (number, KEYED),
            Value::I64(number) => (number.cast_unsigned(), SIGNED),
            _ => return None,
        };
        let depth = light.depth();
        light.keys.get(depth as usize)?.set(bits);
        let marked = if depth == 0 { &light.used } else { &light.first };
        marked.set(marked.get() & !(KEYED | SIGNED) | mark);
        Some(())
    }
}
