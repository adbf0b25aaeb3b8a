//! The record of one running call.

use std::any::{Any, TypeId};
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::callsite::Callsite;
use super::clock::ticks;
use super::count::KeyCount;
use super::figure::{self, Lost};
use super::keep::{MARKED, Place, SAMPLED};
use super::place::{At, Whence};
use super::pool::Home;
use super::rest::{NOTHING, Rest};
use super::story::Notes;
use crate::model::{EventMeta, Fact, Plan, ReadKey, Site, Told, Value};

/// How many entries, log lines, checks, keys or tasks one call keeps.
pub(super) const BOUND: usize = 64;

/// Something was written to what the frame keeps.
const TOUCHED: u32 = 1;
/// Keys of events were counted, which says nothing of the rest: it is no evidence unless one is a duplicate.
const COUNTED: u32 = 2;
/// The frame came with a future, and belongs to another thread.
const FOREIGN: u32 = 4;
/// It has told its key.
const KEYED: u32 = 1024;
/// A test is listening.
const SCOPED: u32 = 512;

/// One event more that the plan speaks of.
const ONE_EVENT: u32 = 1 << 16;

/// The marks of a call in this test scope.
pub(super) const fn scoped(scope: u64) -> u32 {
    if scope == 0 { 0 } else { SCOPED }
}

/// Whose call an unused frame records.
static UNUSED: Callsite = Callsite::unnamed("no operation");

/// The record of one running call. What a healthy call needs stands here; everything else is [`Rest`], and is reached as
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
    pub(super) at: Whence,
    /// Where the enclosing call is, while this one is on top.
    pub(super) outer: Whence,
    /// The time of this call is taken.
    pub(super) timed: bool,
    /// The call, which is none of a future, began while the thread was panicking, in a `Drop`: that panic is not its own.
    pub(super) unwinding: bool,
    /// An event was emitted or a tracked place changed.
    pub(super) acted: bool,
    /// [`TOUCHED`], [`COUNTED`], [`FOREIGN`], [`KEYED`], [`SCOPED`], the marks of `keep`, and above them how many events the plan speaks of;
    /// 0 for a call of which nothing has to be said.
    state: u32,
    /// One for each event of the plan, once one of them has happened. Of those that have not, and of those that lie behind
    /// and belong to no event, only the counts are right.
    pub(super) facts: Vec<Fact>,
    pub(super) notes: Notes,
    pub(super) place: Place,
    /// See [`KEYED`].
    pub(super) key: Option<Value>,
    kept: Option<Box<Rest>>,
    /// How much of the memory of lists that a thread keeps is that of this frame.
    pub(super) kept_bytes: usize,
    /// The thread that the frame belongs to, once it has left a stack with its future.
    pub(super) home: Option<Home>,
}

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

/// What one event counts for: a limit by index, its key with the hash of it, and its idempotency key, if it has one.
pub(super) struct LimitKey {
    pub(super) limit: usize,
    pub(super) hash: u64,
    /// Nothing where the call is the key.
    pub(super) key: Option<Value>,
    pub(super) token: Option<u64>,
}

impl Deref for Frame {
    type Target = Rest;

    #[inline]
    fn deref(&self) -> &Rest {
        match &self.kept {
            Some(kept) if self.is_touched() => kept,
            _ => &NOTHING,
        }
    }
}

impl DerefMut for Frame {
    #[inline]
    fn deref_mut(&mut self) -> &mut Rest {
        self.state |= TOUCHED;
        self.kept.get_or_insert_with(Box::default)
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
            at: Whence::NOWHERE,
            outer: Whence::NOWHERE,
            timed: false,
            unwinding: false,
            acted: false,
            state: 0,
            facts: Vec::new(),
            notes: Notes::default(),
            place: Place::default(),
            key: None,
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
        self.kept.as_ref().map_or(0, |kept| kept.bytes()) + self.notes.repeat_bytes()
    }

    /// Gives up the lists of a clean frame.
    pub(super) fn drop_lists(&mut self) {
        self.kept = None;
        self.notes.drop_repeats();
    }

    /// Whether it bears this mark.
    #[inline(always)]
    pub(super) fn has(&self, mark: u32) -> bool {
        self.state & mark != 0
    }

    #[inline(always)]
    pub(super) fn mark(&mut self, mark: u32) {
        self.state |= mark;
    }

    /// Whether it has to be kept, as far as its marks say, or is joined.
    #[inline(always)]
    pub(super) fn is_marked(&self) -> bool {
        self.has(MARKED)
    }

    /// The marks that a child of this call begins with.
    #[inline(always)]
    pub(super) fn inherited(&self) -> u32 {
        self.state & (SAMPLED | SCOPED)
    }

    /// Makes a clean frame that of a call of this operation, in this test scope, with these marks, which speak of it too.
    #[inline(always)]
    pub(super) fn belong_to(
        &mut self,
        callsite: &'static Callsite,
        plan: &'static Plan,
        (scope, marks): (u64, u32),
    ) {
        self.callsite = callsite;
        self.plan = plan;
        self.scope = scope;
        // A plan that speaks of events is a mark as well: their number, which is small, above all the others.
        self.state = marks | (plan.events.len() as u32 * ONE_EVENT);
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
        // Facts that lie behind a call whose plan speaks of none are as they were.
        if self.state < ONE_EVENT {
            return;
        }
        // Most plans speak of a few events: the loop that a compiler makes of any number is longer than both of them.
        match self.facts.as_mut_slice() {
            [] => {}
            [one] => (one.count, one.repeats) = (0, 0),
            [one, other] => (one.count, one.repeats, other.count, other.repeats) = (0, 0, 0, 0),
            [one, other, more @ ..] => {
                (one.count, one.repeats, other.count, other.repeats) = (0, 0, 0, 0);
                forget_all(more);
            }
        }
    }

    /// Keeps the key of the call.
    #[inline]
    pub(super) fn set_key(&mut self, key: Value) {
        self.key = Some(key);
        self.mark(KEYED);
    }

    /// Whether it has a key.
    #[inline(always)]
    pub(super) fn is_keyed(&self) -> bool {
        self.has(KEYED)
    }

    /// Whether it keeps a key, or anything in lists.
    #[inline(always)]
    pub(super) fn keeps_more(&self) -> bool {
        self.has(TOUCHED | COUNTED | KEYED)
    }

    /// The keys of events, to count one more. Most calls keep nothing else in lists, and the memory of this one was
    /// accounted for before: where it is about to grow, that has to be done again.
    #[inline(always)]
    pub(super) fn keys_to_count(&mut self) -> &mut Vec<KeyCount> {
        self.state |= COUNTED;
        let kept = self.kept.get_or_insert_with(Box::default);
        if kept.keys.len() == kept.keys.capacity() {
            self.state |= TOUCHED;
        }
        &mut kept.keys
    }

    /// Forgets the keys of events where they are all that is kept.
    #[inline(always)]
    pub(super) fn forget_keys(&mut self) {
        if self.has(COUNTED)
            && let Some(kept) = &mut self.kept
        {
            kept.keys.clear();
        }
    }

    #[inline(always)]
    pub(super) fn forget_key(&mut self) {
        if self.is_keyed() {
            self.key = None;
        }
    }

    /// Forgets a key that owns nothing, which most are: there is nothing to drop.
    #[inline(always)]
    pub(super) fn forget_number(&mut self) {
        if let Some(Value::U64(_) | Value::I64(_)) = self.key {
            std::mem::forget(self.key.take());
            self.state &= !KEYED;
        }
    }

    /// Makes a used frame clean, keeping the memory of its lists.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.forget_facts();
        self.forget_key();
        drop(self.notes.take());
        self.notes.begin(0);
        if self.has(TOUCHED | COUNTED) {
            self.forget_kept();
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn forget_kept(&mut self) {
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
        at.map_or(self.callsite.operation().site, |at| *at.site())
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

    /// Whether an error is in the ledger.
    #[inline]
    pub(super) fn has_entries(&self) -> bool {
        // What is not touched is not even looked for.
        let has = |kept: &Rest| !kept.entries.is_empty() || !kept.alarms.is_empty();
        self.is_touched() && self.kept.as_ref().is_some_and(|kept| has(kept))
    }

    /// Whether events are folded.
    #[inline]
    pub(super) fn is_folding(&self) -> bool {
        self.is_touched() && self.folds.is_some()
    }
}

#[inline(never)]
fn forget_all(facts: &mut [Fact]) {
    for fact in facts {
        (fact.count, fact.repeats) = (0, 0);
    }
}

/// Reads the key of a limit; the user's `Display` may panic, and then the event counts for no key.
pub(super) fn read_key(read: ReadKey, event: &dyn Any) -> Option<(u64, Value)> {
    let read = catch_unwind(AssertUnwindSafe(|| read(event)));
    if read.is_err() {
        figure::lose(Lost::Key, 1);
    }
    read.ok().flatten()
}
