//! The error ledger, rule by rule.

mod answer;
mod close;
mod entry;
mod iterate;
mod kind;
mod lost;
mod otherwise;
mod published;
mod question;
mod recover;
mod report;
mod retry;
mod shape;
mod sight;
mod spoken;
mod told;
mod way;
mod within;
