//! Traces that are not candor's own: the one around an operation, the one that is carried on, and spans that belong to
//! another tracer.

use std::sync::Arc;

use candor::model::{Kept, Link, Operation};
use candor::{Keep, Timeline};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};

use crate::convert;
use crate::sampling::Sampling;

/// The context of the current operation, to be injected into outgoing requests: the trace goes on in the other process.
///
/// Outside of operations, or while candor does not export, it is the current context of OpenTelemetry, which also carries
/// the baggage.
///
/// ```
/// use opentelemetry::propagation::TextMapPropagator as _;
/// use opentelemetry_sdk::propagation::TraceContextPropagator;
///
/// let mut headers = std::collections::HashMap::new();
/// TraceContextPropagator::new().inject_context(&candor_otlp::context(), &mut headers);
/// ```
#[must_use]
pub fn context() -> Context {
    let current = Context::current();
    match candor::link() {
        Some(link) => current.with_remote_span_context(span_context(link)),
        None => current,
    }
}

/// The identifiers as OpenTelemetry has them.
pub(crate) fn span_context(link: Link) -> SpanContext {
    let flags = if link.sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
    SpanContext::new(trace_id(link.trace), span_id(link.span), flags, false, TraceState::default())
}

pub(crate) fn trace_id(trace: u128) -> TraceId {
    TraceId::from_bytes(trace.to_be_bytes())
}

pub(crate) fn span_id(span: u64) -> SpanId {
    SpanId::from_bytes(span.to_be_bytes())
}

/// The span that is current in OpenTelemetry: of `tracing-opentelemetry`, of another tracer, or of a remote caller.
fn outer() -> Option<Link> {
    Context::map_current(|context| {
        let span = context.span();
        let own = span.span_context();
        own.is_valid().then(|| Link {
            trace: u128::from_be_bytes(own.trace_id().to_bytes()),
            span: u64::from_be_bytes(own.span_id().to_bytes()),
            sampled: own.is_sampled(),
        })
    })
}

/// What this exporter wants to see of operations.
pub(crate) struct Keeper {
    pub(crate) sampling: Arc<Sampling>,
    pub(crate) slow_ns: Option<u64>,
    /// Whether events are told in spans.
    pub(crate) events: bool,
}

impl Keep for Keeper {
    fn slow_ns(&self) -> Option<u64> {
        self.slow_ns
    }

    fn has_sampling(&self) -> bool {
        self.sampling.chooses()
    }

    fn has_all(&self) -> bool {
        self.sampling.chooses_all()
    }

    fn is_sampled(&self, operation: &'static Operation) -> bool {
        self.sampling.chooses_now(operation.name, || outer().map(|outer| outer.sampled))
    }

    fn outer(&self) -> Option<Link> {
        outer()
    }

    fn annotate(&self, kept: &Kept, timeline: &Timeline) {
        Context::map_current(|context| {
            let span = context.span();
            if !span.is_recording() {
                return;
            }
            for event in convert::own_events(kept, self.events, timeline.calibration()) {
                span.add_event_with_timestamp(event.name, event.timestamp, event.attributes);
            }
            for attribute in convert::attributes(kept) {
                span.set_attribute(attribute);
            }
            if let Some(attribute) = convert::trouble(&kept.outcome) {
                span.set_attribute(attribute);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_their_order_of_bytes() {
        let link = Link {
            trace: 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c,
            span: 0xb7ad_6b71_6920_3331,
            sampled: true,
        };
        let context = span_context(link);
        assert_eq!(context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(context.span_id().to_string(), "b7ad6b7169203331");
        let _attached = Context::new().with_remote_span_context(context).attach();
        assert_eq!(outer(), Some(link));
    }

    #[test]
    fn without_a_trace_there_is_no_outer_span() {
        assert_eq!(outer(), None);
        assert!(!context().span().span_context().is_valid());
    }
}
