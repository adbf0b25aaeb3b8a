//! What is done for one thing after the other: that the next works is no second try for the one before.

use std::collections::VecDeque;

use candor::observe;
use tokio::sync::mpsc;
use tracing::{debug, warn};

use crate::kit::{Fault, NOTHING, block_on, codes_of, reject};

/// Fails for 2.
fn store(id: u32) -> Result<u32, Fault> {
    if id == 2 { reject(id) } else { Ok(id) }
}

fn ids() -> VecDeque<u32> {
    [1, 2, 3].into()
}

fn channel() -> mpsc::Receiver<u32> {
    let (sender, receiver) = mpsc::channel(4);
    for id in ids() {
        assert!(sender.try_send(id).is_ok());
    }
    receiver
}

#[test]
fn a_queue_from_which_a_loop_takes() {
    #[observe]
    fn works_off(mut queue: VecDeque<u32>) -> u32 {
        let mut seen = 0;
        loop {
            let Some(id) = queue.pop_front() else { break };
            seen += 1;
            if let Err(error) = store(id) {
                debug!(%error, id, "no room");
            }
        }
        seen
    }
    #[observe]
    fn works_off_by_arms(mut queue: VecDeque<u32>) {
        while !queue.is_empty() {
            match queue.pop_front() {
                Some(id) => drop(store(id)),
                None => break,
            }
        }
    }
    #[observe]
    fn tries_again(mut queue: VecDeque<u32>) -> u32 {
        let mut wanted = 2;
        loop {
            match store(wanted) {
                Ok(id) => break id,
                Err(error) => debug!(%error, "another try"),
            }
            wanted = queue.pop_back().unwrap_or(1);
        }
    }
    assert_eq!(codes_of(|| assert_eq!(works_off(ids()), 3)), ["C114 V"]);
    assert_eq!(codes_of(|| works_off_by_arms(ids())), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(tries_again(ids()), 3)), NOTHING);
}

#[test]
fn a_channel_of_which_a_branch_takes() {
    #[observe]
    async fn serves(mut jobs: mpsc::Receiver<u32>, mut stop: mpsc::Receiver<()>) -> u32 {
        let mut seen = 0;
        loop {
            tokio::select! {
                biased;
                Some(job) = jobs.recv() => {
                    seen += 1;
                    if let Err(error) = store(job) {
                        debug!(%error, job, "no room");
                    }
                }
                _ = stop.recv() => break seen,
            }
        }
    }
    #[observe]
    async fn counts(mut jobs: mpsc::Receiver<u32>, mut stop: mpsc::Receiver<()>) -> (u32, u32) {
        let (mut good, mut bad) = (0, 0);
        loop {
            tokio::select! {
                biased;
                Some(job) = jobs.recv() => match store(job) {
                    Ok(_) => good += 1,
                    Err(_) => bad += 1,
                },
                _ = stop.recv() => break (good, bad),
            }
        }
    }
    let stop = || mpsc::channel(1).1;
    assert_eq!(codes_of(|| assert_eq!(block_on(serves(channel(), stop())), 3)), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(block_on(counts(channel(), stop())), (2, 1))), NOTHING);
}

#[test]
fn a_closure_that_is_called_for_several() {
    #[observe]
    fn saves_both() {
        let save = |id: u32| {
            if let Err(error) = store(id) {
                debug!(%error, id, "no room");
            }
        };
        save(2);
        save(3);
    }
    #[observe]
    fn saves_each(ids: &[u32]) {
        let save = |id: u32| {
            if let Err(error) = store(id) {
                debug!(%error, id, "no room");
            }
        };
        for id in ids {
            save(*id);
        }
    }
    #[observe]
    fn takes_either() -> Option<u32> {
        let take = |id: u32| match store(id) {
            Ok(id) => Some(id),
            Err(error) => {
                debug!(%error, id, "no room");
                None
            }
        };
        take(2).or_else(|| take(3))
    }
    assert_eq!(codes_of(saves_both), ["C114 V"]);
    assert_eq!(codes_of(|| saves_each(&[1, 2, 3])), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(takes_either(), Some(3))), NOTHING);
}

#[test]
fn a_branch_that_says_what_becomes_of_the_item() {
    #[observe]
    async fn drops(mut jobs: mpsc::Receiver<u32>, mut stop: mpsc::Receiver<()>) {
        loop {
            tokio::select! {
                biased;
                Some(job) = jobs.recv() => {
                    if let Err(error) = store(job) {
                        warn!(%error, job, "job is dropped");
                    }
                }
                _ = stop.recv() => break,
            }
        }
        debug!("stopped");
    }
    #[observe]
    async fn gives_up(mut jobs: mpsc::Receiver<u32>, mut stop: mpsc::Receiver<()>) {
        loop {
            tokio::select! {
                biased;
                Some(job) = jobs.recv() => match store(job) {
                    Ok(_) => debug!(job, "stored"),
                    Err(error) => warn!(%error, job, "giving up"),
                },
                _ = stop.recv() => return,
            }
        }
    }
    #[observe]
    async fn acknowledges(mut jobs: mpsc::Receiver<u32>, acks: mpsc::Sender<u32>) {
        loop {
            tokio::select! {
                Some(job) = jobs.recv() => {
                    if let Err(error) = store(job) {
                        warn!(%error, job, "job is dropped");
                    }
                    assert!(acks.try_send(job).is_ok());
                }
                else => break,
            }
        }
    }
    let stop = || mpsc::channel(1).1;
    assert_eq!(codes_of(|| block_on(drops(channel(), stop()))), NOTHING);
    assert_eq!(codes_of(|| block_on(gives_up(channel(), stop()))), NOTHING);
    let (acks, _acked) = mpsc::channel(4);
    assert_eq!(codes_of(|| block_on(acknowledges(channel(), acks))), ["C114 V"]);
}
