use candor::{Event, observe};

#[derive(Event)]
struct Paid;
#[derive(Event)]
struct Sent;

#[observe(emits(Paid), never(Paid))]
fn promised_and_ruled_out() {}

#[observe(never(Sent), emits(Paid | Sent))]
fn one_of_which_one_is_ruled_out() {}

#[observe(via(Paid), never(Paid))]
fn on_the_path_and_ruled_out() {}

#[observe(compensates(Paid => Sent), never(Sent))]
fn undone_by_what_is_ruled_out() {}

#[observe(at_most(0 Paid))]
fn at_most_none() {}

#[observe(emits(Paid * 3), at_most(2 Paid))]
fn more_than_allowed() {}

#[observe(emits(Paid * 3..=1))]
fn no_such_number() {}

#[observe(before(Paid, Sent), before(Sent, Paid))]
fn each_before_the_other() {}

#[observe(recovers(_ => "best effort" max 0))]
fn recovers_nothing() {}

#[observe(emits(Paid * 2, failed => Paid * 0), at_most(2 Paid), never(Sent))]
fn these_can_be_kept() {}

#[derive(Event)]
enum Several {
    One,
}

fn main() {
    these_can_be_kept();
}
