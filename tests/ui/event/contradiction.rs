use candor::{Event, observe};

#[derive(Event)]
struct Paid;

#[observe(emits(Paid), never(Paid))]
fn promised_and_ruled_out() {}

#[derive(Event)]
enum Several {
    One,
}

fn main() {}
