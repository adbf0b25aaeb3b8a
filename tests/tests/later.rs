//! A layer that comes into the subscriber of the whole process later. In a process of its own: that asks anew which callsites are on.

use candor::{Code, observe};
use tracing::error;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{registry, reload};

#[observe]
fn error_line() {
    error!("the printer is on fire");
}

#[test]
fn a_layer_that_is_put_in_later_reads_lines() {
    let (layer, handle) = reload::Layer::new(None::<candor::Layer<_>>);
    registry().with(layer).init();
    handle.reload(Some(candor::layer())).unwrap_or_else(|error| panic!("{error}"));
    let scope = candor::testing::scope();
    error_line();
    scope.expect_divergence(Code::C101);
    assert_eq!(scope.divergences().len(), 1);
}
