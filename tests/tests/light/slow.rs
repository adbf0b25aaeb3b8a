//! Light calls that turn out not to be short when they end: each is counted, and kept for whoever asked for slow ones.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use candor::model::{Divergence, Kept, Run, Why};
use candor::{Exporter, Keep, Timeline, emit, observe};

use super::{Captured, alone, around, counted, run};

/// From so many milliseconds on a call is slow.
const SLOW: u64 = 50;

struct FromThere;

impl Keep for FromThere {
    fn slow_ns(&self) -> Option<u64> {
        Some(SLOW * 1_000_000)
    }
}

/// Keeps the names of operations that were slow.
struct Names(Arc<Mutex<Vec<&'static str>>>);

impl Exporter for Names {
    fn divergence(&mut self, _divergence: &Divergence) {}

    fn finish(&mut self, _run: &Run) {}

    fn keeps(&self) -> Option<Box<dyn Keep>> {
        Some(Box::new(FromThere))
    }

    fn operations(&mut self, kept: &[Kept], _timeline: &Timeline) {
        let slow = kept.iter().filter(|kept| kept.why == Why::Slow);
        self.0.lock().unwrap().extend(slow.map(|kept| kept.operation.name));
    }
}

#[observe]
fn sleeps(millis: u64) {
    thread::sleep(Duration::from_millis(millis));
}

#[observe(emits(Captured))]
fn sleeps_and_says(millis: u64) {
    thread::sleep(Duration::from_millis(millis));
    emit!(Captured { amount: 1 });
}

#[observe(emits(Captured))]
fn has_one_that_sleeps(millis: u64) {
    sleeps_and_says(millis);
}

#[observe]
async fn sleeps_at_once(millis: u64) {
    thread::sleep(Duration::from_millis(millis));
}

fn waits(millis: u64) {
    assert!(pin!(sleeps_at_once(millis)).poll(&mut Context::from_waker(Waker::noop())).is_ready());
}

type Sleeps = fn(u64);

/// Who was slow, but for calls around them, if one is after two others were not.
fn slow(call: Sleeps, around: fn(Sleeps, u64)) -> Vec<&'static str> {
    let _alone = alone();
    let names = Arc::new(Mutex::new(Vec::new()));
    let guard = candor::builder().quiet().exporter(Names(Arc::clone(&names))).install().unwrap();
    [0, 0, SLOW + 10, 0].into_iter().for_each(|millis| around(call, millis));
    drop(guard.finish());
    let mut names = std::mem::take(&mut *names.lock().unwrap());
    names.retain(|name| *name != "around");
    names.sort_unstable();
    names
}

#[test]
fn a_light_call_that_was_slow_is_kept() {
    let all: [(Sleeps, &[&str]); 4] = [
        (sleeps, &["sleeps"]),
        (sleeps_and_says, &["sleeps_and_says"]),
        (has_one_that_sleeps, &["has_one_that_sleeps", "sleeps_and_says"]),
        (waits, &["sleeps_at_once"]),
    ];
    for (call, names) in all {
        assert_eq!(slow(call, |call, millis| call(millis)), names);
        assert_eq!(slow(call, around), names);
    }
}

/// As long as its calls are not as short as most.
#[observe(emits(Captured))]
fn dawdles(millis: u64) {
    if millis > 0 {
        thread::sleep(Duration::from_millis(millis));
    }
    emit!(Captured { amount: 1 });
}

#[observe(emits(Captured))]
fn waits_for(millis: u64) {
    dawdles(millis);
}

#[test]
fn each_call_that_promised_something_is_counted_once_however_long_it_took() {
    let run = run(|| {
        for millis in (0..200).map(|call| u64::from(call % 20 == 7)) {
            dawdles(millis);
            waits_for(millis);
        }
        let of = |name: &str| {
            let totals = counted(name).unwrap();
            let long = totals.buckets.iter().filter(|(seconds, _)| *seconds > 0.0008);
            let timed: u64 = totals.buckets.iter().map(|(_, calls)| calls).sum();
            (totals.calls, totals.by_class, totals.active, timed, long.map(|(_, calls)| calls).sum::<u64>())
        };
        for (name, calls, long) in [("dawdles", 400, 20), ("waits_for", 200, 10)] {
            let (began, by_class, active, timed, were_long) = of(name);
            assert_eq!((began, by_class, active, timed), (calls, [calls, 0, 0, 0], 0, calls), "{name}");
            assert!(were_long >= long, "{name}: {were_long}");
        }
    });
    assert!(run.divergences.is_empty() && run.lost.is_empty());
}
