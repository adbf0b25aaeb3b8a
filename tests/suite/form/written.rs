//! `write!(..)?`: what it answers is looked at as the operand of any other `?` is.

use std::fmt::{self, Write as _};

use candor::{Class, Outcome, observe, testing};

/// A writer of its own, whose error may say what it is.
struct Paper<E>(Option<E>);

impl<E> Paper<E> {
    fn write_fmt(&mut self, _line: fmt::Arguments<'_>) -> Result<(), E> {
        self.0.take().map_or(Ok(()), Err)
    }
}

#[derive(Debug, Outcome)]
enum Print {
    #[outcome(refused)]
    OutOfPaper,
    Jammed,
}

impl From<fmt::Error> for Print {
    fn from(_error: fmt::Error) -> Print {
        Print::OutOfPaper
    }
}

struct Unspoken;

struct Full;

impl fmt::Write for Full {
    fn write_str(&mut self, _text: &str) -> fmt::Result {
        Err(fmt::Error)
    }
}

/// How an operation has ended, and what its error said.
fn end(name: &str, work: impl FnOnce()) -> (Class, Option<String>) {
    let scope = testing::scope();
    work();
    let outcome = scope.outcomes_of(name).remove(0);
    (outcome.class, outcome.detail.map(|detail| detail.into_owned()))
}

#[test]
fn an_error_that_leaves_says_what_it_is() {
    #[observe]
    fn shown(out: &mut Full) -> fmt::Result {
        write!(out, "{}", 1)?;
        writeln!(out)
    }
    #[observe]
    fn declared(out: &mut Paper<Print>) -> Result<(), Box<Print>> {
        write!(out, "{}", 1)?;
        Ok(())
    }
    #[observe]
    fn printed(out: &mut Paper<[u8; 1]>) -> Result<(), [u8; 1]> {
        Ok(writeln!(out, "{}", 1)?)
    }
    #[observe]
    fn unspoken(out: &mut Paper<Unspoken>) -> Result<(), Unspoken> {
        write!(out, "{}", 1)?;
        Ok(())
    }
    let text = fmt::Error.to_string();
    assert_eq!(end("shown", || assert!(shown(&mut Full).is_err())), (Class::Failed, Some(text)));
    let refused = end("declared", || assert!(declared(&mut Paper(Some(Print::OutOfPaper))).is_err()));
    assert_eq!(refused.0, Class::Refused);
    let failed = end("declared", || assert!(declared(&mut Paper(Some(Print::Jammed))).is_err()));
    assert_eq!(failed.0, Class::Failed);
    let bytes = end("printed", || assert!(printed(&mut Paper(Some([7]))).is_err()));
    assert_eq!(bytes, (Class::Failed, Some("[7]".to_owned())));
    let unspoken = end("unspoken", || assert!(unspoken(&mut Paper(Some(Unspoken))).is_err()));
    assert_eq!(unspoken.0, Class::Failed);
}

#[test]
fn it_is_converted_to_the_error_of_the_function_that_declares_what_it_means() {
    #[observe]
    fn converted(out: &mut Full) -> Result<u32, Print> {
        write!(out, "{}", 1)?;
        Ok(1)
    }
    assert_eq!(end("converted", || assert!(converted(&mut Full).is_err())).0, Class::Refused);
}

#[test]
fn what_was_written_leaves_nothing() {
    #[observe]
    fn written(out: &mut String) -> Result<u32, Print> {
        write!(out, "{}", 1)?;
        writeln!(out)?;
        Ok(1)
    }
    let mut out = String::new();
    assert_eq!(end("written", || assert!(written(&mut out).is_ok())).0, Class::Fulfilled);
    assert_eq!(out, "1\n");
}
