//! The end of a call: whether there is anything to be said of it, and showing it to the sink if there is.

use super::frame::Frame;
use super::place::At;
use super::sink::{Context, sink};
use super::stack;
use crate::model::{Class, Conduct, Divergence, Exit, Outcome, Spot, Stage};

impl Frame {
    /// Whether nothing has to be said of this call if it fulfilled: no list is filled that the monitor looks at, every promise
    /// is kept, no test wants to hear of it.
    #[inline]
    pub(super) fn is_quiet(&self) -> bool {
        (!self.is_touched() || self.is_silent())
            && self.scope == 0
            && (self.plan.promises.is_empty() || self.plan.is_kept(&self.facts))
    }

    /// Whether the end of this call has to be judged.
    fn is_worth_judging(&self, outcome: &Outcome) -> bool {
        outcome.class == Class::Abandoned
            || self.is_in_doubt(outcome)
            || self.is_touched() && self.has_evidence()
            // A line that claims success is evidence where it may be false.
            || self.notes.boasts() && (!outcome.is_fulfilled() || self.accounted.is_some())
    }

    /// Whether what this call keeps is of no use once it has fulfilled, and owns nothing of the user's: keys of events above
    /// all, and places.
    #[inline(never)]
    fn is_silent(&self) -> bool {
        let is_alone = self.shared.is_none() && self.link.is_none() && self.stage == Stage::Whole;
        let is_plain = self.outcome.is_none() && self.accounted.is_none() && !self.abandoned_below;
        is_alone
            && is_plain
            && self.folds.is_none()
            && self.pending.is_empty()
            && self.alarms.is_empty()
            && !self.has_evidence()
    }

    /// Whether a promise may have been broken: by a call that fulfilled, only if it is not kept beyond doubt.
    fn is_in_doubt(&self, outcome: &Outcome) -> bool {
        let is_over = outcome.is_fulfilled() && self.stage == Stage::Whole && self.accounted.is_none();
        let is_kept = || is_over && self.plan.retries.is_none() && self.plan.is_kept(&self.facts);
        !self.plan.promises.is_empty() && !is_kept()
    }

    fn has_evidence(&self) -> bool {
        !self.entries.is_empty()
            || !self.broken.is_empty()
            || !self.logs.is_empty()
            || !self.duplicates.is_empty()
            || !self.outsiders.is_empty()
            || !self.tasks.is_empty()
            || !self.told.is_empty()
            || self.lost > 0
    }

    /// Shows the call to the sink; returns what diverged.
    pub(super) fn conclude(&mut self, outcome: &Outcome, exit: Option<At>) -> Vec<Divergence> {
        let mut found = Vec::new();
        let is_expected = matches!(outcome.class, Class::Refused | Class::Failed);
        let Some(sink) =
            sink().filter(|_| self.is_worth_judging(outcome) || !is_expected && self.has_alarms())
        else {
            // An error that was logged in a call that failed, and in which nothing else was remarkable, is what one expects.
            return found;
        };
        self.read_alarms();
        self.notes.unfold();
        self.lay_out_facts();
        self.gather_boasts();
        let site = self.callsite.operation().site;
        let conduct = Conduct {
            operation: self.callsite.operation(),
            plan: self.plan,
            outcome,
            exit: exit.map_or(Spot { site, exit: Exit::Statement }, |at| *at.spot()),
            facts: &self.facts,
            duplicates: &self.duplicates,
            outsiders: &self.outsiders,
            entries: &self.entries,
            logs: &self.logs,
            broken: &self.broken,
            tasks: &self.tasks,
            told: &self.told,
            accounted: self.accounted,
            acted: self.acted && !self.abandoned_below,
            lost: self.lost,
            stage: self.stage,
        };
        let story = || self.notes.tell(self.started, self.ended);
        let context = Context { key: self.key.as_ref(), story: &story };
        stack::aside(|| found = sink.conclude(self.scope, &conduct, &context));
        found
    }
}
