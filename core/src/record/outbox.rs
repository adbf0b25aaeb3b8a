//! Where a thread leaves what it keeps of its healthy calls: briefs, in a ring of its own, until that is full, the worker comes
//! by, or the thread ends. And what it needs to give a call its place in a trace: random numbers, and whom to ask what
//! stands around this place.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::callsite::{Callsite, Numbered};
use super::figure::{self, Lost};
use super::ring::Ring;
use super::sink::{Around, sink};
use super::stack;
use crate::model::{Brief, Link, Operation, Why};

/// How many words a brief is in the ring.
const WORDS: usize = 7;

/// Briefs of one thread.
pub struct Briefs(Ring<WORDS>);

/// Those of all threads that live.
static ALL: Mutex<Vec<Arc<Briefs>>> = Mutex::new(Vec::new());

fn all() -> MutexGuard<'static, Vec<Arc<Briefs>>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a thread leaves behind for export.
pub(super) struct Outbox {
    briefs: Option<Arc<Briefs>>,
    /// Whom to ask, since which change of what is kept.
    around: Option<Arc<dyn Around>>,
    since: u32,
    /// The state of the generator; 0 before the first number.
    seed: u64,
}

/// A brief, with the number of its operation in the place of the operation.
pub(super) struct Written {
    pub(super) callsite: &'static Callsite,
    pub(super) link: Link,
    pub(super) parent: u64,
    pub(super) is_outer: bool,
    pub(super) why: Why,
    pub(super) started: u64,
    pub(super) ended: u64,
}

const IS_SAMPLED: u64 = 1 << 32;
const IS_OUTER: u64 = 1 << 33;
const IS_SLOW: u64 = 1 << 34;
const ENCLOSES: u64 = 1 << 35;

impl Written {
    #[inline(always)]
    fn words(&self) -> [u64; WORDS] {
        let why = match self.why {
            Why::Slow => IS_SLOW,
            Why::Enclosing => ENCLOSES,
            _ => 0,
        };
        let flag = |is_set: bool, flag: u64| if is_set { flag } else { 0 };
        let first = u64::from(self.callsite.slot())
            | why
            | flag(self.link.sampled, IS_SAMPLED)
            | flag(self.is_outer, IS_OUTER);
        let Link { trace, span, .. } = self.link;
        [first, (trace >> 64) as u64, trace as u64, span, self.parent, self.started, self.ended]
    }
}

fn read(words: [u64; WORDS], numbered: &Numbered) -> Option<Brief> {
    let [first, high, low, span, parent, started, ended] = words;
    let why = match first & (IS_SLOW | ENCLOSES) {
        IS_SLOW => Why::Slow,
        ENCLOSES => Why::Enclosing,
        _ => Why::Sampled,
    };
    Some(Brief {
        operation: numbered.get(first as u32)?.operation(),
        trace: u128::from(high) << 64 | u128::from(low),
        span,
        parent,
        started,
        ended,
        why,
        is_sampled: first & IS_SAMPLED != 0,
        is_outer: first & IS_OUTER != 0,
    })
}

impl Briefs {
    /// Hands over everything that is there, in order.
    pub fn collect(&self, mut take: impl FnMut(Brief)) {
        let numbered = Numbered::all();
        self.0.collect(|words| match read(words, &numbered) {
            Some(brief) => take(brief),
            None => figure::lose(Lost::Operation, 1),
        });
    }
}

/// Hands over the briefs of all threads.
pub fn collect_briefs(mut take: impl FnMut(Brief)) {
    for briefs in all().iter() {
        briefs.collect(&mut take);
    }
}

impl Outbox {
    pub(super) const fn new() -> Outbox {
        Outbox { briefs: None, around: None, since: 0, seed: 0 }
    }

    /// What the ring takes, if there is one.
    pub(super) fn bytes(&self) -> usize {
        if self.briefs.is_some() { size_of::<Arc<Briefs>>() + Ring::<WORDS>::size() } else { 0 }
    }

    /// Leaves a brief. Returns whether the ring is new.
    #[inline(always)]
    pub(super) fn leave(&mut self, written: &Written) -> bool {
        let words = written.words();
        let is_left = self.briefs.as_ref().is_some_and(|briefs| briefs.0.put(words));
        if is_left { false } else { self.make_room(words) }
    }

    /// The ring is full, or there is none yet.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, words: [u64; WORDS]) -> bool {
        let is_new = self.briefs.is_none();
        let briefs = self.briefs.get_or_insert_with(|| {
            let briefs = Arc::new(Briefs(Ring::new()));
            all().push(Arc::clone(&briefs));
            briefs
        });
        if !is_new {
            hand_over(briefs);
        }
        if !briefs.0.put(words) {
            figure::lose(Lost::Operation, 1);
        }
        is_new
    }

    /// The span around this place that is not candor's own; `since` tells when what is kept has changed last.
    pub(super) fn outer(&mut self, since: u32) -> Option<Link> {
        self.ask(since, |around| around.outer()).flatten()
    }

    /// Whether a call of this operation is chosen that begins a trace here.
    pub(super) fn is_sampled(&mut self, since: u32, operation: &'static Operation) -> bool {
        self.ask(since, |around| around.is_sampled(operation)).unwrap_or(false)
    }

    /// Asks what the thread holds, which takes no lock; a panic in it is counted and goes no further.
    fn ask<T>(&mut self, since: u32, question: impl FnOnce(&dyn Around) -> T) -> Option<T> {
        if self.since != since {
            self.around = sink().and_then(super::sink::Sink::around);
            self.since = since;
        }
        let around = self.around.as_deref()?;
        let answer = stack::reading(|| question(around)).ok();
        if answer.is_none() {
            figure::lose(Lost::Verdict, 1);
        }
        answer
    }

    /// A random number that is not zero.
    #[inline]
    pub(super) fn fresh(&mut self) -> u64 {
        if self.seed == 0 {
            self.seed = seed();
        }
        // SplitMix64, by Steele, Lea and Flood (OOPSLA 2014).
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)).max(1)
    }

    #[inline]
    pub(super) fn fresh_trace(&mut self) -> u128 {
        (u128::from(self.fresh()) << 64) | u128::from(self.fresh())
    }
}

#[cold]
#[inline(never)]
fn seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Gives what is there to the sink.
fn hand_over(briefs: &Briefs) {
    if let Some(sink) = sink() {
        stack::aside(|| sink.keep_briefs(briefs));
    }
}

impl Drop for Outbox {
    /// The thread ends: what it has left behind goes to the sink.
    fn drop(&mut self) {
        if let Some(briefs) = self.briefs.take() {
            hand_over(&briefs);
            all().retain(|known| !Arc::ptr_eq(known, &briefs));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_not_zero_and_differ() {
        let mut outbox = Outbox::new();
        let mut seen: Vec<u64> = (0..1_000).map(|_| outbox.fresh()).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((seen.len(), seen.first() == Some(&0)), (1_000, false));
        assert_ne!(outbox.fresh_trace() >> 64, 0);
        assert_ne!(Outbox::new().fresh(), Outbox::new().fresh());
    }

    #[test]
    fn a_brief_is_read_as_it_was_written() {
        static CALLSITE: Callsite = Callsite::unnamed("of a test");
        CALLSITE.known_slot();
        for (why, is_sampled, is_outer) in
            [(Why::Sampled, true, false), (Why::Slow, false, true), (Why::Enclosing, false, false)]
        {
            let link = Link { trace: 5 << 100 | 9, span: 7, sampled: is_sampled };
            let written =
                Written { callsite: &CALLSITE, link, parent: 3, is_outer, why, started: 11, ended: 12 };
            let brief = read(written.words(), &Numbered::all()).unwrap();
            assert_eq!((brief.operation.name, brief.link(), brief.why), ("of a test", link, why));
            assert_eq!(brief.parent().map(|parent| (parent.span, parent.is_outer)), Some((3, is_outer)));
            assert_eq!((brief.started, brief.ended), (11, 12));
        }
    }
}
