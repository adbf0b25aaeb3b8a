//! Guards of locks and cells that are returned, and scrutinees that hold one.

use std::cell::{Ref, RefCell};
use std::sync::{Mutex, MutexGuard, PoisonError};

// @attribute
// @declared(ensures(**ret > 0))
fn locked(n: &Mutex<u32>) -> MutexGuard<'_, u32> {
    n.lock().unwrap_or_else(PoisonError::into_inner)
}

// @attribute
// @declared(ensures(ret.len() == 1))
fn borrowed(all: &RefCell<Vec<u32>>) -> Ref<'_, [u32]> {
    Ref::map(all.borrow(), |all| all.as_slice())
}

// @attribute
// @declared(ensures(ret < 9))
fn held(n: &Mutex<Option<u32>>) -> u32 {
    if let Some(n) = n.lock().unwrap().as_mut() {
        *n += 1;
        return *n;
    }
    match *n.lock().unwrap() {
        Some(n) => n,
        None => 0,
    }
}

fn main() {
    let n = Mutex::new(1);
    *locked(&n) += 1;
    assert_eq!(*n.lock().unwrap(), 2);
    assert_eq!(*borrowed(&RefCell::new(vec![1])), [1]);
    assert_eq!((held(&Mutex::new(Some(1))), held(&Mutex::new(None))), (2, 0));
}
