//! The HTTP face of the shop: reads requests, calls the variant that runs, and turns what comes back into a status.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::{Shop, of_variant};
use crate::error::{CheckoutError, DbError, ImportError, MailError, RefundError, StockError};
use crate::model::{Cart, Imported, Level, Order, Product, Quote, Refund, Reorder};
use crate::world::catalog;

type App = State<Arc<Shop>>;
type Answer<T> = Result<Json<T>, Failure>;

pub(crate) fn router(shop: Arc<Shop>) -> Router {
    Router::new()
        .route("/products", get(products))
        .route("/quotes", post(quote))
        .route("/orders", post(place))
        .route("/orders/{id}/confirm", post(confirm))
        .route("/orders/{id}/cancel", post(cancel))
        .route("/orders/{id}/refund", post(refund))
        .route("/orders/{id}/invoice", post(invoice))
        .route("/stock/{sku}/sell", post(sell))
        .route("/stock/{sku}/adjust", post(adjust))
        .route("/stock/{sku}/reorder", post(reorder))
        .route("/import", post(import))
        .route("/newsletters", post(newsletter))
        .with_state(shop)
}

async fn products(State(shop): App) -> Answer<Vec<Product>> {
    Ok(Json(catalog::list(&shop)?))
}

async fn quote(State(shop): App, Json(cart): Json<Cart>) -> Answer<Quote> {
    Ok(Json(of_variant!(shop, checkout::quote(&shop, &cart))?))
}

async fn place(State(shop): App, Json(cart): Json<Cart>) -> Answer<Order> {
    let order = of_variant!(shop, checkout::place_order(&shop, &cart).await)?;
    of_variant!(shop, mail::send_receipt(&shop, &order).await)?;
    Ok(Json(order))
}

async fn confirm(State(shop): App, Path(id): Path<u64>) -> Answer<Order> {
    Ok(Json(of_variant!(shop, checkout::confirm_order(&shop, id).await)?))
}

async fn cancel(State(shop): App, Path(id): Path<u64>) -> Answer<Order> {
    Ok(Json(of_variant!(shop, checkout::cancel_order(&shop, id).await)?))
}

async fn refund(State(shop): App, Path(id): Path<u64>, Json(skus): Json<Vec<u64>>) -> Answer<Refund> {
    Ok(Json(of_variant!(shop, refund::refund_order(&shop, id, &skus).await)?))
}

async fn invoice(State(shop): App, Path(id): Path<u64>) -> Result<StatusCode, Failure> {
    of_variant!(shop, mail::send_invoice(&shop, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
struct Pieces {
    qty: i64,
}

async fn sell(State(shop): App, Path(sku): Path<u64>, Json(pieces): Json<Pieces>) -> Answer<Level> {
    Ok(Json(of_variant!(shop, stock::sell(&shop, sku, pieces.qty))?))
}

#[derive(Debug, Deserialize)]
struct Correction {
    delta: i64,
    reason: String,
}

async fn adjust(State(shop): App, Path(sku): Path<u64>, Json(by): Json<Correction>) -> Answer<Level> {
    Ok(Json(of_variant!(shop, stock::adjust(&shop, sku, by.delta, &by.reason))?))
}

async fn reorder(State(shop): App, Path(sku): Path<u64>, Json(pieces): Json<Pieces>) -> Answer<Reorder> {
    Ok(Json(of_variant!(shop, stock::reorder(&shop, sku, pieces.qty).await)?))
}

async fn import(State(shop): App, list: String) -> Answer<Imported> {
    Ok(Json(of_variant!(shop, import::import_catalog(&shop, &list))?))
}

#[derive(Debug, Deserialize)]
struct Newsletter {
    list: String,
    issue: u64,
}

async fn newsletter(State(shop): App, Json(letter): Json<Newsletter>) -> Answer<Value> {
    let done = of_variant!(shop, mail::send_newsletter(&shop, &letter.list, letter.issue).await)?;
    let failed: Vec<String> = done.failed.iter().map(ToString::to_string).collect();
    Ok(Json(json!({ "sent": done.sent, "failed": failed })))
}

/// An answer that is no result.
#[derive(Debug)]
struct Failure(StatusCode, String);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "message": self.1 }))).into_response()
    }
}

impl From<DbError> for Failure {
    fn from(cause: DbError) -> Self {
        Self(StatusCode::SERVICE_UNAVAILABLE, cause.to_string())
    }
}

impl From<CheckoutError> for Failure {
    fn from(cause: CheckoutError) -> Self {
        let status = match cause {
            CheckoutError::Declined => StatusCode::PAYMENT_REQUIRED,
            CheckoutError::OutOfStock | CheckoutError::WrongState => StatusCode::CONFLICT,
            CheckoutError::UnknownProduct | CheckoutError::UnknownCoupon => StatusCode::UNPROCESSABLE_ENTITY,
            // The depot catches up overnight, or so they say.
            CheckoutError::Depot(_) => StatusCode::ACCEPTED,
            CheckoutError::Gateway(_) | CheckoutError::Stock(_) | CheckoutError::Db(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        Self(status, cause.to_string())
    }
}

impl From<StockError> for Failure {
    fn from(cause: StockError) -> Self {
        let status = match cause {
            StockError::OutOfStock => StatusCode::CONFLICT,
            StockError::UnknownProduct => StatusCode::NOT_FOUND,
            // They will see it on their list when the depot is back.
            StockError::DepotSlow(_) => StatusCode::ACCEPTED,
            StockError::Depot(_) | StockError::Db(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(status, cause.to_string())
    }
}

impl From<RefundError> for Failure {
    fn from(cause: RefundError) -> Self {
        let status = match cause {
            RefundError::WrongState | RefundError::NothingToRefund => StatusCode::CONFLICT,
            // Banks take a day anyway.
            RefundError::Gateway(_) => StatusCode::ACCEPTED,
            RefundError::Db(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(status, cause.to_string())
    }
}

impl From<ImportError> for Failure {
    fn from(cause: ImportError) -> Self {
        let status = match cause {
            ImportError::BadRow | ImportError::BadNumber(_) => StatusCode::UNPROCESSABLE_ENTITY,
            ImportError::Db(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(status, cause.to_string())
    }
}

impl From<MailError> for Failure {
    fn from(cause: MailError) -> Self {
        let status = match cause {
            MailError::Bounced => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(status, cause.to_string())
    }
}
