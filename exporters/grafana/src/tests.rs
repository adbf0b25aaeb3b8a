//! What is written, read back.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

const CATALOG: &str = r#"{
  "operations": [
    {"name": "pay", "target": "shop", "site": {"file": "src/pay.rs", "line": 9, "column": 1, "function": "pay"},
     "intent": [{"word": "emits", "text": "PaymentCaptured | 'later'"}]},
    {"name": "pay", "target": "other", "site": {"file": "src/other.rs", "line": 3, "column": 1, "function": "pay"}, "intent": []},
    {"name": "import \"all\"", "target": "shop", "site": {"file": "src/import.rs", "line": 1, "column": 1, "function": "f"}, "intent": []}
  ],
  "events": [
    {"name": "PaymentCaptured", "target": "shop", "site": {"file": "src/e.rs", "line": 3, "column": 1, "function": ""},
     "fields": ["order_id", "amount"], "unit": "EUR"},
    {"name": "MailSent", "target": "shop", "site": {"file": "src/e.rs", "line": 9, "column": 1, "function": ""}, "fields": [], "unit": null}
  ]
}"#;

fn catalog() -> Catalog {
    Catalog::read(CATALOG).unwrap()
}

fn dashboards() -> Vec<(String, Value)> {
    let pages = grafana(&catalog());
    let own = pages.into_iter().filter(|page| page.path.ends_with(".json"));
    own.map(|page| (page.path, serde_json::from_str(&page.text).unwrap())).collect()
}

fn panels<'a>(dashboard: &'a Value, source: &str) -> Vec<&'a Value> {
    let all = dashboard["panels"].as_array().unwrap();
    all.iter().filter(|panel| panel["datasource"]["type"] == source).collect()
}

/// The queries to Prometheus.
fn expressions(dashboard: &Value) -> Vec<String> {
    let own = panels(dashboard, "prometheus");
    let targets = own.into_iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    targets.filter_map(|target| target["expr"].as_str()).map(str::to_owned).collect()
}

#[test]
fn there_is_a_dashboard_for_each_operation_and_two_for_all() {
    let paths: Vec<String> = dashboards().into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "grafana/dashboards/candor-business.json",
            "grafana/dashboards/candor-observer.json",
            "grafana/dashboards/candor-op-pay.json",
            "grafana/dashboards/candor-op-import--all--224213d9.json",
        ]
    );
}

#[test]
fn identifiers_are_what_grafana_takes_and_panels_do_not_overlap() {
    for (path, dashboard) in dashboards() {
        let uid = dashboard["uid"].as_str().unwrap();
        assert!(
            uid.len() <= 40 && uid.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'),
            "{uid}"
        );
        let mut taken = BTreeSet::new();
        for panel in dashboard["panels"].as_array().unwrap() {
            let at = |name: &str| panel["gridPos"][name].as_u64().unwrap();
            assert!(at("x") + at("w") <= 24);
            for x in at("x")..at("x") + at("w") {
                assert!(taken.insert((x, at("y"))), "{path}: {} lies upon another panel", panel["title"]);
            }
        }
        let rows: BTreeSet<u64> = taken.iter().map(|(_, y)| *y).collect();
        assert_eq!(taken.len(), rows.len() * 24, "{path}: every row is full");
    }
}

#[test]
fn operations_with_like_names_have_dashboards_of_their_own() {
    let mut like = catalog();
    let mut named = |name: &str| {
        let mut one = like.operations[0].clone();
        one.name = name.to_owned();
        like.operations.push(one);
    };
    for name in ["a.b", "a-b", "reconcile_the_ledger_of_the_year", "reconcile_the_ledger_of_the_yard"] {
        named(name);
    }
    let pages = grafana(&like);
    let paths: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(paths.len(), pages.len(), "{paths:?}");
    assert!(paths.contains("grafana/dashboards/candor-op-a-b.json"), "{paths:?}");
}

#[test]
fn curves_that_count_operations_lead_to_their_traces() {
    let leads = |panel: &Value| panel["targets"][0]["exemplar"] == true;
    for (path, dashboard) in dashboards() {
        let titles: Vec<&str> = panels(&dashboard, "prometheus")
            .into_iter()
            .filter(|panel| leads(panel))
            .map(|panel| panel["title"].as_str().unwrap())
            .collect();
        let expected: &[&str] = match path.as_str() {
            "grafana/dashboards/candor-business.json" => &["Divergences", "95 % are faster than"],
            "grafana/dashboards/candor-observer.json" => &[],
            _ => &["Outcomes", "Duration"],
        };
        assert_eq!(titles, expected, "{path}");
    }
    let pages = grafana(&catalog());
    let text = |path: &str| pages.iter().find(|page| page.path == path).unwrap().text.clone();
    let sources = text("grafana/provisioning/datasources/candor.yaml");
    assert!(sources.contains("exemplarTraceIdDestinations") && sources.contains("name: trace_id"));
    assert!(text("compose.yaml").contains("--enable-feature=exemplar-storage"));
}

#[test]
fn every_query_names_metrics_that_candor_publishes() {
    let published = [
        "candor_operation_outcomes_total",
        "candor_operation_duration_seconds_bucket",
        "candor_operation_active",
        "candor_divergences_total",
        "candor_events_total",
        "candor_event_value",
        "candor_lost_total",
        "candor_unsent_total",
    ];
    for (path, dashboard) in dashboards() {
        for expression in expressions(&dashboard) {
            let named = expression
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .filter(|word| word.starts_with("candor_"));
            let named: Vec<&str> = named.collect();
            assert!(
                !named.is_empty() && named.iter().all(|name| published.contains(name)),
                "{path}: {expression}"
            );
            assert_eq!(
                expression.matches(['(', '{']).count(),
                expression.matches([')', '}']).count(),
                "{expression}"
            );
        }
    }
}

#[test]
fn business_value_is_shown_only_where_it_is_declared() {
    let mentions =
        |catalog: &Catalog| grafana(catalog).iter().any(|page| page.text.contains("candor_event_value"));
    assert!(mentions(&catalog()));
    let mut without = catalog();
    without.events.retain(|event| event.unit.is_none());
    assert!(!mentions(&without));
}

#[test]
fn business_value_is_shown_in_its_unit() {
    let mut worth = catalog();
    worth.events[1].unit = Some("parcels".to_owned());
    let business = grafana(&worth).into_iter().find(|page| page.path.ends_with("business.json")).unwrap();
    let business: Value = serde_json::from_str(&business.text).unwrap();
    let own = panels(&business, "prometheus");
    let unit = |title: &str| {
        let panel = own.iter().find(|panel| panel["title"] == title).unwrap();
        panel["fieldConfig"]["defaults"]["unit"].as_str().unwrap().to_owned()
    };
    assert_eq!(unit("Business value in EUR"), "currency:EUR");
    assert_eq!(unit("Business value in parcels"), "suffix: parcels");
    assert_eq!(unit("Refusals by reason"), "short", "a count has no currency");
}

#[test]
fn quotes_in_names_do_not_leave_their_place() {
    let pages = grafana(&catalog());
    let odd = pages.iter().find(|page| page.path.contains("import")).unwrap();
    let dashboard: Value = serde_json::from_str(&odd.text).unwrap();
    assert!(expressions(&dashboard)[0].contains(r#"operation="import \"all\"""#));
    let traceql = panels(&dashboard, "tempo")[0]["targets"][0]["query"].as_str().unwrap();
    assert_eq!(traceql, r#"{ span.candor.operation = "import \"all\"" }"#);
    let spans = semconv(&catalog()).into_iter().find(|page| page.path == "spans.yaml").unwrap();
    assert!(spans.text.contains("emits(PaymentCaptured | ''later'')"), "{}", spans.text);
}

#[test]
fn each_alert_has_a_test_that_fires_and_one_that_is_silent() {
    let pages = grafana(&catalog());
    let text = |path: &str| pages.iter().find(|page| page.path == path).unwrap().text.clone();
    let (rules, tests) = (text("prometheus/candor.rules.yml"), text("prometheus/candor.rules.test.yml"));
    let names: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert_eq!(names.len(), 6);
    for name in names {
        assert!(
            tests.contains(&format!("{name} fires")) && tests.contains(&format!("{name} stays silent")),
            "{name}"
        );
    }
}

#[test]
fn the_registry_defines_every_attribute_that_it_refers_to() {
    let pages = semconv(&catalog());
    let all: String = pages.iter().map(|page| page.text.as_str()).collect();
    let words = |mark: &str| -> BTreeSet<String> {
        all.lines().filter_map(|line| line.trim().strip_prefix(mark)).map(str::to_owned).collect()
    };
    let (defined, referred) = (words("- id: "), words("- ref: "));
    assert!(referred.is_subset(&defined), "{:?}", referred.difference(&defined));
    assert!(defined.contains("span.candor.pay") && defined.contains("event.candor.payment_captured"));
    assert_eq!(all.matches("- id: span.candor.pay\n").count(), 1, "a name is defined once");
}
