//! From the cart to the confirmed order.

use std::time::Duration;

use candor::observe;
use tracing::{info, warn};

use super::stock;
use crate::app::Shop;
use crate::error::{CheckoutError, GatewayError};
use crate::event::{
    GiftCardSpent, LineReleased, LineReserved, OrderCancelled, OrderConfirmed, OrderPlaced, PaymentCaptured,
};
use crate::model::{Capture, Cart, Coupon, Order, Priced, Quote, Status};
use crate::world::{bank, catalog, customer, depot, order, shelf};

/// Looks up the price of every line and the customer's discount.
#[observe(key = cart.customer)]
pub(crate) fn price_cart(shop: &Shop, cart: &Cart) -> Result<Priced, CheckoutError> {
    let mut lines = cart.lines.clone();
    for line in &mut lines {
        let Some((price, is_final)) = catalog::price(shop, line.sku)? else {
            return Err(CheckoutError::UnknownProduct);
        };
        line.price = price;
        line.is_final = is_final;
    }
    let sum: i64 = lines.iter().map(|line| line.amount()).sum();
    let percent = customer::discount(shop, cart.customer)?;
    Ok(Priced { lines, total: sum - sum * percent / 100 })
}

/// Tells the customer what the cart would cost and whether it can be had.
#[observe(key = cart.customer, never(LineReserved))]
pub(crate) fn quote(shop: &Shop, cart: &Cart) -> Result<Quote, CheckoutError> {
    let priced = price_cart(shop, cart)?;
    if !shelf::are_available(shop, &priced.lines)? {
        return Err(CheckoutError::OutOfStock);
    }
    info!(customer = cart.customer, total = priced.total, "quote given");
    Ok(Quote { total: priced.total, available: true })
}

/// Buys the cart: reserves the stock, takes the money, writes the order.
#[observe(
    key = cart.customer,
    emits(PaymentCaptured | GiftCardSpent, LineReserved, OrderPlaced * 1),
)]
pub(crate) async fn place_order(shop: &Shop, cart: &Cart) -> Result<Order, CheckoutError> {
    let coupon = find_coupon(shop, cart)?;
    let priced = price_cart(shop, cart)?;
    let mut order = order::open(shop, cart, &priced)?;
    stock::reserve(shop, &order)?;
    if let Some((code, coupon)) = coupon {
        match coupon {
            Coupon::GiftCard => order.total -= order::spend_gift_card(shop, &order, code)?,
            Coupon::PercentOff(percent) => order.total -= order.total * percent / 100,
        }
        if order.total == 0 {
            order::place(shop, &mut order)?;
            info!(order = order.id, code, "order paid by gift card");
            return Ok(order);
        }
    }
    match capture_payment(shop, &order).await {
        Ok(capture) => order.capture = Some(capture.id),
        Err(cause) => {
            shelf::release(shop, order.id, &order.lines)?;
            return Err(cause.into());
        }
    }
    order::place(shop, &mut order)?;
    info!(order = order.id, total = order.total, "order placed");
    Ok(order)
}

fn find_coupon<'a>(shop: &Shop, cart: &'a Cart) -> Result<Option<(&'a str, Coupon)>, CheckoutError> {
    let Some(code) = cart.coupon.as_deref() else {
        return Ok(None);
    };
    match order::coupon(shop, code)? {
        Some(coupon) => Ok(Some((code, coupon))),
        None => Err(CheckoutError::UnknownCoupon),
    }
}

/// Takes the money. The gateway is not always quick, so this tries up to three times, always under the order's own key.
#[observe(key = order.id, emits(PaymentCaptured), at_most(1 PaymentCaptured by order_id))]
pub(crate) async fn capture_payment(shop: &Shop, order: &Order) -> Result<Capture, GatewayError> {
    let mut tries = 0;
    let key = shop.fresh_key(order.id);
    loop {
        tries += 1;
        match bank::capture(shop, order, &key).await {
            Ok(capture) => return Ok(capture),
            Err(cause) if cause.is_transient() && tries < 3 => {
                warn!(order = order.id, tries, "no answer from the gateway, once more");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(cause) => return Err(cause),
        }
    }
}

/// Puts the order on the picking plan and then confirms it to the customer.
#[observe(key = id, emits(OrderConfirmed), claims(OrderConfirmed))]
pub(crate) async fn confirm_order(shop: &Shop, id: u64) -> Result<Order, CheckoutError> {
    let mut order = order::find(shop, id)?;
    if order.status != Status::Placed {
        return Err(CheckoutError::WrongState);
    }
    let slot = depot::book_slot(shop, &order).await?;
    order::note_slot(shop, &order, slot)?;
    order::confirm(shop, &mut order)?;
    Ok(order)
}

/// Calls the order off and gives the money back.
#[observe(key = id, emits(OrderCancelled, LineReleased))]
pub(crate) async fn cancel_order(shop: &Shop, id: u64) -> Result<Order, CheckoutError> {
    let mut order = order::find(shop, id)?;
    if !matches!(order.status, Status::Placed | Status::Confirmed) {
        return Err(CheckoutError::WrongState);
    }
    if let Some(capture) = order.capture {
        bank::void(shop, &order, capture).await?;
    }
    shelf::release(shop, order.id, &order.lines)?;
    order::cancel(shop, &mut order)?;
    info!(order = order.id, "order cancelled");
    Ok(order)
}
