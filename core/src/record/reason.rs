//! Why calls of one operation did not fulfil, as one thread has seen it: written by that thread alone, like its other counters.
//! Beside them stand the reasons of all operations, and how often they were counted on no thread of their own.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::callsite::Callsite;
use super::cell::{AtomicU64, Ordering, add};
use crate::model::Class;

/// How many reasons a thread counts by itself; what comes beyond is counted where all threads do.
const OWN: usize = 4;

/// How many different reasons one operation keeps apart.
const APART: usize = 16;

/// A class, and a reason from a bounded set.
pub(super) type Reason = (Class, &'static str);

/// How often, by reason.
pub(super) struct Reasons {
    counts: [Count; OWN],
}

struct Count {
    which: OnceLock<Which>,
    calls: AtomicU64,
}

#[derive(Clone, Copy)]
struct Which {
    /// As it was said.
    said: Reason,
    /// As it is counted: an operation keeps only so many apart.
    counted: Reason,
}

impl Reasons {
    pub(super) fn new() -> Reasons {
        Reasons { counts: [(); OWN].map(|()| Count { which: OnceLock::new(), calls: AtomicU64::new(0) }) }
    }

    /// Counts a call that ended for a reason which was learned before; nothing has happened otherwise.
    #[inline]
    pub(super) fn count(&self, said: Reason) -> Option<()> {
        let known =
            self.counts.iter().find(|count| count.which.get().is_some_and(|which| which.said == said))?;
        add(&known.calls, 1);
        Some(())
    }

    /// From now on this reason is counted here, as that one, if there is room. Returns whether there was.
    pub(super) fn learn(&self, said: Reason, counted: Reason) -> bool {
        self.counts.iter().any(|count| count.which.set(Which { said, counted }).is_ok())
    }

    /// What was counted.
    pub(super) fn read(&self) -> impl Iterator<Item = (Reason, u64)> {
        let known = self.counts.iter().filter_map(|count| Some((count.which.get()?.counted, &count.calls)));
        known.map(|(reason, calls)| (reason, calls.load(Ordering::Relaxed)))
    }
}

/// How often, by reason, for one operation.
type Counts = Vec<(Class, &'static str, u64)>;

/// The reasons of all operations, by their addresses.
#[derive(Clone, Default)]
pub(super) struct ByOperation(HashMap<usize, Counts>);

impl ByOperation {
    fn of(&mut self, callsite: &'static Callsite) -> &mut Counts {
        self.0.entry(std::ptr::from_ref(callsite).addr()).or_default()
    }

    /// As what a reason is counted: an operation keeps only so many apart.
    pub(super) fn counted(&mut self, callsite: &'static Callsite, (class, name): Reason) -> Reason {
        let list = self.of(callsite);
        let is_known = |name| list.iter().any(|known| (known.0, known.1) == (class, name));
        let counted = if is_known(name) || list.len() < APART { name } else { "other" };
        if !is_known(counted) {
            list.push((class, counted, 0));
        }
        (class, counted)
    }

    /// So many calls more did not fulfil for this reason.
    pub(super) fn count(&mut self, callsite: &'static Callsite, why: Reason, calls: u64) {
        let counted = self.counted(callsite, why);
        self.add(callsite, counted, calls);
    }

    /// The same for a reason as it is counted.
    pub(super) fn add(&mut self, callsite: &'static Callsite, (class, name): Reason, calls: u64) {
        let list = self.of(callsite);
        match list.iter_mut().find(|known| (known.0, known.1) == (class, name)) {
            Some(known) => known.2 += calls,
            None => list.push((class, name, calls)),
        }
    }

    /// Takes out what one operation has.
    pub(super) fn take(&mut self, callsite: &'static Callsite) -> Counts {
        let mut counts = std::mem::take(self.of(callsite));
        counts.retain(|(_, _, calls)| *calls > 0);
        counts
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn an_operation_keeps_some_reasons_apart_and_counts_the_rest_together() {
        static CALLSITE: Callsite = Callsite::unnamed("of a test");
        const NAMES: [&str; 18] =
            ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r"];
        let mut all = ByOperation::default();
        let counted = NAMES.map(|name| all.counted(&CALLSITE, (Class::Failed, name)).1);
        assert_eq!(counted[14..], ["o", "p", "other", "other"]);
        NAMES.into_iter().chain(["a"]).for_each(|name| all.count(&CALLSITE, (Class::Failed, name), 1));
        let counts = all.take(&CALLSITE);
        assert_eq!((counts.first(), counts.len()), (Some(&(Class::Failed, "a", 2)), 17));
        assert_eq!(counts.last(), Some(&(Class::Failed, "other", 2)));
        assert!(all.take(&CALLSITE).is_empty());
    }

    #[test]
    fn a_reason_is_counted_once_it_was_learned_and_others_are_not() {
        let reasons = Reasons::new();
        let (declined, timeout) = ((Class::Refused, "Declined"), (Class::Failed, "Timeout"));
        assert!(reasons.count(declined).is_none());
        assert!(reasons.learn(declined, declined) && reasons.learn(timeout, (Class::Failed, "other")));
        assert_eq!([declined, timeout, declined].map(|reason| reasons.count(reason)), [Some(()); 3]);
        assert!(reasons.count((Class::Failed, "Declined")).is_none());
        let read: Vec<_> = reasons.read().collect();
        assert_eq!(read, [(declined, 2), ((Class::Failed, "other"), 1)]);
    }

    #[test]
    fn there_is_room_for_a_few() {
        let reasons = Reasons::new();
        let room =
            ["a", "b", "c", "d", "e"].map(|name| reasons.learn((Class::Failed, name), (Class::Failed, name)));
        assert_eq!(room, [true, true, true, true, false]);
        assert!(
            reasons.count((Class::Failed, "d")).is_some() && reasons.count((Class::Failed, "e")).is_none()
        );
    }
}
