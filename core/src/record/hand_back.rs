//! What ends on another thread than it came from goes back, so that the one need not allocate what the other gives up.
//! Nobody waits: whoever finds the other at work keeps or gives up what it has, and counts it.

use std::sync::PoisonError;

#[cfg(loom)]
use loom::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};
#[cfg(not(loom))]
use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

/// How many things may wait for their owner.
const BOUND: usize = 32;

/// Where things wait for the thread that they came from.
pub(super) struct HandBack<T> {
    /// Nothing once the owner is gone.
    things: Mutex<Option<Vec<T>>>,
    /// Whether something is there. It is written under the lock, and only a hint without it.
    is_filled: AtomicBool,
}

impl<T> HandBack<T> {
    pub(super) fn new() -> HandBack<T> {
        HandBack { things: Mutex::new(Some(Vec::new())), is_filled: AtomicBool::new(false) }
    }

    /// Gives a thing back. Returns it if its owner is gone, is here at the moment, or has enough.
    pub(super) fn give(&self, thing: T) -> Result<(), T> {
        let Ok(mut things) = self.things.try_lock() else { return Err(thing) };
        match &mut *things {
            Some(list) if list.len() < BOUND => {
                list.push(thing);
                self.is_filled.store(true, Ordering::Relaxed);
                Ok(())
            }
            _ => Err(thing),
        }
    }

    /// Takes everything that has come back, unless somebody is giving at the moment.
    pub(super) fn collect(&self, into: &mut Vec<T>) {
        if !self.is_filled.load(Ordering::Relaxed) {
            return;
        }
        if let Ok(mut things) = self.things.try_lock()
            && let Some(list) = &mut *things
        {
            self.is_filled.store(false, Ordering::Relaxed);
            into.append(list);
        }
    }

    /// The owner is gone: nothing more is taken. What has come back is dropped by the caller.
    pub(super) fn close(&self) -> Option<Vec<T>> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_owner_has_enough_at_some_point_and_takes_nothing_once_it_is_gone() {
        let back = HandBack::new();
        let refused = (0..100).filter(|n| back.give(*n).is_err()).count();
        let mut own = vec![100];
        back.collect(&mut own);
        assert_eq!((refused, own.len(), own[1..].to_vec()), (68, 33, (0..32).collect()));
        assert_eq!(back.give(7), Ok(()));
        assert_eq!(back.close(), Some(vec![7]));
        assert_eq!((back.give(8), back.close()), (Err(8), None));
    }
}

#[cfg(all(test, loom))]
mod loom_models {
    use loom::sync::Arc;
    use loom::thread;

    use super::HandBack;

    /// Two threads give back while the owner collects and ends: each thing is in one place, and nobody waits for it.
    #[test]
    fn loom_each_thing_is_collected_or_refused_once() {
        loom::model(|| {
            let back = Arc::new(HandBack::<u32>::new());
            let give = |thing: u32| {
                let back = Arc::clone(&back);
                thread::spawn(move || back.give(thing).err())
            };
            let (first, second) = (give(1), give(2));
            let mut seen = Vec::new();
            back.collect(&mut seen);
            let (first, second) = (first.join().unwrap(), second.join().unwrap());
            // Afterwards nothing is overlooked.
            back.collect(&mut seen);
            assert_eq!(back.close().map(|left| left.len()), Some(0));
            seen.extend(first.into_iter().chain(second));
            seen.sort_unstable();
            assert_eq!(seen, [1, 2]);
        });
    }

    /// The owner ends while a thing comes back: it is there, refused, or dropped with the list, once.
    #[test]
    fn loom_a_thing_that_comes_back_to_an_owner_that_ends_is_in_one_place() {
        loom::model(|| {
            let back = Arc::new(HandBack::<u32>::new());
            let giver = {
                let back = Arc::clone(&back);
                thread::spawn(move || back.give(1).err())
            };
            let left = back.close().unwrap();
            let refused = giver.join().unwrap();
            assert_eq!(left.len() + usize::from(refused.is_some()), 1);
        });
    }
}
