//! A span as bytes: the message `Span` of `opentelemetry/proto/trace/v1/trace.proto`, as a field of `ScopeSpans`.

use candor::Calibration;

use super::field::{self, Written};
use crate::convert::{Alike, Span};
use crate::mix::{Key, Table};

/// How many stamps are kept. Reasons are from a bounded set, but nobody holds a program to it.
const STAMPS: usize = 4_096;

/// The numbers of fields.
mod number {
    pub(super) const SPANS: u32 = 2;
    pub(super) const TRACE_ID: u32 = 1;
    pub(super) const SPAN_ID: u32 = 2;
    pub(super) const PARENT_SPAN_ID: u32 = 4;
    pub(super) const NAME: u32 = 5;
    pub(super) const KIND: u32 = 6;
    pub(super) const START: u32 = 7;
    pub(super) const END: u32 = 8;
    pub(super) const ATTRIBUTES: u32 = 9;
    pub(super) const EVENTS: u32 = 11;
    pub(super) const STATUS: u32 = 15;
    pub(super) const FLAGS: u32 = 16;
    pub(super) mod event {
        pub(crate) const TIME: u32 = 1;
        pub(crate) const NAME: u32 = 2;
        pub(crate) const ATTRIBUTES: u32 = 3;
    }
    pub(super) mod status {
        pub(crate) const MESSAGE: u32 = 2;
        pub(crate) const CODE: u32 = 3;
    }
}

/// `SPAN_KIND_INTERNAL` and `STATUS_CODE_ERROR`.
const INTERNAL: u64 = 1;
const ERROR: u64 = 2;
/// The flags of a span that is exported: it is sampled, and it is known whether its parent is remote.
const SAMPLED: u32 = 0x1;
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// How many bytes the length of a span or an event usually takes.
const USUAL: usize = 2;

/// Writes spans, and remembers what is the same on many of them.
#[derive(Default)]
pub(crate) struct Encoder {
    stamps: Vec<Stamp>,
    /// Where each stands among them.
    found: Table<usize>,
    /// The one that was used last: many calls of one operation come together.
    last: Option<(Key, usize)>,
}

/// What is the same on all spans of an operation that ended alike, written down.
struct Stamp {
    name_and_kind: Vec<u8>,
    attributes: Vec<u8>,
    status: Vec<u8>,
    /// A span that says nothing more than that, as it was written first: without a parent, in one, and in a remote one. The
    /// next one is a copy with other numbers.
    plain: [Vec<u8>; 3],
}

impl Encoder {
    /// Appends a span.
    pub(crate) fn write(&mut self, span: &Span<'_>, calibration: Calibration, out: &mut Vec<u8>) {
        let Some(stamp) = self.stamp(span.alike) else { return };
        if !span.is_plain() {
            return stamp.write(span, calibration, out);
        }
        let at = out.len();
        match stamp.plain.get(variant(span)) {
            Some(plain) if !plain.is_empty() => {
                out.extend_from_slice(plain);
                stamp.renumber(span, calibration, out.get_mut(at..).unwrap_or_default());
            }
            _ => {
                stamp.write(span, calibration, out);
                let written = out.get(at..).unwrap_or_default();
                if let Some(plain) = stamp.plain.get_mut(variant(span)) {
                    plain.extend_from_slice(written);
                }
            }
        }
    }
}

impl Encoder {
    fn stamp(&mut self, alike: Alike) -> Option<&mut Stamp> {
        let key = Key::new(alike.operation, alike.class, alike.reason, alike.kept.as_ptr().addr());
        let index = match self.last {
            Some((last, index)) if last == key => index,
            _ => self.find(key, alike),
        };
        self.stamps.get_mut(index)
    }

    fn find(&mut self, key: Key, alike: Alike) -> usize {
        if self.stamps.len() >= STAMPS {
            self.stamps.clear();
            self.found.clear();
        }
        let stamps = &mut self.stamps;
        let index = *self.found.entry(key).or_insert_with(|| {
            stamps.push(Stamp::of(alike));
            stamps.len() - 1
        });
        self.last = Some((key, index));
        index
    }
}

/// Which of the plain spans this one is like.
fn variant(span: &Span<'_>) -> usize {
    match span.parent {
        Some(parent) if parent.is_outer => 2,
        Some(_) => 1,
        None => 0,
    }
}

impl Stamp {
    fn of(alike: Alike) -> Stamp {
        let (mut name_and_kind, mut attributes, mut own) = (Vec::new(), Vec::new(), Vec::new());
        field::bytes(&mut name_and_kind, number::NAME, alike.operation.name.as_bytes());
        field::whole(&mut name_and_kind, number::KIND, INTERNAL);
        alike.attributes(&mut Written { out: &mut attributes, field: number::ATTRIBUTES });
        status(&mut own, alike.is_error().then_some(alike.reason));
        Stamp { name_and_kind, attributes, status: own, plain: Default::default() }
    }

    /// Writes everything that a span can say.
    fn write(&self, span: &Span<'_>, calibration: Calibration, out: &mut Vec<u8>) {
        field::message(out, number::SPANS, USUAL, |out| {
            field::bytes(out, number::TRACE_ID, &span.trace.to_be_bytes());
            field::bytes(out, number::SPAN_ID, &span.span.to_be_bytes());
            if let Some(parent) = span.parent {
                field::bytes(out, number::PARENT_SPAN_ID, &parent.span.to_be_bytes());
            }
            out.extend_from_slice(&self.name_and_kind);
            field::fixed64(out, number::START, calibration.unix_nanos(span.started));
            field::fixed64(out, number::END, calibration.unix_nanos(span.ended));
            out.extend_from_slice(&self.attributes);
            span.attributes(&mut Written { out, field: number::ATTRIBUTES });
            events(span, calibration, out);
            match span.detail() {
                Some(detail) => status(out, Some(detail)),
                None => out.extend_from_slice(&self.status),
            }
            let is_remote = span.parent.is_some_and(|parent| parent.is_outer);
            let flags = SAMPLED | HAS_IS_REMOTE | if is_remote { IS_REMOTE } else { 0 };
            field::fixed32(out, number::FLAGS, flags);
        });
    }

    /// Puts the numbers of this span where the first plain one has its own. Up to the times, everything has the same length on
    /// each of them.
    fn renumber(&self, span: &Span<'_>, calibration: Calibration, plain: &mut [u8]) {
        let length = plain.iter().skip(1).take_while(|byte| **byte >= 0x80).count() + 1;
        let mut at = 1 + length;
        let mut put = |before: usize, number: &[u8]| {
            at += before;
            if let Some(place) = plain.get_mut(at..at + number.len()) {
                place.copy_from_slice(number);
            }
            at += number.len();
        };
        // Before an identifier are its tag and its length, before a time is its tag.
        put(2, &span.trace.to_be_bytes());
        put(2, &span.span.to_be_bytes());
        if let Some(parent) = span.parent {
            put(2, &parent.span.to_be_bytes());
        }
        put(self.name_and_kind.len() + 1, &calibration.unix_nanos(span.started).to_le_bytes());
        put(1, &calibration.unix_nanos(span.ended).to_le_bytes());
    }
}

fn events(span: &Span<'_>, calibration: Calibration, out: &mut Vec<u8>) {
    for happening in span.happenings(calibration) {
        field::message(out, number::EVENTS, USUAL, |out| {
            field::fixed64(out, number::event::TIME, calibration.unix_nanos(happening.at));
            field::bytes(out, number::event::NAME, happening.name().as_bytes());
            happening.attributes(&mut Written { out, field: number::event::ATTRIBUTES });
        });
    }
}

/// A status: empty, or an error with what is to be said about it.
fn status(out: &mut Vec<u8>, error: Option<&str>) {
    field::message(out, number::STATUS, 1, |out| {
        if let Some(message) = error {
            field::bytes(out, number::status::MESSAGE, message.as_bytes());
            field::whole(out, number::status::CODE, ERROR);
        }
    });
}
