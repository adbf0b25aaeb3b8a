//! A run in figures.

use std::fmt;

use super::text::{counted, duration};
use super::{Class, Divergence, Level};

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
    /// What was kept for export and did not arrive, by operation and kind. Empty means that everything did.
    pub unsent: Vec<Unsent>,
    /// Why it did not arrive: what each exporter with such losses said last.
    pub unsent_because: Vec<String>,
    /// What candor keeps in memory at the end, and what that costs in detail.
    pub memory: Memory,
    /// How long the run took, in nanoseconds.
    pub duration_ns: u64,
}

/// What candor keeps in memory in this process, at one moment: its counters, and frames that lie ready. What it keeps of a
/// running call, of a finding or for an exporter has bounds of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Memory {
    /// Bytes of the counters of threads.
    pub counters: u64,
    /// Bytes of the counters that threads share.
    pub shared_counters: u64,
    /// Bytes of frames and pages that are not in use, as threads have told when they last took one more.
    pub frames: u64,
    /// The most that may be kept in all, in bytes.
    pub limit: u64,
    /// The most that one thread may keep, in bytes.
    pub thread_limit: u64,
    /// Operations that were counted in a counter that threads share, for want of room. Their figures are exact, and a call
    /// of them takes longer.
    pub shared: u64,
    /// Operations of which only the sum over all of them is known.
    pub folded: u64,
    /// Frames of futures that ended on another thread than they began on, and went back there.
    pub returned: u64,
    /// Frames that could not go back, and were given up.
    pub missed: u64,
}

impl Memory {
    /// What is to be said of it: nothing while the figures of each operation are there.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        (self.folded > 0).then(|| {
            let operations = counted(self.folded, "operation");
            format!("the figures of {operations} are known as a sum only: there was no memory for more")
        })
    }
}

/// Something that was kept for export and did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Unsent {
    /// The operation; empty when it belongs to none.
    pub operation: &'static str,
    /// `span`, `log` or `metric`.
    pub kind: &'static str,
    /// How many.
    pub count: u64,
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

/// A run in one sentence, in parts that a terminal may colour; [`Display`](fmt::Display) puts them together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Headline {
    /// `2 violations`; `None` when there are none.
    pub violations: Option<String>,
    /// `1 suspicion`; `None` when there are none.
    pub suspicions: Option<String>,
    /// What is said when there are neither.
    pub nothing: &'static str,
    /// `in 1,038 calls of 19 operations (3.48s)`; empty when nothing was called.
    pub scope: String,
}

impl Run {
    /// What was found, and in how much.
    #[must_use]
    pub fn headline(&self) -> Headline {
        let of = |level: Level| self.divergences.iter().filter(|found| found.level == level).count() as u64;
        let some = |level: Level| Some(of(level)).filter(|count| *count > 0);
        let calls: u64 = self.operations.iter().map(|total| total.calls).sum();
        let operations = counted(self.operations.len() as u64, "operation");
        let scope = match (calls, self.duration_ns) {
            (0, _) => String::new(),
            (_, 0) => format!("in {} of {operations}", counted(calls, "call")),
            (_, ns) => format!("in {} of {operations} ({})", counted(calls, "call"), duration(ns)),
        };
        Headline {
            violations: some(Level::Violation).map(|count| counted(count, "violation")),
            suspicions: some(Level::Suspicion).map(|count| counted(count, "suspicion")),
            nothing: if calls == 0 { "nothing was observed" } else { "no divergence" },
            scope,
        }
    }
}

impl fmt::Display for Headline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.violations, &self.suspicions) {
            (None, None) => f.write_str(self.nothing)?,
            (Some(found), None) | (None, Some(found)) => f.write_str(found)?,
            (Some(violations), Some(suspicions)) => write!(f, "{violations} and {suspicions}")?,
        }
        if self.scope.is_empty() { Ok(()) } else { write!(f, " {}", self.scope) }
    }
}
