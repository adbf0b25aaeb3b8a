//! Nothing but the front page, so that its examples run: the tests stand in `suite/` and `tests/`.

#[doc = include_str!("../../README.md")]
pub mod readme {}
