//! Raw identifiers as names of a function, parameters and fields.

#[derive(Debug)]
struct Token {
    r#type: u32,
}

// @attribute
// @declared(key = r#type, requires(r#fn > 0), ensures(ret.r#type > 0))
fn r#match(r#type: u32, r#fn: u32) -> Token {
    let r#return = r#type + r#fn;
    Token { r#type: r#return }
}

fn main() {
    assert_eq!(r#match(1, 2).r#type, 3);
}
