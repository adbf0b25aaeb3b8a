//! The calendar and the wall clock, as the cold side reads them.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A day: year, month from 1, day from 1.
pub(super) type Date = (u16, u8, u8);

/// Today, in UTC.
pub(super) fn today() -> Date {
    let seconds = wall().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    civil(seconds / 86_400)
}

/// The time of day.
#[expect(
    clippy::disallowed_methods,
    reason = "an `allow` ends on a day of the calendar, and spans have times of day; nothing else reads the wall clock"
)]
pub(super) fn wall() -> SystemTime {
    SystemTime::now()
}

/// The monotonic clock.
#[expect(clippy::disallowed_methods, reason = "how long a run took, and when the next tick is due")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// The date of a number of days after 1970-01-01, by Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>). Years begin in March there, so that the leap day comes last.
fn civil(days: u64) -> Date {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (
        u16::try_from(year).unwrap_or(u16::MAX),
        u8::try_from(month).unwrap_or(12),
        u8::try_from(day).unwrap_or(31),
    )
}

/// A date as it is written in an attribute: `2027-01-31`.
pub(super) fn iso((year, month, day): Date) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_since_the_epoch_become_dates() {
        let known = [
            (0, (1970, 1, 1)),
            (30, (1970, 1, 31)),
            (31, (1970, 2, 1)),
            (58, (1970, 2, 28)),
            (59, (1970, 3, 1)),
            (364, (1970, 12, 31)),
            (365, (1971, 1, 1)),
            (789, (1972, 2, 29)),
            (10_956, (1999, 12, 31)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_783, (2026, 11, 26)),
            (20_849, (2027, 1, 31)),
            (47_540, (2100, 2, 28)),
            (47_541, (2100, 3, 1)),
        ];
        for (days, date) in known {
            assert_eq!(civil(days), date, "{days} days");
        }
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let mut last = civil(0);
        for days in 1..60_000 {
            let next = civil(days);
            assert!(next > last, "{next:?} comes after {last:?}");
            last = next;
        }
    }

    #[test]
    fn a_date_is_written_as_in_an_attribute() {
        assert_eq!(iso((2027, 1, 31)), "2027-01-31");
        assert!(today() >= (2025, 1, 1), "{:?}", today());
    }
}
