//! Errors inside the `Ok` of joined or limited work, in a branch of `select!`, among the elements of a tuple, and in a count.
#![allow(
    clippy::let_unit_value,
    clippy::suspicious_map,
    clippy::needless_return,
    unused_must_use,
    reason = "the forms are what is tested"
)]

use std::time::Duration;

use candor::observe;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::kit::{Fault, NOTHING, block_on, codes_of, reject, works};

async fn work(id: u32) -> Result<u32, Fault> {
    tokio::task::yield_now().await;
    if id == 2 { reject(id) } else { Ok(id) }
}

async fn plain(id: u32) -> u32 {
    id
}

mod limited {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(50);

    #[test]
    fn and_only_the_time_is_looked_at() {
        #[observe]
        async fn pay(id: u32) -> Result<(), Fault> {
            match timeout(LIMIT, work(id)).await {
                Ok(_) => Ok(()),
                Err(_) => Err(Fault::Timeout),
            }
        }
        #[observe]
        async fn pay_if(id: u32) -> bool {
            if timeout(LIMIT, work(id)).await.is_err() {
                return false;
            }
            true
        }
        #[observe]
        async fn pay_or_fail(id: u32) -> Result<(), Fault> {
            timeout(LIMIT, work(id)).await.map_err(|_| Fault::Timeout)?;
            Ok(())
        }
        assert_eq!(codes_of(|| assert!(block_on(pay(2)).is_ok())), ["C101 V"]);
        assert_eq!(codes_of(|| assert!(block_on(pay_if(2)))), ["C101 V"]);
        assert_eq!(codes_of(|| assert!(block_on(pay_or_fail(2)).is_ok())), ["C101 V"]);
        assert_eq!(codes_of(|| assert!(block_on(pay(1)).is_ok())), NOTHING);
    }

    #[test]
    fn and_both_are() {
        #[observe]
        async fn pay(id: u32) -> Result<u32, Fault> {
            match timeout(LIMIT, work(id)).await {
                Ok(done) => done,
                Err(_) => Err(Fault::Timeout),
            }
        }
        #[observe]
        async fn wait(id: u32) -> Result<(), Fault> {
            match timeout(LIMIT, plain(id)).await {
                Ok(_) => Ok(()),
                Err(_) => Err(Fault::Timeout),
            }
        }
        assert_eq!(codes_of(|| assert!(block_on(pay(2)).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert!(block_on(wait(2)).is_ok())), NOTHING);
    }
}

mod joined {
    use super::*;

    #[test]
    fn and_only_its_end_is_looked_at() {
        #[observe]
        async fn all() -> u32 {
            let mut done = 0;
            for handle in [tokio::spawn(work(1)), tokio::spawn(work(2))] {
                match handle.await {
                    Ok(_) => done += 1,
                    Err(_) => return 0,
                }
            }
            done
        }
        #[observe]
        async fn set() -> u32 {
            let mut set = JoinSet::new();
            set.spawn(work(2));
            let mut done = 0;
            while let Some(joined) = set.join_next().await {
                if joined.is_ok() {
                    done += 1;
                }
            }
            done
        }
        #[observe]
        async fn matched() -> u32 {
            let mut set = JoinSet::new();
            set.spawn(work(2));
            let mut done = 0;
            while let Some(joined) = set.join_next().await {
                match joined {
                    Ok(_) => done += 1,
                    Err(_) => return 0,
                }
            }
            done
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(all()), 2)), ["C114 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(set()), 1)), ["C114 V"]);
        assert_eq!(codes_of(|| assert_eq!(block_on(matched()), 1)), ["C114 V"]);
    }

    #[test]
    fn and_both_are() {
        #[observe]
        async fn all() -> Result<u32, Fault> {
            let mut set = JoinSet::new();
            set.spawn(work(2));
            let mut done = 0;
            while let Some(joined) = set.join_next().await {
                match joined {
                    Ok(Ok(_)) => done += 1,
                    Ok(Err(fault)) => return Err(fault),
                    Err(_) => return Err(Fault::Timeout),
                }
            }
            Ok(done)
        }
        #[observe]
        async fn of_plain_work() -> u32 {
            let mut done = 0;
            for handle in [tokio::spawn(plain(1)), tokio::spawn(plain(2))] {
                if handle.await.is_ok() {
                    done += 1;
                }
            }
            done
        }
        assert_eq!(codes_of(|| assert!(block_on(all()).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(block_on(of_plain_work()), 2)), NOTHING);
    }

    /// What never returns has a type that is decided last.
    #[test]
    fn of_a_type_that_is_decided_last() {
        #[observe]
        async fn panics() -> u32 {
            let task = tokio::spawn(async { panic!("on purpose") });
            let asked = tokio::spawn(async { panic!("on purpose") });
            let thread = std::thread::spawn(|| panic!("on purpose"));
            let mut ended = u32::from(thread.join().is_ok()) + u32::from(asked.await.is_ok());
            match task.await {
                Ok(_) => ended += 1,
                Err(error) => ended += u32::from(error.is_panic()),
            }
            ended
        }
        #[observe]
        async fn waits() -> Result<(), Fault> {
            let idle = async { works().map(|_| ()) };
            idle.await?;
            tokio::spawn(async {}).await.map_err(|_| Fault::Timeout)?;
            Ok(())
        }
        let _ = codes_of(|| assert_eq!(block_on(panics()), 1));
        assert_eq!(codes_of(|| assert!(block_on(waits()).is_ok())), NOTHING);
    }
}

mod beside_another {
    use super::*;

    #[test]
    fn and_shown_to_the_log_only() {
        #[observe]
        fn stores() -> Result<u32, Fault> {
            let (main, backup) = (works(), reject(2));
            tracing::debug!(?backup, "stored");
            main
        }
        #[observe]
        fn looks() -> Result<u32, Fault> {
            let (main, backup) = (works(), reject(2));
            tracing::debug!(?backup, "stored");
            backup?;
            main
        }
        assert_eq!(codes_of(|| assert!(stores().is_ok())), ["C101 V"]);
        assert_eq!(codes_of(|| assert!(looks().is_err())), NOTHING);
    }
}

mod counted {
    use super::*;

    fn save(id: u32) -> Result<u32, Fault> {
        if id == 2 { reject(id) } else { Ok(id) }
    }

    #[test]
    fn as_if_all_had_worked() {
        #[observe]
        fn tries(ids: &[u32]) -> usize {
            ids.iter().map(|id| save(*id)).count()
        }
        #[observe]
        fn good_ones(ids: &[u32]) -> Result<usize, Fault> {
            Ok(ids.iter().map(|id| save(*id)).collect::<Result<Vec<_>, _>>()?.len())
        }
        #[observe]
        fn ones(ids: &[u32]) -> usize {
            ids.iter().map(|id| id.count_ones()).count()
        }
        assert_eq!(codes_of(|| assert_eq!(tries(&[1, 2, 3]), 3)), ["C114 V"]);
        assert_eq!(codes_of(|| assert!(good_ones(&[1, 2]).is_err())), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(ones(&[1, 2]), 2)), NOTHING);
    }
}
