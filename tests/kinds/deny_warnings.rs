//! `#![deny(warnings)]` with most of what the compiler can warn of.
#![deny(
    warnings,
    unused,
    unused_qualifications,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_lifetimes,
    unused_results,
    explicit_outlives_requirements,
    let_underscore_drop,
    rust_2018_idioms,
    nonstandard_style,
    elided_lifetimes_in_paths
)]

// @attribute result
// @declared(key = n, requires(n < 10), ensures(ret > 0), always(n < 11))
fn strict(n: u32, text: &str) -> Result<u32, std::num::ParseIntError> {
    let mut sum = n;
    for part in text.split(',') {
        if part.is_empty() {
            return Ok(sum);
        }
        sum += part.parse::<u32>()?;
    }
    Ok(sum)
}

// @attribute
// @declared(requires(_n > 0))
fn nothing(_n: u32) {}

fn main() {
    assert_eq!(strict(1, "2,3"), Ok(6));
    assert!(strict(1, "x").is_err());
    nothing(1);
}
