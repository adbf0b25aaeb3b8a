//! `impl Trait + use<..>` captures what it names.
// @edition 2024

// @attribute mute
// @declared(requires(n < 9))
fn counted<'a, T>(_unused: &'a T, n: u32) -> impl Iterator<Item = u32> + use<T> {
    0..n
}

fn main() {
    let counted = {
        let local = 1;
        counted(&local, 3)
    };
    assert_eq!(counted.sum::<u32>(), 3);
}
