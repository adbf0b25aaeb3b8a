//! Light calls that another light call encloses, and how they all get their frames.

use std::cell::Cell;

use super::course::Course;
use super::event::Asks;
use super::told::{Ended, Entry, What};
use super::{Call, DEEPER, Light, OUTER};
use crate::model::Plan;
use crate::record::callsite::Callsite;
use crate::record::clock::ticks;
use crate::record::place::Whence;
use crate::record::stack::{self, Stack};
use crate::record::thread::Thread;

/// A call that encloses the innermost one.
pub(super) struct Outer {
    call: Cell<Call>,
    /// Where it is meanwhile.
    at: Cell<Whence>,
}

impl Outer {
    pub(super) const fn new() -> Outer {
        Outer { call: Cell::new(Call::NONE), at: Cell::new(Whence::NOWHERE) }
    }

    /// What it promises, and how much had been told when it began.
    pub(super) fn plan_and_first(&self) -> (Option<&'static Plan>, u32) {
        let call = self.call.get();
        (call.plan, call.first % DEEPER)
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
        let outer = self.outer.iter().take(self.depth() as usize);
        outer
            .filter_map(|outer| outer.call.get().callsite)
            .fold(callsite.asks(), |all, own| all.or(own.asks()))
    }

    /// Whose call the outermost one is.
    pub(super) fn outermost(&self) -> Option<&'static Callsite> {
        let innermost = self.now.callsite.get()?;
        let outer = self.outer.first().filter(|_| self.depth() > 0);
        outer.map_or(Some(innermost), |outer| outer.call.get().callsite)
    }

    /// The call goes on below another one. Says whether there is room for that.
    #[inline(always)]
    pub(super) fn step_out(&self, at: Whence) -> Option<()> {
        self.step_over(at)?;
        self.now.course.set(Course::NOTHING);
        self.now.first.set(self.used());
        Some(())
    }

    /// The same for one that is put in its place as a whole.
    #[inline(always)]
    pub(super) fn step_over(&self, at: Whence) -> Option<()> {
        let outer = self.outer.get(self.depth() as usize)?;
        outer.call.set(self.now.get());
        outer.at.set(at);
        self.used.set(self.used.get() + DEEPER);
        Some(())
    }

    /// The enclosing call is the innermost one again. Tells where it is.
    #[inline(always)]
    pub(super) fn step_back(&self) -> Option<Whence> {
        // Where no call encloses this one, there is none with that number.
        let outer = self.outer.get((self.depth() as usize).wrapping_sub(1))?;
        self.used.set(self.used.get() - DEEPER);
        self.now.set(&outer.call.get());
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
    /// Begins a call that light calls enclose, if everything is as usual and there is room for it.
    #[inline(never)]
    pub(in crate::record) fn begin_child(&self, call: &stack::Call) -> Option<()> {
        self.begin_child_as(call, |_| 0).map(|_id| ())
    }

    /// The same for a call that whoever begins it knows by an id.
    #[inline(always)]
    pub(in crate::record) fn begin_child_by_id(&self, call: &stack::Call) -> Option<u32> {
        self.begin_child_as(call, Stack::fresh_id)
    }

    #[inline(always)]
    fn begin_child_as(&self, call: &stack::Call, id: impl FnOnce(&mut Stack) -> u32) -> Option<u32> {
        let light = self.light();
        if !light.is_open() || !light.is_running() {
            return None;
        }
        let mut stack = self.rest()?;
        let cells = stack.figures.known(call.callsite)?;
        light.step_out(self.at.get())?;
        let timed = cells.began();
        let id = id(&mut stack);
        self.replace_at(call.spot.into());
        light.now.callsite.set(Some(call.callsite));
        light.now.plan.set(Some(call.plan));
        light.now.id.set(id);
        light.now.started.set(if timed { ticks() } else { 0 });
        Some(id)
    }
}

impl Light {
    /// A light call that others enclose has ended as fulfilled, which the enclosing one is told: there is room for that. Tells
    /// where that one is.
    #[inline(always)]
    pub(super) fn tell_end(&self, callsite: &'static Callsite, took: u64, at: u64) -> Option<Whence> {
        let course = self.now.course.get();
        let whence = self.step_back()?;
        self.now.course.set(self.now.course.get().child(course));
        let ended = Ended { callsite, level: self.depth(), took, at };
        self.told.put(self.used(), Entry { whence, what: What::Child(ended) })?;
        self.used.set(self.used.get() + 1);
        Some(whence)
    }
}
