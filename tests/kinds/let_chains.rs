//! Chains of `let` in conditions.
// @edition 2024

// @attribute
// @declared(ensures(ret < 100))
fn chained(a: Option<u32>, b: Result<u32, String>) -> u32 {
    if let Some(a) = a
        && a > 1
        && let Ok(b) = b
    {
        return a + b;
    }
    let mut left = a;
    while let Some(n) = left
        && n > 0
    {
        left = Some(n - 1);
    }
    left.unwrap_or(50)
}

fn main() {
    assert_eq!(chained(Some(2), Ok(3)), 5);
    assert_eq!(chained(Some(1), Ok(3)), 0);
    assert_eq!(chained(None, Ok(1)), 50);
}
