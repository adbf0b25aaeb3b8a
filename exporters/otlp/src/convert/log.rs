//! Events and divergences as log records.

use std::time::SystemTime;

use candor::Calibration;
use candor::model::{Divergence, Kept, KeptBody, KeptLine, Level, LineKind};
use opentelemetry::logs::{LogRecord as _, Severity};
use opentelemetry::trace::TraceFlags;
use opentelemetry_sdk::logs::SdkLogRecord;

use super::span::place;
use super::{Attributes as _, Term, code, divergence, fields, tree};

/// A log record with the name of its operation.
pub(crate) type Said = (&'static str, SdkLogRecord);

/// Makes empty records: only a logger can.
type Blank<'a> = &'a dyn Fn() -> SdkLogRecord;

/// Whether an operation has any records.
pub(crate) fn has_logs(kept: &Kept) -> bool {
    !kept.lines.is_empty() || !kept.divergences.is_empty()
}

/// The records of an operation: its events, its divergences and, if `lines` says so, its log lines.
pub(crate) fn logs(kept: &Kept, calibration: Calibration, lines: bool, blank: Blank<'_>) -> Vec<Said> {
    let mut all = Vec::new();
    let name = kept.operation.name;
    if !kept.late {
        // Also those of the children that are exported with it; theirs carry its span.
        let own = tree::Tree::of(kept);
        let mut said: Vec<&KeptLine> = Vec::new();
        gather(&own, &mut said);
        said.sort_by_key(|line| line.at);
        all.extend(said.into_iter().filter_map(|line| record(line, calibration, lines, blank)));
    }
    all.extend(
        kept.divergences
            .iter()
            .map(|found| of_divergence(found, calibration.wall(kept.ended), found.count, blank())),
    );
    let (trace, span) = place(kept.link);
    for record in &mut all {
        record.set_trace_context(trace, span, Some(TraceFlags::SAMPLED));
        record.put("candor.operation", Term::Word(name));
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
    record.put("candor.operation", Term::Word(found.operation));
    (found.operation, record)
}

fn record(line: &KeptLine, calibration: Calibration, lines: bool, blank: Blank<'_>) -> Option<SdkLogRecord> {
    let mut record = match &line.body {
        KeptBody::Event { meta, values } => {
            let mut record = blank();
            record.set_event_name(meta.name);
            record.set_target(meta.target);
            record.set_severity_number(Severity::Info);
            record.set_severity_text("INFO");
            record.set_body(meta.name.into());
            record.put("otel.event.name", Term::Word(meta.name));
            fields(meta.fields, values, &mut record);
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
    record.set_timestamp(calibration.wall(line.at));
    record.set_observed_timestamp(calibration.wall(line.at));
    if let Some(site) = &line.site {
        code(site, &mut record);
    }
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
    record.put("otel.event.name", Term::Word("candor.divergence"));
    record.put("candor.outcome", Term::Word(found.outcome.class.as_str()));
    record.put_count("candor.divergence.count", count);
    divergence(found, &mut record);
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
