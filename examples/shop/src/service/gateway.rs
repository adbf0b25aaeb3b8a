//! The payment gateway. Its ledger is the truth about money.
//!
//! | card | what happens |
//! |---|---|
//! | `..0002` | declined |
//! | `..0503` | too busy for the first try of an order; nothing is charged |
//! | `..0119` | the first try of an order is charged, and the body of the answer never arrives |
//! | `..0086` | charged, and can never be voided |
//! | `..0087` | charged, and nothing can be paid out to it |

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;

use super::lock;
use crate::model::{Capture, Cents};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Charge {
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests look at what really happened"))]
    pub(crate) order: u64,
    pub(crate) capture: Capture,
    pub(crate) is_voided: bool,
}

/// What the bank knows.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// By idempotency key.
    pub(crate) charges: HashMap<String, Charge>,
    /// Paid out, by idempotency key: order and amount.
    pub(crate) payouts: HashMap<String, (u64, Cents)>,
    tries: HashMap<u64, u32>,
}

pub(crate) type Shared = Arc<Mutex<Ledger>>;

#[derive(Debug, Deserialize)]
struct Request {
    order: u64,
    card: String,
    amount: Cents,
}

pub(crate) fn router(ledger: Shared) -> Router {
    Router::new()
        .route("/captures", post(capture))
        .route("/captures/{id}/void", post(void))
        .route("/refunds", post(refund))
        .with_state(ledger)
}

fn key(headers: &HeaderMap) -> String {
    headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

async fn capture(State(ledger): State<Shared>, headers: HeaderMap, Json(request): Json<Request>) -> Response {
    if request.card.ends_with("0002") {
        return StatusCode::PAYMENT_REQUIRED.into_response();
    }
    let mut ledger = lock(&ledger);
    let key = key(&headers);
    if let Some(charge) = ledger.charges.get(&key) {
        return (StatusCode::OK, Json(charge.capture)).into_response();
    }
    let tries = ledger.tries.entry(request.order).or_default();
    *tries += 1;
    let is_first = *tries == 1;
    if is_first && request.card.ends_with("0503") {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let capture = Capture { id: ledger.charges.len() as u64 + 1, amount: request.amount };
    ledger.charges.insert(key, Charge { order: request.order, capture, is_voided: false });
    if is_first && request.card.ends_with("0119") {
        let never = futures_util::stream::pending::<Result<Bytes, Infallible>>();
        return (StatusCode::CREATED, Body::from_stream(never)).into_response();
    }
    (StatusCode::CREATED, Json(capture)).into_response()
}

async fn void(State(ledger): State<Shared>, Path(id): Path<u64>, Json(request): Json<Request>) -> StatusCode {
    if request.card.ends_with("0086") {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let mut ledger = lock(&ledger);
    match ledger.charges.values_mut().find(|charge| charge.capture.id == id) {
        Some(charge) => {
            charge.is_voided = true;
            StatusCode::OK
        }
        None => StatusCode::NOT_FOUND,
    }
}

async fn refund(
    State(ledger): State<Shared>,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> StatusCode {
    let mut ledger = lock(&ledger);
    let key = key(&headers);
    if request.card.ends_with("0087") {
        return StatusCode::BAD_GATEWAY;
    }
    match ledger.payouts.insert(key, (request.order, request.amount)) {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    }
}
