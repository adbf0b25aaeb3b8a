//! Limits of light calls: an event that keeps them beyond doubt is put down, and any other one gives the calls their frames.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering};

use candor::{Event, emit, observe};

use super::{Captured, alone_and_within, around, run, told, was_framed};

/// A payment, in numbers.
#[derive(Event)]
struct Paid {
    order: u64,
    part: i32,
    amount: u64,
}

fn paid(order: u64, part: i32) -> Paid {
    Paid { order, part, amount: 5 }
}

fn codes(name: &str, call: fn(u64), x: u64, well: u64) -> Vec<String> {
    alone_and_within(name, call, x, well).into_iter().filter_map(|found| found.into_iter().next()).collect()
}

#[observe(key = x, emits(Paid), at_most(1 Paid by order))]
fn healthy(x: u64) {
    emit!(paid(x, 1));
    emit!(Captured { amount: 1 });
    emit!(paid(x + 1, 1));
    healthy_below(x + 2);
}

/// What was said before it began does not count for it.
#[observe(at_most(1 Paid), at_most(2 Captured))]
fn healthy_below(x: u64) {
    emit!(Paid { order: x, part: -1, amount: 0 });
}

#[observe(at_most(1 Paid by part))]
fn healthy_by_part(_x: u64) {
    emit!(paid(1, 1));
    emit!(paid(1, -1));
}

#[observe(at_most(1 Paid))]
fn twice(_x: u64) {
    emit!(paid(1, 1));
    emit!(paid(2, 1));
}

#[test]
fn calls_that_keep_their_limits_beyond_doubt_have_no_frames() {
    let run = run(|| {
        (10..15).for_each(healthy);
        (10..15).for_each(healthy_by_part);
        (10..15).for_each(twice);
        let all = ["healthy", "healthy_below", "healthy_by_part", "twice"];
        assert_eq!(all.map(was_framed), [Some(false), Some(false), Some(false), Some(true)]);
    });
    assert_eq!(run.divergences.len(), 1);
    assert!(run.lost.is_empty());
}

#[observe(key = x, at_most(1 Paid by order))]
fn pays(x: u64) {
    emit!(paid(x, 1));
    emit!(paid(x + 1, 1));
    emit!(Captured { amount: 2 });
    if x >= 10 {
        emit!(paid(if x == 10 { 11 } else { x + 2 }, 2));
    }
}

#[test]
fn one_key_twice_is_a_duplicate() {
    assert!(codes("pays", pays, 11, 1).is_empty());
    let found = alone_and_within("pays", pays, 10, 1);
    assert_eq!(found.len(), 1, "{found:?}");
    let found = found.concat();
    assert!(found[0].starts_with("C113") && found.iter().any(|line| line.contains("for 11")), "{found:?}");
}

#[observe(at_most(1 Paid by part))]
fn pays_parts(x: u64) {
    emit!(paid(1, 3));
    emit!(paid(1, -3));
    if x == 10 {
        emit!(paid(2, -3));
    }
}

#[test]
fn a_key_keeps_its_sign() {
    assert!(codes("pays_parts", pays_parts, 1, 1).is_empty());
    let found = alone_and_within("pays_parts", pays_parts, 10, 1).concat();
    assert!(found[0].starts_with("C113") && found.iter().any(|line| line.contains("for -3")), "{found:?}");
}

/// Limits of an enclosing call by another field, and of the calls within it.
#[observe(at_most(1 Paid by order), at_most(1 Paid by part))]
fn orders(x: u64) {
    part_of(x);
    part_of(x + 1);
    if x == 12 {
        part_of(11);
    }
}

#[observe(at_most(1 Paid by order))]
fn part_of(x: u64) {
    emit!(Paid { order: x / 10, part: x as i32, amount: x });
    if x == 31 {
        emit!(paid(3, 1));
    }
}

#[test]
fn each_enclosing_call_counts_by_its_own_field() {
    let all = |x| (codes("orders", orders, x, 9).len(), codes("part_of", orders, x, 9).len());
    assert_eq!(all(9), (0, 0));
    // The same order twice, in two parts of it.
    assert_eq!(all(10), (1, 0));
    assert_eq!(all(12), (1, 0));
    // Three times.
    assert_eq!(all(31), (2, 1));
}

#[observe(at_most(2 Paid by order))]
fn up_to_two(x: u64) {
    (0..x % 10).for_each(|part| emit!(paid(7, part as i32)));
}

#[test]
fn a_limit_may_allow_more_than_one() {
    assert!(codes("up_to_two", up_to_two, 2, 1).is_empty());
    assert_eq!(codes("up_to_two", up_to_two, 3, 1).len(), 1);
}

#[observe(key = x, at_most(1 Paid by order idempotent part))]
fn repeats(x: u64) {
    emit!(paid(7, 1));
    emit!(paid(7, if x == 10 { 2 } else { 1 }));
}

#[test]
fn a_repeat_under_one_idempotency_key_is_no_second_effect() {
    assert!(codes("repeats", repeats, 1, 1).is_empty());
    assert_eq!(codes("repeats", repeats, 10, 1).len(), 1);
}

#[observe(key = x, idempotent)]
fn is_one_effect(x: u64) {
    emit!(paid(7, 1));
    if x == 11 {
        emit!(paid(7, 1));
    }
}

/// The calls within it have keys, under which what they say is one effect.
#[observe(at_most(1 Paid by order))]
fn pays_again(x: u64) {
    if x == 12 {
        emit!(paid(7, 3));
    }
    is_one_effect(1);
    is_one_effect(if x == 10 { 2 } else { 1 });
}

#[test]
fn the_key_of_an_idempotent_call_is_known_when_its_events_are_counted() {
    assert!(codes("pays_again", pays_again, 1, 1).is_empty());
    assert_eq!(codes("pays_again", pays_again, 10, 1).len(), 1);
    assert_eq!(codes("pays_again", pays_again, 12, 1).len(), 1);
}

#[observe(at_most(1 Paid by order), emits(Paid, only))]
fn only_pays(x: u64) {
    emit!(paid(x, 1));
    if x == 10 {
        emit!(Captured { amount: 1 });
    }
}

#[test]
fn what_is_promised_besides_is_looked_at_as_well() {
    assert!(codes("only_pays", only_pays, 1, 1).is_empty());
    assert_eq!(codes("only_pays", only_pays, 10, 1).len(), 1);
    assert!(codes("healthy", healthy, 3, 4).is_empty());
    assert!(codes("healthy_below", healthy, 3, 4).is_empty());
}

/// More events than there is room for: those that were told before are counted as well.
#[observe(at_most(1 Paid by order))]
fn many(x: u64) {
    (0..12).for_each(|order| emit!(paid(order, 1)));
    if x >= 10 {
        emit!(paid(x - 10, 2));
    }
}

#[test]
fn what_was_told_before_there_was_no_more_room_is_counted() {
    for again in [0, 7, 8, 11] {
        let found = alone_and_within("many", many, 10 + again, 1).concat();
        assert!(found.iter().any(|line| line.contains(&format!("for {again}"))), "{again}: {found:?}");
    }
    assert!(codes("many", many, 22, 1).is_empty());
}

/// Its name is read by code of the user's, and is not among its values.
#[derive(Event)]
struct Named {
    number: u64,
    #[event(skip)]
    name: Name,
}

struct Name(u64);

/// How often a name was read.
static READ: AtomicU64 = AtomicU64::new(0);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        READ.fetch_add(1, Ordering::Relaxed);
        if self.0 == NAMELESS {
            resume_unwind(Box::new("no name"));
        }
        write!(f, "{}", self.0)
    }
}

const NAMELESS: u64 = 10;

#[observe(at_most(1 Named by name))]
fn names(x: u64) {
    emit!(Named { number: 1, name: Name(x) });
    emit!(Named { number: 2, name: Name(2) });
}

#[test]
fn a_key_that_is_read_by_code_of_the_users_is_read_once_and_may_panic() {
    let of = |x: u64, around: fn(fn(u64), u64)| {
        let before = READ.load(Ordering::Relaxed);
        let run = run(|| [1, 1, x].into_iter().for_each(|x| around(names, x)));
        let lost: Vec<String> = run.lost.iter().map(|lost| format!("{lost:?}")).collect();
        let found = run.divergences.iter().filter(|found| found.operation == "names").map(told);
        (found.collect::<Vec<_>>(), lost, READ.load(Ordering::Relaxed) - before)
    };
    for (x, is_found, is_lost) in [(1, false, false), (2, true, false), (NAMELESS, false, true)] {
        let alone = of(x, |names, x| names(x));
        assert_eq!((alone.0.is_empty(), alone.1.is_empty(), alone.2), (!is_found, !is_lost, 6), "{alone:?}");
        assert_eq!(alone, of(x, around));
    }
}

/// Limits by a field of each of these types, behind one that is no value of the event.
macro_rules! by_type {
    ($($name:ident: $type:ty = $one:expr, $other:expr, $is_light:literal;)+) => {
        $(mod $name {
            use super::*;

            #[derive(Event)]
            struct Seen {
                #[event(skip)]
                _shelf: u8,
                bin: u16,
                r#type: $type,
                rest: i64,
            }

            #[observe(at_most(1 Seen by r#type))]
            pub(super) fn $name(x: u64) {
                for (bin, r#type) in [(1, $one), (1, if x == 10 { $one } else { $other })] {
                    emit!(Seen { _shelf: 1, bin, r#type, rest: -1 });
                }
            }
        })+

        #[test]
        fn a_key_may_be_of_any_type() {
            $({
                let name = stringify!($name);
                let _run = run(|| {
                    (0..3).for_each($name::$name);
                    assert_eq!(was_framed(name), Some(!$is_light), "{name}");
                });
                assert!(codes(name, $name::$name, 1, 1).is_empty(), "{name}");
                assert_eq!(codes(name, $name::$name, 10, 1).len(), 1, "{name}");
            })+
        }
    };
}

by_type! {
    by_byte: u8 = 0, 255, true;
    by_size: usize = 0, usize::MAX, true;
    by_signed: i8 = -1, 1, true;
    by_long: i64 = -1, i64::MIN, true;
    by_longest: u128 = 1 << 100, 1, false;
    by_flag: bool = true, false, false;
    by_letter: char = 'a', 'b', false;
    by_number: std::num::NonZeroU64 = std::num::NonZeroU64::MIN, std::num::NonZeroU64::MAX, false;
    by_words: &'static str = "a", "b", false;
    by_option: Option<u64> = None, Some(0), false;
}

/// Its key is a number that is no value of it.
#[derive(Event)]
struct Hidden {
    shown: u64,
    #[event(skip)]
    number: u64,
}

#[observe(at_most(1 Hidden by number))]
fn hides(x: u64) {
    emit!(Hidden { shown: 1, number: 1 });
    emit!(Hidden { shown: 1, number: if x == 10 { 1 } else { 2 } });
}

#[test]
fn a_key_may_be_a_number_that_is_told_nobody() {
    assert!(codes("hides", hides, 1, 1).is_empty());
    assert_eq!(codes("hides", hides, 10, 1).len(), 1);
}

/// Two numbers, the second of which is the key.
#[derive(Event)]
struct Weighed {
    grams: i64,
    bin: i64,
}

#[observe(at_most(1 Weighed by bin))]
fn weighs_bins(x: u64) {
    emit!(Weighed { grams: -5, bin: -1 });
    emit!(Weighed { grams: -5, bin: if x == 10 { -1 } else { 1 } });
}

#[test]
fn the_second_of_two_numbers_may_be_the_key_and_is_told() {
    let _run = run(|| {
        (0..3).for_each(weighs_bins);
        assert_eq!(was_framed("weighs_bins"), Some(false));
    });
    assert!(codes("weighs_bins", weighs_bins, 1, 1).is_empty());
    let found = alone_and_within("weighs_bins", weighs_bins, 10, 1).concat();
    assert!(found.iter().any(|line| line.contains("for -1")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("Weighed { grams: -5, bin: -1 }")), "{found:?}");
}
