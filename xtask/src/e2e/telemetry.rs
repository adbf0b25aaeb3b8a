//! What the Collector received, read from the files that it wrote: OTLP as JSON, one request in a line.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::Outcome;

/// A span as the Collector wrote it.
pub(super) struct Span {
    pub(super) service: String,
    pub(super) trace: String,
    pub(super) id: String,
    pub(super) parent: String,
    pub(super) name: String,
    pub(super) is_outer_parent: bool,
    pub(super) attributes: Attributes,
    pub(super) events: Vec<Event>,
}

/// Attributes as texts.
pub(super) type Attributes = BTreeMap<String, String>;

/// An event of a span.
pub(super) struct Event {
    pub(super) name: String,
    pub(super) attributes: Attributes,
}

/// A log record as the Collector wrote it.
pub(super) struct Log {
    pub(super) service: String,
    pub(super) event: String,
    pub(super) operation: String,
    pub(super) code: String,
    pub(super) count: u64,
    pub(super) has_time: bool,
    pub(super) attributes: Attributes,
}

/// Everything that arrived.
pub(super) struct Telemetry {
    pub(super) spans: Vec<Span>,
    pub(super) logs: Vec<Log>,
}

impl Telemetry {
    pub(super) fn read(folder: &Path) -> Outcome<Telemetry> {
        let mut all = Telemetry { spans: Vec::new(), logs: Vec::new() };
        for request in requests(&folder.join("traces.json"))? {
            for resource in list(&request, "resourceSpans") {
                let service = service(resource);
                let scopes = list(resource, "scopeSpans");
                all.spans.extend(
                    scopes.iter().flat_map(|scope| list(scope, "spans")).map(|own| span(&service, own)),
                );
            }
        }
        for request in requests(&folder.join("logs.json"))? {
            for resource in list(&request, "resourceLogs") {
                let service = service(resource);
                let scopes = list(resource, "scopeLogs");
                all.logs.extend(
                    scopes.iter().flat_map(|scope| list(scope, "logRecords")).map(|own| log(&service, own)),
                );
            }
        }
        Ok(all)
    }
}

fn requests(file: &Path) -> Outcome<Vec<Value>> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("failed to read {}: {error}", file.display()))?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The attributes; numbers are written as text in this format anyway, and a list stays as it is written.
fn attributes(value: &Value) -> Attributes {
    let one = |own: &Value| {
        let (_, said) = own.get("value")?.as_object()?.iter().next()?;
        Some((text(own, "key"), said.as_str().map_or_else(|| said.to_string(), str::to_owned)))
    };
    list(value, "attributes").iter().filter_map(one).collect()
}

fn service(resource: &Value) -> String {
    resource.get("resource").and_then(|own| attributes(own).remove("service.name")).unwrap_or_default()
}

fn span(service: &str, own: &Value) -> Span {
    // Bit 9 of the flags says that the parent is remote.
    let flags = own.get("flags").and_then(Value::as_u64).unwrap_or(0);
    Span {
        service: service.to_owned(),
        trace: text(own, "traceId"),
        id: text(own, "spanId"),
        parent: text(own, "parentSpanId"),
        name: text(own, "name"),
        is_outer_parent: flags & 0x200 != 0,
        attributes: attributes(own),
        events: list(own, "events")
            .iter()
            .map(|event| Event { name: text(event, "name"), attributes: attributes(event) })
            .collect(),
    }
}

fn log(service: &str, own: &Value) -> Log {
    let attributes = attributes(own);
    let attribute = |key: &str| attributes.get(key).cloned().unwrap_or_default();
    Log {
        service: service.to_owned(),
        event: text(own, "eventName"),
        operation: attribute("candor.operation"),
        code: attribute("candor.divergence.code"),
        count: attribute("candor.divergence.count").parse().unwrap_or(0),
        has_time: text(own, "timeUnixNano").len() > 18,
        attributes,
    }
}
