//! Futures that are light until they are suspended. One that had to have a frame has it from the beginning ever after, so each
//! case has operations of its own.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::{Context, Waker};

use super::{alone_and_within, layered};

/// Polls a future to its end, or so often as it is worth.
fn polled<T>(work: impl Future<Output = T>, times: u32) {
    let mut work = pin!(work);
    let mut step = || work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
    let _left = (0..times).find(|_| !step());
}

/// What becomes of a call that is given this number.
const MISSING: u64 = 1;
const SUSPENDED: u64 = 2;
const SUSPENDED_WITHIN: u64 = 3;
const DROPPED: u64 = 4;
const GIVEN_UP: u64 = 5;
const FAILED: u64 = 6;
const PANICKED: u64 = 7;

macro_rules! cases {
    ($($case:ident)*) => {$(
        mod $case {
            use candor::{emit, observe};

            use super::super::{Captured, Once, Reserved, fails};
            use super::*;

            #[observe]
            async fn pick(x: u64) {
                tracing::info!("looked into the bin");
                emit!(Reserved { item: x });
                if x == SUSPENDED_WITHIN {
                    Once(false).await;
                }
            }

            #[observe(emits(Reserved * 2, Captured))]
            async fn gather(x: u64) -> Result<(), String> {
                tracing::info!("began to gather");
                pick(x).await;
                emit!(Reserved { item: x + 10 });
                if x == SUSPENDED || x == GIVEN_UP {
                    Once(false).await;
                }
                if x == DROPPED {
                    let _dropped = fails("the bin is empty");
                }
                if x == FAILED {
                    return Err("no stock".to_owned());
                }
                if x == PANICKED {
                    resume_unwind(Box::new("all is lost"));
                }
                if !matches!(x, MISSING | SUSPENDED | SUSPENDED_WITHIN) {
                    emit!(Captured { amount: 5 });
                }
                Ok(())
            }

            /// The findings, each as it is told: the same, alone and within a call with a frame.
            pub(super) fn found(x: u64) -> Vec<Vec<String>> {
                let call = |x| {
                    let times = if x == GIVEN_UP { 1 } else { u32::MAX };
                    let _panicked = catch_unwind(AssertUnwindSafe(|| polled(gather(x), times)));
                };
                layered(|| alone_and_within("gather", call, x, 0))
            }
        }
    )*};
}

cases! { well missing suspended suspended_within dropped given_up failed panicked }

/// The only finding, which has this code and tells what its call and the one within it did before.
fn is_told(found: Vec<Vec<String>>, code: &str, item: u64) {
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert!(only.first().is_some_and(|first| first.starts_with(code)), "{only:?}");
    let of = |text: &str| only.iter().filter(|line| line.contains(text)).count();
    assert_eq!((of("began to gather"), of("looked into the bin"), of("0 Child pick")), (1, 1, 1), "{only:?}");
    for item in [item, item + 10] {
        assert_eq!(of(&format!("Reserved {{ item: {item} }}")), 1, "{only:?}");
    }
}

#[test]
fn what_a_future_did_is_told_and_counts_as_if_it_had_had_a_frame() {
    assert_eq!(well::found(0), Vec::<Vec<String>>::new());
    is_told(missing::found(MISSING), "C106", MISSING);
    is_told(dropped::found(DROPPED), "C101", DROPPED);
}

#[test]
fn what_it_did_before_it_was_suspended_goes_with_it() {
    is_told(suspended::found(SUSPENDED), "C106", SUSPENDED);
    is_told(suspended_within::found(SUSPENDED_WITHIN), "C106", SUSPENDED_WITHIN);
}

#[test]
fn one_that_does_not_run_to_an_end_tells_what_it_did_and_one_that_fails_breaks_no_promise() {
    is_told(given_up::found(GIVEN_UP), "C105", GIVEN_UP);
    is_told(panicked::found(PANICKED), "C105", PANICKED);
    assert_eq!(failed::found(FAILED), Vec::<Vec<String>>::new());
}
