//! Money, through the payment gateway.

use candor::emit;
use reqwest::StatusCode;
use serde_json::json;

use crate::app::Shop;
use crate::error::{BadStatus, GatewayError};
use crate::event::{PaymentCaptured, PaymentRefunded, PaymentVoided};
use crate::model::{Capture, Cents, Order};

/// Charges the customer's card. The gateway charges once per idempotency key, however often it is asked.
pub(crate) async fn capture(shop: &Shop, order: &Order, key: &str) -> Result<Capture, GatewayError> {
    let answer = shop
        .http
        .post(format!("{}/captures", shop.urls.gateway))
        .header("idempotency-key", key)
        .json(&json!({ "order": order.id, "card": order.card, "amount": order.total }))
        .send()
        .await?;
    match answer.status() {
        StatusCode::PAYMENT_REQUIRED => return Err(GatewayError::Declined),
        // The money has moved with this very call, whether or not the rest of the answer arrives.
        StatusCode::CREATED => emit!(PaymentCaptured { order_id: order.id, amount: order.total }),
        // It had moved before, under the same key.
        StatusCode::OK => {}
        other => return Err(BadStatus(other.as_u16()).into()),
    }
    Ok(answer.json().await?)
}

/// Gives a capture back before it is booked.
pub(crate) async fn void(shop: &Shop, order: &Order, capture: u64) -> Result<(), GatewayError> {
    let answer = shop
        .http
        .post(format!("{}/captures/{capture}/void", shop.urls.gateway))
        .json(&json!({ "order": order.id, "card": order.card, "amount": order.total }))
        .send()
        .await?;
    if answer.status() != StatusCode::OK {
        return Err(BadStatus(answer.status().as_u16()).into());
    }
    emit!(PaymentVoided { order_id: order.id });
    Ok(())
}

/// Pays money back to the customer's card.
pub(crate) async fn refund(shop: &Shop, order: &Order, amount: Cents, key: &str) -> Result<(), GatewayError> {
    let answer = shop
        .http
        .post(format!("{}/refunds", shop.urls.gateway))
        .header("idempotency-key", key)
        .json(&json!({ "order": order.id, "card": order.card, "amount": amount }))
        .send()
        .await?;
    match answer.status() {
        StatusCode::CREATED => {
            emit!(PaymentRefunded { order_id: order.id, amount });
            Ok(())
        }
        // It had been paid before, under the same key.
        StatusCode::OK => Ok(()),
        other => Err(BadStatus(other.as_u16()).into()),
    }
}
