//! Traits in scope whose methods have common names for every type.

trait Anything: Sized {
    fn ok(&self) -> u32 {
        1
    }
    fn see(&self) -> u32 {
        2
    }
    fn read(&self) -> u32 {
        3
    }
    fn ask(&self) -> u32 {
        4
    }
    fn outcome(&self) -> u32 {
        5
    }
    fn payload(&self) -> u32 {
        6
    }
    fn value(&self) -> u32 {
        7
    }
    fn enter(&self) -> u32 {
        8
    }
    fn poll(&self) -> u32 {
        9
    }
}

impl<T> Anything for T {}

// @attribute result
// @declared(key = n, ensures(ret > 0), always(n < 9))
fn methods(n: u32) -> Result<u32, std::num::ParseIntError> {
    let parsed: u32 = "1".parse()?;
    let text = "2".parse::<u32>().unwrap_or(7);
    let all = ().ok()
        + ().see()
        + ().read()
        + ().ask()
        + ().outcome()
        + ().payload()
        + ().value()
        + ().enter()
        + ().poll();
    Ok(parsed + text + n + all)
}

fn main() {
    assert_eq!(methods(1), Ok(49));
}
