//! Temporaries of the tail live as long as the edition has it.

use std::cell::{Cell, RefCell};

thread_local! {
    static ORDER: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

struct Noisy(&'static str, Cell<u32>);

impl Noisy {
    fn get(&self) -> u32 {
        self.1.get()
    }
}

impl Drop for Noisy {
    fn drop(&mut self) {
        ORDER.with_borrow_mut(|order| order.push(self.0));
    }
}

// @attribute
// @declared(ensures(ret == 1))
fn tail() -> u32 {
    let _local = Noisy("local", Cell::new(0));
    Noisy("tail", Cell::new(1)).get()
}

fn plain() -> u32 {
    let _local = Noisy("local", Cell::new(0));
    Noisy("tail", Cell::new(1)).get()
}

// @attribute
// @declared(ensures(ret > 0))
fn tail_and_return(early: bool) -> Result<u32, String> {
    let _local = Noisy("local", Cell::new(0));
    if early {
        return Ok(Noisy("early", Cell::new(1)).get());
    }
    Noisy("tail", Cell::new(1)).get().checked_add(1).ok_or_else(String::new)
}

fn plain_and_return(early: bool) -> Result<u32, String> {
    let _local = Noisy("local", Cell::new(0));
    if early {
        return Ok(Noisy("early", Cell::new(1)).get());
    }
    Noisy("tail", Cell::new(1)).get().checked_add(1).ok_or_else(String::new)
}

struct Named {
    text: &'static str,
    _noisy: Noisy,
}

fn named() -> Named {
    Named { text: "named", _noisy: Noisy("named", Cell::new(0)) }
}

// @attribute
// @declared(ensures(ret == "named"))
fn borrowed_from_tail(_parameter: Noisy) -> &'static str {
    let _local = Noisy("local", Cell::new(0));
    &*named().text
}

fn plain_borrowed_from_tail(_parameter: Noisy) -> &'static str {
    let _local = Noisy("local", Cell::new(0));
    &*named().text
}

fn order<T>(f: impl FnOnce() -> T) -> String {
    f();
    ORDER.with_borrow_mut(|order| std::mem::take(order).join(" "))
}

fn main() {
    assert_eq!(order(tail), order(plain));
    for early in [true, false] {
        assert_eq!(order(|| tail_and_return(early)), order(|| plain_and_return(early)));
    }
    let parameter = || Noisy("parameter", Cell::new(0));
    assert_eq!(order(|| borrowed_from_tail(parameter())), order(|| plain_borrowed_from_tail(parameter())));
}
