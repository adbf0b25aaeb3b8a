//! Threads, scoped and not, within the body.

// @attribute
// @declared(ensures(ret > 0))
fn parallel(all: &[u32]) -> u32 {
    let (left, right) = all.split_at(all.len() / 2);
    let sum = |all: &[u32]| all.iter().sum::<u32>();
    std::thread::scope(|scope| {
        let left = scope.spawn(|| sum(left));
        let right = scope.spawn(|| sum(right));
        left.join().unwrap() + right.join().unwrap()
    })
}

// @attribute
// @declared(ensures(ret == 1))
fn spawned() -> u32 {
    std::thread::spawn(move || 1).join().unwrap()
}

fn main() {
    assert_eq!(parallel(&[1, 2, 3]), 6);
    assert_eq!(spawned(), 1);
}
