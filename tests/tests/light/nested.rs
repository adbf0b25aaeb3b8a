//! Calls within light calls: whatever is told of any of them is told as if all had had frames.

use std::hint::black_box;

use candor::{emit, observe};

use super::{Captured, Reserved, alone_and_within, counted, fails, layered, run};

/// Says an event and a line, as whoever it encloses did.
#[observe(emits(Reserved))]
fn pick(x: u64) {
    tracing::info!("looked into the bin");
    emit!(Reserved { item: x });
    if x == 3 {
        let _dropped = fails("the bin is empty");
    }
}

#[observe(emits(Reserved * 2, Captured), before(Reserved, Captured))]
fn pack(x: u64) {
    tracing::info!("began to pack");
    pick(x);
    pick(x + 1);
    if x != 6 {
        emit!(Captured { amount: 5 });
    }
    if x == 7 {
        let _dropped = fails("the label is lost");
    }
}

#[test]
fn what_children_did_is_told_and_counts_as_if_all_had_had_frames() {
    layered(|| {
        for name in ["pack", "pick"] {
            assert_eq!(alone_and_within(name, pack, 9, 8), Vec::<Vec<String>>::new());
        }
        // A promise that its children keep but for one event.
        let missing = alone_and_within("pack", pack, 6, 8).concat();
        assert!(missing.iter().any(|line| line.starts_with("C106")), "{missing:?}");
        // An error after both have ended: all that they noted is in the story, below them.
        let story = alone_and_within("pack", pack, 7, 8).concat();
        let of = |start: &str| story.iter().filter(|line| line.starts_with(start)).count();
        assert!(story.iter().any(|line| line.contains("the label is lost")), "{story:?}");
        assert_eq!(
            (of("0 Child pick"), of("1 Event Reserved"), of("1 Log"), of("0 Log")),
            (2, 2, 2, 1),
            "{story:?}"
        );
        // An error in the second one, while both run.
        assert!(alone_and_within("pack", pack, 2, 8).is_empty());
        let inner = alone_and_within("pick", pack, 2, 8).concat();
        assert!(inner.iter().any(|line| line.contains("the bin is empty")), "{inner:?}");
        assert!(inner.iter().any(|line| line.contains("Reserved { item: 3 }")), "{inner:?}");
        assert!(!inner.iter().any(|line| line.contains("Reserved { item: 2 }")), "{inner:?}");
    });
}

#[observe(at_most(1 Reserved))]
fn once(x: u64) {
    pick(x);
    if x != 8 {
        pick(x);
    }
}

#[test]
fn what_children_say_is_counted_against_limits_of_whoever_encloses_them() {
    assert_eq!(alone_and_within("once", once, 8, 8), Vec::<Vec<String>>::new());
    let twice = alone_and_within("once", once, 9, 8).concat();
    assert!(twice.iter().any(|line| line.starts_with("C113")), "{twice:?}");
}

/// It has a frame because of its key, which is a text, and keeps the keys of its events.
#[observe(key = x.to_string(), at_most(1 Reserved by item))]
fn once_each(x: u64) {
    emit!(Reserved { item: x });
    emit!(Reserved { item: x + 100 });
    if x == 9 {
        emit!(Reserved { item: x });
    }
}

#[test]
fn the_keys_of_events_are_those_of_one_call() {
    // Each time the same ones.
    assert_eq!(alone_and_within("once_each", once_each, 8, 8), Vec::<Vec<String>>::new());
    let twice = alone_and_within("once_each", once_each, 9, 8);
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert!(twice.concat().iter().any(|line| line.starts_with("C113")), "{twice:?}");
}

/// Calls itself so many times, and drops an error where `x` says so.
#[observe]
fn dig(x: u64) {
    let (left, bad) = (x % 100, x / 100);
    emit!(Captured { amount: 1 });
    if left > 0 {
        dig(x - 1);
    }
    tracing::info!("came up again");
    if left == bad {
        let _dropped = fails("a stone");
    }
}

#[test]
fn calls_that_are_nested_deeper_than_light_ones_may_be_are_told_in_the_same_order() {
    layered(|| {
        for depth in [1, 2, 3, 4, 5, 9] {
            for bad in 0..=depth {
                let found = alone_and_within("dig", dig, bad * 100 + depth, 9_900 + depth);
                assert!(
                    found.concat().iter().any(|line| line.contains("a stone")),
                    "{depth} {bad}: {found:?}"
                );
            }
        }
    });
}

#[observe]
fn gather(x: u64) {
    for item in 0..x % 100 {
        pick(item * 10);
    }
    if x > 100 {
        let _dropped = fails("a hole in the bag");
    }
}

#[test]
fn more_children_than_there_is_room_for_are_told_in_order() {
    layered(|| {
        for many in [1, 2, 3, 4, 5, 13] {
            assert_eq!(alone_and_within("gather", gather, many, many), Vec::<Vec<String>>::new());
            let story = alone_and_within("gather", gather, many + 100, many).concat();
            let items = story.iter().filter(|line| line.starts_with("1 Event"));
            let items: Vec<bool> =
                items.zip(0..).map(|(line, n)| line.contains(&format!("{{ item: {} }}", n * 10))).collect();
            assert_eq!(items, vec![true; many as usize], "{story:?}");
        }
    });
}

#[observe]
fn risky(x: u64) -> Result<u64, String> {
    emit!(Captured { amount: 2 });
    match x {
        3 => Err("no luck".to_owned()),
        4 => panic!("all is lost"),
        _ => Ok(x),
    }
}

#[observe]
fn tries(x: u64) {
    pick(9);
    if x == 4 {
        let _caught = std::panic::catch_unwind(|| risky(4));
    } else {
        let _dropped = risky(x).ok();
    }
}

#[test]
fn children_that_do_not_fulfil_are_held_against_whoever_encloses_them() {
    let code = |x| alone_and_within("tries", tries, x, 2).concat().first().map(|told| told[..4].to_owned());
    assert_eq!(code(2), None);
    assert_eq!(code(3).as_deref(), Some("C101"));
    assert_eq!(code(4).as_deref(), Some("C101"));
}

#[observe]
fn counts(x: u64) -> u64 {
    count_below(x) + count_below(x)
}

#[observe]
fn count_below(x: u64) -> u64 {
    black_box(x)
}

#[test]
fn each_call_within_another_one_is_counted_once() {
    const CALLS: u64 = 10_000;
    let run = run(|| (0..CALLS).for_each(|x| assert_eq!(counts(x), 2 * x)));
    let of = |name: &str| {
        let totals = counted(name).unwrap();
        let timed: u64 = totals.buckets.iter().map(|(_, calls)| calls).sum();
        (totals.calls, totals.by_class, totals.active, timed)
    };
    assert_eq!(of("counts"), (CALLS, [CALLS, 0, 0, 0], 0, CALLS));
    assert_eq!(of("count_below"), (2 * CALLS, [2 * CALLS, 0, 0, 0], 0, 2 * CALLS));
    assert!(run.lost.is_empty());
}
