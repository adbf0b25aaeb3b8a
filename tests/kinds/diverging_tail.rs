//! A body that ends in a diverging statement although it has a type.

// @attribute result
// @declared(ensures(ret > 0))
fn choose(n: u32) -> Result<u32, String> {
    if n > 1 {
        return Ok(n);
    }
    std::panic::resume_unwind(Box::new("none"));
}

fn main() {
    assert_eq!(choose(2), Ok(2));
    assert!(std::panic::catch_unwind(|| choose(0)).is_err());
}
