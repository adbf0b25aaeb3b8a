//! The first that works is taken: what leads to another way to the same value is answered by it.

use candor::observe;

use crate::kit::{Fault, Flaky, NOTHING, codes_of, fails, works};

mod another_source {
    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Rates(u32);

    #[test]
    fn is_asked_behind_the_first() {
        #[observe]
        fn load() -> Result<u32, Fault> {
            if let Ok(hit) = fails() {
                return Ok(hit);
            }
            let value = works()?;
            Ok(value)
        }
        #[observe]
        fn load_with_a_warning(cached: Result<Option<u32>, Fault>) -> Result<u32, Fault> {
            match cached.clone() {
                Ok(Some(hit)) => return Ok(hit),
                Ok(None) => {}
                Err(fault) => tracing::warn!(%fault, "no cache, reading from the database"),
            }
            works()
        }
        assert_eq!(codes_of(|| assert_eq!(load(), Ok(7))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(load_with_a_warning(Err(Fault::Timeout)), Ok(7))), NOTHING);
    }

    #[test]
    fn a_value_that_nothing_can_fail_to_give_is_none() {
        #[observe]
        fn load() -> Result<Rates, Fault> {
            if let Ok(found) = fails() {
                return Ok(Rates(found));
            }
            Ok(Rates::default())
        }
        assert_eq!(codes_of(|| assert_eq!(load(), Ok(Rates(0)))), ["C101 V"]);
    }

    #[test]
    fn to_make_a_new_one_is_none() {
        fn create_account() -> Result<u32, Fault> {
            works()
        }
        #[observe]
        fn sign_up() -> Result<u32, Fault> {
            if let Ok(known) = fails() {
                return Ok(known);
            }
            create_account()
        }
        assert_eq!(codes_of(|| assert_eq!(sign_up(), Ok(7))), ["C101 V"]);
    }

    #[test]
    fn nothing_leaves_with_what_is_found() {
        #[observe]
        fn load() -> Result<u32, Fault> {
            if let Ok(hit) = fails() {
                tracing::debug!(hit, "found");
            }
            works()
        }
        assert_eq!(codes_of(|| assert_eq!(load(), Ok(7))), ["C101 V"]);
    }
}

mod in_a_loop {
    use super::*;

    #[test]
    fn the_first_item_that_works() {
        #[observe]
        fn first(mirrors: &[Flaky]) -> Option<u32> {
            for mirror in mirrors {
                if let Ok(file) = mirror.call() {
                    return Some(file);
                }
            }
            None
        }
        let all = [Flaky::new(1), Flaky::new(0)];
        assert_eq!(codes_of(|| assert_eq!(first(&all), Some(7))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(first(&[Flaky::new(1), Flaky::new(1)]), None)), ["C101 V 2"]);
    }

    #[test]
    fn an_item_that_is_passed_over() {
        #[observe]
        fn all(mirrors: &[Flaky]) -> u32 {
            let mut found = 0;
            for mirror in mirrors {
                match mirror.call() {
                    Ok(file) => found += file,
                    Err(_) => continue,
                }
            }
            found
        }
        assert_eq!(codes_of(|| assert_eq!(all(&[Flaky::new(1), Flaky::new(0)]), 7)), ["C114 V"]);
    }
}

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

mod what_is_kept {
    use super::*;

    struct Cache;

    impl Cache {
        fn get(&self) -> Result<u32, Fault> {
            fails()
        }
    }

    fn default_rate() -> u32 {
        1
    }

    #[test]
    fn elsewhere_is_had_from_there() {
        #[observe]
        fn rate(cache: &Cache) -> Result<u32, Fault> {
            cache.get().or_else(|_| works())
        }
        #[observe]
        fn rate_in_an_arm(cache: &Cache) -> Result<u32, Fault> {
            Ok(match cache.get() {
                Ok(hit) => hit,
                Err(_) => {
                    let value = works()?;
                    value + 1
                }
            })
        }
        assert_eq!(codes_of(|| assert_eq!(rate(&Cache), Ok(7))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(rate_in_an_arm(&Cache), Ok(8))), NOTHING);
    }

    #[test]
    fn nowhere_is_made_up() {
        #[observe]
        fn rate(cache: &Cache) -> Result<u32, Fault> {
            Ok(cache.get().unwrap_or_else(|_| default_rate()))
        }
        #[observe]
        fn service() -> Result<u32, Fault> {
            fails().or_else(|_| works())
        }
        assert_eq!(codes_of(|| assert_eq!(rate(&Cache), Ok(1))), ["C103 S"]);
        assert_eq!(codes_of(|| assert_eq!(service(), Ok(7))), ["C103 S"]);
    }
}

mod time_is_over {
    use std::time::Duration;

    use tokio::time::{sleep, timeout};

    use super::*;
    use crate::kit::block_on;

    async fn ask(millis: u64) -> u64 {
        sleep(Duration::from_millis(millis)).await;
        millis
    }

    #[test]
    fn and_the_work_goes_on() {
        #[observe]
        async fn hedged() -> u64 {
            let mut first = std::pin::pin!(ask(50));
            match timeout(Duration::from_millis(5), &mut first).await {
                Ok(answer) => answer,
                Err(_) => tokio::select! { answer = &mut first => answer, answer = ask(2) => answer },
            }
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(hedged()), 2)), NOTHING);
    }

    #[test]
    fn and_it_is_asked_what_came_of_it() {
        #[observe]
        async fn charge() -> Result<u64, Fault> {
            match timeout(Duration::from_millis(5), ask(50)).await {
                Ok(charged) => Ok(charged),
                Err(_) => {
                    let known = works()?;
                    Ok(u64::from(known))
                }
            }
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(charge()), Ok(7))), NOTHING);
    }

    #[test]
    fn and_nobody_asks() {
        #[observe]
        async fn charge() -> Result<u64, Fault> {
            match timeout(Duration::from_millis(5), ask(50)).await {
                Ok(charged) => Ok(charged),
                Err(_) => Ok(0),
            }
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(charge()), Ok(0))), ["C103 S"]);
    }
}

mod exit {
    use super::*;

    #[test]
    fn a_code_that_no_success_gives() {
        #[observe]
        fn cli() -> i32 {
            match fails() {
                Ok(value) => {
                    println!("{value}");
                    0
                }
                Err(fault) => {
                    eprintln!("{fault}");
                    1
                }
            }
        }
        #[observe]
        fn careless() -> i32 {
            match fails() {
                Ok(value) => {
                    println!("{value}");
                    0
                }
                Err(fault) => {
                    eprintln!("{fault}");
                    0
                }
            }
        }
        assert_eq!(codes_of(|| assert_eq!(cli(), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(careless(), 0)), ["C103 S"]);
    }
}

mod last_words {
    use super::*;

    #[test]
    fn name_what_could_not_be_read() {
        #[observe]
        fn handle(text: &str, sum: &mut i64) {
            let Ok(value) = text.parse::<i64>() else {
                tracing::warn!(text, "message rejected");
                return;
            };
            *sum += value;
        }
        assert_eq!(codes_of(|| handle("x", &mut 0)), NOTHING);
    }

    #[test]
    fn that_name_nothing_or_do_not_warn() {
        #[observe]
        fn nameless(text: &str, sum: &mut i64) {
            let Ok(value) = text.parse::<i64>() else {
                tracing::warn!("message rejected");
                return;
            };
            *sum += value;
        }
        #[observe]
        fn quiet(text: &str, sum: &mut i64) {
            let Ok(value) = text.parse::<i64>() else {
                tracing::debug!(text, "message rejected");
                return;
            };
            *sum += value;
        }
        assert_eq!(codes_of(|| nameless("x", &mut 0)), ["C101 V"]);
        assert_eq!(codes_of(|| quiet("x", &mut 0)), ["C101 V"]);
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
