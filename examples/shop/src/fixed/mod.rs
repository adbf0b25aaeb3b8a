//! The same shop, repaired. Signatures and structure are those of `crate::buggy`, so that the two can be read side by side.

pub(crate) mod checkout;
pub(crate) mod import;
pub(crate) mod mail;
pub(crate) mod refund;
pub(crate) mod stock;
