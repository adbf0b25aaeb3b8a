//! What one call did, as the monitor reads it.

use std::fmt;

use super::{Class, Code, Operation, Outcome, Plan, Probe, Site, Spot};

/// Everything that one call did. The monitor judges it without looking anywhere else.
#[derive(Debug)]
pub struct Conduct<'a> {
    /// Who.
    pub operation: &'static Operation,
    /// What it promised about events.
    pub plan: &'static Plan,
    /// How it ended.
    pub outcome: &'a Outcome,
    /// Where it was when it ended.
    pub exit: Spot,
    /// One for each event of the plan.
    pub facts: &'a [Fact],
    /// Events over a limit.
    pub duplicates: &'a [Duplicate],
    /// Events outside `emits(only, ..)`: name and place.
    pub outsiders: &'a [(&'static str, Site)],
    /// The error ledger.
    pub entries: &'a [Entry],
    /// Log lines whose text claims something.
    pub logs: &'a [LogLine],
    /// Checks that were false or panicked.
    pub broken: &'a [Broken],
    /// Spawned work that has ended.
    pub tasks: &'a [Task],
    /// Values of fields under `agrees(..)`, as events and log lines gave them.
    pub told: &'a [Told],
    /// What `accounts(..)` came to.
    pub accounted: Option<u64>,
    /// Whether an event was emitted or a tracked place changed.
    pub acted: bool,
    /// Ledger entries, keys or tasks that did not fit: the verdict is inconclusive.
    pub lost: u64,
    /// How much of the call is known.
    pub stage: Stage,
}

/// How much of a call is known when it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Everything: the call and all work that it spawned have ended.
    Whole,
    /// The call has ended, spawned work still runs: its promises are pending.
    Early,
    /// The last spawned work has ended; what was judged early is not here any more.
    Late,
}

/// How often an event of the plan happened, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// How often.
    pub count: u32,
    /// How many of them only repeat an effect, under an idempotency key that was seen before.
    pub repeats: u32,
    /// The sequence number of the first; 0 when there is none.
    pub first: u32,
    /// The sequence number of the last.
    pub last: u32,
    /// Where the observed code was at the first.
    pub first_site: Option<&'static Site>,
    /// Where the observed code was at the last.
    pub last_site: Option<&'static Site>,
}

impl Fact {
    /// It has not happened.
    pub const NONE: Fact =
        Fact { count: 0, repeats: 0, first: 0, last: 0, first_site: None, last_site: None };

    /// It happened once more, here.
    #[inline]
    pub fn happened(&mut self, seq: u32, site: &'static Site) {
        if self.count == 0 {
            self.first = seq;
            self.first_site = Some(site);
        }
        self.count += 1;
        self.last = seq;
        self.last_site = Some(site);
    }
}

/// An event beyond its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Index into the plan's limits.
    pub limit: usize,
    /// How many there were when it happened.
    pub count: u32,
    /// The key in words; empty when the call is the key.
    pub key: String,
    /// Where the observed code was.
    pub site: Site,
    /// Where the one before was.
    pub before: Site,
}

/// Where an entry of the ledger comes from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// A place that can drop it.
    Probe(&'static Probe),
    /// A child operation that did not fulfil.
    Child(&'static Operation),
    /// An ERROR line, or a WARN line with an error value.
    Log,
}

/// Whether a value in an `Err` is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// An error.
    Error,
    /// An answer, such as the index of `binary_search`.
    Answer,
    /// The end of something, or an invitation to try again: `Empty`, `WouldBlock`.
    End,
}

/// One error, however often it was sighted.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it was opened.
    pub seq: u32,
    /// When its expression began: children that failed since belong to it.
    pub begin: u32,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it is an error at all.
    pub kind: ErrorKind,
    /// Refused or failed, if an observed child said so.
    pub class: Option<Class>,
    /// The type of the error.
    pub type_name: &'static str,
    /// What it said.
    pub text: String,
    /// The name of the variant, if it could be read.
    pub variant: String,
    /// Where.
    pub site: Site,
    /// The expression that was tried: an `Ok` there supersedes it.
    pub place: Site,
    /// When a child failed, in raw ticks; 0 if none did.
    pub when: u64,
    /// The key of the child or operation, for superseding.
    pub key: u64,
    /// All sightings.
    pub evidence: Vec<Evidence>,
    /// Callees by which the error came: of the probe and of the failed children.
    pub callees: Vec<&'static str>,
    /// An `Ok` followed at the same place.
    pub superseded: bool,
    /// Recovered with this reason.
    pub recovered: Option<String>,
    /// It was passed on as an error that says something else.
    pub recast: bool,
    /// How many more of the same probe are counted in this entry.
    pub repeats: u32,
}

/// Why an error is closed that the returned value tells.
pub(crate) const TOLD: &str = "the returned value tells it";

/// One sighting.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Evidence {
    /// In words.
    pub what: String,
    /// Where, if known.
    pub site: Option<Site>,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match self.site {
            Some(site) if site.is_known() => write!(f, " ({}:{})", site.file, site.line),
            _ => Ok(()),
        }
    }
}

/// The level of a log line, least urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// TRACE.
    Trace,
    /// DEBUG.
    Debug,
    /// INFO.
    Info,
    /// WARN.
    Warn,
    /// ERROR.
    Error,
}

/// What the text of a log line claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// Nothing about success or failure.
    Neutral,
    /// Something succeeded.
    Success,
    /// Something failed.
    Failure,
}

/// A log line, as evidence.
#[derive(Clone, Debug)]
pub struct LogLine {
    /// When.
    pub seq: u32,
    /// How urgent.
    pub level: LogLevel,
    /// The message with its fields.
    pub text: String,
    /// What the message claims.
    pub wording: Wording,
    /// The value of an error field, if there is one.
    pub error: Option<String>,
    /// Where.
    pub site: Site,
    /// It belongs to the entry with this index.
    pub entry: Option<usize>,
}

/// A check that did not hold.
#[derive(Clone, Debug)]
pub struct Broken {
    /// C108, C109, C110, or C904 when the check panicked.
    pub code: Code,
    /// When.
    pub seq: u32,
    /// Where it was seen to be false.
    pub site: Site,
    /// The clause as written.
    pub clause: String,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub observed: String,
    /// The number or text that was claimed, for C110: a log line that repeats it is misleading.
    pub claimed: Option<String>,
}

/// One value of a field that events and log lines should agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The field.
    pub field: &'static str,
    /// The value, in words.
    pub value: String,
    /// Said by an event; else by a log line.
    pub by_event: bool,
    /// Where.
    pub site: Site,
}

/// Spawned work that has ended.
#[derive(Clone, Debug)]
pub struct Task {
    /// Where it was spawned.
    pub site: Site,
    /// Whether the handle was dropped as a statement.
    pub handle_dropped: bool,
    /// `detached("why")`.
    pub detached: bool,
    /// How it ended.
    pub end: TaskEnd,
}

/// How spawned work ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskEnd {
    /// It finished.
    Finished,
    /// It returned an `Err`, which said this.
    Failed(String),
    /// It panicked.
    Panicked(String),
    /// It was dropped before it finished.
    Cancelled,
    /// It was thrown away where it was made, and nothing of it was done.
    NeverBegan,
}
