//! C119: spawned work that failed or panicked, and nobody looked.

use std::time::{Duration, Instant};

use candor::{Observe as _, observe};

use crate::kit::{Fault, NOTHING, block_on, codes, codes_of, fails, found, works};

/// Lets everything that was spawned come to its end.
async fn settle() {
    for _turn in 0..20 {
        tokio::task::yield_now().await;
    }
}

fn dies() {
    panic!("worker died");
}

mod c119 {
    use super::*;

    #[observe]
    async fn spawns_and_forgets(end: fn() -> Result<u32, Fault>) {
        tokio::spawn(async move { end() });
    }

    #[observe]
    async fn names_and_forgets(end: fn() -> Result<u32, Fault>) {
        let _task = tokio::spawn(async move { end() });
        settle().await;
    }

    #[observe]
    async fn names_and_glances(end: fn() -> Result<u32, Fault>) {
        let task = tokio::spawn(async move { end() });
        while !task.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    #[observe]
    async fn names_and_glances_first(end: fn() -> Result<u32, Fault>) -> bool {
        let task = tokio::spawn(async move { end() });
        while !task.is_finished() {
            tokio::task::yield_now().await;
        }
        task.await.is_ok_and(|ended| ended.is_ok())
    }

    #[observe]
    async fn names_and_stops(end: fn() -> Result<u32, Fault>) {
        let task = tokio::spawn(async move { end() });
        settle().await;
        task.abort();
    }

    /// A handle whose name nothing mentions is not kept for anything.
    #[test]
    fn fires_for_a_handle_that_is_only_named() {
        assert_eq!(codes_of(|| block_on(names_and_forgets(fails))), ["C119 V"]);
        assert_eq!(codes_of(|| block_on(names_and_forgets(works))), NOTHING);
        assert_eq!(codes_of(|| block_on(names_and_stops(fails))), NOTHING);
    }

    #[test]
    fn fires_for_a_handle_that_is_only_asked_whether_its_work_goes_on() {
        assert_eq!(codes_of(|| block_on(names_and_glances(fails))), ["C119 V"]);
        assert_eq!(codes_of(|| block_on(names_and_glances(works))), NOTHING);
        assert_eq!(codes_of(|| assert!(!block_on(names_and_glances_first(fails)))), NOTHING);
    }

    async fn ends(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
        end()
    }

    #[observe]
    async fn spawns_a_call(end: fn() -> Result<u32, Fault>) {
        tokio::spawn(ends(end));
        settle().await;
    }

    #[observe]
    async fn spawns_a_call_and_waits(end: fn() -> Result<u32, Fault>) -> bool {
        tokio::spawn(ends(end)).await.is_ok_and(|ended| ended.is_ok())
    }

    /// An attribute belongs to the whole statement.
    #[observe]
    async fn spawns_where_it_is_configured(end: fn() -> Result<u32, Fault>) {
        #[cfg(test)]
        tokio::spawn(ends(end));
        #[cfg(not(test))]
        tokio::spawn(end.is_not_there());
        #[cfg(not(test))]
        tokio::spawn(async { end.is_not_there() });
        settle().await;
    }

    #[observe]
    async fn spawns_and_tells(end: fn() -> Result<u32, Fault>) {
        tokio::spawn(async move {
            match ends(end).await {
                Ok(number) => tracing::debug!(number, "closed"),
                Err(error) => tracing::warn!(%error, "connection dropped"),
            }
            tracing::info!("closed");
        });
        settle().await;
    }

    #[observe]
    async fn spawns_and_tells_last(end: fn() -> Result<u32, Fault>) {
        tokio::spawn(async move {
            match ends(end).await {
                Ok(number) => tracing::debug!(number, "closed"),
                Err(error) => tracing::warn!(%error, "connection dropped"),
            }
        });
        settle().await;
    }

    /// Spawned work without a value has only the log, as a function without one has.
    #[test]
    fn spawned_work_may_warn_as_its_last_words() {
        assert_eq!(codes_of(|| block_on(spawns_and_tells_last(fails))), NOTHING);
        assert_eq!(codes_of(|| block_on(spawns_and_tells(fails))), ["C101 V"]);
    }

    #[observe]
    async fn spawns_what_never_returns() {
        async fn never() -> ! {
            std::future::pending().await
        }
        tokio::spawn(never());
        settle().await;
    }

    /// The future that a call makes is spawned like an async block.
    #[test]
    fn fires_for_a_call_whose_handle_is_dropped() {
        assert_eq!(codes_of(|| block_on(spawns_a_call(fails))), ["C119 V"]);
        assert_eq!(codes_of(|| block_on(spawns_a_call(works))), NOTHING);
        assert_eq!(codes_of(|| assert!(!block_on(spawns_a_call_and_waits(fails)))), NOTHING);
        assert_eq!(codes_of(|| block_on(spawns_where_it_is_configured(fails))), ["C119 V"]);
        assert_eq!(codes_of(|| block_on(spawns_what_never_returns())), NOTHING);
    }

    #[observe]
    async fn spawns_with_candor(end: fn() -> Result<u32, Fault>) {
        candor::spawn(async move { end() });
    }

    #[observe]
    async fn spawns_and_panics() {
        let _ = tokio::spawn(async { dies() });
    }

    #[observe]
    async fn spawns_with_candor_and_panics() {
        let _ = candor::spawn(async { dies() });
    }

    #[test]
    fn fires_for_a_failure() {
        let forget = async {
            spawns_and_forgets(fails).await;
            settle().await;
        };
        let found = found(|| block_on(forget));
        assert_eq!(codes(&found), ["C119 V"]);
        assert!(found[0].observed.contains("timed out"), "{}", found[0].observed);
        let story = &found[0].story;
        assert!(
            story.lines.iter().all(|line| line.at_ns > story.duration_ns),
            "it failed after the end: {story:?}"
        );
    }

    #[test]
    fn fires_for_a_failure_under_candor_spawn() {
        let forget = async {
            spawns_with_candor(fails).await;
            settle().await;
        };
        assert_eq!(codes_of(|| block_on(forget)), ["C119 V"]);
    }

    #[test]
    fn fires_for_a_panic() {
        let forget = async {
            spawns_and_panics().await;
            settle().await;
        };
        let found = found(|| block_on(forget));
        assert_eq!(codes(&found), ["C119 V"]);
        assert!(found[0].observed.contains("worker died"), "{}", found[0].observed);
    }

    #[test]
    fn fires_once_for_a_panic_under_candor_spawn() {
        let forget = async {
            spawns_with_candor_and_panics().await;
            settle().await;
        };
        assert_eq!(codes_of(|| block_on(forget)), ["C119 V"]);
    }

    #[test]
    fn fires_for_a_thread() {
        #[observe]
        fn spawns() {
            std::thread::spawn(dies_loudly);
            std::thread::spawn(|| dies());
        }
        let scope = candor::testing::scope();
        spawns();
        // Nobody can join it: its end is judged when it comes.
        let patience = Instant::now();
        while scope.divergences().is_empty() && patience.elapsed() < Duration::from_secs(30) {
            std::thread::yield_now();
        }
        scope.expect_divergence(candor::Code::C119);
        assert_eq!(codes(&scope.divergences()), ["C119 V"]);
    }

    /// Handed over by name, it is not carried: it belongs to nobody, and nothing observed happens in it.
    fn dies_loudly() {
        dies();
    }

    #[test]
    fn stays_silent_when_it_works() {
        let forget = async {
            spawns_and_forgets(works).await;
            spawns_with_candor(works).await;
            settle().await;
        };
        assert_eq!(codes_of(|| block_on(forget)), NOTHING);
    }

    #[test]
    fn stays_silent_when_a_join_set_keeps_it() {
        #[observe]
        async fn gathers() -> u32 {
            let mut set = tokio::task::JoinSet::new();
            set.spawn(async { fails() });
            let mut failed = 0;
            while let Some(joined) = set.join_next().await {
                match joined {
                    Ok(Ok(_)) => {}
                    Ok(Err(fault)) => {
                        tracing::error!(error = %fault, "not done");
                        failed += 1;
                    }
                    Err(error) => {
                        tracing::error!(%error, "task died");
                        failed += 1;
                    }
                }
            }
            failed
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(gathers()), 1)), NOTHING);
    }

    #[test]
    fn stays_silent_when_it_is_awaited() {
        #[observe]
        async fn waits() -> Result<u32, Fault> {
            let task = candor::spawn(async { fails() });
            task.await.unwrap()
        }
        assert_eq!(codes_of(|| assert!(block_on(waits()).is_err())), NOTHING);
    }

    #[test]
    fn stays_silent_when_the_handle_is_handed_on() {
        #[observe]
        async fn starts() -> tokio::task::JoinHandle<Result<u32, Fault>> {
            tokio::spawn(async { fails() })
        }
        let all = async {
            let task = starts().await;
            settle().await;
            assert!(task.await.unwrap().is_err());
        };
        assert_eq!(codes_of(|| block_on(all)), NOTHING);
    }

    #[test]
    fn stays_silent_when_it_is_detached_for_a_reason() {
        #[observe]
        async fn warms() {
            tokio::spawn(candor::detached("a cold cache is only slower", async { fails() }));
        }
        let all = async {
            warms().await;
            settle().await;
        };
        assert_eq!(codes_of(|| block_on(all)), NOTHING);
    }

    #[test]
    fn an_observed_future_that_is_awaited_stays_silent() {
        #[observe]
        async fn awaits() -> Result<u32, Fault> {
            async { fails() }.observed().await
        }
        assert_eq!(codes_of(|| assert!(block_on(awaits()).is_err())), NOTHING);
    }

    #[test]
    fn an_error_swallowed_in_carried_work_belongs_to_the_operation() {
        #[observe]
        async fn spawns() {
            let task = tokio::spawn(async {
                fails().ok();
            });
            task.await.unwrap();
        }
        let found = found(|| block_on(spawns()));
        assert_eq!(codes(&found), ["C101 V"]);
        assert_eq!(found[0].operation, "spawns");
    }
}

mod a_future_that_never_began {
    use std::future::Future;
    use std::pin::Pin;

    use super::*;

    async fn give_back(seat: u32) -> u32 {
        seat
    }

    fn boxed(seat: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        Box::pin(give_back(seat))
    }

    #[test]
    #[expect(clippy::let_underscore_future, reason = "that is the bug")]
    fn is_reported_however_the_call_ends() {
        #[observe]
        async fn sells(paid: bool) -> Result<u32, Fault> {
            if paid {
                return Ok(1);
            }
            let _ = give_back(1);
            Err(Fault::Timeout)
        }
        #[observe]
        fn goes() -> u32 {
            let _ = boxed(1);
            2
        }
        assert_eq!(codes_of(|| assert!(block_on(sells(false)).is_err())), ["C119 V"]);
        assert_eq!(codes_of(|| assert_eq!(goes(), 2)), ["C119 V"]);
    }

    #[test]
    #[expect(clippy::let_underscore_future, reason = "a handle may be let go")]
    fn stays_silent_where_it_is_awaited_or_is_none() {
        fn listen() -> tokio::sync::oneshot::Receiver<u32> {
            tokio::sync::oneshot::channel().1
        }
        #[observe]
        async fn sells() -> u32 {
            let _ = give_back(1).await;
            let _ = listen();
            let _ = std::future::ready(1);
            let _ = u32::from(true);
            drop(give_back(2));
            give_back(3).await
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(sells()), 3)), NOTHING);
    }
}
