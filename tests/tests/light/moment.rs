//! What belongs to an error is what was told since the moment before its expression, and nothing that was told earlier: by the call, by
//! a child of it, or by the call around it.

use std::hint::black_box;

use candor::{emit, observe};
use tracing::{error, info};

use super::{Captured, alone_and_within, fails, layered};

fn alarms() -> Result<(), String> {
    error!("something is on fire");
    Err(black_box("no paper").to_owned())
}

#[observe]
fn tells() {
    info!("in a child");
    info!(n = 3, "counted in a child");
}

#[observe]
fn says() {
    emit!(Captured { amount: 1 });
}

#[observe]
fn after_a_child(x: u64) {
    tells();
    if x == 2 {
        let _dropped = alarms();
    }
}

#[observe]
fn after_an_event(x: u64) -> Result<(), String> {
    says();
    error!("the printer is on fire");
    if x == 2 {
        let _dropped = fails("no ink");
        return Ok(());
    }
    fails("out of order")
}

#[observe]
fn around_one(x: u64) {
    info!("a line");
    info!("another one");
    in_another_one(x);
}

#[observe]
fn in_another_one(x: u64) {
    let is_odd = black_box(x) == 2;
    if is_odd {
        let _dropped = alarms();
    }
}

#[test]
fn what_logs_an_error_within_an_expression_is_its_error() {
    layered(|| {
        assert_eq!(alone_and_within("after_a_child", after_a_child, 2, 1).len(), 1);
        assert_eq!(alone_and_within("in_another_one", around_one, 2, 1).len(), 1);
    });
}

#[test]
fn an_error_before_the_expression_is_another_one() {
    let call = |x| assert_eq!(after_an_event(x).is_ok(), x == 2);
    layered(|| assert_eq!(alone_and_within("after_an_event", call, 2, 1).len(), 2));
}
