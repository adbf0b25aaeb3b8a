use candor::Event;

#[derive(Event)]
#[event(unit = "EUR")]
struct Paid {
    amount: u64,
}

#[derive(Event)]
#[event(value = amount, unit = "EUR")]
struct Sold {
    amount: &'static str,
}

fn main() {}
