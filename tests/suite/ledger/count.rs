//! Errors that a number tells: a bad status, a counter of somebody else's, how far a loop has come.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use candor::observe;
use tracing::{debug, warn};

use crate::kit::{Flaky, NOTHING, codes_of};

mod status {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Status(u16);

    #[derive(Debug, PartialEq)]
    struct Batch(u16);

    #[observe]
    fn receive(body: &str, seen: &mut Vec<u32>) -> Status {
        let event = match body.parse::<u32>() {
            Ok(event) => event,
            Err(error) => {
                warn!(%error, "body is not understood");
                return Status(400);
            }
        };
        seen.push(event);
        Status(200)
    }

    #[test]
    fn whoever_calls_hears_that_it_was_bad() {
        assert_eq!(codes_of(|| assert_eq!(receive("x", &mut Vec::new()), Status(400))), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(receive("7", &mut Vec::new()), Status(200))), NOTHING);
    }

    #[test]
    fn whoever_hears_that_it_was_good_or_that_there_is_none_does_not() {
        #[observe]
        fn accept(body: &str, seen: &mut Vec<u32>) -> Status {
            let Ok(event) = body.parse::<u32>() else { return Status(200) };
            seen.push(event);
            Status(200)
        }
        #[observe]
        fn show(call: &Flaky) -> Status {
            let user = match call.call() {
                Ok(user) => user,
                Err(_) => return Status(404),
            };
            Status(200 + u16::try_from(user % 2).unwrap_or(u16::MAX))
        }
        #[observe]
        fn batch(call: &Flaky) -> Batch {
            let size = match call.call() {
                Ok(size) => size,
                Err(_) => return Batch(400),
            };
            Batch(u16::try_from(size).unwrap_or(u16::MAX))
        }
        assert_eq!(codes_of(|| assert_eq!(accept("x", &mut Vec::new()), Status(200))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(show(&Flaky::new(1)), Status(404))), ["C101 V"]);
        assert_eq!(codes_of(|| assert_eq!(batch(&Flaky::new(1)), Batch(400))), ["C101 V"], "that is a size");
    }
}

mod counter {
    use super::*;

    #[derive(Default)]
    struct Losses {
        invalid: AtomicU32,
        calls: AtomicU32,
    }

    impl Losses {
        #[observe]
        fn record(&self, call: &Flaky) -> u32 {
            call.call().unwrap_or_else(|error| {
                self.invalid.fetch_add(1, Relaxed);
                debug!(%error, "left out");
                0
            })
        }

        #[observe]
        fn ask(&self, call: &Flaky) -> u32 {
            call.call().unwrap_or_else(|error| {
                self.calls.fetch_add(1, Relaxed);
                debug!(%error, "left out");
                0
            })
        }
    }

    #[test]
    fn a_closure_counts_what_it_replaces() {
        let losses = Losses::default();
        assert_eq!(codes_of(|| assert_eq!(losses.record(&Flaky::new(1)), 0)), NOTHING);
        assert_eq!(losses.invalid.load(Relaxed), 1);
    }

    #[test]
    fn calls_and_lines_are_counted_however_they_went() {
        #[observe]
        fn quiet(call: &Flaky) -> u32 {
            call.call().unwrap_or_else(|error| {
                debug!(%error, "left out");
                0
            })
        }
        #[observe]
        fn own(call: &Flaky) -> u32 {
            call.call().unwrap_or_else(|_| {
                let mut sum = 0;
                sum += 1;
                sum
            })
        }
        let losses = Losses::default();
        assert_eq!(codes_of(|| assert_eq!(losses.ask(&Flaky::new(1)), 0)), ["C103 S"]);
        assert_eq!(codes_of(|| assert_eq!(quiet(&Flaky::new(1)), 0)), ["C103 S"]);
        assert_eq!(codes_of(|| assert_eq!(own(&Flaky::new(1)), 1)), ["C103 S"]);
    }
}

mod progress {
    use super::*;

    /// Works, and from then on fails.
    fn open(room: &AtomicU32) -> Result<u32, String> {
        let left = room.load(Relaxed);
        room.store(left.saturating_sub(1), Relaxed);
        if left > 0 { Ok(left) } else { Err("no room".to_owned()) }
    }

    #[observe]
    fn warm_up(room: &AtomicU32, count: usize, idle: &mut Vec<u32>) -> usize {
        for n in 0..count {
            match open(room) {
                Ok(conn) => idle.push(conn),
                Err(error) => {
                    warn!(opened = n, error, "the pool starts with fewer");
                    return n;
                }
            }
        }
        count
    }

    #[observe]
    fn send_all(rooms: &[AtomicU32]) -> Result<usize, String> {
        for (at, room) in rooms.iter().enumerate() {
            if let Err(error) = open(room) {
                warn!(error, "stops here");
                return Ok(at);
            }
        }
        Ok(rooms.len())
    }

    #[test]
    fn whoever_asked_for_so_many_sees_how_many_there_are() {
        let room = |left| AtomicU32::new(left);
        assert_eq!(codes_of(|| assert_eq!(warm_up(&room(2), 3, &mut Vec::new()), 2)), NOTHING);
        assert_eq!(codes_of(|| assert_eq!(send_all(&[room(1), room(0)]), Ok(1))), NOTHING);
    }

    #[observe]
    fn none(room: &AtomicU32, count: usize) -> usize {
        for n in 0..count {
            if let Err(error) = open(room) {
                warn!(opened = n, error, "the pool starts with fewer");
                return 0;
            }
        }
        count
    }

    #[observe]
    fn all(room: &AtomicU32, count: usize) -> usize {
        for n in 0..count {
            if let Err(error) = open(room) {
                warn!(opened = n, error, "the pool starts with fewer");
                return count;
            }
        }
        count
    }

    #[observe]
    fn quietly(room: &AtomicU32, count: usize) -> usize {
        for n in 0..count {
            if open(room).is_err() {
                return n;
            }
        }
        count
    }

    #[observe]
    fn other(room: &AtomicU32, count: usize) -> usize {
        let mut opened = 0;
        for n in 0..count {
            if let Err(error) = open(room) {
                warn!(opened = n, error, "the pool starts with fewer");
                return n;
            }
            opened += 1;
        }
        opened
    }

    #[observe]
    fn some_left_out(room: &AtomicU32, count: usize) -> usize {
        for n in 0..count {
            if n % 2 == 0 {
                continue;
            }
            if let Err(error) = open(room) {
                warn!(opened = n, error, "the pool starts with fewer");
                return n;
            }
        }
        count
    }

    #[test]
    fn a_number_that_does_not_say_it_does_not_tell() {
        type Opens = fn(&AtomicU32, usize) -> usize;
        let opens: [(Opens, usize); 5] = [(none, 0), (all, 3), (quietly, 2), (other, 2), (some_left_out, 3)];
        for (at, (open, opened)) in opens.into_iter().enumerate() {
            let count = if at == 4 { 6 } else { 3 };
            let room = AtomicU32::new(if at == 4 { 1 } else { 2 });
            assert_eq!(codes_of(|| assert_eq!(open(&room, count), opened)), ["C101 V"], "{at}");
        }
    }
}
