//! Light calls that another light call encloses, and how they all get their frames.

use std::cell::Cell;

use super::call::Now;
use super::course::Course;
use super::event::Asks;
use super::told::{Ended, Entry, What};
use super::{DEEPER, Light, OUTER};
use crate::model::Plan;
use crate::record::callsite::Callsite;
use crate::record::clock::ticks;
use crate::record::place::{NOWHERE, Whence};
use crate::record::stack::Stack;
use crate::record::thread::Thread;

/// A call that encloses the innermost one.
pub(super) struct Outer {
    call: Now,
    /// Where it is meanwhile.
    at: Cell<Whence>,
}

impl Outer {
    pub(super) const fn new() -> Outer {
        Outer { call: Now::new(), at: Cell::new(Whence::NOWHERE) }
    }

    /// What it promises, and how much had been told when it began.
    pub(super) fn plan_and_first(&self) -> (Option<&'static Plan>, u32) {
        (self.call.plan.get(), self.call.first.get() % DEEPER)
    }
}

/// What a light call leaves to its frame.
pub(in crate::record) struct Seat {
    pub(in crate::record) callsite: &'static Callsite,
    pub(in crate::record) plan: &'static Plan,
    pub(in crate::record) started: u64,
    pub(in crate::record) id: u32,
    /// Where the call is that encloses it.
    pub(in crate::record) outer: Whence,
}

impl Light {
    /// What the running calls ask of each event, of which this is the innermost one.
    #[inline(always)]
    pub(super) fn asks(&self, callsite: &'static Callsite) -> Asks {
        callsite.asks().or(Asks::above(self.now.first.get()))
    }

    /// Whose call the outermost one is.
    pub(super) fn outermost(&self) -> Option<&'static Callsite> {
        let innermost = self.now.callsite.get()?;
        let outer = self.outer.first().filter(|_| self.depth() > 0);
        outer.map_or(Some(innermost), |outer| outer.call.callsite.get())
    }

    /// The call goes on below another one. Says whether there is room for that.
    #[inline(always)]
    pub(super) fn step_out(&self, at: Whence) -> Option<()> {
        let first = self.step_over(at)?;
        self.now.course.set(Course::NOTHING);
        self.now.first.set(first);
        Some(())
    }

    /// The same for one that is put in its place as a whole. Tells how much was told before, and above it what the calls below
    /// ask of events.
    #[inline(always)]
    pub(super) fn step_over(&self, at: Whence) -> Option<u32> {
        let outer = self.outer.get(self.depth() as usize)?;
        outer.at.set(at);
        outer.call.copy(&self.now);
        let asks = self.now.callsite.get().map_or(Asks::MORE, Callsite::asks);
        let first = self.used() | asks.marks_above(self.now.first.get());
        self.used.set(self.used.get() + DEEPER);
        Some(first)
    }

    /// The enclosing call is the innermost one again. Tells where it is.
    #[inline(always)]
    pub(super) fn step_back(&self) -> Option<Whence> {
        // Where no call encloses this one, there is none with that number.
        let outer = self.outer.get((self.depth() as usize).wrapping_sub(1))?;
        self.used.set(self.used.get() - DEEPER);
        self.now.copy(&outer.call);
        Some(outer.at.get())
    }

    /// The calls go on in frames.
    pub(in crate::record) fn leave_to(&self, stack: &mut Stack, (scope, marks): (u64, u32)) -> Option<()> {
        let (depth, used) = (self.depth() as usize, self.used());
        let innermost = self.now.get();
        self.now.callsite.take()?;
        self.used.set(0);
        let said = self.said.take();
        self.reopen();
        let mut began = [0; OUTER + 1];
        let mut outer_at = Whence::NOWHERE;
        let outer = self.outer.iter().take(depth).map(|outer| (outer.call.get(), outer.at.get()));
        for ((call, at), began) in outer.chain([(innermost, Whence::NOWHERE)]).zip(&mut began) {
            let callsite = call.callsite?;
            callsite.gets_frame();
            let (plan, started, id) = (call.plan.unwrap_or(&Plan::EMPTY), call.started, call.id);
            let seat = Seat { callsite, plan, started, id, outer: outer_at };
            stack.seat(&seat, (scope, marks))?;
            if let (Some(key), Some(top)) = (call.key().value(), stack.top()) {
                top.set_key(key);
            }
            (*began, outer_at) = (call.first % DEEPER, at);
        }
        let began = began.get(..=depth)?;
        self.told.with(0, used, |told| stack.take_told(told, began))?;
        if let (Some(said), Some(top)) = (said, stack.top()) {
            top.outcome = Some(said);
        }
        Some(())
    }
}

impl Thread {
    /// Begins a call that light calls enclose, if everything is as usual and there is room for it. Tells its id, if it is nowhere
    /// at its beginning, or 0.
    #[inline(always)]
    pub(in crate::record) fn begin_child(
        &self,
        (callsite, plan): (&'static Callsite, &'static Plan),
        first: u32,
    ) -> Option<u32> {
        let light = self.light();
        if !light.is_running() || !light.is_open() {
            return None;
        }
        let mut stack = self.rest()?;
        let cells = stack.figures.known(callsite)?;
        light.step_out(self.at.get())?;
        let timed = cells.began();
        let id = if first == NOWHERE { stack.fresh_id() } else { 0 };
        self.at.begin(callsite, first);
        light.now.callsite.set(Some(callsite));
        light.now.plan.set(Some(plan));
        light.now.id.set(id);
        light.now.started.set(if timed { ticks() } else { 0 });
        Some(id)
    }
}

impl Light {
    /// A light call that another one encloses has ended as fulfilled, which that one is told. Tells where it is; nothing has
    /// happened if there is no room.
    #[inline(always)]
    pub(super) fn tell_end(&self, callsite: &'static Callsite, took: u64, at: u64) -> Option<Whence> {
        // There is none behind what was the first one.
        let level = self.depth().wrapping_sub(1);
        let outer = self.outer.get(level as usize)?;
        let whence = outer.at.get();
        let what = What::Child(level, Ended { callsite, took, at });
        self.told.put(self.used(), Entry { whence, what })?;
        let course = self.now.course.get();
        self.used.set(self.used.get() + 1 - DEEPER);
        self.now.copy(&outer.call);
        self.now.course.set(self.now.course.get().child(course));
        Some(whence)
    }
}
