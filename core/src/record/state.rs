//! Whether anything is recorded at all.

use std::sync::atomic::{AtomicU32, Ordering};

const OFF: u32 = 0;
/// Nothing was said yet: the first call looks whether the binary contains a [`Watch`].
const UNDECIDED: u32 = 2;

/// Off, undecided, or the number of the stretch of time in which recording is on, which is odd.
static STATE: AtomicU32 = AtomicU32::new(UNDECIDED);
static NEXT: AtomicU32 = AtomicU32::new(1);

/// How often anything has changed that decides how a call begins. A thread that has learned what holds need not look at it
/// again until this moves. It is odd, so that it is never 0.
pub(super) static CHANGES: AtomicU32 = AtomicU32::new(1);

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
    state != OFF && (state != UNDECIDED || decide())
}

/// Whether something may be recorded. What need not be right when nothing is recorded asks this.
#[inline(always)]
pub(super) fn is_not_off() -> bool {
    STATE.load(Ordering::Relaxed) != OFF
}

/// The stretch of time in which recording has been on without a break; an even number when it is not on.
#[inline(always)]
pub(super) fn stretch() -> u32 {
    STATE.load(Ordering::Relaxed)
}

/// [`CHANGES`], before what may have changed is looked at. Acquire: the partner is in `changed`.
pub(super) fn changes_so_far() -> u32 {
    CHANGES.load(Ordering::Acquire)
}

/// Something has changed that decides how a call begins. Release: whoever sees this number sees the change as well.
pub(super) fn changed() {
    CHANGES.fetch_add(2, Ordering::Release);
}

/// Whether it is decided that nothing is recorded.
pub(super) fn is_off() -> bool {
    STATE.load(Ordering::Relaxed) == OFF
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
    STATE.load(Ordering::Relaxed) & 1 == 1
}

/// Switches recording on, or off until the next call decides again.
pub fn set_on(on: bool) {
    if !on {
        STATE.store(UNDECIDED, Ordering::Relaxed);
        return changed();
    }
    super::clock::calibrate();
    let fresh = NEXT.fetch_add(2, Ordering::Relaxed);
    // Whoever switches on what is on already changes nothing.
    let is_even = |state: u32| (state & 1 == 0).then_some(fresh);
    let _is_on_already = STATE.try_update(Ordering::Relaxed, Ordering::Relaxed, is_even);
    changed();
    super::callsite::wake_all();
}
