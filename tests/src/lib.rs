//! Nothing but the front page, so that its examples run: the tests stand in `suite/` and `tests/`.

#[expect(
    clippy::test_attr_in_doctest,
    reason = "the suite runs these tests, and checks that they are the same"
)]
#[doc = include_str!("../../README.md")]
pub mod readme {}
