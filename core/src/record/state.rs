//! Whether anything is recorded at all.

use std::sync::atomic::{AtomicU8, Ordering};

const OFF: u8 = 0;
const ON: u8 = 1;
/// Nothing was said yet: the first call looks whether the binary contains a [`Watch`].
const UNDECIDED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(UNDECIDED);

/// Registered at link time by `#[candor::test]`: a binary that has one is watched from its first observed call on, so
/// that it does not depend on the order of tests what is seen. The function turns recording on.
#[derive(Clone, Copy, Debug)]
pub struct Watch(pub fn());

inventory::collect!(Watch);

/// Whether candor records. One relaxed load: nothing is ordered by it, a call that races with the switch is
/// recorded or not.
#[inline(always)]
#[must_use]
pub fn is_on() -> bool {
    let state = STATE.load(Ordering::Relaxed);
    state != OFF && (state == ON || decide())
}

/// Whether the binary has a [`Watch`].
#[must_use]
pub fn is_watched() -> bool {
    inventory::iter::<Watch>.into_iter().next().is_some()
}

#[cold]
#[inline(never)]
fn decide() -> bool {
    if let Some(watch) = inventory::iter::<Watch>.into_iter().next() {
        (watch.0)();
    } else {
        // Whoever was faster has decided.
        let _faster = STATE.compare_exchange(UNDECIDED, OFF, Ordering::Relaxed, Ordering::Relaxed);
    }
    STATE.load(Ordering::Relaxed) == ON
}

/// Switches recording on, or off until the next call decides again.
pub fn set_on(on: bool) {
    if on {
        super::clock::calibrate();
    }
    STATE.store(if on { ON } else { UNDECIDED }, Ordering::Relaxed);
}
