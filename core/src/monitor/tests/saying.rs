//! What a call says of itself: log lines, checks, losses.

use super::*;

fn line(level: LogLevel, wording: Wording, text: &str) -> LogLine {
    LogLine { seq: 5, level, text: text.to_owned(), wording, error: None, site: at(35), entry: None }
}

#[test]
fn c111_success_in_words_and_failure_in_the_outcome() {
    let says = |text: &str| Call { logs: vec![line(LogLevel::Info, Wording::Success, text)], ..call() };
    assert_eq!(says("order placed").failed("late").codes(), [(Code::C111, S)]);
    assert_eq!(says("order placed").codes(), []);
    assert_eq!(says("card checked").failed("late").codes(), [], "a step that did succeed");
}

#[test]
fn c111_success_in_words_after_the_error_that_ended_the_call() {
    let says = || Call { logs: vec![line(LogLevel::Info, Wording::Success, "card charged")], ..call() };
    assert_eq!(says().with(dropped()).failed("mailbox full").codes(), [(Code::C111, S)]);
    assert_eq!(says().with(dropped()).failed("another error").codes(), []);
}

#[test]
fn c111_failure_in_words_below_warn_and_fulfilled() {
    let says = |level| Call { logs: vec![line(level, Wording::Failure, "failed to send")], ..call() };
    assert_eq!(says(LogLevel::Info).codes(), [(Code::C111, S)]);
    assert_eq!(says(LogLevel::Warn).codes(), []);
    assert_eq!(says(LogLevel::Info).failed("x").codes(), []);
    let mut joined = says(LogLevel::Info).with(Entry { superseded: true, ..dropped() });
    joined.logs[0].entry = Some(0);
    assert_eq!(joined.codes(), [], "the error it speaks of was retried");
}

fn broken(code: Code, claimed: Option<&str>) -> Broken {
    Broken {
        code,
        seq: 4,
        site: at(29),
        clause: "ret.rows == count(A)".to_owned(),
        expected: String::new(),
        observed: "left = 12, right = 10".to_owned(),
        claimed: claimed.map(str::to_owned),
    }
}

#[test]
fn c108_c109_c110_c904_a_check_that_was_false() {
    for (code, level) in [(Code::C108, V), (Code::C109, V), (Code::C110, V), (Code::C904, S)] {
        assert_eq!(Call { broken: vec![broken(code, None)], ..call() }.codes(), [(code, level)]);
    }
    assert_eq!(call().codes(), []);
}

#[test]
fn c108_is_excused_between_the_halves_of_a_together() {
    let halves = |first, second| {
        let call =
            plan!(Promise::Together { all: &[0, 1], text: "A, B" }).happened(0, first).happened(1, second);
        Call { broken: vec![broken(Code::C108, None)], ..call }.codes()
    };
    assert_eq!(halves(2, 6), []);
    assert_eq!(halves(5, 6), [(Code::C108, V)], "it was false before the first half");
}

#[test]
fn c111_a_line_that_repeats_a_refuted_number() {
    let says = |text: &str| Call {
        logs: vec![line(LogLevel::Info, Wording::Success, text)],
        broken: vec![broken(Code::C110, Some("12"))],
        ..call()
    };
    assert_eq!(says("12 rows imported").codes(), [(Code::C110, V), (Code::C111, S)]);
    assert_eq!(says("112 rows imported").codes(), [(Code::C110, V)]);
}

#[test]
fn c111_a_line_that_says_all_while_the_claim_counts_failures() {
    let says = |text: &str, accounted| Call {
        logs: vec![line(LogLevel::Info, Wording::Success, text)],
        accounted,
        ..call()
    };
    assert_eq!(says("all 12 entries reconciled", Some(1)).codes(), [(Code::C111, S)]);
    assert_eq!(says("all 12 entries reconciled", Some(0)).codes(), []);
    assert_eq!(says("11 entries reconciled", Some(1)).codes(), []);
    assert_eq!(says("all 12 entries reconciled", None).codes(), []);
}

#[test]
fn c901_when_something_did_not_fit() {
    assert_eq!(Call { lost: 3, ..call() }.codes(), [(Code::C901, S)]);
    assert_eq!(call().codes(), []);
}
