//! `-> impl Fn(..)` with clauses over it: closures whose signature speaks of parameters of the function, of an `impl` block and of `Self`

// @attribute mute
// @declared(always(ret("ab") == "ab"))
fn same() -> impl Fn(&str) -> &str {
    |text| text
}

// @attribute mute
// @declared(always(true))
fn chosen<'a, T: Ord>(first: &'a T) -> impl for<'b> Fn(&'b T) -> bool + use<'a, T> {
    move |value| *value > *first
}

// @attribute mute
// @declared(always(true))
fn above<T: Ord>(least: T) -> impl Fn(&T) -> bool {
    move |value| *value > least
}

// @attribute mute
// @declared(always(true))
fn found<'a, T: Ord, const N: usize>(all: &'a [T; N]) -> impl Fn(&T) -> Option<&'a T>
where
    T: Clone,
{
    if N == 0 {
        return |_| None;
    }
    panic!("{}", all.len())
}

struct Bound<'a, T>(&'a T);

impl<'a, T: Ord> Bound<'a, T> {
    // @attribute mute
    // @declared(always(true))
    fn over(self) -> impl Fn(&'a T) -> &'a T {
        move |value| if *value > *self.0 { value } else { self.0 }
    }

    // @attribute mute
    // @declared(always(true))
    fn compared(self) -> impl Fn(&Self) -> bool {
        move |other| *other.0 > *self.0
    }
}

fn main() {
    assert_eq!(same()("x"), "x");
    assert!(chosen(&1)(&2) && above(3)(&4) && !above(3)(&3));
    assert_eq!(found::<u32, 0>(&[])(&1), None);
    assert_eq!(*Bound(&2).over()(&1), 2);
    assert!(Bound(&1).compared()(&Bound(&2)));
}
