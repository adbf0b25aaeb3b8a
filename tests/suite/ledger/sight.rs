//! Errors that are lost in plain sight: told and thrown away, counted with the rest, shown as a value, named and left.
#![allow(
    clippy::manual_map,
    clippy::map_err_ignore,
    clippy::unnecessary_fold,
    reason = "the forms are what is tested"
)]

use std::collections::HashMap;

use candor::observe;

use crate::kit::{Fault, NOTHING, block_on, codes_of, fails, reject, works};

fn sometimes(id: u32) -> Result<u32, Fault> {
    if id == 2 { reject(id) } else { Ok(id) }
}

mod told_away {
    use super::*;

    #[test]
    fn and_nothing_is_left_of_it() {
        #[observe]
        fn tick(jobs: u32) -> Result<u32, Fault> {
            for _ in 0..jobs {
                fails().map_err(|fault| tracing::warn!("job: {fault}")).ok();
            }
            let _ = fails().map_err(|_| ());
            Ok(jobs)
        }
        assert_eq!(codes_of(|| assert_eq!(tick(1), Ok(1))), ["C101 V", "C101 V"]);
    }

    #[test]
    fn and_the_call_fails_with_it() {
        #[observe]
        fn tick() -> Result<u32, ()> {
            let value = fails().map_err(|fault| tracing::warn!("job: {fault}"))?;
            Ok(value)
        }
        assert_eq!(codes_of(|| assert_eq!(tick(), Err(()))), NOTHING);
    }
}

mod asked {
    use super::*;

    #[test]
    fn for_an_option_that_is_put_down() {
        #[observe]
        fn renew() -> Result<Option<u32>, Fault> {
            let valid = fails().is_ok().then(|| 3600);
            Ok(valid)
        }
        assert_eq!(codes_of(|| assert_eq!(renew(), Ok(None))), ["C101 V"]);
    }

    #[test]
    fn for_an_option_that_is_the_answer() {
        #[observe]
        fn find() -> Option<u32> {
            fails().is_ok().then(|| 3600)
        }
        #[observe]
        fn classify(text: &str) -> Result<Option<u32>, Fault> {
            let number = text.parse::<u32>().is_ok().then_some(1);
            Ok(number)
        }
        assert_eq!(codes_of(|| assert_eq!(find(), None)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(classify("x"), Ok(None))), NOTHING);
    }
}

mod taken_for_nothing {
    use super::*;

    #[test]
    fn inside_an_option() {
        #[observe]
        fn length(header: Option<&str>) -> Result<usize, Fault> {
            let length = header.map(|text| text.parse::<usize>()).and_then(Result::ok);
            Ok(length.unwrap_or(0))
        }
        #[observe]
        fn settled(header: Option<&str>) -> Result<usize, Fault> {
            let length = header.map(|text| text.parse::<usize>()).transpose();
            length.map(|length| length.unwrap_or(0)).map_err(|_| Fault::Timeout)
        }
        assert_eq!(codes_of(|| assert_eq!(length(Some("12k")), Ok(0))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(length(Some("12")), Ok(12))), NOTHING);
        assert_eq!(codes_of(|| assert!(settled(Some("12k")).is_err())), NOTHING);
    }
}

mod a_loop_with_an_end_of_its_own {
    use super::*;

    struct Api(u32);

    impl Api {
        fn page(&self, number: u32) -> Result<Option<u32>, Fault> {
            if number == self.0 { Err(Fault::Timeout) } else { Ok((number < 3).then_some(number + 1)) }
        }
        fn recv(&self, number: u32) -> Result<Option<u32>, Fault> {
            self.page(number)
        }
    }

    #[test]
    fn ends_too_early_with_an_error() {
        #[observe]
        fn all(api: &Api) -> u32 {
            let mut number = 0;
            while let Ok(next) = api.page(number) {
                match next {
                    Some(next) => number = next,
                    None => break,
                }
            }
            number
        }
        assert_eq!(codes_of(|| assert_eq!(all(&Api(9)), 3)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(all(&Api(1)), 1)), ["C114 V"]);
    }

    #[test]
    fn and_another_side_that_is_gone() {
        #[observe]
        fn all(api: &Api) -> u32 {
            let mut number = 0;
            while let Ok(next) = api.recv(number) {
                match next {
                    Some(next) => number = next,
                    None => break,
                }
            }
            number
        }
        #[observe]
        fn without_one(api: &Api) -> u32 {
            let mut number = 0;
            while let Ok(Some(next)) = api.recv(number) {
                number = next;
            }
            number
        }
        assert_eq!(codes_of(|| assert_eq!(all(&Api(1)), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(without_one(&Api(1)), 1)), ["C114 V"]);
    }
}

mod shown_as_a_value {
    use super::*;

    fn balance() -> Result<String, Fault> {
        fails().map(|value| value.to_string())
    }

    #[test]
    fn where_it_could_be_returned() {
        #[observe]
        fn statement() -> Result<String, Fault> {
            let text = balance().unwrap_or_else(|fault| fault.to_string());
            Ok(text)
        }
        #[observe]
        fn in_an_arm() -> Result<String, Fault> {
            let text = match balance() {
                Ok(text) => text,
                Err(fault) => format!("{fault}"),
            };
            Ok(text)
        }
        assert_eq!(codes_of(|| assert!(statement().is_ok())), ["C103 S"]);
        assert_eq!(codes_of(|| assert!(in_an_arm().is_ok())), ["C103 S"]);
    }

    #[test]
    fn where_a_reader_is_told() {
        #[observe]
        fn prints() -> Result<(), Fault> {
            println!("{}", balance().unwrap_or_else(|fault| fault.to_string()));
            Ok(())
        }
        #[observe]
        fn answers() -> String {
            balance().unwrap_or_else(|fault| fault.to_string())
        }
        #[observe]
        fn says_what_it_is() -> Result<String, Fault> {
            Ok(balance().unwrap_or_else(|fault| format!("error: {fault}")))
        }
        assert_eq!(codes_of(|| assert!(prints().is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(!answers().is_empty())), NOTHING);
        assert_eq!(codes_of(|| assert!(says_what_it_is().is_ok())), NOTHING);
    }
}

mod put_away {
    use super::*;

    #[test]
    fn where_only_their_number_is_asked() {
        #[observe]
        fn pushed(ids: &[u32]) -> usize {
            let mut results = Vec::new();
            for id in ids {
                results.push(sometimes(*id));
            }
            results.len()
        }
        #[observe]
        fn inserted(ids: &[u32]) -> usize {
            let mut results = HashMap::new();
            for id in ids {
                results.insert(*id, sometimes(*id));
            }
            results.len()
        }
        #[observe]
        fn collected(ids: &[u32]) -> usize {
            let results: Vec<_> = ids.iter().map(|id| sometimes(*id)).collect();
            results.len()
        }
        for operation in [pushed, inserted, collected] {
            assert_eq!(codes_of(|| assert_eq!(operation(&[1, 2]), 2)), ["C114 V"]);
        }
    }

    #[test]
    fn where_one_that_is_good_will_do() {
        #[observe]
        fn replicate(ids: &[u32]) -> Result<usize, Fault> {
            let results: Vec<_> = ids.iter().map(|id| sometimes(*id)).collect();
            if !results.iter().any(|result| result.is_ok()) {
                return Err(Fault::Timeout);
            }
            Ok(ids.len())
        }
        assert_eq!(codes_of(|| assert_eq!(replicate(&[1, 2]), Ok(2))), ["C101 S"]);
        assert_eq!(codes_of(|| assert_eq!(replicate(&[2]), Err(Fault::Timeout))), NOTHING);
    }

    #[test]
    fn and_looked_at() {
        #[observe]
        fn pushed(ids: &[u32]) -> Vec<Result<u32, Fault>> {
            let mut results = Vec::new();
            for id in ids {
                results.push(sometimes(*id));
            }
            results
        }
        #[observe]
        fn collected(ids: &[u32]) -> Result<usize, Fault> {
            let results: Vec<_> = ids.iter().map(|id| sometimes(*id)).collect();
            let count = results.len();
            for result in results {
                result?;
            }
            Ok(count)
        }
        #[observe]
        fn of_something_else(ids: &[u32]) -> usize {
            let all: Vec<_> = ids.iter().map(|id| u32::count_ones(*id)).collect();
            all.len()
        }
        assert_eq!(codes_of(|| assert_eq!(pushed(&[1, 2]).len(), 2)), NOTHING);
        assert_eq!(codes_of(|| assert!(collected(&[1, 2]).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(of_something_else(&[1, 2]), 2)), NOTHING);
    }
}

mod named {
    use super::*;

    #[derive(Debug)]
    enum Step {
        Done,
        Failed(#[expect(dead_code, reason = "it is what nobody looks at")] String),
    }

    fn migrate(id: u32) -> Step {
        match sometimes(id) {
            Ok(_) => Step::Done,
            Err(fault) => Step::Failed(fault.to_string()),
        }
    }

    fn step_state(id: u32) -> Step {
        migrate(id)
    }

    #[test]
    fn and_left() {
        #[observe]
        fn all(ids: &[u32]) -> usize {
            let mut done = 0;
            for id in ids {
                match migrate(*id) {
                    Step::Done => done += 1,
                    Step::Failed(_) => {}
                }
            }
            done
        }
        assert_eq!(codes_of(|| assert_eq!(all(&[1, 2]), 1)), ["C114 V"]);
    }

    #[test]
    fn and_dealt_with() {
        #[observe]
        fn counts(ids: &[u32]) -> (usize, usize) {
            let (mut done, mut failed) = (0, 0);
            for id in ids {
                match migrate(*id) {
                    Step::Done => done += 1,
                    Step::Failed(_) => failed += 1,
                }
            }
            (done, failed)
        }
        #[observe]
        fn returns(id: u32) -> Result<(), Fault> {
            match migrate(id) {
                Step::Done => Ok(()),
                Step::Failed(_) => Err(Fault::Timeout),
            }
        }
        assert_eq!(codes_of(|| assert_eq!(counts(&[1, 2]), (1, 1))), NOTHING);
        assert_eq!(codes_of(|| assert!(returns(2).is_err())), NOTHING);
    }

    #[test]
    fn as_a_state_that_was_before() {
        #[observe]
        fn done(ids: &[u32]) -> usize {
            let mut done = 0;
            for id in ids {
                match step_state(*id) {
                    Step::Done => done += 1,
                    Step::Failed(_) => {}
                }
            }
            done
        }
        assert_eq!(codes_of(|| assert_eq!(done(&[1, 2]), 1)), NOTHING);
    }
}

mod asked_for_the_log {
    use std::error::Error;

    use super::*;

    fn load(known: bool) -> Result<u32, Box<dyn Error>> {
        if known { Ok(works()?) } else { Err("disk failure".into()) }
    }

    #[test]
    fn what_kind_it_is() {
        #[observe]
        fn find() -> Result<Option<u32>, Box<dyn Error>> {
            match load(false) {
                Ok(user) => Ok(Some(user)),
                Err(error) => {
                    if let Some(fault) = error.downcast_ref::<Fault>() {
                        tracing::debug!("{fault}");
                    }
                    Ok(None)
                }
            }
        }
        #[observe]
        fn tells_apart() -> Result<Option<u32>, Box<dyn Error>> {
            match load(false) {
                Ok(user) => Ok(Some(user)),
                Err(error) => {
                    if error.downcast_ref::<Fault>().is_none() {
                        return Err(error);
                    }
                    Ok(None)
                }
            }
        }
        assert_eq!(codes_of(|| assert!(find().is_ok())), ["C101 S"]);
        assert_eq!(codes_of(|| assert!(tells_apart().is_err())), NOTHING);
    }
}

mod one_answer {
    use tokio::sync::oneshot;

    use super::*;

    #[test]
    fn that_did_not_come_and_is_made_up() {
        #[observe]
        async fn quote(answer: oneshot::Receiver<u64>) -> Result<u64, Fault> {
            Ok(answer.await.unwrap_or_default())
        }
        #[observe]
        async fn until_stopped(stop: oneshot::Receiver<u64>) -> Result<u64, Fault> {
            let _ = stop.await;
            Ok(1)
        }
        let gone = || oneshot::channel().1;
        assert_eq!(codes_of(|| assert_eq!(block_on(quote(gone())), Ok(0))), ["C103 S"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(until_stopped(gone())), Ok(1))), NOTHING);
    }
}

mod called_an_error {
    use super::*;

    #[derive(Debug)]
    struct StoreDown;
    #[derive(Debug)]
    struct Unchanged;

    fn put() -> Result<(), StoreDown> {
        Err(StoreDown)
    }

    fn update() -> Result<(), Unchanged> {
        Err(Unchanged)
    }

    #[test]
    fn by_a_word_in_its_name() {
        #[observe]
        fn drops() -> u32 {
            let _ = put();
            1
        }
        #[observe]
        fn asks() -> u32 {
            let _ = update();
            1
        }
        assert_eq!(codes_of(|| assert_eq!(drops(), 1)), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(asks(), 1)), NOTHING);
    }
}
