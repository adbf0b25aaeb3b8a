//! Values whose type only the return type or a later use decides.

use std::collections::HashMap;

// @attribute result
// @declared(ensures(ret.0 > 0))
fn inferred(text: &str) -> Result<(u32, u8, Vec<i64>, HashMap<String, f32>), Box<dyn std::error::Error>> {
    let first = text.parse()?;
    let second = text.parse::<u64>()?.try_into()?;
    let all = text.split(',').map(str::parse).collect::<Result<_, _>>()?;
    let mut map = HashMap::new();
    map.insert(text.into(), text.parse()?);
    Ok((first, second, all, map))
}

// @attribute
// @declared(ensures(ret.len() == 2))
fn collected(all: &[u32]) -> Vec<String> {
    let mut out = Default::default();
    if all.is_empty() {
        return out;
    }
    out = all.iter().map(ToString::to_string).collect();
    out
}

// @attribute
// @declared(ensures(ret > 0))
fn converted(n: u8) -> u64 {
    if n == 0 {
        return 1.into_iter_sum();
    }
    n.into()
}

trait Summed {
    fn into_iter_sum<T: std::iter::Sum<u64>>(self) -> T;
}

impl Summed for u64 {
    fn into_iter_sum<T: std::iter::Sum<u64>>(self) -> T {
        [self, 2].into_iter().sum()
    }
}

fn main() {
    let (a, b, c, d) = inferred("7").unwrap();
    assert_eq!((a, b, c, d["7"]), (7, 7, vec![7], 7.0));
    assert!(inferred("x").is_err());
    assert_eq!(collected(&[1, 2]), ["1", "2"]);
    assert_eq!((converted(0), converted(4)), (3, 4));
}
