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

fn order(f: fn() -> u32) -> String {
    f();
    ORDER.with_borrow_mut(|order| std::mem::take(order).join(" "))
}

fn main() {
    assert_eq!(order(tail), order(plain));
}
