//! Values that learn their type from the `let` or the place that takes them, though nobody looks at them.
#![allow(unused_assignments)]

use std::fmt::Debug;
use std::rc::Rc;

fn made() -> Box<u8> {
    Box::new(7)
}

// @attribute
// @declared(always(ret == 3))
fn thrown_away(text: &str) -> usize {
    let _: Box<dyn Fn(&str) -> usize> = Box::new(|text| text.len());
    let _: Option<&dyn Fn(&str) -> usize> = Some(&|text| text.len());
    let _: Result<Box<dyn Fn(&str) -> usize>, String> = Ok(Box::new(|text| text.len()));
    let _: u64 = 3u32.into();
    let _: Vec<u8> = [1u8].into_iter().collect();
    let _: u64 = [1u64].into_iter().sum();
    let _: String = Default::default();
    let _: Result<u32, _> = text.parse();
    let _: Option<Box<dyn Debug>> = Some(1).map(|n| Box::new(n) as _);
    let _: &[u8] = Box::leak(Box::new([1u8, 2]));
    text.len()
}

// @attribute
// @declared(always(ret > 0))
fn replaced(text: &str) -> usize {
    let mut measure: Box<dyn Fn(&str) -> usize> = Box::new(|text| text.len());
    measure = Box::new(|text| text.len() + 1);
    let mut each: Box<dyn Fn(&str) -> usize> = Box::new(|text| text.len());
    let mut all: Option<Rc<dyn Fn(&str) -> usize>> = None;
    let mut shown: Box<dyn Debug> = made();
    shown = made();
    for _ in 0..2 {
        each = Box::new(|text| text.len() + 2);
        all = Some(Rc::new(|text| text.len()));
        shown = made();
    }
    assert_eq!(format!("{shown:?}"), "7");
    measure(text) + each(text) + all.map_or(0, |all| all(text))
}

fn main() {
    assert_eq!(thrown_away("123"), 3);
    assert_eq!(replaced("abc"), 12);
}
