//! Programs at random, each run twice: as it is, where its calls are light as far as they can be, and within a call that has a
//! frame, where all of them have. Whatever is concluded, told and counted is the same.
//!
//! `CANDOR_SEEDS=0..60000` runs other programs than the gate does.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread;

use candor::__private::key;
use candor::model::Value;
use candor::{Event, checkpoint, emit, observe};
use tracing::dispatcher::{Dispatch, get_default, with_default};

use super::{Captured, Once, Reserved, Sent, around, layered, run, told};

#[derive(Event)]
struct Labelled {
    label: String,
}

/// Three numbers, of which two are keys.
#[derive(Event)]
struct Settled {
    order: u64,
    part: i64,
    amount: u64,
}

fn settled() -> Settled {
    Settled { order: roll(4), part: 1 - roll(3) as i64, amount: roll(100) }
}

/// How deeply calls are nested at the most.
const DEEPEST: u64 = 6;

thread_local! {
    static DICE: Cell<u64> = const { Cell::new(1) };
}

/// One of `0..sides`; the same ones in the same order each time that a program is run.
fn roll(sides: u64) -> u64 {
    DICE.with(|dice| {
        let mut x = dice.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        dice.set(x);
        (x >> 11) % sides
    })
}

fn rarely(message: &str) -> Result<u64, String> {
    if roll(6) == 0 { Err(message.to_owned()) } else { Ok(1) }
}

/// A child that panics is the end of that child only.
fn caught(depth: u64) -> Result<u64, String> {
    catch_unwind(AssertUnwindSafe(|| any(depth))).unwrap_or(Ok(0))
}

/// Calls any of the functions below.
fn any(depth: u64) -> Result<u64, String> {
    const SYNC: [fn(u64) -> Result<u64, String>; 13] = [
        plain, pays, orders, limits, distinct, pairs, agrees, between, keyed, signed, by_text, by_parts,
        is_one,
    ];
    if depth > DEEPEST {
        return Ok(0);
    }
    match roll(SYNC.len() as u64 + 3) {
        13..16 => finish(waiting(depth)),
        number => SYNC.get(number as usize).map_or(Ok(0), |call| call(depth)),
    }
}

fn poll<T>(work: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Poll<T> {
    work.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls a future to its end, with whatever else happens between two polls, now and then on another thread.
pub(super) fn finish<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(value) = poll(work.as_mut()) {
            return value;
        }
        match roll(16) {
            0..4 => {
                between(DEEPEST).ok();
            }
            4 => {
                if let Poll::Ready(value) = elsewhere(|| poll(work.as_mut())) {
                    return value;
                }
            }
            _ => {}
        }
    }
}

type Waiting = Pin<Box<dyn Future<Output = Result<u64, String>> + Send>>;

/// Any of the functions below that may be suspended.
fn waiting(depth: u64) -> Waiting {
    if depth > DEEPEST {
        return Box::pin(std::future::ready(Ok(0)));
    }
    match roll(4) {
        0 => Box::pin(waits(depth)),
        1 => Box::pin(promises(depth)),
        2 => Box::pin(keyed_later(depth)),
        _ => Box::pin(joins(depth)),
    }
}

/// Two futures beside each other, now and then each on a thread of its own, until both or one of them have ended.
async fn beside_each_other(depth: u64) -> u64 {
    let (mut works, mut sum) = (vec![waiting(depth), waiting(depth)], 0);
    let are_enough = if roll(3) == 0 { 2 } else { 1 };
    while works.len() >= are_enough {
        let mut work = works.remove(roll(works.len() as u64) as usize);
        let step = if roll(24) == 0 { elsewhere(|| poll(work.as_mut())) } else { poll(work.as_mut()) };
        match step {
            Poll::Ready(value) => sum += value.unwrap_or(0),
            Poll::Pending => works.push(work),
        }
        if roll(3) == 0 {
            Once(false).await;
        }
    }
    sum
}

/// Polls a future once and gives it up, now and then on another thread.
fn give_up(depth: u64) -> u64 {
    let mut work = waiting(depth);
    let is_ready = poll(work.as_mut()).is_ready();
    if roll(16) == 0 {
        elsewhere(|| drop(work));
    }
    u64::from(is_ready)
}

/// Does it on another thread, which knows the operations already in most cases.
fn elsewhere<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let (subscriber, dice) = (get_default(Dispatch::clone), DICE.get());
    let done = thread::scope(|scope| {
        let there = || {
            DICE.set(dice);
            let warm = || (0..roll(3) * 2).for_each(|_| drop(caught(DEEPEST - 1)));
            let done = with_default(&subscriber, || {
                warm();
                catch_unwind(AssertUnwindSafe(work))
            });
            (done, DICE.get())
        };
        scope.spawn(there).join().unwrap()
    });
    DICE.set(done.1);
    done.0.unwrap_or_else(|panic| resume_unwind(panic))
}

/// The last word of a call about its key, from a function that it calls.
fn says_a_key() {
    key(match roll(4) {
        0 => Value::U64(roll(3)),
        1 => Value::I64(-(roll(3) as i64)),
        2 => Value::Text("a key".into()),
        _ => Value::Bool(roll(2) == 0),
    });
}

/// Says one of many lines with values beside their messages.
fn counts() {
    let (some, none) = (Some(roll(9)), None::<u64>);
    let maybe = if roll(2) == 0 { some } else { none };
    let words = if roll(3) == 0 { format_args!("a batch is ready") } else { format_args!("a batch is late") };
    match roll(20) {
        0 | 1 => tracing::info!(items = roll(3), shelf = -7, "went along the shelf"),
        2 | 3 => tracing::debug!(items = roll(3), shelf = 1_u8, bin = roll(5), "looked into the bins"),
        4 => tracing::info!(order = roll(3), total = 40, "the order was placed"),
        5 => tracing::info!(order = roll(3), total = 40, "the order has failed"),
        6 => tracing::warn!(waited = roll(100), tries = roll(3), "took a while"),
        7 => tracing::warn!(error = roll(3), order = 1, "had to go back"),
        8 => tracing::info!(error = roll(3), order = 1, "went back"),
        9 => tracing::error!(order = roll(3), total = 7, "the order is lost"),
        10 => tracing::info!(order = roll(3), batch = maybe, "looked at the batch"),
        11 => tracing::info!(batch = maybe, order = roll(3), "looked at the batch again"),
        12 => tracing::info!(name = "shelf", order = roll(3), "looked at the shelf"),
        13 => tracing::info!(a = roll(2), b = 2, c = 3, d = roll(4), "four of them"),
        14 => tracing::info!(a = roll(2), b = 2, c = 3, d = 4, e5 = 5, "five of them"),
        15 => tracing::info!(item = roll(3), took = 0.5, "the clock has stopped"),
        16 => tracing::info!(message = words, order = roll(3)),
        17 => tracing::info!(order = roll(3), message = words),
        18 => tracing::warn!(done = roll(2), all = 2_i64, "stored 1 of 2"),
        _ => tracing::trace!(item = roll(3), is_last = roll(2) == 0, "took an item"),
    }
}

/// Functions that do something at random. `observe` sees their bodies expanded, as if they had been written out.
macro_rules! scripted {
    ($(#[observe($($word:tt)*)] [$($kind:tt)+] $name:ident { $($waiting:tt)* })*) => {$(
        #[observe($($word)*)]
        $($kind)+ $name(depth: u64) -> Result<u64, String> {
            let mut sum = 0;
            for _ in 0..roll(5) {
                match roll(28) {
                    0 | 1 => emit!(Reserved { item: roll(3) }),
                    2 => emit!(Captured { amount: -7 }),
                    3 if roll(2) == 0 => emit!(Sent { to: "the shop" }),
                    3 => emit!(Labelled { label: format!("a label {}", roll(3)) }),
                    4 => tracing::info!("looked into the bin"),
                    5 => tracing::info!(items = roll(3), "counted the items"),
                    6 => tracing::warn!("took a while"),
                    7 => tracing::info!("stored {} of {}", roll(3), roll(3)),
                    8 if roll(3) == 0 => tracing::error!("the printer is out of paper"),
                    9 => {
                        let _dropped = rarely("the label is lost");
                    }
                    10 => sum += rarely("the price is unknown").unwrap_or(0),
                    11 => {
                        any(depth + 1)?;
                    }
                    12 => {
                        any(depth + 1).ok();
                    }
                    13 => sum += caught(depth + 1).unwrap_or(0),
                    14 => {
                        if let Err(error) = any(depth + 1) {
                            tracing::warn!(%error, "went on without");
                        }
                    }
                    15 if roll(4) == 0 => return Err("no stock".to_owned()),
                    16 if roll(8) == 0 => resume_unwind(Box::new("all is lost")),
                    17 => checkpoint!(roll(8) != 0, "the books balance"),
                    18 => sum += give_up(depth + 1),
                    20 | 21 => emit!(settled()),
                    22 if roll(4) == 0 => says_a_key(),
                    $($waiting)*
                    23 => tracing::info!(item = roll(3), total = -40, "the item was stored"),
                    24..=26 => counts(),
                    _ => sum += any(depth + 1).unwrap_or_default(),
                }
            }
            Ok(sum)
        }
    )*};
}

scripted! {
    #[observe()] [fn] plain {}
    #[observe(emits(Reserved))] [fn] pays {}
    #[observe(before(Reserved, Captured), emits(Captured))] [fn] orders {}
    #[observe(at_most(1 Reserved))] [fn] limits {}
    #[observe(at_most(1 Reserved by item), at_most(2 Labelled by label))] [fn] distinct {}
    #[observe(together(Reserved, Sent))] [fn] pairs {}
    #[observe(agrees(item))] [fn] agrees {}
    #[observe(never(Sent))] [fn] between {}
    #[observe(key = roll(3), at_most(1 Settled by order))] [fn] keyed {}
    #[observe(key = 1 - roll(3) as i64, emits(Settled), at_most(1 Settled by part))] [fn] signed {}
    #[observe(key = format!("order {}", roll(2)), at_most(1 Settled))] [fn] by_text {}
    #[observe(at_most(1 Settled by part idempotent amount), at_most(2 Settled by order))] [fn] by_parts {}
    #[observe(key = roll(2), idempotent)] [fn] is_one {}
    #[observe(key = roll(3), at_most(1 Settled by order), at_most(1 Reserved by item))] [async fn] keyed_later {
        19 | 27 => Once(false).await,
    }
    #[observe()] [async fn] waits {
        19 | 27 => Once(false).await,
    }
    #[observe()] [async fn] joins {
        19 | 27 => drop(beside_each_other(DEEPEST).await),
    }
    #[observe(emits(Reserved, Captured), at_most(3 Reserved by item))] [async fn] promises {
        19 | 27 => {
            Once(false).await;
            Box::pin(waits(DEEPEST)).await?;
        }
    }
}

/// What a run of the program has concluded, told and counted.
fn done(seed: u64, call: impl Fn(u64)) -> Vec<String> {
    DICE.set(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    // The first call of its kind has a frame, so all is done several times.
    let run = run(|| (0..4).for_each(|_| call(1)));
    let found = run.divergences.iter().filter(|found| found.operation != "around");
    // Beyond what a story has room for, which notes are left out depends on which memory was lying ready.
    let found = found.map(|found| match found.story.omitted {
        0 => format!("{} {:?}", told(found).join("\n    "), found.key),
        _ => format!("{} {} {} {:?}", found.code, found.expected, found.observed, found.key),
    });
    let totals = run.operations.iter().filter(|total| total.operation != "around");
    let totals = totals.map(|total| {
        let ends = [total.fulfilled, total.refused, total.failed, total.abandoned, total.active];
        format!("{} {} {ends:?} {:?}", total.operation, total.calls, total.reasons)
    });
    let events = run.events.iter().map(|event| format!("{event:?}"));
    let lost = run.lost.iter().map(|lost| format!("lost {lost:?}"));
    found.chain(totals).chain(events).chain(lost).collect()
}

fn program(depth: u64) {
    // It ends with a panic now and then, which is a conclusion of its own.
    let _ended = caught(depth);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "which programs are run is said outside")]
fn light_calls_conclude_tell_and_count_as_calls_with_frames_do() {
    let seeds = std::env::var("CANDOR_SEEDS").unwrap_or_else(|_| "0..300".to_owned());
    let (from, to) = seeds.split_once("..").unwrap();
    let (from, to): (u64, u64) = (from.parse().unwrap(), to.parse().unwrap());
    let found = layered(|| {
        (from..to)
            .map(|seed| {
                let alone = done(seed, program);
                let within = done(seed, |depth| around(program, depth));
                assert!(
                    alone == within,
                    "seed {seed}, alone:\n{}\nwithin:\n{}",
                    alone.join("\n"),
                    within.join("\n")
                );
                alone.iter().filter(|line| line.starts_with(char::is_uppercase)).count()
            })
            .sum::<usize>()
    });
    assert!(found > 0, "nothing was found in {seeds}");
}
