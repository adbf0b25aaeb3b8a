//! The numbers of what a light call tells: the values of an event or of a line, as far as they own nothing.

use crate::model::{FieldSink, Value};

/// How many numbers one thing may have that is told.
pub(in crate::record) const FEW: usize = 4;

/// A few numbers, with or without a sign.
#[derive(Clone, Copy)]
pub(crate) struct Numbers {
    bits: [u64; FEW],
    len: u8,
    /// Which of them have a sign, lowest first.
    signs: u8,
    /// There was a value that is no number, or one too many.
    pub(in crate::record) has_more: bool,
}

impl Numbers {
    pub(crate) const NONE: Numbers = Numbers { bits: [0; FEW], len: 0, signs: 0, has_more: false };

    #[inline(always)]
    pub(crate) fn add(&mut self, bits: u64, is_signed: bool) {
        match self.bits.get_mut(usize::from(self.len)) {
            Some(place) => {
                *place = bits;
                self.signs |= u8::from(is_signed) << self.len;
                self.len += 1;
            }
            None => self.has_more = true,
        }
    }

    /// All of them, in order.
    pub(in crate::record) fn values(&self) -> impl Iterator<Item = Value> {
        let Numbers { bits, len, signs, .. } = *self;
        bits.into_iter().take(usize::from(len)).enumerate().map(move |(index, bits)| {
            if signs >> index & 1 == 1 { Value::I64(bits.cast_signed()) } else { Value::U64(bits) }
        })
    }
}

impl FieldSink for Numbers {
    #[inline(always)]
    fn field(&mut self, _name: &'static str, value: Value) {
        match value {
            Value::U64(number) => self.add(number, false),
            Value::I64(number) => self.add(number.cast_unsigned(), true),
            _ => self.has_more = true,
        }
    }
}
