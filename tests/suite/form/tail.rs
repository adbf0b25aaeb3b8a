//! What a tail makes and borrows from is gone before the locals are, as without the attribute: otherwise these do not compile.
#![allow(clippy::explicit_auto_deref, reason = "the forms are what is tested")]

use std::cell::RefCell;
use std::sync::Mutex;

use candor::observe;

use crate::kit::{Fault, NOTHING, block_on, codes_of};

#[observe]
fn guarded() -> &'static str {
    let names = Mutex::new("a");
    &**names.lock().unwrap()
}

#[observe(ensures(!ret.is_empty()))]
fn declared(choice: u32) -> &'static str {
    let names = RefCell::new(["a", "b"]);
    if choice > 1 {
        return names.borrow()[1];
    }
    match choice {
        0 => &*names.borrow()[0],
        _ => "c",
    }
}

#[observe]
fn within(early: bool) -> Result<(&'static str, u32), Fault> {
    let names = RefCell::new("a");
    if early {
        return Err(Fault::Timeout);
    }
    Ok((&**names.borrow(), 1))
}

#[observe]
async fn asynchronous() -> &'static str {
    let names = RefCell::new("a");
    &**names.borrow()
}

#[test]
fn a_tail_borrows_from_a_local() {
    assert_eq!(codes_of(|| assert_eq!(guarded(), "a")), NOTHING);
    assert_eq!(codes_of(|| assert_eq!([0, 1, 2].map(declared), ["a", "c", "b"])), NOTHING);
    assert_eq!(
        codes_of(|| assert_eq!((within(false), within(true)), (Ok(("a", 1)), Err(Fault::Timeout)))),
        NOTHING
    );
    assert_eq!(codes_of(|| assert_eq!(block_on(asynchronous()), "a")), NOTHING);
}
