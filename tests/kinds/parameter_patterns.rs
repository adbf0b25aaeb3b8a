//! Patterns in the parameters.

struct Point {
    x: i32,
    y: i32,
}

// @attribute
// @declared(key = x, ensures(ret > 0))
fn patterns(
    Point { x, y: mut up }: Point,
    (a, _): (i32, i32),
    &[first, ..]: &[i32; 3],
    _: u8,
    mut rest: Vec<i32>,
    &mut ref mut last: &mut i32,
) -> i32 {
    up += 1;
    rest.push(a);
    *last += 1;
    x + up + first + rest.len() as i32
}

fn main() {
    let mut last = 1;
    assert_eq!(patterns(Point { x: 1, y: 2 }, (3, 4), &[5, 6, 7], 0, vec![1], &mut last), 11);
    assert_eq!(last, 2);
}
