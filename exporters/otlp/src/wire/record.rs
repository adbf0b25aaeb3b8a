//! A log record as bytes: the message `LogRecord` of `opentelemetry/proto/logs/v1/logs.proto`, as a field of `ScopeLogs`.

use super::field::{self, Written};
use crate::convert::{Log, Term};

/// The numbers of fields.
mod number {
    pub(super) const LOG_RECORDS: u32 = 2;
    pub(super) const TIME: u32 = 1;
    pub(super) const SEVERITY_NUMBER: u32 = 2;
    pub(super) const SEVERITY_TEXT: u32 = 3;
    pub(super) const BODY: u32 = 5;
    pub(super) const ATTRIBUTES: u32 = 6;
    pub(super) const FLAGS: u32 = 8;
    pub(super) const TRACE_ID: u32 = 9;
    pub(super) const SPAN_ID: u32 = 10;
    pub(super) const OBSERVED_TIME: u32 = 11;
    pub(super) const EVENT_NAME: u32 = 12;
}

/// The flags of a record whose span is exported.
const SAMPLED: u32 = 0x1;

/// How many bytes the length of a record usually takes.
const USUAL: usize = 2;

/// Appends a log record.
pub(crate) fn write_log(log: &Log<'_>, out: &mut Vec<u8>) {
    field::message(out, number::LOG_RECORDS, USUAL, |out| {
        let (severity, level) = log.severity();
        field::fixed64(out, number::TIME, log.at);
        field::fixed64(out, number::OBSERVED_TIME, log.at);
        // The numbers are those of OTLP.
        field::whole(out, number::SEVERITY_NUMBER, severity as u64);
        field::bytes(out, number::SEVERITY_TEXT, level.as_bytes());
        field::value(out, number::BODY, Term::Text(&log.body()));
        log.attributes(&mut Written { out, field: number::ATTRIBUTES });
        if let Some(link) = log.link {
            field::fixed32(out, number::FLAGS, SAMPLED);
            field::bytes(out, number::TRACE_ID, &link.trace.to_be_bytes());
            field::bytes(out, number::SPAN_ID, &link.span.to_be_bytes());
        }
        if let Some(name) = log.event_name() {
            field::bytes(out, number::EVENT_NAME, name.as_bytes());
        }
    });
}
