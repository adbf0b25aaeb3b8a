//! `let .. else`, `if let`, `matches!`.

// @attribute
// @declared(key = text, ensures(ret != 1))
fn parsed(text: &str) -> u32 {
    let Some((name, number)) = text.split_once('=') else {
        return 0;
    };
    let Ok(number) = number.parse::<u32>() else { panic!("{name} is no number") };
    if let "double" = name { number * 2 } else { number }
}

fn main() {
    assert_eq!((parsed("a=3"), parsed("double=3"), parsed("x")), (3, 6, 0));
    assert!(std::panic::catch_unwind(|| parsed("a=b")).is_err());
}
