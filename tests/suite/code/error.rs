//! C101, C103, C114: errors that nobody accounts for. The ledger has the rules one by one.

use candor::observe;

use crate::kit::{Fault, NOTHING, block_on, codes, codes_of, fails, found, reject, works};

async fn fails_later() -> Result<u32, Fault> {
    tokio::task::yield_now().await;
    fails()
}

mod c101 {
    use super::*;

    #[observe]
    fn swallows() {
        fails().ok();
    }

    #[observe]
    async fn swallows_later() {
        let _ = fails_later().await;
    }

    #[observe]
    async fn propagates_later() -> Result<u32, Fault> {
        let value = fails_later().await?;
        Ok(value)
    }

    #[test]
    fn fires() {
        assert_eq!(codes_of(swallows), ["C101 V"]);
        let found = found(|| block_on(swallows_later()));
        assert_eq!(codes(&found), ["C101 V"]);
        assert_eq!(found[0].operation, "swallows_later");
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert!(block_on(propagates_later()).is_err())), NOTHING);
    }

    /// Two futures that take turns on one thread do not mix their errors.
    #[test]
    fn of_the_future_that_dropped_it() {
        #[observe]
        async fn careful() -> u32 {
            for _turn in 0..5 {
                tokio::task::yield_now().await;
            }
            works().unwrap_or(0)
        }
        let both = async {
            tokio::join!(careful(), swallows_later(), careful());
        };
        let found = found(|| block_on(both));
        assert_eq!(codes(&found), ["C101 V"]);
        assert_eq!(found[0].operation, "swallows_later");
    }

    /// `impl Future` and boxed futures are observed like `async fn`.
    #[test]
    fn in_hand_written_futures() {
        #[observe]
        fn boxed() -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
            Box::pin(async move {
                let _ = fails_later().await;
            })
        }
        assert_eq!(codes_of(|| block_on(boxed())), ["C101 V"]);
    }
}

mod c103 {
    use super::*;

    #[observe]
    fn falls_back() -> u32 {
        fails().unwrap_or(1)
    }

    #[observe]
    async fn falls_back_later() -> u32 {
        fails_later().await.unwrap_or_default()
    }

    #[observe]
    fn has_a_value() -> u32 {
        works().unwrap_or(1)
    }

    #[test]
    fn fires() {
        assert_eq!(codes_of(|| assert_eq!(falls_back(), 1)), ["C103 S"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(falls_back_later()), 0)), ["C103 S"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert_eq!(has_a_value(), 7)), NOTHING);
    }
}

mod c114 {
    use super::*;

    #[observe]
    fn imports(ids: &[u32]) -> u32 {
        let mut rows = 0;
        for id in ids {
            if let Ok(row) = reject(*id) {
                rows += row;
            }
        }
        rows
    }

    #[observe]
    async fn imports_later(ids: &[u32]) -> u32 {
        let mut rows = 0;
        for id in ids {
            match later(*id).await {
                Ok(row) => rows += row,
                Err(fault) => tracing::debug!("{fault}"),
            }
        }
        rows
    }

    async fn later(id: u32) -> Result<u32, Fault> {
        reject(id)
    }

    #[observe]
    fn counts(ids: &[u32]) -> (u32, u32) {
        let (mut rows, mut failed) = (0, 0);
        for id in ids {
            match reject(*id) {
                Ok(row) => rows += row,
                Err(_) => failed += 1,
            }
        }
        (rows, failed)
    }

    #[test]
    fn fires() {
        assert_eq!(codes_of(|| assert_eq!(imports(&[1, 2]), 0)), ["C114 V 2"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(imports_later(&[1, 2, 3])), 0)), ["C114 V 3"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert_eq!(counts(&[1, 2]), (0, 2))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(imports(&[]), 0)), NOTHING);
    }
}
