use candor::observe;

#[observe(emits(), never, key)]
fn says_nothing() {}

fn main() {}
