//! One naming: what a recorder for Prometheus makes of candor's metrics is what Prometheus makes of them by OTLP.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use crate::program::PROGRAM;
use crate::receiver::{Manner, Receiver};

/// The rule by which Prometheus names what it receives by OTLP: dots become underscores, the unit is appended, and `_total`
/// to a sum that only grows (<https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/compatibility/prometheus_and_openmetrics.md>).
fn translated(receiver: &Receiver) -> BTreeSet<String> {
    use opentelemetry_proto::tonic::metrics::v1::metric::Data;
    let name = |metric: opentelemetry_proto::tonic::metrics::v1::Metric| {
        let unit = match metric.unit.as_str() {
            "" => "",
            "s" => "_seconds",
            "By" => "_bytes",
            other => panic!("a unit without a rule here: {other}"),
        };
        let suffix = match metric.data {
            Some(Data::Sum(sum)) if sum.is_monotonic => "_total",
            _ => "",
        };
        format!("{}{unit}{suffix}", metric.name.replace('.', "_"))
    };
    receiver.metrics().into_iter().map(name).collect()
}

#[test]
fn otlp_and_the_prometheus_recorder_agree_on_every_name() {
    let receiver = Receiver::start(Manner::Good);
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "program::the_program_of_this_process"])
        .env(PROGRAM, "beside_prometheus")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let typed = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let scraped: BTreeSet<String> =
        typed.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    assert!(scraped.contains("candor_operation_duration_seconds"), "{scraped:?}");
    assert!(scraped.contains("candor_event_value"), "{scraped:?}");
    assert!(scraped.contains("candor_operation_outcomes_total"), "{scraped:?}");
    assert_eq!(translated(&receiver), scraped);
    assert!(text.contains(r#"candor_event_value{event="PaymentCaptured",unit="EUR"} 1262.5"#), "{text}");
    assert!(
        text.contains(r#"candor_operation_duration_seconds_bucket{operation="pay",le="0.01"}"#),
        "{text}"
    );
}
