//! Light calls in which something fails: lines that are errors by their level wait, and a call that no other one encloses may
//! end as failed without ever having had a frame. Nobody would have looked at it.

use super::Light;
use super::end::Asked;
use super::told::{Entry, What};
use crate::model::{Outcome, Plan, Wording};
use crate::record::callsite::Callsite;
use crate::record::cell::Untold;
use crate::record::clock::ticks;
use crate::record::keep;
use crate::record::said::LogSite;
use crate::record::thread::Thread;

impl Light {
    /// From now on the running call gets its frame before it ends as fulfilled or encloses another one.
    fn close(&self) {
        let open = self.open.replace(0);
        if open != 0 {
            self.was_open.set(open);
        }
    }

    /// The call that was closed is over, or has its frame.
    #[inline(always)]
    pub(super) fn reopen(&self) {
        let open = self.was_open.replace(0);
        if open != 0 {
            self.open.set(open);
        }
    }

    /// Whether calls may be light but for what the running one has said.
    fn is_open_otherwise(&self) -> bool {
        self.is_open() || self.open.get() == 0 && self.was_open.get() == self.changes()
    }

    /// Whether a line was told that claims success: where a call has failed, that is evidence.
    fn has_boasted(&self) -> bool {
        let boasts =
            |entry: &Entry| entry.said_at().is_some_and(|place| place.known_wording() == Wording::Success);
        self.used() > 0 && self.told.with(0, self.used(), |told| told.iter().any(boasts)) != Some(false)
    }

    /// Whether nothing is asked of the running call if it fails: it is alone, and has promised nothing.
    fn may_fail(&self) -> bool {
        let asks = |plan: &Plan| !plan.promises.is_empty() || !plan.agrees.is_empty();
        self.depth() == 0 && !self.now.plan.get().is_some_and(asks)
    }

    /// Whether the running call could fail now and nothing would be remarkable in that. One that failed is exported where
    /// anything is.
    fn fails_quietly(&self) -> bool {
        self.is_open_otherwise() && self.may_fail() && !keep::is_keeping() && !self.has_boasted()
    }
}

impl Thread {
    /// Notes a line of a light call that is an error by its level, as its place is known to say it, and lets it wait.
    pub(in crate::record) fn alarm_light(&self, place: &'static LogSite) -> Option<()> {
        let light = self.light();
        let callsite = light.now.callsite.get().filter(|_| light.may_fail())?;
        light.remember(place);
        self.tell_light(What::LineAt(0, place, self.time_of_line(callsite)))?;
        light.close();
        Some(())
    }

    /// The same where lines bear no time, if this is what the place is known to say.
    #[inline(never)]
    pub(in crate::record) fn alarm_briskly(
        &self,
        place: &'static LogSite,
        literal: &'static str,
    ) -> Option<()> {
        let light = self.light();
        if !place.is_alarming(literal) || light.depth() > 0 {
            return None;
        }
        // Whatever is brisk has nothing to agree with.
        self.tell_light(What::Line(0, place))?;
        light.close();
        Some(())
    }

    /// Whether nobody would look at the running call if it did not fulfil: what an error says is not to be made a text then.
    pub(in crate::record) fn fails_quietly(&self) -> bool {
        self.light().is_running() && self.light().fails_quietly()
    }

    /// The light call is about to end like this, which it is told where it is left. What was taken, it keeps.
    pub(in crate::record) fn will_end(&self, said: &mut Option<Outcome>) {
        let light = self.light();
        if light.is_running() && light.may_fail() && said.as_ref().is_some_and(|said| !said.is_fulfilled()) {
            light.close();
            light.said.set(said.take());
        }
    }

    /// Ends a light call of this callsite as it has said, or as fulfilled, if everything is as usual.
    pub(in crate::record) fn end_as_said(&self, callsite: &'static Callsite) -> Option<()> {
        let Some(said) = self.light().said.take() else { return self.end_unsaid(callsite) };
        let ended = self.fail_light(callsite, &said);
        if ended.is_none() {
            self.light().said.set(Some(said));
        }
        ended
    }

    /// It has said nothing. It stands apart: most that come here have.
    #[inline(never)]
    fn end_unsaid(&self, callsite: &'static Callsite) -> Option<()> {
        self.end_light::<Asked>(callsite)
    }

    /// The same for one that whoever began it knows by this id.
    pub(in crate::record) fn end_as_said_by_id(&self, id: u32) -> Option<()> {
        let light = self.light();
        let callsite = light.now.callsite.get().filter(|_| light.now.id.get() == id)?;
        self.end_as_said(callsite)
    }

    /// Ends a light call of this callsite that did not fulfil, if nothing is remarkable in that.
    #[inline(never)]
    pub(in crate::record) fn fail_light(&self, callsite: &'static Callsite, outcome: &Outcome) -> Option<()> {
        let light = self.light();
        if !light.is_of(callsite) {
            return None;
        }
        let now = if light.now.started.get() == 0 { 0 } else { ticks() };
        if !light.fails_quietly() {
            return None;
        }
        let mut stack = self.rest()?;
        let cells = stack.figures.known(callsite)?;
        cells.ended_for((outcome.class, outcome.reason))?;
        let mut untold = Untold::NONE;
        if now != 0 {
            let took = now.wrapping_sub(light.now.started.get());
            if took >= light.limit.get() {
                light.brisk.set(super::NOBODY);
            }
            untold = cells.took(took, stack.figures.is_sampled);
        }
        light.reopen();
        self.leave_light();
        stack.figures.place(callsite, untold);
        Some(())
    }
}
