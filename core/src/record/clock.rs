//! Time, as the hot path reads it: raw ticks, turned into nanoseconds only for a report.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Both clocks at one moment; the rate follows from a second such moment.
struct Anchor {
    ticks: u64,
    instant: Instant,
}

static ANCHOR: OnceLock<Anchor> = OnceLock::new();
static RATE: OnceLock<f64> = OnceLock::new();

#[expect(
    clippy::disallowed_methods,
    reason = "the rate of the counter is measured against the monotonic clock, here only"
)]
fn now() -> Instant {
    Instant::now()
}

/// The raw time stamp.
#[inline]
pub fn ticks() -> u64 {
    super::raw::ticks()
}

/// Nanoseconds since the first call, and never 0, for processors whose counter is not read.
#[cfg(any(not(target_arch = "x86_64"), miri))]
pub(super) fn fallback_ticks() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(now).elapsed().as_nanos()).unwrap_or(u64::MAX).max(1)
}

/// Sets the first of the two moments between which the rate is measured. Calling it again does nothing.
pub fn calibrate() {
    ANCHOR.get_or_init(|| Anchor { ticks: ticks(), instant: now() });
}

/// A span of ticks in nanoseconds. The first call waits until two milliseconds have passed since [`calibrate`].
#[must_use]
pub fn nanos(span: u64) -> u64 {
    nanos_at(rate(), span)
}

/// How many nanoseconds a tick takes. The first call waits as [`nanos`] does.
#[must_use]
pub fn rate() -> f64 {
    *RATE.get_or_init(measure)
}

/// A span of ticks in nanoseconds, by the [`rate`].
#[must_use]
#[inline]
pub fn nanos_at(rate: f64, span: u64) -> u64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "durations are read by people"
    )]
    let scaled = (span as f64 * rate) as u64;
    scaled
}

/// A span of nanoseconds in ticks, as far as the rate is known already; else as nanoseconds.
pub(super) fn ticks_of(nanos: u64) -> u64 {
    let Some(rate) = RATE.get() else { return nanos };
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rough span"
    )]
    let ticks = (nanos as f64 / rate) as u64;
    ticks
}

/// The nanoseconds from one moment to a later one; 0 when the time of either was not taken.
pub(super) fn since(started: u64, then: u64) -> u64 {
    if started == 0 || then == 0 { 0 } else { nanos(then.saturating_sub(started)) }
}

/// A span of nanoseconds in ticks. The first call waits as [`nanos`] does.
#[must_use]
pub fn ticks_for(nanos: u64) -> u64 {
    // Afterwards the rate is known.
    RATE.get_or_init(measure);
    ticks_of(nanos)
}

fn measure() -> f64 {
    calibrate();
    let Some(anchor) = ANCHOR.get() else { return 1.0 };
    while anchor.instant.elapsed() < Duration::from_millis(2) {
        std::hint::spin_loop();
    }
    let elapsed = anchor.instant.elapsed().as_nanos();
    let ticked = ticks().saturating_sub(anchor.ticks);
    if ticked == 0 {
        return 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a ratio")]
    let rate = elapsed as f64 / ticked as f64;
    rate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "its clock counts steps, and stands still while another thread takes them")]
    fn a_span_of_ticks_becomes_nanoseconds_of_the_right_order() {
        calibrate();
        let (before, started) = (ticks(), now());
        while started.elapsed() < Duration::from_millis(3) {
            std::hint::spin_loop();
        }
        let measured = nanos(ticks() - before);
        assert!((1_500_000..500_000_000).contains(&measured), "{measured} ns for 3 ms");
    }
}
