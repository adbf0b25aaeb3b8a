//! What the tests of published crates showed to be candor's mistake, each beside the case that must still fire.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use candor::observe;

use crate::kit::{Fault, NOTHING, codes_of, fails, works};

#[observe]
fn step() -> Result<u32, Fault> {
    fails()
}

/// walkdir, tower-http, hyper-util: the `Err` stands inside what an iterator or a poll returns.
mod inside {
    use super::*;

    #[test]
    fn an_item_a_poll_and_an_item_of_a_stream_that_are_errors_are_propagated() {
        #[observe]
        fn next() -> Option<Result<u32, Fault>> {
            match step() {
                Ok(n) => Some(Ok(n)),
                Err(fault) => Some(Err(fault)),
            }
        }
        #[observe]
        fn poll() -> Poll<Result<u32, Fault>> {
            let n = step()?;
            Poll::Ready(Ok(n))
        }
        #[observe]
        fn poll_next() -> Poll<Option<Result<u32, Fault>>> {
            let n = step()?;
            Poll::Ready(Some(Ok(n)))
        }
        let ends = || assert!(next().is_some() && poll().is_ready() && poll_next().is_ready());
        assert_eq!(codes_of(ends), NOTHING);
    }

    struct Walk(u32);

    impl Iterator for Walk {
        type Item = Result<u32, Fault>;
        #[observe]
        fn next(&mut self) -> Option<Result<u32, Fault>> {
            self.0 = self.0.checked_sub(1)?;
            Some(step())
        }
    }

    #[test]
    fn whoever_asks_for_an_item_has_its_error() {
        #[observe]
        fn count() -> usize {
            Walk(2).filter(|item| item.is_err()).count()
        }
        assert_eq!(codes_of(|| assert_eq!(count(), 2)), NOTHING);
    }

    #[test]
    fn what_leaves_the_items_out_is_still_seen() {
        #[observe]
        fn sum() -> u32 {
            Walk(2).filter_map(Result::ok).sum()
        }
        assert_eq!(codes_of(|| assert_eq!(sum(), 0)), ["C114 V 2"]);
    }

    #[test]
    fn an_item_without_it_is_not() {
        #[observe]
        fn next() -> Option<Result<u32, Fault>> {
            step().ok();
            Some(Ok(1))
        }
        assert_eq!(codes_of(|| assert!(next().is_some())), ["C101 V"]);
    }
}

/// just, hyper-util: a closure or a future of another function runs under this one.
mod elsewhere {
    use super::*;

    #[derive(Debug)]
    struct Attributes;

    impl FromIterator<u32> for Attributes {
        #[observe]
        fn from_iter<I: IntoIterator<Item = u32>>(items: I) -> Attributes {
            items.into_iter().for_each(drop);
            Attributes
        }
    }

    #[test]
    fn a_closure_returns_its_error_to_its_own_function() {
        #[observe]
        fn resolve() -> Result<Attributes, Fault> {
            let resolved = |_| {
                let n = step()?;
                Ok(n)
            };
            (0..3).map(resolved).collect()
        }
        assert_eq!(codes_of(|| assert!(resolve().is_err())), NOTHING);
    }

    #[test]
    fn a_failed_call_of_its_own_is_still_seen() {
        fn silent() -> u32 {
            step().map_or(0, |n| n)
        }
        #[observe]
        fn gathers() -> u32 {
            silent()
        }
        assert_eq!(codes_of(|| assert_eq!(gathers(), 0)), ["C101 S"]);
    }

    #[test]
    fn whoever_polls_a_future_hands_its_value_on() {
        #[observe]
        async fn acquire() -> Result<u32, Fault> {
            fails()
        }
        #[observe]
        fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
            future.poll(&mut Context::from_waker(Waker::noop()))
        }
        assert_eq!(codes_of(|| assert!(poll(pin!(acquire())).is_ready())), NOTHING);
    }
}

/// just: an error that is compared is looked at, under whatever name the trait calls it.
mod compared {
    use super::*;

    struct Indentation;

    impl std::str::FromStr for Indentation {
        type Err = Fault;
        #[observe]
        fn from_str(_text: &str) -> Result<Indentation, Fault> {
            fails().map(|_: u32| Indentation)
        }
    }

    #[test]
    fn what_a_test_asserts_of_an_error_is_handed_on() {
        #[observe]
        fn case(text: &str) {
            assert!(text.parse::<Indentation>().is_err_and(|fault| !fault.to_string().is_empty()));
        }
        assert_eq!(codes_of(|| case("")), NOTHING);
    }

    #[test]
    fn what_is_thrown_away_is_not() {
        #[observe]
        fn case(text: &str) {
            let _ = text.parse::<Indentation>();
        }
        assert_eq!(codes_of(|| case("")), ["C101 V"]);
    }
}

/// walkdir, tower-http, reqwest: what an arm returns.
mod returned {
    use super::*;

    #[test]
    fn another_error_stands_for_this_one() {
        #[observe]
        fn range() -> Option<Result<u32, Fault>> {
            let n = match fails() {
                Ok(n) => n,
                Err(_) => return Some(Err(Fault::Timeout)),
            };
            Some(Ok(n))
        }
        assert_eq!(codes_of(|| assert!(range().is_some())), NOTHING);
    }

    #[test]
    fn what_is_only_borrowed_is_still_there() {
        #[observe]
        fn open() -> (u32, Option<Result<u32, Fault>>) {
            let range = Some(fails());
            let mut at = 0;
            if let Some(Ok(n)) = range.as_ref() {
                at = *n;
            }
            (at, range)
        }
        assert_eq!(codes_of(|| assert!(open().1.is_some())), NOTHING);
    }

    #[test]
    fn what_is_tried_and_not_kept_is_dropped() {
        #[observe]
        fn open() -> u32 {
            if let Ok(n) = fails() {
                return n;
            }
            0
        }
        assert_eq!(codes_of(|| assert_eq!(open(), 0)), ["C101 V"]);
    }

    #[test]
    fn an_empty_value_is_a_substitute_wherever_it_stands() {
        #[observe]
        fn ancestors() -> Vec<u32> {
            let n = match fails() {
                Ok(n) => n,
                Err(_) => return vec![],
            };
            vec![n]
        }
        assert_eq!(codes_of(|| assert!(ancestors().is_empty())), ["C103 S"]);
    }

    #[test]
    fn a_success_is_none() {
        #[observe]
        fn store() -> Result<(), Fault> {
            match fails() {
                Ok(_) => works().map(|_: u32| ()),
                Err(_) => return Ok(()),
            }
        }
        assert_eq!(codes_of(|| assert!(store().is_ok())), ["C101 V"]);
    }
}

/// ignore: an item that cannot be had is given to whoever looks on, whose answer is all that is asked.
mod given {
    use super::*;

    #[derive(Default)]
    struct Looker(Vec<Result<u32, Fault>>);

    impl Looker {
        fn visit(&mut self, item: Result<u32, Fault>) -> bool {
            self.0.push(item);
            self.0.len() > 9
        }

        fn has(&self, fault: &Fault) -> bool {
            self.0.iter().any(|item| item.as_ref().err() == Some(fault))
        }
    }

    #[test]
    fn an_error_that_is_given_in_a_question_is_handed_on() {
        #[observe]
        fn roots(looker: &mut Looker) {
            let mut found = vec![];
            for _ in 0..2 {
                let root = match step() {
                    Ok(root) => root,
                    Err(fault) => {
                        if looker.visit(Err(fault)) {
                            return;
                        }
                        continue;
                    }
                };
                found.push(root);
            }
            assert!(found.is_empty());
        }
        #[observe]
        fn asked(looker: &Looker) {
            let mut found = vec![];
            for _ in 0..2 {
                let root = match step() {
                    Ok(root) => root,
                    Err(fault) => {
                        if looker.has(&fault) {
                            return;
                        }
                        continue;
                    }
                };
                found.push(root);
            }
            assert!(found.is_empty());
        }
        assert_eq!(codes_of(|| roots(&mut Looker::default())), NOTHING);
        assert_eq!(codes_of(|| asked(&Looker::default())), ["C101 V 2"]);
    }
}
