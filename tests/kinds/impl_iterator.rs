//! `-> impl Iterator` that borrows its arguments.

// @attribute mute
// @declared(requires(*least < 9))
fn above<'a>(all: &'a [u32], least: &'a u32) -> impl Iterator<Item = &'a u32> + 'a {
    all.iter().filter(move |n| *n > least)
}

struct Bag(Vec<u32>);

impl Bag {
    // @attribute mute
    // @declared(requires(!self.0.is_empty()))
    fn all(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().copied()
    }

    // @attribute mute
    // @declared(requires(!self.0.is_empty()))
    fn all_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.0.iter_mut()
    }
}

fn main() {
    assert_eq!(above(&[1, 5, 7], &3).sum::<u32>(), 12);
    let mut bag = Bag(vec![1, 2]);
    bag.all_mut().for_each(|n| *n += 1);
    assert_eq!(bag.all().sum::<u32>(), 5);
}
