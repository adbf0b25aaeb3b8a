//! candor tells whether Rust code did what it *means*, not only what it returned.
//!
//! Put [`#[observe]`](macro@observe) on a function and say what it means in business terms. candor watches what it
//! does, in tests, in CI and in production, and reports every place where the two part ways: a **divergence**.
//!
//! ```
//! use candor::{Event, emit, observe};
//!
//! #[derive(Event)]
//! struct MailSent {
//!     order_id: u64,
//! }
//!
//! /// The effect: the event is said here, where the mail server has confirmed.
//! fn send(order_id: u64, up: bool) -> Result<(), String> {
//!     if !up {
//!         return Err("mail server is down".to_owned());
//!     }
//!     emit!(MailSent { order_id });
//!     Ok(())
//! }
//!
//! #[observe(emits(MailSent))]
//! fn confirm(order_id: u64, up: bool) -> Result<(), String> {
//!     send(order_id, up).ok(); // hurried: the error is gone, the order looks confirmed
//!     Ok(())
//! }
//!
//! let scope = candor::testing::scope();
//! assert!(confirm(7, true).is_ok());
//! assert!(scope.divergences().is_empty());
//!
//! assert!(confirm(8, false).is_ok(), "the visible result is right, by coincidence");
//! let codes: Vec<_> = scope.divergences().iter().map(|found| found.code.as_str()).collect();
//! assert_eq!(codes, ["C101", "C106"]);
//! scope.expect_divergence(candor::Code::C101);
//! scope.expect_divergence(candor::Code::C106);
//! ```
//!
//! In a program, [`install`] reports until its guard is dropped; [`layer()`] brings technical log lines to the calls
//! that they belong to. In a test, [`#[candor::test]`](macro@test) or [`testing::scope`] fails the test.
//!
//! | word in the body | what it says |
//! |---|---|
//! | [`emit!`] | a fact of the domain has happened |
//! | [`checkpoint!`] | this holds here, now |
//! | [`sometimes!`] | this place was reached, or this was true here: a line in the story |
//! | [`recovered!`], [`Recover`] | this error may be let go, for this reason |
//! | [`carry`], [`detached`], [`Observe`] | this work belongs to the operation, wherever it runs |
//!
//! Every word of the attribute has an example in [the guide](guide::attribute).
//!
//! | room | what it does |
//! |---|---|
//! | [`model`] | plain data: codes, divergences, stories, runs |
//! | [`record`] | hot: what runs on the caller's thread |
//! | [`monitor`] | pure: judges what a call did against what it declares |
//! | [`runtime`] | cold: install, exporters, metrics, catalog |
//! | [`mod@layer`] | technical log events as evidence |
//! | [`testing`] | scopes and assertions |

// Doctests and macro output inside this crate name it like everybody else.
extern crate self as candor;

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;
pub mod guide;
pub mod layer;
mod macros;
pub mod model;
pub mod monitor;
pub mod record;
pub mod runtime;
mod task;
pub mod testing;

pub use candor_macros::{Event, Outcome, observe, operation, test};

pub use __private::{OutcomeOf, Recover};
pub use layer::{Layer, layer};
pub use model::{Class, Code, Divergence, Event, Level, Memory, Outcome, Run, Site, Worth};
pub use record::link;
pub use runtime::{
    Builder, Calibration, Catalog, DURATION_BOUNDS, DeclaredEvent, DeclaredOperation, Exporter, Guard,
    InstallError, Keep, Losses, Plain, Timeline, builder, catalog, flush, install,
};
pub use task::{Observe, Observed, carry, detached};
#[cfg(feature = "tokio")]
pub use task::{Task, spawn};
