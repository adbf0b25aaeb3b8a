//! Exemplars: a metric leads to the trace of an operation that it counts.
//!
//! The SDK's metrics have a place for them and never fill it. So they are put in where the request is already encoded: it is
//! read, each series gets the last exported operation that it counts, and it is written again.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use candor::model::{Brief, Class, Kept, Link, Operation};
use candor::{Calibration, DURATION_BOUNDS};
use opentelemetry_http::Bytes;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::exemplar::Value;
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, Metric, metric};
use prost::Message as _;

use crate::duration::{DURATION, bucket};
use crate::mix::{Key, Table};

/// How many series have one; more than that have none.
const SERIES: usize = 4_096;

/// A series, or a bucket of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Series<'a> {
    /// `candor.divergences`: the code.
    Divergences(&'a str),
    /// `candor.operation.outcomes`: operation, outcome and reason.
    Outcomes(&'a str, &'a str, &'a str),
    /// `candor.operation.duration`: operation and bucket.
    Duration(&'a str, usize),
}

/// The operation that a series leads to.
#[derive(Clone, Debug)]
struct Last {
    /// Tells one note from another.
    turn: u64,
    at: SystemTime,
    operation: &'static str,
    value: Value,
    link: Link,
}

/// An operation that is exported, as its series see it.
#[derive(Clone, Copy)]
struct Sighting {
    operation: &'static Operation,
    class: Class,
    reason: &'static str,
    link: Link,
    started: u64,
    ended: u64,
}

impl Sighting {
    fn of(kept: &Kept) -> Sighting {
        let Kept { operation, link, started, ended, .. } = *kept;
        Sighting { operation, class: kept.outcome.class, reason: kept.outcome.reason, link, started, ended }
    }

    fn of_brief(brief: &Brief) -> Sighting {
        let Brief { operation, started, ended, .. } = *brief;
        Sighting { operation, class: Class::Fulfilled, reason: "", link: brief.link(), started, ended }
    }

    fn seconds(&self, calibration: Calibration) -> f64 {
        Duration::from_nanos(calibration.nanos(self.ended.saturating_sub(self.started))).as_secs_f64()
    }

    fn last(&self, calibration: Calibration, value: Value) -> Last {
        let (at, operation) = (calibration.wall(self.ended), self.operation.name);
        Last { turn: 0, at, operation, value, link: self.link }
    }
}

/// What the worker notes and the thread that sends takes.
#[derive(Debug, Default)]
pub(crate) struct Exemplars(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    turn: u64,
    last: HashMap<Series<'static>, Last>,
}

/// What is on its way: forgotten once it has arrived.
#[derive(Debug, Default)]
pub(crate) struct Taken(HashSet<u64>);

impl Exemplars {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Operations are exported: the series that count them lead to the last of each from now on.
    pub(crate) fn note(&self, kept: &[Kept], calibration: Calibration) {
        let mut state = self.lock();
        for own in kept {
            for found in &own.divergences {
                let count = i64::try_from(found.count).unwrap_or(i64::MAX);
                let last = Sighting::of(own).last(calibration, Value::AsInt(count));
                state.put(Series::Divergences(found.code.as_str()), last);
            }
        }
        // What came to light afterwards was counted when it ended.
        state.see(kept.iter().filter(|own| !own.late).map(Sighting::of), calibration);
    }

    /// The same of operations that are nothing but a span.
    pub(crate) fn note_briefs(&self, briefs: &[Brief], calibration: Calibration) {
        self.lock().see(briefs.iter().map(Sighting::of_brief), calibration);
    }

    /// Puts them into an encoded request; one that is no request of metrics is left as it is.
    pub(crate) fn put_into(&self, body: Bytes) -> (Bytes, Taken) {
        let mut taken = Taken::default();
        let Ok(mut request) = ExportMetricsServiceRequest::decode(body.clone()) else {
            return (body, taken);
        };
        let state = self.lock();
        let scopes = request.resource_metrics.iter_mut().flat_map(|resource| &mut resource.scope_metrics);
        for metric in scopes.flat_map(|scope| &mut scope.metrics) {
            fill(&state.last, metric, &mut taken);
        }
        drop(state);
        if taken.0.is_empty() { (body, taken) } else { (request.encode_to_vec().into(), taken) }
    }

    /// They have arrived: each is told once.
    pub(crate) fn arrived(&self, taken: &Taken) {
        self.lock().last.retain(|_, last| !taken.0.contains(&last.turn));
    }
}

impl State {
    fn see(&mut self, all: impl Iterator<Item = Sighting>, calibration: Calibration) {
        for (_, own) in last_of_each(all, calibration) {
            let (operation, took) = (own.operation.name, own.seconds(calibration));
            let outcomes = Series::Outcomes(operation, own.class.as_str(), own.reason);
            self.put(outcomes, own.last(calibration, Value::AsInt(1)));
            let duration = Series::Duration(operation, bucket(took));
            self.put(duration, own.last(calibration, Value::AsDouble(took)));
        }
    }

    fn put(&mut self, series: Series<'static>, mut last: Last) {
        self.turn += 1;
        last.turn = self.turn;
        if self.last.len() < SERIES || self.last.contains_key(&series) {
            self.last.insert(series, last);
        }
    }
}

/// The last one of each series, in order.
fn last_of_each(all: impl Iterator<Item = Sighting>, calibration: Calibration) -> Vec<(usize, Sighting)> {
    let mut last: Table<(usize, Sighting)> = Table::default();
    // Many calls of one operation come together.
    let mut run: Option<(Key, (usize, Sighting))> = None;
    for own in all.enumerate() {
        let Sighting { operation, class, reason, .. } = own.1;
        let key = Key::new(operation, class, reason, bucket(own.1.seconds(calibration)));
        match &mut run {
            Some((same, known)) if *same == key => *known = own,
            _ => last.extend(run.replace((key, own))),
        }
    }
    last.extend(run);
    let mut all: Vec<(usize, Sighting)> = last.into_values().collect();
    all.sort_unstable_by_key(|(index, _)| *index);
    all
}

/// Gives each series of a metric what is known of it.
fn fill<'a>(all: &HashMap<Series<'a>, Last>, metric: &'a mut Metric, taken: &mut Taken) {
    match (metric.name.as_str(), &mut metric.data) {
        ("candor.divergences", Some(metric::Data::Sum(sum))) => {
            for point in &mut sum.data_points {
                let own = all.get(&Series::Divergences(label(&point.attributes, "code")));
                // The series does not say whose the divergence is.
                point.exemplars.extend(own.map(|last| taken.exemplar(last, vec![whose(last)])));
            }
        }
        ("candor.operation.outcomes", Some(metric::Data::Sum(sum))) => {
            for point in &mut sum.data_points {
                let of = |key| label(&point.attributes, key);
                let own = all.get(&Series::Outcomes(of("operation"), of("outcome"), of("reason")));
                point.exemplars.extend(own.map(|last| taken.exemplar(last, Vec::new())));
            }
        }
        (DURATION, Some(metric::Data::Histogram(histogram))) => {
            for point in &mut histogram.data_points {
                let operation = label(&point.attributes, "operation");
                let buckets = 0..=DURATION_BOUNDS.len();
                let own = buckets.filter_map(|bucket| all.get(&Series::Duration(operation, bucket)));
                point.exemplars.extend(own.map(|last| taken.exemplar(last, Vec::new())));
            }
        }
        _ => {}
    }
}

fn whose(last: &Last) -> KeyValue {
    let operation = any_value::Value::StringValue(last.operation.to_owned());
    KeyValue {
        key: "operation".to_owned(),
        value: Some(AnyValue { value: Some(operation) }),
        ..KeyValue::default()
    }
}

impl Taken {
    fn exemplar(&mut self, last: &Last, filtered_attributes: Vec<KeyValue>) -> Exemplar {
        self.0.insert(last.turn);
        let since = last.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Exemplar {
            filtered_attributes,
            time_unix_nano: u64::try_from(since.as_nanos()).unwrap_or(u64::MAX),
            span_id: last.link.span.to_be_bytes().to_vec(),
            trace_id: last.link.trace.to_be_bytes().to_vec(),
            value: Some(last.value),
        }
    }
}

/// The value of a label; empty when it is not there, as in Prometheus.
pub(crate) fn label<'a>(attributes: &'a [KeyValue], key: &str) -> &'a str {
    let found = attributes.iter().find(|own| own.key == key).and_then(|own| own.value.as_ref());
    match found.and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text,
        _ => "",
    }
}

#[cfg(test)]
mod tests;
