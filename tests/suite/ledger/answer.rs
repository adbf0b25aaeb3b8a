//! Errors that the value tells apart, that a retry answers, or that stand inside another value.

use candor::observe;

use crate::kit::{Fault, NOTHING, codes_of, fails, works};

#[derive(Debug, PartialEq)]
enum Reply {
    Done,
    TimedOut,
}

mod apart {
    use super::*;

    #[test]
    fn a_variant_that_no_success_gives() {
        #[observe]
        fn replies() -> Reply {
            match fails() {
                Ok(_) => Reply::Done,
                Err(fault) => {
                    tracing::warn!("{fault}");
                    Reply::TimedOut
                }
            }
        }
        assert_eq!(codes_of(|| assert_eq!(replies(), Reply::TimedOut)), NOTHING);
    }

    #[test]
    fn the_variant_of_a_success_hides_the_error() {
        #[observe]
        fn replies(fast: bool) -> Reply {
            match fails() {
                Ok(_) if fast => Reply::Done,
                Ok(_) => Reply::TimedOut,
                Err(_) => Reply::Done,
            }
        }
        assert_eq!(codes_of(|| assert_eq!(replies(true), Reply::Done)), ["C103 S"]);
    }

    #[test]
    fn a_number_of_its_own_only_where_no_number_was_read() {
        #[observe]
        fn says() -> &'static str {
            match fails() {
                Ok(_) => "up",
                Err(_) => "down",
            }
        }
        #[observe]
        fn reads() -> u32 {
            match fails() {
                Ok(value) => value,
                Err(_) => 0,
            }
        }
        assert_eq!(codes_of(|| assert_eq!(says(), "down")), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(reads(), 0)), ["C103 S"]);
    }

    #[test]
    fn a_question_with_two_answers() {
        #[observe]
        fn kind(text: &str) -> &'static str {
            if text.parse::<u64>().is_ok() {
                "whole"
            } else if text.parse::<f64>().is_ok() {
                "broken"
            } else {
                "text"
            }
        }
        #[observe]
        fn same() -> &'static str {
            if fails().is_ok() { "sent" } else { "sent" }
        }
        assert_eq!(codes_of(|| assert_eq!(kind("x"), "text")), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(same(), "sent")), ["C103 S"]);
    }
}

mod retried {
    use super::*;

    fn nth(call: &mut u32) -> Result<u32, Fault> {
        *call += 1;
        if *call < 2 { fails() } else { works() }
    }

    #[test]
    fn the_same_call_in_the_arm_answers_for_both() {
        #[observe]
        fn tries() -> Result<u32, Fault> {
            let mut call = 0;
            if let Err(fault) = nth(&mut call) {
                tracing::warn!(error = ?fault, "trying again");
                nth(&mut call)?;
            }
            Ok(call)
        }
        assert_eq!(codes_of(|| assert_eq!(tries().unwrap(), 2)), NOTHING);
    }

    #[test]
    fn another_call_does_not() {
        #[observe]
        fn goes_on() -> Result<u32, Fault> {
            let mut call = 0;
            if let Err(fault) = nth(&mut call) {
                tracing::warn!(error = ?fault, "going on");
                works()?;
            }
            Ok(call)
        }
        assert_eq!(codes_of(|| assert_eq!(goes_on().unwrap(), 1)), ["C101 S"]);
    }
}

mod inside {
    use super::*;

    fn nested(inner: bool) -> Result<Result<u32, Fault>, std::num::ParseIntError> {
        if inner { Ok(fails()) } else { Err("x".parse::<u32>().unwrap_err()) }
    }

    #[test]
    fn an_arm_decides_over_the_inner_error() {
        #[observe]
        fn ignores(inner: bool) -> u32 {
            match nested(inner) {
                Ok(Ok(value)) => value,
                Ok(Err(fault)) => {
                    tracing::warn!(error = %fault, "no value");
                    7
                }
                Err(_) => 8,
            }
        }
        #[observe]
        fn counts() -> u32 {
            let mut failed = 0;
            match nested(true) {
                Ok(Ok(_)) => {}
                Ok(Err(fault)) => {
                    tracing::error!(error = %fault, "no value");
                    failed += 1;
                }
                Err(_) => failed += 1,
            }
            failed
        }
        assert_eq!(codes_of(|| assert_eq!(ignores(true), 7)), ["C103 S"]);
        assert_eq!(codes_of(|| assert_eq!(ignores(false), 8)), ["C103 S"]);
        assert_eq!(codes_of(|| assert_eq!(counts(), 1)), NOTHING);
    }

    #[test]
    fn a_declared_recovery_closes_it_with_its_log_line() {
        #[observe(recovers(Fault in nested => "popular items are shown"))]
        fn home() -> u32 {
            match nested(true) {
                Ok(Ok(value)) => value,
                Ok(Err(fault)) => {
                    tracing::warn!(error = %fault, "popular items");
                    7
                }
                Err(_) => 8,
            }
        }
        assert_eq!(codes_of(|| assert_eq!(home(), 7)), NOTHING);
    }

    #[test]
    fn a_stream_that_is_left_at_its_first_error() {
        #[observe]
        fn leaves() -> u32 {
            let mut items = vec![works(), fails(), works()].into_iter();
            let mut sum = 0;
            while let Some(Ok(value)) = items.next() {
                sum += value;
            }
            sum
        }
        #[observe]
        fn passes_on() -> Result<u32, Fault> {
            let mut items = vec![works(), fails()].into_iter();
            let mut sum = 0;
            loop {
                match items.next() {
                    Some(Ok(value)) => sum += value,
                    Some(Err(fault)) => return Err(fault),
                    None => return Ok(sum),
                }
            }
        }
        assert_eq!(codes_of(|| assert!(leaves() > 0)), ["C114 V"]);
        assert_eq!(codes_of(|| assert!(passes_on().is_err())), NOTHING);
    }
}

mod kept {
    use super::*;

    #[test]
    fn an_arm_that_takes_the_error_out_of_a_name() {
        #[observe]
        fn logs() {
            let result = fails();
            match result {
                Ok(value) => assert!(value > 0),
                Err(fault) => tracing::warn!("{fault}"),
            }
        }
        #[observe]
        fn asks() {
            let result = fails();
            if let Err(fault) = result {
                tracing::warn!("{fault}");
            }
        }
        assert_eq!(codes_of(logs), ["C101 V"]);
        assert_eq!(codes_of(asks), ["C101 V"]);
    }

    #[test]
    fn an_error_that_is_only_looked_at_is_still_there() {
        #[observe]
        fn logs() -> Vec<Result<u32, Fault>> {
            let result = fails();
            if let Err(fault) = &result {
                println!("{fault}");
            }
            vec![result]
        }
        #[observe]
        fn counts() -> u32 {
            let (mut failed, result) = (0, fails());
            match result {
                Ok(_) => {}
                Err(fault) => {
                    tracing::error!(error = %fault, "not done");
                    failed += 1;
                }
            }
            failed
        }
        assert_eq!(codes_of(|| assert_eq!(logs().len(), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(counts(), 1)), NOTHING);
    }
}

mod flattened {
    use super::*;

    fn read(n: &u32) -> Result<u32, Fault> {
        if *n == 2 { fails() } else { Ok(*n) }
    }

    #[test]
    fn errors_left_out_of_an_iterator() {
        #[observe]
        fn collects() -> Vec<u32> {
            [1, 2, 3].iter().map(read).flatten().collect()
        }
        #[observe]
        fn walks() -> u32 {
            let mut sum = 0;
            for value in [1, 2, 3].iter().map(|n| read(n)).flatten() {
                sum += value;
            }
            sum
        }
        fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
            text.parse()
        }
        #[observe]
        fn parses() -> Vec<u32> {
            ["x", "1"].into_iter().map(parse).flatten().collect()
        }
        assert_eq!(codes_of(|| assert_eq!(parses(), [1])), ["C114 V"]);
        assert_eq!(codes_of(|| assert_eq!(collects(), [1, 3])), ["C114 V"]);
        assert_eq!(codes_of(|| assert_eq!(walks(), 4)), ["C114 V"]);
    }

    #[test]
    fn nothing_is_left_out_where_there_are_no_errors() {
        #[observe]
        fn collects() -> Vec<u32> {
            [1, 3].iter().map(read).flatten().chain([Some(1), None].into_iter().flatten()).collect()
        }
        #[observe]
        fn nested() -> Option<u32> {
            Some(Some(4)).flatten().into_iter().max()
        }
        assert_eq!(codes_of(|| assert_eq!(collects(), [1, 3, 1])), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(nested(), Some(4))), NOTHING);
    }
}

mod named {
    use super::*;

    /// Hurried code has errors that are no `std::error::Error`.
    #[derive(Debug)]
    struct PayError;
    #[derive(Debug)]
    struct Occupied;

    fn pays() -> Result<(), PayError> {
        Err(PayError)
    }

    fn enters() -> Result<(), Occupied> {
        Err(Occupied)
    }

    #[test]
    fn a_type_that_is_called_an_error() {
        #[observe]
        fn pay() {
            let _ = pays();
        }
        #[observe]
        fn enter() {
            let _ = enters();
        }
        assert_eq!(codes_of(pay), ["C101 V"]);
        assert_eq!(codes_of(enter), NOTHING);
    }
}

mod in_a_pair {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Source {
        Live,
        Snapshot,
    }

    #[test]
    fn says_where_the_value_is_from() {
        #[observe]
        fn price() -> Result<(u32, Source), Fault> {
            match fails() {
                Ok(price) => Ok((price, Source::Live)),
                Err(_) => Ok((works()?, Source::Snapshot)),
            }
        }
        #[observe]
        fn says_nothing() -> Result<(u32, Source), Fault> {
            match fails() {
                Ok(price) => Ok((price, Source::Live)),
                Err(_) => Ok((works()?, Source::Live)),
            }
        }
        assert_eq!(codes_of(|| assert_eq!(price(), Ok((7, Source::Snapshot)))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(says_nothing(), Ok((7, Source::Live)))), ["C103 S"]);
    }
}

/// What is put into a list, or bound in a tuple, may be told by a written type what to return.
mod typed {
    use super::*;

    fn any<T: Default>() -> T {
        T::default()
    }

    #[test]
    fn a_list_that_says_what_it_is_a_list_of() {
        #[observe]
        fn loads(rows: &[u32]) -> usize {
            let mut ids: Vec<i64> = Vec::new();
            for _ in rows {
                ids.push(any());
            }
            let mut names = std::collections::HashMap::<u32, String>::new();
            names.insert(1, any());
            let (_first, second): (u64, u32) = (any(), any());
            ids.len() + names.len() + second as usize
        }
        assert_eq!(codes_of(|| assert_eq!(loads(&[1, 2]), 3)), NOTHING);
    }

    #[test]
    fn a_variant_that_is_called_an_error_and_is_none() {
        enum Level {
            Error,
            Warn,
        }
        #[observe]
        fn paints(number: u32) -> u32 {
            fn level_of(number: u32) -> Level {
                if number == 2 { Level::Error } else { Level::Warn }
            }
            match level_of(number) {
                Level::Error => println!("red"),
                Level::Warn => println!("yellow"),
            }
            number
        }
        assert_eq!(codes_of(|| assert_eq!(paints(2), 2)), NOTHING);
    }

    #[test]
    fn a_form_that_was_not_filled_in() {
        #[observe]
        fn number(text: Option<&str>) -> Option<u32> {
            text.map(str::parse::<u32>).and_then(Result::ok)
        }
        #[observe]
        fn health() -> String {
            format!("db={}", works().is_ok().then_some("up").unwrap_or("down"))
        }
        assert_eq!(codes_of(|| assert_eq!(number(Some("seven")), None)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(health(), "db=up")), NOTHING);
    }

    #[test]
    fn a_call_that_never_returns() {
        fn ends() -> ! {
            panic!("the end")
        }
        #[observe]
        #[allow(unreachable_code, reason = "the form is what is tested")]
        fn runs(number: u32) -> u32 {
            if number == 2 {
                let _ = ends();
            }
            number
        }
        assert_eq!(codes_of(|| assert_eq!(runs(1), 1)), NOTHING);
    }
}
