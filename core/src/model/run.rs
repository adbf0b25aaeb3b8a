//! A run in figures.

use super::{Class, Divergence};

/// What a whole run showed: handed to every exporter when it ends.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Run {
    /// Totals by operation, in order of name.
    pub operations: Vec<OperationTotal>,
    /// How often each event was emitted, in order of name.
    pub events: Vec<(&'static str, u64)>,
    /// Every divergence with its count, violations first.
    pub divergences: Vec<Divergence>,
    /// What was lost: kind and number. Empty means that nothing was.
    pub lost: Vec<(&'static str, u64)>,
    /// How long the run took, in nanoseconds.
    pub duration_ns: u64,
}

/// Activity next to outcomes, for one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct OperationTotal {
    /// The operation.
    pub operation: &'static str,
    /// How often it was called.
    pub calls: u64,
    /// How many calls are running now.
    pub active: u64,
    /// How many were fulfilled.
    pub fulfilled: u64,
    /// How many were refused.
    pub refused: u64,
    /// How many failed.
    pub failed: u64,
    /// How many were abandoned.
    pub abandoned: u64,
    /// Sum of the durations of all calls that ended, in nanoseconds.
    pub duration_ns: u64,
    /// Why calls did not fulfil, most frequent first; at most 16, the rest under `other`.
    pub reasons: Vec<ReasonTotal>,
}

/// How often one reason was given.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ReasonTotal {
    /// The class.
    pub class: Class,
    /// The reason.
    pub reason: &'static str,
    /// How often.
    pub count: u64,
}

/// A duration in the unit a person would use.
#[must_use]
pub(crate) fn duration(ns: u64) -> String {
    match ns {
        0..1_000 => format!("{ns}ns"),
        1_000..1_000_000 => format!("{}.{}µs", ns / 1_000, ns % 1_000 / 100),
        1_000_000..1_000_000_000 => format!("{}.{}ms", ns / 1_000_000, ns % 1_000_000 / 100_000),
        _ => format!("{}.{:02}s", ns / 1_000_000_000, ns % 1_000_000_000 / 10_000_000),
    }
}
