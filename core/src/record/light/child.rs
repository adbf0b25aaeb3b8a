//! Light calls that another light call encloses, and how they all get their frames.

use std::cell::Cell;

use super::event::only_counts;
use super::told::{Ended, Entry, Told, What};
use super::{DEEPER, Light, OUTER};
use crate::model::{Class, Plan};
use crate::record::callsite::Callsite;
use crate::record::cell::Untold;
use crate::record::clock::ticks;
use crate::record::keep;
use crate::record::place::Whence;
use crate::record::stack::{Call, Stack};
use crate::record::thread::Thread;

/// A call that encloses the innermost one.
pub(super) struct Outer {
    callsite: Cell<Option<&'static Callsite>>,
    plan: Cell<Option<&'static Plan>>,
    started: Cell<u64>,
    id: Cell<u32>,
    /// How much had been told when it began, and above it its key mark.
    first: Cell<u32>,
    /// Where it is meanwhile.
    at: Cell<Whence>,
}

impl Outer {
    pub(super) const fn new() -> Outer {
        Outer {
            callsite: Cell::new(None),
            plan: Cell::new(None),
            started: Cell::new(0),
            id: Cell::new(0),
            first: Cell::new(0),
            at: Cell::new(Whence::NOWHERE),
        }
    }

    /// What it promises, and how much had been told when it began.
    pub(super) fn plan_and_first(&self) -> (Option<&'static Plan>, u32) {
        (self.plan.get(), self.first.get() % DEEPER)
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
    /// Whether events are only counted for all calls that enclose the innermost one.
    #[inline(never)]
    pub(super) fn count_only(&self) -> bool {
        let outer = self.outer.iter().take(self.depth() as usize);
        outer.filter_map(|outer| outer.plan.get()).all(only_counts)
    }

    /// The call goes on below another one. Says whether there is room for that.
    #[inline(always)]
    pub(super) fn step_out(&self, at: Whence) -> Option<()> {
        let outer = self.outer.get(self.depth() as usize)?;
        outer.callsite.set(self.callsite.get());
        outer.plan.set(self.plan.get());
        outer.started.set(self.started.get());
        outer.id.set(self.id.get());
        outer.first.set(if self.depth() == 0 { 0 } else { self.first.get() });
        outer.at.set(at);
        self.first.set(self.used());
        self.used.set(self.used.get() + DEEPER);
        Some(())
    }

    /// The enclosing call is the innermost one again. Tells where it is.
    #[inline(always)]
    pub(super) fn step_back(&self) -> Option<Whence> {
        let depth = self.depth().checked_sub(1)?;
        let outer = self.outer.get(depth as usize)?;
        self.used.set(self.used.get() - DEEPER);
        self.callsite.set(outer.callsite.get());
        self.plan.set(outer.plan.get());
        self.started.set(outer.started.get());
        self.id.set(outer.id.get());
        self.first.set(outer.first.get());
        Some(outer.at.get())
    }

    /// The calls go on in frames.
    pub(in crate::record) fn leave_to(&self, stack: &mut Stack, (scope, marks): (u64, u32)) -> Option<()> {
        let innermost = self.callsite.take()?;
        let (depth, used) = (self.depth() as usize, self.used());
        let outermost = self.used.replace(0);
        let said = self.said.take();
        self.reopen();
        let mut began = [0; OUTER + 1];
        let outer_of = |level: usize| {
            let outer = level.checked_sub(1).and_then(|outer| self.outer.get(outer));
            outer.map_or(Whence::NOWHERE, |outer| outer.at.get())
        };
        for (level, outer) in self.outer.iter().take(depth).enumerate() {
            if let (Some(place), Some(callsite)) = (began.get_mut(level), outer.callsite.get()) {
                *place = outer.first.get() % DEEPER;
                callsite.gets_frame();
                let plan = outer.plan.get().unwrap_or(&Plan::EMPTY);
                let (started, id) = (outer.started.get(), outer.id.get());
                let seat = Seat { callsite, plan, started, id, outer: outer_of(level) };
                stack.seat(&seat, (scope, marks))?;
                self.leave_key(stack, level, if level == 0 { outermost } else { outer.first.get() });
            }
        }
        if let Some(place) = began.get_mut(depth).filter(|_| depth > 0) {
            *place = self.first.get() % DEEPER;
        }
        innermost.gets_frame();
        let plan = self.plan.get().unwrap_or(&Plan::EMPTY);
        let (started, id) = (self.started.get(), self.id.get());
        let seat = Seat { callsite: innermost, plan, started, id, outer: outer_of(depth) };
        stack.seat(&seat, (scope, marks))?;
        self.leave_key(stack, depth, if depth == 0 { outermost } else { self.first.get() });
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
    pub(in crate::record) fn begin_child(&self, call: &Call) -> Option<()> {
        self.begin_child_as(call, |_| 0).map(|_id| ())
    }

    /// The same for a call that whoever begins it knows by an id.
    #[inline(never)]
    pub(in crate::record) fn begin_child_by_id(&self, call: &Call) -> Option<u32> {
        self.begin_child_as(call, Stack::fresh_id)
    }

    #[inline(always)]
    fn begin_child_as(&self, call: &Call, id: impl FnOnce(&mut Stack) -> u32) -> Option<u32> {
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
        light.callsite.set(Some(call.callsite));
        light.plan.set(Some(call.plan));
        light.id.set(id);
        light.started.set(if timed { ticks() } else { 0 });
        Some(id)
    }

    /// Ends a light call that others enclose as fulfilled, which the enclosing one is told; nothing if it was slow, or if
    /// there is no room for that.
    pub(super) fn end_child(&self, callsite: &'static Callsite, now: u64) -> Option<()> {
        let light = self.light();
        let mut stack = self.rest()?;
        let took = now.wrapping_sub(light.started.get());
        if !Told::has_room(light.used()) {
            return None;
        }
        if now != 0 && took >= light.limit.get() {
            if keep::is_slow(took) {
                return None;
            }
            light.brisk.set(&super::NOBODY);
        }
        let is_sampled = stack.figures.is_sampled;
        let cells = stack.figures.known(callsite)?;
        cells.ended(Class::Fulfilled);
        let untold = if now == 0 { Untold::NONE } else { cells.took(took, is_sampled) };
        let whence = light.step_back()?;
        self.replace_at(whence);
        let ended = Ended { callsite, level: light.depth(), took, at: now };
        light.told.put(light.used(), Entry { whence, what: What::Child(ended) })?;
        light.used.set(light.used.get() + 1);
        stack.figures.place(callsite, untold);
        Some(())
    }
}
