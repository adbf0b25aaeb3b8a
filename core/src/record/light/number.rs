//! The numbers of what a light call tells: the values of an event or of a line, as far as they own nothing.

use crate::model::{FieldSink, Value};

/// How many numbers one thing may have that is told.
pub(in crate::record) const FEW: usize = 4;

/// A few numbers, with or without a sign. They stand last: what tells one kind of entry from another stands in front of them, in
/// the first of the two lines of memory of an entry.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Numbers {
    /// How many there are; from [`SIGN`] on which of them have a sign, lowest first; from [`KEY`] on which of them is the key
    /// that limits count it under, from 1 on, 0 where there is none. In one word, so that it passes in a register.
    marks: u32,
    /// There was a value that is no number, or one too many.
    pub(in crate::record) has_more: bool,
    bits: [u64; FEW],
}

/// A single number, or none, so that it passes in registers.
#[derive(Clone, Copy)]
pub(in crate::record) struct Only {
    bits: u64,
    marks: u32,
}

/// The first number has a sign.
const SIGN: u32 = 1 << 8;
/// The first number is the key.
const KEY: u32 = 1 << 16;

impl From<Only> for Numbers {
    #[inline(always)]
    fn from(Only { bits, marks }: Only) -> Numbers {
        Numbers { marks, bits: [bits, 0, 0, 0], ..Numbers::NONE }
    }
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
    pub(crate) const NONE: Numbers = Numbers { marks: 0, has_more: false, bits: [0; FEW] };

    #[inline(always)]
    pub(crate) fn add(&mut self, bits: u64, is_signed: bool) {
        let len = self.len();
        match self.bits.get_mut(len as usize) {
            Some(place) => {
                *place = bits;
                self.marks = (self.marks | if is_signed { SIGN << len } else { 0 }) + 1;
            }
            None => self.has_more = true,
        }
    }

    /// How many there are.
    #[inline(always)]
    fn len(&self) -> u32 {
        self.marks % SIGN
    }

    /// All of it, if it is no more than one.
    #[inline(always)]
    pub(in crate::record) fn only(&self) -> Option<Only> {
        let [bits, ..] = self.bits;
        let is_only = self.len() <= 1 && !self.has_more;
        is_only.then_some(Only { bits, marks: self.marks })
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
        self.marks += KEY * (1..=self.len()).find(|key| self.number(*key) == Some(number))?;
        Some(number)
    }

    /// The key that limits count it under.
    #[inline]
    pub(super) fn key(&self) -> Option<Number> {
        self.number(self.marks / KEY)
    }

    /// One of them, from 1 on.
    #[inline]
    fn number(&self, key: u32) -> Option<Number> {
        let index = key.checked_sub(1)?;
        Some(Number { bits: *self.bits.get(index as usize)?, is_signed: self.marks & SIGN << index != 0 })
    }

    /// All of them, in order.
    pub(in crate::record) fn values(&self) -> impl Iterator<Item = Value> {
        let numbers = *self;
        (1..=self.len()).filter_map(move |key| numbers.number(key)).map(Number::value)
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
