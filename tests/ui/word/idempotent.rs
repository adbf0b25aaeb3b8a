use candor::{Event, observe};

#[derive(Event)]
struct Charged {
    order: u64,
    request: u64,
}

#[observe(idempotent)]
fn without_a_key() {}

#[observe(key = order, idempotent, at_most(1 Charged by order))]
fn holds_whatever_it_does(order: u64) {}

#[observe(at_most(1 Charged by order idempotent))]
fn names_no_field() {}

#[observe(at_most(1 Charged idempotent by order))]
fn a_word_is_no_field() {}

#[observe(at_most(1 Charged by order by request))]
fn one_word_twice() {}

#[observe(key = request, idempotent)]
fn this_is_how(request: u64) {}

#[observe(key = order, at_most(1 Charged by order idempotent request))]
fn and_so_is_this(order: u64) {}

fn main() {
    this_is_how(1);
    and_so_is_this(1);
}
