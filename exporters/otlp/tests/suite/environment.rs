//! The standard variables, each by what it changes at the receiver.

use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, metric::Data};

use crate::process::start;
use crate::receiver::{Manner, Receiver};

/// Runs the program of a hundred healthy orders and one that diverges.
fn run(receiver: &Receiver, env: &[(&str, &str)]) {
    let output = start("without_runtime", receiver, env).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn headers_go_with_every_request_and_a_signal_can_have_others() {
    let receiver = Receiver::start(Manner::Good);
    let all = ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=acme,authorization=Bearer%20secret");
    run(&receiver, &[all, ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-kind=told")]);
    let heads = receiver.heads();
    let with = |line: &str| heads.iter().filter(|head| head.iter().any(|own| own == line)).count();
    assert!(heads.len() >= 3, "spans, logs and metrics");
    let told = with("x-kind: told");
    assert!((1..heads.len()).contains(&told), "{heads:?}");
    assert_eq!(with("x-tenant: acme"), heads.len() - told);
    assert_eq!(with("authorization: bearer secret"), heads.len() - told);
}

#[test]
fn a_signal_can_have_an_endpoint_of_its_own() {
    let (receiver, traces) = (Receiver::start(Manner::Good), Receiver::start(Manner::Good));
    run(&receiver, &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{}/v1/traces", traces.url()))]);
    assert!(receiver.spans().is_empty() && traces.logs().is_empty() && traces.metrics().is_empty());
    assert!(!traces.spans().is_empty() && !receiver.logs().is_empty() && !receiver.metrics().is_empty());
}

#[test]
fn a_batch_is_as_large_as_is_said() {
    let receiver = Receiver::start(Manner::Good);
    run(&receiver, &[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1"), ("OTEL_LOGS_EXPORTER", "none")]);
    assert_eq!(receiver.spans().len(), 3);
    assert!(receiver.requests() > 3, "one for each span, and the metrics");
}

#[test]
fn metrics_have_the_temporality_that_is_asked_for() {
    let temporality = |env: &[(&str, &str)]| {
        let receiver = Receiver::start(Manner::Good);
        run(&receiver, env);
        let metrics = receiver.metrics();
        let own = metrics.iter().find(|metric| metric.name == "candor.operation.outcomes").unwrap();
        match &own.data {
            Some(Data::Sum(sum)) => sum.aggregation_temporality(),
            other => panic!("{other:?} is no sum"),
        }
    };
    let delta = ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta");
    assert_eq!(temporality(&[delta]), AggregationTemporality::Delta);
    assert_eq!(temporality(&[]), AggregationTemporality::Cumulative);
}

#[test]
fn a_ratio_chooses_its_share_of_the_traces() {
    let receiver = Receiver::start(Manner::Good);
    run(&receiver, &[("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.1")]);
    let spans = receiver.spans();
    let orders = spans.iter().filter(|span| span.name == "place_order").count();
    assert!((9..=13).contains(&orders), "{orders} of a hundred, and the one that diverged");
    let paid = spans.iter().filter(|span| span.name == "pay").count();
    assert_eq!(paid, orders, "what was chosen has its children");
}

#[cfg(not(feature = "grpc"))]
#[test]
fn a_protocol_that_is_not_compiled_in_is_told_at_once() {
    let receiver = Receiver::start(Manner::Good);
    for variable in ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"] {
        let output = start("without_runtime", &receiver, &[(variable, "grpc")]).wait_with_output().unwrap();
        assert!(!output.status.success(), "{variable}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("NoGrpc"), "{said}");
    }
}
