//! What stands for an error: a variant that carries it, another form, its number, the same call again, a code.
#![allow(clippy::match_same_arms, clippy::manual_flatten, reason = "the forms are what is tested")]

use candor::observe;
use tracing::info;

use crate::kit::{Fault, Flaky, NOTHING, codes_of, fails, works};

#[derive(Debug, PartialEq, Eq)]
enum State {
    Done(u32),
    Failed(Fault),
}

#[test]
fn a_variant_that_carries_the_error() {
    #[observe]
    fn run(call: &Flaky) -> State {
        call.call().map_or_else(State::Failed, State::Done)
    }
    #[observe]
    fn guess(call: &Flaky) -> u32 {
        call.call().map_or_else(|_| 0, |value| value)
    }
    let down = || Flaky::new(1);
    assert_eq!(codes_of(|| assert_eq!(run(&down()), State::Failed(Fault::Timeout))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(guess(&down()), 0)), ["C103 S"]);
}

#[test]
fn a_form_at_the_end_of_an_arm() {
    #[observe]
    fn flag(text: &str) -> Option<bool> {
        match text {
            "yes" => Some(true),
            other => other.parse().ok(),
        }
    }
    #[observe]
    fn stored(name: &str, call: &Flaky) -> Option<u32> {
        match name {
            "none" => None,
            _ => call.call().ok(),
        }
    }
    assert_eq!(codes_of(|| assert_eq!(flag("maybe"), None)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(stored("seven", &Flaky::new(1)), None)), ["C101 V"]);
}

#[test]
fn errors_that_are_counted_apart() {
    #[observe]
    fn told(calls: &[Flaky]) -> (u32, usize) {
        let all: Vec<_> = calls.iter().map(Flaky::call).collect();
        let bad = all.iter().filter(|result| result.is_err()).count();
        (all.into_iter().flatten().sum(), bad)
    }
    #[observe]
    fn logged(calls: &[Flaky]) -> u32 {
        let all: Vec<_> = calls.iter().map(Flaky::call).collect();
        let bad = all.iter().filter(|result| result.is_err()).count();
        info!(bad, "added up");
        all.into_iter().flatten().sum()
    }
    let calls = || [Flaky::new(0), Flaky::new(1)];
    assert_eq!(codes_of(|| assert_eq!(told(&calls()), (7, 1))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(logged(&calls()), 7)), ["C114 V"]);
}

#[test]
fn one_of_those_that_have_the_form() {
    #[observe]
    fn newest(tags: &[&str]) -> Option<u32> {
        tags.iter().filter_map(|tag| tag.strip_prefix('v')?.parse().ok()).max()
    }
    #[observe]
    fn newest_pair(tags: &[&str]) -> Option<(u32, u32)> {
        let pair = |tag: &str| tag.split_once('.').map(|(major, minor)| (major.to_owned(), minor.to_owned()));
        tags.iter()
            .filter_map(|tag| {
                let (major, minor) = pair(tag)?;
                Some((major.parse().ok()?, minor.parse().ok()?))
            })
            .max()
    }
    #[observe]
    fn sum(tags: &[&str]) -> u32 {
        tags.iter().filter_map(|tag| tag.parse::<u32>().ok()).sum()
    }
    #[observe]
    fn best(calls: &[Flaky]) -> Option<u32> {
        calls.iter().filter_map(|call| call.call().ok()).max()
    }
    assert_eq!(codes_of(|| assert_eq!(newest(&["v1", "vx", "v2"]), Some(2))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(newest_pair(&["1.2", "1.x", "0.9", "x"]), Some((1, 2)))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(sum(&["1", "x", "2"]), 3)), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(best(&[Flaky::new(1), Flaky::new(0)]), Some(7))), ["C114 V"]);
}

#[test]
fn a_call_that_is_made_again_in_a_chain() {
    #[observe]
    fn again(call: &Flaky) -> Result<u32, Fault> {
        call.call().or_else(|_| call.call()).or_else(|_| call.call())
    }
    #[observe]
    fn other(call: &Flaky) -> Result<u32, Fault> {
        call.call().or_else(|_| works())
    }
    assert_eq!(codes_of(|| assert_eq!(again(&Flaky::new(2)), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(other(&Flaky::new(1)), Ok(7))), ["C103 S"]);
}

#[test]
fn an_error_that_is_named_beside_an_ok() {
    #[observe]
    fn remove(call: Result<u32, Fault>) -> Result<(), Fault> {
        match call.clone() {
            Ok(_) | Err(Fault::Timeout) => Ok(()),
            Err(other) => Err(other),
        }
    }
    #[observe]
    fn remove_any(call: fn() -> Result<u32, Fault>) -> Result<(), Fault> {
        match call() {
            Ok(_) | Err(_) => Ok(()),
        }
    }
    assert_eq!(codes_of(|| assert_eq!(remove(fails()), Ok(()))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(remove_any(fails), Ok(()))), ["C103 S"]);
}

#[test]
fn a_code_that_no_success_has() {
    #[observe]
    fn status(call: &Flaky) -> i32 {
        if let Err(error) = call.call() {
            info!(%error, "failed");
            return 1;
        }
        0
    }
    #[observe]
    fn count(call: &Flaky) -> i32 {
        if let Err(error) = call.call() {
            info!(%error, "failed");
            return 0;
        }
        0
    }
    assert_eq!(codes_of(|| assert_eq!(status(&Flaky::new(1)), 1)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(count(&Flaky::new(1)), 0)), ["C101 V"]);
}

#[test]
fn an_arm_that_counts_as_the_others_do() {
    #[observe]
    fn same(calls: &[Flaky]) -> u32 {
        let mut processed = 0;
        for call in calls {
            match call.call() {
                Ok(_) => processed += 1,
                Err(_) => processed += 1,
            }
        }
        processed
    }
    #[observe]
    fn apart(calls: &[Flaky]) -> (u32, u32) {
        let (mut processed, mut failed) = (0, 0);
        for call in calls {
            match call.call() {
                Ok(_) => processed += 1,
                Err(_) => failed += 1,
            }
        }
        (processed, failed)
    }
    let calls = || [Flaky::new(0), Flaky::new(1)];
    assert_eq!(codes_of(|| assert_eq!(same(&calls()), 2)), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(apart(&calls()), (1, 1))), NOTHING);
}

#[test]
fn a_text_that_is_an_error_in_place_of_one_that_is_none() {
    fn name(known: bool) -> Result<String, String> {
        if known { Ok("ana".to_owned()) } else { Err("no answer".to_owned()) }
    }
    #[observe]
    fn greeting(known: bool) -> Result<String, String> {
        let name = name(known).unwrap_or_else(|error| error);
        Ok(format!("Dear {name}"))
    }
    #[observe]
    fn place(list: &[u32], number: u32) -> Result<usize, String> {
        Ok(list.binary_search(&number).unwrap_or_else(|at| at))
    }
    assert_eq!(codes_of(|| assert!(greeting(false).is_ok())), ["C103 S"]);
    assert_eq!(codes_of(|| assert!(greeting(true).is_ok())), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(place(&[1, 3], 2), Ok(1))), NOTHING);
}

/// What an observed function returns for an item is the item.
#[test]
fn a_function_that_makes_items() {
    #[observe]
    fn read(text: &&str) -> Result<u32, Fault> {
        text.parse().map_err(|_| Fault::Declined(1))
    }
    #[observe]
    fn all(texts: &[&str]) -> Vec<Result<u32, Fault>> {
        texts.iter().map(read).collect()
    }
    #[observe]
    fn by_hand(texts: &[&str]) -> u32 {
        texts.iter().map(read).flatten().sum()
    }
    assert_eq!(codes_of(|| assert_eq!(all(&["7", "x"]).len(), 2)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(by_hand(&["7", "x"]), 7)), ["C114 V"], "and no second finding");
}
