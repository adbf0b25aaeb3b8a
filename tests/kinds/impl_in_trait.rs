//! `-> impl Trait` in traits, and blanket, generic and reference implementations.

trait Listed {
    fn listed(&self) -> impl Iterator<Item = u32>;

    // @attribute mute
    // @declared(requires(self.listed().count() < 9))
    fn doubled(&self) -> impl Iterator<Item = u32> {
        self.listed().map(|n| n * 2)
    }
}

impl Listed for [u32] {
    // @attribute mute
    // @declared(requires(!self.is_empty()))
    fn listed(&self) -> impl Iterator<Item = u32> {
        self.iter().copied()
    }
}

trait Total<T> {
    fn total(self) -> T;
}

impl<'a, I, T> Total<T> for &'a I
where
    I: ?Sized,
    &'a I: IntoIterator<Item = &'a T>,
    T: std::iter::Sum<&'a T> + PartialOrd + 'a,
{
    // @attribute mute
    // @declared(key = 1)
    fn total(self) -> T {
        self.into_iter().sum()
    }
}

fn main() {
    assert_eq!([1, 2].doubled().sum::<u32>(), 6);
    assert_eq!(vec![1, 2].total(), 3);
}
