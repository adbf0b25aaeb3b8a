//! Why calls of one operation did not fulfil, as one thread has seen it: written by that thread alone, like its other counters.

use std::sync::OnceLock;

use super::cell::{AtomicU64, Ordering, add};
use crate::model::Class;

/// How many reasons a thread counts by itself; what comes beyond is counted where all threads do.
const OWN: usize = 4;

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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

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
