//! `write!(..)?` in every place, on writers of the standard library and on others, whatever they answer.

use std::fmt::{self, Write as _};
use std::future::{Future, ready};
use std::io;
use std::ops::ControlFlow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use candor::observe;

/// Answers what it likes.
struct Own<T>(Vec<T>);

impl<T> Own<T> {
    fn write_fmt(&mut self, _line: fmt::Arguments<'_>) -> T {
        self.0.remove(0)
    }
}

struct Silent;

#[observe]
fn to_text(out: &mut String, names: &[&str]) -> fmt::Result {
    for (index, name) in names.iter().enumerate() {
        write!(out, "{index} {}", name.trim_end())?;
    }
    let length = {
        write!(out, "{}", String::from(".").as_str())?;
        out.len()
    };
    Ok(writeln!(out, " {length}")?)
}

#[observe]
fn to_bytes<W: io::Write>(mut out: W, name: &str) -> Result<usize, Box<dyn std::error::Error>> {
    write!(out, "{}", name.parse::<u32>()?)?;
    (write!(out, "{name}"))?;
    Ok(name.len())
}

#[observe]
fn to_silent<'a>(out: &mut Own<Result<&'a str, Silent>>) -> Result<&'a str, Silent> {
    let text = write!(out, "{}", 1)?;
    Ok(text)
}

#[observe]
fn to_option(out: &mut Own<Option<u32>>) -> Option<u32> {
    Some(write!(out, "{}", 1)? + writeln!(out, "{}", 2)?)
}

#[observe]
fn to_flow(out: &mut Own<ControlFlow<u32, u32>>) -> ControlFlow<u32, u32> {
    let first = write!(out, "{}", 1)?;
    ControlFlow::Continue(first)
}

#[observe]
fn to_poll(out: &mut Own<Poll<Result<u32, Silent>>>) -> Poll<Result<u32, Silent>> {
    Poll::Ready(match write!(out, "{}", 1)? {
        Poll::Ready(number) => Ok(number),
        Poll::Pending => Ok(0),
    })
}

#[observe]
async fn waits(out: &mut String, number: u32) -> Result<((), u32), fmt::Error> {
    write!(out, "{}", number)?;
    Ok(((), ready(number).await))
}

fn send<F: Future + Send>(future: F) -> F {
    future
}

#[test]
pub(super) fn whatever_is_written_passes_as_it_is() {
    let mut text = String::new();
    to_text(&mut text, &["a ", "b"]).unwrap();
    assert_eq!(text, "0 a1 b. 7\n");
    let mut bytes = Vec::new();
    assert_eq!(to_bytes(&mut bytes, "12").unwrap(), 2);
    assert_eq!(bytes, b"1212");
    assert!(to_bytes(&mut [0_u8; 1][..], "12").is_err());
    assert_eq!(to_silent(&mut Own(vec![Ok("a")])).ok(), Some("a"));
    assert!(to_silent(&mut Own(vec![Err(Silent)])).is_err());
    assert_eq!(to_option(&mut Own(vec![Some(1), Some(2)])), Some(3));
    assert_eq!(to_option(&mut Own(vec![Some(1), None])), None);
    assert_eq!(to_flow(&mut Own(vec![ControlFlow::Break(1)])), ControlFlow::Break(1));
    assert_eq!(to_flow(&mut Own(vec![ControlFlow::Continue(2)])), ControlFlow::Continue(2));
    assert!(matches!(to_poll(&mut Own(vec![Poll::Ready(Err(Silent))])), Poll::Ready(Err(_))));
    assert!(matches!(to_poll(&mut Own(vec![Poll::Pending])), Poll::Ready(Ok(0))));
    let mut out = String::new();
    let mut future = pin!(send(waits(&mut out, 3)));
    assert_eq!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(((), 3))));
}
