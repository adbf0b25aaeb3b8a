//! Which healthy operations are exported. Those that diverged, failed or were slow always are.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Which healthy operations are exported besides those that are always.
///
/// It is decided when a trace begins; the children of an operation that was chosen are exported with it. Without more
/// said, no healthy operation is.
///
/// ```
/// use candor_otlp::Sampling;
///
/// // One in a hundred, but the first three of each kind of import, and every refund.
/// let sampling = Sampling::ratio(0.01)
///     .operation("import", Sampling::first(3))
///     .operation("refund", Sampling::all());
/// # let _ = sampling;
/// ```
pub struct Sampling {
    rule: Rule,
    operations: HashMap<String, Rule>,
    follows: bool,
    /// What was chosen so far, by operation.
    counts: Mutex<HashMap<&'static str, Count>>,
    /// A sequence that is spread evenly over the numbers; which is all that a ratio needs.
    next: AtomicU32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    None,
    All,
    Ratio(f64),
    First(u32),
    PerSecond(u32),
}

struct Count {
    since: Instant,
    chosen: u32,
}

impl Sampling {
    fn of(rule: Rule) -> Sampling {
        Sampling {
            rule,
            operations: HashMap::new(),
            follows: false,
            counts: Mutex::default(),
            next: AtomicU32::new(0),
        }
    }

    /// No healthy operation.
    #[must_use]
    pub fn none() -> Sampling {
        Sampling::of(Rule::None)
    }

    /// Every operation.
    #[must_use]
    pub fn all() -> Sampling {
        Sampling::of(Rule::All)
    }

    /// This share of the traces, from 0 to 1.
    #[must_use]
    pub fn ratio(share: f64) -> Sampling {
        Sampling::of(Rule::Ratio(share.clamp(0.0, 1.0)))
    }

    /// The first `n` of each operation.
    #[must_use]
    pub fn first(n: u32) -> Sampling {
        Sampling::of(Rule::First(n))
    }

    /// At most `n` of each operation in a second.
    #[must_use]
    pub fn per_second(n: u32) -> Sampling {
        Sampling::of(Rule::PerSecond(n))
    }

    /// Something else for the operation of this name.
    #[must_use]
    pub fn operation(mut self, name: impl Into<String>, sampling: Sampling) -> Sampling {
        self.operations.insert(name.into(), sampling.rule);
        self
    }

    /// Takes over the decision of the caller where there is one: the `sampled` flag of W3C Trace Context.
    #[must_use]
    pub fn follow_parent(mut self) -> Sampling {
        self.follows = true;
        self
    }

    /// Whether anything healthy is ever chosen.
    pub(crate) fn chooses(&self) -> bool {
        self.follows || self.rule != Rule::None || self.operations.values().any(|rule| *rule != Rule::None)
    }

    /// Whether every trace is chosen.
    pub(crate) fn chooses_all(&self) -> bool {
        !self.follows && self.rule == Rule::All && self.operations.values().all(|rule| *rule == Rule::All)
    }

    /// Whether the trace that begins with this operation is chosen; `outer` is the flag of the caller, if there is one.
    pub(crate) fn chooses_now(&self, operation: &'static str, outer: impl FnOnce() -> Option<bool>) -> bool {
        if self.follows
            && let Some(sampled) = outer()
        {
            return sampled;
        }
        match self.operations.get(operation).copied().unwrap_or(self.rule) {
            Rule::None => false,
            Rule::All => true,
            Rule::Ratio(share) => self.is_drawn(share),
            Rule::First(most) => self.is_within(operation, most, None),
            Rule::PerSecond(most) => self.is_within(operation, most, Some(Duration::from_secs(1))),
        }
    }

    /// Steps by the golden ratio, so that any stretch of calls has very nearly its share.
    fn is_drawn(&self, share: f64) -> bool {
        let step = self.next.fetch_add(0x9E37_79B9, Ordering::Relaxed);
        f64::from(step) < share * f64::from(u32::MAX) || share >= 1.0
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a rate by the second needs a clock; a root call asks for it, no other"
    )]
    fn is_within(&self, operation: &'static str, most: u32, window: Option<Duration>) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(operation).or_insert_with(|| Count { since: Instant::now(), chosen: 0 });
        if window.is_some_and(|window| count.since.elapsed() >= window) {
            *count = Count { since: Instant::now(), chosen: 0 };
        }
        let is_within = count.chosen < most;
        count.chosen += u32::from(is_within);
        is_within
    }
}

impl Default for Sampling {
    fn default() -> Sampling {
        Sampling::none()
    }
}

impl fmt::Debug for Sampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sampling { rule, operations, follows, .. } = self;
        f.debug_struct("Sampling")
            .field("rule", rule)
            .field("operations", operations)
            .field("follow_parent", follows)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(sampling: &Sampling, operation: &'static str, calls: u32) -> usize {
        (0..calls).filter(|_| sampling.chooses_now(operation, || None)).count()
    }

    #[test]
    fn each_rule_chooses_its_share() {
        assert_eq!(chosen(&Sampling::none(), "pay", 100), 0);
        assert_eq!(chosen(&Sampling::all(), "pay", 100), 100);
        assert_eq!(chosen(&Sampling::first(3), "pay", 100), 3);
        let drawn = chosen(&Sampling::ratio(0.1), "pay", 10_000);
        assert!((990..=1_010).contains(&drawn), "{drawn}");
        assert_eq!(chosen(&Sampling::ratio(0.0), "pay", 1_000), 0);
    }

    #[test]
    fn a_rate_begins_anew_with_each_window_and_not_before() {
        let within = |window| {
            let sampling = Sampling::per_second(2);
            (0..9).filter(|_| sampling.is_within("pay", 2, Some(window))).count()
        };
        assert_eq!(within(Duration::MAX), 2);
        assert_eq!(within(Duration::ZERO), 9);
    }

    #[test]
    fn an_operation_can_have_a_rule_of_its_own() {
        let sampling =
            Sampling::none().operation("refund", Sampling::all()).operation("pay", Sampling::first(1));
        assert_eq!(chosen(&sampling, "refund", 5), 5);
        assert_eq!(chosen(&sampling, "pay", 5), 1);
        assert_eq!(chosen(&sampling, "list", 5), 0);
        assert!(sampling.chooses() && !Sampling::none().operation("pay", Sampling::none()).chooses());
    }

    #[test]
    fn only_who_chooses_all_without_exception_need_not_be_asked() {
        assert!(
            Sampling::all().chooses_all() && Sampling::all().operation("pay", Sampling::all()).chooses_all()
        );
        assert!(!Sampling::all().follow_parent().chooses_all() && !Sampling::ratio(1.0).chooses_all());
        assert!(!Sampling::all().operation("pay", Sampling::first(1)).chooses_all());
    }

    #[test]
    fn the_first_of_each_operation_are_counted_apart() {
        let sampling = Sampling::first(2);
        assert_eq!((chosen(&sampling, "a", 9), chosen(&sampling, "b", 9)), (2, 2));
    }

    #[test]
    fn the_caller_decides_only_when_it_is_followed() {
        assert!(Sampling::none().follow_parent().chooses_now("pay", || Some(true)));
        assert!(!Sampling::all().follow_parent().chooses_now("pay", || Some(false)));
        assert!(Sampling::all().follow_parent().chooses_now("pay", || None));
        assert!(Sampling::all().chooses_now("pay", || Some(false)));
    }
}
