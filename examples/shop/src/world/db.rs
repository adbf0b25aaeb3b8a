//! The database: one SQLite connection in memory behind a lock that is never held across an await.

use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, params};

use crate::error::DbError;

const SCHEMA: &str = "
CREATE TABLE products (sku INTEGER PRIMARY KEY, name TEXT NOT NULL, price INTEGER NOT NULL, is_final INTEGER NOT NULL DEFAULT 0,
    on_hand INTEGER NOT NULL DEFAULT 0, backorder INTEGER NOT NULL DEFAULT 0);
CREATE TABLE levels_seen (sku INTEGER NOT NULL, on_hand INTEGER NOT NULL);
CREATE TRIGGER level_history AFTER UPDATE OF on_hand ON products
    BEGIN INSERT INTO levels_seen VALUES (new.sku, new.on_hand); END;
CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT NOT NULL, discount NOT NULL DEFAULT 0, list TEXT NOT NULL DEFAULT 'all');
CREATE TABLE coupons (code TEXT PRIMARY KEY, percent INTEGER);
CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, customer INTEGER NOT NULL, card TEXT NOT NULL, total INTEGER NOT NULL,
    status TEXT NOT NULL, capture INTEGER, gift_card TEXT, slot INTEGER);
CREATE TABLE lines (order_id INTEGER NOT NULL, sku INTEGER NOT NULL, qty INTEGER NOT NULL, price INTEGER NOT NULL,
    is_final INTEGER NOT NULL, is_refunded INTEGER NOT NULL DEFAULT 0);
CREATE TABLE reservations (order_id INTEGER NOT NULL, sku INTEGER NOT NULL, qty INTEGER NOT NULL);
CREATE TABLE journal (id INTEGER PRIMARY KEY AUTOINCREMENT, sku INTEGER NOT NULL, delta INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) > 0));
CREATE TABLE purchases (id INTEGER PRIMARY KEY AUTOINCREMENT, sku INTEGER NOT NULL, qty INTEGER NOT NULL, dock INTEGER);
CREATE TABLE outbox (order_id INTEGER NOT NULL, address TEXT NOT NULL, why TEXT NOT NULL);
";

#[derive(Debug)]
pub(crate) struct Db(Mutex<Connection>);

impl Db {
    /// An empty database with products, customers and coupons in it.
    pub(crate) fn open() -> Result<Self, DbError> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(SCHEMA)?;
        let db = Self(Mutex::new(connection));
        db.with(stock_up)?;
        Ok(db)
    }

    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, DbError> {
        // Every write is one statement or one transaction, so a connection whose user panicked is whole.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(work(&mut connection)?)
    }
}

fn stock_up(c: &mut Connection) -> rusqlite::Result<()> {
    let tx = c.transaction()?;
    for sku in (100..160_u64).chain(800..804).chain(900..904) {
        let price = 500 + i64::try_from(sku % 40).unwrap_or(0) * 25;
        let on_hand = match sku {
            150..=154 => 3,
            _ => 5_000,
        };
        let is_final = (140..150).contains(&sku);
        tx.execute(
            "INSERT INTO products (sku, name, price, is_final, on_hand) VALUES (?, ?, ?, ?, ?)",
            params![sku, format!("product {sku}"), price, is_final, on_hand],
        )?;
    }
    for id in 1..=40_u64 {
        let list = if id <= 12 { "regulars" } else { "all" };
        let email = match id {
            31..=33 => format!("bounce{id}@example.org"),
            34 => "slow34@example.org".to_owned(),
            35 | 36 => format!("busy{id}@example.org"),
            _ => format!("customer{id}@example.org"),
        };
        tx.execute(
            "INSERT INTO customers (id, email, list, discount) VALUES (?, ?, ?, ?)",
            params![id, email, list, id % 3 * 5],
        )?;
    }
    // These two come from the old shop, where a discount was a word.
    tx.execute("UPDATE customers SET discount = 'gold' WHERE id IN (21, 22)", [])?;
    tx.execute("INSERT INTO coupons VALUES ('WELCOME10', 10), ('SPRING20', 20), ('GIFT-7001', NULL), ('GIFT-7002', NULL)", [])?;
    tx.commit()
}
