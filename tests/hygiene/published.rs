//! What published crates do that nobody had thought of: each function here is the least of one that did not compile.
#![deny(warnings)]

use std::cell::Cell;

use candor::observe;

/// `Send` and not `Sync`: it may be held across an `.await`, a reference to it may not.
struct Body(Cell<u32>);

#[observe]
async fn holds(body: Body) -> Result<u32, std::convert::Infallible> {
    let read = body.0.get();
    tokio::task::yield_now().await;
    Ok(read + body.0.get())
}

fn is_send<T: Send>(value: T) -> T {
    value
}

/// The error of the closure is decided by the `?` behind it.
#[observe]
fn turned(given: Option<&str>) -> Result<u32, std::num::ParseIntError> {
    let (n, _) = given
        .map(|text| {
            let n: u32 = text.parse()?;
            Ok((n, text))
        })
        .transpose()?
        .unwrap_or_default();
    Ok(n)
}

#[test]
pub(super) fn published_code_compiles_as_it_was() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(is_send(holds(Body(Cell::new(4))))), Ok(8));
    assert_eq!(turned(Some("7")), Ok(7));
    assert!(turned(Some("x")).is_err());
    assert_eq!(turned(None), Ok(0));
}
