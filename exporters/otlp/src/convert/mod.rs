//! Operations as OpenTelemetry has them: attributes and events here, spans and log records in rooms of their own.

mod log;
mod span;
mod tree;

pub(crate) use log::{Said, logs, of_process};
pub(crate) use span::spans;

use candor::Timeline;
use candor::model::{
    Class, Code, Divergence, Kept, KeptBody, KeptLine, Level, LineKind, Outcome, Site, Value,
};
use opentelemetry::trace::Event;
use opentelemetry::{Array, KeyValue, StringValue, Value as Attribute};

use tree::Tree;

/// The name of the instrumentation scope.
pub(crate) const SCOPE: &str = "candor";

fn attribute(value: &Value) -> Attribute {
    match value {
        Value::Bool(v) => Attribute::Bool(*v),
        Value::I64(v) => Attribute::I64(*v),
        // OTLP has signed numbers of 64 bits only; what does not fit stays exact as text.
        Value::U64(v) => i64::try_from(*v).map_or_else(|_| v.to_string().into(), Attribute::I64),
        Value::I128(v) => i64::try_from(*v).map_or_else(|_| v.to_string().into(), Attribute::I64),
        Value::F64(v) => Attribute::F64(*v),
        other => other.to_string().into(),
    }
}

/// Where something stands in the source, by the semantic conventions for code.
fn code(site: &Site) -> Vec<KeyValue> {
    if !site.is_known() {
        return Vec::new();
    }
    let mut all = vec![
        KeyValue::new("code.file.path", site.file),
        KeyValue::new("code.line.number", i64::from(site.line)),
    ];
    if !site.function.is_empty() {
        all.push(KeyValue::new("code.function.name", site.function));
    }
    all
}

/// `error.type`: only for an operation that failed or was abandoned, and the same value that its metric has as `reason`.
pub(crate) fn error_type(outcome: &Outcome) -> Option<&'static str> {
    let is_failure = matches!(outcome.class, Class::Failed | Class::Abandoned);
    is_failure.then_some(if outcome.reason.is_empty() { "_OTHER" } else { outcome.reason })
}

/// What candor says about an operation.
pub(crate) fn attributes(kept: &Kept) -> Vec<KeyValue> {
    let mut all = outcome(kept.operation.name, kept.outcome.class, kept.outcome.reason);
    all.push(KeyValue::new("candor.kept", kept.why.as_str()));
    if let Some(key) = &kept.key {
        all.push(KeyValue::new("candor.key", attribute(key)));
    }
    if kept.omitted > 0 {
        all.push(KeyValue::new("candor.omitted", i64::try_from(kept.omitted).unwrap_or(i64::MAX)));
    }
    if let Some(worst) = kept.divergences.iter().min_by_key(|found| (found.level, found.code.as_str())) {
        all.push(KeyValue::new("candor.divergence.code", worst.code.as_str()));
        all.push(KeyValue::new("candor.divergence.level", level(worst.level)));
    }
    if kept.divergences.len() > 1 {
        all.push(KeyValue::new("candor.divergence.codes", codes(&kept.divergences)));
    }
    all
}

fn outcome(operation: &'static str, class: Class, reason: &'static str) -> Vec<KeyValue> {
    let mut all =
        vec![KeyValue::new("candor.operation", operation), KeyValue::new("candor.outcome", class.as_str())];
    if !reason.is_empty() {
        all.push(KeyValue::new("candor.reason", reason));
    }
    all
}

/// Each code once, in order.
fn codes(found: &[Divergence]) -> Attribute {
    let mut codes: Vec<Code> = found.iter().map(|found| found.code).collect();
    codes.sort_unstable_by_key(|code| code.as_str());
    codes.dedup();
    Attribute::Array(Array::String(codes.iter().map(|code| StringValue::from(code.as_str())).collect()))
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Violation => "violation",
        Level::Suspicion => "suspicion",
    }
}

/// What is said of a divergence, on a span event and on a log record.
fn divergence(found: &Divergence) -> Vec<KeyValue> {
    let mut all = vec![
        KeyValue::new("candor.divergence.code", found.code.as_str()),
        KeyValue::new("candor.divergence.name", found.code.name()),
        KeyValue::new("candor.divergence.level", level(found.level)),
        KeyValue::new("candor.divergence.expected", found.expected.clone()),
        KeyValue::new("candor.divergence.observed", found.observed.clone()),
    ];
    if !found.intent.is_empty() {
        all.push(KeyValue::new("candor.divergence.intent", found.intent.clone()));
    }
    let said = |words: Vec<String>| {
        Attribute::Array(Array::String(words.into_iter().map(StringValue::from).collect()))
    };
    if !found.evidence.is_empty() {
        let evidence = found.evidence.iter().map(ToString::to_string).collect();
        all.push(KeyValue::new("candor.divergence.evidence", said(evidence)));
    }
    if !found.help.is_empty() {
        all.push(KeyValue::new("candor.divergence.help", said(found.help.clone())));
    }
    all.extend(code(&found.site));
    all
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
fn fields(names: &'static [&'static str], values: &[Value]) -> impl Iterator<Item = KeyValue> {
    names.iter().zip(values).map(|(name, value)| KeyValue::new(*name, attribute(value)))
}

/// A line as an event of its span; `None` for a child, which is a span itself.
fn event(line: &KeptLine, timeline: &Timeline) -> Option<Event> {
    let (name, mut attributes) = match &line.body {
        KeptBody::Child { .. } => return None,
        KeptBody::Event { meta, values } => {
            let mut all = vec![KeyValue::new("candor.kind", "event")];
            all.extend(fields(meta.fields, values));
            (meta.name, all)
        }
        KeptBody::Change { place, from, to } => {
            let mut all = vec![KeyValue::new("candor.kind", "change"), KeyValue::new("candor.place", *place)];
            all.extend(from.as_ref().map(|from| KeyValue::new("candor.from", attribute(from))));
            all.push(KeyValue::new("candor.to", attribute(to)));
            ("change", all)
        }
        KeptBody::Words { kind: of, text } => {
            let all =
                vec![KeyValue::new("candor.kind", kind(*of)), KeyValue::new("candor.text", text.clone())];
            (kind(*of), all)
        }
    };
    attributes.extend(line.site.iter().flat_map(code));
    Some(Event::new(name, timeline.wall(line.at), attributes, 0))
}

/// The divergences of an operation as events at its end.
fn divergence_events(kept: &Kept, timeline: &Timeline) -> impl Iterator<Item = Event> {
    let at = timeline.wall(kept.ended);
    kept.divergences.iter().map(move |found| Event::new("candor.divergence", at, divergence(found), 0))
}

/// Everything that happened in the operation itself, for a span that is somebody else's.
pub(crate) fn own_events(kept: &Kept, timeline: &Timeline) -> Vec<Event> {
    let own = Tree::of(kept).lines;
    own.into_iter()
        .filter_map(|line| event(line, timeline))
        .chain(divergence_events(kept, timeline))
        .collect()
}
