//! What must be true of exemplars: each metric that counts divergent calls leads to the trace of one.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::backend::Backends;
use super::check::Check;
use super::claim::{Claim, PLACES, of_the_run};
use super::{Outcome, ask, page, tool};

/// What an exemplar says.
struct Led {
    /// The code of the series; empty when it has none.
    code: String,
    trace: String,
    span: String,
}

/// Every divergence has an exemplar, and every exemplar that a dashboard asks for leads to a span in Jaeger.
pub(super) fn exemplars(backends: &Backends, graf: &Path, buggy: &Claim) -> Outcome<Check> {
    let own = format!("candor_divergences_total{{job=\"{}\"}}", buggy.service);
    let divergences = ask_for(backends, &own)?;
    let codes: BTreeSet<&str> = divergences.iter().map(|led| led.code.as_str()).collect();
    let claimed: BTreeSet<&str> =
        buggy.divergences.keys().map(|(code, _)| code.as_str()).filter(|code| !of_the_run(code)).collect();
    let mut faults: Vec<String> =
        claimed.difference(&codes).map(|code| format!("{code} has no exemplar")).collect();
    let (mut asked, mut others) = (0, Vec::new());
    for expression in expressions(graf)? {
        asked += 1;
        others.extend(ask_for(backends, &expression.replace("$__rate_interval", "5m"))?);
    }
    let all = || divergences.iter().chain(&others);
    let places: BTreeSet<(&str, &str)> = all().map(|led| (led.trace.as_str(), led.span.as_str())).collect();
    for (trace, span) in &places {
        if !backends.has_span(trace, span)? {
            faults.push(format!(
                "an exemplar leads to the span {span} of the trace {trace}, which is not in Jaeger"
            ));
        }
    }
    let seen = format!(
        "{} codes, {asked} expressions, {} exemplars of {} spans",
        codes.len(),
        all().count(),
        places.len()
    );
    let what = "every divergence has an exemplar, and each exemplar of a dashboard leads to a span in Jaeger";
    Ok(Check::new(&tool::PROMETHEUS, what, seen, faults))
}

/// By gRPC, too, what diverged has an exemplar that leads to its span.
pub(super) fn by_grpc(backends: &Backends) -> Outcome<Check> {
    let mut faults = Vec::new();
    let mut all = 0;
    for place in PLACES {
        let led = ask_for(backends, &format!("candor_divergences_total{{job=\"grpc-{place}\"}}"))?;
        let mut arrived = Vec::new();
        for own in &led {
            arrived.push(backends.has_span(&own.trace, &own.span)?);
        }
        if led.is_empty() || arrived.contains(&false) {
            faults.push(format!("{place}: {} exemplars, in Jaeger: {arrived:?}", led.len()));
        }
        all += led.len();
    }
    let what = "by gRPC, too, what diverged has an exemplar that leads to its span in Jaeger";
    Ok(Check::new(&tool::PROMETHEUS, what, format!("{all} exemplars"), faults))
}

/// The expressions of the dashboards that ask for exemplars.
fn expressions(graf: &Path) -> Outcome<Vec<String>> {
    let mut all = Vec::new();
    for dashboard in page::dashboards(graf)? {
        let dashboard = page::read(&dashboard)?;
        let panels = dashboard.get("panels").and_then(Value::as_array).cloned().unwrap_or_default();
        let targets = panels.iter().filter_map(|panel| panel.get("targets")?.as_array()).flatten();
        let wanted = targets.filter(|target| target.get("exemplar").is_some());
        all.extend(wanted.filter_map(|target| Some(target.get("expr")?.as_str()?.to_owned())));
    }
    Ok(all)
}

fn ask_for(backends: &Backends, expression: &str) -> Outcome<Vec<Led>> {
    let url = format!("{}/api/v1/query_exemplars", backends.prometheus);
    let now = ask::seconds();
    let (start, end) = ((now - 1800).to_string(), (now + 60).to_string());
    let answer = ask::query(&url, &[("query", expression), ("start", &start), ("end", &end)])?;
    let series = answer.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value, pointer: &str| {
        value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut all = Vec::new();
    for one in &series {
        let exemplars = one.get("exemplars").and_then(Value::as_array).cloned().unwrap_or_default();
        all.extend(exemplars.iter().map(|exemplar| Led {
            code: text(one, "/seriesLabels/code"),
            trace: text(exemplar, "/labels/trace_id"),
            span: text(exemplar, "/labels/span_id"),
        }));
    }
    Ok(all)
}
