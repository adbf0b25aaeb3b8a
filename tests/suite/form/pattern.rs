//! Patterns that an `Err` does not match, and arms that ignore it.
#![allow(
    clippy::manual_ok_err,
    clippy::manual_unwrap_or,
    clippy::manual_unwrap_or_default,
    clippy::match_like_matches_macro,
    clippy::single_match,
    clippy::redundant_pattern_matching,
    clippy::manual_flatten,
    clippy::unnecessary_filter_map,
    reason = "the forms are what is tested"
)]

use candor::observe;

use super::forms;
use crate::kit::{Flaky, NOTHING, codes_of, fails, none, reject};

forms! {
    if_let_ok "C101 V"
    if_let_ok_else "C101 V"
    if_let_err "C101 V"
    let_else "C101 V"
    match_wild "C101 V"
    match_log "C101 V"
    match_underscore "C101 V"
    match_value "C103 S"
    match_guard "C101 V"
    filter_map_ok "C114 V 2"
    flat_map_ok "C114 V 2"
}

mod result {
    use super::*;

    #[observe]
    pub(super) fn if_let_ok() -> u32 {
        let line = line!() + 1;
        if let Ok(value) = fails() {
            return value;
        }
        line
    }

    #[observe]
    pub(super) fn if_let_ok_else() -> u32 {
        let line = line!() + 1;
        if let Ok(value) = fails() {
            return value;
        } else {
            println!("none");
        }
        line
    }

    #[observe]
    pub(super) fn if_let_err() -> u32 {
        let line = line!() + 1;
        if let Err(fault) = fails() {
            println!("{fault}");
        }
        line
    }

    #[observe]
    pub(super) fn if_let_chain() -> u32 {
        let line = line!() + 2;
        if line > 0
            && let Ok(value) = fails()
        {
            return value;
        }
        line
    }

    #[observe]
    pub(super) fn let_else() -> u32 {
        let line = line!() + 1;
        let Ok(_value) = fails() else {
            return line;
        };
        line
    }

    #[observe]
    pub(super) fn match_wild() -> u32 {
        let line = line!() + 3;
        match fails() {
            Ok(value) => println!("{value}"),
            Err(_) => {}
        }
        line
    }

    #[observe]
    pub(super) fn match_log() -> u32 {
        let line = line!() + 3;
        match fails() {
            Ok(value) => println!("{value}"),
            Err(fault) => tracing::info!("{fault}"),
        }
        line
    }

    #[observe]
    pub(super) fn match_underscore() -> u32 {
        let line = line!() + 3;
        match fails() {
            Ok(value) => println!("{value}"),
            _ => {}
        }
        line
    }

    #[observe]
    pub(super) fn match_value() -> u32 {
        let line = line!() + 3;
        let _value = match fails() {
            Ok(value) => value,
            Err(_) => 0,
        };
        line
    }

    #[observe]
    pub(super) fn match_guard() -> u32 {
        let line = line!() + 3;
        match fails() {
            Ok(value) => println!("{value}"),
            Err(_) if line > 0 => {}
            Err(_) => {}
        }
        line
    }

    #[observe]
    pub(super) fn filter_map_ok() -> u32 {
        let line = line!() + 1;
        let _count = [1, 2].map(reject).into_iter().filter_map(Result::ok).count();
        line
    }

    #[observe]
    pub(super) fn flat_map_ok() -> u32 {
        let line = line!() + 1;
        let _count = [1, 2].map(reject).into_iter().flat_map(Result::ok).count();
        line
    }
}

mod option {
    use super::*;

    #[observe]
    pub(super) fn if_let_ok() -> u32 {
        let line = line!() + 1;
        if let Some(value) = none() {
            return value;
        }
        line
    }

    #[observe]
    pub(super) fn if_let_ok_else() -> u32 {
        let line = line!() + 1;
        if let Some(value) = none() {
            return value;
        } else {
            println!("none");
        }
        line
    }

    #[observe]
    pub(super) fn if_let_err() -> u32 {
        let line = line!() + 1;
        if let None = none() {
            println!("none");
        }
        line
    }

    #[observe]
    pub(super) fn if_let_chain() -> u32 {
        let line = line!() + 2;
        if line > 0
            && let Some(value) = none()
        {
            return value;
        }
        line
    }

    #[observe]
    pub(super) fn let_else() -> u32 {
        let line = line!() + 1;
        let Some(_value) = none() else {
            return line;
        };
        line
    }

    #[observe]
    pub(super) fn match_wild() -> u32 {
        let line = line!() + 3;
        match none() {
            Some(value) => println!("{value}"),
            None => {}
        }
        line
    }

    #[observe]
    pub(super) fn match_log() -> u32 {
        let line = line!() + 3;
        match none() {
            Some(value) => println!("{value}"),
            None => tracing::info!("none"),
        }
        line
    }

    #[observe]
    pub(super) fn match_underscore() -> u32 {
        let line = line!() + 3;
        match none() {
            Some(value) => println!("{value}"),
            _ => {}
        }
        line
    }

    #[observe]
    pub(super) fn match_value() -> u32 {
        let line = line!() + 3;
        let _value = match none() {
            Some(value) => value,
            None => 0,
        };
        line
    }

    #[observe]
    pub(super) fn match_guard() -> u32 {
        let line = line!() + 3;
        match none() {
            Some(value) => println!("{value}"),
            None if line > 0 => {}
            None => {}
        }
        line
    }

    #[observe]
    pub(super) fn filter_map_ok() -> u32 {
        let line = line!() + 1;
        let _count = [none(), none()].into_iter().flatten().count();
        line
    }

    #[observe]
    pub(super) fn flat_map_ok() -> u32 {
        let line = line!() + 1;
        let _count = [none(), none()].into_iter().filter_map(|one| one).count();
        line
    }
}

/// The natural end of a loop is no drop; an error inside of it is.
#[test]
fn while_let() {
    #[observe]
    fn ends() -> u32 {
        while let Ok(value) = fails() {
            println!("{value}");
        }
        0
    }
    #[observe]
    fn drops_inside() -> u32 {
        let (mut left, line) = (vec![1], line!() + 2);
        while let Some(id) = left.pop() {
            reject(id).ok();
        }
        line
    }
    super::unseen(ends);
    super::seen(drops_inside, "C114 V");
}

/// The body of `while let Err(..)` drops an error like any other arm, when no `Ok` supersedes it.
#[test]
fn while_let_err() {
    #[observe]
    fn gives_up(flaky: &Flaky) -> u32 {
        let mut left = 3;
        while let Err(fault) = flaky.call() {
            println!("{fault}");
            left -= 1;
            if left == 0 {
                break;
            }
        }
        left
    }
    #[observe]
    fn only_tells(flaky: &Flaky) -> u32 {
        while let Err(fault) = flaky.call() {
            println!("{fault}");
        }
        7
    }
    // The body counts down, so it does something else with the error than tell it.
    assert_eq!(codes_of(|| assert_eq!(gives_up(&Flaky::new(9)), 0)), ["C101 S 3"]);
    assert_eq!(codes_of(|| assert_eq!(gives_up(&Flaky::new(2)), 1)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(only_tells(&Flaky::new(2)), 7)), NOTHING);
}

/// One pattern for both sides ignores the error like an arm of its own.
#[test]
fn match_both_sides() {
    #[observe]
    fn operation() -> u32 {
        let line = line!() + 2;
        match fails() {
            Ok(_) | Err(_) => {}
        }
        line
    }
    super::seen(operation, "C101 V");
}

/// In a chain over several lines, the line is that of the `let`.
#[test]
fn if_let_chain_at_its_line() {
    super::seen(result::if_let_chain, "C101 V");
}

#[test]
fn if_let_chain() {
    assert_eq!(codes_of(|| _ = result::if_let_chain()), ["C101 V"]);
    super::unseen(option::if_let_chain);
}
