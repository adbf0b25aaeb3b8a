//! An operation as a span, with those of its children that are still in hand.

use candor::Timeline;
use candor::model::{Class, Kept, Link};
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator, SpanData, SpanEvents, SpanLinks};

use super::tree::{Child, Tree};
use super::{attributes, code, divergence_events, error_type, event, outcome};
use crate::join;

/// Where the spans of one operation are made.
struct Forge<'a> {
    trace: u128,
    scope: &'a InstrumentationScope,
    timeline: &'a Timeline,
    spans: Vec<(&'static str, SpanData)>,
}

/// The spans of an operation, each with the name of its operation: its own first, unless it is another tracer's.
pub(crate) fn spans(
    kept: &Kept,
    scope: &InstrumentationScope,
    timeline: &Timeline,
) -> Vec<(&'static str, SpanData)> {
    if kept.late {
        return Vec::new();
    }
    let tree = Tree::of(kept);
    let mut forge = Forge { trace: kept.link.trace, scope, timeline, spans: Vec::new() };
    if !kept.foreign {
        forge.operation(kept, &tree);
    }
    forge.children(tree.children, join::span_id(kept.link.span));
    forge.spans
}

impl Forge<'_> {
    fn operation(&mut self, kept: &Kept, tree: &Tree<'_>) {
        let parent = kept.parent.map_or(SpanId::INVALID, |parent| join::span_id(parent.span));
        let mut span = self.span(kept.operation.name, join::span_id(kept.link.span), parent);
        span.parent_span_is_remote = kept.parent.is_some_and(|parent| parent.is_outer);
        (span.start_time, span.end_time) = (self.timeline.wall(kept.started), self.timeline.wall(kept.ended));
        span.attributes = attributes(kept);
        span.attributes.extend(code(&kept.operation.site));
        if let Some(reason) = error_type(&kept.outcome) {
            span.attributes.push(KeyValue::new("error.type", reason));
        }
        span.status =
            status(kept.outcome.class, kept.outcome.detail.as_deref().unwrap_or(kept.outcome.reason));
        let own = tree.lines.iter().filter_map(|line| event(line, self.timeline));
        span.events = events(own.chain(divergence_events(kept, self.timeline)));
        self.spans.push((kept.operation.name, span));
    }

    fn children(&mut self, children: Vec<Child<'_>>, parent: SpanId) {
        for child in children {
            let own = RandomIdGenerator::default().new_span_id();
            let mut span = self.span(child.operation.name, own, parent);
            (span.start_time, span.end_time) =
                (self.timeline.wall(child.started), self.timeline.wall(child.ended));
            span.attributes = outcome(child.operation.name, child.class, child.reason);
            span.attributes.push(KeyValue::new("candor.kept", "child"));
            span.attributes.extend(code(&child.operation.site));
            span.status = status(child.class, child.reason);
            if matches!(child.class, Class::Failed | Class::Abandoned) {
                span.attributes.push(KeyValue::new("error.type", child.reason));
            }
            span.events = events(child.inside.lines.iter().filter_map(|line| event(line, self.timeline)));
            self.spans.push((child.operation.name, span));
            self.children(child.inside.children, own);
        }
    }

    fn span(&self, name: &'static str, own: SpanId, parent: SpanId) -> SpanData {
        let now = self.timeline.wall(0);
        SpanData {
            span_context: SpanContext::new(
                join::trace_id(self.trace),
                own,
                // It is exported, so it is sampled, whatever was decided when the trace began.
                TraceFlags::SAMPLED,
                false,
                TraceState::default(),
            ),
            parent_span_id: parent,
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: name.into(),
            start_time: now,
            end_time: now,
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: self.scope.clone(),
        }
    }
}

/// Only a technical failure is an error: a refusal is an answer.
fn status(class: Class, why: &str) -> Status {
    match class {
        Class::Failed | Class::Abandoned => Status::error(why.to_owned()),
        Class::Fulfilled | Class::Refused => Status::Unset,
    }
}

fn events(all: impl Iterator<Item = opentelemetry::trace::Event>) -> SpanEvents {
    let mut events = SpanEvents::default();
    events.events = all.collect();
    events.events.sort_by_key(|event| event.timestamp);
    events
}

/// Where a log record belongs.
pub(super) fn place(link: Link) -> (opentelemetry::trace::TraceId, SpanId) {
    (join::trace_id(link.trace), join::span_id(link.span))
}
