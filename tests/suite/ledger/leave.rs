//! What has nothing to lose: a goodbye, a look into a cache, an input that need not be given. And what has: a call that says by its name
//! that it may not come to it, and the text of an error in the place of a value.

use candor::observe;
use tracing::{debug, error, info, warn};

use crate::kit::{Fault, Flaky, NOTHING, codes_of, works};

/// Fails once, by whatever name it is called.
struct Peer(Flaky);
impl Peer {
    fn new() -> Peer {
        Peer(Flaky::new(1))
    }
    fn quit(&self) -> Result<u32, Fault> {
        self.0.call()
    }
    fn deregister(&self) -> Result<u32, Fault> {
        self.0.call()
    }
    fn settle(&self) -> Result<u32, Fault> {
        self.0.call()
    }
    fn unsubscribe(&self) -> Result<u32, Fault> {
        self.0.call()
    }
    fn load(&self) -> Result<u32, Fault> {
        self.0.call()
    }
    fn save(&self) -> Result<u32, Fault> {
        self.0.call()
    }
}

#[test]
fn a_goodbye_may_be_unheard() {
    #[observe]
    fn part(peer: &Peer) -> Result<u32, Fault> {
        let _ = peer.quit();
        works()
    }
    #[observe]
    fn lose(peer: &Peer) -> Result<u32, Fault> {
        let _ = peer.settle();
        works()
    }
    assert_eq!(codes_of(|| assert_eq!(part(&Peer::new()), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(lose(&Peer::new()), Ok(7))), ["C101 V"]);
}

#[test]
fn what_the_other_side_finds_out_by_itself_is_warned_of() {
    #[observe]
    fn warned(peer: &Peer) -> Result<u32, Fault> {
        if let Err(error) = peer.deregister() {
            warn!(%error, "still in the registry");
        }
        works()
    }
    #[observe]
    fn unheard(peer: &Peer) -> Result<u32, Fault> {
        let _ = peer.deregister();
        works()
    }
    #[observe]
    fn left(letters: &Peer) -> Result<u32, Fault> {
        if let Err(error) = letters.unsubscribe() {
            warn!(%error, "still on the list");
        }
        works()
    }
    assert_eq!(codes_of(|| assert_eq!(warned(&Peer::new()), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(unheard(&Peer::new()), Ok(7))), ["C101 V"]);
    // Whoever did not want any more letters gets them all the same.
    assert_eq!(codes_of(|| assert_eq!(left(&Peer::new()), Ok(7))), ["C101 V"]);
}

#[test]
fn a_cache_that_cannot_be_read_is_empty() {
    #[observe]
    fn cached(cache: &Peer) -> Result<u32, Fault> {
        cache.load().ok().map_or_else(works, Ok)
    }
    #[observe]
    fn warmed(cache: &Peer) -> Result<u32, Fault> {
        if cache.load().is_ok() { Ok(1) } else { works() }
    }
    #[observe]
    fn stored(store: &Peer) -> Result<u32, Fault> {
        store.load().ok().map_or_else(works, Ok)
    }
    assert_eq!(codes_of(|| assert_eq!(cached(&Peer::new()), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(warmed(&Peer::new()), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(stored(&Peer::new()), Ok(7))), ["C103 S"]);
}

#[test]
fn what_a_cache_did_not_take_is_told_at_any_level() {
    #[observe]
    fn keep(cache: &Peer) -> Result<u32, Fault> {
        if let Err(error) = cache.save() {
            debug!(%error, "not kept");
        }
        works()
    }
    #[observe]
    fn keep_by_words(disk: &Peer) -> Result<u32, Fault> {
        if let Err(error) = disk.save() {
            warn!(%error, "artefact not cached");
        }
        works()
    }
    #[observe]
    fn lose(disk: &Peer) -> Result<u32, Fault> {
        if let Err(error) = disk.save() {
            warn!(%error, "artefact not written");
        }
        works()
    }
    assert_eq!(codes_of(|| assert_eq!(keep(&Peer::new()), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(keep_by_words(&Peer::new()), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(lose(&Peer::new()), Ok(7))), ["C101 V"]);
}

#[test]
fn what_need_not_be_given_may_have_another_form() {
    #[observe]
    fn page_size(headers: Option<&str>) -> usize {
        headers.and_then(|size| size.parse().ok()).unwrap_or(20)
    }
    #[observe]
    fn price(row: Option<&str>) -> usize {
        row.and_then(|price| price.parse().ok()).unwrap_or(0)
    }
    assert_eq!(codes_of(|| assert_eq!(page_size(Some("many")), 20)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(price(Some("3,50")), 0)), ["C101 V"]);
}

#[test]
fn a_value_that_tells_the_error_it_carries_has_met_none() {
    enum Oops {
        Lost(Fault),
        Gone,
    }
    impl Oops {
        #[observe]
        fn into_reply(self) -> u16 {
            match self {
                Oops::Lost(error) => {
                    error!(%error, "lost");
                    502
                }
                Oops::Gone => 404,
            }
        }
        #[observe]
        fn reply(&self, fault: &Flaky) -> u16 {
            if let Oops::Gone = self {
                error!(error = %fault.call().unwrap_err(), "gone");
            }
            404
        }
    }
    assert_eq!(codes_of(|| assert_eq!(Oops::Lost(Fault::Timeout).into_reply(), 502)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(Oops::Gone.reply(&Flaky::new(1)), 404)), ["C101 S"]);
}

#[test]
fn a_line_that_warns_claims_no_success() {
    #[observe]
    fn finish() -> Result<u32, Fault> {
        warn!("finish completed with panics");
        Err(Fault::Timeout)
    }
    #[observe]
    fn complete() -> Result<u32, Fault> {
        info!("complete finished");
        Err(Fault::Timeout)
    }
    assert_eq!(codes_of(|| assert!(finish().is_err())), NOTHING);
    assert_eq!(codes_of(|| assert!(complete().is_err())), ["C111 S"]);
}

#[test]
fn what_says_by_its_name_that_it_may_not_come_to_it_is_asked() {
    fn try_charge(units: u32) -> bool {
        units < 5
    }
    fn try_wake(units: u32) -> bool {
        units < 5
    }
    #[observe]
    fn unasked(units: u32) -> Result<u32, Fault> {
        try_charge(units);
        Ok(units)
    }
    #[observe]
    fn woken(units: u32) -> Result<u32, Fault> {
        try_wake(units);
        Ok(units)
    }
    assert_eq!(codes_of(|| assert_eq!(unasked(9), Ok(9))), ["C101 S"]);
    assert_eq!(codes_of(|| assert_eq!(unasked(1), Ok(1))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(woken(9), Ok(9))), NOTHING);
}

#[test]
fn the_text_of_an_error_where_the_value_is_put() {
    #[derive(Default)]
    struct Rollout {
        detail: Option<String>,
        failed: Option<String>,
    }
    impl Rollout {
        #[observe]
        fn advance(&mut self, cluster: &Flaky) -> Result<(), Fault> {
            match cluster.call() {
                Ok(ready) => self.detail = Some(format!("{ready} ready")),
                Err(e) => self.detail = Some(e.to_string()),
            }
            Ok(())
        }
        #[observe]
        fn tell(&mut self, cluster: &Flaky) -> Result<(), Fault> {
            match cluster.call() {
                Ok(ready) => self.detail = Some(format!("{ready} ready")),
                Err(e) => self.failed = Some(e.to_string()),
            }
            Ok(())
        }
    }
    assert_eq!(codes_of(|| assert!(Rollout::default().advance(&Flaky::new(1)).is_ok())), ["C103 S"]);
    let mut rollout = Rollout::default();
    assert_eq!(codes_of(|| assert!(rollout.tell(&Flaky::new(1)).is_ok())), NOTHING);
    assert!(rollout.detail.is_none() && rollout.failed.is_some());
}

#[test]
fn a_text_that_says_that_there_is_none() {
    #[observe]
    fn shown(pages: &Flaky) -> String {
        pages.call().map(|n| n.to_string()).unwrap_or_else(|_| "?".to_owned())
    }
    #[observe]
    fn empty(pages: &Flaky) -> String {
        pages.call().map(|n| n.to_string()).unwrap_or_else(|_| " ".to_owned())
    }
    #[observe]
    fn guessed(pages: &Flaky) -> String {
        pages.call().map(|n| n.to_string()).unwrap_or_else(|_| "none".to_owned())
    }
    assert_eq!(codes_of(|| assert_eq!(shown(&Flaky::new(1)), "?")), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(empty(&Flaky::new(1)), " ")), ["C103 S"]);
    assert_eq!(codes_of(|| assert_eq!(guessed(&Flaky::new(1)), "none")), ["C103 S"]);
}

#[test]
fn whoever_was_quicker_has_the_answer() {
    struct Pool;
    impl Pool {
        fn submit(&self, work: Box<dyn FnOnce() + Send>) {
            work();
        }
    }
    #[observe]
    fn race() -> Result<u32, Fault> {
        let (tx, rx) = std::sync::mpsc::channel();
        drop(rx);
        Pool.submit(Box::new(move || {
            if tx.send(1).is_err() {
                debug!("somebody was quicker");
            }
        }));
        works()
    }
    #[observe]
    fn report() -> Result<u32, Fault> {
        let (tx, rx) = std::sync::mpsc::channel();
        drop(rx);
        if tx.send(1).is_err() {
            debug!("nobody listens");
        }
        works()
    }
    assert_eq!(codes_of(|| assert_eq!(race(), Ok(7))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(report(), Ok(7))), ["C101 V"]);
}

#[test]
fn what_a_database_answers_was_no_input() {
    struct Db;
    impl Db {
        fn query(&self, _sql: &str, params: [u32; 1]) -> Option<&'static str> {
            (params[0] > 0).then_some("3,50")
        }
    }
    struct Uri;
    impl Uri {
        fn query(&self) -> Option<&'static str> {
            Some("size=many")
        }
    }
    #[observe]
    fn price(db: &Db, params: [u32; 1]) -> usize {
        db.query("select price", params).and_then(|price| price.parse().ok()).unwrap_or(0)
    }
    #[observe]
    fn size(uri: &Uri) -> usize {
        uri.query().and_then(|size| size.parse().ok()).unwrap_or(20)
    }
    assert_eq!(codes_of(|| assert_eq!(price(&Db, [1]), 0)), ["C101 V"]);
    assert_eq!(codes_of(|| assert_eq!(size(&Uri), 20)), NOTHING);
}
