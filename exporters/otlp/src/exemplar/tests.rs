use candor::Code;
use candor::model::{Divergence, Outcome, Site, Why};
use opentelemetry_proto::tonic::metrics::v1::{
    Histogram, HistogramDataPoint, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
};

use super::*;

const SITE: Site = Site { file: "src/order.rs", line: 31, column: 5, function: "place_order" };

static PLACE: Operation = Operation {
    name: "place_order",
    target: "shop",
    site: SITE,
    intent: &[],
    recovers: &[],
    allows: &[],
    hands: &[],
    given: false,
    cancel_safe: false,
    accounts: None,
};

fn kept(span: u64, codes: &[Code]) -> Kept {
    let started = candor::record::ticks();
    Kept {
        operation: &PLACE,
        outcome: Outcome { class: Class::Refused, reason: "Declined", detail: None },
        key: None,
        why: Why::Diverged,
        link: Link { trace: 0xfeed, span, sampled: false },
        parent: None,
        started,
        ended: started,
        lines: Vec::new(),
        omitted: 0,
        divergences: codes.iter().map(|code| Divergence::new(*code, "place_order", SITE)).collect(),
        foreign: false,
        late: false,
    }
}

fn calibration() -> Calibration {
    candor::Timeline::default().calibration()
}

fn labels(all: &[(&str, &str)]) -> Vec<KeyValue> {
    let one = |(key, value): &(&str, &str)| KeyValue {
        key: (*key).to_owned(),
        value: Some(AnyValue { value: Some(any_value::Value::StringValue((*value).to_owned())) }),
        ..KeyValue::default()
    };
    all.iter().map(one).collect()
}

fn sum(name: &str, attributes: &[(&str, &str)]) -> Metric {
    let point = NumberDataPoint { attributes: labels(attributes), ..NumberDataPoint::default() };
    let data = metric::Data::Sum(Sum { data_points: vec![point], ..Sum::default() });
    Metric { name: name.to_owned(), data: Some(data), ..Metric::default() }
}

fn durations(operation: &str) -> Metric {
    let attributes = labels(&[("operation", operation)]);
    let point = HistogramDataPoint { attributes, ..HistogramDataPoint::default() };
    let data = metric::Data::Histogram(Histogram { data_points: vec![point], ..Histogram::default() });
    Metric { name: "candor.operation.duration".to_owned(), data: Some(data), ..Metric::default() }
}

fn encoded(metrics: Vec<Metric>) -> Bytes {
    let scope = ScopeMetrics { metrics, ..ScopeMetrics::default() };
    let resource = ResourceMetrics { scope_metrics: vec![scope], ..ResourceMetrics::default() };
    ExportMetricsServiceRequest { resource_metrics: vec![resource] }.encode_to_vec().into()
}

/// The exemplars of each metric, in order.
fn read(body: Bytes) -> Vec<Vec<Exemplar>> {
    let request = ExportMetricsServiceRequest::decode(body).unwrap();
    let metrics = request.resource_metrics[0].scope_metrics[0].metrics.iter();
    let of = |metric: &Metric| match metric.data.as_ref().unwrap() {
        metric::Data::Sum(sum) => sum.data_points[0].exemplars.clone(),
        metric::Data::Histogram(all) => all.data_points[0].exemplars.clone(),
        _ => Vec::new(),
    };
    metrics.map(of).collect()
}

fn request() -> Bytes {
    encoded(vec![
        sum("candor.divergences", &[("code", "C101")]),
        sum("candor.divergences", &[("code", "C102")]),
        sum(
            "candor.operation.outcomes",
            &[("operation", "place_order"), ("outcome", "refused"), ("reason", "Declined")],
        ),
        sum(
            "candor.operation.outcomes",
            &[("operation", "place_order"), ("outcome", "fulfilled"), ("reason", "")],
        ),
        durations("place_order"),
        durations("pay"),
    ])
}

#[test]
fn a_series_leads_to_the_last_operation_that_it_counts_and_no_other_series_does() {
    let exemplars = Exemplars::default();
    exemplars.note(&[kept(1, &[Code::C101])], calibration());
    exemplars.note(&[kept(2, &[Code::C101])], calibration());
    let (body, _) = exemplars.put_into(request());
    let found = read(body);
    let counts: Vec<usize> = found.iter().map(Vec::len).collect();
    assert_eq!(counts, [1, 0, 1, 0, 1, 0]);
    for one in found.iter().flatten() {
        assert_eq!(one.span_id, 2_u64.to_be_bytes());
        assert_eq!(one.trace_id, 0xfeed_u128.to_be_bytes());
        assert!(one.time_unix_nano > 1_700_000_000_000_000_000, "{}", one.time_unix_nano);
    }
    assert_eq!(label(&found[0][0].filtered_attributes, "operation"), "place_order");
    assert_eq!(found[0][0].value, Some(Value::AsInt(1)));
    assert!(found[2][0].filtered_attributes.is_empty(), "the label is there already");
    assert!(matches!(found[4][0].value, Some(Value::AsDouble(took)) if took < 1.0));
}

#[test]
fn one_that_arrived_is_not_told_again_and_one_that_did_not_is() {
    let exemplars = Exemplars::default();
    exemplars.note(&[kept(1, &[Code::C101])], calibration());
    let (_, lost) = exemplars.put_into(request());
    drop(lost);
    let (body, taken) = exemplars.put_into(request());
    assert_eq!(read(body)[0].len(), 1, "the first request did not arrive");
    exemplars.note(&[kept(2, &[Code::C102])], calibration());
    exemplars.arrived(&taken);
    let counts: Vec<usize> = read(exemplars.put_into(request()).0).iter().map(Vec::len).collect();
    assert_eq!(counts, [0, 1, 1, 0, 1, 0], "what was noted meanwhile stays");
}

#[test]
fn what_comes_to_light_afterwards_is_a_divergence_only() {
    let exemplars = Exemplars::default();
    exemplars.note(&[Kept { late: true, ..kept(1, &[Code::C102]) }], calibration());
    let counts: Vec<usize> = read(exemplars.put_into(request()).0).iter().map(Vec::len).collect();
    assert_eq!(counts, [0, 1, 0, 0, 0, 0]);
}

#[test]
fn of_many_operations_the_last_of_each_series_is_led_to() {
    let exemplars = Exemplars::default();
    let brief = |span| Brief {
        operation: &PLACE,
        trace: 0xfeed,
        span,
        parent: 0,
        started: 5,
        ended: 7,
        why: Why::Sampled,
        is_sampled: true,
        is_outer: false,
    };
    let slow = Brief { ended: candor::record::ticks_for(60_000_000_000), ..brief(3) };
    exemplars.note_briefs(&[brief(1), brief(2), slow, brief(4), slow, brief(5)], calibration());
    exemplars.note(&[kept(6, &[]), kept(7, &[])], calibration());
    let spans = |metric| -> Vec<u64> {
        let scope = ScopeMetrics { metrics: vec![metric], ..ScopeMetrics::default() };
        let resource = ResourceMetrics { scope_metrics: vec![scope], ..ResourceMetrics::default() };
        let request = ExportMetricsServiceRequest { resource_metrics: vec![resource] };
        let found = read(exemplars.put_into(request.encode_to_vec().into()).0);
        found
            .iter()
            .flatten()
            .map(|one| u64::from_be_bytes(one.span_id.clone().try_into().unwrap()))
            .collect()
    };
    let outcomes = |outcome, reason| {
        let labels = [("operation", "place_order"), ("outcome", outcome), ("reason", reason)];
        spans(sum("candor.operation.outcomes", &labels))
    };
    assert_eq!(outcomes("fulfilled", ""), [5]);
    assert_eq!(outcomes("refused", "Declined"), [7]);
    assert_eq!(spans(durations("place_order")), [7, 3], "of the shortest bucket, and of the longest");
}

#[test]
fn a_request_without_anything_to_add_is_sent_as_it_is() {
    let exemplars = Exemplars::default();
    assert_eq!(exemplars.put_into(request()).0, request());
    let nonsense = Bytes::from_static(b"\xff\xff no request");
    assert_eq!(exemplars.put_into(nonsense.clone()).0, nonsense);
}

#[test]
fn memory_is_bounded() {
    let mut state = State::default();
    let last = Last {
        turn: 0,
        at: UNIX_EPOCH,
        operation: "place_order",
        value: Value::AsInt(1),
        link: Link { trace: 1, span: 1, sampled: false },
    };
    for bucket in 0..=SERIES {
        state.put(Series::Duration("place_order", bucket), last.clone());
    }
    assert_eq!(state.last.len(), SERIES);
    state.put(Series::Duration("place_order", 0), last);
    assert_eq!(state.last[&Series::Duration("place_order", 0)].turn, state.turn, "known ones go on");
}
