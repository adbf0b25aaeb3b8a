//! Fields of Protocol Buffers, appended to bytes (<https://protobuf.dev/programming-guides/encoding>).

use crate::convert::{Attributes, Term};

const VARINT: u32 = 0;
const FIXED_64: u32 = 1;
const LENGTH: u32 = 2;
const FIXED_32: u32 = 5;

/// `KeyValue` and the kinds of `AnyValue`, by their numbers in `opentelemetry/proto/common/v1/common.proto`.
mod number {
    pub(super) const KEY: u32 = 1;
    pub(super) const VALUE: u32 = 2;
    pub(super) const STRING: u32 = 1;
    pub(super) const BOOL: u32 = 2;
    pub(super) const INT: u32 = 3;
    pub(super) const DOUBLE: u32 = 4;
    pub(super) const ARRAY: u32 = 5;
    pub(super) const VALUES: u32 = 1;
}

/// Appends a number of variable length.
pub(super) fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(low_bits(number) | 0x80);
        number >>= 7;
    }
    out.push(low_bits(number));
}

fn low_bits(number: u64) -> u8 {
    (number & 0x7f) as u8
}

fn tag(out: &mut Vec<u8>, field: u32, kind: u32) {
    varint(out, u64::from(field << 3 | kind));
}

/// A whole number; also a truth value, and one of an enumeration.
pub(super) fn whole(out: &mut Vec<u8>, field: u32, number: u64) {
    tag(out, field, VARINT);
    varint(out, number);
}

pub(super) fn fixed64(out: &mut Vec<u8>, field: u32, number: u64) {
    tag(out, field, FIXED_64);
    out.extend_from_slice(&number.to_le_bytes());
}

pub(super) fn fixed32(out: &mut Vec<u8>, field: u32, number: u32) {
    tag(out, field, FIXED_32);
    out.extend_from_slice(&number.to_le_bytes());
}

/// Bytes, or text.
pub(super) fn bytes(out: &mut Vec<u8>, field: u32, content: &[u8]) {
    tag(out, field, LENGTH);
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// A message whose length is not known before it is written. As many bytes as `room` says are left for the length; when it
/// takes more or less, the message moves.
pub(super) fn message(out: &mut Vec<u8>, field: u32, room: usize, write: impl FnOnce(&mut Vec<u8>)) {
    tag(out, field, LENGTH);
    let at = out.len();
    out.resize(at + room, 0);
    write(out);
    let written = out.len() - at - room;
    let (length, taken) = length(written);
    if taken != room {
        out.resize(out.len() + taken.saturating_sub(room), 0);
        out.copy_within(at + room..at + room + written, at + taken);
        out.truncate(at + taken + written);
    }
    if let (Some(own), Some(length)) = (out.get_mut(at..at + taken), length.get(..taken)) {
        own.copy_from_slice(length);
    }
}

/// A length as a number of variable length, and how many bytes that takes.
pub(super) fn length(of: usize) -> ([u8; 10], usize) {
    let (mut all, mut taken, mut rest) = ([0; 10], 0, of as u64);
    for byte in &mut all {
        taken += 1;
        *byte = low_bits(rest);
        rest >>= 7;
        if rest == 0 {
            break;
        }
        *byte |= 0x80;
    }
    (all, taken)
}

/// Attributes, written as the field of this number.
pub(super) struct Written<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) field: u32,
}

impl Attributes for Written<'_> {
    fn put(&mut self, key: &'static str, value: Term<'_>) {
        message(self.out, self.field, 1, |out| {
            bytes(out, number::KEY, key.as_bytes());
            self::value(out, number::VALUE, value);
        });
    }
}

/// A value of whatever kind.
pub(super) fn value(out: &mut Vec<u8>, field: u32, value: Term<'_>) {
    message(out, field, 1, |out| any(out, value));
}

fn any(out: &mut Vec<u8>, value: Term<'_>) {
    match value {
        Term::Bool(v) => whole(out, number::BOOL, u64::from(v)),
        Term::I64(v) => whole(out, number::INT, v.cast_unsigned()),
        Term::F64(v) => fixed64(out, number::DOUBLE, v.to_bits()),
        Term::Word(text) => bytes(out, number::STRING, text.as_bytes()),
        Term::Text(text) => bytes(out, number::STRING, text.as_bytes()),
        Term::Texts(all) => message(out, number::ARRAY, 1, |out| {
            for text in all {
                message(out, number::VALUES, 1, |out| any(out, Term::Text(&text)));
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_takes_the_bytes_that_it_needs_wherever_the_message_was_begun() {
        for written in [0, 1, 127, 128, 129, 16_383, 16_384, 70_000] {
            for room in [1, 2, 3] {
                let content = vec![7; written];
                let (mut out, mut wanted) = (vec![1, 2, 3], vec![1, 2, 3]);
                message(&mut out, 9, room, |out| out.extend_from_slice(&content));
                bytes(&mut wanted, 9, &content);
                assert_eq!(out, wanted, "{written} bytes in room for a length of {room}");
                let (length, taken) = length(written);
                let mut plain = Vec::new();
                varint(&mut plain, written as u64);
                assert_eq!(length.get(..taken), Some(plain.as_slice()));
            }
        }
    }
}
