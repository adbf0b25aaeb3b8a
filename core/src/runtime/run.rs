//! A run in figures, read from the counters of the hot side.

use std::collections::BTreeMap;
use std::time::Duration;

use super::collector::Collector;
use crate::model::{Class, Divergence, OperationTotal, ReasonTotal, Run};
use crate::record::{self, Totals};

/// How many reasons one operation keeps apart.
const REASONS: usize = 16;

/// Everything known at this moment.
pub(super) fn snapshot(collector: &Collector) -> Run {
    let (divergences, duration) = collector.run_so_far();
    let grown = Baseline::take(collector).since(&collector.baseline());
    let shelf = collector.shelf();
    Run {
        unsent: shelf.unsent(),
        unsent_because: shelf.unsent_because(),
        ..assemble(grown, divergences, duration)
    }
}

/// The figures of the process at one moment. They only grow, so a run is what has grown since it began.
#[derive(Clone, Debug, Default)]
pub(super) struct Baseline {
    /// Totals of every operation that was called.
    pub(super) totals: Vec<Totals>,
    /// How often each event was emitted.
    pub(super) events: Vec<(&'static str, u64)>,
    /// What was lost.
    pub(super) lost: Vec<(&'static str, u64)>,
}

impl Baseline {
    /// The figures now.
    pub(super) fn take(collector: &Collector) -> Baseline {
        let events = sums(record::event_totals().into_iter().map(|total| (total.meta.name, total.count)));
        Baseline { totals: record::totals(), events, lost: lost(collector) }
    }

    /// What has grown since an earlier moment; what has not is left out.
    pub(super) fn since(mut self, earlier: &Baseline) -> Baseline {
        for total in &mut self.totals {
            let is_same = |known: &&Totals| std::ptr::eq(known.callsite, total.callsite);
            if let Some(before) = earlier.totals.iter().find(is_same) {
                without(total, before);
            }
        }
        self.totals.retain(|total| total.calls > 0 || total.active > 0);
        subtract(&mut self.events, &earlier.events);
        subtract(&mut self.lost, &earlier.lost);
        self
    }
}

/// The sum of each name. Several events may have one name: those of the types of a generic event do.
fn sums(counts: impl Iterator<Item = (&'static str, u64)>) -> Vec<(&'static str, u64)> {
    let mut sums: BTreeMap<&'static str, u64> = BTreeMap::new();
    counts.for_each(|(name, count)| *sums.entry(name).or_default() += count);
    sums.into_iter().collect()
}

/// Takes an earlier reading off a total. What is running now is running now.
fn without(total: &mut Totals, before: &Totals) {
    total.calls = total.calls.saturating_sub(before.calls);
    total.ticks = total.ticks.saturating_sub(before.ticks);
    for (count, earlier) in total.by_class.iter_mut().zip(before.by_class) {
        *count = count.saturating_sub(earlier);
    }
    for (seconds, count) in &mut total.buckets {
        let earlier = before.buckets.iter().find(|known| known.0 == *seconds);
        *count = count.saturating_sub(earlier.map_or(0, |known| known.1));
    }
    for (class, reason, count) in &mut total.reasons {
        let earlier = before.reasons.iter().find(|known| known.0 == *class && known.1 == *reason);
        *count = count.saturating_sub(earlier.map_or(0, |known| known.2));
    }
    total.buckets.retain(|known| known.1 > 0);
    total.reasons.retain(|known| known.2 > 0);
}

fn subtract(counts: &mut Vec<(&'static str, u64)>, earlier: &[(&'static str, u64)]) {
    for (name, count) in counts.iter_mut() {
        let before = earlier.iter().find(|(known, _)| known == name).map_or(0, |(_, before)| *before);
        *count = count.saturating_sub(before);
    }
    counts.retain(|(_, count)| *count > 0);
}

/// What was lost so far in this process, in the hot side and in exporters.
pub(super) fn lost(collector: &Collector) -> Vec<(&'static str, u64)> {
    let mut lost = record::lost_totals();
    if collector.exporter_losses() > 0 {
        lost.push(("exporter", collector.exporter_losses()));
    }
    lost
}

/// The exporters did not come to their end, which was known only when the run was told already.
pub(super) fn tell_exporter_loss(run: &mut Run) {
    match run.lost.iter_mut().find(|(kind, _)| *kind == "exporter") {
        Some((_, count)) => *count += 1,
        None => run.lost.push(("exporter", 1)),
    }
}

fn assemble(grown: Baseline, divergences: Vec<Divergence>, duration: Duration) -> Run {
    let duration_ns = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    let Baseline { totals, events, lost } = grown;
    let memory = record::memory_use();
    Run {
        operations: operations(&totals),
        events,
        divergences,
        lost,
        unsent: Vec::new(),
        unsent_because: Vec::new(),
        memory,
        duration_ns,
    }
}

/// One total for each name, in order of name: operations that share a name are told apart by their sites, not here.
pub(super) fn operations(totals: &[Totals]) -> Vec<OperationTotal> {
    let mut sums: Vec<OperationTotal> = Vec::new();
    let mut sorted: Vec<&Totals> = totals.iter().collect();
    sorted.sort_by_key(|total| total.callsite.operation().name);
    for total in sorted {
        let name = total.callsite.operation().name;
        if sums.last().is_none_or(|last| last.operation != name) {
            sums.push(OperationTotal { operation: name, ..OperationTotal::default() });
        }
        if let Some(sum) = sums.last_mut() {
            add(sum, total);
        }
    }
    sums.iter_mut().for_each(bound_reasons);
    sums
}

fn add(sum: &mut OperationTotal, total: &Totals) {
    let [fulfilled, refused, failed, abandoned] = total.by_class;
    sum.calls += total.calls;
    sum.active += total.active;
    sum.fulfilled += fulfilled;
    sum.refused += refused;
    sum.failed += failed;
    sum.abandoned += abandoned;
    sum.duration_ns = sum.duration_ns.saturating_add(record::nanos(total.ticks));
    for &(class, reason, count) in &total.reasons {
        match sum.reasons.iter_mut().find(|known| known.class == class && known.reason == reason) {
            Some(known) => known.count += count,
            None => sum.reasons.push(ReasonTotal { class, reason, count }),
        }
    }
}

/// Most frequent first, and what does not fit as `other` of its class.
fn bound_reasons(total: &mut OperationTotal) {
    total.reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.count), reason.class, reason.reason));
    if total.reasons.len() <= REASONS {
        return;
    }
    for rest in total.reasons.split_off(REASONS - NOT_FULFILLED.len()) {
        match total.reasons.iter_mut().find(|known| known.class == rest.class && known.reason == "other") {
            Some(other) => other.count += rest.count,
            None => total.reasons.push(ReasonTotal { class: rest.class, reason: "other", count: rest.count }),
        }
    }
}

/// The classes that have reasons: each may need an `other` of its own.
const NOT_FULFILLED: [Class; 3] = [Class::Refused, Class::Failed, Class::Abandoned];

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::record::Callsite;

    /// A callsite that lives as long as the process.
    pub(in crate::runtime) fn callsite(name: &'static str, line: u32) -> &'static Callsite {
        let text = format!("{name}\nshop::order\nsrc/order.rs\n{line}:1 {name}");
        Box::leak(Box::new(Callsite::bare(text.leak())))
    }

    pub(in crate::runtime) fn totals(callsite: &'static Callsite, by_class: [u64; 4]) -> Totals {
        let ended: u64 = by_class.iter().sum();
        Totals {
            callsite,
            calls: ended,
            active: 0,
            by_class,
            ticks: 0,
            one_in: 1,
            buckets: Vec::new(),
            reasons: Vec::new(),
        }
    }

    #[test]
    fn totals_are_in_order_of_name_and_those_of_one_name_are_added() {
        let mut first = totals(callsite("ship", 1), [3, 0, 1, 0]);
        first.reasons = vec![(Class::Failed, "Timeout", 1)];
        let mut second = totals(callsite("ship", 9), [1, 0, 2, 0]);
        second.reasons = vec![(Class::Failed, "Timeout", 2)];
        second.active = 1;
        second.calls += 1;
        let sums = operations(&[first, totals(callsite("pay", 5), [7, 2, 0, 0]), second]);
        assert_eq!(sums.len(), 2);
        assert_eq!((sums[0].operation, sums[0].fulfilled, sums[0].refused), ("pay", 7, 2));
        assert_eq!((sums[1].operation, sums[1].calls, sums[1].active, sums[1].failed), ("ship", 8, 1, 3));
        assert_eq!(sums[1].reasons, [ReasonTotal { class: Class::Failed, reason: "Timeout", count: 3 }]);
    }

    #[test]
    fn reasons_are_bounded_and_nothing_is_lost_in_the_sum() {
        let names: Vec<&'static str> =
            (0..40).map(|n| &*Box::leak(format!("Reason{n}").into_boxed_str())).collect();
        let mut total = totals(callsite("pay", 1), [0, 0, 0, 0]);
        let classes = [Class::Refused, Class::Failed].into_iter().cycle();
        total.reasons =
            names.iter().zip(classes).zip(1..).map(|((name, class), count)| (class, *name, count)).collect();
        let sums = operations(&[total]);
        let reasons = &sums[0].reasons;
        assert!(reasons.len() <= 16, "{}", reasons.len());
        assert_eq!((reasons[0].reason, reasons[0].count), ("Reason39", 40));
        assert_eq!(reasons.iter().filter(|reason| reason.reason == "other").count(), 2);
        assert_eq!(reasons.iter().map(|reason| reason.count).sum::<u64>(), (1..=40).sum::<u64>());
    }

    #[test]
    fn a_run_keeps_its_duration_and_losses() {
        let grown = Baseline { lost: vec![("entry", 3)], ..Baseline::default() };
        let run = assemble(grown, Vec::new(), Duration::from_micros(5));
        assert_eq!((run.duration_ns, run.lost.as_slice()), (5_000, [("entry", 3)].as_slice()));
    }

    #[test]
    fn events_of_one_name_are_counted_together_and_others_apart() {
        let of = |counts: &[(&'static str, u64)]| sums(counts.iter().copied());
        let (earlier, now) = (of(&[("Paid", 4), ("Paid", 9)]), of(&[("Paid", 5), ("Paid", 9), ("Sent", 2)]));
        let events = |events| Baseline { events, ..Baseline::default() };
        assert_eq!(events(now).since(&events(earlier)).events, [("Paid", 1), ("Sent", 2)]);
    }

    #[test]
    fn a_run_is_what_has_grown_since_it_began() {
        let (pay, ship) = (callsite("pay", 1), callsite("ship", 2));
        let mut before = totals(pay, [7, 2, 0, 0]);
        before.buckets = vec![(0.5, 9)];
        before.reasons = vec![(Class::Refused, "Declined", 2)];
        let mut after = totals(pay, [8, 5, 0, 0]);
        after.buckets = vec![(0.5, 11), (1.0, 2)];
        after.reasons = vec![(Class::Refused, "Declined", 4), (Class::Refused, "Expired", 1)];
        let lost = |n| vec![("entry", n), ("key", 3)];
        let earlier = Baseline {
            totals: vec![before, totals(ship, [4, 0, 0, 0])],
            events: vec![("Paid", 7)],
            lost: lost(1),
        };
        let now = Baseline {
            totals: vec![after, totals(ship, [4, 0, 0, 0])],
            events: vec![("Paid", 8)],
            lost: lost(5),
        };
        let grown = now.since(&earlier);
        assert_eq!(grown.totals.len(), 1, "what was not called in this run is not in it");
        assert_eq!((grown.totals[0].calls, grown.totals[0].by_class), (4, [1, 3, 0, 0]));
        assert_eq!(grown.totals[0].buckets, [(0.5, 2), (1.0, 2)]);
        assert_eq!(
            grown.totals[0].reasons,
            [(Class::Refused, "Declined", 2), (Class::Refused, "Expired", 1)]
        );
        assert_eq!((grown.events, grown.lost), (vec![("Paid", 1)], vec![("entry", 4)]));
    }
}
