//! Arguments and locals that cannot be sent to another thread.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

// @attribute
// @declared(requires(n.get() < 9), ensures(ret > 0))
fn local(n: Rc<Cell<u32>>, all: &RefCell<Vec<u32>>) -> u32 {
    n.set(n.get() + 1);
    let mut all = all.borrow_mut();
    all.push(n.get());
    all.iter().sum()
}

fn main() {
    let all = RefCell::new(vec![1]);
    assert_eq!(local(Rc::new(Cell::new(1)), &all), 3);
    assert_eq!(all.into_inner(), [1, 2]);
}
