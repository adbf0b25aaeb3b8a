//! Errors that an early return tells, and inputs that are taken in another way.

use candor::observe;

use crate::kit::{Fault, NOTHING, codes_of, fails, works};

#[derive(Debug, PartialEq)]
enum Booking {
    Confirmed,
    Cancelled,
}

mod early {
    use super::*;

    #[test]
    fn a_variant_with_which_nothing_else_returns() {
        #[observe]
        fn book() -> Result<Booking, Fault> {
            if let Err(fault) = fails() {
                println!("{fault}");
                works()?;
                return Ok(Booking::Cancelled);
            }
            Ok(Booking::Confirmed)
        }
        assert_eq!(codes_of(|| assert_eq!(book(), Ok(Booking::Cancelled))), NOTHING);
    }

    #[test]
    fn a_variant_of_a_success_hides_the_error() {
        #[observe]
        fn book(again: bool) -> Result<Booking, Fault> {
            if fails().is_err() {
                return Ok(Booking::Confirmed);
            }
            if again {
                return Ok(Booking::Cancelled);
            }
            Ok(Booking::Confirmed)
        }
        assert_eq!(codes_of(|| assert_eq!(book(false), Ok(Booking::Confirmed))), ["C101 V"]);
    }

    #[test]
    fn a_number_tells_nothing() {
        #[observe]
        fn count() -> Result<u32, Fault> {
            let Ok(value) = fails() else { return Ok(0) };
            Ok(value)
        }
        assert_eq!(codes_of(|| assert_eq!(count(), Ok(0))), ["C101 V"]);
    }
}

mod input {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Cell {
        Number(u32),
        Text(String),
    }

    #[test]
    fn a_text_that_is_no_number_is_a_text() {
        #[observe]
        fn cell(text: &str) -> Cell {
            if let Ok(number) = text.trim().parse::<u32>() {
                Cell::Number(number)
            } else {
                Cell::Text(text.to_owned())
            }
        }
        assert_eq!(codes_of(|| assert_eq!(cell("7a"), Cell::Text("7a".to_owned()))), NOTHING);
    }

    #[test]
    fn a_default_is_none_and_a_line_of_the_log_no_use() {
        #[observe]
        fn number(text: &str) -> u32 {
            match text.parse::<u32>() {
                Ok(number) => number,
                Err(_) => {
                    println!("{text} is no number");
                    0
                }
            }
        }
        assert_eq!(codes_of(|| assert_eq!(number("7a"), 0)), ["C103 S"]);
    }
}

#[test]
fn a_line_of_the_log_is_no_substitute() {
    #[observe]
    fn logged() -> Result<u32, Fault> {
        fails().map(drop).unwrap_or_else(|fault| println!("{fault}"));
        Ok(1)
    }
    #[observe]
    fn told(errors: &mut Vec<Fault>) {
        fails().map(drop).unwrap_or_else(|fault| errors.push(fault));
    }
    assert_eq!(codes_of(|| _ = logged()), ["C101 V"]);
    assert_eq!(codes_of(|| told(&mut Vec::new())), NOTHING);
}
