//! Light calls with keys: one that is a number is kept until the call has a frame, and any other one gives it its frame.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use candor::{emit, observe};

use super::{Captured, Once, Reserved, around, fails, run, was_framed};

/// The keys of what is found in an operation, once alone and once within a call that has a frame.
fn keys(name: &str, call: fn(u64), xs: &[u64]) -> Vec<Option<String>> {
    let of = |call: &dyn Fn(u64)| -> Vec<Option<String>> {
        let run = run(|| xs.iter().for_each(|x| call(*x)));
        assert!(run.lost.is_empty());
        run.divergences.into_iter().filter(|found| found.operation == name).map(|found| found.key).collect()
    };
    let alone = of(&call);
    assert_eq!(alone, of(&|x| around(call, x)));
    alone
}

fn some(key: &str) -> Option<String> {
    Some(key.to_owned())
}

#[observe(key = x, emits(Reserved))]
fn healthy(x: u64) -> u64 {
    emit!(Reserved { item: x });
    healthy_below(x)
}

#[observe(key = -1_i32)]
fn healthy_below(x: u64) -> u64 {
    black_box(x)
}

#[observe(key = x)]
async fn healthy_at_once(x: u64) -> u64 {
    black_box(x)
}

#[observe(key = x.to_string())]
fn healthy_with_text(x: u64) -> u64 {
    black_box(x)
}

fn at_once<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn calls_whose_keys_are_numbers_have_no_frames() {
    let run = run(|| {
        for x in 0..5 {
            assert_eq!((healthy(x), at_once(healthy_at_once(x)), healthy_with_text(x)), (x, x, x));
        }
        let all = ["healthy", "healthy_below", "healthy_at_once", "healthy_with_text"];
        assert_eq!(all.map(was_framed), [Some(false), Some(false), Some(false), Some(true)]);
    });
    assert!(run.divergences.is_empty() && run.lost.is_empty());
}

#[observe(key = x, emits(Captured))]
fn breaks(x: u64) {
    emit!(Reserved { item: x });
    if x < 10 {
        emit!(Captured { amount: 1 });
    }
}

#[test]
fn a_call_that_breaks_a_promise_tells_its_key() {
    assert_eq!(keys("breaks", breaks, &[1, 2, 10, 3]), [some("10")]);
    assert_eq!(keys("breaks", breaks, &[1, 2, 11, 3]), [some("11")]);
}

#[observe(key = -(x as i64), emits(Captured))]
fn breaks_below_zero(x: u64) {
    if x < 10 {
        emit!(Captured { amount: 1 });
    }
}

#[test]
fn a_key_keeps_its_sign() {
    assert_eq!(keys("breaks_below_zero", breaks_below_zero, &[1, 2, 10]), [some("-10")]);
}

#[observe(key = x * 100)]
fn outer(x: u64) {
    middle(x);
    middle(x + 1);
    if x == 10 {
        let _dropped = fails("the shelf is empty");
    }
}

/// No key: it has none of those around it, and none of a call before.
#[observe]
fn middle(x: u64) {
    inner(x);
    if x == 20 {
        let _dropped = fails("the bin is empty");
    }
}

#[observe(key = x)]
fn inner(x: u64) {
    if x == 30 {
        let _dropped = fails("the box is empty");
    }
}

#[test]
fn each_of_nested_calls_has_its_own_key_or_none() {
    assert_eq!(keys("outer", outer, &[1, 2, 10]), [some("1000")]);
    assert_eq!(keys("middle", outer, &[1, 2, 20]), [None]);
    assert_eq!(keys("inner", outer, &[1, 2, 30, 3]), [some("30")]);
    // In the second one, after its sibling has told another key.
    assert_eq!(keys("inner", outer, &[1, 2, 29]), [some("30")]);
    assert_eq!(keys("middle", outer, &[1, 2, 19]), [None]);
}

#[observe]
fn far_out(x: u64) {
    between(x);
}

#[observe(key = x * 7)]
fn between(x: u64) {
    inner(x);
    if x == 10 {
        let _dropped = fails("the bin is empty");
    }
}

#[test]
fn a_call_in_the_middle_keeps_its_key_while_another_one_runs_in_it() {
    assert_eq!(keys("between", far_out, &[1, 2, 10]), [some("70")]);
    assert_eq!(keys("inner", far_out, &[1, 2, 30]), [some("30")]);
}

#[observe]
fn after_keyed(x: u64) {
    if x == 10 {
        let _dropped = fails("the shelf is empty");
    }
}

fn in_turn(x: u64) {
    inner(x);
    after_keyed(x);
}

#[test]
fn a_call_without_a_key_has_not_that_of_the_one_before() {
    assert_eq!(keys("after_keyed", in_turn, &[1, 2, 10]), [None]);
}

#[observe(key = x)]
fn says_another(x: u64) {
    // What a function that it calls says counts for it, as the last word.
    if x.is_multiple_of(2) {
        candor::__private::key(candor::model::Value::I64(-7));
    }
    if x == 21 {
        candor::__private::key(candor::model::Value::Text("an order".into()));
    }
    if x == 22 {
        candor::__private::key(candor::model::Value::U64(u64::MAX));
    }
    after_keyed(0);
    if x >= 10 {
        let _dropped = fails("the shelf is empty");
    }
}

#[test]
fn the_last_key_counts() {
    for (x, key) in [(10, "-7"), (11, "11"), (21, "an order"), (22, "18446744073709551615")] {
        assert_eq!(keys("says_another", says_another, &[1, 2, x]), [some(key)]);
    }
}

#[observe(key = x)]
async fn waits(x: u64) {
    if x >= 10 {
        Once(false).await;
        let _dropped = fails("the shelf is empty");
    }
}

fn waited(x: u64) {
    let mut work = pin!(waits(x));
    while work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        inner(1);
    }
}

#[test]
fn a_future_takes_its_key_along() {
    assert_eq!(keys("waits", waited, &[1, 2, 10, 3]), [some("10")]);
}

#[observe(key = x)]
fn tries_one(x: u64, fails: bool) -> Result<u64, String> {
    if fails { Err("no luck".to_owned()) } else { Ok(x) }
}

/// The first try fails. The next one is of the same key, or of another one, which makes up for nothing.
#[observe]
fn tries(x: u64) {
    let _well = tries_one(1, false);
    if x >= 10 {
        let _failed = tries_one(5, true).ok();
        let _next = tries_one(x - 10, false);
    }
}

#[test]
fn a_try_is_known_by_its_key() {
    assert_eq!(keys("tries", tries, &[1, 2, 15]).len(), 0);
    assert_eq!(keys("tries", tries, &[1, 2, 16]).len(), 1);
}

#[observe(key = x)]
fn fails_alone(x: u64) -> Result<u64, String> {
    if x == 10 { Err("no stock".to_owned()) } else { Ok(x) }
}

fn failing(x: u64) {
    let _outcome = fails_alone(x);
}

#[test]
fn a_call_that_fails_by_itself_is_no_finding() {
    assert_eq!(keys("fails_alone", failing, &[1, 2, 10, 3]).len(), 0);
}
