//! Lines of light calls: each is told as it was said, whatever its place has said before.

use candor::observe;
use tracing::callsite::{Callsite, Identifier};
use tracing::field::{FieldSet, Value};
use tracing::metadata::Kind;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata};

use super::fail::{Loud, shown, shown_in};
use super::{alone_and_within, fails, layered, run, told};

/// One of two literals, said at one place.
#[observe]
fn says(x: u64) {
    for n in 0..x % 10 {
        let words =
            if (n + x).is_multiple_of(2) { format_args!("it is even") } else { format_args!("it is odd") };
        tracing::info!(message = words);
    }
    if x >= 10 {
        let _dropped = fails("no number");
    }
}

#[test]
fn a_place_that_says_something_else_is_not_taken_to_say_what_it_said_first() {
    layered(|| {
        for well in [1, 2, 5] {
            let story = alone_and_within("says", says, 16, well).concat();
            let lines: Vec<bool> = story
                .iter()
                .filter(|line| line.contains("it is"))
                .map(|line| line.contains("even"))
                .collect();
            assert_eq!(lines, [true, false, true, false, true, false], "{story:?}");
        }
    });
}

macro_rules! places {
    ($($n:literal)*) => {
        /// Says a line at one of many places.
        #[observe]
        fn places(x: u64) {
            match x % 1_000 {
                $($n => tracing::info!(concat!("place ", stringify!($n), ".")),)*
                _ => {}
            }
            if x >= 1_000 {
                let _dropped = fails("out of place");
            }
        }

        const PLACES: &[u64] = &[$($n),*];
    };
}

places! {
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40
    41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78
}

#[test]
fn of_more_places_than_a_thread_remembers_each_says_its_own_line() {
    layered(|| {
        for n in PLACES.iter().step_by(6) {
            let run = run(|| {
                (0..3).for_each(|_| PLACES.iter().for_each(|n| places(*n)));
                places(1_000 + n);
            });
            let found = run.divergences.iter().find(|found| found.operation == "places").map(told);
            let lines: Vec<String> =
                found.into_iter().flatten().filter(|line| line.contains("Log")).collect();
            assert!(lines.len() == 1 && lines[0].contains(&format!("place {n}.")), "{n}: {lines:?}");
        }
    });
}

/// A place in the code whose metadata lie where the test has put them.
struct Made;

static MADE: Made = Made;

impl Callsite for Made {
    fn set_interest(&self, _interest: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        unreachable!("nobody has registered it")
    }
}

/// So many places side by side, longer together than addresses are told apart by.
fn made(many: usize) -> &'static [Metadata<'static>] {
    let place = || {
        let fields = FieldSet::new(&["message"], Identifier(&MADE));
        Metadata::new("event", "light", Level::INFO, None, None, None, fields, Kind::EVENT)
    };
    Box::leak((0..many).map(|_| place()).collect())
}

/// Says a line at this place, and fails.
#[observe]
fn ends_at(place: &'static Metadata<'static>) -> Result<u64, Loud> {
    let message = place.fields().field("message").unwrap();
    let said = format_args!("the place is known");
    tracing::Event::dispatch(place, &place.fields().value_set(&[(&message, Some(&said as &dyn Value))]));
    Err(Loud)
}

#[test]
fn a_place_whose_address_belongs_where_another_one_is_needs_no_frame_either() {
    let places = made(2_000);
    layered(|| {
        run(|| {
            for (number, place) in places.iter().enumerate() {
                let shown = [(); 3].map(|()| shown_in(|| ends_at(place)));
                assert_eq!(shown.last(), Some(&0), "at place {number}");
            }
        });
    });
}

/// Says a line with values beside its message, and fails.
#[observe]
fn ends(x: u64) -> Result<u64, Loud> {
    let given = Some(x).filter(|x| *x < 100);
    match x % 100 {
        0 => tracing::info!(order = x, total = -7, "looked at the order"),
        1 => tracing::debug!(order = x, total = 7, shelf = 3_u8, item = 4, "looked at all of it"),
        2 => tracing::warn!(order = x, errors = 7, "the order is large"),
        3 => tracing::info!(order = x, batch = given, "looked at the batch"),
        4 => tracing::info!(order = x, name = "bob", "looked at the customer"),
        5 => tracing::warn!(order = x, error = 7, "went on without"),
        6 => tracing::info!(order = x, total = 7, "the order was placed"),
        7 => tracing::info!(order = x, total = 7, shelf = 3, item = 4, bin = 5, "looked at too much"),
        8 => tracing::info!(order = x, total = 7, "looked {x} times"),
        9 => tracing::info!(order = x, total = 0.5, "looked at the weight"),
        10 => tracing::error!(order = x, total = 7, "the order is lost"),
        _ => {}
    }
    Err(Loud)
}

#[test]
fn numbers_beside_a_literal_need_no_frame_and_anything_else_does() {
    let of = |x| {
        let mut texts = Vec::new();
        layered(|| run(|| texts = [x, x, x].map(|x| shown(ends, x)).into()));
        texts.last().copied()
    };
    for light in [0, 1, 2, 3, 11] {
        assert_eq!(of(light), Some(0), "{light}");
    }
    // A field is missing, or is no number, or there are too many; or the line is evidence where the call fails.
    for framed in [103, 4, 5, 6, 7, 8, 9, 10] {
        assert_eq!(of(framed), Some(1), "{framed}");
    }
}

/// Says lines with numbers, and drops an error from 100 on.
#[observe]
fn tallies(x: u64) {
    let words = if x.is_multiple_of(2) { format_args!("an even one") } else { format_args!("an odd one") };
    tracing::info!(order = x, total = -7, "looked at the order");
    tracing::debug!(items = usize::MAX, least = i64::MIN, none = 0_u8, "looked at all of it");
    tracing::info!(message = words, order = x);
    tracing::warn!(order = x, batch = Some(x).filter(|x| *x != 101), "the batch is large");
    tallies_too(x);
    if x >= 100 {
        let _dropped = fails("out of numbers");
    }
}

#[observe]
fn tallies_too(x: u64) {
    tracing::info!(r#type = x, shelf.row = 3, "looked at the shelf");
}

#[test]
fn numbers_are_told_as_they_were_said() {
    layered(|| {
        for (x, words, batch) in [(101, "an odd one", ""), (102, "an even one", " batch=102")] {
            let story = alone_and_within("tallies", tallies, x, 1).concat();
            let lines: Vec<&str> = story
                .iter()
                .filter(|line| line.contains(" Log "))
                .filter_map(|line| line.rsplit_once(" Some((").map(|(line, _)| line))
                .collect();
            let expected = [
                format!("0 Log INFO looked at the order order={x} total=-7"),
                format!("0 Log DEBUG looked at all of it items={} least={} none=0", usize::MAX, i64::MIN),
                format!("0 Log INFO {words} order={x}"),
                format!("0 Log WARN the batch is large order={x}{batch}"),
                format!("1 Log INFO looked at the shelf type={x} shelf.row=3"),
            ];
            assert_eq!(lines, expected, "{story:?}");
        }
    });
}

/// Says that all went well when its call ends.
struct Boasts(u64);

impl Drop for Boasts {
    fn drop(&mut self) {
        if self.0 % 10 == 5 {
            tracing::info!(order = self.0, total = 7, "the order was placed");
        }
    }
}

/// Says lines that may be evidence.
#[observe]
fn place_order(x: u64) -> Result<u64, String> {
    let _at_the_end = Boasts(x);
    match x % 10 {
        1 => tracing::warn!(order = x, error = 7, "went on without"),
        2 => tracing::warn!(order = x, errors = 7, "went on without"),
        3 => tracing::info!(order = x, error = 7, "went on without"),
        4 => tracing::info!(order = x, total = 7, "the order has failed"),
        _ => {}
    }
    if x >= 10 {
        fails("no paper")?;
    }
    Ok(x)
}

#[test]
fn lines_with_numbers_are_evidence_where_others_are() {
    let found = |x| layered(|| alone_and_within("place_order", |x| drop(place_order(x)), x, x));
    let codes = |x| -> Vec<String> {
        found(x).iter().filter_map(|told| told.first()?.split(' ').next().map(str::to_owned)).collect()
    };
    for silent in [0, 2, 3, 5, 10, 12, 13, 14] {
        assert_eq!(codes(silent), Vec::<String>::new(), "{silent}");
    }
    assert!(codes(1).iter().all(|code| code == "C101") && !codes(1).is_empty(), "{:?}", found(1));
    assert!(codes(4).iter().all(|code| code == "C111") && !codes(4).is_empty(), "{:?}", found(4));
    // What claims success is held against the failure of its call.
    let boasts = found(15).concat().concat();
    assert!(boasts.contains("C111") && boasts.contains("the order was placed order=15 total=7"), "{boasts}");
}
