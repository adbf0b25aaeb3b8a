//! The catalog as JSON. By hand: a library for it would bring comparisons between numbers and JSON into scope everywhere,
//! and with them change what the compiler infers in the user's code.

use std::fmt::Write as _;

use super::{Catalog, DeclaredEvent, DeclaredOperation};
use crate::model::Site;

pub(super) fn of(catalog: &Catalog) -> String {
    let operations = list(&catalog.operations, operation);
    let events = list(&catalog.events, event);
    format!("{{\"operations\":{operations},\"events\":{events}}}\n")
}

fn list<T>(items: &[T], write: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(write).collect::<Vec<_>>().join(","))
}

fn operation(own: &DeclaredOperation) -> String {
    let intent = list(own.intent, |clause| {
        let note = match clause.note {
            "" => String::new(),
            note => format!(",\"note\":{}", text(note)),
        };
        format!("{{\"word\":{},\"text\":{}{note}}}", text(clause.word), text(clause.text))
    });
    format!(
        "{{\"name\":{},\"target\":{},\"site\":{},\"intent\":{intent}}}",
        text(own.name),
        text(own.target),
        site(&own.site)
    )
}

fn event(own: &DeclaredEvent) -> String {
    let unit = own.unit.map_or_else(|| "null".to_owned(), text);
    format!(
        "{{\"name\":{},\"target\":{},\"site\":{},\"fields\":{},\"unit\":{unit}}}",
        text(own.name),
        text(own.target),
        site(&own.site),
        list(own.fields, |field| text(field))
    )
}

fn site(own: &Site) -> String {
    let Site { file, line, column, function } = own;
    let (file, function) = (text(file), text(function));
    format!("{{\"file\":{file},\"line\":{line},\"column\":{column},\"function\":{function}}}")
}

/// A string with what JSON does not allow in one escaped.
fn text(raw: &str) -> String {
    let mut quoted = String::from("\"");
    for c in raw.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // Writing to a string cannot fail.
            c if c.is_control() => drop(write!(quoted, "\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Clause;

    #[test]
    fn what_is_written_is_what_serde_reads() {
        let site = Site { file: "src/a b.rs", line: 3, column: 1, function: "f" };
        let intent = &[
            Clause { word: "ensures", text: "ret == \"a\\b\"\n\t", note: "" },
            Clause { word: "maintains", text: "n >= 0", note: "checked at exit" },
        ];
        let catalog = Catalog {
            operations: vec![DeclaredOperation { name: "pay", target: "shop", site, intent }],
            events: vec![
                DeclaredEvent { name: "Paid", target: "shop", site, fields: &["a", "b"], unit: Some("€") },
                DeclaredEvent { name: "Seen", target: "shop", site, fields: &[], unit: None },
            ],
        };
        let read: serde_json::Value = serde_json::from_str(&of(&catalog)).unwrap();
        assert_eq!(read, serde_json::to_value(&catalog).unwrap());
    }

    #[test]
    fn an_empty_catalog_is_one() {
        assert_eq!(of(&Catalog::default()), "{\"operations\":[],\"events\":[]}\n");
    }
}
