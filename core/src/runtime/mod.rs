//! The cold side: receives what the hot side concluded, and hands it to exporters, metrics and tests.
//!
//! One `Collector` per process files findings; one thread, the worker, feeds the exporters.
//! The user's thread waits for neither.
//!
//! **Invariant:** a panic, a hang or a crash of an exporter never reaches the observed call. **Invariant:** only this room
//! reads the calendar or the file system, and only this room starts a thread.

mod allow;
mod catalog;
mod clock;
mod closing;
mod collector;
mod exporter;
mod findings;
mod install;
mod keep;
mod metrics;
mod orphan;
mod report;
mod run;
mod scope;
mod source;
mod timeline;
mod worker;

pub use catalog::{Catalog, DeclaredEvent, DeclaredOperation, catalog};
pub(crate) use collector::collector;
pub use exporter::{Exporter, Plain};
pub use install::{Builder, Guard, InstallError, builder, install};
pub use keep::{Keep, Losses};
pub use metrics::{DURATION_BOUNDS, flush};
pub(crate) use scope::ScopeRecord;
pub use timeline::{Calibration, Timeline};
