//! All short programs of events, children and waits: each in calls that are light as far as they can be, and in calls that have
//! frames. Whatever they conclude is the same.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};
use std::thread;

use candor::{Event, emit, observe};

use super::{Once, run, told};

/// How many different steps there are.
const STEPS: u64 = 6;

/// Each number is an event of its own.
#[derive(Event)]
struct Marked<const N: u8> {
    item: u64,
}

/// Three numbers, of which any may be the key.
#[derive(Event)]
struct Parted {
    order: u64,
    r#type: i32,
    amount: u64,
}

/// Two numbers, the second of which is the key.
#[derive(Event)]
struct Weighed {
    grams: i64,
    bin: i64,
}

/// What is still to be done, behind a one, its next step lowest.
struct Script {
    left: AtomicU64,
    says: fn(u64),
    again: fn(&Script),
    later: for<'a> fn(&'a Script) -> Waiting<'a>,
}

type Waiting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

impl Script {
    fn next(&self) -> Option<u64> {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store((left / STEPS).max(1), Ordering::Relaxed);
        (left > 1).then_some(left % STEPS)
    }
}

fn marks(step: u64) {
    match step {
        0 => emit!(Marked::<0> { item: 1 }),
        1 => emit!(Marked::<1> { item: 1 }),
        _ => emit!(Marked::<0> { item: 2 }),
    }
}

fn pays(step: u64) {
    match step {
        0 => emit!(Parted { order: 1, r#type: -1, amount: 1 }),
        1 => emit!(Parted { order: 2, r#type: 1, amount: 1 }),
        _ => emit!(Parted { order: 2, r#type: -1, amount: 2 }),
    }
}

fn weighs(step: u64) {
    match step {
        0 => emit!(Weighed { grams: 1, bin: -1 }),
        1 => emit!(Weighed { grams: 1, bin: 1 }),
        _ => emit!(Weighed { grams: -2, bin: 1 }),
    }
}

fn acts(script: &Script) {
    while let Some(step) = script.next() {
        match step {
            0..3 => (script.says)(step),
            3 => plain(script),
            4 => (script.again)(script),
            _ => return,
        }
    }
}

/// A child that is not waited for goes on with each step.
async fn acts_later(script: &Script) {
    let mut held: Option<Waiting<'_>> = None;
    while let Some(step) = script.next() {
        match step {
            0..3 => (script.says)(step),
            3 => Box::pin(plain_later(script)).await,
            4 if held.is_none() => held = Some((script.later)(script)),
            4 => return,
            _ => Once(false).await,
        }
        if held.as_mut().is_some_and(poll) {
            held = None;
        }
    }
}

/// Polls it once, and says whether it is over.
fn poll(waiting: &mut Waiting<'_>) -> bool {
    waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

#[observe]
fn plain(script: &Script) {
    acts(script);
}

#[observe]
async fn plain_later(script: &Script) {
    acts_later(script).await;
}

/// It has a frame because of its key, which is a text, and so have all calls in it.
#[observe(key = String::from("a text"))]
fn framed(work: &mut (dyn FnMut() + Send)) {
    work();
}

#[observe(emits(Marked<1>))]
fn encloses(work: &mut (dyn FnMut() + Send)) {
    work();
}

#[observe]
fn between() {
    emit!(Marked::<1> { item: 7 });
}

/// Polls a future to its end, each time somewhere else.
fn finish(mut work: Waiting<'_>, number: u64) {
    for turn in number.. {
        let mut is_over = false;
        let mut once = || is_over = poll(&mut work);
        match turn % 5 {
            0 => framed(&mut once),
            1 | 2 => encloses(&mut once),
            3 if number % 16 == 3 => thread::scope(|scope| scope.spawn(&mut once).join().unwrap()),
            _ => once(),
        }
        if is_over {
            return;
        }
        between();
    }
}

/// How many steps a program has.
#[expect(clippy::disallowed_methods, reason = "how long the programs are is said outside")]
fn long(usual: u32) -> u32 {
    std::env::var("CANDOR_STEPS").map_or(usual, |long| long.parse().unwrap())
}

/// What a few programs conclude in one run, where a call was before that learns what holds.
fn concluded(of: &Script, numbers: impl Iterator<Item = u64>, within: bool, call: &Call) -> Vec<String> {
    let run = run(|| {
        between();
        for number in numbers {
            let script = Script { left: AtomicU64::new(number), ..*of };
            let mut once = || call(&script, number);
            if within {
                framed(&mut once);
            } else {
                once();
            }
        }
    });
    assert!(run.lost.is_empty(), "{:?}", run.lost);
    let found = run.divergences.iter().filter(|found| found.operation != "framed");
    let found =
        found.map(|found| format!("{} {} {}", found.count, found.operation, told(found).join("\n    ")));
    let totals = run.operations.iter().filter(|total| total.operation != "framed");
    let totals = totals.map(|total| {
        let ends = [total.fulfilled, total.refused, total.failed, total.abandoned, total.active];
        format!("{} {} {ends:?}", total.operation, total.calls)
    });
    let events = run.events.iter().map(|event| format!("{event:?}"));
    let mut all: Vec<String> = found.chain(totals).chain(events).collect();
    all.sort();
    all
}

type Call = dyn Fn(&Script, u64) + Sync;

/// All programs of this length, so many in each run, of which the first ones begin differently. Says with which codes calls with
/// promises were found.
fn all_programs(of: &Script, (long, each): (u32, u64), call: &Call) -> Vec<String> {
    let mut codes = Vec::new();
    let first = STEPS.pow(long);
    let runs = first / each;
    for from in first..first + runs {
        let numbers = || (from..2 * first).step_by(runs as usize);
        let [alone, within] = [false, true].map(|within| concluded(of, numbers(), within, call));
        assert!(alone == within, "{from}, alone:\n{}\nwithin:\n{}", alone.join("\n"), within.join("\n"));
        let own = alone.iter().filter(|line| line.contains(" now C1") || line.contains(" later C1"));
        codes.extend(own.filter_map(|line| Some(line.split(' ').nth(2)?.to_owned())));
    }
    codes.sort();
    codes.dedup();
    codes.retain(|code| code != "C105");
    codes
}

/// Each kind of call is compared in programs without waits and in programs with them.
macro_rules! kinds {
    ($($name:ident: $says:ident, $codes:expr, [$($word:tt)*],)+) => {$(
        mod $name {
            use super::*;

            #[observe($($word)*)]
            fn now<const N: u8>(script: &Script) {
                acts(script);
            }

            #[observe($($word)*)]
            async fn later<const N: u8>(script: &Script) {
                acts_later(script).await;
            }

            /// The child of one type is of the other one.
            static SCRIPT: Script = Script {
                left: AtomicU64::new(0),
                says: $says,
                again: now::<1>,
                later: |script| Box::pin(later::<1>(script)),
            };

            #[test]
            fn without_waits() {
                let programs = (long(4), STEPS * STEPS);
                let codes = all_programs(&SCRIPT, programs, &|script, number| {
                    if number % 2 == 0 { now::<0>(script) } else { now::<1>(script) }
                });
                assert_eq!(codes, $codes);
            }

            #[test]
            fn with_waits() {
                let codes = all_programs(&SCRIPT, (long(3), STEPS), &|script, number| match number % 2 {
                    0 => finish(Box::pin(later::<0>(script)), number),
                    _ => finish(Box::pin(later::<1>(script)), number),
                });
                assert_eq!(codes, $codes);
            }
        }
    )+};
}

kinds! {
    once: marks, ["C106"], [emits(Marked<N>)],
    twice: marks, ["C106", "C113"], [emits(Marked<0> * 2)],
    in_order: marks, ["C115"], [before(Marked<0>, Marked<1>)],
    all_or_none: marks, ["C116"], [together(Marked<0>, Marked<1>)],
    not_at_all: marks, ["C106", "C107"], [never(Marked<N>), emits(Marked<0> | Marked<1>)],
    limited: marks, ["C113"], [at_most(1 Marked<N>)],
    limited_by_item: marks, ["C106", "C113"], [at_most(1 Marked<N> by item), emits(Marked<0>)],
    limited_twice: marks, ["C113"], [at_most(2 Marked<N> by item), at_most(1 Marked<1>)],
    by_first: pays, ["C113"], [at_most(1 Parted by order)],
    by_second: pays, ["C106", "C113"], [at_most(1 Parted by r#type), emits(Parted)],
    by_third: pays, ["C113"], [at_most(1 Parted by amount)],
    by_other: weighs, ["C113"], [at_most(1 Weighed by bin)],
    by_two: pays, ["C113"], [at_most(1 Parted by order), at_most(2 Parted by r#type)],
    by_token: pays, ["C113"], [at_most(1 Parted by order idempotent amount)],
    only_these: marks, ["C106", "C107"], [emits(Marked<N>, only)],
}
