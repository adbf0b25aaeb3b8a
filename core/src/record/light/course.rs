//! The course of a call: which events it has said and in which order, as one number. Whether a call that fulfils keeps its
//! promises follows from that and from nothing else, so what was found out of a course once need not be found out again: the
//! usual call of an operation says what the one before said.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::Plan;
use crate::record::frame::Kind;

/// The events of one call so far. Two that differ have different numbers, but for one case in 2^64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Course(u64);

/// An odd number of which about half the bits are set.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

impl Course {
    /// No event was said.
    pub(super) const NOTHING: Course = Course(0);

    #[inline(always)]
    fn then(self, what: u64) -> Course {
        Course((self.0.rotate_left(23) ^ what).wrapping_mul(SPREAD))
    }

    /// One event more. A kind may lie at several addresses, but no two kinds at one.
    #[inline(always)]
    pub(super) fn event(self, kind: &'static Kind) -> Course {
        self.then(std::ptr::from_ref(kind).addr() as u64)
    }

    /// The events of a child more, which count for the call as well.
    #[inline(always)]
    pub(super) fn child(self, child: Course) -> Course {
        if child == Course::NOTHING { self } else { self.then(child.0) }
    }

    /// The same of a call that has this plan, and never 0: one callsite has a plan for each of its generic types.
    #[inline(always)]
    pub(super) fn under(self, plan: &'static Plan) -> u64 {
        self.then(std::ptr::from_ref(plan).addr() as u64).0 | 1
    }
}

/// The courses of an operation that are known to keep all that it promises; 0 for none. All threads look at them, and next to
/// none writes them.
#[derive(Debug)]
pub(in crate::record) struct Proven([AtomicU64; 2]);

impl Proven {
    #[expect(clippy::declare_interior_mutable_const, reason = "each operation begins with a copy of it")]
    pub(in crate::record) const NOTHING: Proven = Proven([const { AtomicU64::new(0) }; 2]);

    /// Relaxed: the number is all there is to know.
    #[inline(always)]
    pub(in crate::record) fn has(&self, course: u64) -> bool {
        self.0.iter().any(|known| known.load(Ordering::Relaxed) == course)
    }

    /// Learns one more. Where there is no room, it takes the place of another one, if `instead` says of which.
    pub(in crate::record) fn learn(&self, course: u64, instead: Option<usize>) {
        let free = self.0.iter().find(|known| known.load(Ordering::Relaxed) == 0);
        let place = free.or_else(|| self.0.get(instead? % self.0.len()));
        place.into_iter().for_each(|place| place.store(course, Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;

    use super::*;
    use crate::model::{EventMeta, Site};

    static META: EventMeta =
        EventMeta { name: "A", target: "", site: Site::UNKNOWN, fields: &[], unit: None };
    static KINDS: [Kind; 2] = [const { Kind { id: TypeId::of::<u8>(), meta: &META } }; 2];
    static OTHER: Plan = Plan { only: true, ..Plan::EMPTY };

    #[test]
    fn courses_differ_in_events_in_their_order_in_children_and_in_plans() {
        let [one, two] = &KINDS;
        let said =
            |kinds: &[&'static Kind]| kinds.iter().fold(Course::NOTHING, |course, kind| course.event(kind));
        let all = [
            said(&[]),
            said(&[one]),
            said(&[two]),
            said(&[one, two]),
            said(&[two, one]),
            said(&[one, one]),
            said(&[one]).child(said(&[two])),
            Course::NOTHING.child(said(&[one])),
        ];
        let mut seals: Vec<u64> =
            all.iter().flat_map(|course| [course.under(&Plan::EMPTY), course.under(&OTHER)]).collect();
        seals.sort_unstable();
        seals.dedup();
        assert_eq!(seals.len(), 2 * all.len());
        assert_eq!(said(&[one]).child(Course::NOTHING), said(&[one]), "a child that said nothing");
    }

    #[test]
    fn two_courses_are_known_and_a_third_one_takes_a_place_only_if_it_is_told_which() {
        let proven = Proven::NOTHING;
        assert!(!proven.has(5));
        proven.learn(5, None);
        proven.learn(7, None);
        proven.learn(9, None);
        assert!(proven.has(5) && proven.has(7) && !proven.has(9));
        proven.learn(9, Some(3));
        assert!(proven.has(5) && !proven.has(7) && proven.has(9));
    }
}
