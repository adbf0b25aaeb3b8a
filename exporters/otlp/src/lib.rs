//! Sends what candor sees by OTLP: to a Collector, Jaeger, Tempo, Prometheus, or whatever else speaks it.
//!
//! ```no_run
//! let guard = candor::builder().exporter(candor_otlp::Otlp::from_env()?).install()?;
//! // … the program …
//! drop(guard); // sends what is left, but no longer than the deadline
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Spans are made afterwards.** A healthy operation costs no span. One that diverged, failed, was slow or was chosen by
//! [`Sampling`] is exported whole when it ends, with true times, its children, events and log lines, and so are the
//! operations that enclose it. Events and divergences also go out as log records, and candor's metrics as OTLP metrics.
//!
//! The standard `OTEL_*` variables are honoured. What is sent under which name, and how traces are carried in and out of
//! a process, is in `docs/otlp.md`, which is also [`guide`].
//!
//! **The observed program never waits.** Everything is sent by a thread of this exporter, through a bounded queue, with a
//! runtime of its own: it works without the user's, inside it and after it is gone. What cannot be delivered is
//! counted by operation and kind in [`candor::Run::unsent`].
//!
//! **Invariant:** no other exporter is used here, and nothing is sent but to the configured endpoints.

mod answer;
mod batch;
mod convert;
mod delivery;
mod direct;
mod duration;
mod env;
mod exemplar;
#[cfg(feature = "grpc")]
mod grpc;
#[doc = include_str!("../../../docs/otlp.md")]
pub mod guide {}
mod join;
mod mix;
mod otlp;
mod post;
mod queue;
mod sampling;
mod settings;
mod tls;
mod transport;
mod wire;

pub use join::context;
pub use otlp::Otlp;
pub use sampling::Sampling;
pub use settings::{BuildError, Settings};
