use std::pin::pin;
use std::sync::Arc;
use std::task::{Wake, Waker};

use super::super::scope::tests::{panic_of, place};
use super::super::{expect_divergence, scope};
use super::*;
use crate::model::Code;

struct Idle;

impl Wake for Idle {
    fn wake(self: Arc<Self>) {}
}

/// Polls until ready, on this thread.
fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Idle));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
    }
}

/// Pending once.
async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(
        |_| {
            if std::mem::replace(&mut yielded, true) { Poll::Ready(()) } else { Poll::Pending }
        },
    )
    .await;
}

#[test]
fn a_violation_fails_the_asynchronous_test() {
    let report = panic_of(|| {
        block_on(scoped(async {
            yield_once().await;
            place(false);
        }));
    });
    assert!(report.is_some_and(|report| report.contains("error[C108]")));
    assert_eq!(record::scope(), 0);
}

#[test]
fn a_healthy_one_returns_its_value() {
    let value = block_on(scoped(async {
        place(true);
        yield_once().await;
        7
    }));
    assert_eq!(value, 7);
}

#[test]
fn expectations_speak_of_the_scope_of_the_future() {
    block_on(scoped(async {
        yield_once().await;
        expect_divergence(Code::C108);
        place(false);
    }));
}

#[test]
fn two_tests_on_one_thread_do_not_mix() {
    let waker = Waker::from(Arc::new(Idle));
    let mut cx = Context::from_waker(&waker);
    let (mut bad, mut good) = (
        Box::pin(scoped(async {
            yield_once().await;
            place(false);
        })),
        Box::pin(scoped(async {
            yield_once().await;
            place(true);
        })),
    );
    assert!(bad.as_mut().poll(&mut cx).is_pending());
    assert!(good.as_mut().poll(&mut cx).is_pending());
    assert!(
        panic_of(|| assert!(bad.as_mut().poll(&mut cx).is_ready()))
            .is_some_and(|report| report.contains("error[C108]"))
    );
    assert!(good.as_mut().poll(&mut cx).is_ready());
}

#[test]
fn a_panic_in_the_test_stays_and_the_thread_is_put_back() {
    let outer = scope();
    let own = record::scope();
    let report = panic_of(|| {
        block_on(scoped(async {
            place(false);
            panic!("on purpose: an assertion of the test");
        }));
    });
    assert_eq!(report.as_deref(), Some("on purpose: an assertion of the test"));
    assert_eq!(record::scope(), own);
    assert!(outer.divergences().is_empty());
}

#[test]
fn what_a_cut_off_test_drops_still_belongs_to_it() {
    struct Places;
    impl Drop for Places {
        fn drop(&mut self) {
            place(false);
        }
    }
    let waker = Waker::from(Arc::new(Idle));
    let report = panic_of(|| {
        let mut future = Box::pin(scoped(async {
            let _places = Places;
            yield_once().await;
        }));
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    });
    assert!(report.is_some_and(|report| report.contains("error[C108]")));
}

#[test]
fn at_exit_does_not_panic() {
    block_on(scoped_at_exit(async {
        expect_divergence(Code::C108);
        place(false);
    }));
}
