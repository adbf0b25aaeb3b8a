//! A text or a number is asked for its form: what has not the one may have the other, and an `Option` says that it has none.

use candor::observe;

use crate::kit::{Fault, NOTHING, block_on, codes_of, fails};

mod another_form {
    use super::*;

    fn iso(text: &str) -> Result<u32, Fault> {
        text.strip_prefix("iso ").map_or(Err(Fault::Timeout), |_| Ok(1))
    }

    fn german(text: &str) -> Result<u32, Fault> {
        if text.is_empty() { Err(Fault::Timeout) } else { Ok(2) }
    }

    fn fetch_rate(text: &str) -> Result<u32, Fault> {
        iso(text)
    }

    fn old_rate(text: &str) -> Result<u32, Fault> {
        german(text)
    }

    #[test]
    fn of_the_same_text() {
        #[observe]
        fn date(text: &str) -> Result<u32, Fault> {
            iso(text).or_else(|_| german(text))
        }
        assert_eq!(codes_of(|| assert_eq!(date("3.4."), Ok(2))), NOTHING);
    }

    #[test]
    fn of_the_same_text_in_an_arm() {
        #[observe]
        fn date(text: &str) -> Result<u32, Fault> {
            match iso(text) {
                Ok(date) => Ok(date),
                Err(_) => german(text),
            }
        }
        #[observe]
        fn rate(text: &str) -> Result<u32, Fault> {
            match fetch_rate(text) {
                Ok(rate) => Ok(rate),
                Err(_) => old_rate(text),
            }
        }
        assert_eq!(codes_of(|| assert_eq!(date("3.4."), Ok(2))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(rate("EUR"), Ok(2))), ["C103 S"]);
    }

    #[test]
    fn another_service_is_no_form() {
        #[observe]
        fn rate(text: &str) -> Result<u32, Fault> {
            fetch_rate(text).or_else(|_| old_rate(text))
        }
        #[observe]
        fn other(text: &str) -> Result<u32, Fault> {
            iso(text).or_else(|_| german("1.1."))
        }
        assert_eq!(codes_of(|| assert_eq!(rate("EUR"), Ok(2))), ["C103 S"]);
        assert_eq!(codes_of(|| assert_eq!(other("EUR"), Ok(2))), ["C103 S"]);
    }

    #[test]
    fn what_is_no_number_is_a_text() {
        #[derive(Debug, PartialEq)]
        enum Value {
            Int(i64),
            Text(String),
        }
        #[observe]
        fn value(text: &str) -> Value {
            if let Ok(int) = text.parse::<i64>() {
                return Value::Int(int);
            }
            Value::Text(text.to_owned())
        }
        #[observe]
        fn amount(text: &str) -> Value {
            if let Ok(int) = text.parse::<i64>() {
                return Value::Int(int);
            }
            tracing::debug!(text, "no number");
            Value::Int(0)
        }
        assert_eq!(codes_of(|| assert_eq!(value("x"), Value::Text("x".into()))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(amount("x"), Value::Int(0))), ["C101 V"]);
    }

    #[test]
    fn the_last_number_that_fits() {
        #[observe]
        fn percent(part: u64) -> u8 {
            u8::try_from(part).unwrap_or(u8::MAX)
        }
        #[observe]
        fn code(part: u64) -> u8 {
            u8::try_from(part).unwrap_or(0)
        }
        assert_eq!(codes_of(|| assert_eq!(percent(900), 255)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(code(900), 0)), ["C103 S"]);
    }
}

mod a_form_that_is_asked_for {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Row(u32);

    #[test]
    fn and_not_there_is_none() {
        #[observe]
        fn row(line: &str) -> Option<Row> {
            let mut fields = line.split(',');
            let number = fields.next()?.trim().parse().ok()?;
            Some(Row(number))
        }
        #[observe]
        fn number(text: &str) -> Option<u32> {
            text.parse::<u32>().ok().filter(|number| *number > 1)
        }
        #[observe]
        fn by_hand(text: &str) -> Option<Row> {
            let Ok(number) = text.parse::<u32>() else { return None };
            match u8::try_from(number) {
                Ok(_) => Some(Row(number)),
                Err(_) => return None,
            }
        }
        assert_eq!(codes_of(|| assert_eq!(row("x,1"), None)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(number("x"), None)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(by_hand("x"), None)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(by_hand("900"), None)), NOTHING);
    }

    #[test]
    fn and_lost_on_the_way_is_dropped() {
        #[observe]
        fn row(line: &str) -> Option<(u32, Option<u32>)> {
            let number = line.parse().ok();
            Some((7, number))
        }
        #[observe]
        fn load() -> Option<u32> {
            let value = fails().ok()?;
            Some(value)
        }
        #[observe]
        fn total(lines: &[&str]) -> u32 {
            lines.iter().filter_map(|line| line.parse::<u32>().ok()).sum()
        }
        assert_eq!(codes_of(|| assert_eq!(row("x"), Some((7, None)))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(load(), None)), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(total(&["1", "x"]), 1)), ["C114 V"]);
    }
}

#[test]
fn what_never_returns_where_a_value_is_thrown_away_or_put_into_a_list() {
    fn ends() -> ! {
        panic!("the end")
    }
    #[observe]
    #[allow(unreachable_code, dropping_copy_types, reason = "the form is what is tested")]
    async fn fills(number: u32) -> usize {
        let mut all = Vec::new();
        all.push(7_u32);
        if number == 2 {
            all.push(ends());
        } else if number == 3 {
            drop(ends());
        }
        all.len()
    }
    #[observe]
    #[allow(unreachable_code, reason = "the form is what is tested")]
    fn keeps(number: u32) -> usize {
        let mut all = std::collections::HashMap::new();
        all.insert(1, Ok::<u32, String>(7));
        if number == 2 {
            all.insert(2, ends());
        }
        all.len()
    }
    assert_eq!(codes_of(|| assert_eq!(block_on(fills(1)), 1)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(keeps(1), 1)), NOTHING);
}
