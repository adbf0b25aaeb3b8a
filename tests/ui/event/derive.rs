use candor::{Event, Outcome};

#[derive(Event)]
struct Paid {
    #[event(skp)]
    secret: u64,
    #[event(hidden)]
    card: u64,
}

#[derive(Outcome)]
enum OrderError {
    #[outcome(refusd)]
    Declined,
    #[outcome(sad)]
    Broken,
    #[outcome(failed, refused)]
    Both,
}

fn main() {}
