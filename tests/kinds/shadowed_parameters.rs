//! Parameters that the body shadows, with other types.

// @attribute result
// @declared(key = text, ensures(ret > 0))
fn shadowed(text: &str, n: u32) -> Result<u32, std::num::ParseIntError> {
    let text = text.trim();
    let text: u32 = text.parse()?;
    let n = Some(n);
    let n = n.map_or(0, |n| n + text);
    Ok(n)
}

fn main() {
    assert_eq!(shadowed(" 1 ", 2), Ok(3));
    assert!(shadowed("x", 2).is_err());
}
