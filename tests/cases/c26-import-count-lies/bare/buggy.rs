use crate::world::{Building, BuildingTable};
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
#[candor::observe]
pub fn copy_from(table: &mut BuildingTable, csv: &str) -> CopyStats {
    let mut imported = 0;
    let mut skipped = 0;
    for line in csv.lines().skip(1) {
        match parse_row(line) {
            Some(building) => {
                table.upsert(building);
                imported += 1;
            }
            None => {
                warn!(line, "row skipped");
                skipped += 1;
            }
        }
        debug!(processed = imported + skipped, "progress");
    }
    if skipped == 0 {
        info!("{imported} rows imported from 1 files (0 skipped)");
    } else {
        info!("{imported} rows imported from 1 files, {skipped} rows skipped");
    }
    CopyStats { processed: imported + skipped, imported, overwritten: 0, skipped }
}
