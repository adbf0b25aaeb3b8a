use candor::{Event, observe};

#[derive(Event)]
struct Paid;

#[observe(
    emitz(A),
    maintains(x > 0),
    allow(C103 = "a", until = "soon"),
    outcome(None => sad),
    leevl = "info",
    bogus(1),
    emits(Paid || Paid, Paid *),
    before(Paid, Paid),
    requires(x >),
    ensures(count(1) == 1),
    skip(y),
    cancel_safe,
    level = "shout",
)]
fn everything_at_once(x: i32) -> Option<i32> {
    Some(x)
}

fn main() {
    everything_at_once(1);
}
