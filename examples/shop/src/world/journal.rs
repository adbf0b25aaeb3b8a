//! The audit journal: why a stock level was changed by hand. The auditor wants one row per change, with a reason.

use candor::emit;
use rusqlite::params;

use crate::app::Shop;
use crate::error::DbError;
use crate::event::AdjustmentJournaled;

pub(crate) fn write(shop: &Shop, sku: u64, delta: i64, reason: &str) -> Result<(), DbError> {
    shop.db.with(|c| {
        c.execute("INSERT INTO journal (sku, delta, reason) VALUES (?, ?, ?)", params![sku, delta, reason])
    })?;
    emit!(AdjustmentJournaled { sku, delta });
    Ok(())
}
