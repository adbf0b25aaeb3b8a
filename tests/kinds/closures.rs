//! Closures in the body that return, ask, move and borrow.

// @attribute
// @declared(ensures(ret > 0))
fn closures(all: &[&str]) -> u32 {
    let mut seen = 0;
    let mut parse = |text: &str| -> Result<u32, std::num::ParseIntError> {
        seen += 1;
        if text == "zero" {
            return Ok(0);
        }
        let n = text.parse()?;
        Ok(n)
    };
    let first = parse(all[0]).unwrap();
    let second = parse("zero").unwrap();
    let add = move |n| n + first;
    add(second) + seen
}

// @attribute mute
// @declared(requires(n < 9))
fn boxed(n: u32) -> Box<dyn FnMut(u32) -> Option<u32>> {
    let mut sum = n;
    Box::new(move |more| {
        sum += more;
        let sum = Some(sum).filter(|sum| *sum < 10)?;
        return Some(sum);
    })
}

fn main() {
    assert_eq!(closures(&["3"]), 5);
    let mut boxed = boxed(1);
    assert_eq!((boxed(2), boxed(9)), (Some(3), None));
}
