use crate::world::{Building, BuildingTable, RowInserted};
use candor::observe;
use tracing::{debug, info, warn};

#[derive(Debug, Default, PartialEq)]
pub struct CopyStats {
    pub processed: usize,
    pub imported: usize,
    pub overwritten: usize,
    pub skipped: usize,
}

fn parse_row(line: &str) -> Option<Building> {
    let mut fields = line.split(',').map(str::trim);
    Some(Building {
        name: fields.next()?.to_string(),
        city: fields.next()?.to_string(),
        floors: fields.next()?.parse().ok()?,
    })
}

/// COPY buildings FROM csv
#[observe(
    ensures(ret.imported == count(RowInserted)),
    ensures(ret.processed == ret.imported + ret.overwritten + ret.skipped),
)]
pub fn copy_from(table: &mut BuildingTable, csv: &str) -> CopyStats {
    let (mut imported, mut overwritten, mut skipped) = (0, 0, 0);
    for line in csv.lines().skip(1) {
        match parse_row(line) {
            Some(building) => match table.upsert(building) {
                None => imported += 1,
                Some(_) => overwritten += 1,
            },
            None => {
                warn!(line, "row skipped");
                skipped += 1;
            }
        }
        debug!(processed = imported + overwritten + skipped, "progress");
    }
    info!("{imported} rows imported from 1 files, {overwritten} overwritten, {skipped} skipped");
    CopyStats { processed: imported + overwritten + skipped, imported, overwritten, skipped }
}
