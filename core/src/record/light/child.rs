//! Light calls that another light call encloses, and how they all get their frames.

use std::cell::Cell;

use super::course::Course;
use super::event::Asks;
use super::told::{Ended, Entry, What};
use super::{DEEPER, Light, OUTER};
use crate::model::Plan;
use crate::record::callsite::Callsite;
use crate::record::clock::ticks;
use crate::record::place::Whence;
use crate::record::stack::{Call, Stack};
use crate::record::thread::Thread;

/// A call that encloses the innermost one.
pub(super) struct Outer {
    callsite: Cell<Option<&'static Callsite>>,
    plan: Cell<Option<&'static Plan>>,
    started: Cell<u64>,
    id: Cell<u32>,
    /// What it had said when that one began.
    course: Cell<Course>,
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
            course: Cell::new(Course::NOTHING),
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
    /// What the running calls ask of each event, of which this is the innermost one.
    #[inline(always)]
    pub(super) fn asks(&self, callsite: &'static Callsite) -> Asks {
        let outer = self.outer.iter().take(self.depth() as usize);
        outer.filter_map(|outer| outer.callsite.get()).fold(callsite.asks(), |all, own| all.or(own.asks()))
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
        outer.course.set(self.course.replace(Course::NOTHING));
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
        self.course.set(outer.course.get());
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
}

impl Light {
    /// A light call that others enclose has ended as fulfilled, which the enclosing one is told: there is room for that. Tells
    /// where that one is.
    #[inline(always)]
    pub(super) fn tell_end(&self, callsite: &'static Callsite, took: u64, at: u64) -> Option<Whence> {
        let course = self.course.get();
        let whence = self.step_back()?;
        self.course.set(self.course.get().child(course));
        let ended = Ended { callsite, level: self.depth(), took, at };
        self.told.put(self.used(), Entry { whence, what: What::Child(ended) })?;
        self.used.set(self.used.get() + 1);
        Some(whence)
    }
}
