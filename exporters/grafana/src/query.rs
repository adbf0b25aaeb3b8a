//! The queries: one place for the names of metrics and labels.

/// Over this window rates are taken; Grafana fills it in.
pub(crate) const WINDOW: &str = "$__rate_interval";

/// Calls that ended, as a metric with labels `operation`, `outcome` and `reason`.
pub(crate) const OUTCOMES: &str = "candor_operation_outcomes_total";

/// A label matcher.
pub(crate) fn is(label: &str, value: &str) -> String {
    format!("{label}={}", quoted(value))
}

/// A string of PromQL and of TraceQL.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The rate of a counter, summed by labels.
pub(crate) fn rate(metric: &str, matchers: &[String], by: &str) -> String {
    format!("sum by ({by}) (rate({metric}{}[{WINDOW}]))", braces(matchers))
}

/// How much a counter grew in the time that is shown, summed by labels.
pub(crate) fn grown(metric: &str, matchers: &[String], by: &str) -> String {
    format!("sum by ({by}) (increase({metric}{}[$__range]))", braces(matchers))
}

/// The share of calls that fulfilled.
pub(crate) fn fulfilled(matchers: &[String]) -> String {
    let mut own = matchers.to_vec();
    own.push(is("outcome", "fulfilled"));
    format!("{} / {}", rate(OUTCOMES, &own, "operation"), rate(OUTCOMES, matchers, "operation"))
}

/// The duration below which this share of the calls stays.
pub(crate) fn quantile(q: &str, matchers: &[String]) -> String {
    let buckets = rate("candor_operation_duration_seconds_bucket", matchers, "le, operation");
    format!("histogram_quantile({q}, {buckets})")
}

/// A gauge, summed by labels.
pub(crate) fn gauge(metric: &str, matchers: &[String], by: &str) -> String {
    format!("sum by ({by}) ({metric}{})", braces(matchers))
}

fn braces(matchers: &[String]) -> String {
    if matchers.is_empty() { String::new() } else { format!("{{{}}}", matchers.join(",")) }
}
