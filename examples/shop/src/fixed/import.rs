//! The supplier's price list.

use candor::observe;
use tracing::info;

use crate::app::Shop;
use crate::error::ImportError;
use crate::event::ProductImported;
use crate::model::{Imported, Product, Written};
use crate::world::catalog;

/// Imports rows of `sku;name;price`. One bad row, and nothing is imported.
#[observe(ensures(ret.imported == count(ProductImported)))]
pub(crate) fn import_catalog(shop: &Shop, list: &str) -> Result<Imported, ImportError> {
    let rows = list.lines().map(parse_row).collect::<Result<Vec<_>, _>>()?;
    let mut done = Imported { imported: 0, replaced: 0 };
    for row in &rows {
        match catalog::put(shop, row)? {
            Written::Inserted => done.imported += 1,
            Written::Replaced => done.replaced += 1,
        }
    }
    info!("price list imported");
    Ok(done)
}

#[observe]
fn parse_row(row: &str) -> Result<Product, ImportError> {
    let fields: Vec<&str> = row.split(';').collect();
    let [sku, name, price] = fields.as_slice() else {
        return Err(ImportError::BadRow);
    };
    Ok(Product { sku: sku.parse()?, name: (*name).to_owned(), price: price.parse()?, on_hand: 0 })
}
