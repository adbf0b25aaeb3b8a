//! What light calls have said is looked at once for each course of events: another course of the same operation is looked at by
//! itself, be it in another order, of other children or of another type.

use std::marker::PhantomData;

use candor::model::Run;
use candor::{Event, emit, observe};

use super::{Captured, Reserved, counted, run, was_framed};

/// The codes that an operation is found with, each with how often.
fn codes(run: &Run, name: &str) -> Vec<(String, u64)> {
    let own = run.divergences.iter().filter(|found| found.operation == name);
    let mut all: Vec<_> = own.map(|found| (found.code.to_string(), found.count)).collect();
    all.sort();
    all
}

const KEPT: u8 = 0;
const TURNED: u8 = 1;
const MISSING: u8 = 2;

#[observe(emits(Reserved, Captured), before(Reserved, Captured))]
fn pays(how: u8) {
    if how == TURNED {
        emit!(Captured { amount: 1 });
    }
    emit!(Reserved { item: 1 });
    if how == KEPT {
        emit!(Captured { amount: 1 });
    }
}

#[test]
fn a_course_that_keeps_nothing_is_found_each_time_between_others_that_do() {
    let run = run(|| {
        for _ in 0..100 {
            [KEPT, TURNED, KEPT, MISSING].into_iter().for_each(pays);
        }
    });
    assert_eq!(codes(&run, "pays"), [("C106".to_owned(), 100), ("C115".to_owned(), 100)]);
}

/// Keeps its promises in more ways than are remembered.
#[observe(emits(Reserved), never(Captured))]
fn varies(times: u8) {
    (0..times).for_each(|item| emit!(Reserved { item: item.into() }));
}

#[test]
fn an_operation_that_says_something_else_each_time_has_no_frames() {
    let run = run(|| {
        varies(1);
        (0..1_000_u16).for_each(|call| varies(1 + (call % 7) as u8));
        assert_eq!(was_framed("varies"), Some(false));
        varies(0);
        assert_eq!(was_framed("varies"), Some(true));
    });
    assert_eq!(codes(&run, "varies"), [("C106".to_owned(), 1)]);
}

#[observe(emits(Reserved * 2))]
fn packs(children: u8, own: u8) {
    (0..children).for_each(|_| fetches(1));
    fetches(0);
    (0..own).for_each(|item| emit!(Reserved { item: item.into() }));
}

#[observe]
fn fetches(times: u8) {
    (0..times).for_each(|item| emit!(Reserved { item: item.into() }));
}

#[test]
fn what_children_say_is_a_part_of_it() {
    let run = run(|| {
        for _ in 0..10 {
            packs(1, 1);
            packs(0, 2);
            packs(2, 0);
            packs(1, 0);
            packs(0, 1);
        }
    });
    assert_eq!(codes(&run, "packs"), [("C106".to_owned(), 20)]);
}

/// It is done, for things of this type.
#[derive(Event)]
struct Done<T: 'static>(#[event(skip)] PhantomData<fn() -> T>);

/// One callsite, and a plan for each type.
#[observe(emits(Done<T>))]
fn does<T: 'static, U: 'static>() {
    emit!(Done::<U>(PhantomData));
}

#[test]
fn what_keeps_the_promises_of_one_type_does_not_keep_those_of_another() {
    let run = run(|| {
        for _ in 0..5 {
            does::<u8, u8>();
        }
        let calls = counted("does").map(|totals| totals.calls);
        assert_eq!(calls, Some(5));
        for _ in 0..5 {
            does::<u16, u8>();
            does::<u16, u16>();
        }
    });
    assert_eq!(codes(&run, "does"), [("C106".to_owned(), 5)]);
}
