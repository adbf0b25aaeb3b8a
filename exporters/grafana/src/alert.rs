//! Alert rules for Prometheus, and tests for `promtool test rules`: each alert has series under which it fires and others
//! under which it stays silent.

use std::fmt::Write as _;

use crate::Catalog;
use crate::query::OUTCOMES;

/// One alert with its proof.
struct Alert {
    name: &'static str,
    expr: String,
    /// How long it has to hold.
    hold: &'static str,
    severity: &'static str,
    summary: &'static str,
    description: &'static str,
    /// The label that tells one alert from another, with a value of the tests.
    label: (&'static str, String),
    /// Each is one case of series under which it fires.
    fires: Vec<Series>,
    /// Each is one case of series under which it is silent.
    silent: Vec<Series>,
    /// When it is looked at in the tests.
    at: &'static str,
}

/// Series with their values, one for each minute.
type Series = Vec<(String, &'static str)>;

/// The operation that the tests speak of.
fn subject(catalog: &Catalog) -> String {
    catalog.operation_names().first().map_or("place_order", |name| name).to_owned()
}

fn outcome(operation: &str, outcome: &str, values: &'static str) -> (String, &'static str) {
    (format!("{OUTCOMES}{{operation=\"{operation}\",outcome=\"{outcome}\"}}"), values)
}

fn alerts(catalog: &Catalog) -> Vec<Alert> {
    let operation = subject(catalog);
    let mut all = about_findings();
    all.push(activity_without_outcome(&operation));
    all.push(dead_man(&operation));
    all.extend(about_the_observer());
    all
}

fn about_findings() -> Vec<Alert> {
    let series = |code, values| (format!("candor_divergences_total{{code=\"{code}\"}}"), values);
    let calls = |values| outcome("place_order", "fulfilled", values);
    vec![
        Alert {
            name: "CandorDiverged",
            expr: "sum by (code) (increase(candor_divergences_total{code!~\"C9..\"}[5m])) > 0".to_owned(),
            hold: "0m",
            severity: "warning",
            summary: "Behaviour and intent parted ways: {{ $labels.code }}",
            description: "`cargo candor explain {{ $labels.code }}` says what it means; its traces have candor.divergence.code={{ $labels.code }}.",
            label: ("code", "C101".to_owned()),
            fires: vec![vec![series("C101", "0 0 0 0 3 3 3 3")]],
            silent: vec![vec![series("C101", "3 3 3 3 3 3 3 3")], vec![series("C901", "0 0 0 0 3 3 3 3")]],
            at: "6m",
        },
        Alert {
            name: "CandorDivergenceRate",
            expr: format!(
                "sum(rate(candor_divergences_total{{code!~\"C9..\"}}[15m])) / sum(rate({OUTCOMES}[15m])) > 0.01"
            ),
            hold: "15m",
            severity: "critical",
            summary: "More than one call in a hundred diverges",
            description: "Measured over the last 15 minutes; the dashboard `candor: business` shows which codes.",
            label: ("", String::new()),
            fires: vec![vec![series("C101", "0+2x60"), calls("0+60x60")]],
            silent: vec![vec![series("C101", "0+2x60"), calls("0+6000x60")]],
            at: "45m",
        },
    ]
}

fn activity_without_outcome(operation: &str) -> Alert {
    Alert {
        name: "CandorActivityWithoutOutcome",
        expr: format!(
            "sum by (operation) (increase({OUTCOMES}[30m])) > 20 unless sum by (operation) (increase({OUTCOMES}{{outcome=\"fulfilled\"}}[30m])) > 0"
        ),
        hold: "5m",
        severity: "critical",
        summary: "{{ $labels.operation }} is called and never fulfils",
        description: "More than 20 calls ended in the last 30 minutes, none of them fulfilled (C301).",
        label: ("operation", operation.to_owned()),
        fires: vec![
            vec![outcome(operation, "failed", "0+2x90"), outcome(operation, "fulfilled", "7x90")],
            vec![outcome(operation, "refused", "0+2x90")],
        ],
        silent: vec![
            vec![outcome(operation, "failed", "0+2x90"), outcome(operation, "fulfilled", "0+1x90")],
            vec![outcome(operation, "failed", "0+1x9 9x81")],
        ],
        at: "60m",
    }
}

fn dead_man(operation: &str) -> Alert {
    Alert {
        name: "CandorDeadMan",
        // A process that is gone has no series any more, so nothing may be asked of the last hour but what is not there.
        expr: format!(
            "sum by (operation) (increase({OUTCOMES}[1d] offset 1h)) > 0 unless sum by (operation) (increase({OUTCOMES}[1h])) > 0"
        ),
        hold: "10m",
        severity: "warning",
        summary: "{{ $labels.operation }} has not run for an hour",
        description: "It ran in the day before. If that is meant, silence this operation.",
        label: ("operation", operation.to_owned()),
        fires: vec![
            vec![outcome(operation, "fulfilled", "0+1x60 60x120")],
            vec![outcome(operation, "fulfilled", "0+1x60 stale")],
        ],
        silent: vec![
            vec![outcome(operation, "fulfilled", "0+1x180")],
            vec![outcome(operation, "fulfilled", "0x180")],
        ],
        at: "170m",
    }
}

fn about_the_observer() -> Vec<Alert> {
    let lost = |values| ("candor_lost_total{kind=\"entry\"}".to_owned(), values);
    let unsent = |values| ("candor_unsent_total{kind=\"span\",operation=\"place_order\"}".to_owned(), values);
    vec![
        Alert {
            name: "CandorLossy",
            expr: "sum by (kind) (increase(candor_lost_total[10m])) > 0".to_owned(),
            hold: "0m",
            severity: "warning",
            summary: "candor loses records of kind {{ $labels.kind }}",
            description: "Verdicts that need them are inconclusive (C901).",
            label: ("kind", "entry".to_owned()),
            fires: vec![vec![lost("0 0 0 0 3 3 3 3 3")]],
            silent: vec![vec![lost("3 3 3 3 3 3 3 3 3")]],
            at: "8m",
        },
        Alert {
            name: "CandorUnsent",
            expr: "sum by (kind) (increase(candor_unsent_total[10m])) > 0".to_owned(),
            hold: "0m",
            severity: "warning",
            summary: "What candor exports does not arrive: {{ $labels.kind }}",
            description: "In the last 10 minutes. The label operation of candor_unsent_total says whose.",
            label: ("kind", "span".to_owned()),
            fires: vec![vec![unsent("0 0 0 0 3 3 3 3 3")]],
            silent: vec![vec![unsent("3 3 3 3 3 3 3 3 3")]],
            at: "8m",
        },
    ]
}

/// The rules file.
pub(crate) fn rules(catalog: &Catalog) -> String {
    let mut text = String::from(
        "# Written by `cargo candor grafana`. Check with `promtool check rules`, test with `promtool test rules candor.rules.test.yml`.\n\
         groups:\n  - name: candor\n    rules:\n",
    );
    for alert in alerts(catalog) {
        let Alert { name, expr, hold, severity, summary, description, .. } = &alert;
        // Writing to a string cannot fail.
        let _written = write!(
            text,
            "      - alert: {name}\n        expr: {}\n        for: {hold}\n        labels:\n          severity: {severity}\n        \
             annotations:\n          summary: {}\n          description: {}\n",
            quoted(expr),
            quoted(summary),
            quoted(description),
        );
    }
    text
}

/// The tests of the rules.
pub(crate) fn tests(catalog: &Catalog) -> String {
    let mut text = String::from(
        "# Written by `cargo candor grafana`. Each alert fires where it should and stays silent where it should.\n\
         rule_files:\n  - candor.rules.yml\nevaluation_interval: 1m\ntests:\n",
    );
    for alert in alerts(catalog) {
        alert.fires.iter().for_each(|series| case(&mut text, &alert, series, true));
        alert.silent.iter().for_each(|series| case(&mut text, &alert, series, false));
    }
    text
}

fn case(text: &mut String, alert: &Alert, series: &[(String, &str)], fires: bool) {
    let verb = if fires { "fires" } else { "stays silent" };
    let _written = write!(text, "  - name: {} {verb}\n    interval: 1m\n    input_series:\n", alert.name);
    for (name, values) in series {
        let _written = write!(text, "      - series: {}\n        values: {}\n", quoted(name), quoted(values));
    }
    let _written = write!(
        text,
        "    alert_rule_test:\n      - eval_time: {}\n        alertname: {}\n",
        alert.at, alert.name
    );
    if !fires {
        text.push_str("        exp_alerts: []\n");
        return;
    }
    let _written = write!(
        text,
        "        exp_alerts:\n          - exp_labels:\n              severity: {}\n",
        alert.severity
    );
    let (label, value) = &alert.label;
    if !label.is_empty() {
        let _written = writeln!(text, "              {label}: {}", quoted(value));
    }
    let filled = |template: &str| quoted(&template.replace(&format!("{{{{ $labels.{label} }}}}"), value));
    let _written = write!(
        text,
        "            exp_annotations:\n              summary: {}\n              description: {}\n",
        filled(alert.summary),
        filled(alert.description)
    );
}

/// A string of YAML in single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
