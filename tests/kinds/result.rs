//! A fallible function with `?` that converts the error.

use std::num::ParseIntError;

#[derive(Debug, PartialEq)]
enum Fault {
    Number(ParseIntError),
    Zero,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl From<ParseIntError> for Fault {
    fn from(error: ParseIntError) -> Self {
        Fault::Number(error)
    }
}

// @attribute result
// @declared(key = text.len(), ensures(ret > 0), outcome(Err(Fault::Zero) => refused))
fn parse(text: &str) -> Result<u32, Fault> {
    let n: u32 = text.parse()?;
    if n == 0 {
        return Err(Fault::Zero);
    }
    Ok(n)
}

fn main() {
    assert_eq!(parse("3"), Ok(3));
    assert_eq!(parse("0"), Err(Fault::Zero));
    assert!(matches!(parse("x"), Err(Fault::Number(_))));
}
