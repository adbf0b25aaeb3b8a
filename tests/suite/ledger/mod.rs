//! The error ledger, rule by rule.

mod answer;
mod asked;
mod close;
mod count;
mod courtesy;
mod entry;
mod excuse;
mod habit;
mod iterate;
mod kind;
mod leave;
mod lost;
mod otherwise;
mod published;
mod recast;
mod recover;
mod report;
mod retry;
mod shape;
mod sight;
mod spoken;
mod text;
mod told;
mod usage;
mod way;
mod within;
