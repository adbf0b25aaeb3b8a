//! `&&`, `||`, ranges, casts, compound assignments, struct updates, shifts as the last expression.

#[derive(Debug, Clone, Default, PartialEq)]
struct Set {
    a: u32,
    b: u32,
}

// @attribute
// @declared(always(ret == (a > 1 && (b || a < 9))))
fn logic(a: u32, b: bool) -> bool {
    a > 1 && (b || a < 9)
}

// @attribute
// @declared(ensures(ret.a > 0))
fn update(a: u32) -> Set {
    Set { a, ..Default::default() }
}

// @attribute
// @declared(ensures(!ret.is_empty()))
fn range(a: u32) -> std::ops::Range<u32> {
    a..a + 2
}

// @attribute
// @declared(ensures(ret != 1))
fn cast(a: i64) -> u8 {
    !(-a as u8) << 1
}

// @attribute
// @declared(requires(n.a < 9))
fn assign(n: &mut Set) {
    n.a += 1;
    (n.a, n.b) = (n.b, n.a);
    n.b <<= 1
}

fn main() {
    assert!(logic(2, false) && !logic(0, true));
    assert_eq!(update(1), Set { a: 1, b: 0 });
    assert_eq!(range(1), 1..3);
    assert_eq!(cast(1), 0);
    let mut set = Set { a: 1, b: 5 };
    assign(&mut set);
    assert_eq!(set, Set { a: 5, b: 4 });
}
