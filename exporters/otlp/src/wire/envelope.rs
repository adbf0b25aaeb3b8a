//! What stands around the spans of a request: the message `ExportTraceServiceRequest` with one resource and one scope. And
//! around log records: `ExportLogsServiceRequest` has the same shape under the same numbers, with a scope for each module.

use std::borrow::Cow;

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
    /// That of spans, with its name as it stands, and as bytes.
    named: InstrumentationScope,
    scope: Vec<u8>,
}

impl Envelope {
    pub(crate) fn new(resource: &Resource, scope: &InstrumentationScope) -> Envelope {
        let around = group_spans_by_resource_and_scope(Vec::new(), &resource.into());
        let resource = around.first().map(ResourceSpans::encode_to_vec).unwrap_or_default();
        Envelope { resource, named: scope.clone(), scope: encoded(scope, None) }
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

    /// A body of these log records, each with the module that speaks, if that is known.
    pub(crate) fn of_logs<'a>(
        &self,
        records: impl Iterator<Item = (Option<&'static str>, &'a [u8])>,
    ) -> Bytes {
        let mut scopes: Vec<(Option<&'static str>, Vec<u8>)> = Vec::new();
        for (target, record) in records {
            let target = target.filter(|target| *target != self.named.name());
            match scopes.iter_mut().find(|(known, _)| *known == target) {
                Some((_, scope)) => scope.extend_from_slice(record),
                None => scopes.push((target, [&encoded(&self.named, target), record].concat())),
            }
        }
        let heads: Vec<Vec<u8>> = scopes.iter().map(|(_, scope)| head(SCOPE_SPANS, scope.len())).collect();
        let within: usize =
            heads.iter().map(Vec::len).chain(scopes.iter().map(|(_, scope)| scope.len())).sum();
        let mut body = head(RESOURCE_SPANS, self.resource.len() + within);
        body.reserve_exact(self.resource.len() + within);
        body.extend_from_slice(&self.resource);
        for (head, (_, scope)) in heads.iter().zip(&scopes) {
            body.extend_from_slice(head);
            body.extend_from_slice(scope);
        }
        body.into()
    }
}

/// A scope without what is in it; it may go by another name.
fn encoded(scope: &InstrumentationScope, name: Option<&'static str>) -> Vec<u8> {
    let schema_url = scope.schema_url().unwrap_or_default().to_owned();
    let scope = Some((scope, name.map(Cow::Borrowed)).into());
    ScopeSpans { scope, spans: Vec::new(), schema_url }.encode_to_vec()
}

fn head(tag: u8, of: usize) -> Vec<u8> {
    let (length, taken) = length(of);
    let mut head = vec![tag];
    head.extend(length.iter().take(taken));
    head
}
