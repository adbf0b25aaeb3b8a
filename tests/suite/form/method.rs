//! Methods that take a `Result` apart, and statements that throw it away.

use candor::observe;

use super::forms;
use crate::kit::{fails, none, works};

forms! {
    ok "C101 V"
    unwrap_or "C103 S"
    unwrap_or_else "C103 S"
    unwrap_or_default "C103 S"
    map_or "C103 S"
    map_or_else "C103 S"
    or "C103 S"
    or_else "C103 S"
    is_ok "C101 V"
    is_err "C101 V"
    is_ok_and "C101 V"
    let_underscore "C101 V"
    assign_underscore "C101 V"
    drop_call "C101 V"
}

mod result {
    use super::*;

    #[observe]
    pub(super) fn ok() -> u32 {
        let line = line!() + 1;
        fails().ok();
        line
    }

    #[observe]
    pub(super) fn unwrap_or() -> u32 {
        let line = line!() + 1;
        let _value = fails().unwrap_or(1);
        line
    }

    #[observe]
    pub(super) fn unwrap_or_else() -> u32 {
        let line = line!() + 1;
        let _value = fails().unwrap_or_else(|_| 1);
        line
    }

    #[observe]
    pub(super) fn unwrap_or_default() -> u32 {
        let line = line!() + 1;
        let _value = fails().unwrap_or_default();
        line
    }

    #[observe]
    pub(super) fn map_or() -> u32 {
        let line = line!() + 1;
        let _value = fails().map_or(1, |value| value + 1);
        line
    }

    #[observe]
    pub(super) fn map_or_else() -> u32 {
        let line = line!() + 1;
        let _value = fails().map_or_else(|_| 1, |value| value + 1);
        line
    }

    #[observe]
    pub(super) fn or() -> u32 {
        let line = line!() + 1;
        let _value = fails().or(works());
        line
    }

    #[observe]
    pub(super) fn or_else() -> u32 {
        let line = line!() + 1;
        let _value = fails().or_else(|_| works());
        line
    }

    #[observe]
    pub(super) fn is_ok() -> u32 {
        let line = line!() + 1;
        let _value = fails().is_ok();
        line
    }

    #[observe]
    pub(super) fn is_err() -> u32 {
        let line = line!() + 1;
        let _value = fails().is_err();
        line
    }

    #[observe]
    pub(super) fn is_ok_and() -> u32 {
        let line = line!() + 1;
        let _value = fails().is_ok_and(|value| value > 1);
        line
    }

    #[observe]
    pub(super) fn let_underscore() -> u32 {
        let line = line!() + 1;
        let _ = fails();
        line
    }

    #[observe]
    pub(super) fn assign_underscore() -> u32 {
        let line = line!() + 1;
        _ = fails();
        line
    }

    #[observe]
    pub(super) fn drop_call() -> u32 {
        let line = line!() + 1;
        drop(fails());
        line
    }
}

mod option {
    use super::*;

    #[observe]
    pub(super) fn ok() -> u32 {
        let line = line!() + 1;
        none().ok_or(0).unwrap_or_else(|zero| zero);
        line
    }

    #[observe]
    pub(super) fn unwrap_or() -> u32 {
        let line = line!() + 1;
        let _value = none().unwrap_or(1);
        line
    }

    #[observe]
    pub(super) fn unwrap_or_else() -> u32 {
        let line = line!() + 1;
        let _value = none().unwrap_or_else(|| 1);
        line
    }

    #[observe]
    pub(super) fn unwrap_or_default() -> u32 {
        let line = line!() + 1;
        let _value = none().unwrap_or_default();
        line
    }

    #[observe]
    pub(super) fn map_or() -> u32 {
        let line = line!() + 1;
        let _value = none().map_or(1, |value| value + 1);
        line
    }

    #[observe]
    pub(super) fn map_or_else() -> u32 {
        let line = line!() + 1;
        let _value = none().map_or_else(|| 1, |value| value + 1);
        line
    }

    #[observe]
    pub(super) fn or() -> u32 {
        let line = line!() + 1;
        let _value = none().or(Some(7));
        line
    }

    #[observe]
    pub(super) fn or_else() -> u32 {
        let line = line!() + 1;
        let _value = none().or_else(|| Some(7));
        line
    }

    #[observe]
    pub(super) fn is_ok() -> u32 {
        let line = line!() + 1;
        let _value = none().is_some();
        line
    }

    #[observe]
    pub(super) fn is_err() -> u32 {
        let line = line!() + 1;
        let _value = none().is_none();
        line
    }

    #[observe]
    pub(super) fn is_ok_and() -> u32 {
        let line = line!() + 1;
        let _value = none().is_some_and(|value| value > 1);
        line
    }

    #[observe]
    pub(super) fn let_underscore() -> u32 {
        let line = line!() + 1;
        let _ = none();
        line
    }

    #[observe]
    pub(super) fn assign_underscore() -> u32 {
        let line = line!() + 1;
        _ = none();
        line
    }

    #[observe]
    pub(super) fn drop_call() -> u32 {
        let line = line!() + 1;
        drop(none().map(|value| value.to_string()));
        line
    }
}

/// In a chain over several lines, the line is that of the method.
#[test]
fn at_the_line_of_the_method() {
    #[observe]
    fn operation() -> u32 {
        let line = line!() + 3;
        let _value = fails()
            .map(|value| value + 1) // this comment keeps the chain on its lines
            .unwrap_or(1);
        line
    }
    super::seen(operation, "C103 S");
}

/// A place that holds the error is seen where it is taken apart.
#[test]
fn at_the_place_that_is_taken_apart() {
    #[observe]
    fn operation() -> u32 {
        let result = fails();
        let line = line!() + 1;
        result.ok();
        line
    }
    super::seen(operation, "C101 V");
}

/// A value with a name of its own is not dropped, and a look at a place drops nothing.
#[test]
fn names_and_looks_are_silent() {
    #[observe]
    fn operation() -> u32 {
        let result = fails();
        if result.is_err() {
            return result.map_or_else(|fault| fault.to_string().len() as u32, |value| value);
        }
        0
    }
    super::unseen(operation);
}
