//! C105: a future that was dropped, or a call that panicked, half-way.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use candor::{Event, emit, observe};

use crate::kit::{NOTHING, block_on, codes, codes_of, found};

#[derive(Event)]
struct Captured;

#[observe]
async fn pay(emits: bool) {
    if emits {
        emit!(Captured);
    }
    std::future::pending::<()>().await;
}

async fn cancelled<F: Future>(call: F) {
    let limit = Duration::from_secs(1);
    assert!(tokio::time::timeout(limit, call).await.is_err(), "it does not end by itself");
}

mod c105 {
    use super::*;

    #[test]
    fn fires_when_the_future_is_dropped() {
        let found = found(|| block_on(cancelled(pay(true))));
        assert_eq!(codes(&found), ["C105 V"]);
        assert!(found[0].observed.contains("dropped before it was ready"), "{}", found[0].observed);
    }

    #[test]
    fn stays_silent_when_nothing_had_happened() {
        assert_eq!(codes_of(|| block_on(cancelled(pay(false)))), NOTHING);
        // A future that is never polled has not begun.
        assert_eq!(codes_of(|| drop(pay(true))), NOTHING);
    }

    #[test]
    fn stays_silent_for_losers_of_select() {
        async fn race() {
            tokio::select! {
                biased;
                () = pay(false) => panic!("it never ends"),
                () = tokio::task::yield_now() => {}
            }
        }
        assert_eq!(codes_of(|| block_on(race())), NOTHING);
    }

    #[test]
    fn fires_when_the_call_panics() {
        #[observe]
        fn settle(panics: bool) {
            emit!(Captured);
            assert!(!panics, "the ledger is locked");
        }
        let caught = |panics| catch_unwind(AssertUnwindSafe(|| settle(panics))).is_err();
        let found = found(|| assert!(caught(true)));
        assert_eq!(codes(&found), ["C105 V"]);
        assert!(found[0].observed.contains("panicked"), "{}", found[0].observed);
        assert_eq!(codes_of(|| assert!(!caught(false))), NOTHING);
    }

    #[test]
    fn fires_when_a_poll_panics() {
        #[observe]
        async fn settle() {
            emit!(Captured);
            tokio::task::yield_now().await;
            panic!("the ledger is locked");
        }
        let caught = || catch_unwind(AssertUnwindSafe(|| block_on(settle()))).is_err();
        assert_eq!(codes_of(|| assert!(caught())), ["C105 V"]);
    }

    #[test]
    fn stays_silent_when_a_panic_comes_before_anything() {
        #[observe]
        fn settle() {
            panic!("not yet");
        }
        assert_eq!(codes_of(|| assert!(catch_unwind(settle).is_err())), NOTHING);
    }

    #[test]
    fn names_the_innermost_call_only() {
        #[observe]
        async fn outer() {
            pay(true).await;
        }
        let found = found(|| block_on(cancelled(outer())));
        assert_eq!(codes(&found), ["C105 V"]);
        assert_eq!(found[0].operation, "pay");
    }

    #[test]
    fn fires_after_a_tracked_change() {
        #[derive(Default)]
        struct Stock {
            on_hand: i64,
        }
        impl Stock {
            #[observe(track(self.on_hand))]
            async fn take(&mut self, writes: bool) {
                if writes {
                    self.on_hand -= 1;
                }
                std::future::pending::<()>().await;
            }
        }
        let mut stock = Stock::default();
        assert_eq!(codes_of(|| block_on(cancelled(stock.take(true)))), ["C105 V"]);
        assert_eq!(codes_of(|| block_on(cancelled(stock.take(false)))), NOTHING);
    }

    /// `cancel_safe` claims that dropping does no harm; a written place contradicts it.
    #[test]
    fn fires_against_the_claim_of_cancel_safe() {
        #[observe(cancel_safe, track(total))]
        async fn add(writes: bool) -> u32 {
            let mut total = 0;
            if writes {
                total += 1;
            }
            std::future::pending::<()>().await;
            total
        }
        let found = found(|| block_on(cancelled(add(true))));
        assert_eq!(codes(&found), ["C105 V"]);
        assert!(found[0].expected.contains("cancel_safe"), "{}", found[0].expected);
        assert_eq!(codes_of(|| block_on(cancelled(add(false)))), NOTHING);
    }

    /// A panic that a caller hides is a failed child there.
    #[test]
    fn a_hidden_panic_is_a_failed_child() {
        #[observe]
        fn child() {
            panic!("not yet");
        }
        #[observe]
        fn hides() {
            if catch_unwind(child).is_err() {
                println!("hidden");
            }
        }
        assert_eq!(codes_of(hides), ["C101 V"]);
    }
}
