//! The mail provider.
//!
//! | address | what happens |
//! |---|---|
//! | `bounce…` | 422: does not exist |
//! | `slow…` | no answer |
//! | `busy…` | 503 for the first try of a message |
//!
//! A message that it has already delivered is answered with 200 and not sent again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;

use super::{HANG, lock};

/// What left the building.
#[derive(Debug, Default)]
pub(crate) struct Postbox {
    tries: HashMap<(String, String), u32>,
    /// Receiver and message id.
    pub(crate) delivered: HashSet<(String, String)>,
}

pub(crate) type Shared = Arc<Mutex<Postbox>>;

#[derive(Debug, Deserialize)]
struct Letter {
    to: String,
    message: String,
}

pub(crate) fn router(postbox: Shared) -> Router {
    Router::new().route("/messages", post(send)).with_state(postbox)
}

async fn send(State(postbox): State<Shared>, Json(letter): Json<Letter>) -> StatusCode {
    if letter.to.starts_with("bounce") {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    if letter.to.starts_with("slow") {
        tokio::time::sleep(HANG).await;
    }
    let mut postbox = lock(&postbox);
    let entry = (letter.to, letter.message);
    let tries = postbox.tries.entry(entry.clone()).or_default();
    *tries += 1;
    if *tries == 1 && entry.0.starts_with("busy") {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    if postbox.delivered.insert(entry) { StatusCode::CREATED } else { StatusCode::OK }
}
