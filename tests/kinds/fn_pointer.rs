//! A closure and a function item that become a function pointer.

// @attribute
// @declared(key = twice, ensures(ret(1) > 0))
fn chosen(twice: bool) -> fn(u32) -> u32 {
    fn same(n: u32) -> u32 {
        n
    }
    if twice { |n| n * 2 } else { same }
}

fn main() {
    assert_eq!((chosen(true)(4), chosen(false)(4)), (8, 4));
}
