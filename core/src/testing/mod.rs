//! Tests that fail when behaviour and intent part ways, and assertions on events and outcomes.
//!
//! A [`Scope`] collects what happens beneath one test, in carried threads and tasks too; parallel tests never see each
//! other's. When it ends with a violation that the test does not [expect](expect_divergence), the test fails with the
//! report, even if its own assertions passed. `#[candor::test]` opens one by itself.
//!
//! ```
//! use candor::testing;
//!
//! let scope = testing::scope();
//! // … call what is to be tested …
//! assert!(scope.divergences().is_empty());
//! ```
//!
//! Work that is still running when the scope ends is not waited for.

mod future;
mod scope;

pub use future::{Scoped, scoped, scoped_at_exit};
pub use scope::{Scope, codes, expect_divergence, scope, scope_at_exit, strict};
