//! An attribute on functions in other functions, in constants and in blocks.

const N: u32 = {
    #[allow(dead_code)]
    // @attribute
    // @declared(ensures(ret > 0))
    fn unused(n: u32) -> u32 {
        n
    }
    3
};

fn outer() -> u32 {
    // @attribute
    // @declared(ensures(ret > 0))
    fn inner(n: u32) -> u32 {
        n + N
    }
    {
        // @attribute
        // @declared(ensures(ret > 0))
        fn deeper(n: u32) -> u32 {
            inner(n) + 1
        }
        deeper(1)
    }
}

fn main() {
    assert_eq!(outer(), 5);
}
