//! One divergent operation, exported from wherever a program may stand: `anywhere nowhere|current-thread|task|dropped`.
//!
//! With the feature `grpc` and `OTEL_EXPORTER_OTLP_PROTOCOL=grpc` it goes by gRPC, with the same result: the runtime is
//! the exporter's own. `cargo xtask e2e` runs it each way.

use std::error::Error;

use candor::{Event, emit, observe};
use candor_otlp::Otlp;
use tokio::runtime::{Builder, Runtime};

#[derive(Event)]
struct OrderPlaced {
    order_id: u64,
}

#[observe]
fn send_mail() -> Result<(), String> {
    Err("mail server is down".to_owned())
}

/// Hurried: the error of the mail is gone.
#[observe]
#[expect(clippy::unused_result_ok, reason = "the divergence of the example")]
fn place_order(order_id: u64) {
    emit!(OrderPlaced { order_id });
    send_mail().ok();
}

fn watched() -> Result<candor::Guard, Box<dyn Error + Send + Sync>> {
    let otlp = Otlp::from_env()?;
    Ok(candor::builder().exporter(otlp).install()?)
}

/// Ends the run and tells what did not arrive.
fn end(guard: candor::Guard) -> Result<(), Box<dyn Error + Send + Sync>> {
    match guard.finish().unsent.as_slice() {
        [] => Ok(()),
        unsent => Err(format!("not delivered: {unsent:?}").into()),
    }
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let threads = || -> std::io::Result<Runtime> { Builder::new_multi_thread().worker_threads(1).build() };
    match std::env::args().nth(1).as_deref() {
        None | Some("nowhere") => {
            let guard = watched()?;
            place_order(7);
            end(guard)
        }
        Some("current-thread") => Builder::new_current_thread().build()?.block_on(async {
            let guard = watched()?;
            place_order(7);
            end(guard)
        }),
        Some("task") => {
            let runtime = threads()?;
            let task = runtime.spawn(async {
                let guard = watched()?;
                place_order(7);
                end(guard)
            });
            runtime.block_on(task)?
        }
        Some("dropped") => {
            let runtime = threads()?;
            let guard = runtime.block_on(async { watched() })?;
            place_order(7);
            drop(runtime);
            end(guard)
        }
        Some(other) => {
            Err(format!("`{other}` is no place; say nowhere, current-thread, task or dropped").into())
        }
    }
}
