//! The depot's system: picking slots for orders, docks for goods that come in.
//!
//! Products from 900 on are bulky: the slot planner fails on them (500). Products from 800 to 899 come by ship: the dock planner does not
//! answer in time.

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;

use super::HANG;

#[derive(Debug, Deserialize)]
struct Picking {
    order: u64,
    skus: Vec<u64>,
}

#[derive(Debug, Deserialize)]
struct Inbound {
    sku: u64,
}

pub(crate) fn router() -> Router {
    Router::new().route("/slots", post(slot)).route("/docks", post(dock))
}

async fn slot(Json(picking): Json<Picking>) -> Result<Json<u64>, StatusCode> {
    if picking.skus.iter().any(|sku| *sku >= 900) {
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    Ok(Json(picking.order % 48))
}

async fn dock(Json(inbound): Json<Inbound>) -> Json<u64> {
    if (800..900).contains(&inbound.sku) {
        tokio::time::sleep(HANG).await;
    }
    Json(inbound.sku % 12)
}
