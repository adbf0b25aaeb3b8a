//! The depot's system, over HTTP.

use serde_json::json;

use crate::app::Shop;
use crate::error::{BadStatus, DepotError};
use crate::model::Order;

/// Asks for a place on the picking plan.
pub(crate) async fn book_slot(shop: &Shop, order: &Order) -> Result<u64, DepotError> {
    let skus: Vec<u64> = order.lines.iter().map(|line| line.sku).collect();
    let url = format!("{}/slots", shop.urls.depot);
    let answer = shop.http.post(url).json(&json!({ "order": order.id, "skus": skus })).send().await?;
    if !answer.status().is_success() {
        return Err(BadStatus(answer.status().as_u16()).into());
    }
    Ok(answer.json().await?)
}

/// Asks where goods of this product can be unloaded. Promises nothing to anybody.
pub(crate) async fn find_dock(shop: &Shop, sku: u64) -> Result<u64, DepotError> {
    let url = format!("{}/docks", shop.urls.depot);
    let answer = shop.http.post(url).json(&json!({ "sku": sku })).send().await?;
    if !answer.status().is_success() {
        return Err(BadStatus(answer.status().as_u16()).into());
    }
    Ok(answer.json().await?)
}
