//! The sink of the hot side: judges each concluded call and files what was found, by test, run or process.
//!
//! It runs on the caller's thread, inside `record`'s guard against panics, and locks only when something was found.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

use super::allow::{Used, covering, is_in_force};
use super::clock;
use super::findings::{Filed, Findings};
use super::keep::Shelf;
use super::orphan;
use super::run::Baseline;
use super::scope::ScopeRecord;
use crate::model::{
    Broken, Class, Code, Conduct, Divergence, EventMeta, Evidence, Kept, Level, Operation, Outcome,
};
use crate::monitor;
use crate::record::{self, Around, Briefs, Context, Lost, Sink};

/// The collector of this process.
pub(crate) fn collector() -> &'static Collector {
    static COLLECTOR: LazyLock<Collector> = LazyLock::new(Collector::default);
    &COLLECTOR
}

/// Files findings: under their test while it runs, else under the installed run, else as orphans of the process.
#[derive(Default)]
pub(crate) struct Collector {
    state: Mutex<State>,
    last_scope: AtomicU64,
    found: [AtomicU64; Code::ALL.len()],
    exporter_losses: AtomicU64,
    shelf: Shelf,
}

#[derive(Default)]
struct State {
    run: Option<Installed>,
    scopes: HashMap<u64, ScopeRecord>,
    orphans: Findings,
    used: Used,
    /// What diverged in `#[should_panic]` tests, which a panic would let pass.
    postponed: Findings,
    /// Suspicions of tests that passed, by code.
    suspicions: BTreeMap<Code, u64>,
    /// A test scope was opened: recording stays on until the process ends.
    tested: bool,
    /// The binary has a `#[candor::test]`: what belongs to no test is reported when the process ends.
    watched: bool,
    hooked: bool,
}

/// What is said when the process ends.
#[derive(Default)]
pub(super) struct Last {
    /// What belongs to no test.
    pub(super) orphans: Vec<Divergence>,
    /// What diverged in `#[should_panic]` tests.
    pub(super) postponed: Vec<Divergence>,
    /// Suspicions of tests that passed, by code.
    pub(super) suspicions: BTreeMap<Code, u64>,
}

/// An installed run.
struct Installed {
    findings: Findings,
    /// New fingerprints that no exporter has seen yet; bounded, because fingerprints are.
    fresh: Vec<Divergence>,
    strict: bool,
    started: Instant,
    /// The figures of the process when the run began.
    baseline: Baseline,
    worker: Option<Thread>,
}

impl Collector {
    /// A panic elsewhere must not take the findings with it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to record for a run; `sampled` says that the time of some calls only is taken. Returns false when one is
    /// installed already.
    pub(super) fn begin_run(&'static self, strict: bool, sampled: bool) -> bool {
        let baseline = Baseline::take(self);
        let mut state = self.lock();
        if state.run.is_some() {
            return false;
        }
        state.run = Some(Installed {
            findings: Findings::default(),
            fresh: Vec::new(),
            strict,
            started: clock::now(),
            baseline,
            worker: None,
        });
        state.note_watch();
        drop(state);
        record::install_sink(self);
        record::sample_times(sampled);
        record::set_on(true);
        true
    }

    /// Names the thread that feeds the exporters.
    pub(super) fn wake_on_findings(&self, worker: Thread) {
        if let Some(run) = &mut self.lock().run {
            run.worker = Some(worker);
        }
    }

    /// Ends the run. Tests that are still running go on being recorded.
    pub(super) fn end_run(&self) {
        let mut state = self.lock();
        state.run = None;
        state.used = Used::default();
        if !state.tested {
            record::set_on(false);
        }
        drop(state);
        self.shelf.close();
    }

    /// Every divergence of the run so far, and how long it has been running.
    pub(super) fn run_so_far(&self) -> (Vec<Divergence>, Duration) {
        let state = self.lock();
        state
            .run
            .as_ref()
            .map_or_else(Default::default, |run| (run.findings.by_level(), run.started.elapsed()))
    }

    /// The figures of the process when the run began.
    pub(super) fn baseline(&self) -> Baseline {
        self.lock().run.as_ref().map(|run| run.baseline.clone()).unwrap_or_default()
    }

    /// The new fingerprints since the last time.
    pub(super) fn take_fresh(&self) -> Vec<Divergence> {
        self.lock().run.as_mut().map(|run| std::mem::take(&mut run.fresh)).unwrap_or_default()
    }

    /// Where operations wait that are kept for export.
    pub(super) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Which exceptions have covered something.
    pub(super) fn used(&self) -> Used {
        self.lock().used.clone()
    }

    /// This is a binary of tests: everything in it is recorded, and what belongs to no test is an orphan.
    pub(crate) fn watch(&'static self) {
        let mut state = self.lock();
        state.note_watch();
        drop(state);
        record::install_sink(self);
        record::set_on(true);
    }

    /// Opens a test scope; its number is never 0.
    pub(crate) fn open_scope(&'static self) -> u64 {
        let id = self.last_scope.fetch_add(1, Ordering::Relaxed) + 1;
        let mut state = self.lock();
        state.scopes.insert(id, ScopeRecord::default());
        state.tested = true;
        state.note_watch();
        drop(state);
        record::install_sink(self);
        record::set_on(true);
        id
    }

    /// Reads or changes an open scope; `None` when it is not open.
    pub(crate) fn with_scope<T>(&self, id: u64, work: impl FnOnce(&mut ScopeRecord) -> T) -> Option<T> {
        self.lock().scopes.get_mut(&id).map(work)
    }

    /// Closes a scope and returns what it saw.
    pub(crate) fn close_scope(&self, id: u64) -> Option<ScopeRecord> {
        self.lock().scopes.remove(&id)
    }

    /// Reports these when the process ends: the test that they belong to wants a panic.
    pub(crate) fn leave_to_the_process(&self, findings: Vec<Divergence>) {
        let mut state = self.lock();
        for finding in findings {
            count_if_full(state.postponed.file(finding));
            state.hook();
        }
    }

    /// Counts suspicions of a test that passed: its output is not shown.
    pub(crate) fn count_suspicions<'a>(&self, suspicions: impl IntoIterator<Item = &'a Divergence>) {
        let mut state = self.lock();
        for suspicion in suspicions {
            *state.suspicions.entry(suspicion.code).or_default() += 1;
            state.hook();
        }
    }

    pub(super) fn take_last(&self) -> Last {
        let mut state = self.lock();
        Last {
            orphans: std::mem::take(&mut state.orphans).into_list(),
            postponed: std::mem::take(&mut state.postponed).into_list(),
            suspicions: std::mem::take(&mut state.suspicions),
        }
    }

    /// An exporter panicked or could not write.
    pub(super) fn count_exporter_loss(&self) {
        self.exporter_losses.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn exporter_losses(&self) -> u64 {
        self.exporter_losses.load(Ordering::Relaxed)
    }

    /// How often each code was found in this process; also those that were not.
    pub(super) fn found(&self) -> Vec<(Code, u64)> {
        let counts = self.found.iter().map(|count| count.load(Ordering::Relaxed));
        Code::ALL.iter().copied().zip(counts).collect()
    }

    /// Drops the findings that a reasoned exception covers.
    pub(super) fn apply_allows(&self, operation: &'static Operation, findings: &mut Vec<Divergence>) {
        if operation.allows.is_empty() || findings.is_empty() {
            return;
        }
        let today = clock::today();
        let mut state = self.lock();
        findings.retain(|finding| match covering(operation, finding.code, today) {
            Some(allow) => {
                state.used.note(allow);
                !is_in_force(allow, today)
            }
            None => true,
        });
    }

    /// Files a finding where it belongs, and returns the level that it has there.
    pub(super) fn file(&self, scope: u64, mut finding: Divergence) -> Level {
        if let Some(count) = self.found.get(finding.code as usize) {
            count.fetch_add(finding.count, Ordering::Relaxed);
        }
        let mut state = self.lock();
        let mut level = finding.level;
        if let Some(record) = state.scopes.get_mut(&scope) {
            count_if_full(record.findings.file(finding));
        } else if let Some(run) = &mut state.run {
            level = run.level(level);
            finding.level = level;
            run.file(finding);
        } else if scope != 0 && finding.outcome.class == Class::Abandoned {
            // What a finished test left running was cut off with its runtime: that is how tests end.
            record::lose(Lost::Finding, 1);
        } else if state.watched {
            state.file_orphan(finding);
        } else {
            // A program after its run, or a scope without a `#[candor::test]` in the binary: nobody reads it.
            record::lose(Lost::Finding, 1);
        }
        level
    }
}

impl Installed {
    /// The level that a finding of this level has in this run.
    fn level(&self, level: Level) -> Level {
        if self.strict { Level::Violation } else { level }
    }

    fn file(&mut self, finding: Divergence) {
        let filed = self.findings.file(finding);
        count_if_full(filed);
        if filed == Filed::New {
            self.fresh.extend(self.findings.newest().cloned());
            if let Some(worker) = &self.worker {
                worker.unpark();
            }
        }
    }
}

impl State {
    fn file_orphan(&mut self, mut finding: Divergence) {
        if let Some(name) = std::thread::current().name() {
            finding.evidence.push(Evidence { what: format!("it was on the thread `{name}`"), site: None });
        }
        count_if_full(self.orphans.file(finding));
        self.hook();
    }

    /// A binary with a `#[candor::test]` is watched, whoever turns recording on first.
    fn note_watch(&mut self) {
        self.watched |= record::is_watched();
        self.tested |= self.watched;
    }

    fn hook(&mut self) {
        if !self.hooked {
            self.hooked = orphan::register();
        }
    }
}

fn count_if_full(filed: Filed) {
    if filed == Filed::Full {
        record::lose(Lost::Finding, 1);
    }
}

impl Sink for Collector {
    fn conclude(&self, scope: u64, conduct: &Conduct<'_>, context: &Context<'_>) -> Vec<Divergence> {
        let mut findings = Vec::new();
        monitor::judge(conduct, &mut findings);
        self.apply_allows(conduct.operation, &mut findings);
        if findings.is_empty() {
            return findings;
        }
        let story = (context.story)();
        let key = context.key.map(ToString::to_string);
        for finding in &mut findings {
            finding.key.clone_from(&key);
            finding.outcome = conduct.outcome.clone();
            // What is exported with the operation has the level that is reported.
            finding.level = self.file(scope, Divergence { story: story.clone(), ..finding.clone() });
        }
        findings
    }

    fn around(&self) -> Option<Arc<dyn Around>> {
        self.shelf.around()
    }

    fn annotate(&self, kept: &Kept) {
        self.shelf.annotate(kept);
    }

    fn keep(&self, kept: Kept) {
        self.shelf.put(kept);
    }

    fn keep_briefs(&self, briefs: &Briefs) {
        self.shelf.put_briefs(briefs);
    }

    fn event(&self, scope: u64, _meta: &'static EventMeta, value: Arc<dyn Any + Send + Sync>) {
        self.with_scope(scope, |record| record.keep_event(value));
    }

    fn outcome(&self, scope: u64, operation: &'static Operation, outcome: &Outcome) {
        self.with_scope(scope, |record| record.keep_outcome(operation.name, outcome.clone()));
    }

    fn orphan(&self, scope: u64, broken: &Broken) {
        self.file(scope, outside(broken));
    }
}

/// The finding of a check that failed outside any operation.
fn outside(broken: &Broken) -> Divergence {
    let function = broken.site.function;
    let mut finding = Divergence::new(
        broken.code,
        if function.is_empty() { "no operation" } else { function },
        broken.site,
    );
    finding.intent.clone_from(&broken.clause);
    finding.expected = if broken.expected.is_empty() {
        format!("`{}` holds", broken.clause)
    } else {
        broken.expected.clone()
    };
    finding.observed =
        if broken.observed.is_empty() { "it was false".to_owned() } else { broken.observed.clone() };
    finding
}

#[cfg(test)]
mod tests;
