//! C102, C106, C107, C113, C115, C116, C117, C120: promises over events.

use candor::{Event, emit, observe};

use crate::kit::{Fault, NOTHING, block_on, codes, codes_of, fails, found, works};

#[derive(Event)]
struct Reserved {
    order: u32,
}
#[derive(Event)]
struct Released;
#[derive(Event)]
struct Captured {
    order: u32,
}
#[derive(Event)]
struct Deferred;
#[derive(Event)]
struct Confirmed;
#[derive(Event)]
struct Aborted;

mod c102 {
    use super::*;

    #[observe(claims(Confirmed))]
    fn confirm(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        emit!(Confirmed);
        end()
    }

    #[observe(claims(Confirmed), compensates(Confirmed => Aborted))]
    fn undo(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        emit!(Confirmed);
        end().inspect_err(|_| emit!(Aborted))
    }

    #[observe(emits(Confirmed?))]
    fn a_fact(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        emit!(Confirmed);
        end()
    }

    #[test]
    fn fires() {
        let found = found(|| assert!(confirm(fails).is_err()));
        assert_eq!(codes(&found), ["C102 V"]);
        assert_eq!(found[0].operation, "confirm");
    }

    #[test]
    fn fires_when_it_is_abandoned() {
        #[observe(claims(Confirmed))]
        async fn confirm() {
            emit!(Confirmed);
            std::future::pending::<()>().await;
        }
        let cancelled = async {
            let mut call = Box::pin(confirm());
            assert!(futures_poll(&mut call).await);
        };
        assert_eq!(codes_of(|| block_on(cancelled)), ["C102 V", "C105 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert!(confirm(works).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(undo(fails).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert!(a_fact(fails).is_err())), NOTHING);
    }
}

/// Polls once; returns whether the future is pending.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|cx| {
        let polled = std::pin::Pin::new(&mut *future).poll(cx);
        std::task::Poll::Ready(polled.is_pending())
    })
    .await
}

mod c106 {
    use super::*;

    #[observe(emits(Captured | Deferred, Reserved * 2, failed => Aborted))]
    fn order(reserved: u32, captured: bool, end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        for order in 0..reserved {
            emit!(Reserved { order });
        }
        if captured {
            emit!(Captured { order: 1 });
        }
        end()
    }

    #[observe(emits(Captured?))]
    fn optional() {}

    #[observe(emits(Captured))]
    async fn later(captured: bool) {
        tokio::task::yield_now().await;
        if captured {
            emit!(Captured { order: 1 });
        }
    }

    #[test]
    fn fires() {
        assert_eq!(codes_of(|| assert!(order(2, false, works).is_ok())), ["C106 V"]);
        assert_eq!(codes_of(|| assert!(order(1, true, works).is_ok())), ["C106 V"]);
        assert_eq!(codes_of(|| assert!(order(2, true, fails).is_err())), ["C106 V"]);
        assert_eq!(codes_of(|| block_on(later(false))), ["C106 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert!(order(2, true, works).is_ok())), NOTHING);
        assert_eq!(codes_of(optional), NOTHING);
        assert_eq!(codes_of(|| block_on(later(true))), NOTHING);
    }

    #[test]
    fn failed_and_refused_calls_keep_no_promise_of_fulfilment() {
        #[observe(emits(Captured), outcome(None => refused))]
        fn capture(end: Option<u32>) -> Option<u32> {
            end
        }
        assert_eq!(codes_of(|| assert!(capture(None).is_none())), NOTHING);
        assert_eq!(codes_of(|| assert!(capture(Some(1)).is_some())), ["C106 V"]);
    }

    #[test]
    fn an_event_of_a_child_counts() {
        #[observe]
        fn child() {
            emit!(Captured { order: 1 });
        }
        #[observe(emits(Captured))]
        fn parent() {
            child();
        }
        assert_eq!(codes_of(parent), NOTHING);
    }

    #[test]
    fn more_than_so_many_is_not_kept_either() {
        assert_eq!(codes_of(|| assert!(order(3, true, works).is_ok())).len(), 1);
    }
}

mod c107 {
    use super::*;

    #[observe(never(Captured))]
    fn quote(captures: bool) {
        if captures {
            emit!(Captured { order: 1 });
        }
        emit!(Reserved { order: 1 });
    }

    #[observe(emits(only, Reserved?))]
    fn only(captures: bool) {
        emit!(Reserved { order: 1 });
        if captures {
            emit!(Captured { order: 1 });
        }
    }

    #[test]
    fn fires() {
        assert_eq!(codes_of(|| quote(true)), ["C107 V"]);
        assert_eq!(codes_of(|| only(true)), ["C107 V"]);
    }

    #[test]
    fn fires_whatever_the_end() {
        #[observe(never(Captured))]
        fn failing() -> Result<u32, Fault> {
            emit!(Captured { order: 1 });
            fails()
        }
        assert_eq!(codes_of(|| assert!(failing().is_err())), ["C107 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| quote(false)), NOTHING);
        assert_eq!(codes_of(|| only(false)), NOTHING);
    }
}

mod c113 {
    use super::*;

    #[observe(at_most(1 Captured by order))]
    fn capture(orders: &[u32]) {
        for order in orders {
            emit!(Captured { order: *order });
        }
    }

    #[observe(emits(at_most 1 Confirmed))]
    async fn confirm(times: u32) {
        for _turn in 0..times {
            emit!(Confirmed);
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn fires() {
        let found = found(|| capture(&[1, 2, 1]));
        assert_eq!(codes(&found), ["C113 V"]);
        assert!(found[0].observed.contains("for 1"), "{}", found[0].observed);
        assert_eq!(codes_of(|| block_on(confirm(2))), ["C113 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| capture(&[1, 2, 3])), NOTHING);
        assert_eq!(codes_of(|| block_on(confirm(1))), NOTHING);
        // Each call counts anew.
        assert_eq!(codes_of(|| (0..2).for_each(|_| capture(&[1]))), NOTHING);
    }
}

mod c115 {
    use super::*;

    #[observe(before(Captured, Confirmed))]
    fn order(first: bool, then: bool) {
        if first {
            emit!(Captured { order: 1 });
        }
        emit!(Confirmed);
        if then {
            emit!(Captured { order: 2 });
        }
    }

    #[observe(before(Captured, Confirmed))]
    fn neither() {}

    #[test]
    fn fires() {
        assert_eq!(codes_of(|| order(false, true)), ["C115 V"]);
        assert_eq!(codes_of(|| order(false, false)), ["C115 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| order(true, true)), NOTHING);
        assert_eq!(codes_of(neither), NOTHING);
    }
}

mod c116 {
    use super::*;

    #[observe(together(Reserved, Captured))]
    fn pair(reserves: bool, captures: bool, end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        if reserves {
            emit!(Reserved { order: 1 });
        }
        if captures {
            emit!(Captured { order: 1 });
        }
        end()
    }

    #[test]
    fn fires() {
        assert_eq!(codes_of(|| assert!(pair(true, false, works).is_ok())), ["C116 V"]);
        assert_eq!(codes_of(|| assert!(pair(false, true, fails).is_err())), ["C116 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert!(pair(true, true, works).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(pair(false, false, fails).is_err())), NOTHING);
    }
}

mod c117 {
    use super::*;

    #[observe(compensates(Reserved => Released))]
    fn order(releases: bool, end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        emit!(Reserved { order: 1 });
        end().inspect_err(|_| {
            if releases {
                emit!(Released);
            }
        })
    }

    #[test]
    fn fires() {
        assert_eq!(codes_of(|| assert!(order(false, fails).is_err())), ["C117 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert!(order(true, fails).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert!(order(false, works).is_ok())), NOTHING);
    }
}

mod c120 {
    use super::*;

    #[derive(Event)]
    struct RuleHit;

    #[observe(via(RuleHit))]
    fn discount(hit: bool, end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        if hit {
            emit!(RuleHit);
        }
        end()
    }

    #[test]
    fn fires() {
        assert_eq!(codes_of(|| assert!(discount(false, works).is_ok())), ["C120 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert!(discount(true, works).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(discount(false, fails).is_err())), NOTHING);
    }
}
