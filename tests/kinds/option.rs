//! `?` on options.

// @attribute
// @declared(ensures(ret.len() == 1), outcome(None => refused))
fn first<'a>(text: &'a str, at: char) -> Option<&'a str> {
    let (head, _) = text.split_once(at)?;
    let c = head.chars().next()?;
    head.get(..c.len_utf8())
}

fn main() {
    assert_eq!(first("ab,c", ','), Some("a"));
    assert_eq!(first(",c", ','), None);
    assert_eq!(first("c", ','), None);
}
