//! Events as they are said in light calls.

use std::ptr;

use super::Light;
use super::course::Course;
use super::event::Asks;
use super::number::Numbers;
use super::told::{Event, What};
use crate::model::Site;
use crate::record::callsite::Callsite;
use crate::record::frame::Kind;
use crate::record::tally::Tally;
use crate::record::thread::Thread;

/// Where a kind belongs, by its address.
#[inline(always)]
fn near(kind: &'static Kind) -> usize {
    ptr::from_ref(kind).addr() >> 3
}

/// An event that was put down.
pub(in crate::record) struct Counted {
    /// Where it is counted.
    pub(in crate::record) tally: &'static Tally,
    /// Whether it is known when it happened, as far as it bears a time at all.
    pub(in crate::record) has_time: bool,
}

impl Light {
    /// Where a kind is counted, if it is remembered.
    #[inline(always)]
    fn tally(&self, kind: &'static Kind) -> Option<&'static Tally> {
        self.tallies.find(near(kind), |(known, _)| ptr::eq(known, kind)).map(|(_, tally)| tally)
    }

    /// Whether nothing is asked of the next event, or nothing but limits of the innermost call, in which none was told since it
    /// began: they are kept.
    #[inline(always)]
    fn asks_nothing_of_next(&self, callsite: &'static Callsite) -> bool {
        Asks::above(self.now.first.get()).is_nothing()
            && match callsite.asks() {
                Asks::NOTHING => true,
                Asks::LIMITS => self.now.course.get() == Course::NOTHING,
                _ => false,
            }
    }
}

impl Thread {
    /// Puts down an event of a light call of which nothing has to be found out, and counts it; tells where. Where more is asked
    /// of it than that it counts, and where it is not known yet where that is, nothing has happened. It calls nothing before the
    /// end, so that nothing has to be kept.
    #[inline(always)]
    pub(in crate::record) fn say_at_once(
        &self,
        (kind, site): (&'static Kind, &'static Site),
        numbers: &Numbers,
    ) -> Option<Counted> {
        let light = self.light();
        let callsite = light.now.callsite.get()?;
        if !light.asks_nothing_of_next(callsite) {
            return None;
        }
        let tally = light.tally(kind)?;
        let has_time = self.put_event((kind, site), numbers)?;
        tally.count(1);
        Some(Counted { tally, has_time })
    }

    /// Puts down any event of a light call, and counts it; tells where. Nothing has happened where more is asked of it than that it
    /// counts, unless it is known to be within all limits, as the first one of its kind is.
    #[inline(always)]
    pub(in crate::record) fn say_light(
        &self,
        (kind, site): (&'static Kind, &'static Site),
        numbers: &Numbers,
        is_within: bool,
    ) -> Option<&'static Tally> {
        let light = self.light();
        let callsite = light.now.callsite.get()?;
        let asks = light.asks(callsite);
        if !asks.is_nothing() && (asks.is_more() || !is_within && !light.is_first(kind)) {
            return None;
        }
        let known = light.tally(kind);
        let tally = if let Some(tally) = known { tally } else { self.rest()?.figures.tally(kind.meta)? };
        let has_time = self.put_event((kind, site), numbers)?;
        if known.is_none() {
            light.tallies.put(near(kind), (kind, tally));
        }
        tally.count(1);
        if !has_time {
            self.time_event();
        }
        Some(tally)
    }

    /// Puts down an event; tells whether it is known when it happened, as far as it bears a time at all.
    #[inline(always)]
    fn put_event(&self, (kind, site): (&'static Kind, &'static Site), numbers: &Numbers) -> Option<bool> {
        let light = self.light();
        let mut parked = light.told.take()?;
        let Some(entry) = parked.list.get_mut(light.used() as usize) else {
            light.told.leave(parked);
            return None;
        };
        // One after another, and the time last: so few of it is held at a time.
        self.at.copy_to(&mut entry.whence);
        entry.what = What::Event(light.depth(), Event { kind, site, numbers: *numbers, at: 0 });
        let What::Event(_, event) = &mut entry.what else { return None };
        let has_time = light.is_brisk() || light.time_at_once().map(|now| event.at = now).is_some();
        light.told.leave(parked);
        light.used.set(light.used.get() + 1);
        light.now.course.set(light.now.course.get().event(kind));
        Some(has_time)
    }

    /// Finds out when the event happened that was said last.
    #[inline(never)]
    pub(in crate::record) fn time_event(&self) {
        let light = self.light();
        if let Some(callsite) = light.now.callsite.get() {
            let now = self.time_found_out(callsite);
            light.told.write(light.used().wrapping_sub(1), |entry| entry.put_time(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;

    use super::*;
    use crate::model::Plan;
    use crate::record::light::{KINDS, NO_EVENT};

    /// So many that some of them belong to one place, however long each is.
    static ALL: [Kind; 4 * KINDS + 1] =
        [const { Kind { id: TypeId::of::<u8>(), meta: &NO_EVENT } }; 4 * KINDS + 1];
    static OWN: Callsite = Callsite::unnamed("of a test");

    #[test]
    fn two_events_that_belong_to_one_place_are_both_said_at_once() {
        let thread = Thread::new();
        let light = thread.light();
        light.told.prepare();
        light.now.callsite.set(Some(&OWN));
        OWN.learn_asks(&Plan::EMPTY);
        thread.rest().unwrap().figures.event(&NO_EVENT, 0.0);
        let place = |kind| near(kind) % KINDS;
        let mut neighbours = ALL.iter().filter(|kind| place(kind) == place(&ALL[0]));
        let [one, two] = [(); 2].map(|()| neighbours.next().unwrap());
        let site = &Site::UNKNOWN;
        let at_once = |kind| thread.say_at_once((kind, site), &Numbers::NONE).is_some();
        for kind in [one, two] {
            assert!(!at_once(kind), "it was never said");
            assert!(thread.say_light((kind, site), &Numbers::NONE, false).is_some());
        }
        // As where limits have to be looked at: it is known already.
        assert!(thread.say_light((two, site), &Numbers::NONE, true).is_some());
        assert!(at_once(one) && at_once(two));
    }
}
