use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::model::{EventMeta, FieldSink, Plan, Site, Value};
use crate::record::{Callsite, Check, Held, Spawn};

const fn site(line: u32) -> Site {
    Site { file: "no/such/order.rs", line, column: 5, function: "place" }
}

static PLACE: Callsite = Callsite::bare("place\nshop\nno/such/order.rs\n1:5 place");
static STOCK: Check = Check { code: Code::C108, clause: "stock >= 0", site: site(2) };
static SAID: Site = site(3);
static SPAWN: Spawn = Spawn { site: site(4), handle_dropped: false, detached: false, kept: None };

#[derive(Debug, PartialEq)]
struct Placed(u64);

impl Event for Placed {
    const META: &'static EventMeta =
        &EventMeta { name: "Placed", target: "shop", site: site(5), fields: &["id"], unit: None };
    fn record(&self, sink: &mut dyn FieldSink) {
        sink.field("id", Value::U64(self.0));
    }
}

/// One observed call; its invariant holds or not.
pub(in crate::testing) fn place(holds: bool) {
    let _guard = record::enter(&PLACE, &Plan::EMPTY, None);
    record::check(&STOCK, || Held::from(holds));
    record::emit(Placed(7), &SAID);
}

/// What a test that panics says.
pub(in crate::testing) fn panic_of(test: impl FnOnce()) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(test)).err()?;
    payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()))
}

#[test]
fn a_violation_fails_a_test_whose_own_assertions_pass() {
    let report = panic_of(|| {
        let _scope = scope();
        place(false);
    });
    let report = report.unwrap_or_default();
    assert!(report.starts_with(concat!("candor: 1 divergence in this test (", file!(), ":")), "{report}");
    assert!(report.contains("\n\nerror[C108]: broken invariant in `place`"), "{report}");
    assert!(report.contains("--> no/such/order.rs:2:5"), "{report}");
}

#[test]
fn a_healthy_test_passes() {
    let scope = scope();
    place(true);
    assert!(scope.divergences().is_empty());
}

#[test]
fn events_and_outcomes_can_be_asserted_on() {
    let scope = scope();
    place(true);
    place(true);
    assert_eq!(scope.events::<Placed>(), [Arc::new(Placed(7)), Arc::new(Placed(7))]);
    assert_eq!(scope.outcomes(), [("place", Outcome::FULFILLED), ("place", Outcome::FULFILLED)]);
    assert_eq!(scope.outcomes_of("place").len(), 2);
    assert!(scope.outcomes_of("other").is_empty());
}

#[test]
fn an_expected_divergence_passes() {
    let scope = scope();
    scope.expect_divergence(Code::C108);
    place(false);
    assert_eq!(scope.divergences().len(), 1);
    drop(scope);
    let _second = super::scope();
    expect_divergence(Code::C108);
    place(false);
}

#[test]
fn an_expected_divergence_that_does_not_happen_fails() {
    let report = panic_of(|| {
        let scope = scope();
        scope.expect_divergence(Code::C101);
        place(true);
    });
    let report = report.unwrap_or_default();
    assert!(report.starts_with("candor: expected C101 (swallowed error) in this test ("), "{report}");
}

#[test]
fn suspicions_fail_in_strict_mode() {
    static PANICS: Check = Check { code: Code::C108, clause: "stock >= 0", site: site(6) };
    let suspicious = || {
        let _guard = record::enter(&PLACE, &Plan::EMPTY, None);
        record::check(&PANICS, || panic!("on purpose: a predicate panics"));
    };
    let lenient = panic_of(|| {
        let scope = scope();
        suspicious();
        assert_eq!(scope.divergences().first().map(|found| found.code), Some(Code::C904));
    });
    assert_eq!(lenient, None);
    let report = panic_of(|| {
        let scope = scope();
        scope.strict();
        suspicious();
    });
    assert!(report.is_some_and(|report| report.contains("warning[C904]")));
    let by_function = panic_of(|| {
        let _scope = scope();
        strict();
        suspicious();
    });
    assert!(by_function.is_some());
}

#[test]
fn a_test_that_panics_already_keeps_its_own_panic() {
    let report = panic_of(|| {
        let _scope = scope();
        place(false);
        panic!("on purpose: an assertion of the test");
    });
    assert_eq!(report.as_deref(), Some("on purpose: an assertion of the test"));
}

#[test]
fn asserting_outside_a_scope_is_an_error() {
    let report = panic_of(|| expect_divergence(Code::C101)).unwrap_or_default();
    assert!(report.starts_with("candor: no test scope on this thread; put `#[candor::test]`"), "{report}");
    assert!(panic_of(strict).is_some());
}

#[test]
fn scopes_nest_and_the_inner_one_has_its_own() {
    let outer = scope();
    let inner = panic_of(|| {
        let _inner = scope();
        place(false);
    });
    assert!(inner.is_some());
    place(true);
    assert!(outer.divergences().is_empty());
    assert_eq!(outer.events::<Placed>().len(), 1);
}

#[test]
fn parallel_tests_never_see_each_others() {
    let run = |diverges: bool| {
        for _ in 0..200 {
            let report = panic_of(|| {
                let scope = scope();
                place(!diverges);
                assert_eq!(scope.events::<Placed>().len(), 1);
            });
            assert_eq!(report.is_some(), diverges);
        }
    };
    std::thread::scope(|threads| {
        for diverges in [true, false, true, false] {
            threads.spawn(move || run(diverges));
        }
    });
}

#[test]
fn work_on_a_thread_that_carries_the_test_belongs_to_it() {
    let scope = scope();
    let work = record::carried_fn(&SPAWN, || place(false), |()| None);
    std::thread::scope(|threads| drop(threads.spawn(work)));
    assert_eq!(scope.divergences().len(), 1);
    assert_eq!(scope.events::<Placed>().len(), 1);
    scope.expect_divergence(Code::C108);
}

#[test]
fn a_scope_at_exit_does_not_panic_and_leaves_nothing_when_expected() {
    let report = panic_of(|| {
        let scope = scope_at_exit();
        scope.expect_divergence(Code::C108);
        place(false);
    });
    assert_eq!(report, None);
}
