//! Stock: reservations, the till in the shop, corrections by hand, goods from the supplier.

use std::time::Duration;

use candor::observe;
use tracing::info;

use crate::app::Shop;
use crate::error::StockError;
use crate::event::{DockAssigned, GoodsOrdered, LevelSaved, LineReserved, StockAdjusted};
use crate::model::{Level, Order, Reorder};
use crate::world::{depot, journal, shelf};

/// How long anybody at a desk waits for the depot.
const PATIENCE: Duration = Duration::from_millis(300);

/// Takes the goods of an order off the shelf.
#[observe(key = order.id, emits(LineReserved))]
pub(crate) fn reserve(shop: &Shop, order: &Order) -> Result<(), StockError> {
    shelf::reserve(shop, order.id, &order.lines)
}

/// Sells over the counter. What is not there goes on backorder.
#[observe(key = sku, emits(LevelSaved))]
pub(crate) fn sell(shop: &Shop, sku: u64, qty: i64) -> Result<Level, StockError> {
    let mut level = shelf::level(shop, sku)?;
    take(shop, &mut level, qty)?;
    info!(sku, qty, on_hand = level.on_hand, "sold over the counter");
    Ok(level)
}

#[observe(
    key = level.sku,
    track(level.on_hand),
    maintains(level.on_hand >= 0),
    emits(LevelSaved),
)]
pub(crate) fn take(shop: &Shop, level: &mut Level, qty: i64) -> Result<(), StockError> {
    // bug: negative-level
    level.on_hand -= qty;
    shelf::save(shop, level)?;
    if level.on_hand < 0 {
        level.backorder -= level.on_hand;
        level.on_hand = 0;
        shelf::save(shop, level)?;
    }
    Ok(())
}

/// Corrects a level by hand, with a line in the audit journal.
#[observe(key = sku, emits(StockAdjusted))]
pub(crate) fn adjust(shop: &Shop, sku: u64, delta: i64, reason: &str) -> Result<Level, StockError> {
    // bug: journal-dropped
    journal::write(shop, sku, delta, reason).ok();
    shelf::adjust(shop, sku, delta)?;
    shelf::level(shop, sku)
}

/// Orders goods from the supplier. Answers quickly, whatever the depot does.
#[observe(key = sku, emits(GoodsOrdered))]
pub(crate) async fn reorder(shop: &Shop, sku: u64, qty: i64) -> Result<Reorder, StockError> {
    match tokio::time::timeout(PATIENCE, order_in(shop, sku, qty)).await {
        Ok(done) => done,
        Err(cause) => Err(StockError::DepotSlow(cause)),
    }
}

/// Buys the goods and finds a dock for them.
#[observe(key = sku, emits(GoodsOrdered, DockAssigned))]
pub(crate) async fn order_in(shop: &Shop, sku: u64, qty: i64) -> Result<Reorder, StockError> {
    let purchase = shelf::purchase(shop, sku, qty)?;
    // bug: purchase-abandoned
    let dock = depot::find_dock(shop, sku).await?;
    shelf::assign_dock(shop, purchase, dock)?;
    Ok(Reorder { purchase, dock })
}
