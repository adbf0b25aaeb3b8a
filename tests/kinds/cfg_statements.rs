//! Statements, arms, fields and returns that are configured away.

// @attribute
// @declared(ensures(ret > 0))
fn configured(n: u32) -> u32 {
    #[cfg(any())]
    let n = missing();
    #[cfg(all())]
    let n = n + 1;
    #[cfg(any())]
    return missing::<Nothing>();
    let all = [
        #[cfg(any())]
        missing(),
        1,
    ];
    match n {
        #[cfg(any())]
        Missing::Variant => 0,
        1 => 0,
        #[cfg(all())]
        2 => 7,
        #[cfg(any())]
        _ if let Ok(_) = missing() => 1,
        _ => all.len() as u32,
    }
}

// @attribute
// @declared(ensures(ret == 1))
fn tail() -> u32 {
    #[cfg(any())]
    {
        missing()
    }
    #[cfg(all())]
    {
        1
    }
}

// @attribute
// @declared(ensures(ret == 2))
#[cfg(all())]
#[cfg_attr(all(), inline)]
fn whole() -> u32 {
    2
}

fn main() {
    assert_eq!(configured(1) + tail() + whole(), 10);
}
