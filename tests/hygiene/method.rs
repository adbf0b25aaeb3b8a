//! Methods, traits, mutable borrows that are returned, consumed receivers.
#![deny(warnings)]
#![forbid(unsafe_code)]

use candor::observe;

#[derive(Debug, Default)]
struct Shelf {
    books: Vec<String>,
    lent: u32,
}

impl Shelf {
    #[observe]
    fn first_mut(&mut self) -> Option<&mut String> {
        self.lent += 1;
        self.books.first_mut()
    }

    #[observe(always(self.lent < 100), ensures(self.lent > 0))]
    fn last_mut(&mut self) -> Option<&mut String> {
        self.lent += 1;
        let last = self.books.last_mut()?;
        Some(last)
    }

    #[observe(ensures(ret.len() == old(self.books.len())))]
    fn into_books(self) -> Vec<String> {
        self.books
    }

    #[observe(track(self.lent), maintains(self.lent <= 2))]
    fn lend(mut self: Box<Self>, title: &str) -> Result<Box<Self>, String> {
        self.lent += 1;
        if title.is_empty() {
            return Err("no title".into());
        }
        self.books.retain(|book| book != title);
        Ok(self)
    }

    #[observe]
    fn new_with(books: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { books: books.into_iter().map(Into::into).collect(), lent: 0 }
    }
}

trait Count {
    #[observe]
    fn counted(&self) -> usize {
        self.count().unwrap_or_default()
    }

    fn count(&self) -> Result<usize, String>;
}

impl Count for Shelf {
    #[observe]
    fn count(&self) -> Result<usize, String> {
        (!self.books.is_empty()).then_some(self.books.len()).ok_or_else(|| "empty".to_owned())
    }
}

#[observe]
impl Shelf {
    fn whole(&self) -> usize {
        self.books.len()
    }

    const fn lent(&self) -> u32 {
        self.lent
    }

    #[observe(skip)]
    fn left_out(&self) -> u32 {
        self.lent
    }
}

#[observe]
trait Weigh {
    const SCALE: u32 = 2;
    type Unit;

    fn weight(&self) -> Result<u32, String>;

    fn scaled(&self) -> u32 {
        self.weight().unwrap_or_default() * Self::SCALE
    }

    #[observe(skip)]
    fn unit(unit: Self::Unit) -> Self::Unit {
        unit
    }
}

impl Weigh for Shelf {
    type Unit = char;

    fn weight(&self) -> Result<u32, String> {
        u32::try_from(self.books.len()).map_err(|_| "too many".to_owned())
    }
}

#[observe]
mod inner {
    pub(super) fn double(n: u32) -> u32 {
        n * 2
    }
}

#[test]
pub(super) fn methods_stay_what_they_are() {
    let mut shelf = Shelf::new_with(["a", "b"]);
    shelf.first_mut().expect("there is one").push('1');
    shelf.last_mut().expect("there is one").push('2');
    assert_eq!(shelf.counted(), 2);
    assert_eq!((shelf.whole(), shelf.lent(), shelf.left_out()), (2, 2, 2));
    assert_eq!(Shelf::default().counted(), 0);
    assert_eq!((shelf.scaled(), Shelf::unit('g')), (4, 'g'));
    let shelf = Box::new(shelf).lend("a1").expect("has a title");
    assert_eq!(shelf.into_books(), ["b2"]);
    assert_eq!(inner::double(2), 4);
}
