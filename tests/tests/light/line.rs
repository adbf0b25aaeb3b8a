//! Lines of light calls: each is told as it was said, whatever its place has said before.

use candor::observe;

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
