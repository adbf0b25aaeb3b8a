//! Events and divergences as log records.

use std::time::SystemTime;

use candor::Timeline;
use candor::model::{Divergence, Kept, KeptBody, KeptLine, Level, LineKind};
use opentelemetry::logs::{AnyValue, LogRecord as _, Severity};
use opentelemetry::trace::TraceFlags;
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::logs::SdkLogRecord;

use super::span::place;
use super::{code, divergence, fields, tree};

/// A log record with the name of its operation.
pub(crate) type Said = (&'static str, SdkLogRecord);

/// Makes empty records: only a logger can.
type Blank<'a> = &'a dyn Fn() -> SdkLogRecord;

/// The records of an operation: its events, its divergences and, if `lines` says so, its log lines.
pub(crate) fn logs(kept: &Kept, timeline: &Timeline, lines: bool, blank: Blank<'_>) -> Vec<Said> {
    let mut all = Vec::new();
    let name = kept.operation.name;
    if !kept.late {
        // Also those of the children that are exported with it; theirs carry its span.
        let own = tree::Tree::of(kept);
        let mut said: Vec<&KeptLine> = Vec::new();
        gather(&own, &mut said);
        said.sort_by_key(|line| line.at);
        all.extend(said.into_iter().filter_map(|line| record(line, timeline, lines, blank)));
    }
    all.extend(
        kept.divergences
            .iter()
            .map(|found| of_divergence(found, timeline.wall(kept.ended), found.count, blank())),
    );
    let (trace, span) = place(kept.link);
    for record in &mut all {
        record.set_trace_context(trace, span, Some(TraceFlags::SAMPLED));
        record.add_attribute("candor.operation", name);
    }
    all.into_iter().map(|record| (name, record)).collect()
}

fn gather<'a>(tree: &tree::Tree<'a>, said: &mut Vec<&'a KeptLine>) {
    said.extend(&tree.lines);
    tree.children.iter().for_each(|child| gather(&child.inside, said));
}

/// A divergence of the run or of the process: it belongs to no operation that was exported.
pub(crate) fn of_process(found: &Divergence, count: u64, at: SystemTime, blank: Blank<'_>) -> Said {
    let mut record = of_divergence(found, at, count, blank());
    record.add_attribute("candor.operation", found.operation);
    (found.operation, record)
}

fn record(line: &KeptLine, timeline: &Timeline, lines: bool, blank: Blank<'_>) -> Option<SdkLogRecord> {
    let mut record = match &line.body {
        KeptBody::Event { meta, values } => {
            let mut record = blank();
            record.set_event_name(meta.name);
            record.set_target(meta.target);
            record.set_severity_number(Severity::Info);
            record.set_severity_text("INFO");
            record.set_body(meta.name.into());
            record.add_attribute("otel.event.name", meta.name);
            add(&mut record, fields(meta.fields, values));
            record
        }
        KeptBody::Words { kind: LineKind::Log, text } if lines => {
            let mut record = blank();
            let (severity, level, message) = severity(text);
            record.set_severity_number(severity);
            record.set_severity_text(level);
            record.set_body(message.to_owned().into());
            record
        }
        _ => return None,
    };
    record.set_timestamp(timeline.wall(line.at));
    record.set_observed_timestamp(timeline.wall(line.at));
    add(&mut record, line.site.iter().flat_map(code));
    Some(record)
}

fn of_divergence(found: &Divergence, at: SystemTime, count: u64, mut record: SdkLogRecord) -> SdkLogRecord {
    let (severity, level) = match found.level {
        Level::Violation => (Severity::Error, "ERROR"),
        Level::Suspicion => (Severity::Warn, "WARN"),
    };
    record.set_event_name("candor.divergence");
    record.set_severity_number(severity);
    record.set_severity_text(level);
    record.set_timestamp(at);
    record.set_observed_timestamp(at);
    record.set_body(format!("{} in `{}`: {}", found.code.title(), found.operation, found.observed).into());
    record.add_attribute("otel.event.name", "candor.divergence");
    record.add_attribute("candor.outcome", found.outcome.class.as_str());
    record.add_attribute("candor.divergence.count", i64::try_from(count).unwrap_or(i64::MAX));
    add(&mut record, divergence(found).into_iter());
    record
}

/// The level stands in front of the text of a line.
fn severity(text: &str) -> (Severity, &'static str, &str) {
    let levels = [
        (Severity::Error, "ERROR"),
        (Severity::Warn, "WARN"),
        (Severity::Info, "INFO"),
        (Severity::Debug, "DEBUG"),
        (Severity::Trace, "TRACE"),
    ];
    for (severity, level) in levels {
        if let Some(message) = text.strip_prefix(level) {
            return (severity, level, message.trim_start());
        }
    }
    (Severity::Info, "INFO", text)
}

fn add(record: &mut SdkLogRecord, attributes: impl Iterator<Item = KeyValue>) {
    for KeyValue { key, value, .. } in attributes {
        record.add_attribute(key, any(value));
    }
}

fn any(value: Value) -> AnyValue {
    match value {
        Value::Bool(v) => v.into(),
        Value::I64(v) => v.into(),
        Value::F64(v) => v.into(),
        Value::Array(Array::String(all)) => all.into_iter().collect(),
        other => other.to_string().into(),
    }
}
