//! The supplier's price list.

use candor::observe;
use tracing::info;

use crate::app::Shop;
use crate::error::ImportError;
use crate::event::ProductImported;
use crate::model::{Imported, Product};
use crate::world::catalog;

/// Imports rows of `sku;name;price`. One bad row, and nothing is imported.
#[observe(ensures(ret.imported == count(ProductImported)))]
pub(crate) fn import_catalog(shop: &Shop, list: &str) -> Result<Imported, ImportError> {
    let rows = list.lines().map(parse_row).collect::<Result<Vec<_>, _>>()?;
    for row in &rows {
        catalog::put(shop, row)?;
    }
    info!("price list imported");
    // bug: import-count
    Ok(Imported { imported: rows.len() as u64, replaced: 0 })
}

#[observe]
fn parse_row(row: &str) -> Result<Product, ImportError> {
    let fields: Vec<&str> = row.split(';').collect();
    let [sku, name, price] = fields.as_slice() else {
        return Err(ImportError::BadRow);
    };
    Ok(Product { sku: sku.parse()?, name: (*name).to_owned(), price: price.parse()?, on_hand: 0 })
}
