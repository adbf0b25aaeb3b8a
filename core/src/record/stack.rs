//! The stack of running calls of one thread. Frames that are not in use lie behind the running ones.

use std::cell::Cell;

use super::callsite::Callsite;
use super::figure::{self, Lost, ThreadFigures};
use super::frame::{Frame, scoped};
use super::keep;
use super::light::Seat;
use super::memory;
use super::outbox::Outbox;
use super::place::{At, Whence};
use super::pool::{Home, Room, Spare};
use super::raw;
use super::state::{is_not_off, is_on, stretch};
use super::thread::{HERE, Thread};
use crate::model::Plan;

/// How many calls may be nested on one thread; deeper ones are counted as lost.
pub(super) const DEPTH: usize = 512;

/// Each in a box of its own: a future takes it along.
type Frames = Vec<Box<Frame>>;

/// The frames of one thread. What light calls look at as well lies in front.
#[repr(C)]
pub(super) struct Stack {
    /// How many of the frames are running calls.
    pub(super) running: usize,
    pub(super) figures: ThreadFigures,
    /// Calls nested beyond the bound that have not ended: they are not followed, and do not speak for others.
    beyond: u32,
    /// The stretch of recording that the running calls belong to.
    stretch: u32,
    next_id: u32,
    /// How much may be kept that is not in use, and how much memory the lists of frames hold.
    pub(super) room: Room,
    pub(super) kept: usize,
    /// How many boxes are kept for light futures that are to be suspended.
    pub(super) berths: u32,
    /// The running calls, innermost last, and behind them frames to be used again.
    pub(super) frames: Frames,
    /// Pages for the notes of calls that are to come.
    pub(super) spare: Spare,
    /// Where frames come back to that end on another thread.
    pub(super) home: Option<Home>,
    /// What is kept of its healthy calls.
    pub(super) outbox: Outbox,
}

/// A call that begins.
pub(super) struct Call {
    pub(super) callsite: &'static Callsite,
    pub(super) plan: &'static Plan,
    /// Its first statement.
    pub(super) spot: Option<At>,
}

impl Stack {
    pub(super) const fn new() -> Stack {
        Stack {
            frames: Vec::new(),
            running: 0,
            beyond: 0,
            stretch: 0,
            next_id: 0,
            spare: Spare::new(),
            room: Room::of(memory::THREAD),
            kept: 0,
            berths: 0,
            home: None,
            figures: ThreadFigures::new(),
            outbox: Outbox::new(),
        }
    }

    /// The innermost call.
    #[inline]
    pub(super) fn top(&mut self) -> Option<&mut Frame> {
        let index = self.running.checked_sub(1)?;
        self.frames.get_mut(index).map(|frame| &mut **frame)
    }

    /// The innermost call, and whether calls like it are so short that their events bear no time.
    #[inline(always)]
    pub(super) fn top_and_pace(&mut self) -> Option<(&mut Frame, bool)> {
        let top: &mut Frame = self.frames.get_mut(self.running.checked_sub(1)?)?;
        top.notes.lend(&mut self.spare);
        let is_brisk = self.figures.is_brisk(top.callsite);
        Some((top, is_brisk))
    }

    /// The innermost call, if no other one encloses it.
    #[inline]
    pub(super) fn lone_top(&self) -> Option<&Frame> {
        if self.running == 1 { self.frames.first().map(|frame| &**frame) } else { None }
    }

    /// Whether the innermost call is enclosed by another one.
    #[inline]
    pub(super) fn has_outer(&self) -> bool {
        self.running > 1
    }

    /// Whether the running calls belong to this stretch of recording.
    #[inline]
    pub(super) fn is_current(&self) -> bool {
        self.stretch == stretch()
    }

    /// The running calls, outermost first.
    pub(super) fn calls(&mut self) -> impl DoubleEndedIterator<Item = &mut Frame> + ExactSizeIterator {
        self.frames.get_mut(..self.running).unwrap_or_default().iter_mut().map(|frame| &mut **frame)
    }

    /// Begins a call on top of the others, in a frame that lies ready, if everything is as usual. It calls nothing, so that
    /// it is short.
    #[inline(always)]
    pub(super) fn begin_usual(&mut self, thread: &Thread, call: &Call) -> Option<u32> {
        let (scope, level, marks) = match self.running {
            // Where it could be light, nothing is to be asked.
            0 if thread.light().is_open() => (0, 0, 0),
            _ if self.stretch != stretch() => return None,
            // The slow way learns what has changed.
            0 if !thread.light().knows() => return None,
            0 => (thread.scope.get(), 0, keep::marks()? | thread.marks.get()),
            running => {
                let outer = self.frames.get(running - 1)?;
                (outer.scope, outer.notes.below(), outer.inherited())
            }
        };
        let frame: &mut Frame = self.frames.get_mut(self.running)?;
        let cells = self.figures.known(call.callsite)?;
        // As in `fresh_id`: 0 is the id of no call.
        self.next_id = self.next_id.checked_add(1).unwrap_or(1);
        self.running += 1;
        frame.belong_to(call.callsite, call.plan, (scope, marks));
        frame.notes.begin(level);
        frame.id = self.next_id;
        frame.outer = thread.replace_at(call.spot.into());
        frame.start(cells.began(), false);
        Some(self.next_id)
    }

    /// Begins a call on top of the others; tells its id, or 0 when it is nested too deeply: somebody has to say when it ends.
    pub(super) fn begin(&mut self, call: &Call, unwinding: bool) -> Option<u32> {
        let Some(timed) = self.prepare(call.callsite) else { return Some(0) };
        let (scope, level, marks) = match self.top() {
            Some(top) => (top.scope, top.notes.below(), top.inherited()),
            None => (scope(), 0, self.asked_marks(call.callsite) | scoped(scope())),
        };
        let id = self.fresh_id();
        let frame: &mut Frame = self.frames.get_mut(self.running)?;
        self.running += 1;
        frame.belong_to(call.callsite, call.plan, (scope, marks));
        frame.notes.begin(level);
        frame.id = id;
        frame.outer = replace_at(call.spot.into());
        frame.start(timed, unwinding);
        Some(id)
    }

    /// What the first calls need. Returns whether the time is to be taken, or nothing when the call is nested too deeply.
    fn prepare(&mut self, callsite: &'static Callsite) -> Option<bool> {
        if !self.is_current() {
            self.renew();
        }
        let timed = self.figures.began(callsite);
        (self.running < self.frames.len() || self.grow(callsite)).then_some(timed)
    }

    /// A light call gets its frame, on top of the others, after it has begun; the outermost one with this test scope and
    /// these marks.
    pub(super) fn seat(&mut self, light: &Seat, bounds: (u64, u32)) -> Option<()> {
        if self.frames.len() <= self.running && !self.grow(light.callsite) {
            return None;
        }
        let id = if light.id == 0 { self.fresh_id() } else { light.id };
        let (bounds, level) = match self.top() {
            Some(outer) => ((outer.scope, outer.inherited()), outer.notes.below()),
            None => (bounds, 0),
        };
        let frame: &mut Frame = self.frames.get_mut(self.running)?;
        self.running += 1;
        frame.belong_to(light.callsite, light.plan, bounds);
        frame.notes.begin(level);
        frame.id = id;
        frame.outer = light.outer;
        frame.start(false, false);
        frame.timed = light.started != 0;
        frame.started = light.started;
        Some(())
    }

    #[inline]
    pub(super) fn fresh_id(&mut self) -> u32 {
        // 0 is the id of no call.
        self.next_id = self.next_id.checked_add(1).unwrap_or(1);
        self.next_id
    }

    /// The call is counted and not followed.
    pub(super) fn too_deep(&mut self, callsite: &'static Callsite) {
        self.figures.ended(callsite, &crate::model::Outcome::FULFILLED, None);
        self.beyond += 1;
        figure::lose(Lost::Operation, 1);
    }

    /// Whether the innermost call is nested too deeply to be followed.
    #[inline]
    pub(super) fn is_beyond(&self) -> bool {
        self.beyond > 0
    }

    /// A call ends that was nested too deeply to be followed.
    pub(super) fn ends_beyond(&mut self) -> bool {
        let is_beyond = self.beyond > 0;
        if is_beyond {
            self.beyond -= 1;
        }
        is_beyond
    }

    /// Recording was off in between: calls that were running when it was switched off never told their end.
    #[cold]
    #[inline(never)]
    fn renew(&mut self) {
        self.stretch = stretch();
        self.beyond = 0;
        self.figures.renew();
        if self.next_id == 0 {
            // Ids of different threads rarely meet; a mark also carries the sequence number.
            self.next_id = self.figures.thread();
        }
        self.abandon_above(0);
        replace_at(Whence::NOWHERE);
    }

    /// All calls but the outermost ones, of which there are so many, will never tell their end.
    pub(super) fn abandon_above(&mut self, outermost: usize) {
        while self.running > outermost {
            self.running -= 1;
            let Some(frame) = self.frames.get_mut(self.running) else { return };
            // Spawned work is no call, and was not counted as one.
            if frame.link.is_none() {
                self.figures.forget(frame.callsite);
            }
            frame.clear();
            figure::lose(Lost::Operation, 1);
        }
    }

    /// The innermost call, with pages for its notes.
    #[inline]
    pub(super) fn top_with_pages(&mut self) -> Option<&mut Frame> {
        let top: &mut Frame = self.frames.get_mut(self.running.checked_sub(1)?)?;
        top.notes.lend(&mut self.spare);
        Some(top)
    }

    /// The call that encloses the innermost one.
    #[inline]
    pub(super) fn outer(&self) -> Option<&Frame> {
        self.frames.get(self.running.checked_sub(2)?).map(|frame| &**frame)
    }

    /// Puts a frame on top; refuses beyond the bound.
    pub(super) fn push(&mut self, mut frame: Box<Frame>) -> Result<(), Box<Frame>> {
        if self.stretch != stretch() {
            self.renew();
        }
        if self.running >= DEPTH {
            self.beyond += 1;
            return Err(frame);
        }
        self.welcome(&mut frame);
        frame.outer = replace_at(frame.at);
        // There are never more frames than calls may be nested: whoever finds one ready need not count.
        if self.frames.len() >= DEPTH
            && let Some(mut unused) = self.frames.pop()
        {
            self.leaves(&mut unused);
        }
        self.frames.push(frame);
        let last = self.frames.len() - 1;
        self.frames.swap(self.running, last);
        self.running += 1;
        Ok(())
    }

    /// Takes the frame with this id off; it is on top unless somebody above was leaked.
    pub(super) fn pop(&mut self, id: u32) -> Option<Box<Frame>> {
        let index = self.calls().rposition(|frame| frame.id == id)?;
        self.abandon_above(index + 1);
        self.running = index;
        let mut frame = self.frames.swap_remove(index);
        self.leaves(&mut frame);
        frame.at = replace_at(frame.outer);
        Some(frame)
    }

    /// Leaves the innermost call, of which nothing has to be said: its frame stays where it is, to be used again.
    #[inline]
    pub(super) fn drop_top(&mut self) {
        self.running = self.running.saturating_sub(1);
    }
}

pub(super) fn replace_at(spot: Whence) -> Whence {
    raw::short(|thread| thread.replace_at(spot)).unwrap_or(Whence::NOWHERE)
}

/// Where the innermost call is.
#[inline]
pub(super) fn position() -> Option<At> {
    raw::short(Thread::position).flatten()
}

/// Notes where the observed code is now. Off, this is one relaxed load and a branch.
#[inline(always)]
pub fn note_at(spot: At) {
    if spot.callsite().is_awake() {
        note_at_within::<HERE>(spot);
    }
}

/// It is as long as a call of it. Without optimization that would not hold.
#[cfg_attr(not(debug_assertions), inline(always))]
#[cfg_attr(debug_assertions, inline(never))]
fn note_at_within<const HERE: bool>(spot: At) {
    raw::note_at(spot);
}

/// Notes that the body of the current call has ended there, unless it was left by a `return` before.
#[inline(always)]
pub fn arrives(at: At) {
    if at.callsite().is_awake() {
        arrives_within::<HERE>(at);
    }
}

/// The same from within this crate, which is not to have what users compile themselves (see [`HERE`]).
pub(super) fn arrives_inside(at: At) {
    if at.callsite().is_awake() {
        arrives_within::<false>(at);
    }
}

#[inline(never)]
fn arrives_within<const HERE: bool>(at: At) {
    raw::short(|thread| thread.arrives(at));
}

/// The innermost call as it is, if everything is as usual; or what holds of one that has no frame.
#[inline(always)]
pub(super) fn glance<T>(of_light: T, look: impl FnOnce(&Frame) -> T) -> Option<T> {
    raw::short(|thread| thread.glance(of_light, look)).flatten()
}

/// Begins a call that is the first of its kind, or on a thread where something has changed.
pub(super) fn begin(call: &Call, unwinding: bool) -> Option<u32> {
    with_thread(|thread, stack| thread.begin(stack, call, unwinding)).flatten()
}

/// Runs `work` on this thread's stack, or nothing while candor itself is at work on it.
#[inline]
pub(super) fn with<T>(work: impl FnOnce(&mut Stack) -> T) -> Option<T> {
    with_thread(|_, stack| work(stack))
}

/// The same, with what else belongs to the thread.
#[inline(always)]
pub(super) fn with_thread<T>(work: impl FnOnce(&Thread, &mut Stack) -> T) -> Option<T> {
    let mut work = Some(work);
    loop {
        let done = raw::short(|thread| {
            let work = work.take()?;
            thread.settle();
            match thread.rest() {
                Some(mut stack) => Some(work(thread, &mut stack)),
                None => lose(Lost::Reentrant),
            }
        });
        match done {
            Some(done) => return done,
            None if open() => {}
            None => return None,
        }
    }
}

/// Opens the way to the stack of this thread: not while candor itself is at work on it, and not when the thread is ending.
#[cold]
#[inline(never)]
fn open() -> bool {
    if raw::is_hidden() {
        return false;
    }
    let scope = scope();
    raw::open(|thread| thread.set_scope(scope)) || lose::<()>(Lost::Thread).is_some()
}

#[cold]
#[inline(never)]
fn lose<T>(what: Lost) -> Option<T> {
    figure::lose(what, 1);
    None
}

/// Runs `work` on the innermost frame, if there is one.
#[inline]
pub(super) fn with_top<T>(work: impl FnOnce(&mut Frame) -> T) -> Option<T> {
    if !is_on() {
        return None;
    }
    with(|stack| if stack.is_beyond() { None } else { stack.top().map(work) }).flatten()
}

/// The same, with pages for its notes.
#[inline]
pub(super) fn with_noting_top<T>(work: impl FnOnce(&mut Frame) -> T) -> Option<T> {
    if !is_on() {
        return None;
    }
    with(|stack| if stack.is_beyond() { None } else { stack.top_with_pages().map(work) }).flatten()
}

/// Runs the sink: what candor's own cold side does on this thread is not recorded.
pub(super) fn aside(work: impl FnOnce()) {
    if reading(work).is_err() {
        figure::lose(Lost::Verdict, 1);
    }
}

/// Runs the user's own code on candor's behalf: a `Debug`, a `Display`, a predicate. What it calls is no part of the
/// observed call, so nothing is recorded meanwhile and it cannot recurse; a panic of it goes no further.
#[inline]
pub(super) fn reading<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    raw::hidden(|| std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)))
}

/// Whether candor itself is at work on this thread.
pub(super) fn is_aside() -> bool {
    raw::is_hidden()
}

/// Whether this thread may be within a call that is recorded; no is certain. Before the first one nothing is asked.
#[inline(always)]
#[must_use]
pub fn is_within() -> bool {
    raw::short(|thread| thread.position().is_some() || thread.is_within()) == Some(true)
}

/// Whether a call is being recorded on this thread. Off, this is one relaxed load and a branch.
#[cfg_attr(not(debug_assertions), inline(always))]
#[must_use]
pub fn has_frame() -> bool {
    is_not_off() && is_recorded::<HERE>()
}

/// The same once it may be on. It stands once: where it is asked there is code of the user's around it.
#[inline(never)]
fn is_recorded<const HERE: bool>() -> bool {
    is_on() && (is_light() || with(|stack| stack.running > 0 && stack.beyond == 0).unwrap_or(false))
}

/// Whether the innermost call is a light one.
#[inline(always)]
pub(super) fn is_light() -> bool {
    raw::short(|thread| thread.light().is_running()) == Some(true)
}

/// Whether it is, and nothing has changed since it began, nor has it said anything of its end.
#[inline(always)]
pub(super) fn is_light_and_open() -> bool {
    raw::short(|thread| thread.light().is_running() && thread.light().is_open()) == Some(true)
}

thread_local! {
    /// Apart from what has a destructor: the scope of a thread is set before anything is recorded on it.
    static SCOPE: Cell<u64> = const { Cell::new(0) };
}

/// The test scope of this thread; 0 when there is none.
#[must_use]
pub fn scope() -> u64 {
    SCOPE.with(Cell::get)
}

/// Sets the test scope of this thread and returns the one before.
pub fn set_scope(scope: u64) -> u64 {
    if raw::is_known() {
        raw::own(|thread| thread.set_scope(scope));
    }
    SCOPE.with(|own| own.replace(scope))
}
