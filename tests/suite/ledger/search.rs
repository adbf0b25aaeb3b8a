//! What is found out by trying: an item that is looked for, a form that a text need not have, whether one may.
#![allow(
    clippy::manual_find,
    clippy::redundant_closure_for_method_calls,
    reason = "the forms are what is tested"
)]

use candor::observe;
use tracing::{debug, error, warn};

use crate::kit::{Fault, Flaky, NOTHING, codes_of, fails, works};

#[test]
fn an_item_that_is_looked_for() {
    #[observe]
    fn first(calls: &[Flaky]) -> Option<&Flaky> {
        calls.iter().find(|call| match call.call() {
            Ok(value) => value > 2,
            Err(error) => {
                debug!(%error, "not this one");
                false
            }
        })
    }
    #[observe]
    fn which(calls: &[Flaky]) -> Option<u32> {
        calls.iter().find_map(|call| match call.call() {
            Ok(value) => Some(value),
            Err(_) => None,
        })
    }
    #[observe]
    fn all_of(calls: &[Flaky]) -> usize {
        let good = calls.iter().filter(|call| match call.call() {
            Ok(value) => value > 2,
            Err(error) => {
                debug!(%error, "not this one");
                false
            }
        });
        good.count()
    }
    #[observe]
    fn any_at_all(calls: &[Flaky]) -> Option<&Flaky> {
        calls.iter().find(|call| match call.call() {
            Ok(value) => value > 2,
            Err(_) => true,
        })
    }
    let calls = || [Flaky::new(1), Flaky::new(0)];
    assert_eq!(codes_of(|| assert!(first(&calls()).is_some())), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(which(&calls()), Some(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(all_of(&calls()), 1)), ["C103 S"]);
    assert_eq!(codes_of(|| assert!(any_at_all(&calls()).is_some())), ["C103 S"]);
}

#[test]
fn another_error_in_place_of_one() {
    #[observe]
    fn named(call: &Flaky) -> u32 {
        let asked: Result<Result<u32, u8>, Fault> = call.call().map(Ok);
        match asked.unwrap_or(Err(3)) {
            Ok(value) => value,
            Err(code) => code.into(),
        }
    }
    #[observe]
    fn filled(call: &Flaky) -> u32 {
        let asked: Result<Result<u32, u8>, Fault> = call.call().map(Ok);
        match asked.unwrap_or(Ok(3)) {
            Ok(value) => value,
            Err(code) => code.into(),
        }
    }
    assert_eq!(codes_of(|| assert_eq!(named(&Flaky::new(1)), 3)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(filled(&Flaky::new(1)), 3)), ["C103 S"]);
}

struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn number(&self) -> Result<usize, Fault> {
        self.0.parse().map_err(|_| Fault::Declined(1))
    }

    fn name(&self) -> Result<usize, Fault> {
        Ok(self.0.len())
    }

    #[observe]
    fn atom(&self) -> Result<usize, Fault> {
        self.number().or_else(|_| self.name())
    }
}

struct Rates(Flaky);

impl Rates {
    fn today(&self) -> Result<u32, Fault> {
        self.0.call()
    }

    fn yesterday(&self) -> Result<u32, Fault> {
        works()
    }

    #[observe]
    fn rate(&self) -> Result<u32, Fault> {
        self.today().or_else(|_| self.yesterday())
    }
}

#[test]
fn one_rule_of_a_grammar_and_then_another() {
    assert_eq!(codes_of(|| assert_eq!(Reader("pi").atom(), Ok(2))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(Rates(Flaky::new(1)).rate(), Ok(7))), ["C103 S"]);
}

#[test]
fn a_text_that_need_not_have_the_form() {
    #[observe]
    fn numbered(first: &str, rest: &[&str]) -> Result<Option<u32>, String> {
        Ok(match first.parse() {
            Ok(number) => Some(number),
            Err(_) if rest.len() == 1 => {
                debug!("has a label");
                None
            }
            Err(_) => return Err("no number".into()),
        })
    }
    #[observe]
    fn guessed(first: &str, rest: &[&str]) -> Result<u32, String> {
        Ok(match first.parse() {
            Ok(number) => number,
            Err(_) if rest.len() == 1 => 1,
            Err(_) => 0,
        })
    }
    assert_eq!(codes_of(|| assert_eq!(numbered("intro", &["text"]), Ok(None))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(guessed("intro", &["text"]), Ok(1))), ["C103 S"]);
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    value: u32,
    is_stale: bool,
}

#[test]
fn an_answer_that_says_that_it_is_old_beside_none() {
    #[observe]
    fn marked(call: &Flaky, old: u32) -> Option<Answer> {
        match (call.call(), old) {
            (Ok(0), _) => None,
            (Ok(value), _) => Some(Answer { value, is_stale: false }),
            (Err(error), value) => {
                warn!(%error, "serving an old answer");
                Some(Answer { value, is_stale: true })
            }
        }
    }
    #[observe]
    fn unmarked(call: &Flaky, old: u32) -> Option<Answer> {
        match (call.call(), old) {
            (Ok(0), _) => None,
            (Ok(value), _) => Some(Answer { value, is_stale: false }),
            (Err(error), value) => {
                warn!(%error, "serving an old answer");
                Some(Answer { value, is_stale: false })
            }
        }
    }
    assert_eq!(codes_of(|| assert!(marked(&Flaky::new(1), 5).is_some_and(|it| it.is_stale))), NOTHING);
    assert_eq!(codes_of(|| assert!(unmarked(&Flaky::new(1), 5).is_some())), ["C103 S"]);
}

#[test]
fn another_way_that_is_matched() {
    #[observe]
    fn object(call: &Flaky, compile: fn() -> Result<u32, Fault>) -> Result<u32, String> {
        match call.call() {
            Ok(1..) => return Ok(1),
            Ok(0) => debug!("not there"),
            Err(error) => debug!(%error, "of no use"),
        }
        let object = match compile() {
            Ok(object) => object,
            Err(error) => return Err(error.to_string()),
        };
        Ok(object)
    }
    #[observe]
    fn stamped(call: &Flaky) -> Result<u32, String> {
        match call.call() {
            Ok(1..) => return Ok(1),
            Ok(0) => debug!("not there"),
            Err(error) => debug!(%error, "of no use"),
        }
        let stamp = match 7_u32 {
            7 => 3,
            other => other,
        };
        Ok(stamp)
    }
    assert_eq!(codes_of(|| assert_eq!(object(&Flaky::new(1), works), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(stamped(&Flaky::new(1)), Ok(3))), ["C101 V"]);
}

/// The drop of each clears away what it has left.
struct Folder<'a>(&'a Flaky);

impl Folder<'_> {
    fn remove(&self) -> Result<u32, Fault> {
        self.0.call()
    }
}

#[observe]
impl Drop for Folder<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            debug!(%error, "the nightly run clears it away");
        }
    }
}

struct Export<'a>(&'a Flaky);

impl Export<'_> {
    fn flush(&self) -> Result<u32, Fault> {
        self.0.call()
    }
}

#[observe]
impl Drop for Export<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.flush() {
            debug!(%error, "the rest of it");
        }
    }
}

#[test]
fn what_is_cleared_away_by_a_drop_that_tells() {
    assert_eq!(codes_of(|| drop(Folder(&Flaky::new(1)))), NOTHING);
    assert_eq!(codes_of(|| drop(Export(&Flaky::new(1)))), ["C101 V"]);
}

#[test]
fn a_line_that_says_why_the_call_was_made() {
    #[observe]
    fn go_to_safety(off: fn() -> Result<u32, Fault>) -> Result<(), Fault> {
        error!("no temperature, heating goes off");
        off().map(drop)
    }
    #[observe]
    fn switch(off: fn() -> Result<u32, Fault>) -> Result<(), Fault> {
        off()?;
        error!("relay did not answer");
        Ok(())
    }
    #[observe]
    fn measure(on: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        error!("no temperature");
        on()
    }
    assert_eq!(codes_of(|| assert_eq!(go_to_safety(works), Ok(()))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(switch(works), Ok(()))), ["C101 S"]);
    assert_eq!(codes_of(|| assert_eq!(measure(works), Ok(7))), ["C101 S"]);
}

#[test]
fn whoever_cannot_be_asked_about() {
    #[observe]
    fn may_enter(state: fn() -> Result<u32, Fault>) -> bool {
        match state() {
            Ok(state) => state != 3,
            Err(error) => {
                warn!(%error, "badge cannot be checked, the door stays closed");
                false
            }
        }
    }
    #[observe]
    fn may_pass(state: fn() -> Result<u32, Fault>) -> bool {
        match state() {
            Ok(state) => state != 3,
            Err(error) => {
                warn!(%error, "badge cannot be checked, the door opens");
                true
            }
        }
    }
    #[observe]
    fn can_leave(state: fn() -> Result<u32, Fault>) -> bool {
        state() != Ok(3)
    }
    #[observe]
    fn is_allowed(state: fn() -> Result<u32, Fault>) -> bool {
        if state() != Ok(7) {
            return false;
        }
        state() == Ok(7)
    }
    #[observe]
    fn is_down(ping: fn() -> Result<u32, Fault>) -> bool {
        ping() != Ok(7)
    }
    assert_eq!(codes_of(|| assert!(!may_enter(fails))), NOTHING);
    assert_eq!(codes_of(|| assert!(may_pass(fails))), ["C103 S"]);
    assert_eq!(codes_of(|| assert!(can_leave(fails))), ["C103 S"]);
    assert_eq!(codes_of(|| assert!(!is_allowed(fails) && is_down(fails))), NOTHING);
}

#[test]
fn a_loop_that_ends_with_the_first_that_works() {
    #[observe]
    fn first(calls: &[Flaky]) -> Result<u32, Fault> {
        for call in calls {
            let value = match call.call() {
                Ok(value) => value,
                Err(error) => {
                    debug!(%error, "the next one");
                    continue;
                }
            };
            debug!(value, "found");
            return Ok(value);
        }
        Err(Fault::Timeout)
    }
    #[observe]
    fn one_of(mut calls: Vec<Flaky>) -> Result<u32, Fault> {
        let value = loop {
            let Some(call) = calls.pop() else { return Err(Fault::Timeout) };
            let Ok(value) = call.call() else {
                debug!("the next one");
                continue;
            };
            break value + 1;
        };
        Ok(value)
    }
    #[observe]
    fn all_of(calls: &[Flaky]) -> u32 {
        let mut sum = 0;
        for call in calls {
            let value = match call.call() {
                Ok(value) => value,
                Err(error) => {
                    debug!(%error, "the next one");
                    continue;
                }
            };
            sum += value;
        }
        sum
    }
    assert_eq!(codes_of(|| assert_eq!(first(&[Flaky::new(1), Flaky::new(0)]), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(one_of(vec![Flaky::new(0), Flaky::new(1)]), Ok(8))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(all_of(&[Flaky::new(1), Flaky::new(0)]), 7)), ["C114 V"]);
}

#[test]
fn an_item_whose_place_is_not_gone() {
    #[observe]
    fn values(calls: &[Flaky]) -> Vec<Option<u32>> {
        calls.iter().map(|call| call.call().ok()).collect()
    }
    #[observe]
    fn named(calls: &[Flaky]) -> Vec<(bool, Option<u32>)> {
        calls.iter().map(|call| (true, call.call().ok())).collect()
    }
    #[observe]
    fn good_ones(calls: &[Flaky]) -> Vec<u32> {
        calls.iter().filter_map(|call| call.call().ok()).collect()
    }
    let calls = || [Flaky::new(1), Flaky::new(0)];
    assert_eq!(codes_of(|| assert_eq!(values(&calls()), [None, Some(7)])), ["C103 S"]);
    assert_eq!(codes_of(|| assert_eq!(named(&calls()).len(), 2)), ["C103 S"]);
    assert_eq!(codes_of(|| assert_eq!(good_ones(&calls()), [7])), ["C114 V"]);
}

#[test]
fn a_text_in_brackets_says_that_there_is_none() {
    #[observe]
    fn shown(text: &[u8]) -> &str {
        std::str::from_utf8(text).unwrap_or("<binary>")
    }
    #[observe]
    fn titled(text: &[u8]) -> &str {
        std::str::from_utf8(text).unwrap_or("Title")
    }
    assert_eq!(codes_of(|| assert_eq!(shown(&[0xff]), "<binary>")), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(titled(&[0xff]), "Title")), ["C103 S"]);
}
