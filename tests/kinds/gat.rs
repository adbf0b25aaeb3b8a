//! Generic associated types and lending iterators.

trait Lend {
    type Item<'a>
    where
        Self: 'a;

    fn lend<'a>(&'a mut self) -> Option<Self::Item<'a>>;
}

struct Windows {
    all: Vec<u32>,
    at: usize,
}

impl Lend for Windows {
    type Item<'a> = &'a mut [u32];

    // @attribute
    // @declared(ensures(ret.len() == 2))
    fn lend<'a>(&'a mut self) -> Option<Self::Item<'a>> {
        let at = self.at;
        self.at += 1;
        self.all.get_mut(at..at + 2)
    }
}

fn main() {
    let mut windows = Windows { all: vec![1, 2, 3], at: 0 };
    windows.lend().unwrap()[0] = 9;
    assert_eq!(windows.lend().unwrap(), [2, 3]);
    assert!(windows.lend().is_none());
    assert_eq!(windows.all[0], 9);
}
