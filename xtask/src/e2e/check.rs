//! What must be true of what the backends have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::backend::Backends;
use super::claim::{Claim, PLACES, of_the_run};
use super::telemetry::{Span, Telemetry};
use super::{Outcome, ask, page, tool};

/// One row of the result.
pub(super) struct Check {
    backend: String,
    what: &'static str,
    /// What was seen, in numbers.
    seen: String,
    faults: Vec<String>,
}

impl Check {
    pub(super) fn new(tool: &tool::Tool, what: &'static str, seen: String, faults: Vec<String>) -> Check {
        Check { backend: format!("{} {}", tool.name, tool.version), what, seen, faults }
    }

    pub(super) fn has_passed(&self) -> bool {
        self.faults.is_empty()
    }
}

/// `promtool` on the generated rules.
pub(super) fn rules(cache: &Path, graf: &Path) -> Outcome<Vec<Check>> {
    let promtool = |arguments: [&str; 3]| -> Outcome<Vec<String>> {
        let mut command = Command::new(tool::PROMTOOL.path(cache));
        command.args(arguments).current_dir(graf.join("prometheus")).stdin(Stdio::null());
        let output = command.output()?;
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        Ok(if output.status.success() { Vec::new() } else { vec![said] })
    };
    let checked = promtool(["check", "rules", "candor.rules.yml"])?;
    let tested = promtool(["test", "rules", "candor.rules.test.yml"])?;
    let count = |file: &str, word| -> Outcome<usize> {
        Ok(std::fs::read_to_string(graf.join("prometheus").join(file))?.matches(word).count())
    };
    let (rules, cases) = (count("candor.rules.yml", "- alert:")?, count("candor.rules.test.yml", "- name:")?);
    Ok(vec![
        Check::new(&tool::PROMTOOL, "the alert rules are valid", format!("{rules} rules"), checked),
        Check::new(
            &tool::PROMTOOL,
            "each alert fires where it should and is silent where it should",
            format!("{cases} cases"),
            tested,
        ),
    ])
}

/// A span as Jaeger tells it.
struct Told {
    name: String,
    tags: BTreeMap<String, String>,
    /// Codes of its divergence events.
    codes: BTreeSet<String>,
    events: usize,
}

fn told(backends: &Backends, service: &str) -> Outcome<Vec<Told>> {
    let url = format!("{}/api/traces", backends.jaeger);
    let answer = ask::query(&url, &[("service", service), ("limit", "20000"), ("lookback", "1h")])?;
    let traces = answer.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
    let spans = traces.iter().filter_map(|trace| trace.get("spans").and_then(Value::as_array)).flatten();
    Ok(spans.map(one).collect())
}

fn one(span: &Value) -> Told {
    let logs = span.get("logs").and_then(Value::as_array).cloned().unwrap_or_default();
    let fields: Vec<BTreeMap<String, String>> = logs.iter().map(|log| tags(log, "fields")).collect();
    Told {
        name: span.get("operationName").and_then(Value::as_str).unwrap_or_default().to_owned(),
        tags: tags(span, "tags"),
        codes: fields.iter().filter_map(|own| own.get("candor.divergence.code").cloned()).collect(),
        events: logs.len(),
    }
}

fn tags(value: &Value, name: &str) -> BTreeMap<String, String> {
    let all = value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    all.iter()
        .filter_map(|tag| Some((tag.get("key")?.as_str()?.to_owned(), text(tag.get("value")?))))
        .collect()
}

/// Jaeger shows each divergent operation with its events, its divergence and its status.
pub(super) fn jaeger(backends: &Backends, claim: &Claim) -> Outcome<Vec<Check>> {
    let spans = ask::until("the arrival of spans in Jaeger", || {
        let spans = told(backends, claim.service)?;
        Ok((!spans.is_empty()).then_some(spans))
    })?;
    let claimed = claim.divergences.keys().filter(|(code, _)| !of_the_run(code));
    let absent: Vec<String> = claimed
        .clone()
        .filter(|(code, operation)| {
            !spans.iter().any(|span| span.name == *operation && span.codes.contains(code))
        })
        .map(|(code, operation)| format!("{code} of {operation} is not in Jaeger"))
        .collect();
    let mut by_tag = Vec::new();
    for (code, _) in claimed.clone() {
        let tag = format!("{{\"candor.divergence.code\":\"{code}\"}}");
        let url = format!("{}/api/traces", backends.jaeger);
        let answer = ask::query(
            &url,
            &[("service", claim.service), ("tags", &tag), ("limit", "20"), ("lookback", "1h")],
        )?;
        // One that is never the worst of its call stands in `candor.divergence.codes` and in the event.
        let in_list = spans.iter().any(|span| {
            span.tags.get("candor.divergence.codes").is_some_and(|all| all.contains(code.as_str()))
        });
        if answer.pointer("/data/0").is_none() && !in_list {
            by_tag.push(format!("a search for {code} finds nothing"));
        }
    }
    let failed: Vec<&Told> =
        spans.iter().filter(|span| is(span, "candor.outcome", &["failed", "abandoned"])).collect();
    let mut status: Vec<String> = failed
        .iter()
        .filter(|span| !is(span, "otel.status_code", &["ERROR"]) || !span.tags.contains_key("error.type"))
        .map(|span| format!("a failed {} is no error", span.name))
        .collect();
    let healthy = spans.iter().filter(|span| is(span, "candor.outcome", &["fulfilled", "refused"]));
    status.extend(
        healthy
            .filter(|span| is(span, "otel.status_code", &["ERROR"]))
            .map(|span| format!("a {} that did not fail is an error", span.name)),
    );
    let events: usize = spans.iter().map(|span| span.events).sum();
    let row = |what, seen, faults| Check::new(&tool::JAEGER, what, seen, faults);
    Ok(vec![
        row(
            "every divergent operation is there, with its divergence and events",
            format!("{} kinds of divergence, {} spans, {events} span events", claimed.count(), spans.len()),
            absent,
        ),
        row(
            "a search by `candor.divergence.code` finds its traces",
            format!("{} searches", claim.divergences.len()),
            by_tag,
        ),
        row(
            "failed operations, and no others, have the status of an error",
            format!("{} failed", failed.len()),
            status,
        ),
    ])
}

fn is(span: &Told, tag: &str, values: &[&str]) -> bool {
    span.tags.get(tag).is_some_and(|value| values.contains(&value.as_str()))
}

/// Every expression of every dashboard returns data, and every alert is evaluated.
pub(super) fn prometheus(backends: &Backends, graf: &Path) -> Outcome<Vec<Check>> {
    let url = format!("{}/api/v1/query", backends.prometheus);
    let (mut asked, mut empty) = (0, Vec::new());
    for dashboard in page::dashboards(graf)? {
        for expression in expressions(&page::read(&dashboard)?) {
            let filled = expression.replace("$__rate_interval", "5m").replace("$__range", "10m");
            let answer = ask::query(&url, &[("query", &filled)])?;
            asked += 1;
            if answer.pointer("/data/result/0").is_none() {
                empty.push(format!("no data: {filled}"));
            }
        }
    }
    let rules = ask::json(&format!("{}/api/v1/rules", backends.prometheus))?;
    let all = rules.pointer("/data/groups/0/rules").and_then(Value::as_array).cloned().unwrap_or_default();
    let name = |rule: &Value| rule.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let state =
        |rule: &Value, key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut sick: Vec<String> = all
        .iter()
        .filter(|rule| state(rule, "health") != "ok")
        .map(|rule| format!("{} is not evaluated: {}", name(rule), state(rule, "lastError")))
        .collect();
    if !all.iter().any(|rule| name(rule) == "CandorDiverged" && state(rule, "state") == "firing") {
        sick.push("CandorDiverged does not fire".to_owned());
    }
    let row = |what, seen, faults| Check::new(&tool::PROMETHEUS, what, seen, faults);
    let (grown, still) = grown(&url)?;
    Ok(vec![
        row("what was counted before the first export is an increase", format!("{grown} series"), still),
        row("every expression of every dashboard returns data", format!("{asked} expressions"), empty),
        row(
            "every alert is evaluated, and the divergences of the shop fire theirs",
            format!("{} alerts", all.len()),
            sick,
        ),
    ])
}

/// The series of outcomes that count something, and those of them that did not grow from nothing.
fn grown(url: &str) -> Outcome<(usize, Vec<String>)> {
    // The programs that go by gRPC end within milliseconds, in which there is no time for a start.
    let own = "candor_operation_outcomes_total{job=~\"shop.*\"}";
    let counted = format!("{own} > 0");
    let answer = ask::query(url, &[("query", &counted)])?;
    let series = answer.pointer("/data/result").and_then(Value::as_array).map_or(0, Vec::len);
    let still = format!("{counted} unless increase({own}[15m]) > 0");
    let answer = ask::query(url, &[("query", &still)])?;
    let still = answer.pointer("/data/result").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut faults: Vec<String> = still.iter().map(|own| format!("no increase: {own}")).collect();
    if series == 0 {
        faults.push("nothing is counted".to_owned());
    }
    Ok((series, faults))
}

fn expressions(dashboard: &Value) -> Vec<String> {
    let list =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let own = |panel: &Value| panel.pointer("/datasource/type").is_some_and(|kind| kind == "prometheus");
    let panels = list(dashboard, "panels").into_iter().filter(own);
    let targets = panels.flat_map(|panel| list(&panel, "targets"));
    targets.filter_map(|target| Some(target.get("expr")?.as_str()?.to_owned())).collect()
}

/// What the Collector received is what the shop says it sent: nothing lost, nothing twice.
pub(super) fn collector(
    backends: &Backends,
    telemetry: &Telemetry,
    buggy: &Claim,
    fixed: &Claim,
) -> Outcome<Vec<Check>> {
    let row = |what, seen, faults| Check::new(&tool::COLLECTOR, what, seen, faults);
    let unsent = [buggy, fixed].into_iter().filter(|claim| !claim.unsent.is_empty());
    let undelivered = unsent.map(|claim| format!("{}: {}", claim.service, claim.unsent)).collect();
    let (spans, logs) = (&telemetry.spans, &telemetry.logs);
    let timeless = logs.iter().filter(|log| !log.has_time || log.event.is_empty()).count();
    let untimed =
        if timeless == 0 { Vec::new() } else { vec![format!("{timeless} records without time or name")] };
    Ok(vec![
        row("the shop reports nothing undelivered", "2 runs".to_owned(), undelivered),
        row(
            "no span is there twice, and every parent is there",
            format!("{} spans", spans.len()),
            whole(spans),
        ),
        row(
            "every divergence is told as often as the shop found it",
            format!("{} divergences", buggy.divergences.values().sum::<u64>()),
            differences(&buggy.divergences, &divergences(telemetry, buggy.service)),
        ),
        row(
            "with every operation exported, each call is one span",
            format!("{} spans", spans.iter().filter(|span| span.service == fixed.service).count()),
            differences(
                &counted(backends, "operation", "candor_operation_outcomes_total", fixed.service)?,
                &calls(spans, fixed.service),
            ),
        ),
        row(
            "with every operation exported, each event is one log record",
            format!("{} records", logs.iter().filter(|log| log.service == fixed.service).count()),
            differences(
                &counted(backends, "event", "candor_events_total", fixed.service)?,
                &events(telemetry, fixed.service),
            ),
        ),
        row(
            "every log record has its time and the name of its event",
            format!("{} records", logs.len()),
            untimed,
        ),
    ])
}

/// By gRPC, everything arrives from wherever the program stands.
pub(super) fn grpc(telemetry: &Telemetry, mut faults: Vec<String>) -> Check {
    for place in PLACES {
        let service = format!("grpc-{place}");
        let spans = calls(&telemetry.spans, &service);
        let whole = BTreeMap::from([("place_order".to_owned(), 1), ("send_mail".to_owned(), 1)]);
        faults.extend(differences(&whole, &spans).into_iter().map(|fault| format!("{place}: {fault}")));
    }
    let seen = PLACES.join(", ");
    Check::new(
        &tool::COLLECTOR,
        "by gRPC: no runtime, current thread, inside a task, runtime dropped first",
        seen,
        faults,
    )
}

/// Spans that are there twice, and parents that are missing.
fn whole(spans: &[Span]) -> Vec<String> {
    let mut ids = BTreeSet::new();
    let mut faults = Vec::new();
    for span in spans {
        if !ids.insert((&span.trace, &span.id)) {
            faults.push(format!("{} {} is there twice", span.name, span.id));
        }
    }
    let orphan = |span: &&Span| {
        !span.parent.is_empty() && !span.is_outer_parent && !ids.contains(&(&span.trace, &span.parent))
    };
    faults.extend(
        spans.iter().filter(orphan).map(|span| format!("the parent of {} {} is missing", span.name, span.id)),
    );
    faults
}

fn divergences(telemetry: &Telemetry, service: &str) -> BTreeMap<(String, String), u64> {
    let mut all = BTreeMap::new();
    for log in telemetry.logs.iter().filter(|log| log.service == service && !log.code.is_empty()) {
        *all.entry((log.code.clone(), log.operation.clone())).or_default() += log.count;
    }
    all
}

fn calls(spans: &[Span], service: &str) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for span in spans.iter().filter(|span| span.service == service) {
        *all.entry(span.name.clone()).or_default() += 1;
    }
    all
}

fn events(telemetry: &Telemetry, service: &str) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for log in telemetry.logs.iter().filter(|log| log.service == service && log.code.is_empty()) {
        *all.entry(log.event.clone()).or_default() += 1;
    }
    all
}

/// A counter by one label, as Prometheus has it.
pub(super) fn counted(
    backends: &Backends,
    label: &str,
    metric: &str,
    service: &str,
) -> Outcome<BTreeMap<String, u64>> {
    let query = format!("sum by ({label}) ({metric}{{job=\"{service}\"}})");
    let answer = ask::query(&format!("{}/api/v1/query", backends.prometheus), &[("query", &query)])?;
    let series = answer.pointer("/data/result").and_then(Value::as_array).cloned().unwrap_or_default();
    let one = |own: &Value| {
        let name = own.pointer(&format!("/metric/{label}"))?.as_str()?.to_owned();
        Some((name, own.pointer("/value/1")?.as_str()?.parse().ok()?))
    };
    Ok(series.iter().filter_map(one).collect())
}

/// Where two counts differ.
pub(super) fn differences<K: Ord + std::fmt::Debug>(
    expected: &BTreeMap<K, u64>,
    found: &BTreeMap<K, u64>,
) -> Vec<String> {
    if expected.is_empty() {
        return vec!["there is nothing to compare with".to_owned()];
    }
    let keys: BTreeSet<&K> = expected.keys().chain(found.keys()).collect();
    let count = |all: &BTreeMap<K, u64>, key: &K| all.get(key).copied().unwrap_or(0);
    let differing = keys.into_iter().filter(|key| count(expected, key) != count(found, key));
    differing
        .map(|key| format!("{key:?}: {} expected, {} found", count(expected, key), count(found, key)))
        .collect()
}

/// The result as a table.
pub(super) fn table(checks: &[Check]) -> String {
    let mut text = "| Backend | What was checked | Seen | Result |\n|---|---|---|---|\n".to_owned();
    for check in checks {
        let result = if check.has_passed() { "passed" } else { "FAILED" };
        text += &format!("| {} | {} | {} | {result} |\n", check.backend, check.what, check.seen);
    }
    for check in checks.iter().filter(|check| !check.has_passed()) {
        text += &format!("\n{}: {}\n", check.backend, check.what);
        for fault in check.faults.iter().take(20) {
            text += &format!("  - {fault}\n");
        }
    }
    text
}

/// The tables with what they are.
pub(super) fn document(table: &str, faults: &str) -> String {
    let (head, tail) = (include_str!("page-head.md"), include_str!("page-tail.md"));
    format!("{head}\n{table}{tail}\n{}\n{faults}", include_str!("page-faults.md"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: &str, parent: &str) -> Span {
        Span {
            service: "shop".to_owned(),
            trace: "t".to_owned(),
            id: id.to_owned(),
            parent: parent.to_owned(),
            name: "pay".to_owned(),
            is_outer_parent: false,
            attributes: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    #[test]
    fn a_span_that_is_there_twice_or_has_no_parent_is_a_fault() {
        assert!(whole(&[span("1", ""), span("2", "1")]).is_empty());
        assert_eq!(whole(&[span("1", ""), span("1", "")]).len(), 1);
        assert_eq!(whole(&[span("2", "1")]).len(), 1);
    }

    #[test]
    fn counts_that_differ_are_faults_and_nothing_to_compare_is_one() {
        let counts = |n| BTreeMap::from([("pay".to_owned(), n)]);
        assert!(differences(&counts(3), &counts(3)).is_empty());
        assert_eq!(differences(&counts(3), &counts(2)).len(), 1);
        assert_eq!(differences(&BTreeMap::<String, u64>::new(), &BTreeMap::new()).len(), 1);
    }

    #[test]
    fn a_failed_check_tells_what_is_wrong() {
        let check =
            Check::new(&tool::JAEGER, "x", "3 spans".to_owned(), vec!["C101 is not there".to_owned()]);
        assert!(!check.has_passed());
        let text = table(&[check]);
        assert!(text.contains("FAILED") && text.contains("  - C101 is not there"), "{text}");
    }
}
