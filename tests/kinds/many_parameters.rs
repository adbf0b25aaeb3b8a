//! Many parameters, attributes on them, a trailing comma and a generic default.

// @attribute
// @declared(key = a, ensures(ret == 36))
#[allow(clippy::too_many_arguments)]
fn many(
    a: u32,
    b: u32,
    #[allow(unused_mut)] mut c: u32,
    d: &u32,
    e: Option<u32>,
    f: Result<u32, String>,
    g: [u32; 1],
    h: Box<u32>,
) -> u32 {
    a + b + c + d + e.unwrap_or(0) + f.unwrap() + g[0] + *h
}

fn main() {
    assert_eq!(many(1, 2, 3, &4, Some(5), Ok(6), [7], Box::new(8)), 36);
}
