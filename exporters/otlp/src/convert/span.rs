//! An operation as spans: its own, and those of its children that are still in hand.

use candor::Calibration;
use candor::model::{Brief, Class, Kept, KeptLine, Link, Operation, Parent};
use opentelemetry::InstrumentationScope;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::tree::{Child, Tree};
use super::{Attributes, Happening, Term, code, error_type, happenings, outcome, own};
use crate::join;

/// What is the same for all calls of an operation that ended alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alike {
    pub(crate) operation: &'static Operation,
    pub(crate) class: Class,
    pub(crate) reason: &'static str,
    /// Why they are exported.
    pub(crate) kept: &'static str,
}

/// A span before it is written.
pub(crate) struct Span<'a> {
    pub(crate) alike: Alike,
    pub(crate) trace: u128,
    pub(crate) span: u64,
    pub(crate) parent: Option<Parent>,
    /// Its ticks.
    pub(crate) started: u64,
    pub(crate) ended: u64,
    lines: &'a [&'a KeptLine],
    /// The whole operation, if this is its own span, not that of a child, and there is more to say.
    kept: Option<&'a Kept>,
}

/// Gives the spans of an operation, its own first, unless it is another tracer's. Children get numbers by `fresh`.
///
/// `events` says whether those of the domain are told in spans.
pub(crate) fn each(kept: &Kept, events: bool, fresh: &mut dyn FnMut() -> u64, to: &mut dyn FnMut(&Span<'_>)) {
    if kept.late {
        return;
    }
    if kept.lines.is_empty() && !kept.foreign {
        return to(&Span::of(kept, &[]));
    }
    let tree = if events { Tree::of(kept) } else { Tree::of(kept).without_events() };
    if !kept.foreign {
        to(&Span::of(kept, &tree.lines));
    }
    children(&tree.children, kept.link, fresh, to);
}

fn children(all: &[Child<'_>], parent: Link, fresh: &mut dyn FnMut() -> u64, to: &mut dyn FnMut(&Span<'_>)) {
    for child in all {
        let own = fresh();
        let Child { operation, class, reason, started, ended, ref inside } = *child;
        to(&Span {
            alike: Alike { operation, class, reason, kept: "child" },
            trace: parent.trace,
            span: own,
            parent: real(Parent { span: parent.span, is_outer: false }),
            started,
            ended,
            lines: &inside.lines,
            kept: None,
        });
        children(&inside.children, Link { span: own, ..parent }, fresh, to);
    }
}

impl Alike {
    pub(crate) fn attributes(self, to: &mut impl Attributes) {
        outcome(self.operation.name, self.class, self.reason, to);
        to.put("candor.kept", Term::Word(self.kept));
        code(&self.operation.site, to);
        if let Some(reason) = error_type(self.class, self.reason) {
            to.put("error.type", Term::Word(reason));
        }
    }

    /// Only a technical failure is an error: a refusal is an answer.
    pub(crate) fn is_error(self) -> bool {
        matches!(self.class, Class::Failed | Class::Abandoned)
    }
}

/// A span without a number is none.
fn real(parent: Parent) -> Option<Parent> {
    (parent.span != 0).then_some(parent)
}

impl<'a> Span<'a> {
    fn of(kept: &'a Kept, lines: &'a [&'a KeptLine]) -> Span<'a> {
        let (class, reason) = (kept.outcome.class, kept.outcome.reason);
        Span {
            alike: Alike { operation: kept.operation, class, reason, kept: kept.why.as_str() },
            trace: kept.link.trace,
            span: kept.link.span,
            parent: kept.parent.and_then(real),
            started: kept.started,
            ended: kept.ended,
            lines,
            kept: Some(kept),
        }
    }

    pub(crate) fn of_brief(brief: &Brief) -> Span<'static> {
        let (operation, kept) = (brief.operation, brief.why.as_str());
        Span {
            alike: Alike { operation, class: Class::Fulfilled, reason: "", kept },
            trace: brief.trace,
            span: brief.span,
            parent: brief.parent(),
            started: brief.started,
            ended: brief.ended,
            lines: &[],
            kept: None,
        }
    }

    /// Whether it says nothing beyond its numbers and what all that ended alike say.
    pub(crate) fn is_plain(&self) -> bool {
        let says_nothing = |kept: &Kept| {
            kept.key.is_none()
                && kept.omitted == 0
                && kept.divergences.is_empty()
                && kept.outcome.detail.is_none()
        };
        self.lines.is_empty() && self.kept.is_none_or(says_nothing)
    }

    /// The attributes of this very span.
    pub(crate) fn attributes(&self, to: &mut impl Attributes) {
        if let Some(kept) = self.kept {
            own(kept, to);
        }
    }

    /// What its error said, if it is in error and said more than its reason.
    pub(crate) fn detail(&self) -> Option<&str> {
        self.kept.filter(|_| self.alike.is_error())?.outcome.detail.as_deref()
    }

    /// What happened in it, in order of time.
    pub(crate) fn happenings(&self, calibration: Calibration) -> Vec<Happening<'a>> {
        let mut all = happenings(self.started, self.lines, self.kept);
        all.sort_by_key(|happening| calibration.unix_nanos(happening.at));
        all
    }
}

/// A span as the SDK has it.
pub(crate) fn data(span: &Span<'_>, scope: &InstrumentationScope, calibration: Calibration) -> SpanData {
    let mut attributes = Vec::new();
    span.alike.attributes(&mut attributes);
    span.attributes(&mut attributes);
    let mut events = SpanEvents::default();
    events.events =
        span.happenings(calibration).into_iter().map(|happening| happening.event(calibration)).collect();
    let status = if span.alike.is_error() {
        Status::error(span.detail().unwrap_or(span.alike.reason).to_owned())
    } else {
        Status::Unset
    };
    SpanData {
        span_context: SpanContext::new(
            join::trace_id(span.trace),
            join::span_id(span.span),
            // It is exported, so it is sampled, whatever was decided when the trace began.
            TraceFlags::SAMPLED,
            false,
            TraceState::default(),
        ),
        parent_span_id: span.parent.map_or(SpanId::INVALID, |parent| join::span_id(parent.span)),
        parent_span_is_remote: span.parent.is_some_and(|parent| parent.is_outer),
        span_kind: SpanKind::Internal,
        name: span.alike.operation.name.into(),
        start_time: calibration.wall(span.started),
        end_time: calibration.wall(span.ended),
        attributes,
        dropped_attributes_count: 0,
        events,
        links: SpanLinks::default(),
        status,
        instrumentation_scope: scope.clone(),
    }
}

/// Where a log record belongs.
pub(super) fn place(link: Link) -> (opentelemetry::trace::TraceId, SpanId) {
    (join::trace_id(link.trace), join::span_id(link.span))
}
