//! A panic in a user's `Debug`, `Display` or predicate never reaches the user's call: it is a C904 there.

use std::fmt;

use candor::{Event, Outcome, Recover as _, checkpoint, emit, observe, recovered};

use crate::kit::{block_on, codes_of};

/// Panics whatever is asked of it.
struct Bomb;

impl fmt::Display for Bomb {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("display boom")
    }
}
impl fmt::Debug for Bomb {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("debug boom")
    }
}
impl std::error::Error for Bomb {}

fn explodes() -> Result<u32, Bomb> {
    Err(Bomb)
}

fn boom() -> bool {
    panic!("predicate boom")
}

/// The call returns what it returns, and there is a C904 among the findings.
#[track_caller]
fn survives<T: PartialEq + fmt::Debug>(call: impl FnOnce() -> T, expected: T) {
    let mut returned = None;
    let codes = codes_of(|| returned = Some(call()));
    assert_eq!(returned, Some(expected), "the call does not return: {codes:?}");
    assert!(codes.iter().any(|code| code.starts_with("C904")), "{codes:?}");
}

mod text_of_an_error {
    use super::*;

    #[test]
    fn that_is_dropped() {
        #[observe]
        fn operation() -> u32 {
            explodes().ok();
            7
        }
        survives(operation, 7);
        assert_eq!(codes_of(|| assert_eq!(operation(), 7)), ["C904 S", "C101 V"], "and it is still an error");
    }

    #[test]
    fn that_is_met_by_an_arm() {
        #[observe]
        fn operation() -> u32 {
            if let Err(_fault) = explodes() {
                return 7;
            }
            0
        }
        survives(operation, 7);
    }

    #[test]
    fn that_is_recovered() {
        #[observe]
        fn operation() -> u32 {
            explodes().recovered_or("bombs are best effort", 7)
        }
        survives(operation, 7);
    }

    #[test]
    fn that_is_recovered_in_an_arm() {
        #[observe]
        fn operation() -> u32 {
            if let Err(fault) = explodes() {
                recovered!(fault, "bombs are best effort");
            }
            7
        }
        survives(operation, 7);
    }

    #[test]
    fn that_is_propagated() {
        #[observe]
        fn operation() -> Result<u32, Bomb> {
            explodes()?;
            Ok(7)
        }
        let mut returned = None;
        // Whether a C904 is said of a failed call is a matter of taste; the call has to go on.
        codes_of(|| returned = Some(operation().is_err()));
        assert_eq!(returned, Some(true));
    }

    #[test]
    fn that_is_returned_by_a_child() {
        #[observe]
        fn child() -> Result<u32, Bomb> {
            explodes()
        }
        #[observe]
        fn operation() -> u32 {
            child().unwrap_or(7)
        }
        survives(operation, 7);
    }

    #[test]
    fn whose_outcome_is_declared() {
        #[derive(Outcome)]
        struct Refusal(Bomb);
        impl fmt::Debug for Refusal {
            fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
                panic!("debug boom")
            }
        }
        #[observe]
        fn operation() -> Result<u32, Refusal> {
            Err(Refusal(Bomb))
        }
        #[observe]
        fn asked() -> Result<u32, Refusal> {
            operation()?;
            Ok(1)
        }
        #[observe]
        fn dropped() -> u32 {
            operation().ok();
            7
        }
        let mut returned = (None, None);
        codes_of(|| returned = (Some(operation().is_err()), Some(asked().is_err())));
        assert_eq!(returned, (Some(true), Some(true)));
        survives(dropped, 7);
    }

    #[test]
    fn of_spawned_work() {
        #[observe]
        async fn operation() -> u32 {
            let task = tokio::spawn(async { explodes() });
            task.await.map_or(0, |result| result.map_or(7, |value| value))
        }
        let mut returned = 0;
        codes_of(|| returned = block_on(operation()));
        assert_eq!(returned, 7);
    }

    #[test]
    fn in_a_log_line() {
        #[observe]
        fn operation() -> u32 {
            tracing::warn!(error = %Bomb, "slow");
            tracing::warn!("slow {}", Bomb);
            tracing::warn!(?Bomb, "slow");
            7
        }
        survives(operation, 7);
    }
}

mod fields {
    use super::*;

    #[derive(Event)]
    struct Armed {
        bomb: Bomb,
        after: u32,
    }

    #[test]
    fn of_an_event() {
        #[observe(emits(Armed))]
        fn operation() -> u32 {
            emit!(Armed { bomb: Bomb, after: 1 });
            7
        }
        assert_eq!(codes_of(|| assert_eq!(operation(), 7)), ["C904 S"], "and the event has happened");
    }

    #[test]
    fn of_an_event_by_whose_field_it_is_limited() {
        #[observe(at_most(1 Armed by bomb))]
        fn operation() -> u32 {
            emit!(Armed { bomb: Bomb, after: 1 });
            7
        }
        survives(operation, 7);
    }

    #[test]
    fn of_a_key() {
        #[observe(key = bomb)]
        fn operation(bomb: &Bomb) -> u32 {
            let _ = bomb;
            7
        }
        survives(|| operation(&Bomb), 7);
    }

    #[test]
    fn of_a_tracked_place() {
        struct Shelf {
            bomb: Option<Bomb>,
        }
        impl Shelf {
            #[observe(track(self.bomb))]
            fn fill(&mut self) -> u32 {
                self.bomb = Some(Bomb);
                7
            }
        }
        survives(|| Shelf { bomb: None }.fill(), 7);
    }

    /// Those of the span are read by `tracing` itself: they are the user's own wish, as under `#[instrument]`.
    #[test]
    fn of_a_fold() {
        #[derive(Clone, Copy, Default, PartialEq, Debug)]
        struct Cents(u32);
        impl std::ops::Add for Cents {
            type Output = Cents;
            fn add(self, _other: Cents) -> Cents {
                panic!("sum boom")
            }
        }
        #[derive(Event)]
        struct Paid {
            #[event(skip)]
            amount: Cents,
        }
        #[observe(ensures(ret == sum(Paid.amount)))]
        fn operation() -> Cents {
            emit!(Paid { amount: Cents(1) });
            Cents(1)
        }
        let mut returned = None;
        codes_of(|| returned = Some(operation()));
        assert_eq!(returned, Some(Cents(1)));
        let lost = candor::record::lost_totals();
        assert!(lost.iter().any(|(kind, _)| *kind == "fold"), "{lost:?}");
    }
}

mod predicates {
    use super::*;

    #[test]
    fn of_a_contract() {
        #[observe(requires(boom()))]
        fn required() -> u32 {
            7
        }
        #[observe(ensures(ret > 0 && boom()))]
        fn ensured() -> u32 {
            7
        }
        #[observe(always(boom()))]
        fn always() -> u32 {
            7
        }
        #[observe(ensures(ret == 7 && boom()))]
        async fn later() -> u32 {
            tokio::task::yield_now().await;
            7
        }
        survives(required, 7);
        survives(ensured, 7);
        survives(always, 7);
        survives(|| block_on(later()), 7);
    }

    #[test]
    fn of_what_a_contract_shows() {
        #[observe(ensures(ret == old(Silent(1))))]
        fn operation() -> Silent {
            Silent(7)
        }
        survives(operation, Silent(7));
    }

    /// Comparable, and explosive only when candor would show it.
    #[derive(PartialEq)]
    struct Silent(u32);
    impl fmt::Debug for Silent {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            assert!(self.0 != 1, "debug boom");
            f.write_str("Silent")
        }
    }

    #[test]
    fn of_an_invariant() {
        #[observe(track(total), maintains(total > 0 && boom()))]
        fn operation() -> u32 {
            let mut total = 0;
            total += 7;
            total
        }
        survives(operation, 7);
    }

    #[test]
    fn of_a_checkpoint() {
        #[observe]
        fn operation() -> u32 {
            checkpoint!(boom());
            checkpoint!(1 > 2, "{}", Bomb);
            7
        }
        survives(operation, 7);
        survives(
            || {
                checkpoint!(boom());
                7
            },
            7,
        );
    }

    #[test]
    fn of_accounts() {
        #[observe(accounts(count(*ret)))]
        fn operation() -> u32 {
            7
        }
        fn count(_of: u32) -> u32 {
            panic!("accounts boom")
        }
        let mut returned = 0;
        codes_of(|| returned = operation());
        assert_eq!(returned, 7);
    }

    #[test]
    fn of_sometimes() {
        #[observe]
        fn operation() -> u32 {
            candor::sometimes!("it explodes", boom());
            7
        }
        let mut returned = 0;
        codes_of(|| returned = operation());
        assert_eq!(returned, 7);
    }

    #[test]
    fn of_old() {
        #[observe(ensures(old(boom()) || ret > 0))]
        fn operation() -> u32 {
            7
        }
        let mut returned = 0;
        codes_of(|| returned = operation());
        assert_eq!(returned, 7);
    }
}
