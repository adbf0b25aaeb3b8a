//! Durations of calls on their way into OTLP.
//!
//! candor knows how many calls took equally long, and the SDK's histogram takes them one by one: with every call counted, that
//! was most of what its metrics cost. So each duration is recorded once, and how many there were is set where the request is
//! encoded already. What else a histogram needs (its labels, its times, its least and greatest value) is the SDK's affair.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candor::DURATION_BOUNDS;
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use metrics_opentelemetry::OpenTelemetryRecorder;
use opentelemetry_http::Bytes;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, HistogramDataPoint, metric};
use prost::Message as _;

use crate::exemplar::label;

/// The metric that this is about.
pub(crate) const DURATION: &str = "candor.operation.duration";

/// How many calls took how long, by operation.
#[derive(Debug, Default)]
pub(crate) struct Durations(Mutex<HashMap<String, Calls>>);

/// Calls of one operation: with cumulative metrics all of them, else those that were not sent yet.
#[derive(Clone, Debug, Default, PartialEq)]
struct Calls {
    buckets: [u64; DURATION_BOUNDS.len() + 1],
    seconds: f64,
}

impl Durations {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Calls>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, operation: &str, seconds: f64, count: usize) {
        let mut all = self.lock();
        if !all.contains_key(operation) {
            all.insert(operation.to_owned(), Calls::default());
        }
        let Some(calls) = all.get_mut(operation) else { return };
        if let Some(bucket) = calls.buckets.get_mut(bucket(seconds)) {
            *bucket += count as u64;
        }
        #[expect(clippy::cast_precision_loss, reason = "a sum of durations")]
        let all_of_them = seconds * count as f64;
        calls.seconds += all_of_them;
    }

    /// Sets the counts in an encoded request; one that is no request of metrics is left as it is.
    pub(crate) fn put_into(&self, body: Bytes) -> Bytes {
        let Ok(mut request) = ExportMetricsServiceRequest::decode(body.clone()) else { return body };
        let scopes = request.resource_metrics.iter_mut().flat_map(|resource| &mut resource.scope_metrics);
        let metrics = scopes.flat_map(|scope| &mut scope.metrics).filter(|metric| metric.name == DURATION);
        for metric in metrics {
            if let Some(metric::Data::Histogram(histogram)) = &mut metric.data {
                let is_delta = histogram.aggregation_temporality == AggregationTemporality::Delta as i32;
                histogram.data_points.iter_mut().for_each(|point| self.fill(point, is_delta));
            }
        }
        request.encode_to_vec().into()
    }

    fn fill(&self, point: &mut HistogramDataPoint, is_delta: bool) {
        let operation = label(&point.attributes, "operation");
        let mut all = self.lock();
        let known = if is_delta { all.remove(operation) } else { all.get(operation).cloned() };
        // Without any, they were recorded while the last request was encoded, and went with it.
        let calls = known.unwrap_or_default();
        point.count = calls.buckets.iter().sum();
        point.sum = Some(calls.seconds);
        point.bucket_counts = calls.buckets.to_vec();
    }
}

/// The bucket of a duration: the first bound that it does not pass.
pub(crate) fn bucket(seconds: f64) -> usize {
    DURATION_BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(DURATION_BOUNDS.len())
}

/// The recorder of the SDK, but for durations if they are counted.
pub(crate) struct Counting {
    pub(crate) inner: OpenTelemetryRecorder,
    /// `None` where no request passes that counts could be set in.
    pub(crate) durations: Option<Arc<Durations>>,
}

/// A histogram that gets each value once.
struct Counted {
    inner: Histogram,
    durations: Arc<Durations>,
    operation: String,
}

impl HistogramFn for Counted {
    fn record(&self, value: f64) {
        self.record_many(value, 1);
    }

    fn record_many(&self, value: f64, count: usize) {
        self.durations.add(&self.operation, value, count);
        self.inner.record(value);
    }
}

impl Recorder for Counting {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.inner.describe_counter(key, unit, description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.inner.describe_gauge(key, unit, description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.inner.describe_histogram(key, unit, description);
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        self.inner.register_counter(key, metadata)
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.inner.register_gauge(key, metadata)
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        let inner = self.inner.register_histogram(key, metadata);
        let labelled = key.labels().find(|label| label.key() == "operation");
        match (&self.durations, labelled) {
            (Some(durations), Some(operation)) if key.name() == DURATION => {
                let (durations, operation) = (Arc::clone(durations), operation.value().to_owned());
                Histogram::from_arc(Arc::new(Counted { inner, durations, operation }))
            }
            _ => inner,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::metrics::MeterProvider as _;
    use opentelemetry_sdk::metrics::data::ResourceMetrics;
    use opentelemetry_sdk::metrics::reader::MetricReader as _;
    use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider, Temporality};

    use crate::otlp::Shared;

    /// A recorder and what reads it.
    fn recorder(
        temporality: Temporality,
        durations: Option<Arc<Durations>>,
    ) -> (Counting, Shared, SdkMeterProvider) {
        let reader = Shared(Arc::new(ManualReader::builder().with_temporality(temporality).build()));
        let meters = SdkMeterProvider::builder().with_reader(reader.clone()).build();
        let inner =
            OpenTelemetryRecorder::new(metrics_opentelemetry::OpenTelemetryMetrics::new(meters.meter("m")));
        inner.set_histogram_bounds([DURATION].into_iter(), &DURATION_BOUNDS);
        (Counting { inner, durations }, reader, meters)
    }

    fn record(recorder: &Counting, all: &[(&'static str, f64, usize)]) {
        metrics::with_local_recorder(recorder, || {
            for &(operation, seconds, count) in all {
                metrics::histogram!("candor.operation.duration", "operation" => operation)
                    .record_many(seconds, count);
                metrics::histogram!("another", "operation" => operation).record_many(seconds, count);
            }
        });
    }

    fn request(reader: &Shared) -> Bytes {
        let mut read = ResourceMetrics::default();
        reader.collect(&mut read).unwrap();
        ExportMetricsServiceRequest::from(&read).encode_to_vec().into()
    }

    /// Everything but times, in order: name, operation, count, buckets, least, greatest; and the sum in nanoseconds.
    fn points(body: Bytes) -> Vec<String> {
        let request = ExportMetricsServiceRequest::decode(body).unwrap();
        let scopes = request.resource_metrics.iter().flat_map(|resource| &resource.scope_metrics);
        let mut all: Vec<String> = Vec::new();
        for metric in scopes.flat_map(|scope| &scope.metrics) {
            let Some(metric::Data::Histogram(histogram)) = &metric.data else { continue };
            all.extend(histogram.data_points.iter().map(|point| {
                let (name, operation) = (&metric.name, label(&point.attributes, "operation"));
                let sum = point.sum.map(|sum| (sum * 1e9).round());
                let (count, buckets) = (point.count, &point.bucket_counts);
                let (bounds, range) = (&point.explicit_bounds, (point.min, point.max));
                format!("{name} {operation} {count} {buckets:?} {bounds:?} {range:?} {sum:?}")
            }));
        }
        all.sort();
        all
    }

    const FIRST: &[(&str, f64, usize)] = &[
        ("pay", 0.000_01, 3),
        ("pay", 0.000_010_1, 1_000),
        ("pay", 11.0, 2),
        ("refund", 0.25, 7),
        ("refund", 0.0, 1),
    ];
    const SECOND: &[(&str, f64, usize)] = &[("pay", 0.003, 5), ("ship", 2.5, 1)];

    #[test]
    fn what_is_sent_is_what_the_sdk_says_of_each_call() {
        for temporality in [Temporality::Cumulative, Temporality::Delta] {
            let durations = Arc::<Durations>::default();
            let (ours, our_reader, _ours) = recorder(temporality, Some(Arc::clone(&durations)));
            let (theirs, their_reader, _theirs) = recorder(temporality, None);
            for turn in [FIRST, SECOND, &[]] {
                record(&ours, turn);
                record(&theirs, turn);
                let (own, wanted) = (durations.put_into(request(&our_reader)), request(&their_reader));
                let without_other = |body| {
                    let mut all = points(body);
                    all.retain(|point| point.starts_with(DURATION));
                    all
                };
                assert_eq!(without_other(own.clone()), without_other(wanted.clone()), "{temporality:?}");
                assert_eq!(points(own), points(wanted), "{temporality:?}: others are as they were");
            }
        }
    }

    #[test]
    fn calls_that_went_with_the_request_before_are_not_told_twice() {
        let durations = Arc::<Durations>::default();
        let (recorder, reader, _meters) = recorder(Temporality::Delta, Some(Arc::clone(&durations)));
        record(&recorder, &[("pay", 0.003, 5)]);
        let first = request(&reader);
        // Between the reading and the sending.
        record(&recorder, &[("pay", 0.003, 4)]);
        let counts = |body| {
            let all = points(body);
            all.iter()
                .filter(|point| point.starts_with(DURATION))
                .map(|point| {
                    point.split(' ').nth(2).and_then(|count| count.parse::<u64>().ok()).unwrap_or_default()
                })
                .sum::<u64>()
        };
        assert_eq!(counts(durations.put_into(first)), 9);
        assert_eq!(counts(durations.put_into(request(&reader))), 0);
    }

    #[test]
    fn what_is_no_request_of_metrics_is_left_as_it_is() {
        let nonsense = Bytes::from_static(b"\xff\xff no request");
        assert_eq!(Durations::default().put_into(nonsense.clone()), nonsense);
    }
}
