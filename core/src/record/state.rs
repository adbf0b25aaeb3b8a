//! Whether anything is recorded at all.

use std::sync::atomic::{AtomicBool, Ordering};

static ON: AtomicBool = AtomicBool::new(false);

/// Whether candor records. One relaxed load: nothing is ordered by it, a call that races with the switch is
/// recorded or not.
#[inline(always)]
#[must_use]
pub fn is_on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// Switches recording on or off.
pub fn set_on(on: bool) {
    if on {
        super::clock::calibrate();
    }
    ON.store(on, Ordering::Relaxed);
}
