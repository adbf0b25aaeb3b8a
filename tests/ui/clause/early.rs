use candor::{Event, observe};

#[derive(Event)]
struct Paid;

#[observe(requires(count(Paid) == 0))]
fn nothing_has_happened_yet() {}

#[observe(ensures(count(1) == 0), always(sum(Paid) == 0))]
fn not_countable() {}

fn main() {}
