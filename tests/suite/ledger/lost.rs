//! Errors that iterators leave out, that end a loop too early, that the next value takes the place of, or that spawned work returned.
#![allow(
    clippy::manual_flatten,
    clippy::iter_filter_is_ok,
    clippy::result_filter_map,
    unused_assignments,
    reason = "the forms are what is tested"
)]

use std::sync::mpsc;
use std::thread;

use candor::observe;
use tokio::sync::{broadcast, watch};

use crate::kit::{Fault, Flaky, NOTHING, block_on, codes_of, fails, reject, works};

type Outcome = Result<u32, Fault>;

#[track_caller]
fn pair(fires: fn() -> Outcome, code: &str, silent: fn() -> Outcome) {
    assert_eq!(codes_of(|| _ = fires()), [code]);
    assert_eq!(codes_of(|| _ = silent()), NOTHING);
}

fn sometimes(id: u32) -> Outcome {
    if id == 2 { reject(id) } else { Ok(id) }
}

#[test]
fn what_a_filter_leaves_out() {
    #[observe]
    fn fires() -> Outcome {
        Ok([1, 2].into_iter().map(sometimes).filter(Result::is_ok).map(Result::unwrap).sum())
    }
    #[observe]
    fn silent() -> Outcome {
        let results: Vec<Outcome> = [1, 2].into_iter().map(sometimes).collect();
        let good = results.iter().filter(|result| result.is_ok()).count();
        if good == results.len() { Ok(2) } else { Err(Fault::Timeout) }
    }
    pair(fires, "C114 V", silent);
}

#[test]
fn where_take_while_stops() {
    #[observe]
    fn fires() -> Outcome {
        let good: Vec<Outcome> =
            [1, 2, 3].into_iter().map(sometimes).take_while(|result| result.is_ok()).collect();
        Ok(good.len() as u32)
    }
    #[observe]
    fn silent() -> Outcome {
        let good: Vec<u32> = [1, 2, 3].into_iter().take_while(|id| *id < 2).collect();
        Ok(good.len() as u32)
    }
    pair(fires, "C114 V", silent);
}

#[test]
fn the_half_of_a_partition_that_nobody_reads() {
    #[observe]
    fn fires() -> Outcome {
        let (good, _bad): (Vec<Outcome>, Vec<Outcome>) =
            [1, 2].into_iter().map(sometimes).partition(Result::is_ok);
        Ok(good.len() as u32)
    }
    #[observe]
    fn silent() -> Outcome {
        let (good, bad): (Vec<Outcome>, Vec<Outcome>) =
            [1, 2].into_iter().map(sometimes).partition(Result::is_ok);
        if bad.is_empty() { Ok(good.len() as u32) } else { Err(Fault::Timeout) }
    }
    pair(fires, "C114 V", silent);
}

#[test]
fn errors_that_are_called_so() {
    #[derive(Debug)]
    struct RowError;
    #[observe]
    fn fires(rows: &[Option<u32>]) -> u32 {
        rows.iter().map(|row| row.ok_or(RowError)).flatten().sum()
    }
    #[observe]
    fn silent(rows: &[Option<u32>]) -> u32 {
        rows.iter().map(|row| row.ok_or(())).flatten().sum()
    }
    assert_eq!(codes_of(|| _ = fires(&[Some(1), None])), ["C114 V"]);
    assert_eq!(codes_of(|| _ = silent(&[Some(1), None])), NOTHING);
}

#[test]
fn a_loop_whose_end_is_a_none() {
    struct Log(u32);
    impl Log {
        fn record(&mut self) -> Result<Option<u32>, Fault> {
            self.0 += 1;
            match self.0 {
                1 => Ok(Some(1)),
                2 => Err(Fault::Timeout),
                _ => Ok(None),
            }
        }
    }
    #[observe]
    fn fires() -> Outcome {
        let (mut log, mut sum) = (Log(0), 0);
        while let Ok(Some(record)) = log.record() {
            sum += record;
        }
        Ok(sum)
    }
    #[observe]
    fn silent() -> Outcome {
        let (mut log, mut sum) = (Log(2), 0);
        while let Ok(Some(record)) = log.record() {
            sum += record;
        }
        Ok(sum)
    }
    pair(fires, "C114 V", silent);
}

#[test]
fn a_receiver_that_was_too_slow() {
    #[observe]
    async fn mirror(mut from: broadcast::Receiver<u32>) -> usize {
        let mut seen = Vec::new();
        while let Ok(value) = from.recv().await {
            seen.push(value);
        }
        seen.len()
    }
    let run = |values: u32| {
        let (to, from) = broadcast::channel(2);
        (0..values).for_each(|value| assert!(to.send(value).is_ok()));
        drop(to);
        codes_of(|| _ = block_on(mirror(from)))
    };
    assert_eq!(run(5), ["C114 V"]);
    assert_eq!(run(2), NOTHING);
}

#[test]
fn the_next_value_takes_its_place() {
    #[observe]
    fn fires() -> Outcome {
        let mut result = Ok(0);
        for id in [1, 2, 3] {
            result = sometimes(id);
        }
        result
    }
    #[observe]
    fn silent() -> Outcome {
        let (flaky, mut result) = (Flaky::new(1), fails());
        for _ in 0..3 {
            result = flaky.call();
            if result.is_ok() {
                break;
            }
        }
        result
    }
    pair(fires, "C114 V", silent);
    #[observe]
    fn last() -> Outcome {
        let mut result = Ok(0);
        for id in [1, 2] {
            result = sometimes(id);
        }
        result.or(Err(Fault::Timeout))
    }
    assert_eq!(codes_of(|| _ = last()), NOTHING);
}

#[test]
fn what_a_thread_returned() {
    #[observe]
    fn fires() -> Outcome {
        let handle = thread::spawn(fails);
        let _ = handle.join();
        Ok(0)
    }
    #[observe]
    fn silent() -> Outcome {
        let handle = thread::spawn(works);
        let _ = handle.join();
        Ok(0)
    }
    pair(fires, "C101 V", silent);
}

#[test]
fn nobody_listens() {
    #[observe]
    fn announces(news: &broadcast::Sender<&str>, latest: &watch::Sender<u32>, wake: &mpsc::Sender<()>) {
        let _ = news.send("opened");
        latest.send(7).ok();
        let _ = wake.send(());
    }
    #[observe]
    fn records(jobs: &mpsc::Sender<u32>) {
        let _ = jobs.send(7);
    }
    let jobs = mpsc::channel().0;
    let (news, latest, wake) = (broadcast::channel(1).0, watch::channel(0).0, mpsc::channel().0);
    assert_eq!(codes_of(|| announces(&news, &latest, &wake)), NOTHING);
    assert_eq!(codes_of(|| records(&jobs)), ["C101 V"]);
}

#[test]
fn nobody_waits_for_the_answer_any_more() {
    #[observe]
    fn first_answer() -> Outcome {
        let (answers, answer) = mpsc::channel();
        let (go, wait) = mpsc::channel::<()>();
        let slow = {
            let answers = answers.clone();
            thread::spawn(move || {
                let _woken = wait.recv();
                let _ = answers.send(2);
            })
        };
        thread::spawn(move || answers.send(1).ok()).join().map_err(|_| Fault::Timeout)?;
        let first = answer.recv().map_err(|_| Fault::Timeout)?;
        drop((answer, go));
        slow.join().map_err(|_| Fault::Timeout)?;
        Ok(first)
    }
    assert_eq!(codes_of(|| assert_eq!(first_answer(), Ok(1))), NOTHING);
}

#[test]
fn futures_that_are_joined_hand_their_errors_on() {
    #[observe]
    async fn asks() -> Outcome {
        fails()
    }
    #[observe]
    async fn fires() -> Outcome {
        let (first, second) = tokio::join!(asks(), async { works() });
        Ok(first.unwrap_or(1) + second?)
    }
    #[observe]
    async fn silent() -> Vec<Outcome> {
        let (first, second) = tokio::join!(asks(), asks());
        vec![first, second]
    }
    assert_eq!(codes_of(|| _ = block_on(fires())), ["C103 S"]);
    assert_eq!(codes_of(|| _ = block_on(silent())), NOTHING);
}
