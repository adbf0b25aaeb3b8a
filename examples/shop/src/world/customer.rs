//! Customers: their addresses, lists and discounts.

use crate::app::Shop;
use crate::error::DbError;

/// The customer's discount in percent.
pub(crate) fn discount(shop: &Shop, customer: u64) -> Result<i64, DbError> {
    shop.db.with(|c| c.query_row("SELECT discount FROM customers WHERE id = ?", [customer], |row| row.get(0)))
}

pub(crate) fn email(shop: &Shop, customer: u64) -> Result<String, DbError> {
    shop.db.with(|c| c.query_row("SELECT email FROM customers WHERE id = ?", [customer], |row| row.get(0)))
}

/// The addresses on a mailing list; everybody is on `all`.
pub(crate) fn on_list(shop: &Shop, list: &str) -> Result<Vec<String>, DbError> {
    shop.db.with(|c| {
        let mut addresses =
            c.prepare("SELECT email FROM customers WHERE list = ?1 OR ?1 = 'all' ORDER BY id")?;
        addresses.query_map([list], |row| row.get(0))?.collect()
    })
}
