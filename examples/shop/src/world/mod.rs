//! The effects of the shop: database writes, payments, mails. Thin functions, the same for both variants; each returns `Ok` only after the
//! other side has confirmed, and that is the line where its fact can be said.

pub(crate) mod bank;
pub(crate) mod catalog;
pub(crate) mod customer;
pub(crate) mod db;
pub(crate) mod depot;
pub(crate) mod journal;
pub(crate) mod mailer;
pub(crate) mod order;
pub(crate) mod shelf;
