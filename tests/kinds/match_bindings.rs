//! `ref`, `ref mut`, `@`, or-patterns and guards, over values, places and results.

// @attribute
// @declared(ensures(ret.len() < 99))
fn matched(result: &mut Result<Vec<u32>, String>, pair: (Option<String>, u8)) -> String {
    match *result {
        Ok(ref mut all) if all.is_empty() => all.push(1),
        Ok(ref all @ ref same) if all.len() == same.len() => {}
        Err(ref mut text) => text.push('!'),
        Ok(_) => {}
    }
    match pair {
        (Some(text), 1 | 2) => text,
        (Some(ref text), n @ 3..=5) => format!("{text}{n}"),
        (Some(text), _) if text.is_empty() => return String::from("empty"),
        (name, _) => name.unwrap_or_default(),
    }
}

fn main() {
    let mut result = Ok(vec![]);
    assert_eq!(matched(&mut result, (Some("a".to_owned()), 1)), "a");
    assert_eq!(matched(&mut result, (Some("a".to_owned()), 4)), "a4");
    assert_eq!(result, Ok(vec![1]));
    let mut result = Err("e".to_owned());
    assert_eq!(matched(&mut result, (Some(String::new()), 9)), "empty");
    assert_eq!(matched(&mut result, (None, 9)), "");
    assert_eq!(result, Err("e!!".to_owned()));
}
