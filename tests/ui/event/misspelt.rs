use candor::{Event, observe};

#[derive(Event)]
struct PaymentCaptured {
    amount: u64,
}

#[observe(emits(PaymentCapturd))]
fn misspelt() {}

#[observe(ensures(count(PaymentCapturd) == 1))]
fn misspelt_in_a_count() {}

#[observe(ensures(sum(PaymentCaptured.amuont) == 1))]
fn misspelt_field() {}

fn main() {}
