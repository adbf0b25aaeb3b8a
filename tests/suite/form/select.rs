//! What stands behind the `=>` of `select!`, and what nobody takes out of a `join!`.

use candor::observe;
use tokio::sync::mpsc;

use crate::kit::{Fault, NOTHING, block_on, codes_of, fails, works};

async fn ends(works_out: bool) -> Result<u32, Fault> {
    tokio::task::yield_now().await;
    if works_out { works() } else { fails() }
}

#[observe]
async fn pump(mut rows: mpsc::Receiver<u32>, flushes: bool) -> Result<u32, Fault> {
    let mut sum = 0;
    loop {
        tokio::select! {
            biased;
            Some(row) = rows.recv(), if sum < 100 => sum += row,
            () = std::future::ready(()) => {
                if flushes {
                    ends(false).await?;
                } else {
                    let _ = ends(false).await;
                }
                break;
            }
            else => return Err(Fault::Declined(1)),
        }
    }
    Ok(sum)
}

fn rows() -> mpsc::Receiver<u32> {
    let (sender, receiver) = mpsc::channel(4);
    for row in [1, 2] {
        assert!(sender.try_send(row).is_ok());
    }
    receiver
}

#[test]
fn an_error_that_a_handler_drops_is_seen() {
    assert_eq!(codes_of(|| assert_eq!(block_on(pump(rows(), false)), Ok(3))), ["C101 V"]);
}

#[test]
fn one_that_it_passes_on_is_propagated() {
    assert_eq!(codes_of(|| assert!(block_on(pump(rows(), true)).is_err())), NOTHING);
}

#[test]
fn a_handler_without_braces_is_read_too() {
    #[observe]
    async fn wait() -> u32 {
        tokio::select! {
            biased;
            () = std::future::ready(()) => fails().unwrap_or(7),
            ended = ends(true) => ended.expect("it works")
        }
    }
    assert_eq!(codes_of(|| assert_eq!(block_on(wait()), 7)), ["C103 S"]);
}

#[test]
fn an_element_of_a_join_that_nothing_reads_is_dropped() {
    #[observe]
    async fn warm_up() -> Result<u32, Fault> {
        let (first, _second) = tokio::join!(ends(true), ends(false));
        first
    }
    #[observe]
    async fn wild() -> Result<u32, Fault> {
        let (first, _) = tokio::join!(ends(true), ends(false));
        first
    }
    assert_eq!(codes_of(|| assert!(block_on(warm_up()).is_ok())), ["C101 V"]);
    assert_eq!(codes_of(|| assert!(block_on(wild()).is_ok())), ["C101 V"]);
}

#[test]
fn elements_that_are_read_and_those_that_are_no_results_are_silent() {
    #[observe]
    async fn warm_up() -> Result<u32, Fault> {
        let (first, second, _) = tokio::join!(ends(true), ends(false), async { 7 });
        first?;
        second
    }
    assert_eq!(codes_of(|| assert!(block_on(warm_up()).is_err())), NOTHING);
}
