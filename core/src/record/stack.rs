//! The stack of running calls of one thread, and the pool of used frames.

use std::cell::{Cell, RefCell};

use super::callsite::Callsite;
use super::figure::{self, Lost, ThreadFigures};
use super::frame::Frame;
use super::state::is_on;
use crate::model::{Plan, Spot};

/// How many calls may be nested on one thread; deeper ones are counted as lost.
const DEPTH: usize = 512;
/// How many used frames a thread keeps.
const POOL: usize = 32;

type Frames = Vec<Box<Frame>>;

/// The frames of one thread: those of running calls, innermost last, and used ones.
pub(super) struct Stack {
    pub(super) frames: Frames,
    pool: Frames,
    next_id: u32,
    pub(super) figures: ThreadFigures,
}

thread_local! {
    static STACK: RefCell<Stack> = const { RefCell::new(Stack::new()) };
    /// Where the innermost call is. Apart from the stack, so that a position costs one store.
    static AT: Cell<Option<&'static Spot>> = const { Cell::new(None) };
    static SCOPE: Cell<u64> = const { Cell::new(0) };
    /// Set while the sink runs: what it observes of itself is not recorded.
    static ASIDE: Cell<bool> = const { Cell::new(false) };
}

impl Stack {
    const fn new() -> Stack {
        Stack { frames: Vec::new(), pool: Vec::new(), next_id: 0, figures: ThreadFigures::new() }
    }

    /// A clean frame, from the pool if there is one.
    pub(super) fn take(&mut self, callsite: &'static Callsite, plan: &'static Plan) -> Box<Frame> {
        let mut frame = self.pool.pop().unwrap_or_else(|| Box::new(Frame::new(callsite, plan)));
        frame.reset(callsite, plan);
        self.next_id = self.next_id.wrapping_add(1);
        // Ids of different threads rarely meet; a mark also carries the sequence number.
        frame.id = self.next_id.wrapping_mul(0x9E37_79B1) ^ self.figures.thread();
        frame.scope = self.frames.last().map_or_else(scope, |top| top.scope);
        frame
    }

    pub(super) fn give_back(&mut self, frame: Box<Frame>) {
        if self.pool.len() < POOL {
            self.pool.push(frame);
        }
    }

    /// Puts a frame on top; refuses beyond the bound.
    pub(super) fn push(&mut self, mut frame: Box<Frame>) -> Result<(), Box<Frame>> {
        if self.frames.len() >= DEPTH {
            return Err(frame);
        }
        frame.outer = replace_at(frame.at);
        self.frames.push(frame);
        Ok(())
    }

    /// Takes the frame with this id off; it is on top unless somebody above was leaked.
    pub(super) fn pop(&mut self, id: u32) -> Option<Box<Frame>> {
        let index = self.frames.iter().rposition(|frame| frame.id == id)?;
        while self.frames.len() > index + 1 {
            self.frames.pop();
            figure::lose(Lost::Operation, 1);
        }
        let mut frame = self.frames.pop()?;
        frame.at = replace_at(frame.outer);
        Some(frame)
    }
}

fn replace_at(spot: Option<&'static Spot>) -> Option<&'static Spot> {
    AT.try_with(|at| at.replace(spot)).unwrap_or(None)
}

/// Where the innermost call is.
pub(super) fn position() -> Option<&'static Spot> {
    AT.try_with(Cell::get).unwrap_or(None)
}

/// Notes where the observed code is now. One store.
#[inline(always)]
pub fn at(spot: &'static Spot) {
    // A thread that is ending has no position to keep.
    let _ended = AT.try_with(|at| at.set(Some(spot)));
}

/// Runs `work` on this thread's stack, or nothing while candor itself is at work on it.
pub(super) fn with<T>(work: impl FnOnce(&mut Stack) -> T) -> Option<T> {
    if is_aside() {
        return None;
    }
    let done = STACK.try_with(|stack| stack.try_borrow_mut().ok().map(|mut stack| work(&mut stack)));
    match done {
        Ok(Some(value)) => Some(value),
        Ok(None) => {
            figure::lose(Lost::Reentrant, 1);
            None
        }
        Err(_thread_is_ending) => {
            figure::lose(Lost::Thread, 1);
            None
        }
    }
}

/// Runs `work` on the innermost frame, if there is one.
#[inline]
pub(super) fn with_top<T>(work: impl FnOnce(&mut Frame) -> T) -> Option<T> {
    if !is_on() {
        return None;
    }
    with(|stack| stack.frames.last_mut().map(|frame| work(frame))).flatten()
}

/// Runs the sink: what candor's own cold side does on this thread is not recorded.
pub(super) fn aside(work: impl FnOnce()) {
    let before = ASIDE.try_with(|aside| aside.replace(true)).unwrap_or(true);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err();
    if panicked {
        figure::lose(Lost::Verdict, 1);
    }
    // A thread that is ending records nothing any more.
    let _ended = ASIDE.try_with(|aside| aside.set(before));
}

/// Runs the user's own code on candor's behalf: a `Debug`, a `Display`, a predicate. What it calls is no part of the
/// observed call, so nothing is recorded meanwhile and it cannot recurse; a panic of it goes no further.
pub(super) fn reading<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    let (before, at) = (ASIDE.try_with(|aside| aside.replace(true)).unwrap_or(true), position());
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    // A thread that is ending records nothing any more.
    let _ended = ASIDE.try_with(|aside| aside.set(before));
    replace_at(at);
    done
}

/// Whether candor itself is at work on this thread.
pub(super) fn is_aside() -> bool {
    ASIDE.try_with(Cell::get).unwrap_or(true)
}

/// Whether a call is being recorded on this thread.
#[inline]
#[must_use]
pub fn has_frame() -> bool {
    is_on() && with(|stack| !stack.frames.is_empty()).unwrap_or(false)
}

/// The test scope of this thread; 0 when there is none.
#[must_use]
pub fn scope() -> u64 {
    SCOPE.try_with(Cell::get).unwrap_or(0)
}

/// Sets the test scope of this thread and returns the one before.
pub fn set_scope(scope: u64) -> u64 {
    SCOPE.try_with(|own| own.replace(scope)).unwrap_or(0)
}
