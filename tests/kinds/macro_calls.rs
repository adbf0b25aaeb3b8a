//! Macros in the body: std's, nested ones, and one of the file that returns.

macro_rules! bail {
    ($($text:tt)*) => {
        return Err(format!($($text)*))
    };
}

// @attribute result
// @declared(ensures(ret.len() > 1))
fn calls(n: u32) -> Result<String, String> {
    if n > 5 {
        bail!("{n} is too much");
    }
    let all = vec![format!("{n:>3}"), format!("{}", matches!(n, 1..=2))];
    assert!(all.len() == 2, "two of {all:?}");
    let text = all.concat();
    debug_assert_ne!(text, "");
    match n {
        0 => bail!("none"),
        4 => unreachable!(),
        _ => Ok(text),
    }
}

fn main() {
    assert_eq!(calls(1), Ok("  1true".to_owned()));
    assert_eq!(calls(9), Err("9 is too much".to_owned()));
    assert_eq!(calls(0), Err("none".to_owned()));
}
