//! What belongs to one thread: where its innermost call is, its test scope, the call that has no frame, and the stack of those
//! that have one. Everything but the stack is beside it, so that looking at it takes no more than a load.

use std::cell::{Cell, RefCell, RefMut};
use std::mem::{offset_of, replace};

use super::callsite::Callsite;
use super::frame::{Frame, scoped};
use super::keep;
use super::light::Light;
use super::mark::Mark;
use super::place::{At, NOWHERE, Whence};
use super::raw;
use super::stack::{Call, Stack};

/// A parameter that says nothing, of functions that look at the thread and stand out of line: so they are compiled where they
/// are used. In a program, what belongs to its thread is one load away; in a library, which does not know where it will be
/// loaded, looking for it is a call, for which everything else has to be kept. What this crate compiles itself would be taken
/// instead, so it has `false` there.
pub(super) const HERE: bool = true;

/// Where a call is, if it is anywhere: in parts, so that each is copied as it was written.
pub(super) struct Position {
    callsite: Cell<Option<&'static Callsite>>,
    place: Cell<u32>,
}

impl Position {
    const fn new() -> Position {
        Position { callsite: Cell::new(None), place: Cell::new(0) }
    }

    #[inline(always)]
    pub(super) fn get(&self) -> Whence {
        Whence { callsite: self.callsite.get(), place: self.place.get() }
    }

    /// One part after the other.
    #[inline(always)]
    pub(super) fn copy_to(&self, whence: &mut Whence) {
        whence.callsite = self.callsite.get();
        whence.place = self.place.get();
    }

    #[inline(always)]
    pub(super) fn set(&self, at: At) {
        self.put(Some(at).into());
    }

    /// A call begins there.
    #[inline(always)]
    pub(super) fn begin(&self, callsite: &'static Callsite, first: u32) {
        self.callsite.set((first != NOWHERE).then_some(callsite));
        self.place.set(first);
    }

    #[inline(always)]
    pub(super) fn put(&self, whence: Whence) {
        self.callsite.set(whence.callsite);
        self.place.set(whence.place);
    }

    #[inline(always)]
    pub(super) fn clear(&self) {
        self.callsite.set(None);
    }
}

/// What belongs to one thread. What every call looks at lies together, in as few lines of memory as that takes.
#[repr(C, align(64))]
pub(super) struct Thread {
    /// The way to itself.
    pub(super) short: raw::Short,
    /// Where the innermost call is. Beside the stack, so that a position costs one store.
    pub(super) at: Position,
    /// The outermost call, while it has no frame.
    light: Light,
    stack: RefCell<Stack>,
    /// The test scope, as [`scope`](super::stack::scope) tells it.
    pub(super) scope: Cell<u64>,
    /// The marks that come of it.
    pub(super) marks: Cell<u32>,
}

/// Two lines of memory for every call, and one more for each that encloses it.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(offset_of!(Thread, light) + Light::OUTER_AT == 128 && Light::OUTER_BYTES == 64);

/// Two events that belong to one place are in one line of memory.
#[cfg(target_pointer_width = "64")]
const _: () = assert!((offset_of!(Thread, light) + Light::TALLIES_AT).is_multiple_of(32));

impl Thread {
    pub(super) const fn new() -> Thread {
        Thread {
            short: raw::Short::new(),
            at: Position::new(),
            light: Light::new(),
            stack: RefCell::new(Stack::new()),
            scope: Cell::new(0),
            marks: Cell::new(0),
        }
    }

    /// The thread ends: closes the short way, so that nobody comes here any more, gives away what is counted here, and destroys
    /// the rest.
    pub(super) fn empty(&self) {
        self.short.close();
        self.light.empty();
        // What belongs to it is destroyed when it is no more borrowed.
        let _stack = self.stack.try_borrow_mut().map(|mut stack| replace(&mut *stack, Stack::new()));
    }

    pub(super) fn set_scope(&self, scope: u64) {
        // What runs already belongs to the scope in which it began.
        self.settle();
        self.scope.set(scope);
        self.marks.set(scoped(scope));
        self.light.forget_what_holds();
    }

    /// The stack, if it is at rest.
    #[inline(always)]
    pub(super) fn rest(&self) -> Option<RefMut<'_, Stack>> {
        self.stack.try_borrow_mut().ok()
    }

    /// Runs `work` on the stack, if it is at rest. A light call is none of those that are on it.
    #[inline(always)]
    pub(super) fn at_rest<T>(&self, work: impl FnOnce(&mut Stack) -> Option<T>) -> Option<T> {
        work(&mut *self.rest()?)
    }

    /// Runs `work` on the stack with all running calls on it, if it is at rest.
    #[inline(always)]
    pub(super) fn usual<T>(&self, work: impl FnOnce(&mut Stack) -> Option<T>) -> Option<T> {
        self.settle();
        self.at_rest(work)
    }

    /// A light call gets its frame, so that all running calls are on the stack.
    #[inline(always)]
    pub(super) fn settle(&self) {
        if self.light.is_running() {
            self.settle_light();
        }
    }

    #[inline(never)]
    fn settle_light(&self) {
        let marks = keep::known_marks() | self.marks.get();
        let _done = self.at_rest(|stack| self.light.leave_to(stack, (self.scope.get(), marks)));
    }

    /// The call that no other one encloses, while it has no frame.
    #[inline(always)]
    pub(super) fn light(&self) -> &Light {
        &self.light
    }

    /// Begins a call on top of the others, in a frame that lies ready, if everything is as usual; returns its id. It stands
    /// once for all ways in which a call begins.
    #[inline(never)]
    pub(super) fn begin_usual(&self, call: &Call) -> Option<u32> {
        self.usual(|stack| stack.begin_usual(self, call))
    }

    /// Begins a call of which nothing is known yet: it may be the first of its kind, or the first since something changed.
    pub(super) fn begin(&self, stack: &mut Stack, call: &Call, unwinding: bool) -> Option<u32> {
        call.callsite.learn_asks(call.plan);
        let id = stack.begin(call, unwinding);
        self.light.learn_what_holds(stack, self.marks.get());
        id
    }

    /// Looks at the innermost call, if there is one with a frame, or tells what holds of one that has none.
    #[inline(always)]
    pub(super) fn glance<T>(&self, of_light: T, look: impl FnOnce(&Frame) -> T) -> Option<T> {
        if self.light.is_running() {
            return Some(of_light);
        }
        // To borrow for writing is the shorter way.
        let stack = self.stack.try_borrow_mut().ok()?;
        if !stack.is_current() || stack.is_beyond() {
            return None;
        }
        stack.frames.get(stack.running.checked_sub(1)?).map(|frame| look(frame))
    }

    /// Notes where the innermost call is left, and tells whether it has something to say already; nothing if it is none of this
    /// operation, or none is recorded.
    #[inline(always)]
    pub(super) fn exits_at(&self, spot: At) -> Option<bool> {
        let own = spot.callsite();
        // A future that is not followed does not speak for whoever waits for it.
        if self.glance(self.light.is_of(own), |frame| std::ptr::eq(frame.callsite, own)) != Some(true) {
            return None;
        }
        self.arrives(spot);
        self.glance(false, Frame::is_touched)
    }

    /// Notes where the innermost call is left, if that is a light one, which has nothing to say yet. Otherwise nothing has
    /// happened.
    #[inline(always)]
    pub(super) fn exits_lightly(&self, spot: At) -> bool {
        let is_light = self.light.is_of(spot.callsite());
        if is_light {
            self.arrives(spot);
        }
        is_light
    }

    /// The moment of the innermost call, if that is a light one and nothing has to be found out for it.
    #[inline(always)]
    pub(super) fn moment_at_once(&self) -> Option<Mark> {
        self.light.moment().map(|(id, told)| Mark::at(id, told, false))
    }

    /// The moment of the innermost call.
    #[inline(always)]
    pub(super) fn moment(&self) -> Option<Mark> {
        if self.light.is_running() {
            let fresh_id = || self.at_rest(|stack| Some(stack.fresh_id()));
            return self.light.moment_by(fresh_id).map(|(id, told)| Mark::at(id, told, false));
        }
        self.glance(Mark::NONE, |frame| Mark::at(frame.id, frame.seq, frame.has_entries()))
    }

    /// Notes that a body has ended, unless it was left by a `return` before.
    #[inline(always)]
    pub(super) fn arrives(&self, at: At) {
        if !self.at.get().leaves(at.callsite()) {
            self.at.set(at);
        }
    }

    /// Whether a call runs on this thread.
    pub(super) fn is_within(&self) -> bool {
        self.light.is_running() || self.rest().is_some_and(|stack| stack.running > 0 && !stack.is_beyond())
    }

    /// Where the innermost call is.
    #[inline(always)]
    pub(super) fn position(&self) -> Option<At> {
        self.at.get().get()
    }

    /// Notes where the observed code is, and tells where it was.
    #[inline(always)]
    pub(super) fn replace_at(&self, spot: Whence) -> Whence {
        let before = self.at.get();
        self.at.put(spot);
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_without_statements_is_nowhere_at_its_beginning() {
        static PLACE: Callsite = Callsite::unnamed("of a test");
        let at = Position::new();
        at.begin(&PLACE, 0);
        assert!(at.get().get().is_some());
        at.begin(&PLACE, NOWHERE);
        assert!(at.get().get().is_none());
    }
}
