//! Products and prices.

use candor::emit;
use rusqlite::{OptionalExtension, params};

use crate::app::Shop;
use crate::error::DbError;
use crate::event::{ProductImported, ProductReplaced};
use crate::model::{Cents, Product, Written};

pub(crate) fn list(shop: &Shop) -> Result<Vec<Product>, DbError> {
    shop.db.with(|c| {
        let mut rows = c.prepare("SELECT sku, name, price, on_hand FROM products ORDER BY sku LIMIT 20")?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Product { sku: row.get(0)?, name: row.get(1)?, price: row.get(2)?, on_hand: row.get(3)? })
        };
        rows.query_map([], read)?.collect()
    })
}

/// Price of one piece, and whether it is a final sale. `None`: no such product.
pub(crate) fn price(shop: &Shop, sku: u64) -> Result<Option<(Cents, bool)>, DbError> {
    shop.db.with(|c| {
        c.query_row("SELECT price, is_final FROM products WHERE sku = ?", [sku], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
    })
}

/// Writes a product, over the one that has its number if there is one.
pub(crate) fn put(shop: &Shop, product: &Product) -> Result<Written, DbError> {
    let is_known = price(shop, product.sku)?.is_some();
    shop.db.with(|c| {
        c.execute(
            "INSERT INTO products (sku, name, price, on_hand) VALUES (?, ?, ?, ?)
             ON CONFLICT (sku) DO UPDATE SET name = excluded.name, price = excluded.price",
            params![product.sku, product.name, product.price, product.on_hand],
        )
    })?;
    if is_known {
        emit!(ProductReplaced { sku: product.sku });
        Ok(Written::Replaced)
    } else {
        emit!(ProductImported { sku: product.sku });
        Ok(Written::Inserted)
    }
}
