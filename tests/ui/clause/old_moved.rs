use candor::observe;

#[observe(ensures(ret.len() == old(text).len()))]
fn old_of_a_moved_value(text: String) -> String {
    text
}

fn main() {}
