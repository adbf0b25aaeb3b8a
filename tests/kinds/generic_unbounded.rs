//! Type parameters of which nothing is known.

// @attribute mute
// @declared(requires(n < 9))
fn pair<T, E>(value: Result<T, E>, n: u32) -> Result<(T, u32), E> {
    let value = value?;
    Ok((value, n))
}

// @attribute mute
// @declared(key = 1)
fn same<T>(value: T) -> T {
    value
}

struct Mute;

fn main() {
    assert!(pair::<Mute, Mute>(Ok(Mute), 1).is_ok());
    assert!(pair::<Mute, Mute>(Err(Mute), 1).is_err());
    let Mute = same(Mute);
}
