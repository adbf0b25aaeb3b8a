use candor::observe;

struct Payment;

#[observe(emits(Payment))]
fn not_an_event() {}

fn main() {}
