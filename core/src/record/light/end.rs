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

impl Thread {
    /// Ends a light call of this callsite as fulfilled, if everything is as usual.
    #[inline(always)]
    pub(in crate::record) fn end_light<const HERE: bool>(&self, callsite: &'static Callsite) -> Option<()> {
        let light = self.light();
        if !light.is_of(callsite) {
            return None;
        }
        // First of all: what is done afterwards is done while the next time stamp is waited for.
        let now = if light.now.started.get() == 0 { 0 } else { ticks() };
        if !light.is_open() {
            return None;
        }
        // A future always has a plan, and most of them promise nothing.
        if let Some(plan) = light.now.plan.get().filter(|plan| light.depth() > 0 || !plan.promises.is_empty())
        {
            return self.end_planned::<HERE>(callsite, plan, now);
        }
        self.end_kept::<HERE>(callsite, now)
    }

    /// Ends a light call that has promised something, if that is kept beyond doubt, that another one encloses or that was not
    /// short; nothing if it was slow, or if there is no room to tell the enclosing one. It calls nothing before it is done, so
    /// that nothing has to be kept.
    #[inline(never)]
    fn end_planned<const HERE: bool>(
        &self,
        callsite: &'static Callsite,
        plan: &'static Plan,
        now: u64,
    ) -> Option<()> {
        // Whether anything is promised stands elsewhere in memory.
        if !callsite.proven().has(self.course(plan)) {
            return self.end_unproven(callsite, plan, now);
        }
        self.end_proven(callsite, now)
    }

    /// The same, where it has said what no call of its operation has said before.
    #[inline(never)]
    fn end_unproven(&self, callsite: &'static Callsite, plan: &'static Plan, now: u64) -> Option<()> {
        if self.proves(callsite, plan) { self.end_proven(callsite, now) } else { None }
    }

    #[inline(always)]
    fn end_proven(&self, callsite: &'static Callsite, now: u64) -> Option<()> {
        let light = self.light();
        let took = now.wrapping_sub(light.now.started.get());
        if took >= light.slow.get() {
            return None;
        }
        let stack = self.rest()?;
        if stack.figures.is_sampled || now == 0 {
            drop(stack);
            return self.end_sampled(callsite, took, now);
        }
        let cells = stack.figures.known(callsite)?;
        if light.depth() == 0 {
            self.leave_light();
        } else {
            self.replace_at(light.tell_end(callsite, took, now)?);
        }
        if took >= light.limit.get() {
            light.brisk.set(NOBODY);
        }
        cells.ended(Class::Fulfilled);
        let before = cells.took_each(took);
        if before != 0 {
            drop(stack);
            return self.place(callsite, before, took);
        }
        Some(())
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
    fn place(&self, callsite: &'static Callsite, before: u64, took: u64) -> Option<()> {
        self.rest()?.figures.place(callsite, Untold::of(before, took));
        Some(())
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

    /// Ends a light call that whoever began it knows by this id.
    #[inline(always)]
    pub(in crate::record) fn end_light_by_id<const HERE: bool>(&self, id: u32) -> Option<()> {
        let light = self.light();
        if light.now.id.get() != id {
            return None;
        }
        self.end_light::<HERE>(light.now.callsite.get()?)
    }

    #[inline(always)]
    fn end_kept<const HERE: bool>(&self, callsite: &'static Callsite, now: u64) -> Option<()> {
        let light = self.light();
        let stack = self.rest()?;
        let cells = stack.figures.known(callsite)?;
        if now != 0 {
            let took = now.wrapping_sub(light.now.started.get());
            if took >= light.limit.get() {
                drop(stack);
                return self.end_planned::<HERE>(callsite, &Plan::EMPTY, now);
            }
            let before = cells.took_each(took);
            if before != 0 {
                drop(stack);
                return self.end_untold(callsite, before, took);
            }
        }
        cells.ended(Class::Fulfilled);
        self.leave_light();
        Some(())
    }

    #[inline(always)]
    pub(super) fn leave_light(&self) {
        self.light().now.callsite.set(None);
        self.at.clear();
    }

    /// Ends a light call that was counted but for the time of the one before, for which there is no bucket.
    #[cold]
    #[inline(never)]
    fn end_untold(&self, callsite: &'static Callsite, before: u64, took: u64) -> Option<()> {
        self.rest()?.figures.known(callsite)?.ended(Class::Fulfilled);
        self.leave_light();
        self.place(callsite, before, took)
    }
}
