//! The ledger: dropped, substituted, recovered, and items in a loop.

use super::*;

#[test]
fn c101_a_dropped_error_in_a_fulfilled_call() {
    assert_eq!(call().with(dropped()).codes(), [(Code::C101, V)]);
}

#[test]
fn c101_silent_when_propagated() {
    assert_eq!(call().with(dropped()).failed("mailbox full").codes(), []);
}

#[test]
fn c101_silent_when_superseded_recovered_or_handed_on() {
    assert_eq!(call().with(Entry { superseded: true, ..dropped() }).codes(), []);
    assert_eq!(call().with(Entry { recovered: Some("best effort".to_owned()), ..dropped() }).codes(), []);
    assert_eq!(call().with(entry(Origin::Probe(&HANDED))).codes(), []);
}

#[test]
fn c101_is_a_suspicion_without_drop_evidence() {
    static CHILD: Operation =
        Operation { name: "send", site: Site { function: "send", ..at(90) }, ..OPERATION_COPY };
    static STORED: Operation =
        Operation { name: "stored", site: Site { function: "stored", ..at(95) }, ..OPERATION_COPY };
    assert_eq!(call().with(entry(Origin::Child(&CHILD))).codes(), [(Code::C101, S)]);
    assert_eq!(call().with(entry(Origin::Log)).codes(), [(Code::C101, S)]);
    assert_eq!(call().with(entry(Origin::Probe(&ACTED))).codes(), [(Code::C101, S)]);
    assert_eq!(call().with(entry(Origin::Child(&STORED))).codes(), [], "its value is handed on");
}

#[test]
fn c103_a_substitute_value_and_only_that() {
    assert_eq!(call().with(entry(Origin::Probe(&SUBSTITUTED))).codes(), [(Code::C103, S)]);
}

#[test]
fn c114_items_dropped_in_a_loop_unless_accounted_for() {
    let items = || call().with(Entry { repeats: 2, ..entry(Origin::Probe(&DROPPED_IN_LOOP)) });
    assert_eq!(items().codes(), [(Code::C114, V)]);
    assert_eq!(Call { accounted: Some(3), ..items() }.codes(), []);
    let short = Call { accounted: Some(2), ..items() }.judge();
    assert_eq!(short.len(), 1, "two of three are accounted for");
}

const fn recovery(pattern: &'static str, callee: &'static str) -> Recovery {
    Recovery { pattern, callee, why: "re-sent nightly", by: None, max: None, site: Site::UNKNOWN }
}

#[test]
fn a_declared_recovery_closes_what_it_names() {
    static ANY: Operation = Operation { recovers: &[recovery("_", "send")], ..OPERATION_COPY };
    static TYPE: Operation =
        Operation { recovers: &[recovery("MailError", "mailer::send")], ..OPERATION_COPY };
    static VARIANT: Operation = Operation { recovers: &[recovery("MailError::Full", "")], ..OPERATION_COPY };
    static TEXT: Operation = Operation { recovers: &[recovery("\"mailbox\"", "")], ..OPERATION_COPY };
    for operation in [&ANY, &TYPE, &VARIANT, &TEXT] {
        assert_eq!(Call { operation, ..call().with(dropped()) }.codes(), [], "{operation:?}");
    }
    static OTHER_VARIANT: Operation =
        Operation { recovers: &[recovery("MailError::Bounced", "")], ..OPERATION_COPY };
    static OTHER_CALLEE: Operation = Operation { recovers: &[recovery("_", "charge")], ..OPERATION_COPY };
    static OTHER_TEXT: Operation = Operation { recovers: &[recovery("\"timeout\"", "")], ..OPERATION_COPY };
    for operation in [&OTHER_VARIANT, &OTHER_CALLEE, &OTHER_TEXT] {
        assert_eq!(Call { operation, ..call().with(dropped()) }.codes(), [(Code::C101, V)], "{operation:?}");
    }
}

#[test]
fn a_declared_recovery_holds_only_with_its_event_and_so_many_times() {
    static BY: Operation =
        Operation { recovers: &[Recovery { by: Some(0), ..recovery("_", "") }], ..OPERATION_COPY };
    static PLAN: Plan = Plan {
        events: &[EventRef::of::<A>()],
        promises: &[],
        limits: &[],
        only: false,
        agrees: &[],
        retries: None,
        idempotent: false,
    };
    let with = |call: Call| Call { operation: &BY, plan: &PLAN, ..call };
    assert_eq!(with(call().with(dropped()).happened(0, 9)).codes(), []);
    assert_eq!(
        with(call().with(dropped()).happened(0, 1)).codes(),
        [(Code::C101, V)],
        "it came before the error"
    );
    static TWICE: Operation =
        Operation { recovers: &[Recovery { max: Some(2), ..recovery("_", "") }], ..OPERATION_COPY };
    let tries = |n: usize| Call { operation: &TWICE, entries: vec![dropped(); n], ..call() }.codes().len();
    assert_eq!((tries(2), tries(3)), (0, 1));
}
