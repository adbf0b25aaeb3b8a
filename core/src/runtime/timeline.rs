//! Ticks of the hot side as times of day.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::clock;
use crate::record;

/// How long a comparison of the clocks stands before it is made anew: the rate of the counter is not exact.
const FRESH: Duration = Duration::from_secs(1);

/// Turns ticks into times of day.
///
/// Both clocks are compared when a run begins and then at most once a second, so that neither an error of the rate nor a
/// correction of the wall clock adds up. Within a comparison, times keep their order and their distances.
#[derive(Debug, Default)]
pub struct Timeline(Mutex<Option<Anchor>>);

#[derive(Clone, Copy, Debug)]
struct Anchor {
    ticks: u64,
    wall: SystemTime,
}

impl Timeline {
    fn lock(&self) -> MutexGuard<'_, Option<Anchor>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self) {
        *self.lock() = Some(compare());
    }

    /// The time of day at these ticks.
    #[must_use]
    pub fn wall(&self, ticks: u64) -> SystemTime {
        let now = record::ticks();
        let mut slot = self.lock();
        let anchor = match *slot {
            Some(anchor) if span(anchor.ticks, now) < FRESH => anchor,
            _ => *slot.insert(compare()),
        };
        drop(slot);
        anchor.at(ticks)
    }
}

impl Anchor {
    fn at(self, ticks: u64) -> SystemTime {
        let at = if ticks >= self.ticks {
            self.wall.checked_add(span(self.ticks, ticks))
        } else {
            self.wall.checked_sub(span(ticks, self.ticks))
        };
        at.unwrap_or(self.wall)
    }
}

fn compare() -> Anchor {
    Anchor { ticks: record::ticks(), wall: clock::wall() }
}

fn span(from: u64, to: u64) -> Duration {
    Duration::from_nanos(record::nanos(to.saturating_sub(from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_order_and_distance() {
        let timeline = Timeline::default();
        timeline.begin();
        let first = record::ticks();
        let second = first + record::ticks_for(5_000_000);
        let apart = timeline.wall(second).duration_since(timeline.wall(first)).unwrap_or_default();
        let error = apart.abs_diff(Duration::from_millis(5));
        assert!(error < Duration::from_millis(1), "{apart:?}");
    }

    #[test]
    fn a_time_before_the_comparison_lies_before_it() {
        let anchor = compare();
        assert!(anchor.at(anchor.ticks.saturating_sub(record::ticks_for(1_000_000))) < anchor.wall);
        assert_eq!(anchor.at(anchor.ticks), anchor.wall);
    }
}
