//! What is provisioned fits together: whatever a dashboard, a link or a data source names is there.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at what it did not expect")]

use std::collections::{BTreeMap, BTreeSet};

use candor_grafana::{Catalog, grafana};
use serde_json::Value;

const CATALOG: &str = r#"{
  "operations": [{"name": "pay", "target": "shop", "site": {"file": "src/pay.rs", "line": 9}, "intent": []}],
  "events": [{"name": "PaymentCaptured", "target": "shop", "site": {"file": "src/e.rs", "line": 3}, "fields": [], "unit": "EUR"}]
}"#;

fn pages() -> BTreeMap<String, String> {
    let pages = grafana(&Catalog::read(CATALOG).unwrap());
    pages.into_iter().map(|page| (page.path, page.text)).collect()
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&pages()[path]).unwrap()
}

/// Every text in a value that stands under this key, however deep.
fn under(value: &Value, key: &str) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, inside)| match inside {
                Value::String(text) if name == key => vec![text.clone()],
                inside => under(inside, key),
            })
            .collect(),
        Value::Array(all) => all.iter().flat_map(|inside| under(inside, key)).collect(),
        _ => Vec::new(),
    }
}

/// The data sources by their identifiers, with their kinds.
fn sources() -> BTreeMap<String, String> {
    let provisioned = yaml("grafana/provisioning/datasources/candor.yaml");
    let all = provisioned["datasources"].as_array().unwrap().clone();
    let text = |source: &Value, key: &str| source[key].as_str().unwrap().to_owned();
    all.iter().map(|source| (text(source, "uid"), text(source, "type"))).collect()
}

#[test]
fn every_data_source_that_is_named_is_provisioned() {
    let sources = sources();
    let mut named = BTreeSet::new();
    for (path, text) in
        pages().iter().filter(|(path, _)| path.contains("dashboards/") && path.ends_with(".json"))
    {
        let dashboard: Value = serde_json::from_str(text).unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            let (uid, kind) = (&panel["datasource"]["uid"], &panel["datasource"]["type"]);
            assert_eq!(sources.get(uid.as_str().unwrap()).map(String::as_str), kind.as_str(), "{path}");
            assert!(
                panel["targets"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|own| own["datasource"] == panel["datasource"])
            );
        }
        // A link opens Explore with a data source of its own.
        for url in under(&dashboard, "url") {
            let left: Value = serde_json::from_str(url.strip_prefix("/explore?left=").unwrap()).unwrap();
            named.insert(left["datasource"].as_str().unwrap().to_owned());
        }
    }
    named.extend(under(&yaml("grafana/provisioning/datasources/candor.yaml"), "datasourceUid"));
    let known: BTreeSet<String> = sources.into_keys().collect();
    assert!(named.len() > 2 && named.is_subset(&known), "{named:?} of {known:?}");
}

#[test]
fn every_host_is_a_service_of_the_compose_file() {
    let services: BTreeSet<String> =
        yaml("compose.yaml")["services"].as_object().unwrap().keys().cloned().collect();
    let mut urls = under(&yaml("grafana/provisioning/datasources/candor.yaml"), "url");
    // One that Grafana fills in with the identifier of a trace is no address.
    urls.retain(|url| !url.contains("__value"));
    urls.extend(under(&yaml("collector.yaml")["exporters"], "endpoint"));
    assert_eq!(urls.len(), 8, "{urls:?}");
    for url in urls {
        let host = url.strip_prefix("http://").and_then(|rest| rest.split([':', '/']).next()).unwrap();
        assert!(services.contains(host), "{host} of {url} is none of {services:?}");
    }
}

#[test]
fn the_collector_uses_what_it_defines() {
    let collector = yaml("collector.yaml");
    let defined: BTreeSet<&String> = collector["exporters"].as_object().unwrap().keys().collect();
    let mut used = BTreeSet::new();
    for (name, pipeline) in collector["service"]["pipelines"].as_object().unwrap() {
        assert_eq!(pipeline["receivers"][0], "otlp", "{name}");
        used.extend(
            pipeline["exporters"].as_array().unwrap().iter().map(|own| own.as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(used.iter().collect::<BTreeSet<_>>(), defined);
}
