//! Borrows that rely on two phases, on disjoint fields and on non-lexical lifetimes.

#[derive(Default)]
struct Store {
    all: Vec<usize>,
    last: usize,
    names: Vec<String>,
}

impl Store {
    // @attribute
    // @declared(track(self.last), maintains(self.last < 9), ensures(ret > 0))
    fn push(&mut self) -> usize {
        self.all.push(self.all.len());
        let Store { all, last, .. } = self;
        for n in all.iter_mut() {
            *n += 1;
            *last = *n;
        }
        let first = &mut self.all[0];
        let name = &self.names;
        *first += name.len();
        let first = *first;
        self.last = self.all.iter().copied().max().unwrap_or(first);
        self.last
    }

    // @attribute
    // @declared(key = 1)
    fn take(&mut self) -> Option<Box<Store>> {
        let names = std::mem::take(&mut self.names);
        let _first = names.into_iter().next()?;
        Some(Box::new(std::mem::take(self)))
    }
}

fn main() {
    let mut store = Store::default();
    assert_eq!((store.push(), store.push()), (1, 2));
    assert!(store.take().is_none());
    store.names.push("a".to_owned());
    assert_eq!(store.take().unwrap().last, 2);
}
