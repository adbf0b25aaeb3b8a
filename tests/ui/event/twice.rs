use candor::{Event, observe};

#[derive(Event)]
struct Paid;
#[derive(Event)]
struct Sent;

#[observe(before(Paid, Paid))]
fn before_itself() {}

#[observe(together(Paid, Sent, Paid))]
fn together_with_itself() {}

#[observe(compensates(Paid => Paid))]
fn undone_by_itself() {}

#[observe(emits(Paid | Paid))]
fn one_of_one() {}

#[observe(emits(Paid, Paid), never(Sent), never(Sent))]
fn promised_twice() {}

#[observe(emits(Paid, failed => Paid * 2), emits(failed => Paid), claims(Paid, Paid), via(Paid), via(Paid))]
fn promised_twice_for_one_outcome() {}

#[observe(at_most(1 Paid), at_most(2 Paid), before(Paid, Sent), before(Paid, Sent))]
fn limited_twice() {}

#[observe(requires(n > 0), requires(n > 0), ensures(n > 0), track(n, n), maintains(n > 0, n > 0))]
fn said_twice(n: u32) {}

#[observe(recovers(_ => "a"), recovers(_ => "b"), outcome(None => refused, None => failed))]
fn dealt_with_twice() -> Option<u32> {
    None
}

#[observe(allow(C103 = "a"), allow(C103 = "b"), agrees(total, total))]
fn allowed_twice() {}

fn main() {}
