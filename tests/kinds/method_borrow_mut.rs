//! `&mut self` that returns a part of itself, also in an `Option` behind `?`.

#[derive(Debug, Default)]
struct Shelf {
    books: Vec<String>,
    looks: u32,
}

impl Shelf {
    // @attribute
    // @declared(ensures(self.looks > 0))
    fn last(&mut self) -> Option<&mut String> {
        self.looks += 1;
        let last = self.books.last_mut()?;
        Some(last)
    }

    // @attribute
    // @declared(key = at)
    fn at(&mut self, at: usize) -> &mut String {
        self.looks += 1;
        if at == 0 {
            return &mut self.books[0];
        }
        let book = &mut self.books[at];
        book
    }
}

fn main() {
    let mut shelf = Shelf { books: vec!["a".into(), "b".into()], looks: 0 };
    shelf.last().unwrap().push('1');
    shelf.at(0).push('2');
    shelf.at(1).push('3');
    assert_eq!((shelf.books.concat(), shelf.looks), ("a2b13".to_owned(), 3));
    assert!(Shelf::default().last().is_none());
}
