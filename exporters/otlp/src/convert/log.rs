//! Events, divergences and log lines as log records.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use candor::Calibration;
use candor::model::{Divergence, EventMeta, Kept, KeptBody, KeptLine, Level, LineKind, Link};
use opentelemetry::logs::{LogRecord as _, Severity};
use opentelemetry::trace::TraceFlags;
use opentelemetry_sdk::logs::SdkLogRecord;

use super::span::place;
use super::{Attributes, Term, code, divergence, fields, tree};

/// A log record before it is written.
pub(crate) struct Log<'a> {
    /// The operation that it belongs to.
    pub(crate) operation: &'static str,
    /// When it was said, in nanoseconds since 1970.
    pub(crate) at: u64,
    /// Its place in a trace, if it has one.
    pub(crate) link: Option<Link>,
    what: What<'a>,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Event(&'static EventMeta, &'a KeptLine),
    Line(&'a str, &'a KeptLine),
    /// How often it was found, with it.
    Divergence(u64, &'a Divergence),
}

/// Gives the records of an operation: its events, its log lines if `lines` says so, and its divergences.
pub(crate) fn each_log(kept: &Kept, calibration: Calibration, lines: bool, to: &mut dyn FnMut(&Log<'_>)) {
    let log = |ticks, what| {
        let (operation, at) = (kept.operation.name, calibration.unix_nanos(ticks));
        Log { operation, at, link: Some(kept.link), what }
    };
    if !kept.late && !kept.lines.is_empty() {
        // Also those of the children that are exported with it; theirs carry its span.
        let mut said: Vec<&KeptLine> = Vec::new();
        gather(&tree::Tree::of(kept), &mut said);
        said.sort_by_key(|line| line.at);
        let told = said.into_iter().filter_map(|line| Some(log(line.at, What::of(line, lines)?)));
        told.for_each(|log| to(&log));
    }
    kept.divergences.iter().for_each(|found| to(&log(kept.ended, What::Divergence(found.count, found))));
}

fn gather<'a>(tree: &tree::Tree<'a>, said: &mut Vec<&'a KeptLine>) {
    said.extend(&tree.lines);
    tree.children.iter().for_each(|child| gather(&child.inside, said));
}

impl<'a> What<'a> {
    /// What a line is as a record, if it is one.
    fn of(line: &'a KeptLine, lines: bool) -> Option<What<'a>> {
        match &line.body {
            KeptBody::Event { meta, .. } => Some(What::Event(meta, line)),
            KeptBody::Words { kind: LineKind::Log, text } if lines => Some(What::Line(text, line)),
            _ => None,
        }
    }
}

impl<'a> Log<'a> {
    /// Of a divergence of the run or of the process, which was found so often besides: it belongs to no operation that was
    /// exported.
    pub(crate) fn of_process(found: &'a Divergence, count: u64, at: SystemTime) -> Log<'a> {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
        Log { operation: found.operation, at, link: None, what: What::Divergence(count, found) }
    }

    /// The name of the event, if it is one.
    pub(crate) fn event_name(&self) -> Option<&'static str> {
        match self.what {
            What::Event(meta, _) => Some(meta.name),
            What::Line(..) => None,
            What::Divergence(..) => Some("candor.divergence"),
        }
    }

    /// The module that speaks; candor itself where that is not known.
    pub(crate) fn target(&self) -> Option<&'static str> {
        match self.what {
            What::Event(meta, _) => Some(meta.target),
            What::Line(..) | What::Divergence(..) => None,
        }
    }

    /// How grave it is, also in words.
    pub(crate) fn severity(&self) -> (Severity, &'static str) {
        match self.what {
            What::Event(..) => (Severity::Info, "INFO"),
            What::Line(text, _) => {
                let (severity, level, _) = severity(text);
                (severity, level)
            }
            What::Divergence(_, found) => match found.level {
                Level::Violation => (Severity::Error, "ERROR"),
                Level::Suspicion => (Severity::Warn, "WARN"),
            },
        }
    }

    /// What it says.
    pub(crate) fn body(&self) -> Cow<'a, str> {
        match self.what {
            What::Event(meta, _) => Cow::Borrowed(meta.name),
            What::Line(text, _) => Cow::Borrowed(severity(text).2),
            What::Divergence(_, found) => {
                Cow::Owned(format!("{} in `{}`: {}", found.code.title(), found.operation, found.observed))
            }
        }
    }

    pub(crate) fn attributes(&self, to: &mut impl Attributes) {
        if let Some(name) = self.event_name() {
            to.put("otel.event.name", Term::Word(name));
        }
        match self.what {
            What::Event(meta, line) => {
                if let KeptBody::Event { values, .. } = &line.body {
                    fields(meta.fields, values, to);
                }
                line.site.iter().for_each(|site| code(site, to));
            }
            What::Line(_, line) => line.site.iter().for_each(|site| code(site, to)),
            What::Divergence(count, found) => {
                to.put("candor.outcome", Term::Word(found.outcome.class.as_str()));
                to.put_count("candor.divergence.count", count);
                divergence(found, to);
            }
        }
        to.put("candor.operation", Term::Word(self.operation));
    }
}

/// A log record as the SDK has it; only a logger can make an empty one.
pub(crate) fn log_data(log: &Log<'_>, mut blank: SdkLogRecord) -> SdkLogRecord {
    let (severity, level) = log.severity();
    let at = UNIX_EPOCH + Duration::from_nanos(log.at);
    blank.set_severity_number(severity);
    blank.set_severity_text(level);
    blank.set_timestamp(at);
    blank.set_observed_timestamp(at);
    blank.set_body(log.body().into_owned().into());
    if let Some(name) = log.event_name() {
        blank.set_event_name(name);
    }
    if let Some(target) = log.target() {
        blank.set_target(target);
    }
    if let Some(link) = log.link {
        let (trace, span) = place(link);
        blank.set_trace_context(trace, span, Some(TraceFlags::SAMPLED));
    }
    log.attributes(&mut blank);
    blank
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
