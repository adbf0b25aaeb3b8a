//! The guide: pages of `docs/` whose examples run as tests.

#[doc = include_str!("../../../docs/attribute.md")]
pub mod attribute {}
