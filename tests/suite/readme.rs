//! The tests of the front page, as they stand there.

use candor::{Event, emit, observe, testing};

#[derive(Event)]
struct MailAccepted {
    order: u64,
}

#[observe(emits(MailAccepted))]
fn confirm(order: u64, to: &str) -> Result<(), std::num::ParseIntError> {
    let _ = to.parse::<u32>(); // dropped
    emit!(MailAccepted { order });
    Ok(())
}

#[candor::test] // `#[candor::test(strict)]` fails on suspicions too
fn confirms() {
    assert!(confirm(7, "12").is_ok());
}

#[candor::test]
fn knows_its_bug() {
    assert!(confirm(7, "ben").is_ok());
    testing::expect_divergence(candor::Code::C101); // fails without it
}

/// Assertions on events, outcomes and findings, in any kind of test.
#[test]
fn looks_closer() {
    let scope = testing::scope();
    assert!(confirm(7, "12").is_ok());
    assert_eq!(scope.events::<MailAccepted>()[0].order, 7);
    assert!(scope.outcomes_of("confirm")[0].is_fulfilled());
    assert_eq!(testing::codes(|| confirm(7, "ben")), ["C101"]);
}
