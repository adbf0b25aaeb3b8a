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

mod asked_whether_it_works {
    use super::*;

    #[test]
    fn and_done_in_another_way() {
        #[observe]
        fn sends(batch: &[Flaky]) -> usize {
            if batch.iter().try_for_each(|one| one.call().map(|_| ())).is_ok() {
                return batch.len();
            }
            batch.iter().filter(|one| one.call().is_ok()).count()
        }
        #[observe]
        fn first(mirrors: &[Flaky]) -> Option<usize> {
            for (index, mirror) in mirrors.iter().enumerate() {
                if mirror.call().is_ok() {
                    return Some(index);
                }
            }
            None
        }
        assert_eq!(codes_of(|| assert_eq!(sends(&[Flaky::new(1)]), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(first(&[Flaky::new(1), Flaky::new(0)]), Some(1))), NOTHING);
    }

    #[test]
    fn and_left_where_it_does_not() {
        #[observe]
        fn all(jobs: &[Flaky]) -> usize {
            for job in jobs {
                if !job.call().is_ok() {
                    return 1;
                }
            }
            0
        }
        #[observe]
        fn stored() -> Result<u32, Fault> {
            if fails().is_ok() {
                return Ok(1);
            }
            Ok(2)
        }
        assert_eq!(codes_of(|| assert_eq!(all(&[Flaky::new(1)]), 1)), ["C114 V"]);
        assert_eq!(codes_of(|| assert_eq!(stored(), Ok(2))), ["C101 V"]);
    }
}

mod all_but_one {
    use std::io::{Error, ErrorKind};

    use super::*;
    use crate::kit::io_error;

    #[test]
    fn were_returned_before() {
        #[observe]
        fn remove(kind: ErrorKind) -> Result<(), Error> {
            match io_error(kind) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            Ok(())
        }
        #[observe]
        fn remove_any(kind: ErrorKind) -> Result<(), Error> {
            match io_error(kind) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            Ok(())
        }
        assert_eq!(codes_of(|| assert!(remove(ErrorKind::NotFound).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(remove_any(ErrorKind::Other).is_ok())), ["C101 V"]);
    }
}
