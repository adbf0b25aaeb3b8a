//! A light call: the outermost one of its thread, as long as nothing has happened in it but that it began. Most calls stay
//! so until they end. It has no frame: where it is and when it began stand beside the stack, and whoever has more to
//! say of it lets it have one first (`Thread::usual`, `stack::with_thread`).
//!
//! **Invariant:** while a light call runs, no call is on the stack.

mod event;

use std::cell::Cell;
use std::ptr;

pub(super) use self::event::{Events, Number, One};
use self::event::{Said, only_counts};

use super::callsite::Callsite;
use super::cell::Untold;
use super::clock::ticks;
use super::frame::Kind;
use super::keep;
use super::place::At;
use super::said::LogSite;
use super::stack::Stack;
use super::state::{changes, changes_so_far};
use super::thread::Thread;
use crate::model::{Class, Plan, Site};

/// What a light call has told: nothing, or lines, or events. Of both, the order would have to be kept.
const NOTHING: u32 = 0;
const LINES: u32 = 1;
const EVENTS: u32 = 2;

/// The light call of one thread.
pub(super) struct Light {
    /// Whose call it is; nothing while there is none.
    callsite: Cell<Option<&'static Callsite>>,
    /// What it promises, if there is a plan.
    plan: Cell<Option<&'static Plan>>,
    /// When it began; 0 when its time is not taken.
    started: Cell<u64>,
    /// Its id, once somebody has asked; else 0. Beside what it has told, so that both are one store where a call begins.
    id: Cell<u32>,
    told: Cell<u32>,
    /// From how many ticks on the end of a call is looked at more closely.
    limit: Cell<u64>,
    /// An operation whose calls are so short that their lines bear no time: the one that was asked for last.
    brisk: Cell<Option<&'static Callsite>>,
    /// Calls may be light as long as no more has changed than this; 0 when they may not.
    open: Cell<u32>,
    /// What holds on this thread was learned when so much had changed.
    learned: Cell<u32>,
}

/// What a light call leaves to its frame.
pub(super) struct Seat {
    pub(super) callsite: &'static Callsite,
    pub(super) plan: &'static Plan,
    pub(super) started: u64,
    pub(super) id: u32,
    /// The test scope, and the marks.
    pub(super) bounds: (u64, u32),
    pub(super) has_lines: bool,
    pub(super) has_events: bool,
}

impl Light {
    pub(super) const fn new() -> Light {
        Light {
            callsite: Cell::new(None),
            plan: Cell::new(None),
            started: Cell::new(0),
            id: Cell::new(0),
            told: Cell::new(NOTHING),
            limit: Cell::new(0),
            brisk: Cell::new(None),
            open: Cell::new(0),
            learned: Cell::new(0),
        }
    }

    #[inline(always)]
    pub(super) fn is_running(&self) -> bool {
        self.callsite.get().is_some()
    }

    #[inline(always)]
    fn is_of(&self, callsite: &'static Callsite) -> bool {
        self.callsite.get().is_some_and(|own| ptr::eq(own, callsite))
    }

    /// Whether calls may be light: recording is on as the stack knows it, and no mark is to be set.
    #[inline(always)]
    pub(super) fn is_open(&self) -> bool {
        self.open.get() == changes()
    }

    /// Whether nothing has changed since what holds on this thread was learned.
    #[inline(always)]
    pub(super) fn knows(&self) -> bool {
        self.learned.get() == changes()
    }

    /// Calls may be light if recording is on as the stack knows it, no test listens, and no trace is chosen or asked for.
    pub(super) fn learn_what_holds(&self, stack: &Stack, marks: u32) {
        let so_far = changes_so_far();
        let may_be = stack.is_current() && marks == 0 && keep::marks() == Some(0);
        self.open.set(if may_be { so_far } else { 0 });
        self.limit.set(if stack.figures.is_sampled { 0 } else { stack.figures.brisk().min(keep::slow()) });
        self.brisk.set(None);
        self.learned.set(so_far);
    }

    pub(super) fn forget_what_holds(&self) {
        self.open.set(0);
        self.learned.set(0);
    }

    /// The id of the call, which its frame will have, and its sequence number.
    #[inline(always)]
    pub(super) fn moment(&self, stack: &mut Stack) -> (u32, u32) {
        if self.id.get() == 0 {
            self.id.set(stack.fresh_id());
        }
        let seq = match self.told.get() {
            NOTHING => 0,
            LINES => stack.light_notes.repeats(),
            _ => stack.light_events.many(),
        };
        (self.id.get(), seq)
    }

    /// The call goes on in a frame.
    pub(super) fn leave_to(&self, stack: &mut Stack, bounds: (u64, u32)) -> Option<()> {
        let callsite = self.callsite.take()?;
        let plan = self.plan.get().unwrap_or(&Plan::EMPTY);
        let (has_lines, has_events) = (self.told.get() == LINES, self.told.get() == EVENTS);
        let (started, id) = (self.started.get(), self.id.get());
        stack.seat(&Seat { callsite, plan, started, id, bounds, has_lines, has_events })
    }
}

impl Thread {
    /// Begins a call that no other one encloses, if everything is as usual. It calls nothing, so that it is short.
    #[inline(always)]
    pub(super) fn begin_light(
        &self,
        callsite: &'static Callsite,
        plan: Option<&'static Plan>,
        first: Option<At>,
    ) -> Option<()> {
        let light = self.light();
        if !light.is_open() || light.is_running() {
            return None;
        }
        let stack = self.rest()?;
        if stack.running > 0 {
            return None;
        }
        let timed = stack.figures.known(callsite)?.began();
        self.replace_at(first);
        light.callsite.set(Some(callsite));
        light.plan.set(plan);
        light.id.set(0);
        light.told.set(NOTHING);
        light.started.set(if timed { ticks() } else { 0 });
        Some(())
    }

    /// Notes a line of a light call that is as its place is known to be.
    #[inline(always)]
    pub(super) fn repeat_light(&self, place: &'static LogSite) -> Option<()> {
        let light = self.light();
        let callsite = light.callsite.get()?;
        // Where lines are held against what is returned, each is read.
        if light.plan.get().is_some_and(|plan| !plan.agrees.is_empty()) {
            return None;
        }
        let is_brisk = light.brisk.get().is_some_and(|brisk| ptr::eq(brisk, callsite));
        let at = if is_brisk { 0 } else { self.time_of_line(callsite) };
        let mut stack = self.rest()?;
        match light.told.get() {
            LINES => {}
            NOTHING => stack.light_notes.begin(0),
            _ => return None,
        }
        let seq = stack.light_notes.repeats() + 1;
        stack.light_notes.repeat(at, self.position(), (place, seq))?;
        light.told.set(LINES);
        Some(())
    }

    /// Says an event of a light call, if it only counts.
    #[inline(always)]
    pub(super) fn say_light(
        &self,
        kind: &'static Kind,
        number: Number,
        worth: f64,
        site: &'static Site,
    ) -> Option<()> {
        let light = self.light();
        let callsite = light.callsite.get()?;
        if !light.plan.get().is_none_or(only_counts) {
            return None;
        }
        let is_brisk = light.brisk.get().is_some_and(|brisk| ptr::eq(brisk, callsite));
        let at = if is_brisk { 0 } else { self.time_of_line(callsite) };
        let place = self.position();
        let stack = &mut *self.rest()?;
        let tally = stack.figures.tally(kind.meta)?;
        match light.told.get() {
            EVENTS => {}
            NOTHING => stack.light_events.begin(),
            _ => return None,
        }
        light.told.set(EVENTS);
        *stack.light_events.next()? = Some(Said { at, kind, place, site, number });
        tally.add(1, worth);
        Some(())
    }

    /// The time of a line or an event; 0 if it bears none.
    #[inline(never)]
    fn time_of_line(&self, callsite: &'static Callsite) -> u64 {
        let light = self.light();
        if self.rest().is_some_and(|stack| stack.figures.is_brisk(callsite)) {
            light.brisk.set(Some(callsite));
            return 0;
        }
        if light.started.get() == 0 { 0 } else { ticks() }
    }

    /// Makes room for lines of light calls. Nothing if there was some, or there is no memory.
    pub(super) fn make_room_for_light(&self) -> Option<()> {
        if self.light().is_running() { self.at_rest(Stack::make_room_for_light) } else { None }
    }

    /// Ends a light call of this callsite as fulfilled, if everything is as usual.
    #[inline(always)]
    pub(super) fn end_light(&self, callsite: &'static Callsite) -> Option<()> {
        let light = self.light();
        if !light.is_of(callsite) || !light.is_open() {
            return None;
        }
        if let Some(plan) = light.plan.get() {
            return self.end_planned(callsite, plan);
        }
        self.end_kept(callsite)
    }

    /// Ends a light call that has promised something, if that is kept beyond doubt.
    #[inline(never)]
    fn end_planned(&self, callsite: &'static Callsite, plan: &'static Plan) -> Option<()> {
        if !plan.promises.is_empty() && !self.keeps(plan)? {
            return None;
        }
        self.end_kept(callsite)
    }

    #[inline(always)]
    fn keeps(&self, plan: &'static Plan) -> Option<bool> {
        let mut stack = self.rest()?;
        if self.light().told.get() != EVENTS {
            stack.light_events.begin();
        }
        Some(stack.light_events.keep(plan))
    }

    #[inline(always)]
    fn end_kept(&self, callsite: &'static Callsite) -> Option<()> {
        let light = self.light();
        let stack = self.rest()?;
        let cells = stack.figures.known(callsite)?;
        let started = light.started.get();
        if started != 0 {
            let took = ticks().wrapping_sub(started);
            if took >= light.limit.get() {
                drop(stack);
                return self.end_long(callsite, took);
            }
            let untold = cells.took(took, false);
            if untold.calls > 0 {
                drop(stack);
                return self.end_untold(callsite, untold.ticks, untold.next);
            }
        }
        cells.ended(Class::Fulfilled);
        self.leave_light();
        Some(())
    }

    #[inline(always)]
    fn leave_light(&self) {
        self.light().callsite.set(None);
        self.replace_at(None);
    }

    /// Ends a light call that was not short, or whose time stands for that of others; nothing if it was slow.
    #[inline(never)]
    fn end_long(&self, callsite: &'static Callsite, took: u64) -> Option<()> {
        if keep::is_slow(took) {
            return None;
        }
        let stack = self.rest()?;
        let is_sampled = stack.figures.is_sampled;
        let untold = stack.figures.known(callsite)?.took(took, is_sampled);
        drop(stack);
        self.light().brisk.set(None);
        self.end_untold_of(callsite, untold)
    }

    /// Ends a light call that was counted but for the time of the one before, for which there is no bucket.
    #[cold]
    #[inline(never)]
    fn end_untold(&self, callsite: &'static Callsite, ticks: u64, next: u64) -> Option<()> {
        self.end_untold_of(callsite, Untold { ticks, calls: 1, next })
    }

    #[inline(always)]
    fn end_untold_of(&self, callsite: &'static Callsite, untold: Untold) -> Option<()> {
        let mut stack = self.rest()?;
        stack.figures.known(callsite)?.ended(Class::Fulfilled);
        self.leave_light();
        stack.figures.place(callsite, untold);
        Some(())
    }
}
