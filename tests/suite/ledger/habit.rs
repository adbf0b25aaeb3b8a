//! Habits of business code, as they came up in programs that were written before the rules were known.

use candor::observe;
use tracing::{error, warn};

use crate::kit::{Fault, NOTHING, block_on, codes_of, fails, found, reject, works};

mod partly_asked {
    use super::*;

    /// A late job is tried again; what else goes wrong is not told.
    #[observe]
    fn late_or_nothing(job: Result<u32, Fault>) -> Result<Option<u32>, Fault> {
        match job {
            Ok(id) => Ok(Some(id)),
            Err(e) => {
                if matches!(e, Fault::Timeout) {
                    return Ok(Some(0));
                }
                Ok(None)
            }
        }
    }

    #[observe]
    fn in_a_chain(again: &mut Vec<u32>) -> Result<u32, Fault> {
        if let Err(e) = reject(4) {
            if e == Fault::Timeout {
                again.push(4);
                return Ok(0);
            } else if e == Fault::Declined(5) {
                return Ok(5);
            }
            warn!("not sent: {e}");
        }
        Ok(1)
    }

    #[test]
    fn every_other_error_is_lost() {
        assert_eq!(codes_of(|| assert!(late_or_nothing(reject(3)).is_ok())), ["C103 S"]);
        assert_eq!(codes_of(|| assert!(in_a_chain(&mut Vec::new()).is_ok())), ["C101 V"]);
    }

    #[test]
    fn the_one_that_was_asked_for_is_told_apart() {
        assert_eq!(codes_of(|| assert!(late_or_nothing(fails()).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(late_or_nothing(works()).is_ok())), NOTHING);
    }

    #[test]
    fn and_so_is_what_is_left_when_all_others_are_returned() {
        #[observe]
        fn declined_is_fine() -> Result<Option<u32>, Fault> {
            match reject(3) {
                Ok(id) => Ok(Some(id)),
                Err(e) => {
                    if e == Fault::Timeout {
                        return Err(e);
                    }
                    Ok(None)
                }
            }
        }
        assert_eq!(codes_of(|| assert!(declined_is_fine().is_ok())), NOTHING);
    }
}

mod refused {
    use super::*;

    struct Stock(u32);

    impl Stock {
        fn reserve(&mut self, count: u32) -> bool {
            let enough = self.0 >= count;
            self.0 -= if enough { count } else { 0 };
            enough
        }
        fn register(&mut self, count: u32) -> bool {
            self.0 += count;
            false
        }
    }

    #[observe]
    fn confirm(stock: &mut Stock, count: u32) -> u32 {
        stock.reserve(count);
        count
    }

    #[test]
    fn a_no_that_nobody_looked_at() {
        let findings = found(|| assert_eq!(confirm(&mut Stock(1), 2), 2));
        let said: Vec<_> =
            findings.iter().map(|finding| (finding.code.as_str(), finding.observed.as_str())).collect();
        assert_eq!(said, [("C101", "`reserve` answered \"false\", and nothing looked at it")]);
        #[observe]
        async fn later(stock: &mut Stock) -> u32 {
            async fn send(stock: &mut Stock) -> bool {
                stock.reserve(9)
            }
            send(stock).await;
            1
        }
        assert_eq!(codes_of(|| assert_eq!(block_on(later(&mut Stock(1))), 1)), ["C101 S"]);
    }

    #[test]
    fn a_yes_or_a_no_that_is_looked_at() {
        #[observe]
        fn asks(stock: &mut Stock) -> Option<u32> {
            stock.register(1);
            if !stock.reserve(9) {
                return None;
            }
            Some(9)
        }
        assert_eq!(codes_of(|| assert_eq!(confirm(&mut Stock(2), 2), 2)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(asks(&mut Stock(2)), None)), NOTHING);
    }
}

mod given {
    use super::*;

    struct Page(u16);

    impl From<Fault> for Page {
        #[observe]
        fn from(e: Fault) -> Page {
            error!("gateway: {e}");
            Page(502)
        }
    }

    #[test]
    fn an_error_that_is_told_by_whoever_it_was_given_to() {
        #[observe]
        fn page() -> Page {
            match fails() {
                Ok(_) => Page(200),
                Err(e) => e.into(),
            }
        }
        assert_eq!(codes_of(|| assert_eq!(page().0, 502)), NOTHING);
    }

    #[test]
    fn one_that_the_call_met() {
        #[observe]
        fn page() -> Page {
            error!(error = %Fault::Timeout, "gateway");
            Page(502)
        }
        #[observe]
        fn forget(e: &Fault) {
            error!("gateway: {e}");
        }
        assert_eq!(codes_of(|| assert_eq!(page().0, 502)), ["C101 S"]);
        assert_eq!(codes_of(|| forget(&Fault::Timeout)), ["C101 S"]);
    }
}

mod searched {
    use super::*;

    #[test]
    fn the_first_that_works_is_what_is_looked_for() {
        #[observe]
        fn first(ids: &[u32]) -> Option<u32> {
            ids.iter().find_map(|id| reject(*id).ok())
        }
        #[observe]
        fn next(ids: &[u32]) -> Option<u32> {
            ids.iter().filter_map(|id| reject(*id).ok()).next()
        }
        assert_eq!(codes_of(|| assert_eq!(first(&[1, 2]), None)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(next(&[1, 2]), None)), NOTHING);
    }

    #[test]
    fn all_that_work_leave_the_others_out() {
        #[observe]
        fn all(ids: &[u32]) -> Vec<u32> {
            ids.iter().filter_map(|id| reject(*id).ok()).collect()
        }
        assert_eq!(codes_of(|| assert!(all(&[1]).is_empty())), ["C114 V"]);
    }

    #[test]
    fn what_may_be_none_is_none_in_its_place() {
        struct Tag {
            number: Option<u32>,
        }
        #[observe]
        fn tag(name: &str) -> (&str, Option<u32>, Tag) {
            let part = name.split_once('v').map(|(_, number)| number);
            let number = part.and_then(|text| text.parse().ok());
            (
                name,
                part.and_then(|text| text.parse().ok()),
                Tag { number: part.and_then(|text| text.parse().ok()).or(number) },
            )
        }
        #[observe]
        fn alone(name: &str) -> (Option<u32>, Tag) {
            let part = name.split_once('v').map(|(_, number)| number);
            (part.and_then(|text| text.parse().ok()), Tag { number: part.and_then(|text| text.parse().ok()) })
        }
        assert_eq!(codes_of(|| assert!(alone("app-vx").1.number.is_none())), NOTHING);
        assert_eq!(codes_of(|| assert!(tag("app-vx").2.number.is_none())), ["C101 V", "C101 V"]);
    }
}

mod cached {
    use super::*;

    struct Cache;

    impl Cache {
        fn put(&self, id: u32) -> Result<u32, Fault> {
            reject(id)
        }
        fn invalidate(&self, id: u32) -> Result<u32, Fault> {
            reject(id)
        }
    }

    #[test]
    fn what_a_cache_did_not_take_is_not_lost() {
        #[observe]
        fn load(cache: &Cache) -> Result<u32, Fault> {
            let value = works()?;
            if let Err(e) = cache.put(value) {
                warn!("not cached: {e}");
            }
            Ok(value)
        }
        assert_eq!(codes_of(|| assert!(load(&Cache).is_ok())), NOTHING);
    }

    #[test]
    fn unless_nobody_is_told_or_it_goes_on_saying_what_was() {
        #[observe]
        fn quiet(cache: &Cache) -> Result<u32, Fault> {
            let value = works()?;
            if let Err(_e) = cache.put(value) {}
            Ok(value)
        }
        #[observe]
        fn save(cache: &Cache) -> Result<u32, Fault> {
            let value = works()?;
            if let Err(e) = cache.invalidate(value) {
                warn!("still cached: {e}");
            }
            Ok(value)
        }
        assert_eq!(codes_of(|| assert!(quiet(&Cache).is_ok())), ["C101 V"]);
        assert_eq!(codes_of(|| assert!(save(&Cache).is_ok())), ["C101 V"]);
    }
}

#[test]
fn one_of_two_that_ran_side_by_side() {
    async fn deliver(id: u32) -> Result<u32, Fault> {
        if id > 2 { reject(id) } else { Ok(id) }
    }
    #[observe]
    async fn digest(ids: (u32, u32)) -> Result<u32, Fault> {
        let (mail, push) = tokio::join!(deliver(ids.0), deliver(ids.1));
        let mut sent = mail?;
        if let Ok(more) = push {
            sent += more;
        }
        Ok(sent)
    }
    assert_eq!(codes_of(|| assert_eq!(block_on(digest((1, 3))), Ok(1))), ["C101 V"]);
    assert_eq!(codes_of(|| assert_eq!(block_on(digest((1, 2))), Ok(3))), NOTHING);
    assert_eq!(codes_of(|| assert!(block_on(digest((3, 1))).is_err())), NOTHING);
}

#[test]
fn a_step_of_a_chain_has_the_line_on_which_it_stands() {
    #[observe]
    fn total(ids: &[u32]) -> u32 {
        let positive = ids.iter().filter(|id| **id > 0);
        positive
            .map(|id| u64::from(*id))
            .filter(|id| *id < 100_000)
            .flat_map(|id| reject(u32::try_from(id).unwrap_or(0)))
            .sum()
    }
    let findings = found(|| assert_eq!(total(&[1]), 0));
    assert_eq!(findings.first().map(|finding| finding.site.line), Some(line!() - 4));
}
