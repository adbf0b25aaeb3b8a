//! The shop as it was written on a Friday afternoon. Everything here answers well over HTTP; each line under a `bug:` comment is one of
//! the bugs that `crate::bugs` lists.

#![expect(clippy::unused_result_ok, reason = "a seeded bug drops a result this way")]

pub(crate) mod checkout;
pub(crate) mod import;
pub(crate) mod mail;
pub(crate) mod refund;
pub(crate) mod stock;
