//! How long requests take with an exporter and without, told apart on a machine that others use too.
//!
//! What else the machine does makes some requests longer, and more of those of the shop that has more threads, so no average and
//! no median tells what the exporter does. Two things do. A few requests that follow each other have a least time, in which
//! nobody came between: its ratio is what the exporter costs each request. And a request that waits for a backend waits as long
//! as that takes, which is longer than anybody waits for a processor: how many did is counted.

use std::time::Duration;

/// How many requests of a kind follow each other until their least is taken.
const STRETCH: usize = 10;
/// How much longer the least may be.
const RATIO: f64 = 1.25;
/// A request was held up that took so much longer than the other one: the slow backend takes longer than this.
const HOLD: Duration = Duration::from_millis(40);
/// How many of a hundred requests more may be held up with the exporter than without.
const HELD: usize = 5;

/// Times of requests of several kinds, with the exporter and without.
#[derive(Default)]
pub(super) struct Pace {
    kinds: Vec<Vec<(Duration, Duration)>>,
}

impl Pace {
    /// Two requests of one kind, which were asked one after the other.
    pub(super) fn add(&mut self, kind: usize, with: Duration, without: Duration) {
        if self.kinds.len() <= kind {
            self.kinds.resize_with(kind + 1, Vec::new);
        }
        self.kinds.get_mut(kind).into_iter().for_each(|times| times.push((with, without)));
    }

    fn all(&self) -> impl Iterator<Item = &(Duration, Duration)> {
        self.kinds.iter().flatten()
    }

    pub(super) fn requests(&self) -> usize {
        self.all().count()
    }

    /// The middle one of the ratios of least times.
    pub(super) fn ratio(&self) -> f64 {
        let least = |stretch: &[(Duration, Duration)]| {
            let with = stretch.iter().map(|(with, _)| with).min()?;
            let without = stretch.iter().map(|(_, without)| without).min()?;
            Some(with.as_secs_f64() / without.as_secs_f64())
        };
        let stretches = self.kinds.iter().flat_map(|times| times.chunks(STRETCH));
        median(stretches.filter_map(least).collect())
    }

    /// The middle times in milliseconds, with and without.
    pub(super) fn medians(&self) -> (f64, f64) {
        let millis = |time: &Duration| time.as_secs_f64() * 1e3;
        let (own, others) = self.all().map(|(with, without)| (millis(with), millis(without))).unzip();
        (median(own), median(others))
    }

    /// How many requests more were held up with the exporter than without.
    fn held(&self) -> usize {
        let longer = |(one, other): (Duration, Duration)| one >= other + HOLD;
        let with = self.all().filter(|(with, without)| longer((*with, *without))).count();
        let without = self.all().filter(|(with, without)| longer((*without, *with))).count();
        with.saturating_sub(without)
    }

    pub(super) fn is_equal(&self) -> bool {
        self.ratio() <= RATIO && self.held() * 100 <= self.requests() * HELD
    }

    /// What is wrong if they are not.
    pub(super) fn fault(&self) -> String {
        format!(
            "its latency is {:.2} times as long, and {} of {} requests were held up",
            self.ratio(),
            self.held(),
            self.requests()
        )
    }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine on which every time is between once and five times as long, in no order, and longer for whoever has an exporter.
    fn busy(cost: f64, held: impl Fn(u32) -> bool) -> Pace {
        let mut pace = Pace::default();
        let mut state = 7_u32;
        let mut noise = |most: f64| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            1.0 + most * f64::from(state >> 8) / f64::from(1 << 24)
        };
        for round in 0..400 {
            let base = Duration::from_millis(2);
            let with = base.mul_f64(cost * noise(6.0)) + if held(round) { HOLD * 2 } else { Duration::ZERO };
            pace.add((round % 3) as usize, with, base.mul_f64(noise(2.0)));
        }
        pace
    }

    #[test]
    fn what_else_the_machine_does_is_not_the_exporters_doing() {
        let pace = busy(1.0, |_| false);
        assert!(pace.medians().0 > 1.8 * pace.medians().1, "the middle one is misled");
        assert!(pace.is_equal(), "{}", pace.fault());
    }

    #[test]
    fn what_each_request_costs_more_is_found() {
        assert!(!busy(1.6, |_| false).is_equal());
    }

    #[test]
    fn requests_that_wait_for_a_backend_are_found_though_they_are_few() {
        assert!(busy(1.0, |round| round % 50 == 0).is_equal());
        assert!(!busy(1.0, |round| round % 10 == 0).is_equal());
    }
}
