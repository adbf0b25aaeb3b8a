use candor::observe;

#[observe(track(total), maintains(totl >= 0))]
fn misspelt(mut total: i64) -> i64 {
    total += 1;
    total
}

#[observe(maintains(total >= 0))]
fn nothing_tracked(mut total: i64) -> i64 {
    total += 1;
    total
}

fn main() {}
