//! Everything that is declared in the binary, known before anything runs.
//!
//! Declarations register themselves at link time. That is best effort: a crate that the binary never mentions is not
//! linked, and what is declared there is missing here. Nothing else depends on the catalog.

mod json;

use std::fmt;

use crate::model::{Clause, EventMeta, Operation, Site};
use crate::record::{Callsite, EventSite, callsites};

/// The operations and events of a binary.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Catalog {
    /// In order of name.
    pub operations: Vec<DeclaredOperation>,
    /// In order of name.
    pub events: Vec<DeclaredEvent>,
}

/// An operation as it is declared.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct DeclaredOperation {
    /// Its name in reports.
    pub name: &'static str,
    /// The module.
    pub target: &'static str,
    /// Where.
    pub site: Site,
    /// Its clauses, in the user's words.
    pub intent: &'static [Clause],
}

/// An event as it is declared.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct DeclaredEvent {
    /// The name of its type.
    pub name: &'static str,
    /// The module.
    pub target: &'static str,
    /// Where.
    pub site: Site,
    /// The names of its fields.
    pub fields: &'static [&'static str],
    /// The unit of its business value, if it declares one.
    pub unit: Option<&'static str>,
}

/// Lists every operation and event that is declared in this binary.
///
/// ```
/// println!("{}", candor::catalog());
/// ```
#[must_use]
pub fn catalog() -> Catalog {
    let operations = callsites().map(Callsite::operation);
    let events = inventory::iter::<EventSite>.into_iter().map(|event| event.0);
    of(operations, events)
}

/// The variable by which a binary is asked for its catalog: the file to write it to.
const ASKED: &str = "CANDOR_CATALOG";

/// Answers whoever asks this binary for its catalog, such as `cargo candor grafana`: writes it as JSON and ends the process,
/// before anything was observed. Returns when nobody asks.
#[expect(clippy::disallowed_methods, reason = "the question is put by a variable of the environment")]
pub(super) fn answer() {
    let Some(path) = std::env::var_os(ASKED) else { return };
    let written = std::fs::write(&path, json::of(&catalog()));
    if let Err(error) = &written {
        let mut out = std::io::stderr().lock();
        let text = format!("candor: failed to write the catalog to {}: {error}\n", path.display());
        // There is nowhere else to say it; the exit code says it too.
        let _told = std::io::Write::write_all(&mut out, text.as_bytes());
    }
    std::process::exit(i32::from(written.is_err()));
}

fn of(
    operations: impl Iterator<Item = &'static Operation>,
    events: impl Iterator<Item = &'static EventMeta>,
) -> Catalog {
    let mut operations: Vec<_> = operations
        .map(|declared| DeclaredOperation {
            name: declared.name,
            target: declared.target,
            site: declared.site,
            intent: declared.intent,
        })
        .collect();
    operations.sort_by_key(|declared| (declared.name, declared.site.file, declared.site.line));
    let mut events: Vec<_> = events
        .map(|declared| DeclaredEvent {
            name: declared.name,
            target: declared.target,
            site: declared.site,
            fields: declared.fields,
            unit: declared.unit,
        })
        .collect();
    events.sort_by_key(|declared| (declared.name, declared.site.file, declared.site.line));
    Catalog { operations, events }
}

impl DeclaredOperation {
    /// The clauses in one line.
    fn declares(&self) -> String {
        let clauses: Vec<String> = self.intent.iter().map(ToString::to_string).collect();
        clauses.join(", ")
    }
}

impl fmt::Display for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |site: &Site| format!("{}:{}", site.file, site.line);
        let operations =
            self.operations.iter().map(|own| [own.name.to_owned(), place(&own.site), own.declares()]);
        table(f, ["operation", "site", "declares"], operations.collect())?;
        writeln!(f)?;
        let events =
            self.events.iter().map(|own| [own.name.to_owned(), place(&own.site), own.fields.join(", ")]);
        table(f, ["event", "site", "fields"], events.collect())
    }
}

/// Columns as wide as their widest cell; the last one is open.
fn table(f: &mut fmt::Formatter<'_>, head: [&str; 3], rows: Vec<[String; 3]>) -> fmt::Result {
    let mut widths = head.map(|cell| cell.chars().count());
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let [first, second, _open] = widths;
    for [a, b, c] in std::iter::once(head.map(str::to_owned)).chain(rows) {
        let line = format!("{a:first$}  {b:second$}  {c}");
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    static PAY: Operation = Operation {
        name: "pay",
        target: "shop",
        site: Site { file: "src/pay.rs", line: 9, column: 1, function: "pay" },
        intent: &[
            Clause { word: "emits", text: "PaymentCaptured | PaymentDeferred", note: "" },
            Clause { word: "never", text: "OrderRefunded", note: "" },
        ],
        recovers: &[],
        allows: &[],
        hands: &[],
        given: false,
        cancel_safe: false,
        accounts: None,
    };
    static BARE: Operation = Operation {
        name: "import_all",
        target: "shop",
        site: Site { file: "src/import.rs", line: 120, column: 1, function: "import_all" },
        intent: &[],
        recovers: &[],
        allows: &[],
        hands: &[],
        given: false,
        cancel_safe: false,
        accounts: None,
    };
    static CAPTURED: EventMeta = EventMeta {
        name: "PaymentCaptured",
        target: "shop",
        site: Site { file: "src/event.rs", line: 3, column: 1, function: "" },
        fields: &["order_id", "amount"],
        unit: Some("EUR"),
    };

    #[test]
    fn the_catalog_is_sorted_and_reads_as_a_table() {
        let catalog = of([&PAY, &BARE].into_iter(), [&CAPTURED].into_iter());
        assert_eq!(
            catalog.to_string(),
            "operation   site               declares\n\
             import_all  src/import.rs:120\n\
             pay         src/pay.rs:9       emits(PaymentCaptured | PaymentDeferred), never(OrderRefunded)\n\
             \n\
             event            site            fields\n\
             PaymentCaptured  src/event.rs:3  order_id, amount\n"
        );
    }

    #[test]
    fn an_empty_catalog_has_its_heads() {
        assert_eq!(Catalog::default().to_string(), "operation  site  declares\n\nevent  site  fields\n");
    }

    fn is_data<T: serde::Serialize>() {}

    #[test]
    fn the_catalog_of_this_binary_can_be_asked_for() {
        is_data::<Catalog>();
        assert!(catalog().operations.is_sorted_by_key(|declared| declared.name));
    }
}
