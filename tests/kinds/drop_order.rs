//! Locals, parameters and temporaries are dropped in their order.

use std::cell::RefCell;

thread_local! {
    static ORDER: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        ORDER.with_borrow_mut(|order| order.push(self.0));
    }
}

impl Noisy {
    fn name(&self) -> &'static str {
        self.0
    }
}

// @attribute
// @declared(ensures(ret > 0), always(a.0 == "a"))
fn order(a: Noisy, _: Noisy, _c: Noisy, (d, _): (Noisy, Noisy)) -> usize {
    let local = Noisy("local");
    let _ = Noisy("unbound");
    let length = Noisy("temporary").name().len();
    if d.name() == "early" {
        return length;
    }
    let length = match Noisy("scrutinee").name() {
        "" => 0,
        name => name.len() + length + local.name().len() + a.name().len(),
    };
    length
}

fn run(d: &'static str) -> String {
    order(Noisy("a"), Noisy("b"), Noisy("c"), (Noisy(d), Noisy("e")));
    ORDER.with_borrow_mut(|order| std::mem::take(order).join(" "))
}

fn main() {
    assert_eq!(run("d"), "unbound temporary scrutinee local ".to_owned() + &rest("d"));
    assert_eq!(run("early"), "unbound temporary local ".to_owned() + &rest("early"));
}

/// What the same parameters do in a function without anything in it.
fn rest(d: &'static str) -> String {
    fn plain(_a: Noisy, _: Noisy, _c: Noisy, (_d, _): (Noisy, Noisy)) {}
    let before = ORDER.with_borrow_mut(std::mem::take);
    plain(Noisy("a"), Noisy("b"), Noisy("c"), (Noisy(d), Noisy("e")));
    ORDER.with_borrow_mut(|order| std::mem::replace(order, before).join(" "))
}
