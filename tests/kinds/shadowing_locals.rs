//! Constants and functions of the module whose names are those of usual locals.
#![allow(non_upper_case_globals)]

const value: u32 = 1;
const result: u32 = 2;
const error: u32 = 3;
const event: u32 = 4;
const ok: u32 = 5;
const err: u32 = 6;
const span: u32 = 7;
static guard: u32 = 8;
const fold: u32 = 9;
const key: u32 = 10;
const cause: u32 = 11;
const returned: u32 = 12;

// @attribute result
// @declared(key = n, requires(n < 9), ensures(ret > old(n)), accounts(ret))
fn constants(n: u32) -> Result<u32, String> {
    let one: u32 = "1".parse().map_err(|_| "no number".to_owned())?;
    Ok(n + one + value + result + error + event + ok + err + span + guard + fold + key + cause + returned)
}

fn main() {
    assert_eq!(constants(1), Ok(80));
}
