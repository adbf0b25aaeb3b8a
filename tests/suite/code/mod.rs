//! Each code: a case that fires and a look-alike that stays silent.

mod abandon;
mod caller;
mod claim;
mod error;
mod log;
mod meta;
mod passage;
mod promise;
mod repeat;
mod state;
mod task;
