//! Ordinary functions under `#[observe]`: they compile without a warning and do what they did before.

mod asynchronous;
mod attribute;
mod generic;
mod lint;
mod method;
mod name;
mod place;
mod prelude;
mod shadow;
mod value;
