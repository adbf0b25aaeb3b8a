//! Calls and spawned work that outlive their run, and go on in another one.

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::sync::{Arc, Barrier};
use std::task::{Context, Waker};
use std::thread::{self, JoinHandle};

use candor::model::Run;
use candor::observe;

use super::{Once, alone, counted, outlives};

#[observe]
fn steps() {}

/// Comes to the barrier once in each run.
#[observe]
fn spawns(runs: Arc<Barrier>) -> JoinHandle<()> {
    thread::spawn(candor::carry(move || {
        steps();
        runs.wait();
        runs.wait();
        steps();
    }))
}

#[observe]
async fn moves(runs: Arc<Barrier>) {
    Once(false).await;
    runs.wait();
    runs.wait();
    steps();
}

/// What came of two runs; the first one ends, and the second one begins, while the work is at the barrier.
fn two_runs(begin: impl FnOnce(Arc<Barrier>) -> JoinHandle<()>) -> [Run; 2] {
    let _alone = alone();
    let install = || candor::builder().quiet().install().unwrap();
    let runs = Arc::new(Barrier::new(2));
    let first = install();
    let work = begin(Arc::clone(&runs));
    runs.wait();
    let first = first.finish();
    let second = install();
    runs.wait();
    work.join().unwrap();
    [first, second.finish()]
}

/// How many calls began in a run, by operation.
fn calls(run: &Run) -> Vec<(&str, u64)> {
    run.operations.iter().map(|total| (total.operation, total.calls)).collect()
}

#[test]
fn spawned_work_that_outlives_its_run_is_no_call_of_the_next_one() {
    let [first, second] = two_runs(spawns);
    assert_eq!(calls(&first), [("spawns", 1), ("steps", 1)]);
    assert_eq!(calls(&second), [("steps", 1)]);
}

#[test]
fn a_future_that_outlives_its_run_on_another_thread_counts_for_none() {
    let [first, second] = two_runs(|runs| {
        let mut future: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(moves(runs));
        let context = || Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context()).is_pending());
        thread::spawn(move || {
            steps();
            assert!(future.as_mut().poll(&mut context()).is_ready());
        })
    });
    assert_eq!(calls(&first), [("moves", 1), ("steps", 1)]);
    assert_eq!(calls(&second), [("steps", 1)]);
}

/// Runs `work`, which is given what ends the run and begins another one.
fn within_two_runs(work: impl FnOnce(&dyn Fn())) {
    let _alone = alone();
    let install = || candor::builder().quiet().install().unwrap();
    let guard = RefCell::new(Some(install()));
    work(&|| {
        drop(guard.take().unwrap().finish());
        guard.replace(Some(install()));
    });
    drop(guard.take().unwrap().finish());
}

#[observe]
async fn waits_behind(next_run: &dyn Fn()) {
    outlives(next_run);
    Once(false).await;
}

#[test]
fn a_call_that_outlives_its_run_within_a_future_is_not_taken_to_run_for_good() {
    within_two_runs(|next_run| {
        let mut future = pin!(waits_behind(next_run));
        let mut step = || future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        assert_eq!([step(), step()], [false, true]);
    });
    assert_eq!(counted("outlives").map(|totals| totals.active), Some(0));
}

#[observe]
fn is_last(next_run: &dyn Fn()) {
    next_run();
}

#[test]
fn a_call_that_outlives_its_run_on_a_thread_that_ends_is_not_taken_to_run_for_good() {
    within_two_runs(|next_run| {
        let next = Barrier::new(2);
        thread::scope(|scope| {
            let last = scope.spawn(|| {
                is_last(&|| {
                    next.wait();
                    next.wait();
                });
            });
            next.wait();
            next_run();
            next.wait();
            // What a thread has counted is told when it has ended altogether.
            last.join().unwrap();
        });
    });
    assert_eq!(counted("is_last").map(|totals| totals.active), Some(0));
}
