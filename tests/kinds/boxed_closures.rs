//! Boxed closures whose signatures come from the return type, with references in them.

type Test = Box<dyn Fn(&str) -> bool>;

// @attribute mute
// @declared(requires(least < 9))
fn longer(least: usize) -> Box<dyn Fn(&str) -> bool> {
    if least == 0 {
        return Box::new(|_| true);
    }
    Box::new(move |text| text.len() > least)
}

// @attribute mute
// @declared(requires(least < 9))
fn checked(least: usize) -> Result<Test, String> {
    if least == 0 {
        return Err("zero".to_owned());
    }
    Ok(Box::new(move |text| text.len() > least))
}

// @attribute mute
// @declared(always(ret.len() == 2))
fn all() -> Vec<Box<dyn Fn(&mut Vec<u32>) -> Option<&mut u32>>> {
    vec![Box::new(|all| all.first_mut()), Box::new(|all| all.last_mut())]
}

// @attribute
// @declared(requires(trim))
fn pointer(trim: bool) -> for<'a> fn(&'a str) -> &'a str {
    if trim { str::trim } else { |text| text }
}

fn main() {
    assert!(longer(1)("ab") && longer(0)(""));
    assert!(checked(1).unwrap()("ab") && checked(0).is_err());
    let mut numbers = vec![1, 2];
    for change in all() {
        *change(&mut numbers).unwrap() += 1;
    }
    assert_eq!(numbers, [2, 3]);
    assert_eq!(pointer(true)(" a"), "a");
}
