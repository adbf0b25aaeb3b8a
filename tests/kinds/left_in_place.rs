//! `let _ = place;` leaves a place where it is: it is not drawn into a closure or a future, and may have been moved before.

use std::cell::Cell;
use std::rc::Rc;

struct Noisy<'a>(&'a Cell<u32>);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

fn send<T: Send>(value: T) -> T {
    value
}

fn read(text: &str) -> Result<u32, String> {
    text.parse::<u32>().map_err(|e| e.to_string())
}

// @attribute
// @declared(always(ret == 0))
fn in_closures(dropped: &Cell<u32>) -> u32 {
    let counted = Rc::new(read("1"));
    let sent = send(move || {
        let _ = counted;
    });
    sent();
    let noisy = Noisy(dropped);
    {
        let closure = move || {
            let _ = noisy;
        };
        closure();
    }
    let future = Rc::new(2);
    drop(send(async move {
        let _ = future;
    }));
    dropped.get()
}

// @attribute
// @declared(always(ret == 3))
fn moved_before(text: String) -> usize {
    let length = text.len();
    let result = read("5");
    println!("{}", result.unwrap_or_default());
    let _ = result;
    drop(text);
    let _ = text;
    let pair = (String::new(), read("6"));
    let (first, ..) = pair;
    let _ = pair;
    length + first.len()
}

fn main() {
    let dropped = Cell::new(0);
    assert_eq!((in_closures(&dropped), dropped.get()), (0, 1));
    assert_eq!(moved_before("abc".to_owned()), 3);
}
