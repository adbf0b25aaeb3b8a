//! Outcome metrics through the `metrics` facade. The figures are those of the process: each test has operations of its own.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::MutexGuard;
use std::time::Duration;

use candor::{Event, Outcome, emit, observe};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use crate::kit::{Fault, alone, block_on, codes_of, fails, found, works};

/// Every metric as `name{label=value,..}`; a histogram by the number of its values.
struct Published(BTreeMap<String, f64>, Vec<f64>);

impl Published {
    fn now(_alone: &MutexGuard<'_, ()>) -> Published {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        metrics::with_local_recorder(&recorder, candor::flush);
        let (mut all, mut durations) = (BTreeMap::new(), Vec::new());
        for (key, _unit, _description, value) in snapshotter.snapshot().into_vec() {
            let mut labels: Vec<String> =
                key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            labels.sort();
            let value = match value {
                DebugValue::Counter(value) => value as f64,
                DebugValue::Gauge(value) => value.into_inner(),
                DebugValue::Histogram(values) => {
                    durations.extend(values.iter().map(|value| value.into_inner()));
                    values.len() as f64
                }
            };
            all.insert(format!("{}{{{}}}", key.key().name(), labels.join(",")), value);
        }
        Published(all, durations)
    }

    fn get(&self, metric: &str) -> f64 {
        self.0.get(metric).copied().unwrap_or(0.0)
    }
}

#[test]
fn durations_are_handed_on_once() {
    #[observe]
    fn measured() {}
    let alone = alone();
    codes_of(|| (0..5).for_each(|_| measured()));
    let metric = "candor.operation.duration{operation=measured}";
    let first = Published::now(&alone);
    assert_eq!(first.get(metric), 5.0);
    assert!(first.1.iter().all(|seconds| (0.0..600.0).contains(seconds)), "seconds: {:?}", first.1);
    assert_eq!(Published::now(&alone).get(metric), 0.0, "what was handed on is not handed on again");
    codes_of(measured);
    assert_eq!(Published::now(&alone).get(metric), 1.0);
}

#[test]
fn outcomes_by_reason() {
    #[derive(Debug, Outcome)]
    enum Answer {
        #[outcome(refused)]
        SoldOut,
        Broken,
    }
    #[observe]
    fn counted(answer: Option<Answer>) -> Result<u32, Answer> {
        answer.map_or(Ok(7), Err)
    }
    let alone = alone();
    codes_of(|| {
        assert!(counted(None).is_ok());
        assert!(counted(Some(Answer::SoldOut)).is_err());
        assert!(counted(Some(Answer::SoldOut)).is_err());
        assert!(counted(Some(Answer::Broken)).is_err());
    });
    let now = Published::now(&alone);
    let outcome = |outcome: &str, reason: &str| {
        now.get(&format!("candor.operation.outcomes{{operation=counted,outcome={outcome},reason={reason}}}"))
    };
    assert_eq!(outcome("fulfilled", ""), 1.0);
    assert_eq!(outcome("refused", "SoldOut"), 2.0);
    assert_eq!(outcome("failed", "Broken"), 1.0);
    assert_eq!(outcome("failed", "SoldOut"), 0.0);
}

/// Compiled with optimization a value passes through the end of its call, and without it is lent to it. Both say the same.
#[test]
fn a_value_that_passes_through_says_what_a_lent_one_says() {
    use candor::__private::{Callsite, bare, leave_fulfilled, leave_lent_fulfilled, read};
    static PASSED: Callsite = Callsite::bare("passed_through\n\n\n\n\n1:1 t");
    static LENT: Callsite = Callsite::bare("lent_to_its_end\n\n\n\n\n1:1 t");
    #[derive(Debug, PartialEq, Outcome)]
    enum Answer {
        #[outcome(refused)]
        SoldOut,
        Broken,
    }
    macro_rules! leave {
        ($($value:expr),+) => { $(
            let passed = read(&$value).candor_half().candor_leave(bare::enter(&PASSED, 0), $value);
            assert_eq!(passed, $value);
            let named = read(&passed).candor_half();
            assert_eq!(named.candor_named_leave(bare::enter(&PASSED, 0), passed), $value);
            read(&$value).candor_half().candor_leave_lent(bare::enter(&LENT, 0), &$value);
            read(&$value).candor_half().candor_named_leave_lent(bare::enter(&LENT, 0), &$value);
        )+ };
    }
    let alone = alone();
    codes_of(|| {
        leave!(
            Ok::<u32, Answer>(7),
            Err::<u32, _>(Answer::SoldOut),
            Err::<u32, _>(Answer::Broken),
            Err::<(), _>(String::from("in words")),
            Some(7),
            None::<u32>,
            Answer::SoldOut,
            [7; 99]
        );
        assert_eq!(leave_fulfilled(bare::enter(&PASSED, 0), 7), 7);
        leave_lent_fulfilled(bare::enter(&LENT, 0), &7);
    });
    let now = Published::now(&alone);
    let outcomes = |operation: &str| -> Vec<(String, f64)> {
        let start = format!("candor.operation.outcomes{{operation={operation},");
        now.0.iter().filter_map(|(name, n)| Some((name.strip_prefix(&start)?.to_owned(), *n))).collect()
    };
    assert_eq!(outcomes("passed_through"), outcomes("lent_to_its_end"));
    let of = |outcome: &str, n: f64| (format!("outcome={outcome}}}"), n);
    assert_eq!(
        outcomes("lent_to_its_end"),
        [
            of("failed,reason=Broken", 2.0),
            of("failed,reason=String", 2.0),
            of("fulfilled,reason=", 9.0),
            of("refused,reason=SoldOut", 4.0)
        ]
    );
}

#[test]
fn active_counts_running_calls_and_returns_to_zero() {
    const METRIC: &str = "candor.operation.active{operation=running}";
    #[observe]
    async fn running(panics: bool) -> Result<u32, Fault> {
        tokio::task::yield_now().await;
        assert!(!panics, "on purpose");
        std::future::pending().await
    }
    let alone = alone();
    let active = || Published::now(&alone).get(METRIC);
    let work = async {
        let mut call = Box::pin(running(false));
        let limit = Duration::from_secs(1);
        assert!(tokio::time::timeout(limit, &mut call).await.is_err());
        assert_eq!(active(), 1.0);
        drop(call);
        assert_eq!(active(), 0.0, "after it was cancelled");
        // A future that was never polled has not begun.
        drop(running(false));
        assert_eq!(active(), 0.0);
        let task = tokio::spawn(running(true));
        assert!(task.await.is_err());
        assert_eq!(active(), 0.0, "after it panicked");
    };
    let _ = found(|| block_on(work));
}

#[test]
fn active_returns_to_zero_after_a_panic_of_a_function() {
    #[observe]
    fn stumbling(depth: u32) {
        assert!(depth > 0, "on purpose");
        stumbling(depth - 1);
    }
    let alone = alone();
    let _ = found(|| assert!(catch_unwind(AssertUnwindSafe(|| stumbling(3))).is_err()));
    let now = Published::now(&alone);
    assert_eq!(now.get("candor.operation.active{operation=stumbling}"), 0.0);
    let abandoned = "candor.operation.outcomes{operation=stumbling,outcome=abandoned,reason=panic}";
    assert_eq!(now.get(abandoned), 4.0);
}

#[test]
fn a_cancelled_call_is_abandoned_and_not_failed() {
    #[observe]
    async fn dropped() {
        std::future::pending::<()>().await;
    }
    let alone = alone();
    let cancel = async {
        assert!(tokio::time::timeout(Duration::from_secs(1), dropped()).await.is_err());
    };
    let _ = found(|| block_on(cancel));
    let now = Published::now(&alone);
    assert_eq!(
        now.get("candor.operation.outcomes{operation=dropped,outcome=abandoned,reason=cancelled}"),
        1.0
    );
}

/// Other tests diverge meanwhile: the counters only have to grow by what this test adds.
#[test]
fn divergences_by_code() {
    #[observe]
    fn swallows(end: fn() -> Result<u32, Fault>) {
        end().ok();
    }
    let alone = alone();
    let metric = "candor.divergences{code=C101}";
    let before = Published::now(&alone).get(metric);
    let _ = found(|| (0..3).for_each(|_| swallows(fails)));
    let after = Published::now(&alone).get(metric);
    assert!(after >= before + 3.0, "{before} and {after}");
    let _ = found(|| swallows(works));
}

#[test]
fn events_by_name() {
    #[derive(Event)]
    struct Tallied;
    #[observe]
    fn tallies() {
        emit!(Tallied);
        emit!(Tallied);
    }
    let alone = alone();
    codes_of(tallies);
    assert_eq!(Published::now(&alone).get("candor.events{event=Tallied}"), 2.0);
    // An event outside of any operation is counted as well.
    codes_of(|| emit!(Tallied));
    assert_eq!(Published::now(&alone).get("candor.events{event=Tallied}"), 3.0);
}

#[test]
fn figures_of_many_threads_are_added_up() {
    #[observe]
    fn spread() {}
    let alone = alone();
    let thread = |_| std::thread::spawn(candor::carry(|| (0..100).for_each(|_| spread())));
    codes_of(|| {
        let threads: Vec<_> = (0..8).map(thread).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
    let now = Published::now(&alone);
    assert_eq!(now.get("candor.operation.outcomes{operation=spread,outcome=fulfilled,reason=}"), 800.0);
    assert_eq!(now.get("candor.operation.duration{operation=spread}"), 800.0);
    assert_eq!(now.get("candor.operation.active{operation=spread}"), 0.0);
}

/// Cents, with a value in euros.
#[derive(Clone, Copy)]
struct Cents(i64);

impl candor::Worth for Cents {
    fn worth(&self) -> f64 {
        self.0 as f64 / 100.0
    }
}

#[test]
fn events_with_a_value_are_summed_in_their_unit_and_others_have_none() {
    #[derive(Event)]
    #[event(value = amount, unit = "EUR")]
    struct Sold {
        amount: Cents,
    }
    #[derive(Event)]
    #[event(value = -(*items as f64) * price, unit = "kg")]
    struct Returned {
        items: u64,
        price: f64,
    }
    #[derive(Event)]
    struct Looked {
        amount: u64,
    }
    let alone = alone();
    codes_of(|| {
        emit!(Sold { amount: Cents(1_250) });
        std::thread::scope(|scope| {
            scope.spawn(|| emit!(Sold { amount: Cents(-250) }));
        });
        emit!(Returned { items: 3, price: 0.5 });
        emit!(Looked { amount: 7 });
    });
    let published = Published::now(&alone);
    assert_eq!(published.get("candor.event.value{event=Sold,unit=EUR}"), 10.0);
    assert_eq!(published.get("candor.event.value{event=Returned,unit=kg}"), -1.5);
    assert_eq!(published.get("candor.events{event=Looked}"), 1.0);
    assert!(!published.0.keys().any(|name| name.contains("event.value{event=Looked")));
}
