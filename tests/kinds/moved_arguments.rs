//! Arguments that are moved, partly moved, returned or dropped early.

struct Pair {
    left: String,
    right: String,
}

// @attribute
// @declared(ensures(ret.len() == old(pair.left.len() + other.len())))
fn moved(pair: Pair, other: String) -> String {
    let Pair { left, right } = pair;
    drop(right);
    left + &other
}

// @attribute
// @declared(requires(!all.is_empty()))
fn consumed(all: Vec<String>) -> Option<String> {
    for text in all {
        if text.len() > 1 {
            return Some(text);
        }
    }
    None
}

fn main() {
    let pair = Pair { left: "a".into(), right: "b".into() };
    assert_eq!(moved(pair, "c".into()), "ac");
    assert_eq!(consumed(vec!["a".into(), "bc".into()]), Some("bc".into()));
}
