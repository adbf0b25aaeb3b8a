//! Orders and their lines.

use candor::emit;
use rusqlite::{OptionalExtension, Row, params};

use crate::app::Shop;
use crate::error::DbError;
use crate::event::{GiftCardSpent, LineRefunded, OrderCancelled, OrderConfirmed, OrderPlaced};
use crate::model::{Cart, Cents, Coupon, Line, Order, Priced, Status};

/// Writes a new order that nobody has paid yet.
pub(crate) fn open(shop: &Shop, cart: &Cart, priced: &Priced) -> Result<Order, DbError> {
    let id = shop.db.with(|c| {
        let tx = c.transaction()?;
        tx.execute(
            "INSERT INTO orders (customer, card, total, status) VALUES (?, ?, ?, 'open')",
            params![cart.customer, cart.card, priced.total],
        )?;
        let id = tx.last_insert_rowid();
        for line in &priced.lines {
            tx.execute(
                "INSERT INTO lines (order_id, sku, qty, price, is_final) VALUES (?, ?, ?, ?, ?)",
                params![id, line.sku, line.qty, line.price, line.is_final],
            )?;
        }
        tx.commit()?;
        Ok(id.unsigned_abs())
    })?;
    Ok(Order {
        id,
        customer: cart.customer,
        card: cart.card.clone(),
        total: priced.total,
        status: Status::Open,
        capture: None,
        lines: priced.lines.clone(),
    })
}

pub(crate) fn find(shop: &Shop, id: u64) -> Result<Order, DbError> {
    shop.db.with(|c| {
        let mut order = c.query_row(
            "SELECT id, customer, card, total, status, capture FROM orders WHERE id = ?",
            [id],
            read_order,
        )?;
        let mut lines = c.prepare(
            "SELECT sku, qty, price, is_final, is_refunded FROM lines WHERE order_id = ? ORDER BY rowid",
        )?;
        order.lines = lines.query_map([id], read_line)?.collect::<Result<_, _>>()?;
        Ok(order)
    })
}

fn read_order(row: &Row<'_>) -> rusqlite::Result<Order> {
    let status = match row.get::<_, String>(4)?.as_str() {
        "placed" => Status::Placed,
        "confirmed" => Status::Confirmed,
        "cancelled" => Status::Cancelled,
        _ => Status::Open,
    };
    Ok(Order {
        id: row.get(0)?,
        customer: row.get(1)?,
        card: row.get(2)?,
        total: row.get(3)?,
        status,
        capture: row.get(5)?,
        lines: Vec::new(),
    })
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        sku: row.get(0)?,
        qty: row.get(1)?,
        price: row.get(2)?,
        is_final: row.get(3)?,
        is_refunded: row.get(4)?,
    })
}

/// The order is bought: it has a total, and a payment unless a gift card paid.
pub(crate) fn place(shop: &Shop, order: &mut Order) -> Result<(), DbError> {
    shop.db.with(|c| {
        c.execute(
            "UPDATE orders SET status = 'placed', total = ?, capture = ? WHERE id = ?",
            params![order.total, order.capture, order.id],
        )
    })?;
    order.status = Status::Placed;
    emit!(OrderPlaced { order_id: order.id, total: order.total });
    Ok(())
}

/// The customer is told that the order will come.
pub(crate) fn confirm(shop: &Shop, order: &mut Order) -> Result<(), DbError> {
    shop.db.with(|c| c.execute("UPDATE orders SET status = 'confirmed' WHERE id = ?", [order.id]))?;
    order.status = Status::Confirmed;
    emit!(OrderConfirmed { order_id: order.id });
    Ok(())
}

pub(crate) fn note_slot(shop: &Shop, order: &Order, slot: u64) -> Result<(), DbError> {
    shop.db.with(|c| c.execute("UPDATE orders SET slot = ? WHERE id = ?", params![slot, order.id]))?;
    Ok(())
}

pub(crate) fn cancel(shop: &Shop, order: &mut Order) -> Result<(), DbError> {
    shop.db.with(|c| c.execute("UPDATE orders SET status = 'cancelled' WHERE id = ?", [order.id]))?;
    order.status = Status::Cancelled;
    emit!(OrderCancelled { order_id: order.id });
    Ok(())
}

pub(crate) fn refund_line(shop: &Shop, order: &Order, line: &Line) -> Result<(), DbError> {
    shop.db.with(|c| {
        c.execute(
            "UPDATE lines SET is_refunded = 1 WHERE order_id = ? AND sku = ?",
            params![order.id, line.sku],
        )
    })?;
    emit!(LineRefunded { order_id: order.id, sku: line.sku, amount: line.amount() });
    Ok(())
}

pub(crate) fn coupon(shop: &Shop, code: &str) -> Result<Option<Coupon>, DbError> {
    let percent = shop.db.with(|c| {
        c.query_row("SELECT percent FROM coupons WHERE code = ?", [code], |row| row.get::<_, Option<i64>>(0))
            .optional()
    })?;
    Ok(percent.map(|percent| percent.map_or(Coupon::GiftCard, Coupon::PercentOff)))
}

/// The gift card pays the whole order.
pub(crate) fn spend_gift_card(shop: &Shop, order: &Order, code: &str) -> Result<Cents, DbError> {
    shop.db.with(|c| {
        let tx = c.transaction()?;
        tx.execute("UPDATE orders SET gift_card = ? WHERE id = ?", params![code, order.id])?;
        tx.execute("DELETE FROM coupons WHERE code = ?", [code])?;
        tx.commit()
    })?;
    emit!(GiftCardSpent { order_id: order.id, amount: order.total });
    Ok(order.total)
}
