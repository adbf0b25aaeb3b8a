//! A mutable borrow that is returned on one path and used again on the other.

// @attribute
// @declared(key = name)
fn put<'a>(all: &'a mut Vec<(String, u32)>, name: &str) -> &'a mut u32 {
    if let Some(at) = all.iter().position(|(known, _)| known == name) {
        return &mut all[at].1;
    }
    all.push((name.to_owned(), 0));
    &mut all.last_mut().unwrap().1
}

fn main() {
    let mut all = Vec::new();
    *put(&mut all, "a") += 1;
    *put(&mut all, "b") += 2;
    *put(&mut all, "a") += 4;
    assert_eq!(all, [("a".to_owned(), 5), ("b".to_owned(), 2)]);
}
