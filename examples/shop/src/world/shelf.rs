//! Stock: what is on hand, what is reserved for orders, what is on its way in.

use candor::emit;
use rusqlite::{OptionalExtension, params};

use crate::app::Shop;
use crate::error::{DbError, StockError};
use crate::event::{DockAssigned, GoodsOrdered, LevelSaved, LineReleased, LineReserved, StockAdjusted};
use crate::model::{Level, Line};

/// Takes every line off the shelf for an order, or none of them. Order 0 is nobody's.
pub(crate) fn reserve(shop: &Shop, order: u64, lines: &[Line]) -> Result<(), StockError> {
    let all = shop.db.with(|c| {
        let tx = c.transaction()?;
        for line in lines {
            let taken = tx.execute(
                "UPDATE products SET on_hand = on_hand - ?1 WHERE sku = ?2 AND on_hand >= ?1",
                params![line.qty, line.sku],
            )?;
            if taken == 0 {
                // Dropping the transaction puts the lines before this one back.
                return Ok(false);
            }
            tx.execute("INSERT INTO reservations VALUES (?, ?, ?)", params![order, line.sku, line.qty])?;
        }
        tx.commit()?;
        Ok(true)
    })?;
    if !all {
        return Err(StockError::OutOfStock);
    }
    for line in lines {
        emit!(LineReserved { order_id: order, sku: line.sku, qty: line.qty });
    }
    Ok(())
}

/// Puts the lines of an order back on the shelf.
pub(crate) fn release(shop: &Shop, order: u64, lines: &[Line]) -> Result<(), StockError> {
    shop.db.with(|c| {
        let tx = c.transaction()?;
        for line in lines {
            tx.execute(
                "UPDATE products SET on_hand = on_hand + ? WHERE sku = ?",
                params![line.qty, line.sku],
            )?;
        }
        tx.execute("DELETE FROM reservations WHERE order_id = ?", [order])?;
        tx.commit()
    })?;
    for line in lines {
        emit!(LineReleased { order_id: order, sku: line.sku, qty: line.qty });
    }
    Ok(())
}

/// Looks whether every line could be had, and touches nothing.
pub(crate) fn are_available(shop: &Shop, lines: &[Line]) -> Result<bool, StockError> {
    for line in lines {
        if level(shop, line.sku)?.on_hand < line.qty {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(crate) fn level(shop: &Shop, sku: u64) -> Result<Level, StockError> {
    let level = shop.db.with(|c| {
        c.query_row("SELECT on_hand, backorder FROM products WHERE sku = ?", [sku], |row| {
            Ok(Level { sku, on_hand: row.get(0)?, backorder: row.get(1)? })
        })
        .optional()
    })?;
    level.ok_or(StockError::UnknownProduct)
}

/// Writes a level; from here on every till and every quote sees it.
pub(crate) fn save(shop: &Shop, level: &Level) -> Result<(), DbError> {
    shop.db.with(|c| {
        c.execute(
            "UPDATE products SET on_hand = ?, backorder = ? WHERE sku = ?",
            params![level.on_hand, level.backorder, level.sku],
        )
    })?;
    emit!(LevelSaved { sku: level.sku, on_hand: level.on_hand });
    Ok(())
}

/// Corrects a level by what a count in the hall found.
pub(crate) fn adjust(shop: &Shop, sku: u64, delta: i64) -> Result<(), DbError> {
    shop.db.with(|c| {
        c.execute("UPDATE products SET on_hand = on_hand + ? WHERE sku = ?", params![delta, sku])
    })?;
    emit!(StockAdjusted { sku, delta });
    Ok(())
}

/// Goods are ordered from the supplier. Returns the number of the purchase.
pub(crate) fn purchase(shop: &Shop, sku: u64, qty: i64) -> Result<u64, DbError> {
    let purchase_id = shop.db.with(|c| {
        c.execute("INSERT INTO purchases (sku, qty) VALUES (?, ?)", params![sku, qty])?;
        Ok(c.last_insert_rowid().unsigned_abs())
    })?;
    emit!(GoodsOrdered { purchase_id, sku, qty });
    Ok(purchase_id)
}

pub(crate) fn assign_dock(shop: &Shop, purchase: u64, dock: u64) -> Result<(), DbError> {
    shop.db.with(|c| c.execute("UPDATE purchases SET dock = ? WHERE id = ?", params![dock, purchase]))?;
    emit!(DockAssigned { purchase_id: purchase, dock });
    Ok(())
}
