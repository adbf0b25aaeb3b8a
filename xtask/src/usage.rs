//! The processor time of children, which tells what a program cost while others shared the machine.

use std::io;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

/// Seconds of user time of every child that has ended.
///
/// # Errors
/// When the system does not say.
pub(crate) fn children() -> io::Result<f64> {
    let time = getrusage(UsageWho::RUSAGE_CHILDREN)?.user_time();
    Ok(Duration::new(
        u64::try_from(time.tv_sec()).unwrap_or(0),
        u32::try_from(time.tv_usec()).unwrap_or(0).saturating_mul(1000),
    )
    .as_secs_f64())
}
