//! Default methods, `where Self: Sized`, object safety, associated types and constants.

trait Shape {
    type Unit: std::fmt::Debug + PartialEq;
    const SIDES: u32;

    fn unit(&self) -> Self::Unit;

    // @attribute
    // @declared(ensures(ret == Self::SIDES))
    fn sides(&self) -> u32
    where
        Self: Sized,
    {
        Self::SIDES
    }

    // @attribute
    // @declared(always(ret == self.unit()))
    fn again(&self) -> Self::Unit {
        self.unit()
    }
}

struct Square;

impl Shape for Square {
    type Unit = char;
    const SIDES: u32 = 4;

    // @attribute
    // @declared(ensures(ret == 'q'))
    fn unit(&self) -> Self::Unit {
        'q'
    }
}

trait Named {
    // @attribute
    // @declared(ensures(!ret.is_empty()))
    fn name(&self) -> String {
        String::from("named")
    }
}

impl Named for Square {}

fn main() {
    assert_eq!((Square.sides(), Square.again()), (4, 'q'));
    let named: &dyn Named = &Square;
    assert_eq!(named.name(), "named");
}
