use candor::observe;

#[observe]
const fn doubled(n: u32) -> u32 {
    n * 2
}

fn main() {
    assert_eq!(doubled(1), 2);
}
