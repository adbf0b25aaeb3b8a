//! Closed: superseded by a try that worked. An iteration over items is no retry.

use std::cell::Cell;
use std::sync::mpsc;

use candor::observe;

use crate::kit::{Fault, Flaky, NOTHING, codes_of, reject};

fn odd(id: u32) -> Result<u32, Fault> {
    if id.is_multiple_of(2) { reject(id) } else { Ok(id) }
}

mod at_the_same_probe {
    use super::*;

    #[test]
    fn a_loop_that_works_in_the_end() {
        #[observe]
        fn operation(flaky: &Flaky) -> Option<u32> {
            loop {
                if let Ok(value) = flaky.call() {
                    return Some(value);
                }
            }
        }
        assert_eq!(codes_of(|| assert_eq!(operation(&Flaky::new(3)), Some(7))), NOTHING);
    }

    #[test]
    fn a_loop_that_gives_up() {
        #[observe]
        fn operation(flaky: &Flaky) -> Option<u32> {
            for _attempt in 0..2 {
                if let Ok(value) = flaky.call() {
                    return Some(value);
                }
            }
            None
        }
        assert_eq!(codes_of(|| assert_eq!(operation(&Flaky::new(1)), Some(7))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(operation(&Flaky::new(9)), None)), ["C101 V 2"]);
    }

    #[test]
    fn a_match_with_a_log_and_a_pause() {
        #[observe]
        fn operation(flaky: &Flaky) -> Result<u32, Fault> {
            let mut attempt = 0;
            loop {
                attempt += 1;
                match flaky.call() {
                    Ok(value) => return Ok(value),
                    Err(fault) if attempt >= 3 => return Err(fault),
                    Err(fault) => tracing::warn!(error = %fault, "attempt {attempt} failed, retrying"),
                }
            }
        }
        assert_eq!(codes_of(|| assert!(operation(&Flaky::new(2)).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(operation(&Flaky::new(3)).is_err())), NOTHING);
    }

    #[test]
    fn another_probe_does_not_supersede() {
        #[observe]
        fn operation(flaky: &Flaky) -> Option<u32> {
            flaky.call().ok();
            flaky.call().ok()
        }
        assert_eq!(codes_of(|| assert_eq!(operation(&Flaky::new(1)), Some(7))), ["C101 V"]);
    }
}

mod iteration {
    use super::*;

    #[test]
    fn over_items_of_a_for() {
        #[observe]
        fn operation(ids: &[u32]) -> u32 {
            let mut sum = 0;
            for id in ids {
                if let Ok(value) = odd(*id) {
                    sum += value;
                }
            }
            sum
        }
        assert_eq!(codes_of(|| assert_eq!(operation(&[1, 3]), 4)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(operation(&[2, 1, 3]), 4)), ["C114 V"]);
    }

    #[test]
    fn over_items_of_a_while_let() {
        #[observe]
        fn operation(ids: &mut Vec<u32>) {
            while let Some(id) = ids.pop() {
                odd(id).ok();
            }
        }
        assert_eq!(codes_of(|| operation(&mut vec![3, 1])), NOTHING);
        assert_eq!(codes_of(|| operation(&mut vec![1, 2])), ["C114 V"]);
    }

    #[test]
    fn over_items_of_a_closure() {
        #[observe]
        fn operation(ids: &[u32]) -> u32 {
            ids.iter().filter_map(|id| odd(*id).ok()).sum()
        }
        assert_eq!(codes_of(|| assert_eq!(operation(&[1, 3]), 4)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(operation(&[2, 1, 3]), 4)), ["C114 V"]);
    }

    #[test]
    fn by_a_name_that_comes_from_the_item() {
        #[observe]
        fn operation(ids: &[u32]) {
            for id in ids {
                let next = id + 1;
                odd(next).ok();
            }
        }
        assert_eq!(codes_of(|| operation(&[1, 2])), ["C114 V"]);
    }

    #[test]
    fn a_retry_of_one_item_inside() {
        #[observe]
        fn operation(flakies: &[Flaky]) -> u32 {
            let mut sum = 0;
            for flaky in flakies {
                for _attempt in 0..3 {
                    if let Ok(value) = flaky.call() {
                        sum += value;
                        break;
                    }
                }
            }
            sum
        }
        let sum = || assert_eq!(operation(&[Flaky::new(0), Flaky::new(9), Flaky::new(0)]), 14);
        assert_eq!(codes_of(sum), ["C114 V 3"]);
    }
}

mod at_a_child {
    use super::*;

    #[observe(key = id)]
    fn reserve(id: u32, left: &Cell<u32>) -> Result<u32, Fault> {
        match left.get() {
            0 => Ok(id),
            more => {
                left.set(more - 1);
                reject(id)
            }
        }
    }

    /// Not observed: candor sees the child fail, and not what becomes of its error.
    fn quietly(id: u32, left: &Cell<u32>) {
        let _ = reserve(id, left);
    }

    #[observe]
    fn operation(ids: [u32; 2]) {
        let left = Cell::new(1);
        quietly(ids[0], &left);
        quietly(ids[1], &left);
    }

    #[test]
    fn of_the_same_key() {
        assert_eq!(codes_of(|| operation([5, 5])), NOTHING);
    }

    #[test]
    fn of_another_key() {
        assert_eq!(codes_of(|| operation([5, 6])), ["C101 S"]);
    }
}

mod at_a_child_that_is_dropped {
    use super::*;

    #[observe(key = id)]
    fn reserve(id: u32, flaky: &Flaky) -> Result<u32, Fault> {
        flaky.call().map(|_| id)
    }

    #[observe]
    fn operation(ids: [u32; 2], flaky: &Flaky) {
        reserve(ids[0], flaky).ok();
        reserve(ids[1], flaky).ok();
    }

    #[test]
    fn of_the_same_key() {
        assert_eq!(codes_of(|| operation([5, 5], &Flaky::new(1))), NOTHING);
        assert_eq!(codes_of(|| operation([5, 5], &Flaky::new(2))), ["C101 V", "C101 V"]);
    }

    #[test]
    fn of_another_key() {
        assert_eq!(codes_of(|| operation([5, 6], &Flaky::new(1))), ["C101 V"]);
    }

    #[observe(key = id)]
    fn count_down(id: u32, flaky: &Flaky) -> Result<u32, Fault> {
        reserve(id, flaky)
    }

    /// At the same probe too: another key is another thing.
    #[test]
    fn of_another_key_at_the_same_probe() {
        #[observe]
        fn operation(flaky: &Flaky, step: u32) {
            let mut id = 2;
            while id > 0 {
                count_down(id * step + 1, flaky).ok();
                id -= 1;
            }
        }
        assert_eq!(codes_of(|| operation(&Flaky::new(1), 0)), NOTHING);
        assert_eq!(codes_of(|| operation(&Flaky::new(1), 1)), ["C101 V"]);
    }
}

mod receive {
    use super::*;

    #[test]
    fn of_an_observed_call_too() {
        #[observe]
        fn recv(flaky: &Flaky) -> Result<u32, Fault> {
            flaky.call()
        }
        #[observe]
        fn drain(flaky: &Flaky) {
            recv(flaky).ok();
            recv(flaky).ok();
        }
        assert_eq!(codes_of(|| drain(&Flaky::new(1))), ["C101 V"]);
        assert_eq!(codes_of(|| drain(&Flaky::new(0))), NOTHING);
    }

    /// The next message is another one: its arrival does not mend the one that failed.
    #[test]
    fn the_next_one_is_another() {
        struct Inbox(Flaky);
        impl Inbox {
            fn recv(&self) -> Result<u32, Fault> {
                self.0.call()
            }
            fn fetch(&self) -> Result<u32, Fault> {
                self.0.call()
            }
        }
        #[observe]
        fn receive(inbox: &Inbox) {
            let mut left = 2;
            while left > 0 {
                left -= 1;
                inbox.recv().ok();
            }
        }
        #[observe]
        fn fetch(inbox: &Inbox) {
            let mut left = 2;
            while left > 0 {
                left -= 1;
                inbox.fetch().ok();
            }
        }
        assert_eq!(codes_of(|| receive(&Inbox(Flaky::new(1)))), ["C101 V"]);
        assert_eq!(codes_of(|| fetch(&Inbox(Flaky::new(1)))), NOTHING);
    }

    #[test]
    fn an_empty_channel_is_an_answer() {
        #[observe]
        fn poll(receiver: &mpsc::Receiver<u32>) -> Option<u32> {
            receiver.try_recv().ok()
        }
        let (sender, receiver) = mpsc::channel();
        assert_eq!(codes_of(|| assert_eq!(poll(&receiver), None)), NOTHING);
        sender.send(1).unwrap();
        assert_eq!(codes_of(|| assert_eq!(poll(&receiver), Some(1))), NOTHING);
    }
}

mod after_a_drop_that_nobody_saw {
    use super::*;

    #[observe]
    fn step(number: u32, flaky: &Flaky) -> Result<u32, Fault> {
        flaky.call().map(|_| number)
    }

    #[test]
    fn a_later_call_is_another_step() {
        #[observe]
        fn steps(flaky: &Flaky) -> Result<u32, Fault> {
            let _ = step(1, flaky);
            step(2, flaky)
        }
        assert_eq!(codes_of(|| assert!(steps(&Flaky::new(1)).is_ok())), ["C101 V"]);
        assert_eq!(codes_of(|| assert!(steps(&Flaky::new(0)).is_ok())), NOTHING);
    }

    #[test]
    fn a_try_that_was_looked_at_is_made_good() {
        #[observe]
        fn twice(flaky: &Flaky) -> Result<u32, Fault> {
            if let Err(fault) = step(1, flaky) {
                println!("{fault}, once more");
            }
            step(1, flaky)
        }
        assert_eq!(codes_of(|| assert!(twice(&Flaky::new(1)).is_ok())), NOTHING);
        assert_eq!(codes_of(|| assert!(twice(&Flaky::new(2)).is_err())), NOTHING);
    }
}
