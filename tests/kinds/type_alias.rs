//! A `Result` and an `Option` behind aliases.

type Res<T> = Result<T, String>;
type Opt<'a> = Option<&'a str>;

// @attribute result
// @declared(ensures(ret > 0))
fn aliased(n: i32) -> Res<i32> {
    let n = checked(n)?;
    Ok(n)
}

// @attribute result
// @declared(key = n)
fn checked(n: i32) -> Res<i32> {
    if n < 0 { Err("negative".into()) } else { Ok(n) }
}

// @attribute
// @declared(ensures(ret.len() == 1))
fn head(text: &str) -> Opt<'_> {
    let head = text.get(..1)?;
    Some(head)
}

fn main() {
    assert_eq!(aliased(1), Ok(1));
    assert_eq!(aliased(-1), Err("negative".to_owned()));
    assert_eq!(head("ab"), Some("a"));
}
