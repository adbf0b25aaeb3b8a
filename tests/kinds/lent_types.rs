//! Return types with lifetimes in every place: in trait objects, pointers to functions, guards and behind mutable references.

use std::borrow::Cow;
use std::cell::{BorrowError, Ref, RefCell};
use std::error::Error;

type Handler<'a> = Box<dyn FnMut(&mut u8) -> Result<(), String> + 'a>;

// @attribute mute
// @declared(always(true))
fn handled<'a>(handler: &'a mut Option<Handler<'a>>) -> &'a mut Option<Handler<'a>> {
    if let Some(handle) = handler {
        assert_eq!(handle(&mut 1), Ok(()));
    }
    handler
}

// @attribute mute
// @declared(always(ret.2("x") == "x"))
fn together<'a, 'b>(first: &'a str, second: &'b str) -> (&'a str, Option<&'b str>, fn(&'a str) -> &'b str)
where
    'a: 'b,
{
    if second.is_empty() {
        return (first, None, |text| text);
    }
    (first, Some(second), |text| text)
}

// @attribute
// @declared(always(!ret.is_empty()))
fn filled<'a>(bytes: &'a [u8]) -> Cow<'a, [u8]> {
    if bytes.is_empty() {
        return Cow::Owned(vec![1]);
    }
    bytes.into()
}

// @attribute mute
// @declared(ensures(ret.len() == 1))
fn guarded<'a>(cell: &'a RefCell<Vec<u8>>) -> Result<Ref<'a, [u8]>, BorrowError> {
    Ok(Ref::map(cell.try_borrow()?, |all| &all[..]))
}

// @attribute mute
// @declared(ensures(!ret.is_empty()))
fn shown<'a, T: ?Sized>(
    value: &'a T,
    show: &'a dyn for<'b> Fn(&'b T) -> &'b str,
) -> Result<&'a str, &'a (dyn Error + 'a)> {
    Ok(show(value))
}

// @attribute mute
// @declared(ensures(ret("x") == "kept"))
fn kept<'a>(text: &'a str) -> Result<Box<dyn Fn(&str) -> &'a str + 'a>, String> {
    if text.is_empty() {
        return Ok(Box::new(|_| ""));
    }
    Ok(Box::new(move |_| text))
}

// @attribute mute
// @declared(always(ret("abc") > 2))
fn measured(exactly: bool) -> &'static dyn Fn(&str) -> usize {
    if exactly {
        return &|text| text.len();
    }
    &|text| text.len() + 1
}

// @attribute
// @declared(always(ret.is_some()))
fn last<'a>(mut rest: &'a mut [u8], left: usize) -> Option<&'a mut u8> {
    while rest.len() > left {
        rest = &mut rest[1..];
    }
    rest.first_mut()
}

fn main() {
    let handler: &mut Option<Handler<'_>> = Box::leak(Box::new(Some(Box::new(|n| {
        *n += 1;
        Ok(())
    }))));
    assert!(handled(handler).is_some());
    assert_eq!(together("a", "b").1, Some("b"));
    assert_eq!((filled(&[])[0], filled(&[2])[0]), (1, 2));
    assert_eq!(guarded(&RefCell::new(vec![7])).unwrap()[0], 7);
    assert_eq!(shown("abc", &|text| &text[1..]).ok(), Some("bc"));
    assert_eq!(kept("kept").unwrap()(""), "kept");
    assert_eq!((measured(true)("abc"), measured(false)("abc")), (3, 4));
    assert_eq!(last(&mut [1, 2, 3], 2), Some(&mut 2));
}
