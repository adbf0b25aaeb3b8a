//! The functions that are called: one piece of work under each contender.
//!
//! None of them is inlined into the loop of its case, so that all pay for one call.

pub(crate) mod asynchronous;
pub(crate) mod floor;
pub(crate) mod neighbour;
pub(crate) mod observed;
pub(crate) mod scale;

/// The error of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Odd;

impl std::fmt::Display for Odd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the number is out of range")
    }
}

impl std::error::Error for Odd {}

/// What every contender does: next to nothing, and the compiler cannot know that it never fails.
#[inline(always)]
pub(crate) fn work(x: u64) -> Result<u64, Odd> {
    if x == u64::MAX { Err(Odd) } else { Ok(x.rotate_left(7) ^ 0x9E37_79B9_7F4A_7C15) }
}

/// A step whose error the caller drops.
#[inline(never)]
pub(crate) fn step(x: u64) -> Result<u64, Odd> {
    work(x)
}
