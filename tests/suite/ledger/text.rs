//! Texts that have not the form that was tried, where what is done says what they are.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use candor::observe;

use crate::kit::{Flaky, NOTHING, codes_of};

mod pairs {
    use super::*;

    #[observe]
    fn range(from: &str, to: &str) -> Result<Range<usize>, String> {
        match (from.parse::<usize>(), to.parse::<usize>()) {
            (Ok(from), Ok(to)) => Ok(from..to),
            (Ok(from), Err(_)) if to.is_empty() => Ok(from..usize::MAX),
            (Err(_), Ok(last)) if from.is_empty() => Ok(0..last),
            _ => Err("no range".to_owned()),
        }
    }

    #[observe]
    fn open_range(from: &str, to: &str, lenient: bool) -> Range<usize> {
        match (from.parse::<usize>(), to.parse::<usize>()) {
            (Ok(from), Ok(to)) => from..to,
            (Ok(from), Err(_)) if lenient => from..usize::MAX,
            (Ok(from), Err(_)) if !to.is_empty() => from..from,
            (Err(_), Ok(to)) if to > 3 => 0..to,
            _ => 0..0,
        }
    }

    #[test]
    fn a_guard_asks_the_text_what_it_is() {
        assert_eq!(codes_of(|| assert_eq!(range("3", ""), Ok(3..usize::MAX))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(range("", "3"), Ok(0..3))), NOTHING);
    }

    #[test]
    fn a_guard_that_asks_something_else_lets_every_text_in() {
        assert_eq!(codes_of(|| assert_eq!(open_range("3", "x", true), 3..usize::MAX)), ["C103 S"]);
        assert_eq!(
            codes_of(|| assert_eq!(open_range("3", "x", false), 3..3)),
            ["C103 S"],
            "anything but empty"
        );
        assert_eq!(codes_of(|| assert_eq!(open_range("x", "4", false), 0..4)), ["C103 S"], "the other text");
    }

    #[test]
    fn a_guard_of_one_alone() {
        #[observe]
        fn limit(text: &str) -> Result<u32, String> {
            match text.parse() {
                Ok(limit) => Ok(limit),
                Err(_) if text == "none" || text.is_empty() => Ok(0),
                Err(_) => Err(format!("{text} is no limit")),
            }
        }
        #[observe]
        fn any_limit(text: &str) -> u32 {
            match text.parse() {
                Ok(limit) => limit,
                Err(_) if !text.is_empty() => 0,
                Err(_) => 1,
            }
        }
        assert_eq!(codes_of(|| assert_eq!(limit("none"), Ok(0))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(any_limit("x"), 0)), ["C103 S"]);
    }

    #[observe]
    fn order(a: &str, b: &str) -> Ordering {
        match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => a.cmp(b),
        }
    }

    #[observe]
    fn same(a: &str, b: &str) -> Ordering {
        match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Equal,
            (Err(_), Ok(b)) => b.cmp(&0),
            (Err(_), Err(_)) => Ordering::Less,
        }
    }

    #[test]
    fn numbers_before_words() {
        for (a, b, ordered) in
            [("1", "x", Ordering::Less), ("x", "1", Ordering::Greater), ("x", "y", Ordering::Less)]
        {
            assert_eq!(codes_of(|| assert_eq!(order(a, b), ordered)), NOTHING, "{a} {b}");
        }
    }

    #[test]
    fn a_word_that_counts_as_a_number_is_in_no_order() {
        assert_eq!(codes_of(|| assert_eq!(same("1", "x"), Ordering::Equal)), ["C103 S"]);
        assert_eq!(
            codes_of(|| assert_eq!(same("x", "1"), Ordering::Greater)),
            ["C103 S"],
            "the number is taken"
        );
        assert_eq!(codes_of(|| assert_eq!(same("x", "y"), Ordering::Less)), ["C103 S 2"], "both are words");
    }

    #[test]
    fn what_a_call_answers_has_no_order() {
        #[observe]
        fn newer(a: &Flaky, b: &Flaky) -> Ordering {
            match (a.call(), b.call()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                _ => Ordering::Greater,
            }
        }
        let answers = || assert_eq!(newer(&Flaky::new(0), &Flaky::new(1)), Ordering::Less);
        assert_eq!(codes_of(answers), ["C103 S"]);
    }
}

mod fields {
    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Ticket {
        reply_to: Option<u32>,
        number: u32,
    }

    #[test]
    fn an_optional_field_is_assigned() {
        #[observe]
        fn read(subject: &str) -> Ticket {
            let mut ticket = Ticket::default();
            ticket.reply_to = subject.split_once('#').and_then(|(_, number)| number.parse().ok());
            ticket
        }
        assert_eq!(codes_of(|| assert_eq!(read("re #x"), Ticket::default())), NOTHING);
    }

    #[test]
    fn a_name_a_number_and_what_stands_in_a_row() {
        #[observe]
        fn named(subject: &str) -> Ticket {
            let mut reply_to: Option<u32> = None;
            if subject.len() > 2 {
                reply_to = subject.split_once('#').and_then(|(_, number)| number.parse().ok());
            }
            Ticket { reply_to, number: 1 }
        }
        #[observe]
        fn replaced(subject: &str) -> Ticket {
            let mut ticket = Ticket::default();
            ticket.number =
                subject.split_once('#').and_then(|(_, number)| number.parse().ok()).unwrap_or_default();
            ticket
        }
        #[observe]
        fn stored(row: &[&str]) -> Ticket {
            let mut ticket = Ticket::default();
            ticket.reply_to = row.first().and_then(|number| number.parse().ok());
            ticket
        }
        assert_eq!(codes_of(|| assert_eq!(named("re #x").reply_to, None)), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(replaced("re #x"), Ticket::default())), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(stored(&["x"]), Ticket::default())), ["C101 V"]);
    }
}

#[test]
fn a_number_that_is_none() {
    #[observe]
    fn sample(text: &str) -> f64 {
        text.parse().unwrap_or(f64::NAN)
    }
    #[observe]
    fn endless(text: &str) -> f64 {
        text.parse().unwrap_or(f64::INFINITY)
    }
    assert_eq!(codes_of(|| assert!(sample("x").is_nan())), NOTHING);
    assert_eq!(codes_of(|| assert!(endless("x").is_infinite())), ["C103 S"]);
}

mod all_or_nothing {
    use super::*;

    #[observe]
    fn locked(text: &str) -> Option<HashMap<String, u32>> {
        let lines = text.lines().map(|line| {
            let (name, version) = line.split_once(' ')?;
            Some((name.to_owned(), version.parse().ok()?))
        });
        lines.collect()
    }

    #[observe]
    fn numbers(text: &str) -> Option<u32> {
        let all = text.split(' ').map(|word| word.parse::<u32>().ok()).collect::<Option<Vec<_>>>()?;
        Some(all.into_iter().sum())
    }

    #[test]
    fn one_line_that_is_odd_is_the_end_of_all() {
        assert_eq!(codes_of(|| assert_eq!(locked("a 1\nb x"), None)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(numbers("1 x"), None)), NOTHING);
    }

    #[test]
    fn a_part_is_no_whole() {
        #[observe]
        fn some(text: &str) -> Option<Vec<u32>> {
            let lines = text.lines().filter_map(|line| {
                let (_, version) = line.split_once(' ')?;
                Some(version.parse().ok()?)
            });
            Some(lines.collect())
        }
        #[observe]
        fn or_none(text: &str) -> Vec<u32> {
            let lines = text.lines().map(|line| {
                let (_, version) = line.split_once(' ')?;
                Some(version.parse().ok()?)
            });
            lines.collect::<Option<Vec<u32>>>().unwrap_or_default()
        }
        assert_eq!(codes_of(|| assert_eq!(some("a 1\nb x"), Some(vec![1]))), ["C114 V"]);
        assert_eq!(codes_of(|| assert_eq!(or_none("a 1\nb x"), [0; 0])), ["C114 V"]);
    }

    #[test]
    fn what_a_call_answers_is_no_form() {
        #[observe]
        fn all(calls: &[Flaky]) -> Option<Vec<u32>> {
            calls.iter().map(|call| Some(call.call().ok()?)).collect()
        }
        assert_eq!(codes_of(|| assert_eq!(all(&[Flaky::new(0), Flaky::new(1)]), None)), ["C101 V"]);
    }
}

#[test]
fn the_first_that_has_the_form() {
    #[observe]
    fn version(text: &str) -> Option<(u32, u32)> {
        text.split(' ').find_map(|word| {
            let mut numbers = word.split('.').map(str::parse::<u32>);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        })
    }
    #[observe]
    fn first(text: &str) -> u32 {
        let number = text.split(' ').find_map(|word| {
            let number: u32 = word.parse().ok()?;
            (number > 2).then_some(number)
        });
        number.unwrap_or_default()
    }
    #[observe]
    fn all(text: &str) -> u32 {
        let numbers = text.split(' ').filter_map(|word| {
            let number: u32 = word.parse().ok()?;
            (number > 2).then_some(number)
        });
        numbers.sum()
    }
    #[observe]
    fn answered(calls: &[Flaky]) -> Option<u32> {
        calls.iter().find_map(|call| {
            let mut answers = [call.call()].into_iter();
            Some(answers.next()?.ok()? + 1)
        })
    }
    assert_eq!(codes_of(|| assert_eq!(version("git version 2.44.0"), Some((2, 44)))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(first("no 1 3"), 3)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(all("no 1 3"), 3)), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(answered(&[Flaky::new(1)]), None)), ["C101 V"], "that is no form");
}

#[test]
fn variables_of_an_environment_that_somebody_keeps() {
    struct Machine;
    impl Machine {
        fn var(&self, name: &str) -> Result<&'static str, String> {
            if name.len() > 2 { Ok("wide") } else { Err(format!("no {name}")) }
        }
    }
    #[observe]
    fn width(machine: &Machine) -> usize {
        machine.var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(80)
    }
    #[observe]
    fn rate(machine: &Machine) -> usize {
        machine.var("rate").ok().and_then(|text| text.parse().ok()).unwrap_or(80)
    }
    assert_eq!(codes_of(|| assert_eq!(width(&Machine), 80)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(rate(&Machine), 80)), ["C101 V"]);
}

#[test]
fn parameters_by_their_names() {
    type Fields = HashMap<&'static str, &'static str>;
    #[observe]
    fn page(fields: &Fields) -> (u32, u32) {
        let number = |name: &str| fields.get(name).and_then(|text| text.parse().ok());
        (number("page").unwrap_or(1), number("size").unwrap_or(10))
    }
    #[observe]
    fn total(prices: &Fields, items: &[&str]) -> u32 {
        let price = |name: &str| prices.get(name).and_then(|text| text.parse::<u32>().ok());
        items.iter().map(|item| price(item).unwrap_or(0)).sum()
    }
    #[observe]
    fn sum(prices: &Fields) -> u32 {
        let price = |name: &str| prices.get(name).and_then(|text| text.parse::<u32>().ok());
        price("size").unwrap_or(0) + price("page").unwrap_or(0)
    }
    let fields = Fields::from([("page", "x"), ("size", "20")]);
    assert_eq!(codes_of(|| assert_eq!(page(&fields), (1, 20))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(total(&fields, &["size", "page"]), 20)), ["C101 V"]);
    assert_eq!(codes_of(|| assert_eq!(sum(&fields), 20)), ["C101 V"], "a price has to be one");
}
