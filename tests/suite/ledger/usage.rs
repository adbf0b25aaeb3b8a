//! Usual code that a rule for something like it took for an error, and what the rule is for, side by side.

use candor::observe;
use tracing::warn;

use crate::kit::{Fault, NOTHING, codes_of, reject};

mod answered {
    use super::*;

    struct Desk(u32);

    impl Desk {
        fn book(&mut self, seat: u32) -> bool {
            let is_free = self.0 != seat;
            self.0 = seat;
            is_free
        }
        /// What was there before.
        fn send_replace(&mut self, on: bool) -> bool {
            std::mem::replace(&mut self.0, u32::from(on)) > 0
        }
        /// Whether there was anything to write.
        fn flush(&mut self) -> bool {
            std::mem::take(&mut self.0) > 0
        }
        fn save_once(&mut self) -> bool {
            self.flush()
        }
        /// Whether it is another one than before.
        fn store(&mut self, seat: u32) -> bool {
            std::mem::replace(&mut self.0, seat) != seat
        }
    }

    #[test]
    fn a_no_to_one_item_is_not_made_good_by_the_yes_to_the_next() {
        #[observe]
        fn all(desk: &mut Desk, seats: &[u32]) -> usize {
            for seat in seats {
                desk.book(*seat);
            }
            seats.len()
        }
        assert_eq!(codes_of(|| assert_eq!(all(&mut Desk(1), &[1, 2]), 2)), ["C101 S"]);
        assert_eq!(codes_of(|| assert_eq!(all(&mut Desk(0), &[1, 2]), 2)), NOTHING);
    }

    #[test]
    fn what_was_before_or_had_to_be_done_is_no_refusal() {
        #[observe]
        fn stop(desk: &mut Desk) -> u32 {
            desk.send_replace(true);
            desk.flush();
            desk.flush();
            desk.save_once();
            desk.store(0);
            desk.0
        }
        assert_eq!(codes_of(|| assert_eq!(stop(&mut Desk(0)), 0)), NOTHING);
    }

    #[test]
    fn a_call_that_never_returns_has_no_answer() {
        fn save_and_stop() -> ! {
            panic!("stopped")
        }
        #[observe]
        #[deny(warnings)]
        fn stops(now: bool) -> u32 {
            if now {
                save_and_stop();
            }
            1
        }
        assert_eq!(codes_of(|| assert_eq!(stops(false), 1)), NOTHING);
    }
}

mod given_up {
    use super::*;

    fn give_up(fault: Fault) -> Result<Option<u32>, Fault> {
        Err(fault)
    }

    #[test]
    fn what_is_left_when_an_error_went_to_somebody_was_told_apart() {
        #[observe]
        fn grave_or_nothing(id: u32, worst: &Fault) -> Result<Option<u32>, Fault> {
            match reject(id) {
                Ok(id) => Ok(Some(id)),
                Err(e) => {
                    if e == *worst {
                        return give_up(e);
                    }
                    Ok(None)
                }
            }
        }
        #[observe]
        fn late_or_nothing(id: u32, late: &Fault) -> Result<Option<u32>, Fault> {
            match reject(id) {
                Ok(id) => Ok(Some(id)),
                Err(e) => {
                    if e == *late {
                        return Ok(Some(0));
                    }
                    Ok(None)
                }
            }
        }
        assert_eq!(codes_of(|| assert!(grave_or_nothing(3, &Fault::Timeout).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(late_or_nothing(3, &Fault::Timeout).is_ok())), ["C103 S"]);
    }
}

mod named_whole {
    use super::*;
    use tracing_subscriber::prelude::*;

    #[observe]
    fn keeps(end: Result<u32, Fault>) -> Vec<Fault> {
        let mut kept = Vec::new();
        match end {
            Ok(_) => {}
            Err(e @ Fault::Declined(_)) => {
                warn!(error = ?e, "given up");
                kept.push(e);
            }
            Err(e) => kept.push(e),
        }
        kept
    }

    #[observe]
    fn forgets(end: Result<u32, Fault>) -> Vec<Fault> {
        match end {
            Ok(_) => {}
            Err(e @ Fault::Declined(_)) => warn!(error = ?e, "given up"),
            Err(e) => return vec![e],
        }
        Vec::new()
    }

    #[test]
    fn a_line_speaks_of_the_error_that_is_kept() {
        let _subscriber = tracing_subscriber::registry().with(candor::layer()).set_default();
        assert_eq!(codes_of(|| assert_eq!(keeps(reject(3)).len(), 1)), NOTHING);
        assert_eq!(codes_of(|| assert!(forgets(reject(3)).is_empty())), ["C101 S"]);
    }
}

mod classed {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Cell {
        Narrow(u8),
        Wide(u32),
    }

    #[test]
    fn what_does_not_fit_is_taken_in_another_way() {
        #[observe]
        fn cell(n: u32) -> Cell {
            u8::try_from(n).map_or(Cell::Wide(n), Cell::Narrow)
        }
        #[observe]
        fn zero(n: u32) -> Cell {
            u8::try_from(n).map_or(Cell::Wide(0), Cell::Narrow)
        }
        assert_eq!(codes_of(|| assert_eq!(cell(300), Cell::Wide(300))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(zero(300), Cell::Wide(0))), ["C103 S"]);
    }
}

mod gone {
    use super::*;
    use std::sync::mpsc::{Sender, channel};

    #[observe]
    fn parts(peers: &mut Vec<Sender<u32>>) -> usize {
        let mut at = 0;
        while at < peers.len() {
            if peers[at].send(7).is_err() {
                peers.swap_remove(at);
            } else {
                at += 1;
            }
        }
        if let Some(last) = peers.len().checked_sub(1)
            && let Err(_gone) = peers[last].send(8)
        {
            peers.remove(last);
        }
        peers.len()
    }

    #[observe]
    fn goes_on(peers: &mut [Sender<u32>], waiting: &mut Vec<u32>) -> usize {
        if peers[0].send(7).is_err() {
            waiting.remove(0);
        }
        peers.len()
    }

    #[test]
    fn whoever_does_not_listen_any_more_is_taken_out() {
        let gone = || {
            let (peer, _) = channel();
            peer
        };
        assert_eq!(codes_of(|| assert_eq!(parts(&mut vec![gone(), gone()]), 0)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(goes_on(&mut [gone()], &mut vec![7]), 1)), ["C101 S"]);
    }
}

mod flagged {
    use super::*;

    struct Page {
        items: u32,
        degraded: bool,
    }

    #[test]
    fn a_part_of_the_value_tells_what_stands_for_it() {
        #[observe]
        fn tells(id: u32) -> Page {
            let items = reject(id);
            let degraded = items.is_err();
            Page { items: items.unwrap_or_default(), degraded }
        }
        #[observe]
        fn hides(id: u32) -> Page {
            let items = reject(id);
            Page { items: items.unwrap_or_default(), degraded: id > 9 }
        }
        let is_empty = |page: Page, degraded| page.items == 0 && page.degraded == degraded;
        assert_eq!(codes_of(|| assert!(is_empty(tells(3), true))), NOTHING);
        assert_eq!(codes_of(|| assert!(is_empty(hides(3), false))), ["C103 S"]);
    }
}

mod both_answer {
    use super::*;

    #[test]
    fn a_block_and_its_else_as_the_arms_of_a_match() {
        #[observe]
        fn is_open(id: u32) -> bool {
            if let Err(_closed) = reject(id) { false } else { true }
        }
        #[observe]
        fn count(id: u32) -> u32 {
            let mut left = 3;
            left -= if let Err(_closed) = reject(id) { left } else { id + left };
            left
        }
        assert_eq!(codes_of(|| assert!(!is_open(3))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(count(3), 0)), ["C103 S"]);
    }
}
