//! Ticks of the hot side as times of day.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::clock;
use crate::record;

/// How long a comparison of the clocks stands before it is made anew: the rate of the counter is not exact.
const FRESH: Duration = Duration::from_secs(1);

/// Turns ticks into times of day.
///
/// Both clocks are compared when a run begins and then at most once a second, so that neither an error of the rate nor a
/// correction of the wall clock adds up. Within a comparison, times keep their order and their distances.
#[derive(Debug, Default)]
pub struct Timeline(Mutex<Option<Calibration>>);

/// One comparison of the clocks. Times that belong together are best read by the same one: it costs no look at a clock, and
/// they keep their order and their distances.
///
/// ```
/// let timeline = candor::Timeline::default();
/// let calibration = timeline.calibration();
/// assert!(calibration.wall(0) < std::time::SystemTime::now());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Calibration {
    ticks: u64,
    wall: SystemTime,
    /// The same time of day in nanoseconds since the epoch of Unix.
    unix: u64,
    /// Nanoseconds of a tick.
    rate: f64,
}

impl Timeline {
    fn lock(&self) -> MutexGuard<'_, Option<Calibration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self) {
        *self.lock() = Some(compare());
    }

    /// The time of day at these ticks.
    #[must_use]
    pub fn wall(&self, ticks: u64) -> SystemTime {
        self.calibration().wall(ticks)
    }

    /// The comparison that holds now.
    #[must_use]
    pub fn calibration(&self) -> Calibration {
        let now = record::ticks();
        let mut slot = self.lock();
        match *slot {
            Some(last) if span(last.ticks, now) < FRESH => last,
            _ => *slot.insert(compare()),
        }
    }
}

impl Calibration {
    /// The time of day at these ticks.
    #[must_use]
    pub fn wall(self, ticks: u64) -> SystemTime {
        let at = if ticks >= self.ticks {
            self.wall.checked_add(span(self.ticks, ticks))
        } else {
            self.wall.checked_sub(span(ticks, self.ticks))
        };
        at.unwrap_or(self.wall)
    }

    /// So many ticks in nanoseconds.
    #[must_use]
    #[inline]
    pub fn nanos(self, ticks: u64) -> u64 {
        record::nanos_at(self.rate, ticks)
    }

    /// The time of day at these ticks, in nanoseconds since the epoch of Unix, as OTLP has it.
    #[must_use]
    #[inline]
    pub fn unix_nanos(self, ticks: u64) -> u64 {
        if ticks >= self.ticks {
            self.unix.saturating_add(self.nanos(ticks - self.ticks))
        } else {
            self.unix.saturating_sub(self.nanos(self.ticks - ticks))
        }
    }
}

fn compare() -> Calibration {
    let (ticks, wall) = (record::ticks(), clock::wall());
    let since = wall.duration_since(UNIX_EPOCH).unwrap_or_default();
    let unix = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
    Calibration { ticks, wall, unix, rate: record::rate() }
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
        let now = compare();
        assert!(now.wall(now.ticks.saturating_sub(record::ticks_for(1_000_000))) < now.wall);
        assert_eq!(now.wall(now.ticks), now.wall);
    }

    #[test]
    fn nanoseconds_since_the_epoch_are_those_of_the_time_of_day() {
        let now = compare();
        for ticks in [now.ticks - 1_000_003, now.ticks, now.ticks + 77_777_777] {
            let at = UNIX_EPOCH + Duration::from_nanos(now.unix_nanos(ticks));
            assert_eq!(at, now.wall(ticks));
        }
    }
}
