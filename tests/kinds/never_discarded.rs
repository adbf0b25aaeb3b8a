//! What never comes: diverging expressions where a value is thrown away, and closures and threads that never return one.
#![allow(unreachable_code, unused_assignments, unused_must_use, unused_variables, unused_mut)]

use std::panic::{catch_unwind, resume_unwind};
use std::thread;

fn leave(n: u32) -> ! {
    resume_unwind(Box::new(n))
}

// @attribute mute
// @declared(requires(n < 9))
fn thrown_away(n: u32) {
    match n {
        0 => {
            let _ = leave(n);
        }
        1 => {
            let _ = { leave(n) };
        }
        2 => {
            let _ = (|| -> ! { leave(n) })();
        }
        3 => {
            let closure = || leave(n);
            let _ = closure();
        }
        4 => {
            let pointer: fn(u32) -> ! = leave;
            let _ = pointer(n);
        }
        5 => drop(leave(n)),
        6 => _ = leave(n),
        7 => {
            let _ = if n == 7 { leave(n) } else { return };
        }
        _ => {
            let mut last = Ok::<u32, String>(1);
            last = leave(n);
            drop(last);
        }
    }
}

// @attribute
// @declared(always(ret.is_some()))
fn threads(n: u32) -> Option<u32> {
    if n > 2 {
        return Some(n);
    }
    thread::spawn(move || leave(n)).join().ok();
    let _ = thread::spawn(move || leave(n)).join();
    let handle = thread::spawn(move || {
        let _ = n.checked_add(1);
        leave(n)
    });
    if handle.join().is_ok() {
        return None;
    }
    match thread::spawn(move || panic!("{}", resume_unwind(Box::new(n)))).join() {
        Ok(()) => None,
        Err(_) => Some(n),
    }
}

// @attribute
// @declared(always(ret > 0))
fn decided_later(text: &'static str) -> u32 {
    let read = thread::spawn(|| text.parse().unwrap());
    let made = thread::spawn(|| Default::default());
    let (read, made): (u32, u32) = (read.join().unwrap(), made.join().unwrap());
    read + made
}

// @attribute
// @declared(always(ret > 0))
fn replaced_by(n: u32) -> u32 {
    let handle = thread::spawn(move || leave(n));
    if n > 0 {
        return n;
    }
    handle.join().unwrap_or(5)
}

// @attribute mute
// @declared(ensures(true), always(true))
fn hidden(n: u32) -> impl std::fmt::Debug {
    leave(n)
}

fn main() {
    for n in 0..9 {
        assert_eq!(catch_unwind(|| thrown_away(n)).unwrap_err().downcast_ref::<u32>(), Some(&n));
    }
    assert_eq!((threads(3), replaced_by(3)), (Some(3), 3));
    assert_eq!(decided_later("7"), 7);
    assert!(catch_unwind(|| drop(hidden(1))).is_err());
}
