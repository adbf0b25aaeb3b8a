//! The same code with the attribute and without: what the compiler says of it, and what clippy does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect has to stop"
)]

mod lint;
mod mistake;
mod position;
mod program;
mod project;
