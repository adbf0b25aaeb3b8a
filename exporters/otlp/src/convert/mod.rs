//! Operations as OpenTelemetry has them: attributes and events here, spans and log records in rooms of their own.
//!
//! What is said stands here once; whether it becomes the SDK's data or bytes is the affair of whoever takes it.

mod attribute;
mod log;
mod span;
mod tree;

pub(crate) use attribute::{Attributes, Term};
pub(crate) use log::{Log, each_log, log_data};
pub(crate) use span::{Alike, Span, data, each};

use std::borrow::Cow;

use candor::Calibration;
use candor::model::{
    Class, Code, Divergence, Kept, KeptBody, KeptLine, Level, LineKind, Outcome, Site, Value,
};
use opentelemetry::KeyValue;
use opentelemetry::trace::Event;

use tree::Tree;

/// The name of the instrumentation scope.
pub(crate) const SCOPE: &str = "candor";

/// Where something stands in the source, by the semantic conventions for code.
fn code(site: &Site, to: &mut impl Attributes) {
    if !site.is_known() {
        return;
    }
    to.put("code.file.path", Term::Word(site.file));
    to.put("code.line.number", Term::I64(i64::from(site.line)));
    if !site.function.is_empty() {
        to.put("code.function.name", Term::Word(site.function));
    }
}

/// `error.type`: only for an operation that failed or was abandoned, and the same value that its metric has as `reason`.
fn error_type(class: Class, reason: &'static str) -> Option<&'static str> {
    let is_failure = matches!(class, Class::Failed | Class::Abandoned);
    is_failure.then_some(if reason.is_empty() { "_OTHER" } else { reason })
}

/// Why the operation did not end as it means, for a span whose status is somebody else's.
pub(crate) fn trouble(outcome: &Outcome) -> Option<KeyValue> {
    error_type(outcome.class, outcome.reason).map(|reason| KeyValue::new("error.type", reason))
}

/// What candor says about an operation, for a span that is somebody else's.
pub(crate) fn attributes(kept: &Kept) -> Vec<KeyValue> {
    let mut all = Vec::new();
    outcome(kept.operation.name, kept.outcome.class, kept.outcome.reason, &mut all);
    all.put("candor.kept", Term::Word(kept.why.as_str()));
    own(kept, &mut all);
    all
}

fn outcome(operation: &'static str, class: Class, reason: &'static str, to: &mut impl Attributes) {
    to.put("candor.operation", Term::Word(operation));
    to.put("candor.outcome", Term::Word(class.as_str()));
    if !reason.is_empty() {
        to.put("candor.reason", Term::Word(reason));
    }
}

/// What is said of this very call.
fn own(kept: &Kept, to: &mut impl Attributes) {
    if let Some(key) = &kept.key {
        to.put_value("candor.key", key);
    }
    if kept.omitted > 0 {
        to.put_count("candor.omitted", kept.omitted);
    }
    if let Some(worst) = kept.divergences.iter().min_by_key(|found| (found.level, found.code.as_str())) {
        to.put("candor.divergence.code", Term::Word(worst.code.as_str()));
        to.put("candor.divergence.level", Term::Word(level(worst.level)));
    }
    if kept.divergences.len() > 1 {
        to.put("candor.divergence.codes", codes(&kept.divergences));
    }
}

/// Each code once, in order.
fn codes(found: &[Divergence]) -> Term<'static> {
    let mut codes: Vec<Code> = found.iter().map(|found| found.code).collect();
    codes.sort_unstable_by_key(|code| code.as_str());
    codes.dedup();
    Term::Texts(codes.iter().map(|code| Cow::Borrowed(code.as_str())).collect())
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Violation => "violation",
        Level::Suspicion => "suspicion",
    }
}

/// What is said of a divergence, on a span event and on a log record.
fn divergence(found: &Divergence, to: &mut impl Attributes) {
    to.put("candor.divergence.code", Term::Word(found.code.as_str()));
    to.put("candor.divergence.name", Term::Word(found.code.name()));
    to.put("candor.divergence.level", Term::Word(level(found.level)));
    to.put("candor.divergence.expected", Term::Text(&found.expected));
    to.put("candor.divergence.observed", Term::Text(&found.observed));
    if !found.intent.is_empty() {
        to.put("candor.divergence.intent", Term::Text(&found.intent));
    }
    if !found.evidence.is_empty() {
        let evidence = found.evidence.iter().map(|own| Cow::Owned(own.to_string())).collect();
        to.put("candor.divergence.evidence", Term::Texts(evidence));
    }
    if !found.help.is_empty() {
        let help = found.help.iter().map(|own| Cow::Borrowed(own.as_str())).collect();
        to.put("candor.divergence.help", Term::Texts(help));
    }
    code(&found.site, to);
}

fn kind(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Event => "event",
        LineKind::Log => "log",
        LineKind::Error => "error",
        LineKind::Recovered => "recovered",
        LineKind::Child => "child",
        LineKind::Change => "change",
        LineKind::Check => "check",
        LineKind::Task => "task",
        LineKind::End => "end",
    }
}

/// The fields of an event under their own names.
fn fields(names: &'static [&'static str], values: &[Value], to: &mut impl Attributes) {
    names.iter().zip(values).for_each(|(name, value)| to.put_value(name, value));
}

/// What happened at one moment of an operation: an event of its span.
#[derive(Clone, Copy)]
pub(crate) struct Happening<'a> {
    /// The ticks at which it happened.
    pub(crate) at: u64,
    what: What<'a>,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Line(&'a KeptLine),
    Divergence(&'a Divergence),
}

impl Happening<'_> {
    pub(crate) fn name(self) -> &'static str {
        match self.what {
            What::Divergence(_) => "candor.divergence",
            What::Line(line) => match &line.body {
                KeptBody::Event { meta, .. } => meta.name,
                KeptBody::Change { .. } => "change",
                KeptBody::Words { kind: of, .. } => kind(*of),
                // A child is a span itself, so it is in no list of these.
                KeptBody::Child { .. } => kind(LineKind::Child),
            },
        }
    }

    pub(crate) fn attributes(self, to: &mut impl Attributes) {
        let line = match self.what {
            What::Divergence(found) => return divergence(found, to),
            What::Line(line) => line,
        };
        match &line.body {
            KeptBody::Child { .. } => {}
            KeptBody::Event { meta, values } => {
                to.put("candor.kind", Term::Word("event"));
                fields(meta.fields, values, to);
            }
            KeptBody::Change { place, from, to: now } => {
                to.put("candor.kind", Term::Word("change"));
                to.put("candor.place", Term::Word(place));
                if let Some(from) = from {
                    to.put_value("candor.from", from);
                }
                to.put_value("candor.to", now);
            }
            KeptBody::Words { kind: of, text } => {
                to.put("candor.kind", Term::Word(kind(*of)));
                to.put("candor.text", Term::Text(text));
            }
        }
        if let Some(site) = &line.site {
            code(site, to);
        }
    }

    fn event(self, calibration: Calibration) -> Event {
        let mut attributes = Vec::new();
        self.attributes(&mut attributes);
        Event::new(self.name(), calibration.wall(self.at), attributes, 0)
    }
}

/// The lines of a span that began then, and its divergences, in no order.
fn happenings<'a>(started: u64, lines: &[&'a KeptLine], kept: Option<&'a Kept>) -> Vec<Happening<'a>> {
    // A line that bears no time of its own has that of the one before, which may stand in the enclosing call.
    let line = |line: &&'a KeptLine| Happening { at: line.at.max(started), what: What::Line(line) };
    let found = kept.into_iter().flat_map(|kept| {
        let at = kept.ended;
        kept.divergences.iter().map(move |found| Happening { at, what: What::Divergence(found) })
    });
    lines.iter().map(line).chain(found).collect()
}

/// Everything that happened in the operation itself, for a span that is somebody else's.
pub(crate) fn own_events(kept: &Kept, events: bool, calibration: Calibration) -> Vec<Event> {
    let tree = if events { Tree::of(kept) } else { Tree::of(kept).without_events() };
    let own = happenings(kept.started, &tree.lines, Some(kept));
    own.into_iter().map(|happening| happening.event(calibration)).collect()
}
