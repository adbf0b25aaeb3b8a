//! How light calls end as fulfilled.

use super::NOBODY;
use super::event::keep;
use crate::model::{Class, Plan};
use crate::record::callsite::Callsite;
use crate::record::cell::Untold;
use crate::record::clock::ticks;
use crate::record::thread::Thread;

/// One in so many is remembered instead of another one: an operation whose calls say many things does not write again and again
/// what all threads read.
const PROVED: u32 = 64;

/// What is done with a call that could not be ended as a light one. It is the last thing that is done, wherever that turns out: so
/// nobody has to wait for an answer.
pub(in crate::record) trait Otherwise {
    /// What whoever ends the call learns.
    type Ended;

    /// It was ended as a light one.
    fn ended() -> Self::Ended;

    /// Nothing has happened to it.
    fn otherwise(thread: &Thread, callsite: &'static Callsite) -> Self::Ended;
}

/// Whoever ends a call asks whether it was ended.
pub(super) struct Asked;

impl Otherwise for Asked {
    type Ended = Option<()>;

    fn ended() -> Option<()> {
        Some(())
    }

    fn otherwise(_thread: &Thread, _callsite: &'static Callsite) -> Option<()> {
        None
    }
}

impl Thread {
    /// Ends a light call of this callsite as fulfilled, if everything is as usual.
    #[inline(always)]
    pub(in crate::record) fn end_light<O: Otherwise>(&self, callsite: &'static Callsite) -> O::Ended {
        if self.light().is_of(callsite) {
            self.end_innermost::<O>(callsite)
        } else {
            O::otherwise(self, callsite)
        }
    }

    /// Whose call the innermost light one is, if that is the one that whoever began it knows by this id.
    #[inline(always)]
    pub(in crate::record) fn innermost_of(&self, id: u32) -> Option<&'static Callsite> {
        let light = self.light();
        if light.now.id.get() == id { light.now.callsite.get() } else { None }
    }

    /// The id of the innermost light call, if it has one.
    pub(in crate::record) fn innermost_id(&self) -> u32 {
        self.light().now.id.get()
    }

    /// Ends the innermost light call, which is one of this callsite.
    #[inline(always)]
    pub(in crate::record) fn end_innermost<O: Otherwise>(&self, callsite: &'static Callsite) -> O::Ended {
        let light = self.light();
        // First of all: what is done afterwards is done while the next time stamp is waited for.
        let now = if light.now.started.get() == 0 { 0 } else { ticks() };
        if !light.is_open() {
            return O::otherwise(self, callsite);
        }
        // A future always has a plan, and most of them promise nothing.
        match light.now.plan.get() {
            Some(plan) if light.depth() > 0 => self.end_planned::<O, true>(callsite, plan, now),
            Some(plan) if !plan.promises.is_empty() => self.end_planned::<O, false>(callsite, plan, now),
            _ => self.end_kept::<O>(callsite, now),
        }
    }

    /// Ends a light call that another one encloses, if it `IS_INNER`, or else one that has promised something: if all that it has promised
    /// is kept beyond doubt. It calls nothing before it is done, so that nothing has to be kept.
    #[inline(never)]
    fn end_planned<O: Otherwise, const IS_INNER: bool>(
        &self,
        callsite: &'static Callsite,
        plan: &'static Plan,
        now: u64,
    ) -> O::Ended {
        // Whether anything is promised stands elsewhere in memory.
        if !callsite.proven().has(self.course(plan)) {
            return self.end_unproven::<O, IS_INNER>(callsite, plan, now);
        }
        self.end_proven::<O, IS_INNER>(callsite, now)
    }

    /// The same, where it has said what no call of its operation has said before.
    #[inline(never)]
    fn end_unproven<O: Otherwise, const IS_INNER: bool>(
        &self,
        callsite: &'static Callsite,
        plan: &'static Plan,
        now: u64,
    ) -> O::Ended {
        if self.proves(callsite, plan) {
            self.end_proven::<O, IS_INNER>(callsite, now)
        } else {
            O::otherwise(self, callsite)
        }
    }

    /// Ends a call that has promised nothing, and that was not short.
    #[inline(never)]
    fn end_longer<O: Otherwise>(&self, callsite: &'static Callsite, now: u64) -> O::Ended {
        self.end_proven::<O, false>(callsite, now)
    }

    /// Ends a call that keeps what it has promised, unless it was slow, or there is no room to tell the enclosing one.
    #[inline(always)]
    fn end_proven<O: Otherwise, const IS_INNER: bool>(
        &self,
        callsite: &'static Callsite,
        now: u64,
    ) -> O::Ended {
        match self.count_end::<IS_INNER>(callsite, now) {
            Some(Placed::Yes) => O::ended(),
            Some(Placed::Before(before, took)) => {
                self.place(callsite, before, took);
                O::ended()
            }
            Some(Placed::Sampled(took)) => match self.end_sampled(callsite, took, now) {
                Some(()) => O::ended(),
                None => O::otherwise(self, callsite),
            },
            None => O::otherwise(self, callsite),
        }
    }

    /// Counts the end of the call, and leaves it. Nothing has happened where there is no answer.
    #[inline(always)]
    fn count_end<const IS_INNER: bool>(&self, callsite: &'static Callsite, now: u64) -> Option<Placed> {
        let light = self.light();
        let took = now.wrapping_sub(light.now.started.get());
        if took >= light.slow.get() {
            return None;
        }
        let stack = self.rest()?;
        if stack.figures.is_sampled || now == 0 {
            return Some(Placed::Sampled(took));
        }
        let cells = stack.figures.known(callsite)?;
        if IS_INNER {
            self.replace_at(light.tell_end(callsite, took, now)?);
        } else {
            self.leave_light();
        }
        if took >= light.limit.get() {
            light.brisk.set(NOBODY);
        }
        cells.ended(Class::Fulfilled);
        Some(match cells.took_each(took) {
            0 => Placed::Yes,
            before => Placed::Before(before, took),
        })
    }

    /// The same where the time of some calls only is taken.
    #[inline(never)]
    fn end_sampled(&self, callsite: &'static Callsite, took: u64, now: u64) -> Option<()> {
        let light = self.light();
        let mut stack = self.rest()?;
        let is_sampled = stack.figures.is_sampled;
        let cells = stack.figures.known(callsite)?;
        if light.depth() == 0 {
            self.leave_light();
        } else {
            self.replace_at(light.tell_end(callsite, took, now)?);
        }
        cells.ended(Class::Fulfilled);
        if now != 0 {
            light.brisk.set(NOBODY);
            let untold = cells.took(took, is_sampled);
            stack.figures.place(callsite, untold);
        }
        Some(())
    }

    /// Of a call that has ended, the time of the one before has no place in a bucket.
    #[cold]
    #[inline(never)]
    fn place(&self, callsite: &'static Callsite, before: u64, took: u64) {
        if let Some(mut stack) = self.rest() {
            stack.figures.place(callsite, Untold::of(before, took));
        }
    }

    /// Which events the innermost call has said under this plan.
    #[inline(always)]
    fn course(&self, plan: &'static Plan) -> u64 {
        self.light().now.course.get().under(plan)
    }

    /// Whether the innermost call keeps all that it has promised if it fulfils now, beyond doubt.
    fn proves(&self, callsite: &'static Callsite, plan: &'static Plan) -> bool {
        let (light, course) = (self.light(), self.course(plan));
        if plan.promises.is_empty() {
            callsite.proven().learn(course, None);
            return true;
        }
        if light.told.with(light.first(), light.used(), |told| keep(plan, told)) != Some(true) {
            return false;
        }
        let tries = light.proved.get().wrapping_add(1);
        light.proved.set(tries);
        callsite.proven().learn(course, tries.is_multiple_of(PROVED).then_some((tries / PROVED) as usize));
        true
    }

    #[inline(always)]
    fn end_kept<O: Otherwise>(&self, callsite: &'static Callsite, now: u64) -> O::Ended {
        let light = self.light();
        let took = now.wrapping_sub(light.now.started.get());
        // Not if its time is not taken: then it has begun at 0.
        if took >= light.limit.get() && now != 0 {
            return self.end_longer::<O>(callsite, now);
        }
        let Some(stack) = self.rest() else { return O::otherwise(self, callsite) };
        let Some(cells) = stack.figures.known(callsite) else {
            drop(stack);
            return O::otherwise(self, callsite);
        };
        if now != 0 {
            let before = cells.took_each(took);
            if before != 0 {
                drop(stack);
                self.end_untold(callsite, before, took);
                return O::ended();
            }
        }
        cells.ended(Class::Fulfilled);
        self.leave_light();
        O::ended()
    }

    #[inline(always)]
    pub(super) fn leave_light(&self) {
        self.light().now.callsite.set(None);
        self.at.clear();
    }

    /// Ends a light call that was counted but for the time of the one before, for which there is no bucket.
    #[cold]
    #[inline(never)]
    fn end_untold(&self, callsite: &'static Callsite, before: u64, took: u64) {
        if let Some(stack) = self.rest()
            && let Some(cells) = stack.figures.known(callsite)
        {
            cells.ended(Class::Fulfilled);
        }
        self.leave_light();
        self.place(callsite, before, took);
    }
}

/// What became of the time of the call before.
enum Placed {
    /// It is in its bucket.
    Yes,
    /// There is no bucket for it, nor for that of this call after it: how long both took.
    Before(u64, u64),
    /// The time of some calls only is taken, and nothing has happened: how long this one took, if it was one of them.
    Sampled(u64),
}
