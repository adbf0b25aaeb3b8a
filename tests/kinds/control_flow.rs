//! `?` on `ControlFlow`.

use std::ops::ControlFlow;

// @attribute
// @declared(key = n, always(matches!(ret, ControlFlow::Break(_) | ControlFlow::Continue(()))))
fn flow(n: u32) -> ControlFlow<u32> {
    step(n)?;
    step(n + 1)?;
    ControlFlow::Continue(())
}

fn step(n: u32) -> ControlFlow<u32> {
    if n > 2 { ControlFlow::Break(n) } else { ControlFlow::Continue(()) }
}

fn main() {
    assert_eq!(flow(1), ControlFlow::Continue(()));
    assert_eq!(flow(2), ControlFlow::Break(3));
}
