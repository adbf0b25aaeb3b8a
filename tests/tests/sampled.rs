//! Sampled times, in a process of their own: the setting is one of the whole process.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::hint::black_box;

use candor::{observe, record};

#[observe]
fn quick(x: u64) -> u64 {
    x + 1
}

#[observe]
fn slow(x: u64) -> u64 {
    (0..100_000).fold(x, |sum, next| black_box(sum ^ next))
}

#[observe]
fn refused(x: u64) -> Result<u64, String> {
    Err(format!("{x} is too much"))
}

fn totals_of(name: &str) -> record::Totals {
    record::totals().into_iter().find(|totals| totals.callsite.operation().name == name).unwrap()
}

#[test]
fn counts_are_exact_and_only_what_is_quick_is_timed_rarely() {
    let guard = candor::builder().quiet().sample_times().install().unwrap();
    for x in 0..20_000 {
        black_box(quick(x));
    }
    for x in 0..50 {
        black_box(slow(x));
        assert!(refused(x).is_err());
    }
    let (quick, slow, refused) = (totals_of("quick"), totals_of("slow"), totals_of("refused"));
    assert_eq!((quick.calls, quick.by_class), (20_000, [20_000, 0, 0, 0]));
    assert_eq!((slow.calls, slow.by_class), (50, [50, 0, 0, 0]));
    assert_eq!(refused.by_class, [0, 0, 50, 0]);
    assert!(quick.one_in > 1, "a call that takes nothing is timed rarely: one in {}", quick.one_in);
    assert_eq!(slow.one_in, 1, "each call of a slow operation is timed");
    let timed: u64 = slow.buckets.iter().map(|(_, count)| count).sum();
    assert_eq!(timed, 50);
    // A call that is timed stands for those that are not, but for the last few.
    let stands_for: u64 = quick.buckets.iter().map(|(_, count)| count).sum();
    assert!(stands_for.abs_diff(20_000) <= 1_024, "{stands_for}");
    drop(guard);
}
