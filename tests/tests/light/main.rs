//! Calls that no other one encloses, and a few that they enclose, have no frames before something happens in them. In a
//! process of its own: a test that is listened to has frames from the beginning.
//!
//! Whatever is told of such a call is told as if it had had one: each is run a second time within another call, where it has.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod alarm;
#[expect(clippy::disallowed_methods, reason = "work goes on in a thread of the test's own")]
mod anywhere;
mod course;
mod ended;
mod fail;
mod future;
mod key;
mod limit;
mod line;
mod listens;
mod moment;
mod nested;
#[expect(clippy::disallowed_methods, reason = "work goes on in a thread of the test's own")]
mod outlived;
#[expect(clippy::disallowed_methods, reason = "futures go on in threads of the test's own")]
mod park;
#[expect(clippy::unused_result_ok, reason = "programs that drop errors in every way")]
mod random;
mod script;
mod slow;

use std::cell::RefCell;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;

use candor::model::{Divergence, LineKind, Run};
use candor::{Event, emit, observe, record};
use tracing_subscriber::prelude::*;

#[derive(Event)]
struct Reserved {
    item: u64,
}

#[derive(Event)]
struct Captured {
    amount: i64,
}

#[derive(Event)]
struct Sent {
    to: &'static str,
}

fn fails(message: &str) -> Result<(), String> {
    Err(black_box(message).to_owned())
}

/// One run at a time: what is found is a matter of the process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What came of a run of its own.
fn run(work: impl FnOnce()) -> Run {
    let _alone = alone();
    let guard = candor::builder().quiet().install().unwrap();
    work();
    guard.finish()
}

/// What a finding says, without times.
fn told(found: &Divergence) -> Vec<String> {
    let line = |line: &candor::model::StoryLine| {
        let site = line.site.map(|site| (site.line, site.column));
        // How long a child took differs each time.
        let text = if line.kind == LineKind::Child { line.text.split(" in ").next() } else { None };
        format!("{} {:?} {} {site:?}", line.depth, line.kind, text.unwrap_or(&line.text))
    };
    let story = found.story.lines.iter().map(line);
    let evidence = found.evidence.iter().map(|evidence| evidence.what.clone());
    [format!("{} {} {}", found.code, found.expected, found.observed)]
        .into_iter()
        .chain(evidence)
        .chain(story)
        .collect()
}

/// It has a frame because of its key, which is a text, and so have all calls in it.
#[observe(key = x.to_string())]
fn around(call: fn(u64), x: u64) {
    call(x);
}

/// With candor's layer.
fn layered<T>(work: impl FnOnce() -> T) -> T {
    let subscriber = tracing_subscriber::registry().with(candor::layer());
    tracing::subscriber::with_default(subscriber, work)
}

/// Runs a call after others that are well, since the first one of its kind has a frame: once alone and once within another
/// one. Both have the same findings and tell the same.
fn alone_and_within(name: &str, call: fn(u64), x: u64, well: u64) -> Vec<Vec<String>> {
    let of = |run: &Run| -> Vec<Vec<String>> {
        run.divergences.iter().filter(|found| found.operation == name).map(told).collect()
    };
    let alone = run(|| [well, well, x].into_iter().for_each(call));
    let within = run(|| [well, well, x].into_iter().for_each(|x| around(call, x)));
    assert_eq!(of(&alone), of(&within));
    assert!(alone.lost.is_empty() && within.lost.is_empty());
    of(&alone)
}

#[observe(emits(Reserved, Captured), before(Reserved, Captured))]
fn pay(x: u64) {
    if x != 2 {
        emit!(Reserved { item: x });
    }
    if x != 3 {
        emit!(Captured { amount: -7 });
    }
    if x == 2 {
        emit!(Reserved { item: x });
    }
    if x == 4 {
        let _dropped = fails("the receipt is lost");
    }
}

#[test]
fn promises_are_checked_of_what_was_said_in_them() {
    assert_eq!(alone_and_within("pay", pay, 1, 1), Vec::<Vec<String>>::new());
    let wrong_order = alone_and_within("pay", pay, 2, 1);
    assert!(wrong_order.len() == 1 && wrong_order[0][0].contains("Reserved"), "{wrong_order:?}");
    let missing = alone_and_within("pay", pay, 3, 1);
    assert!(missing.iter().flatten().any(|line| line.contains("Captured")), "{missing:?}");
}

#[test]
fn what_was_said_before_an_error_is_in_its_story() {
    let found = alone_and_within("pay", pay, 4, 1);
    let story: Vec<&String> = found.iter().flatten().collect();
    let place = |text: &str| story.iter().position(|line| line.contains(text));
    assert!(place("the receipt is lost").is_some(), "{story:?}");
    assert!(place("Reserved { item: 4 }").unwrap() < place("Captured { amount: -7 }").unwrap(), "{story:?}");
}

#[observe(never(Captured), emits(Reserved * 2))]
fn hold(x: u64) {
    emit!(Reserved { item: x });
    emit!(Reserved { item: x + 1 });
    if x == 2 {
        emit!(Captured { amount: 1 });
    }
}

#[test]
fn promises_that_are_not_the_usual_ones_are_checked_too() {
    assert_eq!(alone_and_within("hold", hold, 1, 1), Vec::<Vec<String>>::new());
    assert_eq!(alone_and_within("hold", hold, 2, 1).len(), 1);
}

#[observe(emits(Reserved), never(Captured))]
fn wait(x: u64) {
    if x == 1 {
        emit!(Reserved { item: x });
    }
}

#[test]
fn a_call_that_says_nothing_does_not_keep_what_the_one_before_has_said() {
    assert_eq!(alone_and_within("wait", wait, 1, 1), Vec::<Vec<String>>::new());
    assert_eq!(alone_and_within("wait", wait, 2, 1).len(), 1);
}

#[observe(emits(Sent))]
fn send(x: u64) {
    for item in 0..x {
        emit!(Reserved { item });
    }
    emit!(Sent { to: "the customer" });
    if x == 7 {
        let _dropped = fails("not delivered");
    }
}

#[test]
fn more_events_than_there_is_room_for_and_those_with_a_text_are_kept_in_order() {
    assert_eq!(alone_and_within("send", send, 6, 0), Vec::<Vec<String>>::new());
    let story: Vec<String> = alone_and_within("send", send, 7, 0).concat();
    let events: Vec<&String> = story.iter().filter(|line| line.starts_with("0 Event")).collect();
    assert_eq!(events.len(), 8, "{story:?}");
    assert!(
        events[..7].iter().zip(0..).all(|(line, item)| line.contains(&format!("{{ item: {item} }}"))),
        "{story:?}"
    );
}

#[observe]
fn log(x: u64) {
    if x != 3 {
        emit!(Captured { amount: 4 });
    }
    tracing::info!("looked at the shelf");
    if x >= 2 {
        emit!(Reserved { item: x });
        tracing::info!("looked at the other one");
    }
    if x >= 3 {
        let _dropped = fails("the shelf is empty");
    }
}

#[test]
fn lines_and_events_are_told_in_the_order_in_which_they_were_said() {
    layered(|| {
        assert_eq!(alone_and_within("log", log, 2, 1), Vec::<Vec<String>>::new());
        let story = alone_and_within("log", log, 3, 1).concat();
        let place = |text: &str| story.iter().position(|line| line.contains(text)).unwrap();
        assert!(place("at the shelf") < place("Reserved { item: 3 }"), "{story:?}");
        assert!(place("Reserved { item: 3 }") < place("at the other one"), "{story:?}");
        let story = alone_and_within("log", log, 4, 1).concat();
        let place = |text: &str| story.iter().position(|line| line.contains(text)).unwrap();
        assert!(place("Captured { amount: 4 }") < place("at the shelf"), "{story:?}");
    });
}

#[observe]
fn count(x: u64) -> u64 {
    black_box(x)
}

fn counted(name: &str) -> Option<record::Totals> {
    record::totals().into_iter().find(|totals| totals.callsite.operation().name == name)
}

#[test]
fn whoever_reads_while_calls_end_finds_each_in_a_bucket_and_none_twice() {
    const CALLS: u64 = 300_000;
    let _run = run(|| {
        let is_done = AtomicBool::new(false);
        let read = || {
            let mut before: Vec<(u64, u64)> = Vec::new();
            let mut readings = 0;
            while !is_done.load(Ordering::Acquire) || readings < 10 {
                let Some(now) = counted("count") else { continue };
                let buckets = now.buckets.iter().map(|(at, calls)| (at.to_bits(), *calls));
                let buckets: Vec<(u64, u64)> = buckets.collect();
                for (at, calls) in &before {
                    let here = buckets.iter().find(|(same, _)| same == at).map_or(0, |(_, calls)| *calls);
                    assert!(here >= *calls, "{calls} calls were there, and now {here}");
                }
                let sum: u64 = buckets.iter().map(|(_, calls)| calls).sum();
                // One call more may have ended since the counters of calls were read, or many.
                assert!(sum <= CALLS, "{sum}");
                before = buckets;
                readings += 1;
            }
        };
        thread::scope(|scope| {
            scope.spawn(read);
            (0..CALLS).for_each(|x| assert_eq!(count(x), x));
            is_done.store(true, Ordering::Release);
        });
        let totals = counted("count").unwrap();
        let timed: u64 = totals.buckets.iter().map(|(_, calls)| calls).sum();
        assert_eq!((totals.calls, totals.by_class, timed), (CALLS, [CALLS, 0, 0, 0], CALLS));
    });
}

/// Whether a light call of this operation had to have a frame.
fn was_framed(name: &str) -> Option<bool> {
    counted(name).map(|totals| totals.callsite.was_framed())
}

#[observe]
fn outlives(work: &dyn Fn()) {
    work();
}

#[test]
fn a_call_that_outlives_its_run_counts_for_none() {
    let nothing = || ();
    let first = run(|| (0..3).for_each(|_| outlives(&nothing)));
    let of = |run: &Run| {
        let own = run.operations.iter().find(|total| total.operation == "outlives");
        own.map_or((0, 0), |total| (total.fulfilled, total.active))
    };
    assert_eq!(of(&first), (3, 0));
    let _alone = alone();
    let install = || candor::builder().quiet().install().unwrap();
    let (guard, ended) = (RefCell::new(Some(install())), RefCell::new(None));
    outlives(&nothing);
    // The run ends while the call runs, and another one begins.
    outlives(&|| {
        let own = guard.take().unwrap();
        ended.replace(Some(own.finish()));
        guard.replace(Some(install()));
    });
    outlives(&nothing);
    assert_eq!(of(&ended.take().unwrap()), (1, 1));
    drop(guard.take().unwrap().finish());
    // The call that outlived its run has no end that is counted.
    assert_eq!(counted("outlives").map(|totals| (totals.by_class, totals.active)), Some(([5, 0, 0, 0], 0)));
}

#[derive(Event)]
struct Stored {
    status: u64,
}

#[observe(agrees(status))]
fn store(status: u64) {
    tracing::info!("stored status=7");
    emit!(Stored { status });
}

#[test]
fn lines_are_held_against_events_where_that_was_asked_for() {
    layered(|| {
        assert_eq!(alone_and_within("store", store, 7, 7), Vec::<Vec<String>>::new());
        let disagrees = alone_and_within("store", store, 8, 7);
        assert!(disagrees.len() == 1 && disagrees[0][0].starts_with("C112"), "{disagrees:?}");
    });
}

#[observe(agrees(status))]
fn store_first(status: u64) {
    emit!(Stored { status });
    tracing::info!("stored status=7");
}

/// What its child says is held against what it says itself.
#[observe(agrees(status))]
fn store_below(status: u64) {
    stored(status);
    tracing::info!("stored status=7");
}

#[observe]
fn stored(status: u64) {
    emit!(Stored { status });
}

#[test]
fn lines_are_held_against_events_that_were_said_before() {
    layered(|| {
        for (name, call) in [("store_first", store_first as fn(u64)), ("store_below", store_below)] {
            assert_eq!(alone_and_within(name, call, 7, 7), Vec::<Vec<String>>::new());
            let disagrees = alone_and_within(name, call, 8, 7);
            assert!(disagrees.len() == 1 && disagrees[0][0].starts_with("C112"), "{disagrees:?}");
        }
    });
}

/// Suspends once.
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        Poll::Pending
    }
}

#[observe]
async fn waits() {
    tracing::info!("a line before it waits");
    Once(false).await;
}

#[observe]
fn encloses() {
    tracing::info!("a line before a child");
    around(|x| assert_eq!(black_box(x), 1), 1);
}

#[test]
fn memory_for_lines_goes_from_frames_that_came_with_futures_to_light_calls_and_back() {
    type Waiting = Pin<Box<dyn Future<Output = ()>>>;
    let step = |waiting: &mut Waiting| waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let begin = || {
        let mut waiting: Waiting = Box::pin(waits());
        assert!(step(&mut waiting).is_pending());
        waiting
    };
    let end = |mut waiting: Waiting| assert!(step(&mut waiting).is_ready());
    let subscriber = tracing_subscriber::registry().with(candor::layer());
    let run = tracing::subscriber::with_default(subscriber, || {
        run(|| {
            (0..3).for_each(|_| end(begin()));
            let two = [begin(), begin()];
            two.into_iter().for_each(end);
            (0..3).for_each(|_| encloses());
            let two = [begin(), begin()];
            encloses();
            let third = begin();
            encloses();
            two.into_iter().chain([third]).for_each(end);
        })
    });
    let calls =
        |name: &str| run.operations.iter().find(|total| total.operation == name).map(|total| total.calls);
    assert_eq!((calls("waits"), calls("encloses")), (Some(8), Some(5)));
    assert!(run.lost.is_empty());
}
