use candor::{Event, observe};

#[derive(Event)]
struct Paid;
#[derive(Event)]
struct Deferred;

#[observe(emits(Paid || Deferred))]
fn twice_as_many_bars() {}

#[observe(emits(faild => Deferred))]
fn misspelt_outcome() {}

#[observe(outcome(None || Some(0) => refused))]
fn bars_in_a_pattern() -> Option<u32> {
    None
}

#[observe(outcome(None => refusd, Some(0) => sad))]
fn misspelt_class() -> Option<u32> {
    None
}

fn main() {}
