//! Static places: an observed function and a declared event.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use super::declared::{Declared, Read};
use super::light::{Asks, Proven};
use super::place::Place;
use super::raw;
use super::shared;
use super::state::{is_off, stretch};
use crate::model::{EventMeta, Operation, Plan};

/// The operations that were called, each behind the place of its number.
static NUMBERED: RwLock<Vec<&'static Callsite>> = RwLock::new(Vec::new());

/// The operations that were called, by their numbers.
pub(super) struct Numbered(RwLockReadGuard<'static, Vec<&'static Callsite>>);

impl Numbered {
    pub(super) fn all() -> Numbered {
        Numbered(NUMBERED.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn get(&self, number: u32) -> Option<&'static Callsite> {
        self.0.get((number as usize).checked_sub(1)?).copied()
    }
}

/// Callsites that have found recording off and skip it by themselves, until it is switched on.
static ASLEEP: Mutex<Vec<&'static Callsite>> = Mutex::new(Vec::new());

/// An observed function; one static each. What the macro writes is one text, and everything else of it is the same for all:
/// so the compiler has next to nothing to evaluate for it. What a call looks at lies in one line of memory.
#[derive(Debug)]
#[repr(C, align(64))]
pub struct Callsite {
    pub(super) declared: Declared,
    state: State,
}

/// What becomes of it while the program runs. What every call looks at lies in front.
#[derive(Debug)]
#[repr(C)]
struct State {
    /// What its calls usually say, as far as that keeps what they promise.
    proven: Proven,
    /// Its number among the operations that were called; 0 before the first call.
    slot: AtomicU32,
    /// The stretch of recording in which a light call of it had to have a frame; 0 for none.
    framed: AtomicU32,
    /// Cleared once a call has found recording off. It stands in the user's own binary, so that reading it is one
    /// instruction, which reading a switch of another crate is not.
    awake: AtomicBool,
    /// What its plan asks of each event; learned with its first call.
    asks: AtomicU8,
    read: Read,
    /// Where it is counted for which a thread has no room.
    shared: shared::Place,
}

impl State {
    #[expect(clippy::declare_interior_mutable_const, reason = "each callsite begins with a copy of it")]
    const NEW: State = State {
        proven: Proven::NOTHING,
        slot: AtomicU32::new(0),
        framed: AtomicU32::new(0),
        awake: AtomicBool::new(true),
        asks: AtomicU8::new(Asks::MORE.0),
        read: Read::NOTHING,
        shared: shared::Place::new(),
    };
}

impl Callsite {
    /// The callsite of an operation that declares something, and its places as the macro writes them (see `Declared`).
    #[must_use]
    pub const fn new(operation: &'static Operation, places: &'static str) -> Callsite {
        Callsite { declared: Declared { text: places, operation: Some(operation) }, state: State::NEW }
    }

    /// The callsite of an operation that declares nothing: a line each for its name, its module, its file, where it is and
    /// the name of its function, names of what it hands on, and its places (see `Declared`).
    #[must_use]
    pub const fn bare(text: &'static str) -> Callsite {
        Callsite { declared: Declared { text, operation: None }, state: State::NEW }
    }

    /// The operation.
    pub fn operation(&'static self) -> &'static Operation {
        self.declared.operation(&self.state.read)
    }

    /// The module of the operation.
    pub(crate) fn target(&'static self) -> &'static str {
        self.declared.target()
    }

    /// One of its places.
    #[inline]
    pub(super) fn place(&'static self, place: u32) -> &'static Place {
        self.declared.place(&self.state.read, place)
    }

    pub(super) fn shared(&self) -> &shared::Place {
        &self.state.shared
    }

    /// Whether a call may have to be recorded. Relaxed: a call that races with the switch is recorded or not.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn is_awake(&self) -> bool {
        self.state.awake.load(Ordering::Relaxed)
    }

    /// The same for the output of the macros.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.is_awake()
    }

    /// A call has found recording off: the next ones need not ask. If another thread is at the list, they ask again.
    #[cold]
    #[inline(never)]
    pub(super) fn fall_asleep(&'static self) {
        let Ok(mut asleep) = ASLEEP.try_lock() else { return };
        // Whoever switches on does so first and then takes the lock: it is seen here, or it wakes this one.
        if is_off() && self.state.awake.swap(false, Ordering::Relaxed) {
            asleep.push(self);
        }
    }

    /// Whether a light call of it had to have a frame since recording was switched on: its futures have one from the beginning
    /// then, since what was said in one is most likely said in the next, but for one that tries now and then.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub fn was_framed(&self) -> bool {
        let framed = self.state.framed.load(Ordering::Relaxed);
        framed != 0 && framed == stretch()
    }

    /// A light call of it gets a frame. It is written once: the line of memory is shared between threads.
    pub(super) fn gets_frame(&self) {
        if !self.was_framed() {
            self.state.framed.store(stretch(), Ordering::Relaxed);
        }
    }

    /// A future of it tries once more to have none.
    #[cold]
    #[inline(never)]
    pub(super) fn needs_no_frame(&self) {
        self.state.framed.store(0, Ordering::Relaxed);
    }

    /// What its plan asks of each event. Relaxed: it is learned before a call can be light.
    #[inline(always)]
    pub(super) fn asks(&self) -> Asks {
        Asks(self.state.asks.load(Ordering::Relaxed))
    }

    /// A thread calls it for the first time, with this plan. That of another generic type asks the same. It is written once: the
    /// line of memory is shared between threads.
    pub(super) fn learn_asks(&self, plan: &Plan) {
        let asks = Asks::of(plan);
        if self.asks() != asks {
            self.state.asks.store(asks.0, Ordering::Relaxed);
        }
    }

    pub(super) fn proven(&self) -> &Proven {
        &self.state.proven
    }

    /// A callsite that stands in for one.
    pub(super) const fn unnamed(name: &'static str) -> Callsite {
        Callsite::bare(name)
    }

    /// The number of this callsite; 0 before its first call. Relaxed is enough: the number is all that is shared.
    #[inline]
    pub(super) fn slot(&self) -> u32 {
        self.state.slot.load(Ordering::Relaxed)
    }

    /// The number of this callsite, given at its first call.
    pub(super) fn known_slot(&'static self) -> u32 {
        match self.slot() {
            0 => self.register(),
            slot => slot,
        }
    }

    /// Under the lock: whoever knows the number finds the callsite once it has the lock.
    #[cold]
    #[inline(never)]
    fn register(&'static self) -> u32 {
        let mut all = NUMBERED.write().unwrap_or_else(PoisonError::into_inner);
        if self.slot() == 0 {
            all.push(self);
            self.state.slot.store(u32::try_from(all.len()).unwrap_or(0), Ordering::Relaxed);
        }
        self.slot()
    }
}

/// Recording was switched on: every callsite asks again.
pub(super) fn wake_all() {
    let mut asleep = ASLEEP.lock().unwrap_or_else(PoisonError::into_inner);
    for callsite in asleep.drain(..) {
        callsite.state.awake.store(true, Ordering::Relaxed);
    }
}

/// A declared event, for the catalog.
#[derive(Clone, Copy, Debug)]
pub struct EventSite(pub &'static EventMeta);

/// Every callsite of this binary, called or not.
pub fn callsites() -> impl Iterator<Item = &'static Callsite> {
    raw::callsites()
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
inventory::collect!(&'static Callsite);
inventory::collect!(EventSite);
