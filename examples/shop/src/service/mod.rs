//! The three services that the shop depends on. Each is an axum program of its own on an ephemeral port, reached over HTTP only, with
//! faults that follow from what the request says and from how often it was said: never from chance or from the clock.

pub(crate) mod depot;
pub(crate) mod gateway;
pub(crate) mod mailer;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::TcpListener;

/// Longer than any client waits.
const HANG: std::time::Duration = std::time::Duration::from_secs(60);

/// Serves `router` on an ephemeral local port and returns its base URL.
pub(crate) async fn serve(router: Router) -> io::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let base = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(base)
}

/// A service that panicked under the lock has left plain counters behind: they are still usable.
fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
