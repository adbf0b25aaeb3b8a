//! The only unsafe code of the workspace: the processor's time stamp, and C's `atexit`.
#![expect(
    unsafe_code,
    reason = "the time-stamp counter and `atexit` have no safe interface; nothing else stands here"
)]

/// The raw time stamp: the counter of the processor, or nanoseconds since the first call where there is none.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn ticks() -> u64 {
    // SAFETY: `rdtsc` exists on every x86_64 processor and touches no memory.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// The raw time stamp: the counter of the processor, or nanoseconds since the first call where there is none.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
pub(crate) fn ticks() -> u64 {
    super::clock::fallback_ticks()
}

/// Asks the C library to call `hook` when the process ends. Returns whether it agreed.
pub(crate) fn at_exit(hook: extern "C" fn()) -> bool {
    // SAFETY: `hook` is a plain function that lives as long as the program, as `atexit` requires.
    unsafe { libc::atexit(hook) == 0 }
}

/// Ends the process at once, without running the hooks that are still registered.
pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` may be called at any time; it does not return.
    unsafe { libc::_exit(code) }
}
