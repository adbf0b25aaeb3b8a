//! candor-otlp against a receiver in the test process.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unused_result_ok,
    clippy::disallowed_methods,
    reason = "a test stops at what it did not expect, starts threads and processes, and its programs swallow errors on purpose"
)]

mod carried;
mod environment;
mod fault;
mod kept;
mod process;
mod program;
mod prometheus;
mod receiver;
mod request;
