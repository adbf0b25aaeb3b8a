//! Tries for each item of a loop: the one that works settles those before it, and nothing settles those of an item for which none did.

use std::collections::VecDeque;

use candor::observe;
use tracing::debug;

use crate::kit::{Fault, Flaky, NOTHING, block_on, codes_of};

/// What is found where the second try of the first item works, and where none does.
fn of(sends: fn(&[Flaky]) -> u32) -> [Vec<String>; 2] {
    [2, 9].map(|failures| codes_of(|| assert!(sends(&[Flaky::new(failures), Flaky::new(0)]) > 0)))
}

/// Silent where one works, and three tries are told where none does.
fn tells_the_lost_only(sends: fn(&[Flaky]) -> u32) {
    let [works, fails] = of(sends);
    assert_eq!(works, NOTHING);
    assert_eq!(fails, ["C114 V 3"]);
}

#[test]
fn a_match_that_breaks() {
    #[observe]
    fn sends(calls: &[Flaky]) -> u32 {
        let mut sent = 0;
        for call in calls {
            for attempt in 1..=3 {
                match call.call() {
                    Ok(_) => {
                        sent += 1;
                        break;
                    }
                    Err(error) => debug!(attempt, %error, "another try"),
                }
            }
        }
        sent
    }
    tells_the_lost_only(sends);
}

#[test]
fn an_if_that_breaks_in_a_future() {
    #[observe]
    async fn sends(calls: &[Flaky]) -> u32 {
        let mut sent = 0;
        for call in calls {
            let mut attempt = 0;
            while attempt < 3 {
                attempt += 1;
                if let Ok(value) = async { call.call() }.await {
                    sent += value / 7;
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        sent
    }
    tells_the_lost_only(|calls| block_on(sends(calls)));
}

#[test]
fn a_match_that_sets_a_flag() {
    #[observe]
    fn sends(calls: &[Flaky]) -> u32 {
        let mut sent = 0;
        for call in calls {
            let (mut done, mut attempt) = (false, 0);
            while !done && attempt < 3 {
                attempt += 1;
                match call.call() {
                    Ok(_) => {
                        sent += 1;
                        done = true;
                    }
                    Err(error) => debug!(attempt, %error, "another try"),
                }
            }
        }
        sent
    }
    #[observe]
    fn sends_on(calls: &[Flaky]) -> u32 {
        let mut sent = 0;
        for call in calls {
            let (mut is_known, mut attempt) = (false, 0);
            while attempt < 3 {
                attempt += 1;
                match call.call() {
                    Ok(value) => {
                        sent += value;
                        is_known = true;
                    }
                    Err(error) => debug!(is_known, %error, "a part is missing"),
                }
            }
        }
        sent
    }
    tells_the_lost_only(sends);
    let [some, none] = of(sends_on);
    assert_eq!(some, ["C114 V 2"], "the parts of one item");
    assert_eq!(none, ["C114 V 3"]);
}

#[test]
fn conditions_that_ask() {
    #[observe]
    fn breaks(calls: &[Flaky]) -> u32 {
        let mut sent = 0;
        for call in calls {
            for attempt in 1..=3 {
                if call.call().is_ok() {
                    sent += 1;
                    break;
                }
                debug!(attempt, "another try");
            }
        }
        sent
    }
    #[observe]
    fn goes_on_with_the_error(calls: &[Flaky]) -> u32 {
        let mut sent = 0;
        for call in calls {
            for attempt in 1..=3 {
                if let Err(error) = call.call() {
                    debug!(attempt, %error, "another try");
                    continue;
                }
                sent += 1;
                break;
            }
        }
        sent
    }
    #[observe]
    fn goes_on(calls: &[Flaky]) -> u32 {
        let mut sent = 0;
        for call in calls {
            for attempt in 1..=3 {
                if call.call().is_err() {
                    debug!(attempt, "another try");
                    continue;
                }
                sent += 1;
                break;
            }
        }
        sent
    }
    tells_the_lost_only(breaks);
    tells_the_lost_only(goes_on);
    tells_the_lost_only(goes_on_with_the_error);
}

#[test]
fn the_condition_of_a_loop() {
    #[observe]
    fn ends_the_loop(calls: &[Flaky]) -> u32 {
        let mut sent = 0;
        for call in calls {
            let mut tries = 0;
            while call.call().is_err() {
                tries += 1;
                if tries == 3 {
                    break;
                }
            }
            sent += 1;
        }
        sent
    }
    tells_the_lost_only(ends_the_loop);
}

#[test]
fn a_job_that_goes_back_to_its_queue() {
    #[observe]
    fn works_off(mut queue: VecDeque<(u32, Flaky)>) -> Result<u32, Fault> {
        let mut sum = 0;
        while let Some((tries, job)) = queue.pop_front() {
            match job.call() {
                Ok(value) => sum += value,
                Err(error) if tries < 3 => {
                    debug!(%error, "back to the queue");
                    queue.push_back((tries + 1, job));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(sum)
    }
    let queue = || VecDeque::from([(0, Flaky::new(2)), (0, Flaky::new(0))]);
    assert_eq!(codes_of(|| assert_eq!(works_off(queue()), Ok(14))), NOTHING);
}
