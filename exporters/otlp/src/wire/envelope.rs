//! What stands around the spans of a request: the message `ExportTraceServiceRequest` with one resource and one scope.

use opentelemetry::InstrumentationScope;
use opentelemetry_http::Bytes;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use prost::Message as _;

use super::field::length;

/// The field of the resources in a request, and of the scopes in a resource, both with a length.
const RESOURCE_SPANS: u8 = 1 << 3 | 2;
const SCOPE_SPANS: u8 = 2 << 3 | 2;
/// A tag, and the longest length.
const HEAD: usize = 1 + 10;

/// Opens and seals the bodies of requests.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    resource: Vec<u8>,
    scope: Vec<u8>,
}

impl Envelope {
    pub(crate) fn new(resource: &Resource, scope: &InstrumentationScope) -> Envelope {
        let around = group_spans_by_resource_and_scope(Vec::new(), &resource.into());
        let scope = ScopeSpans {
            scope: Some((scope, None).into()),
            spans: Vec::new(),
            schema_url: scope.schema_url().unwrap_or_default().to_owned(),
        };
        let resource = around.first().map(ResourceSpans::encode_to_vec).unwrap_or_default();
        Envelope { resource, scope: scope.encode_to_vec() }
    }

    /// How many bytes are left in front of the spans.
    fn room(&self) -> usize {
        2 * HEAD + self.resource.len() + self.scope.len()
    }

    /// Begins a body in this memory: spans follow.
    pub(crate) fn open(&self, mut memory: Vec<u8>) -> Vec<u8> {
        memory.clear();
        memory.resize(self.room(), 0);
        memory
    }

    /// Writes what stands before the spans, now that its lengths are known.
    pub(crate) fn seal(&self, mut body: Vec<u8>) -> Bytes {
        let spans = body.len().saturating_sub(self.room());
        let scope = head(SCOPE_SPANS, self.scope.len() + spans);
        let resource = head(RESOURCE_SPANS, self.resource.len() + scope.len() + self.scope.len() + spans);
        let front = [resource, self.resource.clone(), scope, self.scope.clone()].concat();
        let unused = self.room().saturating_sub(front.len());
        if let Some(place) = body.get_mut(unused..unused + front.len()) {
            place.copy_from_slice(&front);
        }
        Bytes::from(body).slice(unused..)
    }
}

fn head(tag: u8, of: usize) -> Vec<u8> {
    let (length, taken) = length(of);
    let mut head = vec![tag];
    head.extend(length.iter().take(taken));
    head
}
