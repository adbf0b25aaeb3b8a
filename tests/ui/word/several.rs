use candor::observe;

#[observe(emitz(A), maintains(x > 0), allow(C103 = "a", until = "soon"), outcome(None => sad))]
fn everything_at_once(x: i32) -> Option<i32> {
    Some(x)
}

fn main() {
    everything_at_once(1);
}
