//! The record of one running call.

use std::any::{Any, TypeId};
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::callsite::Callsite;
use super::carry::Shared;
use super::clock::ticks;
use super::count::KeyCount;
use super::emit::Feed;
use super::figure::{self, Lost};
use super::keep::{MARKED, Place, SAMPLED};
use super::ledger::Pending;
use super::place::At;
use super::pool::Home;
use super::sink::{Context, sink};
use super::stack;
use super::story::Notes;
use crate::model::{
    Broken, Class, Conduct, Divergence, Duplicate, Entry, EventMeta, Exit, Fact, LogLine, Outcome, Plan,
    ReadKey, Site, Spot, Stage, Task, Told, Value,
};

/// How many entries, log lines, checks, keys or tasks one call keeps.
pub(super) const BOUND: usize = 64;

/// Something was written to what the frame keeps.
const TOUCHED: u16 = 1;
/// Its plan speaks of events.
const PROMISING: u16 = 2;
/// The frame came with a future, and belongs to another thread.
const FOREIGN: u16 = 4;
/// A test is listening.
const SCOPED: u16 = 512;

/// The marks of a call in this test scope.
pub(super) const fn scoped(scope: u64) -> u16 {
    if scope == 0 { 0 } else { SCOPED }
}

/// Whose call an unused frame records.
static UNUSED: Callsite = Callsite::unnamed("no operation");

/// The record of one running call. What a healthy call needs stands here; everything else is [`Kept`], and is reached as
/// if it stood here as well.
pub(super) struct Frame {
    pub(super) id: u32,
    pub(super) seq: u32,
    pub(super) callsite: &'static Callsite,
    pub(super) plan: &'static Plan,
    pub(super) scope: u64,
    /// When the call began; 0 when its time is not taken.
    pub(super) started: u64,
    /// Where the call is, while another one is on top.
    pub(super) at: Option<At>,
    /// Where the enclosing call is, while this one is on top.
    pub(super) outer: Option<At>,
    /// The time of this call is taken.
    pub(super) timed: bool,
    /// The call began while the thread was panicking, in a `Drop`: that panic is not its own.
    pub(super) unwinding: bool,
    /// An event was emitted or a tracked place changed.
    pub(super) acted: bool,
    /// [`TOUCHED`], [`PROMISING`], [`FOREIGN`], [`SCOPED`] and the marks of `keep`; 0 for a call of which nothing has to be said.
    state: u16,
    /// One for each event of the plan, once one of them has happened. Of those that have not, and of those that lie behind
    /// and belong to no event, only the counts are right.
    pub(super) facts: Vec<Fact>,
    pub(super) notes: Notes,
    pub(super) place: Place,
    kept: Option<Box<Kept>>,
    /// How much of the memory of lists that a thread keeps is that of this frame.
    pub(super) kept_bytes: usize,
    /// The thread that the frame belongs to, once it has left a stack with its future.
    pub(super) home: Option<Home>,
}

/// What a call keeps when there is something to keep. Its lists keep their memory when the frame is used again.
pub(super) struct Kept {
    pub(super) outcome: Option<Outcome>,
    pub(super) key: Option<Value>,
    pub(super) keys: Vec<KeyCount>,
    /// Which events were seen under which idempotency key.
    pub(super) tokens: Vec<(TypeId, u64)>,
    pub(super) duplicates: Vec<Duplicate>,
    pub(super) outsiders: Vec<(&'static str, Site)>,
    pub(super) entries: Vec<Entry>,
    /// Errors of scrutinees whose arm has not been entered yet.
    pub(super) pending: Vec<Pending>,
    /// Log lines that are evidence by now. Those that claim success stand in the notes until they are.
    pub(super) logs: Vec<LogLine>,
    /// What was noted up to here was judged.
    pub(super) judged: u32,
    pub(super) broken: Vec<Broken>,
    pub(super) tasks: Vec<Task>,
    pub(super) told: Vec<Told>,
    pub(super) places: Vec<(&'static str, Value)>,
    pub(super) folds: Option<Arc<dyn Feed>>,
    pub(super) accounted: Option<u64>,
    /// A child was abandoned and is reported: this call's own abandonment has the same cause.
    pub(super) abandoned_below: bool,
    pub(super) lost: u64,
    /// Set once work was spawned that carries this operation.
    pub(super) shared: Option<Arc<Shared>>,
    /// Set on the frame of spawned work: the operation that it belongs to. Nothing bubbles past such a frame directly.
    pub(super) link: Option<Arc<Shared>>,
    pub(super) stage: Stage,
    /// When the call ended; work that it spawned may be told of later.
    pub(super) ended: u64,
}

/// What a call has kept that has kept nothing.
static NOTHING: Kept = Kept::new();

/// Which event it is. It goes by reference: a copy of the id would wait for its halves to be written.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) id: TypeId,
    pub(super) meta: &'static EventMeta,
}

/// An idempotency key as one number, so that it passes in a register; 0 when there is none.
#[derive(Clone, Copy)]
pub(super) struct Token(u64);

impl Token {
    pub(super) const NONE: Token = Token(0);

    #[inline]
    pub(super) fn new(key: Option<u64>) -> Token {
        Token(key.unwrap_or(0))
    }

    #[inline]
    pub(super) fn get(self) -> Option<u64> {
        (self.0 != 0).then_some(self.0)
    }

    /// This one, or else the other.
    #[inline]
    pub(super) fn or(self, other: Token) -> Token {
        if self.0 == 0 { other } else { self }
    }
}

/// What one event counts for: a limit by index, the hash and text of its key, and its idempotency key, if it has one.
pub(super) struct LimitKey {
    pub(super) limit: usize,
    pub(super) hash: u64,
    pub(super) text: String,
    pub(super) token: Option<u64>,
}

impl Deref for Frame {
    type Target = Kept;

    #[inline]
    fn deref(&self) -> &Kept {
        match &self.kept {
            Some(kept) if self.is_touched() => kept,
            _ => &NOTHING,
        }
    }
}

impl DerefMut for Frame {
    #[inline]
    fn deref_mut(&mut self) -> &mut Kept {
        self.state |= TOUCHED;
        self.kept.get_or_insert_with(Box::default)
    }
}

impl Default for Kept {
    fn default() -> Kept {
        Kept::new()
    }
}

impl Kept {
    const fn new() -> Kept {
        Kept {
            outcome: None,
            key: None,
            keys: Vec::new(),
            tokens: Vec::new(),
            duplicates: Vec::new(),
            outsiders: Vec::new(),
            entries: Vec::new(),
            pending: Vec::new(),
            logs: Vec::new(),
            judged: 0,
            broken: Vec::new(),
            tasks: Vec::new(),
            told: Vec::new(),
            places: Vec::new(),
            folds: None,
            accounted: None,
            abandoned_below: false,
            lost: 0,
            shared: None,
            link: None,
            stage: Stage::Whole,
            ended: 0,
        }
    }

    /// How much memory the lists hold, themselves included.
    fn bytes(&self) -> usize {
        fn of<T>(list: &Vec<T>) -> usize {
            list.capacity() * size_of::<T>()
        }
        size_of::<Kept>()
            + of(&self.keys)
            + of(&self.tokens)
            + of(&self.duplicates)
            + of(&self.outsiders)
            + of(&self.entries)
            + of(&self.pending)
            + of(&self.logs)
            + of(&self.broken)
            + of(&self.tasks)
            + of(&self.told)
            + of(&self.places)
    }

    /// Forgets everything; the lists keep their memory.
    fn clear(&mut self) {
        self.outcome = None;
        self.key = None;
        self.keys.clear();
        self.tokens.clear();
        self.duplicates.clear();
        self.outsiders.clear();
        self.entries.clear();
        self.pending.clear();
        self.logs.clear();
        self.judged = 0;
        self.broken.clear();
        self.tasks.clear();
        self.told.clear();
        self.places.clear();
        self.folds = None;
        self.accounted = None;
        self.abandoned_below = false;
        self.lost = 0;
        self.shared = None;
        self.link = None;
        self.stage = Stage::Whole;
        self.ended = 0;
    }
}

impl Frame {
    /// A frame that no call has used.
    pub(super) fn new() -> Frame {
        Frame {
            id: 0,
            seq: 0,
            callsite: &UNUSED,
            plan: &Plan::EMPTY,
            scope: 0,
            started: 0,
            at: None,
            outer: None,
            timed: false,
            unwinding: false,
            acted: false,
            state: 0,
            facts: Vec::new(),
            notes: Notes::default(),
            place: Place::default(),
            kept: None,
            kept_bytes: 0,
            home: None,
        }
    }

    #[inline]
    pub(super) fn is_touched(&self) -> bool {
        self.state & TOUCHED != 0
    }

    /// Whether it belongs to another thread.
    #[inline]
    pub(super) fn is_foreign(&self) -> bool {
        self.state & FOREIGN != 0
    }

    pub(super) fn set_foreign(&mut self, is_foreign: bool) {
        self.state = self.state & !FOREIGN | if is_foreign { FOREIGN } else { 0 };
    }

    /// How much memory the lists hold.
    pub(super) fn list_bytes(&self) -> usize {
        self.kept.as_ref().map_or(0, |kept| kept.bytes())
    }

    /// Gives up the lists of a clean frame.
    pub(super) fn drop_lists(&mut self) {
        self.kept = None;
    }

    /// Whether it bears this mark.
    #[inline(always)]
    pub(super) fn has(&self, mark: u16) -> bool {
        self.state & mark != 0
    }

    #[inline(always)]
    pub(super) fn mark(&mut self, mark: u16) {
        self.state |= mark;
    }

    /// Whether it has to be kept, as far as its marks say, or is joined.
    #[inline(always)]
    pub(super) fn is_marked(&self) -> bool {
        self.has(MARKED)
    }

    /// The marks that a child of this call begins with.
    #[inline(always)]
    pub(super) fn inherited(&self) -> u16 {
        self.state & (SAMPLED | SCOPED)
    }

    /// Makes a clean frame that of a call of this operation, in this test scope, with these marks, which speak of it too.
    #[inline(always)]
    pub(super) fn belong_to(
        &mut self,
        callsite: &'static Callsite,
        plan: &'static Plan,
        (scope, marks): (u64, u16),
    ) {
        self.callsite = callsite;
        self.plan = plan;
        self.scope = scope;
        self.state = marks | if plan.events.is_empty() { 0 } else { PROMISING };
    }

    /// Work that was spawned belongs to the test of its operation.
    pub(super) fn belong_to_scope(&mut self, scope: u64) {
        self.scope = scope;
        self.state = self.state & !SCOPED | scoped(scope);
    }

    /// The last thing at the beginning of a call: if its time is taken, its clock runs from here.
    #[inline(always)]
    pub(super) fn start(&mut self, timed: bool, unwinding: bool) {
        self.seq = 0;
        self.timed = timed;
        self.unwinding = unwinding;
        self.acted = false;
        self.started = if timed { ticks() } else { 0 };
    }

    /// Of a call that kept nothing else: the frame is clean again once its notes are taken.
    #[inline(always)]
    pub(super) fn forget_facts(&mut self) {
        let mut facts = self.facts.as_mut_slice();
        // Most plans speak of a few events: two at a time is shorter than the loop that a compiler makes of one at a time.
        while let [one, other, rest @ ..] = facts {
            (one.count, one.repeats, other.count, other.repeats) = (0, 0, 0, 0);
            facts = rest;
        }
        if let [last] = facts {
            (last.count, last.repeats) = (0, 0);
        }
    }

    /// Makes a used frame clean, keeping the memory of its lists.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.forget_facts();
        drop(self.notes.take());
        self.notes.begin(0);
        if self.is_touched() {
            self.forget_kept();
        }
    }

    #[cold]
    #[inline(never)]
    fn forget_kept(&mut self) {
        if let Some(kept) = &mut self.kept {
            kept.clear();
        }
    }

    /// Whether nothing has to be said of this call if it fulfilled, and nothing was noted that owns pages.
    #[inline(always)]
    pub(super) fn is_plain(&self) -> bool {
        self.state == 0 && self.notes.have_no_pages()
    }

    /// The same of a call that was chosen with its trace, and has no place in it yet.
    #[inline(always)]
    pub(super) fn is_only_chosen(&self) -> bool {
        self.state == SAMPLED && self.notes.is_empty()
    }

    /// Whether nothing has to be said of this call if it fulfilled: no list is filled, every promise is kept, no test
    /// wants to hear of it.
    #[inline]
    pub(super) fn is_quiet(&self) -> bool {
        !self.is_touched()
            && self.scope == 0
            && (self.plan.promises.is_empty() || self.plan.is_kept(&self.facts))
    }

    /// The time of a note; 0 when the time of this call is not taken.
    #[inline]
    pub(super) fn now(&self) -> u64 {
        if self.timed { ticks() } else { 0 }
    }

    /// The next sequence number.
    #[inline]
    pub(super) fn next(&mut self) -> u32 {
        self.seq = self.seq.saturating_add(1);
        self.seq
    }

    /// Where the call is now, as a place. While the frame is on top, the thread knows.
    pub(super) fn position(&self, at: Option<At>) -> Site {
        at.map_or(self.callsite.operation.site, |at| *at.site())
    }

    /// The idempotency key of this call, if it is declared to have one.
    #[inline]
    pub(super) fn token(&self) -> Token {
        if self.plan.idempotent { self.idempotency_key() } else { Token::NONE }
    }

    #[inline(never)]
    fn idempotency_key(&self) -> Token {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let key = self.key.as_ref().filter(|key| !matches!(key, Value::Opaque));
        let Some(key) = key else { return Token::NONE };
        let mut hasher = DefaultHasher::new();
        (std::ptr::from_ref(self.callsite).addr(), key.to_string()).hash(&mut hasher);
        Token(hasher.finish() | 1)
    }

    /// Keeps a value that events and log lines should agree on.
    pub(super) fn tell(&mut self, told: Told) {
        if self.told.len() < BOUND {
            self.told.push(told);
        } else {
            self.lose(Lost::Field);
        }
    }

    /// Something about this call did not fit: its verdicts are inconclusive.
    pub(super) fn lose(&mut self, what: Lost) {
        self.lost += 1;
        figure::lose(what, 1);
    }

    /// Whether the end of this call has to be judged.
    fn is_worth_judging(&self, outcome: &Outcome) -> bool {
        outcome.class == Class::Abandoned
            || !self.plan.promises.is_empty()
            || self.is_touched() && self.has_evidence()
            // A line that claims success is evidence where it may be false.
            || self.notes.boasts() && (!outcome.is_fulfilled() || self.accounted.is_some())
    }

    /// Whether an error is in the ledger.
    #[inline]
    pub(super) fn has_entries(&self) -> bool {
        self.is_touched() && !self.entries.is_empty()
    }

    /// Whether events are folded.
    #[inline]
    pub(super) fn is_folding(&self) -> bool {
        self.is_touched() && self.folds.is_some()
    }

    fn has_evidence(&self) -> bool {
        !self.entries.is_empty()
            || !self.broken.is_empty()
            || !self.logs.is_empty()
            || !self.duplicates.is_empty()
            || !self.outsiders.is_empty()
            || !self.tasks.is_empty()
            || !self.told.is_empty()
            || self.lost > 0
    }

    /// Shows the call to the sink; returns what diverged.
    pub(super) fn conclude(&mut self, outcome: &Outcome, exit: Option<At>) -> Vec<Divergence> {
        let mut found = Vec::new();
        let Some(sink) = sink().filter(|_| self.is_worth_judging(outcome)) else { return found };
        self.notes.unfold();
        self.lay_out_facts();
        self.gather_boasts();
        let site = self.callsite.operation.site;
        let conduct = Conduct {
            operation: &self.callsite.operation,
            plan: self.plan,
            outcome,
            exit: exit.map_or(Spot { site, exit: Exit::Statement }, |at| *at.spot()),
            facts: &self.facts,
            duplicates: &self.duplicates,
            outsiders: &self.outsiders,
            entries: &self.entries,
            logs: &self.logs,
            broken: &self.broken,
            tasks: &self.tasks,
            told: &self.told,
            accounted: self.accounted,
            acted: self.acted && !self.abandoned_below,
            lost: self.lost,
            stage: self.stage,
        };
        let story = || self.notes.tell(self.started, self.ended);
        let context = Context { key: self.key.as_ref(), story: &story };
        stack::aside(|| found = sink.conclude(self.scope, &conduct, &context));
        found
    }
}

/// Reads the key of a limit; the user's `Display` may panic, and then the event counts for no key.
pub(super) fn read_key(read: ReadKey, event: &dyn Any) -> Option<(u64, String)> {
    let read = catch_unwind(AssertUnwindSafe(|| read(event)));
    if read.is_err() {
        figure::lose(Lost::Key, 1);
    }
    read.ok().flatten()
}
