use candor::observe;

#[observe(key = 1, key = 2, name = "a", name = "b")]
fn said_twice() {}

fn main() {}
