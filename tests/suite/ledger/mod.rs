//! The error ledger, rule by rule.

mod answer;
mod close;
mod entry;
mod kind;
mod lost;
mod published;
mod recover;
mod report;
mod retry;
mod told;
