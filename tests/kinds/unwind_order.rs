//! A panic passes, and everything is dropped on its way.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

struct Noisy<'a>(&'a Mutex<Vec<u32>>, u32);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(self.1);
    }
}

// @attribute
// @declared(key = n)
fn panics(n: u32, order: &Mutex<Vec<u32>>) -> u32 {
    let _first = Noisy(order, 1);
    let _second = Noisy(order, 2);
    if n > 1 {
        std::panic::resume_unwind(Box::new(n));
    }
    n
}

fn main() {
    let order = Mutex::new(Vec::new());
    let thrown = catch_unwind(AssertUnwindSafe(|| panics(2, &order))).unwrap_err();
    assert_eq!(thrown.downcast_ref::<u32>(), Some(&2));
    assert_eq!(*order.lock().unwrap(), [2, 1]);
    assert_eq!(panics(1, &order), 1);
}
