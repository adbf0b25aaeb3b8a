//! The numbers of what a light call tells: the values of an event or of a line, as far as they own nothing.

use crate::model::{FieldSink, Value};

/// How many numbers one thing may have that is told.
pub(in crate::record) const FEW: usize = 4;

/// A few numbers, with or without a sign. They stand last: what tells one kind of entry from another stands in front of them, in
/// the first of the two lines of memory of an entry.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Numbers {
    /// How many there are; from [`SIGN`] on which of them have a sign, lowest first; [`MORE`]. In one word, so that it passes in a
    /// register.
    marks: u32,
    bits: [u64; FEW],
}

/// The bits of up to two numbers. They pass in registers.
#[derive(Clone, Copy)]
pub(in crate::record) struct Two {
    one: u64,
    other: u64,
}

/// Those of a third one, and the marks of all three. They do as well.
#[derive(Clone, Copy)]
pub(in crate::record) struct Rest {
    third: u64,
    marks: u32,
}

/// The first number has a sign.
const SIGN: u32 = 1 << 8;
/// There was a value that is no number, or one too many.
const MORE: u32 = 1 << 16;

impl From<(Two, Rest)> for Numbers {
    #[inline(always)]
    fn from((two, rest): (Two, Rest)) -> Numbers {
        Numbers { marks: rest.marks, bits: [two.one, two.other, rest.third, 0] }
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
    pub(crate) const NONE: Numbers = Numbers { marks: 0, bits: [0; FEW] };

    #[inline(always)]
    pub(crate) fn add(&mut self, bits: u64, is_signed: bool) {
        if !self.put(self.len() as usize, bits, is_signed) {
            self.marks |= MORE;
        }
    }

    /// Puts down one more, which is the one at this index, if there is room.
    #[inline(always)]
    pub(crate) fn put(&mut self, index: usize, bits: u64, is_signed: bool) -> bool {
        let Some(place) = self.bits.get_mut(index) else { return false };
        *place = bits;
        let sign = if is_signed { SIGN << index } else { 0 };
        self.marks = (self.marks | sign) + 1;
        true
    }

    /// Whether there was a value that is no number, or one too many.
    #[inline(always)]
    pub(in crate::record) fn has_more(&self) -> bool {
        self.marks & MORE != 0
    }

    /// How many there are.
    #[inline(always)]
    fn len(&self) -> u32 {
        self.marks % SIGN
    }

    /// All of it, if it is no more than three.
    #[inline(always)]
    pub(in crate::record) fn few(&self) -> Option<(Two, Rest)> {
        let [one, other, third, _] = self.bits;
        let are_few = self.len() <= 3 && !self.has_more();
        are_few.then_some((Two { one, other }, Rest { third, marks: self.marks }))
    }

    /// One of them, from 0 on.
    #[inline]
    pub(super) fn number(&self, index: usize) -> Option<Number> {
        let bits = *self.bits.get(..self.len() as usize)?.get(index)?;
        Some(Number { bits, is_signed: self.marks & SIGN << index != 0 })
    }

    /// All of them, in order.
    pub(in crate::record) fn values(&self) -> impl Iterator<Item = Value> {
        let numbers = *self;
        (0..FEW).map_while(move |index| numbers.number(index)).map(Number::value)
    }
}

impl FieldSink for Numbers {
    #[inline(always)]
    fn field(&mut self, _name: &'static str, value: Value) {
        match value {
            Value::U64(number) => self.add(number, false),
            Value::I64(number) => self.add(number.cast_unsigned(), true),
            _ => self.marks |= MORE,
        }
    }
}
