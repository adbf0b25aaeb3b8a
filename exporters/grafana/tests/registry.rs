//! The registry for OpenTelemetry Weaver, read by a reader of YAML and held against the definition syntax that Weaver
//! publishes (<https://github.com/open-telemetry/weaver/blob/main/schemas/semconv-syntax.md>): what a group must and may have,
//! which values are known, and that names are defined once and before they are used. Weaver itself is no crate.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::{BTreeMap, BTreeSet};

use candor_grafana::{Catalog, Page, semconv};
use serde::Deserialize;

/// A file of definitions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Group {
    #[serde(rename = "attribute_group")]
    Attributes { id: String, brief: String, display_name: Option<String>, attributes: Vec<Attribute> },
    Span {
        id: String,
        brief: String,
        note: Option<String>,
        #[expect(dead_code, reason = "that it is there and known is all that is asked of it")]
        stability: Stability,
        #[expect(dead_code, reason = "that it is there and known is all that is asked of it")]
        span_kind: SpanKind,
        attributes: Vec<Attribute>,
    },
    Event {
        id: String,
        name: String,
        brief: String,
        note: Option<String>,
        #[expect(dead_code, reason = "that it is there and known is all that is asked of it")]
        stability: Stability,
        attributes: Vec<Attribute>,
    },
    Metric {
        id: String,
        metric_name: String,
        instrument: Instrument,
        unit: String,
        brief: String,
        #[expect(dead_code, reason = "that it is there and known is all that is asked of it")]
        stability: Stability,
        attributes: Vec<Attribute>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stability {
    Stable,
    Development,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SpanKind {
    Internal,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Instrument {
    Counter,
    Gauge,
    Histogram,
    #[serde(rename = "updowncounter")]
    UpDownCounter,
}

/// Either a definition or the use of one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Attribute {
    Defined(Defined),
    Used(Used),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Defined {
    id: String,
    r#type: Type,
    #[expect(dead_code, reason = "that it is there and known is all that is asked of it")]
    stability: Stability,
    brief: String,
    examples: Option<Vec<Example>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Used {
    r#ref: String,
    requirement_level: Level,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Required,
    Recommended,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Type {
    Plain(Plain),
    OneOf { members: Vec<Member> },
}

#[derive(Debug, Deserialize, PartialEq)]
enum Plain {
    #[serde(rename = "string")]
    Text,
    #[serde(rename = "int")]
    Number,
    #[serde(rename = "string[]")]
    Texts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    id: String,
    value: String,
    brief: String,
    #[expect(dead_code, reason = "that it is there and known is all that is asked of it")]
    stability: Stability,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Example {
    Number(i64),
    Text(String),
    Texts(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    name: String,
    description: String,
    semconv_version: String,
    schema_base_url: String,
}

const CATALOG: &str = r#"{
  "operations": [
    {"name": "pay", "target": "shop", "site": {"file": "src/pay.rs", "line": 9, "column": 1, "function": "pay"},
     "intent": [{"word": "emits", "text": "PaymentCaptured | 'later': [x]"}]},
    {"name": "import \"all\"", "target": "shop", "site": {"file": "src/import.rs", "line": 1, "column": 1, "function": "f"}, "intent": []}
  ],
  "events": [
    {"name": "PaymentCaptured", "target": "shop", "site": {"file": "src/e.rs", "line": 3, "column": 1, "function": ""},
     "fields": ["order_id", "amount"], "unit": "EUR"},
    {"name": "MailSent", "target": "shop", "site": {"file": "src/e.rs", "line": 9, "column": 1, "function": ""}, "fields": [], "unit": null}
  ]
}"#;

fn pages(catalog: &str) -> Vec<Page> {
    semconv(&Catalog::read(catalog).unwrap())
}

/// All groups of a registry; the manifest is read too, and is none of them.
fn groups(pages: &[Page]) -> Result<Vec<Group>, String> {
    let mut all = Vec::new();
    for page in pages {
        let wrong = |error: serde_saphyr::Error| format!("{}: {error}", page.path);
        if page.path == "registry_manifest.yaml" {
            let manifest: Manifest = serde_saphyr::from_str(&page.text).map_err(wrong)?;
            assert!(!manifest.name.is_empty() && !manifest.description.is_empty());
            assert!(manifest.schema_base_url.starts_with("https://"), "{}", manifest.schema_base_url);
            assert_eq!(manifest.semconv_version.split('.').count(), 3);
        } else {
            let file: File = serde_saphyr::from_str(&page.text).map_err(wrong)?;
            all.extend(file.groups);
        }
    }
    Ok(all)
}

impl Group {
    /// Its identifier, what it begins with, and what it says of itself.
    fn identity(&self) -> (&str, &'static str, &str) {
        match self {
            Group::Attributes { id, brief, .. } => (id, "registry.", brief),
            Group::Span { id, brief, .. } => (id, "span.", brief),
            Group::Event { id, brief, .. } => (id, "event.", brief),
            Group::Metric { id, brief, .. } => (id, "metric.", brief),
        }
    }

    fn attributes(&self) -> &[Attribute] {
        match self {
            Group::Attributes { attributes, .. }
            | Group::Span { attributes, .. }
            | Group::Event { attributes, .. }
            | Group::Metric { attributes, .. } => attributes,
        }
    }
}

/// Whether an identifier is one for Weaver: lower case, and `_` and `.` between the words.
fn is_identifier(id: &str) -> bool {
    id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c))
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// An example is of the type of its attribute, and all but numbers and enumerations have one.
fn check_examples(own: &Defined) {
    let examples = own.examples.as_deref().unwrap_or_default();
    let fits = |example: &Example| match (&own.r#type, example) {
        (Type::Plain(Plain::Text), Example::Text(text)) => !text.is_empty(),
        (Type::Plain(Plain::Texts), Example::Texts(texts)) => !texts.is_empty(),
        (Type::Plain(Plain::Number), Example::Number(number)) => *number >= 0,
        _ => false,
    };
    assert!(examples.iter().all(fits), "{own:?}");
    assert!(
        !examples.is_empty() || !matches!(own.r#type, Type::Plain(Plain::Text | Plain::Texts)),
        "{own:?}"
    );
}

#[test]
fn every_group_has_what_it_must_have_and_nothing_unknown() {
    let groups = groups(&pages(CATALOG)).unwrap();
    let mut seen = BTreeSet::new();
    for group in &groups {
        let (id, begins, brief) = group.identity();
        assert!(seen.insert(id), "{id} is there twice");
        assert!(id.starts_with(begins) && is_identifier(id), "{id}");
        assert!(!brief.is_empty(), "{id}");
        match group {
            Group::Attributes { display_name, .. } => assert!(display_name.is_some(), "{id}"),
            Group::Span { note, .. } => assert!(note.is_some(), "{id}"),
            Group::Event { name, note, .. } => {
                assert!(!name.is_empty(), "{id}");
                assert!(note.is_some() || name == "candor.divergence", "{id}");
            }
            Group::Metric { metric_name, unit, instrument, .. } => {
                assert_eq!(id, format!("metric.{metric_name}"));
                assert_eq!(matches!(instrument, Instrument::Histogram), unit == "s", "{id}");
            }
        }
    }
    let of = |begins: &str| seen.iter().filter(|id| id.starts_with(begins)).count();
    assert_eq!((of("span."), of("event."), of("metric.")), (2, 3, 8));
}

#[test]
fn every_attribute_is_defined_once_and_used_only_where_it_is_defined() {
    let groups = groups(&pages(CATALOG)).unwrap();
    let all = || groups.iter().flat_map(Group::attributes);
    let mut defined = BTreeMap::new();
    for attribute in all() {
        let Attribute::Defined(own) = attribute else { continue };
        assert!(defined.insert(own.id.as_str(), own).is_none(), "{} is defined twice", own.id);
        assert!(is_identifier(&own.id) && !own.brief.is_empty(), "{}", own.id);
        if let Type::OneOf { members } = &own.r#type {
            let ids: BTreeSet<&str> = members.iter().map(|member| member.id.as_str()).collect();
            assert_eq!(ids.len(), members.len(), "{}", own.id);
            assert!(members.iter().all(|member| !member.value.is_empty() && !member.brief.is_empty()));
        } else {
            check_examples(own);
        }
    }
    for attribute in all() {
        let Attribute::Used(own) = attribute else { continue };
        assert!(defined.contains_key(own.r#ref.as_str()), "{} is not defined", own.r#ref);
        assert!(matches!(own.requirement_level, Level::Required | Level::Recommended));
    }
    // A namespace is no attribute: `candor.x` and `candor.x.y` cannot both be, which Weaver's policies refuse.
    for id in defined.keys() {
        let inside = defined.keys().find(|other| other.starts_with(&format!("{id}.")));
        assert_eq!(inside, None, "{id} is an attribute and a namespace");
    }
}

#[test]
fn a_registry_of_nothing_is_one_too() {
    let groups = groups(&pages(r#"{"operations": [], "events": []}"#)).unwrap();
    assert!(groups.iter().any(|group| group.identity().0 == "event.candor.divergence"));
}

#[test]
fn what_the_syntax_does_not_know_is_refused() {
    let broken = |from: &str, to: &str| {
        let mut pages = pages(CATALOG);
        let page = pages.iter_mut().find(|page| page.text.contains(from)).unwrap();
        page.text = page.text.replacen(from, to, 1);
        groups(&pages).is_err()
    };
    assert!(broken("span_kind: internal", "span_kind: inside"));
    assert!(broken("    brief: ", "    brif: "));
    assert!(broken("instrument: counter", "instrument: count"));
    assert!(broken("requirement_level: required", "requirement_level: wanted"));
    assert!(!broken("brief: The code of a divergence.", "brief: Another text."));
}
