//! Every receiver: by value, by reference, boxed, counted and pinned.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Debug, Clone)]
struct Cell(u32);

impl Cell {
    // @attribute
    // @declared(key = 1, ensures(ret == old(self.0)))
    fn taken(self) -> u32 {
        self.0
    }

    // @attribute
    // @declared(ensures(self.0 == ret))
    fn seen(&self) -> u32 {
        self.0
    }

    // @attribute
    // @declared(track(self.0), maintains(self.0 < 100))
    fn grown(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }

    // @attribute
    // @declared(ensures(ret == old(self.0)))
    fn boxed(self: Box<Self>) -> u32 {
        self.0
    }

    // @attribute
    // @declared(ensures(ret > 0))
    fn counted(self: Rc<Self>) -> u32 {
        self.0
    }

    // @attribute
    // @declared(ensures(ret.0 > 0))
    fn shared(self: Arc<Self>) -> Arc<Self> {
        self
    }

    // @attribute
    // @declared(requires(self.0 > 0))
    fn pinned(mut self: Pin<&mut Self>) -> u32 {
        self.0 += 1;
        self.0
    }

    // @attribute
    // @declared(ensures(ret > 0))
    fn nested(self: &Arc<Self>) -> u32 {
        self.0
    }

    // @attribute
    // @declared(ensures(ret > 0))
    fn changed(mut self) -> u32 {
        self.0 *= 2;
        self.0
    }
}

fn main() {
    let mut cell = Cell(1);
    assert_eq!(cell.grown() + cell.seen(), 4);
    assert_eq!(Pin::new(&mut cell).pinned(), 3);
    assert_eq!(Box::new(cell.clone()).boxed() + Rc::new(cell.clone()).counted(), 6);
    let shared = Arc::new(cell.clone()).shared();
    assert_eq!(shared.nested() + cell.clone().changed() + cell.taken(), 12);
}
