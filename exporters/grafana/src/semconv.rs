//! A registry of semantic conventions for OpenTelemetry Weaver: what this binary sends, as definitions that telemetry can be
//! checked against (`weaver registry check -r DIR`, `weaver registry live-check -r DIR`).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::catalog::{Event, Operation};
use crate::{Catalog, Page};

/// The registry: its manifest, the attributes of candor, and a group for each operation, event and metric.
#[must_use]
pub fn semconv(catalog: &Catalog) -> Vec<Page> {
    vec![
        Page::new("registry_manifest.yaml", manifest()),
        Page::new("attributes.yaml", include_str!("../template/semconv/attributes.yaml")),
        Page::new("metrics.yaml", include_str!("../template/semconv/metrics.yaml")),
        Page::new("spans.yaml", spans(catalog)),
        Page::new("events.yaml", events(catalog)),
    ]
}

fn manifest() -> String {
    format!(
        "# Written by `cargo candor semconv`.\nname: candor\ndescription: What this binary sends with candor.\n\
         semconv_version: {}\nschema_base_url: https://opentelemetry.io/schemas/\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// An identifier of a group: lower case, with `_` between the words and none at the ends.
fn id(name: &str) -> String {
    let mut id = String::new();
    let mut before_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && before_lower {
            id.push('_');
        }
        before_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        id.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    let words: Vec<&str> = id.split('_').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "unnamed".to_owned() } else { words.join("_") }
}

/// The identifiers that are taken: two names may come to the same one.
#[derive(Default)]
struct Ids(BTreeSet<String>);

impl Ids {
    fn of(&mut self, name: &str) -> String {
        let plain = id(name);
        let mut own = plain.clone();
        let mut number = 2;
        while !self.0.insert(own.clone()) {
            own = format!("{plain}_{number}");
            number += 1;
        }
        own
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn spans(catalog: &Catalog) -> String {
    let mut text = String::from("# Written by `cargo candor semconv`.\n");
    text.push_str(if catalog.operations.is_empty() { "groups: []\n" } else { "groups:\n" });
    let (mut last, mut ids) = ("", Ids::default());
    for operation in &catalog.operations {
        if operation.name != last {
            span(&mut text, &ids.of(&operation.name), operation);
        }
        last = &operation.name;
    }
    text
}

fn span(text: &mut String, id: &str, operation: &Operation) {
    let place = format!(
        "The operation `{}`, declared at {}:{}.",
        operation.name, operation.site.file, operation.site.line
    );
    let clauses: Vec<String> =
        operation.intent.iter().map(|clause| format!("{}({})", clause.word, clause.text)).collect();
    let note = if clauses.is_empty() {
        "It declares nothing more than fulfilment.".to_owned()
    } else {
        clauses.join(", ")
    };
    // Writing to a string cannot fail.
    let _written = write!(
        text,
        "  - id: span.candor.{}\n    type: span\n    span_kind: internal\n    stability: development\n    brief: {}\n    note: {}\n    attributes:\n",
        id,
        quoted(&place),
        quoted(&note)
    );
    for (attribute, level) in [
        ("candor.operation", "required"),
        ("candor.outcome", "required"),
        ("candor.kept", "required"),
        ("candor.reason", "recommended"),
        ("candor.key", "recommended"),
        ("candor.omitted", "recommended"),
        ("candor.divergence.code", "recommended"),
        ("candor.divergence.codes", "recommended"),
        ("candor.divergence.level", "recommended"),
    ] {
        let _written = write!(text, "      - ref: {attribute}\n        requirement_level: {level}\n");
    }
}

fn events(catalog: &Catalog) -> String {
    let mut text = String::from("# Written by `cargo candor semconv`.\ngroups:\n");
    text.push_str(include_str!("../template/semconv/divergence.yaml"));
    let mut last = "";
    let mut ids = Ids(BTreeSet::from(["divergence".to_owned()]));
    for event in &catalog.events {
        if event.name != last {
            fact(&mut text, &ids.of(&event.name), event);
        }
        last = &event.name;
    }
    text
}

fn fact(text: &mut String, id: &str, event: &Event) {
    let brief = format!("`{}`, declared at {}:{}.", event.name, event.site.file, event.site.line);
    let note = match event.unit.as_deref() {
        Some(unit) => format!(
            "It has a business value, in {unit}. Its fields are attributes under their own names: {}.",
            event.fields.join(", ")
        ),
        None => format!("Its fields are attributes under their own names: {}.", event.fields.join(", ")),
    };
    let _written = write!(
        text,
        "  - id: event.candor.{}\n    type: event\n    name: {}\n    stability: development\n    brief: {}\n    note: {}\n    attributes:\n      \
         - ref: candor.operation\n        requirement_level: required\n",
        id,
        quoted(&event.name),
        quoted(&brief),
        quoted(&note)
    );
}

#[cfg(test)]
mod tests {
    use super::{Ids, id};

    #[test]
    fn names_become_identifiers() {
        assert_eq!(id("PaymentCaptured"), "payment_captured");
        assert_eq!(id("place_order"), "place_order");
        assert_eq!(id("HTTPDone"), "httpdone");
        assert_eq!((id("import \"all\"").as_str(), id("«»").as_str()), ("import_all", "unnamed"));
    }

    #[test]
    fn names_that_come_to_the_same_have_identifiers_of_their_own() {
        let mut ids = Ids::default();
        let all = ["payOrder", "pay_order", "pay order"].map(|name| ids.of(name));
        assert_eq!(all, ["pay_order", "pay_order_2", "pay_order_3"]);
    }
}
