//! Spans and log records as the bytes of OTLP, written where they are sent from: no list of attributes, no tree of messages between an
//! operation and its request.
//!
//! What they say is the affair of `convert`; here is only how it is written down. What is the same on all spans of an
//! operation that ended alike is written once and copied from then on.
//!
//! **Invariant:** nothing here does I/O, reads a clock or draws a random number.

mod encoder;
mod envelope;
mod field;
mod record;

pub(crate) use encoder::Encoder;
pub(crate) use envelope::Envelope;
pub(crate) use record::write_log;

#[cfg(test)]
mod tests;
