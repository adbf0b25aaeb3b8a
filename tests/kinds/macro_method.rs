//! Methods made by `macro_rules!`, with `self` from the macro and from its caller.

struct Cell(u32);

macro_rules! getter {
    ($name:ident, $more:expr) => {
        // @attribute
        // @declared(ensures(ret > 0))
        fn $name(&self) -> u32 {
            self.0 + $more
        }
    };
}

macro_rules! setter {
    ($self:ident, $name:ident, $body:block) => {
        // @attribute mute
        // @declared(key = 1)
        fn $name(&mut $self) -> &mut Cell $body
    };
}

impl Cell {
    getter!(one, 1);
    getter!(two, 2);
    setter!(self, grow, {
        self.0 += 1;
        self
    });
}

macro_rules! implement {
    ($($ty:ty => $value:expr),*) => {
        $(
            impl Value for $ty {
                // @attribute
                // @declared(ensures(ret == $value))
                fn value(&self) -> u32 {
                    $value
                }
            }
        )*
    };
}

trait Value {
    fn value(&self) -> u32;
}

implement!(u8 => 1, Vec<u8> => 2);

fn main() {
    let mut cell = Cell(1);
    assert_eq!(cell.one() + cell.two(), 5);
    assert_eq!(cell.grow().0, 2);
    assert_eq!((0u8.value(), vec![0u8].value()), (1, 2));
}
