//! Who judges last: an operation and the work that it spawned end in any order, on any thread, and exactly one of them
//! takes what was left for the other.

#[cfg(loom)]
use loom::sync::{Mutex, MutexGuard};
use std::sync::PoisonError;
#[cfg(not(loom))]
use std::sync::{Mutex, MutexGuard};

/// How many records of spawned work wait for their operation.
const INBOX: usize = 1_024;

/// What an operation shares with its spawned work: records `D` on their way, and the operation `E` once it has ended.
pub(super) struct HandOff<D, E> {
    state: Mutex<State<D, E>>,
}

struct State<D, E> {
    live: u32,
    inbox: Vec<D>,
    ended: Option<E>,
}

impl<D, E> HandOff<D, E> {
    pub(super) fn new() -> HandOff<D, E> {
        HandOff { state: Mutex::new(State { live: 0, inbox: Vec::new(), ended: None }) }
    }

    fn lock(&self) -> MutexGuard<'_, State<D, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One piece of work more.
    pub(super) fn begin(&self) {
        self.lock().live += 1;
    }

    /// A record of spawned work; returns it when the inbox is full.
    pub(super) fn send(&self, record: D) -> Result<(), D> {
        let mut state = self.lock();
        if state.inbox.len() >= INBOX {
            return Err(record);
        }
        state.inbox.push(record);
        Ok(())
    }

    /// The operation ends: what has arrived so far, and whether work is still running.
    pub(super) fn collect(&self) -> (Vec<D>, bool) {
        let mut state = self.lock();
        (std::mem::take(&mut state.inbox), state.live > 0)
    }

    /// The operation has ended and waits. Returns it with what has arrived if no work is running any more.
    pub(super) fn wait(&self, ended: E) -> Option<(E, Vec<D>)> {
        let mut state = self.lock();
        if state.live > 0 {
            state.ended = Some(ended);
            return None;
        }
        Some((ended, std::mem::take(&mut state.inbox)))
    }

    /// One piece of work less. Returns the waiting operation if this was the last.
    pub(super) fn leave(&self) -> Option<(E, Vec<D>)> {
        let mut state = self.lock();
        state.live = state.live.saturating_sub(1);
        if state.live > 0 {
            return None;
        }
        let ended = state.ended.take()?;
        Some((ended, std::mem::take(&mut state.inbox)))
    }
}

#[cfg(all(test, loom))]
mod loom_models {
    use loom::sync::Arc;
    use loom::thread;

    use super::HandOff;

    /// Two pieces of work and their operation end in every order: what was sent arrives once, and one of them closes.
    #[test]
    fn loom_whoever_ends_last_closes_with_everything() {
        loom::model(|| {
            let shared = Arc::new(HandOff::<u32, &'static str>::new());
            shared.begin();
            shared.begin();
            let work = |record: u32| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    assert_eq!(shared.send(record), Ok(()));
                    shared.leave()
                })
            };
            let (first, second) = (work(1), work(2));
            let (early, running) = shared.collect();
            let own = if running { shared.wait("operation") } else { Some(("operation", Vec::new())) };
            let closed = [own, first.join().unwrap(), second.join().unwrap()];
            assert_eq!(closed.iter().flatten().count(), 1, "exactly one closes");
            let mut seen = early;
            seen.extend(closed.into_iter().flatten().flat_map(|(_, late)| late));
            seen.sort_unstable();
            assert_eq!(seen, [1, 2]);
        });
    }
}
