//! As `inside`, for a subscriber that is there for the whole process: beneath another one nothing is written while a line is.

use std::fmt;

use candor::{Code, observe};
use tracing::{debug, error};
use tracing_subscriber::prelude::*;

struct Shown;

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        error!("the printer is on fire");
        f.write_str("shown")
    }
}

#[observe]
fn operation() {
    debug!(target: "tower", shown = ?Shown, "at work");
}

#[test]
fn a_line_that_is_written_while_a_field_is_shown() {
    let fmt = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
    tracing_subscriber::registry().with(fmt).with(candor::layer()).init();
    let scope = candor::testing::scope();
    operation();
    let found = scope.divergences();
    assert_eq!(found.len(), 1, "{found:?}");
    scope.expect_divergence(Code::C101);
}
