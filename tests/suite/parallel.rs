//! Tests that run beside each other see their own divergences only; what belongs to no test fails the process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Output};

use candor::{Code, Observe as _, observe};

use crate::kit::{Fault, block_on, codes, fails, works};

#[observe]
fn operation(end: fn() -> Result<u32, Fault>) {
    end().ok();
}

#[observe]
async fn operation_later(end: fn() -> Result<u32, Fault>) {
    tokio::task::yield_now().await;
    end().ok();
}

/// Where the work of one test is done.
#[derive(Clone, Copy, Debug)]
enum Place {
    Here,
    Awaited,
    CarriedThread,
    NestedThread,
    CandorSpawn,
    ObservedTask,
}

const PLACES: [Place; 6] = [
    Place::Here,
    Place::Awaited,
    Place::CarriedThread,
    Place::NestedThread,
    Place::CandorSpawn,
    Place::ObservedTask,
];

fn work(place: Place, end: fn() -> Result<u32, Fault>) {
    match place {
        Place::Here => operation(end),
        Place::Awaited => block_on(operation_later(end)),
        Place::CarriedThread => std::thread::spawn(candor::carry(move || operation(end))).join().unwrap(),
        Place::NestedThread => {
            let inner = move || std::thread::spawn(candor::carry(move || operation(end))).join().unwrap();
            std::thread::spawn(candor::carry(inner)).join().unwrap();
        }
        Place::CandorSpawn => on_other_threads(|| candor::spawn(operation_later(end)), |task| task),
        Place::ObservedTask => {
            on_other_threads(|| tokio::spawn(operation_later(end).observed()), |task| task);
        }
    }
}

/// Runs a task on a runtime whose only worker is another thread.
fn on_other_threads<T, E: std::fmt::Debug>(spawn: impl FnOnce() -> T, wait: impl FnOnce(T) -> T)
where
    T: Future<Output = Result<(), E>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let _inside = runtime.enter();
    let task = wait(spawn());
    runtime.block_on(task).unwrap();
}

/// One test as `#[candor::test]` would run it; returns what it says when it fails.
fn verdict(place: Place, end: fn() -> Result<u32, Fault>) -> Option<String> {
    let test = || {
        let _scope = candor::testing::scope();
        work(place, end);
    };
    let payload = catch_unwind(AssertUnwindSafe(test)).err()?;
    Some(payload.downcast_ref::<String>().cloned().unwrap_or_default())
}

/// 1,000 tests at a time; every other one diverges.
fn thousand() {
    let test = |number: usize| {
        let end = if number.is_multiple_of(2) { fails } else { works };
        let place = PLACES[number / 2 % PLACES.len()];
        std::thread::Builder::new()
            .stack_size(512 * 1024)
            .spawn(move || (place, verdict(place, end)))
            .unwrap()
    };
    let tests: Vec<_> = (0..1_000).map(test).collect();
    for (number, test) in tests.into_iter().enumerate() {
        let (place, verdict) = test.join().unwrap();
        match verdict {
            Some(report) => {
                assert!(number.is_multiple_of(2), "{number} {place:?} fails for another's: {report}");
                assert!(report.starts_with("candor: 1 divergence in this test"), "{place:?}: {report}");
                assert!(report.contains("error[C101]"), "{place:?}: {report}");
            }
            None => assert!(!number.is_multiple_of(2), "{number} {place:?} passes"),
        }
    }
}

#[test]
fn of_a_thousand_tests_exactly_the_half_that_diverges_fails_ten_times_in_a_row() {
    for _run in 0..10 {
        thousand();
    }
}

#[test]
fn every_place_belongs_to_its_test() {
    for place in PLACES {
        assert!(verdict(place, fails).is_some(), "{place:?}");
        assert!(verdict(place, works).is_none(), "{place:?}");
    }
}

#[test]
fn a_scope_inside_a_scope_keeps_its_own() {
    let outer = candor::testing::scope();
    {
        let inner = candor::testing::scope();
        operation(fails);
        assert_eq!(codes(&inner.divergences()), ["C101 V"]);
        inner.expect_divergence(Code::C101);
    }
    assert!(outer.divergences().is_empty());
    operation(fails);
    assert_eq!(codes(&outer.divergences()), ["C101 V"]);
    outer.expect_divergence(Code::C101);
}

/// Says to the tests below that they are children and have to diverge.
const CHILD: &str = "CANDOR_SUITE_CHILD";

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Runs one test of this binary in a process of its own, in which it diverges.
fn child(test: &str) -> (Option<i32>, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(CHILD, "1");
    let Output { status, stdout, stderr } = command.output().unwrap();
    let said = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(said.contains("running 1 test"), "there is no test `{test}`: {said}");
    (status.code(), said)
}

mod orphan {
    use super::*;

    #[test]
    fn an_uncarried_thread() {
        let end = if is_child() { fails } else { works };
        let _scope = candor::testing::scope();
        std::thread::spawn(move || operation(end)).join().unwrap();
    }

    #[test]
    fn fails_the_process_with_its_report() {
        let (code, said) = child("parallel::orphan::an_uncarried_thread");
        assert!(said.contains("test result: ok. 1 passed"), "the test itself passes: {said}");
        assert_eq!(code, Some(101), "{said}");
        assert!(said.contains("candor: 1 divergence outside any observed test"), "{said}");
        assert!(said.contains("error[C101]: swallowed error in `operation`"), "{said}");
        assert!(said.contains("tests/suite/parallel.rs:"), "{said}");
    }

    /// No scope, no `#[candor::test]`: nothing but its neighbours in this binary says that it is watched.
    #[test]
    fn a_plain_test() {
        operation(if is_child() { fails } else { works });
    }

    #[test]
    fn a_plain_test_is_watched_although_nothing_ran_before_it() {
        let (code, said) = child("parallel::orphan::a_plain_test");
        assert_eq!(code, Some(101), "{said}");
        assert!(said.contains("candor: 1 divergence outside any observed test"), "{said}");
        assert!(said.contains("= evidence: it was on the thread `parallel::orphan::a_plain_test`"), "{said}");
    }

    #[test]
    fn a_carried_thread() {
        let end = if is_child() { fails } else { works };
        let scope = candor::testing::scope();
        std::thread::spawn(candor::carry(move || operation(end))).join().unwrap();
        for found in scope.divergences() {
            scope.expect_divergence(found.code);
        }
    }

    #[test]
    fn a_carried_thread_is_none() {
        let (code, said) = child("parallel::orphan::a_carried_thread");
        assert_eq!(code, Some(0), "{said}");
        assert!(!said.contains("outside any observed test"), "{said}");
    }
}

/// Real tests under `#[candor::test]`: they diverge in a child process only.
mod attribute {
    use super::*;

    fn end() -> fn() -> Result<u32, Fault> {
        if is_child() { fails } else { works }
    }

    #[candor::test]
    fn plain() {
        operation(end());
    }

    #[candor::test]
    fn carried() {
        work(Place::CarriedThread, end());
    }

    #[candor::test]
    #[tokio::test]
    async fn over_tokio() {
        operation_later(end()).await;
    }

    #[candor::test]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn spawned() {
        let end = end();
        candor::spawn(operation_later(end)).await.unwrap();
        tokio::spawn(operation_later(end).observed()).await.unwrap();
    }

    #[observe]
    fn falls_back(end: fn() -> Result<u32, Fault>) -> u32 {
        end().unwrap_or(1)
    }

    #[candor::test]
    fn lenient() {
        assert!(falls_back(end()) > 0);
    }

    #[candor::test(strict)]
    fn strict() {
        assert!(falls_back(end()) > 0);
    }

    #[candor::test]
    #[should_panic = "on purpose"]
    fn panics() {
        operation(end());
        panic!("on purpose");
    }

    #[candor::test]
    fn expected() {
        operation(fails);
        candor::testing::expect_divergence(Code::C101);
    }

    #[test]
    fn a_violation_fails_each_of_them() {
        for test in ["plain", "carried", "over_tokio", "spawned"] {
            let (code, said) = child(&format!("parallel::attribute::{test}"));
            assert_eq!(code, Some(101), "{said}");
            assert!(said.contains("1 failed") && said.contains("error[C101]"), "{said}");
            let place = format!("candor: 1 divergence in this test ({}:", file!());
            assert!(said.contains(&place) || test == "spawned", "{said}");
            assert!(!said.contains("core/src/testing"), "the test is named, not candor: {said}");
        }
    }

    #[test]
    fn a_suspicion_fails_the_strict_one() {
        let (code, said) = child("parallel::attribute::lenient");
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains("candor: 1 suspicion in this test (") && said.contains("warning[C103]"),
            "{said}"
        );
        assert!(said.contains("candor: 1 suspicion in tests that passed (C103 1×)"), "{said}");
        let (code, said) = child("parallel::attribute::strict");
        assert_eq!(code, Some(101), "{said}");
        assert!(said.contains("warning[C103]"), "{said}");
    }

    #[test]
    fn a_test_that_has_to_panic_is_reported_at_the_end() {
        let (code, said) = child("parallel::attribute::panics");
        assert!(said.contains("1 passed"), "{said}");
        assert_eq!(code, Some(101), "{said}");
        assert!(said.contains("candor: 1 divergence in `#[should_panic]` tests"), "{said}");
        assert!(said.contains("error[C101]") && !said.contains("outside any observed test"), "{said}");
        assert!(said.contains(&format!("= evidence: it was in the test at {}:", file!())), "{said}");
    }
}
