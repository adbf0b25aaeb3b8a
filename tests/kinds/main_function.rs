//! `main` itself, which returns a `Result`.

// @attribute result
// @declared(always(ret.is_ok()))
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n: u32 = "3".parse()?;
    assert_eq!(n, 3);
    Ok(())
}
