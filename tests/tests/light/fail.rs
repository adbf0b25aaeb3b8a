//! Calls that fail and are never looked at: they are counted with their reasons, and what their errors say is not even made a
//! text. Where they are looked at after all, it is there.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use candor::model::{Class, OperationTotal};
use candor::{Outcome, observe};

use super::{alone_and_within, around, fails, layered, run};

/// More reasons than a thread counts by itself.
#[derive(Debug, Outcome)]
enum Trouble {
    #[outcome(refused)]
    Declined,
    #[outcome(refused)]
    SoldOut,
    Timeout,
    Broken,
    Lost,
    Late,
}

fn may(x: u64) -> Result<u64, Trouble> {
    Err(match x % 7 {
        0 => return Ok(x),
        1 => Trouble::Declined,
        2 => Trouble::SoldOut,
        3 => Trouble::Timeout,
        4 => Trouble::Broken,
        5 => Trouble::Lost,
        _ => Trouble::Late,
    })
}

#[observe]
fn tries(x: u64) -> Result<u64, Trouble> {
    may(x)
}

#[observe]
fn asks(x: u64) -> Result<u64, Trouble> {
    let y = may(x)?;
    Ok(y + 1)
}

#[observe]
fn returns(x: u64) -> Result<u64, Trouble> {
    if x % 7 == 3 {
        tracing::error!("it takes too long");
        return Err(Trouble::Timeout);
    }
    tries(x)
}

#[observe]
async fn waits(x: u64) -> Result<u64, Trouble> {
    tracing::info!("looked at it");
    may(x)
}

fn calls(x: u64) {
    let ended = [tries(x), asks(x), returns(x), super::random::finish(waits(x))];
    assert!(ended.iter().all(|ended| ended.is_ok() == x.is_multiple_of(7)));
}

fn totals(run: &candor::model::Run) -> Vec<OperationTotal> {
    let own = |total: &&OperationTotal| total.operation != "around";
    let totals = run.operations.iter().filter(own);
    totals.map(|total| OperationTotal { duration_ns: 0, ..total.clone() }).collect()
}

#[test]
fn each_is_counted_with_its_reason_on_whatever_thread() {
    layered(|| {
        let alone = run(|| (0..70).for_each(calls));
        let within = run(|| (0..70).for_each(|x| around(calls, x)));
        assert_eq!(totals(&alone), totals(&within));
        assert!(alone.divergences.is_empty(), "{:?}", alone.divergences);
        let beside = run(|| {
            thread::scope(|threads| {
                (0..2).for_each(|part| {
                    threads.spawn(move || (0..70).filter(|x| x % 2 == part).for_each(calls));
                });
            });
        });
        assert_eq!(totals(&alone), totals(&beside));
        let asks = totals(&alone).into_iter().find(|total| total.operation == "asks").unwrap();
        assert_eq!((asks.calls, asks.fulfilled, asks.refused, asks.failed), (70, 10, 20, 40));
        assert!(asks.reasons.len() == 6 && asks.reasons.iter().all(|reason| reason.count == 10));
        assert!(asks.reasons.iter().any(|reason| (reason.class, reason.reason) == (Class::Failed, "Late")));
    });
}

/// Calls when it is dropped.
struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        (0..7).for_each(calls);
    }
}

/// The panic of whoever encloses it is none of its own.
#[test]
fn each_ends_while_its_thread_unwinds_as_it_does_otherwise() {
    #[observe]
    fn encloses(panics: bool) {
        let _late = Late;
        assert!(!panics, "on purpose");
    }
    let unwinding = |work: fn()| assert!(std::panic::catch_unwind(work).is_err());
    let of = |work: &dyn Fn()| {
        let run = run(|| {
            (0..14).for_each(calls);
            encloses(false);
            work();
        });
        let own = |total: &OperationTotal| total.operation != "encloses";
        totals(&run).into_iter().filter(own).collect::<Vec<_>>()
    };
    let plain = of(&|| drop((Late, Late)));
    let late = of(&|| {
        unwinding(|| {
            let _late = Late;
            panic!("on purpose");
        });
        unwinding(|| encloses(true));
    });
    assert_eq!(plain, late);
    assert!(late.iter().all(|total| total.abandoned == 0 && total.active == 0), "{late:?}");
}

/// How often an error was made a text.
pub(super) static SHOWN: AtomicU64 = AtomicU64::new(0);

pub(super) struct Loud;

impl fmt::Display for Loud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SHOWN.fetch_add(1, Ordering::Relaxed);
        f.write_str("no paper")
    }
}

#[observe]
fn prints(x: u64) -> Result<u64, Loud> {
    match x {
        1 => {
            let _dropped = fails("the tray is empty");
        }
        2 => tracing::info!("the page was printed"),
        _ => {}
    }
    Err(Loud)
}

/// How often the error with which this call fails was made a text. It is not where the call has no frame.
pub(super) fn shown(call: fn(u64) -> Result<u64, Loud>, x: u64) -> u64 {
    shown_in(|| call(x))
}

/// The same of any call.
pub(super) fn shown_in(call: impl FnOnce() -> Result<u64, Loud>) -> u64 {
    let before = SHOWN.load(Ordering::Relaxed);
    assert!(call().is_err());
    SHOWN.load(Ordering::Relaxed) - before
}

#[test]
fn what_an_error_says_is_made_a_text_where_somebody_may_look_at_it_and_nowhere_else() {
    let mut texts = Vec::new();
    let ended = layered(|| run(|| texts = [0, 2, 0, 0, 1, 2, 0].map(|x| shown(prints, x)).into()));
    // What the call dropped may be found; what it claims is.
    assert_eq!(texts.get(2..), Some([0, 0, 1, 1, 0].as_slice()), "{texts:?}");
    assert!(ended.divergences.iter().any(|found| found.observed.contains("no paper")), "{ended:?}");
}

/// Says at the end of a call, once it is known how that ends, that all went well.
struct Boasts(bool);

impl Drop for Boasts {
    fn drop(&mut self) {
        if self.0 {
            tracing::info!("the page was printed");
        }
    }
}

#[observe]
fn print_page(x: u64) -> Result<u64, String> {
    let _at_the_end = Boasts(x == 1);
    fails("no paper at all")?;
    Ok(x)
}

#[test]
fn what_is_done_while_a_call_is_left_with_an_error_is_held_against_it() {
    let found = |x| layered(|| alone_and_within("print_page", |x| drop(print_page(x)), x, 0));
    assert_eq!(found(0), Vec::<Vec<String>>::new());
    let boasts = found(1);
    let [boast] = boasts.as_slice() else { panic!("{boasts:?}") };
    assert!(boast[0].starts_with("C111") && boast[0].contains("no paper at all"), "{boast:?}");
}

/// Its guard is dropped where it returns: it says nothing of its end.
#[observe]
fn leaves_early(x: u64) -> u64 {
    if x != 3 {
        return x;
    }
    x + 1
}

/// Calls it when it is dropped.
struct LateLeaves;

impl Drop for LateLeaves {
    fn drop(&mut self) {
        assert_eq!((0..5).map(leaves_early).sum::<u64>(), 11);
    }
}

#[test]
fn a_child_that_returns_while_its_thread_unwinds_is_not_abandoned() {
    #[observe]
    fn encloses_leaves(panics: bool) {
        let _late = LateLeaves;
        assert!(!panics, "on purpose");
    }
    let run = run(|| {
        (0..3).for_each(|_| encloses_leaves(false));
        assert!(std::panic::catch_unwind(|| encloses_leaves(true)).is_err());
    });
    let own = |total: &&OperationTotal| total.operation == "leaves_early";
    let total = run.operations.iter().find(own).unwrap();
    assert_eq!((total.calls, total.fulfilled, total.abandoned), (20, 20, 0));
}
