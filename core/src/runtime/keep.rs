//! Operations that are kept for export, between the call that handed them over and the worker that fetches them.
//!
//! The queue is bounded; what does not fit is counted by operation and kind, and the caller never waits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::Thread;

use super::timeline::Timeline;
use crate::model::{Brief, Kept, Link, Operation, Unsent};
use crate::record::{self, Around, Briefs, Choice};

/// How many operations wait for the worker.
const OPERATIONS: usize = 2_048;
/// How many briefs wait beside them. The worker comes by for them before they are a half.
pub(super) const BRIEFS: usize = 2_048;
/// How many lines of operations wait.
const LINES: usize = 65_536;
/// From how many on the worker is woken; below that, it comes by itself. As many as an exporter usually sends at once.
const WAKE: usize = 512;
/// For how many of them memory is kept while none wait.
const SPARE: usize = 2 * WAKE;

/// What an exporter wants to see of operations, asked on the threads of the observed calls: it must not block.
pub trait Keep: Send + Sync {
    /// From how many nanoseconds on an operation is kept because it was slow.
    fn slow_ns(&self) -> Option<u64> {
        None
    }

    /// Whether healthy operations are chosen at all; else [`Keep::is_sampled`] is not asked.
    fn has_sampling(&self) -> bool {
        false
    }

    /// Whether every healthy operation is chosen; then [`Keep::is_sampled`] is not asked.
    fn has_all(&self) -> bool {
        false
    }

    /// Whether a call that begins a trace here is chosen to be kept, with all its children.
    fn is_sampled(&self, _operation: &'static Operation) -> bool {
        false
    }

    /// The span around this place, by a tracer that is not candor's own.
    fn outer(&self) -> Option<Link> {
        None
    }

    /// An operation ended whose span is open, current, and exported by another tracer: what happened belongs into it.
    fn annotate(&self, _kept: &Kept, _timeline: &Timeline) {}
}

/// What was kept for export and did not arrive, by operation and kind. Copies share the counts.
///
/// ```
/// let losses = candor::Losses::default();
/// losses.count("place_order", "span", 2);
/// losses.because("connection refused");
/// assert_eq!((losses.list()[0].operation, losses.list()[0].count), ("place_order", 2));
/// assert_eq!(losses.reason().as_deref(), Some("connection refused"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Losses(Arc<Mutex<Lossy>>);

#[derive(Debug, Default)]
struct Lossy {
    counts: BTreeMap<(&'static str, &'static str), u64>,
    reason: Option<String>,
}

impl Losses {
    fn lock(&self) -> MutexGuard<'_, Lossy> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says why the last try failed.
    pub fn because(&self, reason: impl Into<String>) {
        self.lock().reason = Some(reason.into());
    }

    /// Why the last try failed; `None` while nothing is lost.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        let lossy = self.lock();
        if lossy.counts.is_empty() { None } else { lossy.reason.clone() }
    }

    /// Counts `n` losses of this kind (`span`, `log`, `metric`) of an operation.
    pub fn count(&self, operation: &'static str, kind: &'static str, n: u64) {
        if n > 0 {
            *self.lock().counts.entry((operation, kind)).or_default() += n;
        }
    }

    /// Takes back `n` losses that were counted too early: they have arrived.
    pub fn recover(&self, operation: &'static str, kind: &'static str, n: u64) {
        let all = &mut self.lock().counts;
        if let Some(count) = all.get_mut(&(operation, kind)) {
            *count = count.saturating_sub(n);
        }
        all.retain(|_, count| *count > 0);
    }

    /// All losses, in order of operation.
    #[must_use]
    pub fn list(&self) -> Vec<Unsent> {
        let each = |(&(operation, kind), &count): (&(_, _), &u64)| Unsent { operation, kind, count };
        self.lock().counts.iter().map(each).collect()
    }
}

/// Losses of one operation after another, which are counted together.
#[derive(Default)]
struct Run {
    operation: &'static str,
    spans: u64,
}

impl Run {
    fn add(&mut self, operation: &'static str, losses: &Losses) {
        if self.operation != operation {
            self.count(losses);
            *self = Run { operation, spans: 0 };
        }
        self.spans += 1;
    }

    fn count(&self, losses: &Losses) {
        losses.count(self.operation, "span", self.spans);
    }
}

/// Where kept operations wait.
#[derive(Default)]
pub(super) struct Shelf {
    keepers: RwLock<Arc<Keepers>>,
    waiting: Mutex<Waiting>,
    losses: Losses,
    timeline: Timeline,
}

/// What the exporters of this run want to see of operations.
#[derive(Default)]
struct Keepers(Vec<Box<dyn Keep>>);

impl Around for Keepers {
    fn is_sampled(&self, operation: &'static Operation) -> bool {
        self.0.iter().any(|keeper| keeper.is_sampled(operation))
    }

    fn outer(&self) -> Option<Link> {
        self.0.iter().find_map(|keeper| keeper.outer())
    }
}

#[derive(Default)]
struct Waiting {
    list: Vec<Kept>,
    briefs: Vec<Brief>,
    lines: usize,
    worker: Option<Thread>,
    /// Losses of the exporters.
    others: Vec<Losses>,
}

impl Shelf {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to keep what these want; with none, nothing is kept.
    pub(super) fn open(&self, keepers: Vec<Box<dyn Keep>>, others: Vec<Losses>) {
        // What was left behind by calls that ended after the last run did is not of this one, be it still with its thread or
        // brought here when that ended.
        record::collect_briefs(drop);
        let worker = self.waiting().worker.take();
        *self.waiting() = Waiting { worker, others, ..Waiting::default() };
        if keepers.is_empty() {
            return;
        }
        self.timeline.begin();
        let slow = keepers.iter().filter_map(|keeper| keeper.slow_ns()).min();
        let choice = if keepers.iter().any(|keeper| keeper.has_all()) {
            Choice::All
        } else if keepers.iter().any(|keeper| keeper.has_sampling()) {
            Choice::Some
        } else {
            Choice::None
        };
        *self.keepers.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Keepers(keepers));
        record::keep_on(slow, choice);
    }

    /// Names the thread that fetches.
    pub(super) fn wake(&self, worker: Thread) {
        self.waiting().worker = Some(worker);
    }

    /// Keeps nothing any more: what ends from now on is not of this run. What is here already waits for the worker.
    pub(super) fn stop(&self) {
        record::keep_off();
    }

    /// Forgets the losses of this run, and who wanted it.
    pub(super) fn close(&self) {
        self.stop();
        *self.keepers.write().unwrap_or_else(PoisonError::into_inner) = Arc::default();
        *self.waiting() = Waiting::default();
        *self.losses.lock() = Lossy::default();
    }

    pub(super) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Everything that waits, into an empty list, whose memory is used for what comes next: a call that is kept should not
    /// have to allocate.
    pub(super) fn take(&self, into: &mut Vec<Kept>) {
        into.shrink_to(SPARE);
        let mut waiting = self.waiting();
        waiting.lines = 0;
        std::mem::swap(&mut waiting.list, into);
    }

    /// All briefs, those included that still lie with their threads; into an empty list, whose memory is used for what comes
    /// next.
    pub(super) fn take_briefs(&self, into: &mut Vec<Brief>) {
        let mut waiting = self.waiting();
        let mut lost = Run::default();
        record::collect_briefs(|brief| self.keep_brief(&mut waiting.briefs, brief, &mut lost));
        std::mem::swap(&mut waiting.briefs, into);
        drop(waiting);
        lost.count(&self.losses);
    }

    /// What did not arrive so far, here and in the exporters.
    pub(super) fn unsent(&self) -> Vec<Unsent> {
        let others = self.waiting().others.clone();
        let all = Losses::default();
        for loss in others.iter().chain([&self.losses]).flat_map(Losses::list) {
            all.count(loss.operation, loss.kind, loss.count);
        }
        all.list()
    }

    /// Why it did not, as far as exporters say.
    pub(super) fn unsent_because(&self) -> Vec<String> {
        self.waiting().others.iter().filter_map(Losses::reason).collect()
    }

    pub(super) fn put(&self, kept: Kept) {
        let (operation, logs) = (kept.operation.name, kept.divergences.len() as u64);
        let mut waiting = self.waiting();
        if waiting.list.len() >= OPERATIONS || waiting.lines + kept.lines.len() > LINES {
            drop(waiting);
            self.losses.count(operation, "span", 1);
            self.losses.count(operation, "log", logs);
            return;
        }
        waiting.lines += kept.lines.len();
        waiting.list.push(kept);
        let worker = (waiting.list.len() == WAKE).then(|| waiting.worker.clone()).flatten();
        drop(waiting);
        if let Some(worker) = worker {
            worker.unpark();
        }
    }

    /// Takes what a thread has left behind.
    pub(super) fn put_briefs(&self, briefs: &Briefs) {
        let mut waiting = self.waiting();
        let mut lost = Run::default();
        let before = waiting.briefs.len();
        briefs.collect(|brief| self.keep_brief(&mut waiting.briefs, brief, &mut lost));
        let is_many = before < BRIEFS / 2 && waiting.briefs.len() >= BRIEFS / 2;
        let worker = is_many.then(|| waiting.worker.clone()).flatten();
        drop(waiting);
        lost.count(&self.losses);
        if let Some(worker) = worker {
            worker.unpark();
        }
    }

    fn keep_brief(&self, list: &mut Vec<Brief>, brief: Brief, lost: &mut Run) {
        if list.len() < BRIEFS {
            list.push(brief);
        } else {
            lost.add(brief.operation.name, &self.losses);
        }
    }

    /// Whom threads ask what stands around a call.
    pub(super) fn around(&self) -> Option<Arc<dyn Around>> {
        let keepers = Arc::clone(&self.keepers.read().unwrap_or_else(PoisonError::into_inner));
        if keepers.0.is_empty() { None } else { Some(keepers) }
    }

    fn asked<T>(&self, question: impl FnOnce(&[Box<dyn Keep>]) -> T) -> T {
        question(&self.keepers.read().unwrap_or_else(PoisonError::into_inner).0)
    }

    pub(super) fn annotate(&self, kept: &Kept) {
        self.asked(|keepers| keepers.iter().for_each(|keeper| keeper.annotate(kept, &self.timeline)));
    }
}
