//! Coercions within `Ok` and `Some`, and `?` into a boxed error.

use std::error::Error;
use std::fmt::Debug;

// @attribute result
// @declared(ensures(!format!("{ret:?}").is_empty()))
fn parsed(text: &str) -> Result<Box<dyn Debug>, Box<dyn Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    let n: u32 = text.parse()?;
    Ok(Box::new(n))
}

// @attribute
// @declared(always(true == ret.is_some()))
fn some() -> Option<Box<dyn Debug>> {
    Some(Box::new(1))
}

fn main() {
    assert_eq!(format!("{:?}", parsed("1").unwrap()), "1");
    assert_eq!(parsed("").unwrap_err().to_string(), "empty");
    assert!(parsed("x").is_err());
    assert!(some().is_some());
}
