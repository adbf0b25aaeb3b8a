//! A span as bytes: the message `Span` of `opentelemetry/proto/trace/v1/trace.proto`, as a field of `ScopeSpans`.

use candor::Calibration;
use candor::model::Class;

use super::field::{self, Written};
use crate::convert::{Alike, Span};
use crate::mix::{Place, Table, place};

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
    stamps: Table<Key, Stamp>,
}

/// What is the same on all spans of an operation that ended alike, written down.
struct Stamp {
    name_and_kind: Vec<u8>,
    attributes: Vec<u8>,
    status: Vec<u8>,
}

/// What a stamp is found by: where the operation and the words stand in the program.
type Key = (usize, Class, Place, Place);

fn key(alike: Alike) -> Key {
    let operation = std::ptr::from_ref(alike.operation).addr();
    (operation, alike.class, place(alike.reason), place(alike.kept))
}

impl Encoder {
    /// Appends a span.
    pub(crate) fn write(&mut self, span: &Span<'_>, calibration: Calibration, out: &mut Vec<u8>) {
        if self.stamps.len() >= STAMPS {
            self.stamps.clear();
        }
        let stamp = self.stamps.entry(key(span.alike)).or_insert_with(|| Stamp::of(span.alike));
        field::message(out, number::SPANS, USUAL, |out| {
            field::bytes(out, number::TRACE_ID, &span.trace.to_be_bytes());
            field::bytes(out, number::SPAN_ID, &span.span.to_be_bytes());
            if let Some(parent) = span.parent.filter(|parent| parent.span != 0) {
                field::bytes(out, number::PARENT_SPAN_ID, &parent.span.to_be_bytes());
            }
            out.extend_from_slice(&stamp.name_and_kind);
            field::fixed64(out, number::START, calibration.unix_nanos(span.started));
            field::fixed64(out, number::END, calibration.unix_nanos(span.ended));
            out.extend_from_slice(&stamp.attributes);
            span.attributes(&mut Written { out, field: number::ATTRIBUTES });
            events(span, calibration, out);
            match span.detail() {
                Some(detail) => status(out, Some(detail)),
                None => out.extend_from_slice(&stamp.status),
            }
            let is_remote = span.parent.is_some_and(|parent| parent.is_outer);
            let flags = SAMPLED | HAS_IS_REMOTE | if is_remote { IS_REMOTE } else { 0 };
            field::fixed32(out, number::FLAGS, flags);
        });
    }
}

impl Stamp {
    fn of(alike: Alike) -> Stamp {
        let (mut name_and_kind, mut attributes, mut own) = (Vec::new(), Vec::new(), Vec::new());
        field::bytes(&mut name_and_kind, number::NAME, alike.operation.name.as_bytes());
        field::whole(&mut name_and_kind, number::KIND, INTERNAL);
        alike.attributes(&mut Written { out: &mut attributes, field: number::ATTRIBUTES });
        status(&mut own, alike.is_error().then_some(alike.reason));
        Stamp { name_and_kind, attributes, status: own }
    }
}

fn events(span: &Span<'_>, calibration: Calibration, out: &mut Vec<u8>) {
    for happening in span.happenings(calibration) {
        field::message(out, number::EVENTS, USUAL, |out| {
            field::fixed64(out, number::event::TIME, calibration.unix_nanos(happening.at()));
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
