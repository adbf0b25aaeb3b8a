//! Lines of light calls that have numbers beside what their place is known to say.

use super::Numbers;
use super::told::{Counts, What};
use crate::record::said::LogSite;
use crate::record::thread::Thread;

impl Thread {
    /// Notes such a line of a light call, if there is room.
    #[inline]
    pub(in crate::record) fn count_light(&self, place: &'static LogSite, numbers: &Numbers) -> Option<()> {
        let light = self.light();
        let callsite = light.now.callsite.get()?;
        let at = match light.now.plan.get() {
            // Where lines are held against what is returned, each is read.
            Some(plan) if !plan.agrees.is_empty() => return None,
            _ => self.time_of_line(callsite),
        };
        self.tell_light(What::Counts(light.depth(), Counts { place, numbers: *numbers, at }))
    }
}
