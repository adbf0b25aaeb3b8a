//! Every form in which an `Err` can be dropped: it is seen at its line, and an `Option` in the same form is not.

mod hidden;
mod method;
mod name;
mod nested;
mod open;
mod pattern;
mod select;
mod tail;
mod tuple;
mod written;

use crate::kit::{NOTHING, codes, codes_of, found};

/// The operation shows this one finding, at the line that it returns.
#[track_caller]
fn seen(operation: fn() -> u32, code: &str) {
    let mut line = 0;
    let found = found(|| line = operation());
    assert_eq!(codes(&found), [code]);
    let site = found[0].site;
    assert_eq!((site.line, site.file.rsplit('/').nth(1)), (line, Some("form")), "{site}");
}

/// The operation shows nothing.
#[track_caller]
fn unseen(operation: fn() -> u32) {
    assert_eq!(codes_of(|| _ = operation()), NOTHING);
}

/// One test for each form: its code, and that the look-alike over an `Option` is silent.
macro_rules! forms {
    ($($form:ident $code:literal)+) => { $(
        #[test]
        fn $form() {
            $crate::form::seen(result::$form, $code);
            $crate::form::unseen(option::$form);
        }
    )+ };
}
use forms;
