//! What stands behind the `=>` of `select!`, and what nobody takes out of a `join!`.

use std::time::Duration;

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
fn what_a_branch_takes_nothing_of_is_dropped() {
    #[observe]
    async fn update(works_out: bool) -> Result<(), Fault> {
        tokio::select! {
            biased;
            _ = ends(works_out) => {}
            _ = std::future::pending::<()>() => return Err(Fault::Timeout),
        }
        Ok(())
    }
    #[observe]
    async fn as_value(works_out: bool) -> u32 {
        tokio::select! { _ = ends(works_out) => 1, _ = tokio::time::sleep(Duration::from_secs(9)) => 2 }
    }
    #[observe]
    async fn by_child() -> u32 {
        tokio::select! { _ = update_or_fail() => 1, _ = tokio::time::sleep(Duration::from_secs(9)) => 2 }
    }
    assert_eq!(codes_of(|| assert_eq!(block_on(update(false)), Ok(()))), ["C101 V"]);
    assert_eq!(codes_of(|| assert_eq!(block_on(update(true)), Ok(()))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(block_on(as_value(false)), 1)), ["C103 S"]);
    assert_eq!(codes_of(|| assert_eq!(block_on(by_child()), 1)), ["C103 S"], "one error is one finding");
}

#[observe]
async fn update_or_fail() -> Result<u32, Fault> {
    ends(false).await
}

#[test]
fn a_branch_that_fails_and_one_that_waits_for_a_sign_are_silent() {
    #[observe]
    async fn serve() -> Result<(), Fault> {
        tokio::select! {
            _ = ends(false) => Err(Fault::Timeout),
            _ = std::future::pending::<()>() => Ok(()),
        }
    }
    #[observe]
    async fn until_told() -> u32 {
        let (sender, mut stop) = mpsc::channel::<u32>(1);
        drop(sender);
        tokio::select! { _ = stop.recv() => 1, _ = never() => 2 }
    }
    #[observe]
    async fn by_signal() -> u32 {
        tokio::select! { _ = shutdown_signal() => 1, _ = never() => 2 }
    }
    #[observe]
    async fn while_there() -> u32 {
        tokio::select! { _ = heartbeat() => 1, _ = never() => 2 }
    }
    async fn shutdown_signal() -> Result<u32, Fault> {
        fails()
    }
    async fn heartbeat() -> Result<u32, Fault> {
        fails()
    }
    /// The type of what it returns is open where a value is looked at.
    async fn never() -> ! {
        std::future::pending().await
    }
    assert_eq!(codes_of(|| assert!(block_on(serve()).is_err())), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(block_on(until_told()), 1)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(block_on(by_signal()), 1)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(block_on(while_there()), 1)), NOTHING);
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

mod all {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_join_all_returns_is_dropped_where_only_its_length_is_asked() {
        #[observe]
        async fn ping() -> Result<usize, Fault> {
            let pings = join_all([ends(true), ends(false)]).await;
            Ok(pings.len())
        }
        #[observe]
        async fn notify() -> Result<(), Fault> {
            join_all([ends(false), ends(false)]).await;
            Ok(())
        }
        #[observe]
        async fn spawned() -> Result<(), Fault> {
            let _ = join_all([tokio::spawn(ends(false)), tokio::spawn(ends(true))]).await;
            Ok(())
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(ping()), Ok(2))), ["C114 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(notify()), Ok(()))), ["C114 V 2"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(spawned()), Ok(()))), ["C114 V"]);
    }

    #[test]
    fn results_that_are_looked_at_and_values_that_are_none_are_silent() {
        #[observe]
        async fn ping() -> Result<usize, Fault> {
            let pings = join_all([ends(true), ends(false)]).await;
            let count = pings.len();
            pings.into_iter().collect::<Result<Vec<_>, _>>()?;
            Ok(count)
        }
        #[observe]
        async fn notify() {
            join_all([std::future::ready(7), std::future::ready(7)]).await;
        }
        assert_eq!(codes_of(|| assert!(block_on(ping()).is_err())), NOTHING);
        assert_eq!(codes_of(|| block_on(notify())), NOTHING);
    }

    #[test]
    fn a_function_of_ones_own_with_that_name_returns_what_it_likes() {
        async fn join_all(_count: u32) {}
        #[observe]
        async fn notify() -> Result<(), Fault> {
            join_all(2).await;
            Ok(())
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(notify()), Ok(()))), NOTHING);
    }

    /// What `futures::future::join_all` does, one after the other.
    async fn join_all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
        let mut all = Vec::new();
        for future in futures {
            all.push(future.await);
        }
        all
    }

    #[test]
    fn the_error_behind_a_timeout_is_dropped_with_it() {
        #[observe]
        async fn escalate(works_out: bool) -> Result<(), Fault> {
            let _ = tokio::time::timeout(Duration::from_secs(1), ends(works_out)).await;
            Ok(())
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(escalate(false)), Ok(()))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(escalate(true)), Ok(()))), NOTHING);
    }
}

mod written {
    use std::fmt::Write as _;
    use std::io::Write;

    use super::*;

    #[test]
    fn a_line_that_could_not_be_written() {
        #[observe]
        fn report(mut file: &mut [u8]) -> usize {
            writeln!(file, "seven").ok();
            let _ = write!(file, "eight");
            file.len()
        }
        assert_eq!(codes_of(|| assert_eq!(report(&mut [0; 2]), 0)), ["C101 V", "C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(report(&mut [0; 20]), 9)), NOTHING);
    }

    #[test]
    fn a_text_can_always_be_written() {
        #[observe]
        fn report() -> String {
            let mut text = String::new();
            let _ = writeln!(text, "seven");
            text
        }
        assert_eq!(codes_of(|| assert_eq!(report(), "seven\n")), NOTHING);
    }
}

fn items() -> mpsc::Receiver<Result<u32, Fault>> {
    let (sender, receiver) = mpsc::channel(4);
    for item in [Ok(1), fails(), Ok(2)] {
        assert!(sender.try_send(item).is_ok());
    }
    receiver
}

#[test]
fn an_item_that_fits_no_branch_is_lost() {
    #[observe]
    async fn sums(mut items: mpsc::Receiver<Result<u32, Fault>>) -> u32 {
        let mut sum = 0;
        loop {
            tokio::select! {
                biased;
                Some(Ok(item)) = items.recv() => sum += item,
                () = tokio::time::sleep(Duration::from_secs(1)), if sum > 2 => break,
                else => {}
            }
        }
        sum
    }
    #[observe]
    async fn tells(mut items: mpsc::Receiver<Result<u32, Fault>>) -> (u32, u32) {
        let (mut sum, mut bad) = (0, 0);
        loop {
            tokio::select! {
                biased;
                item = items.recv() => match item {
                    Some(Ok(item)) => sum += item,
                    Some(Err(_)) => bad += 1,
                    None => break,
                },
                Some(Ok(())) = std::future::ready(Some(Ok::<(), Fault>(()))), if sum > 9 => break,
            }
        }
        (sum, bad)
    }
    #[observe]
    async fn either() -> Option<u32> {
        tokio::select! {
            Some(Ok(near)) = async { Some(fails()) } => Some(near),
            Ok(far) = ends(true) => Some(far),
            else => None,
        }
    }
    assert_eq!(codes_of(|| assert_eq!(block_on(sums(items())), 3)), ["C114 V"]);
    assert_eq!(codes_of(|| assert_eq!(block_on(tells(items())), (3, 1))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(block_on(either()), Some(7))), NOTHING);
}
