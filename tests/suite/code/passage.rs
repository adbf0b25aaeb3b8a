//! C104, C112, C118: how errors and values passed.

use candor::{Event, Outcome, emit, observe};

use crate::kit::{NOTHING, codes_of, watched};

#[derive(Debug, Outcome)]
enum Payment {
    #[outcome(refused)]
    Declined,
    Unreachable,
}

#[derive(Debug, Outcome)]
enum Checkout {
    #[outcome(refused)]
    Refused,
    Internal,
}

#[observe]
fn charge(end: fn() -> Payment) -> Result<(), Payment> {
    Err(end())
}

mod c104 {
    use super::*;

    #[observe]
    fn checkout(end: fn() -> Payment, as_what: fn() -> Checkout) -> Result<(), Checkout> {
        charge(end).map_err(|_| as_what())?;
        Ok(())
    }

    #[test]
    fn fires_when_a_refusal_leaves_as_a_failure() {
        assert_eq!(codes_of(|| drop(checkout(|| Payment::Declined, || Checkout::Internal))), ["C104 S"]);
    }

    #[test]
    fn fires_when_a_failure_leaves_as_a_refusal() {
        assert_eq!(codes_of(|| drop(checkout(|| Payment::Unreachable, || Checkout::Refused))), ["C104 S"]);
    }

    #[test]
    fn stays_silent_when_the_classes_agree() {
        assert_eq!(codes_of(|| drop(checkout(|| Payment::Declined, || Checkout::Refused))), NOTHING);
        assert_eq!(codes_of(|| drop(checkout(|| Payment::Unreachable, || Checkout::Internal))), NOTHING);
    }

    #[test]
    fn stays_silent_when_the_mapping_is_declared() {
        #[observe(outcome(Err(_) => failed))]
        fn declared() -> Result<(), Checkout> {
            charge(|| Payment::Declined).map_err(|_| Checkout::Internal)?;
            Ok(())
        }
        assert_eq!(codes_of(|| drop(declared())), NOTHING);
    }

    #[test]
    fn stays_silent_when_it_ends_for_another_reason() {
        #[observe]
        fn another() -> Result<(), Checkout> {
            let first = charge(|| Payment::Declined);
            if matches!(first, Err(Payment::Declined)) {
                return Err(Checkout::Internal);
            }
            Ok(())
        }
        assert_eq!(codes_of(|| drop(another())), NOTHING);
    }
}

mod c112 {
    use super::*;

    #[derive(Event)]
    struct RowsInserted {
        rows: u32,
    }

    #[observe(agrees(rows))]
    fn import(inserted: u32, told: u32) {
        emit!(RowsInserted { rows: inserted });
        tracing::info!(rows = told, "table grew");
    }

    #[test]
    fn fires_when_the_line_says_otherwise() {
        assert_eq!(codes_of(|| watched(|| import(10, 12))), ["C112 S"]);
    }

    #[test]
    fn stays_silent_when_they_agree() {
        assert_eq!(codes_of(|| watched(|| import(10, 10))), NOTHING);
    }

    #[test]
    fn stays_silent_about_other_fields() {
        #[observe(agrees(bytes))]
        fn other() {
            emit!(RowsInserted { rows: 1 });
            tracing::info!(rows = 2, "table grew");
        }
        assert_eq!(codes_of(|| watched(other)), NOTHING);
    }
}

mod c118 {
    use super::*;

    fn tries(most: u32, end: fn() -> Payment) -> Result<u32, Payment> {
        let mut tries = 0;
        loop {
            tries += 1;
            match charge(end) {
                Ok(()) => return Ok(tries),
                Err(error) if tries == most => return Err(error),
                Err(error) => tracing::debug!("{error:?}"),
            }
        }
    }

    #[test]
    fn fires_beyond_the_declared_number() {
        #[observe(retries(max = 3))]
        fn capped(most: u32) -> Result<u32, Payment> {
            let mut tries = 0;
            loop {
                tries += 1;
                match charge(|| Payment::Unreachable) {
                    Ok(()) => return Ok(tries),
                    Err(error) if tries == most => return Err(error),
                    Err(error) => tracing::debug!("{error:?}"),
                }
            }
        }
        assert_eq!(codes_of(|| drop(capped(3))), NOTHING);
        assert_eq!(codes_of(|| drop(capped(5))), ["C118 S"]);
    }

    #[test]
    fn fires_when_a_refusal_is_tried_again() {
        #[observe]
        fn stubborn(end: fn() -> Payment) -> Result<u32, Payment> {
            for attempt in 0..2 {
                match charge(end) {
                    Ok(()) => return Ok(attempt),
                    Err(error) if attempt == 1 => return Err(error),
                    Err(error) => tracing::debug!("{error:?}"),
                }
            }
            Ok(2)
        }
        assert_eq!(codes_of(|| drop(stubborn(|| Payment::Declined))), ["C118 S"]);
        assert_eq!(codes_of(|| drop(stubborn(|| Payment::Unreachable))), NOTHING);
    }

    #[test]
    fn fires_without_a_declaration_when_there_is_no_end() {
        #[observe]
        fn endless(most: u32) -> Result<u32, Payment> {
            let mut count = 0;
            loop {
                count += 1;
                match charge(|| Payment::Unreachable) {
                    Ok(()) => return Ok(count),
                    Err(error) if count == most => return Err(error),
                    Err(_) => {}
                }
            }
        }
        assert_eq!(codes_of(|| drop(endless(4))), NOTHING);
        assert_eq!(codes_of(|| drop(endless(30))), ["C118 S"]);
    }

    #[test]
    fn not_observed_is_not_judged() {
        assert_eq!(codes_of(|| drop(tries(30, || Payment::Unreachable))), NOTHING);
    }
}
