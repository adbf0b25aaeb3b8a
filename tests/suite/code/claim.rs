//! C110: the returned claim disagrees with the effects.

use candor::{Event, emit, observe};

use crate::kit::{Fault, NOTHING, block_on, codes, codes_of, fails, found};

#[derive(Event)]
struct RowInserted {
    bytes: u64,
}

#[derive(Clone, Event)]
struct OrderPlaced {
    total: u64,
}

struct Report {
    rows: u64,
    bytes: u64,
}

mod c110 {
    use super::*;

    #[observe(ensures(ret.rows == count(RowInserted)), ensures(ret.bytes == sum(RowInserted.bytes)))]
    fn import(sizes: &[u64], report: Report) -> Result<Report, Fault> {
        for bytes in sizes {
            emit!(RowInserted { bytes: *bytes });
        }
        Ok(report)
    }

    #[observe(ensures(ret == last(OrderPlaced).total))]
    async fn place(total: u64, said: u64, emits: bool) -> u64 {
        tokio::task::yield_now().await;
        if emits {
            emit!(OrderPlaced { total: 1 });
            emit!(OrderPlaced { total });
        }
        said
    }

    #[test]
    fn count_fires() {
        let found = found(|| assert!(import(&[4], Report { rows: 2, bytes: 4 }).is_ok()));
        assert_eq!(codes(&found), ["C110 V"]);
        assert!(found[0].observed.contains('2') && found[0].observed.contains('1'), "{}", found[0].observed);
    }

    #[test]
    fn sum_fires() {
        assert_eq!(codes_of(|| assert!(import(&[4, 4], Report { rows: 2, bytes: 9 }).is_ok())), ["C110 V"]);
    }

    #[test]
    fn last_fires() {
        assert_eq!(codes_of(|| assert_eq!(block_on(place(5, 6, true)), 6)), ["C110 V"]);
    }

    #[test]
    fn stays_silent() {
        assert_eq!(codes_of(|| assert!(import(&[4, 5], Report { rows: 2, bytes: 9 }).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(block_on(place(5, 5, true)), 5)), NOTHING);
        // Without the event there is nothing that the claim could contradict.
        assert_eq!(codes_of(|| assert_eq!(block_on(place(5, 6, false)), 6)), NOTHING);
    }

    #[test]
    fn events_of_carried_work_are_counted() {
        #[observe(ensures(ret == count(RowInserted)))]
        fn import(said: u64) -> u64 {
            let work = candor::carry(|| emit!(RowInserted { bytes: 1 }));
            std::thread::scope(|scope| {
                scope.spawn(work);
            });
            said
        }
        assert_eq!(codes_of(|| assert_eq!(import(1), 1)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(import(2), 2)), ["C110 V"]);
    }

    #[test]
    fn a_failed_call_claims_nothing() {
        #[observe(ensures(ret == count(RowInserted)))]
        fn import() -> Result<u64, Fault> {
            emit!(RowInserted { bytes: 1 });
            fails()?;
            Ok(7)
        }
        assert_eq!(codes_of(|| assert!(import().is_err())), NOTHING);
    }
}
