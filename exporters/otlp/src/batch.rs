//! What is sent in one request, and whose it is.

use opentelemetry_http::Bytes;
use opentelemetry_sdk::logs::SdkLogRecord;
use opentelemetry_sdk::trace::SpanData;

/// Spans of one request.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) spans: Spans,
    pub(crate) owners: Owners,
}

/// The spans themselves.
#[derive(Debug)]
pub(crate) enum Spans {
    /// The body of a request that is not sealed yet.
    Open(Vec<u8>),
    /// A body as it is sent, however often.
    Sealed(Bytes),
    /// For exporters that encode.
    Data(Vec<SpanData>),
}

/// A log record with the name of its operation.
pub(crate) type Said = (&'static str, Record);

/// A log record.
#[derive(Debug)]
pub(crate) enum Record {
    /// As it is sent, beside others of the module that speaks, if that is known.
    Bytes { target: Option<&'static str>, bytes: Box<[u8]> },
    /// For an exporter that encodes.
    Data(Box<SdkLogRecord>),
}

/// Whose something is, in order: operations with how many are theirs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owners {
    runs: Vec<(&'static str, u64)>,
    len: usize,
}

impl Owners {
    pub(crate) fn push(&mut self, operation: &'static str) {
        self.len += 1;
        match self.runs.last_mut() {
            Some((last, count)) if std::ptr::eq(*last, operation) => *count += 1,
            _ => self.runs.push((operation, 1)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn each(&self, mut tell: impl FnMut(&'static str, u64)) {
        self.runs.iter().for_each(|&(operation, count)| tell(operation, count));
    }
}

impl Batch {
    pub(crate) fn new(spans: Spans) -> Batch {
        Batch { spans, owners: Owners::default() }
    }

    /// The memory of a body that is needed no more, if nobody else holds it.
    pub(crate) fn into_memory(self) -> Option<Vec<u8>> {
        match self.spans {
            Spans::Open(body) => Some(body),
            Spans::Sealed(mut bytes) if bytes.is_unique() => {
                // Not to nothing: then the memory would be given back.
                bytes.truncate(1);
                Some(bytes.into())
            }
            Spans::Sealed(_) | Spans::Data(_) => None,
        }
    }
}
