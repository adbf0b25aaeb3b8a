//! The numbers of what a light call tells: the values of an event or of a line, as far as they own nothing.

use crate::model::{FieldSink, Value};

/// How many numbers one thing may have that is told.
pub(in crate::record) const FEW: usize = 4;

/// A few numbers, with or without a sign. They stand last: what tells one kind of entry from another stands in front of them, in
/// the first of the two lines of memory of an entry.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Numbers {
    len: u8,
    /// Which of them have a sign, lowest first.
    signs: u8,
    /// Which of them is the key that limits count it under, from 1 on; 0 where there is none.
    key: u8,
    /// There was a value that is no number, or one too many.
    pub(in crate::record) has_more: bool,
    bits: [u64; FEW],
}

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// They are its hash as well.
    pub(super) bits: u64,
    is_signed: bool,
}

impl Number {
    pub(super) fn value(self) -> Value {
        if self.is_signed { Value::I64(self.bits.cast_signed()) } else { Value::U64(self.bits) }
    }
}

impl Numbers {
    pub(crate) const NONE: Numbers = Numbers { bits: [0; FEW], len: 0, signs: 0, key: 0, has_more: false };

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

    /// Makes the number that was read as a key that of limits; nothing if it is none of these, or if another one is that.
    #[inline]
    pub(super) fn set_key(&mut self, (hash, value): &(u64, Value)) -> Option<Number> {
        let number = match *value {
            Value::U64(bits) => Number { bits, is_signed: false },
            Value::I64(number) => Number { bits: number.cast_unsigned(), is_signed: true },
            _ => return None,
        };
        if let Some(other) = self.key() {
            return (other == number).then_some(number);
        }
        // A number is its own hash.
        if number.bits != *hash {
            return None;
        }
        self.key = (1..=self.len).find(|key| self.number(*key) == Some(number))?;
        Some(number)
    }

    /// The key that limits count it under.
    #[inline]
    pub(super) fn key(&self) -> Option<Number> {
        self.number(self.key)
    }

    /// One of them, from 1 on.
    #[inline]
    fn number(&self, key: u8) -> Option<Number> {
        let index = key.checked_sub(1)?;
        Some(Number { bits: *self.bits.get(usize::from(index))?, is_signed: self.signs >> index & 1 == 1 })
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
