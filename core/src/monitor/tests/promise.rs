//! What a plan promises of events, and work that is left.

use super::*;

const fn emits(when: When, min: u32, max: Option<u32>) -> Promise {
    Promise::Emits { when, any_of: &[0], min, max, text: "A" }
}

#[test]
fn c106_a_fulfilled_call_without_the_promised_event() {
    assert_eq!(plan!(emits(When::Is(Class::Fulfilled), 1, None)).codes(), [(Code::C106, V)]);
    assert_eq!(plan!(emits(When::Is(Class::Fulfilled), 1, None)).happened(0, 1).codes(), []);
    assert_eq!(plan!(emits(When::Is(Class::Fulfilled), 1, None)).failed("no").codes(), []);
    assert_eq!(plan!(emits(When::Any, 1, None)).failed("no").codes(), [(Code::C106, V)]);
    let pending = Call { stage: Stage::Early, ..plan!(emits(When::Any, 1, None)) };
    assert_eq!(pending.codes(), [], "spawned work is still running");
}

#[test]
fn c113_more_often_than_promised() {
    let mut twice = plan!(emits(When::Is(Class::Fulfilled), 1, Some(1))).happened(0, 1);
    assert_eq!(twice.codes(), []);
    twice.facts[0].count = 2;
    assert_eq!(twice.codes(), [(Code::C113, V)]);
}

#[test]
fn c113_over_a_limit() {
    static PLAN: Plan = Plan {
        events: BOTH,
        promises: &[],
        limits: &[Limit {
            event: 0,
            max: 1,
            key: None,
            by: "",
            idempotent: None,
            text: "at_most 1 A",
            site: Site::UNKNOWN,
        }],
        only: false,
        agrees: &[],
        retries: None,
        idempotent: false,
    };
    let again = Duplicate { limit: 0, count: 2, key: "7".to_owned(), site: at(30), before: at(20) };
    assert_eq!(Call { plan: &PLAN, duplicates: vec![again], ..call() }.codes(), [(Code::C113, V)]);
    assert_eq!(Call { plan: &PLAN, ..call() }.happened(0, 1).codes(), []);
}

#[test]
fn c107_a_forbidden_event() {
    let never = || plan!(Promise::Never { event: 0, text: "A" });
    assert_eq!(never().happened(0, 1).codes(), [(Code::C107, V)]);
    assert_eq!(never().happened(1, 1).codes(), []);
    assert_eq!(Call { outsiders: vec![("C", at(31))], ..call() }.codes(), [(Code::C107, V)]);
}

#[test]
fn c102_a_claim_followed_by_failure() {
    let claims = || plan!(Promise::Claims { event: 0, text: "A" });
    assert_eq!(claims().happened(0, 1).failed("late").codes(), [(Code::C102, V)]);
    assert_eq!(claims().happened(0, 1).codes(), []);
    assert_eq!(claims().failed("late").codes(), []);
    let undone = plan!(
        Promise::Claims { event: 0, text: "A" },
        Promise::Compensates { effect: 0, undo: 1, text: "A => B" }
    );
    assert_eq!(undone.happened(0, 1).happened(1, 2).failed("late").codes(), []);
}

#[test]
fn c115_c116_c117_c120_order_and_completeness() {
    let before = || plan!(Promise::Before { first: 0, then: 1, text: "A, B" });
    assert_eq!(before().happened(0, 1).happened(1, 2).codes(), []);
    assert_eq!(before().happened(0, 2).happened(1, 1).codes(), [(Code::C115, V)]);
    assert_eq!(before().happened(1, 1).codes(), [(Code::C115, V)]);
    let together = || plan!(Promise::Together { all: &[0, 1], text: "A, B" });
    assert_eq!(together().happened(0, 1).failed("x").codes(), [(Code::C116, V)]);
    assert_eq!(together().happened(0, 1).happened(1, 2).codes(), []);
    assert_eq!(together().codes(), []);
    let undo = || plan!(Promise::Compensates { effect: 0, undo: 1, text: "A => B" });
    assert_eq!(undo().happened(0, 1).failed("x").codes(), [(Code::C117, V)]);
    assert_eq!(undo().happened(0, 1).happened(1, 2).failed("x").codes(), []);
    assert_eq!(undo().happened(0, 1).codes(), []);
    let via = || plan!(Promise::Via { event: 0, text: "A" });
    assert_eq!(via().codes(), [(Code::C120, V)]);
    assert_eq!(via().happened(0, 1).codes(), []);
}

#[test]
fn c105_abandoned_after_something_happened() {
    let abandoned = |acted| Call { outcome: Outcome::new(Class::Abandoned, "cancelled"), acted, ..call() };
    assert_eq!(abandoned(true).codes(), [(Code::C105, V)]);
    assert_eq!(abandoned(false).codes(), []);
}

#[test]
fn c119_a_failed_task_whose_handle_is_gone() {
    let task = |end, handle_dropped, detached| {
        Call { tasks: vec![Task { site: at(33), handle_dropped, detached, end }], ..call() }.codes()
    };
    let panicked = || TaskEnd::Panicked("boom".to_owned());
    assert_eq!(task(panicked(), true, false), [(Code::C119, V)]);
    assert_eq!(task(TaskEnd::Failed("no".to_owned()), true, false), [(Code::C119, V)]);
    assert_eq!(task(panicked(), false, false), [], "the handle is awaited");
    assert_eq!(task(panicked(), true, true), [], "detached with a reason");
    assert_eq!(task(TaskEnd::Finished, true, false), []);
    assert_eq!(task(TaskEnd::Cancelled, true, false), []);
}

/// The hot side asks `Plan::is_kept` and shows the monitor a fulfilled call only if it says no: over every promise and every
/// history of two events, it says no exactly where the monitor has something to say.
#[test]
fn what_the_hot_side_takes_for_kept_is_what_the_monitor_has_nothing_to_say_of() {
    let mut promises = vec![
        Promise::Never { event: 0, text: "A" },
        Promise::Claims { event: 0, text: "A" },
        Promise::Via { event: 0, text: "A" },
        Promise::Before { first: 0, then: 1, text: "A, B" },
        Promise::Together { all: &[0, 1], text: "A, B" },
        Promise::Compensates { effect: 0, undo: 1, text: "A => B" },
    ];
    for when in [When::Any, When::Is(Class::Fulfilled), When::Is(Class::Failed)] {
        for (min, max) in [(0, None), (1, None), (2, None), (1, Some(1)), (2, Some(2))] {
            promises.push(emits(when, min, max));
            promises.push(Promise::Emits { when, any_of: &[0, 1], min, max, text: "A | B" });
        }
    }
    let fact = |count: u32, first: u32| Fact { count, first, last: first + count, ..Fact::NONE };
    let (mut kept, mut broken) = (0, 0);
    for promise in promises {
        let promises: &'static [Promise] = Box::leak(Box::new([promise]));
        let plan: &'static Plan = Box::leak(Box::new(Plan { events: BOTH, promises, ..Plan::EMPTY }));
        for (a, b, a_comes_first) in (0..18).map(|case| (case % 3, case / 3 % 3, case / 9 == 0)) {
            let (first, second) = if a_comes_first { (1, 9) } else { (9, 1) };
            let facts = vec![fact(a, first), fact(b, second)];
            let says = Call { plan, facts: facts.clone(), ..call() }.judge().len();
            assert_eq!(plan.is_kept(&facts), says == 0, "{promise:?}: {a} of A, {b} of B, {a_comes_first}");
            if says == 0 { kept += 1 } else { broken += 1 }
        }
    }
    assert!(kept > 100 && broken > 100, "{kept} and {broken}");
}
