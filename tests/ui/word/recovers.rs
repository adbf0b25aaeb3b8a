use candor::observe;

#[observe(recovers(std::io::Error))]
fn no_reason() {}

#[observe(recovers(_ => ""))]
fn empty_reason() {}

#[observe(outcome(None => rejected))]
fn no_such_class() -> Option<u8> {
    None
}

fn main() {}
