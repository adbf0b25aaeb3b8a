//! The attribute twice over: a caller and its callee, and one method that calls another of the same name.

struct Inner;
struct Outer(Inner);

trait Run {
    fn run(&self) -> Result<u32, String>;
}

impl Run for Inner {
    // @attribute result
    // @declared(ensures(ret > 0))
    fn run(&self) -> Result<u32, String> {
        Ok(1)
    }
}

impl Run for Outer {
    // @attribute result
    // @declared(ensures(ret > 1))
    fn run(&self) -> Result<u32, String> {
        self.0.run().map(|n| n + 1)
    }
}

fn main() {
    assert_eq!(Outer(Inner).run(), Ok(2));
}
