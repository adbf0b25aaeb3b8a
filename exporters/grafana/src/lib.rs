//! Writes, from the catalog of a binary, what shows it in production: dashboards for Grafana, alert rules for Prometheus with
//! unit tests for them, provisioning, a compose file, and a registry of semantic conventions for OpenTelemetry Weaver.
//!
//! Everything here is a function from a [`Catalog`] to [`Page`]s; `cargo candor grafana` and `cargo candor semconv` get the
//! catalog from a binary and put the pages on disk.
//!
//! ```
//! use candor_grafana::{Catalog, grafana};
//!
//! let catalog = Catalog::read(r#"{"operations": [], "events": []}"#)?;
//! assert!(grafana(&catalog).iter().any(|page| page.path == "compose.yaml"));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! **Invariant:** no I/O, and every query names only metrics and labels that candor publishes.

mod alert;
mod catalog;
mod dashboard;
mod panel;
mod provision;
mod query;
mod semconv;

pub use catalog::{Catalog, Clause, Event, Operation, Place};
pub use semconv::semconv;

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where, below the folder that was chosen; with `/`.
    pub path: String,
    /// What.
    pub text: String,
}

impl Page {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Page {
        Page { path: path.into(), text: text.into() }
    }
}

/// Dashboards, alert rules with tests, provisioning and the compose file.
#[must_use]
pub fn grafana(catalog: &Catalog) -> Vec<Page> {
    let mut pages = dashboard::dashboards(catalog);
    pages.push(Page::new("prometheus/candor.rules.yml", alert::rules(catalog)));
    pages.push(Page::new("prometheus/candor.rules.test.yml", alert::tests(catalog)));
    pages.extend(provision::pages());
    pages
}

#[cfg(test)]
mod tests;
