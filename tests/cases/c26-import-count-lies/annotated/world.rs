use candor::{Event, emit};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub struct Building {
    pub name: String,
    pub city: String,
    pub floors: u32,
}

#[derive(Event)]
pub struct RowInserted {
    pub name: String,
}

/// Keyed by building name; an insert of a known key overwrites, as in CQL.
#[derive(Default)]
pub struct BuildingTable(BTreeMap<String, Building>);

impl BuildingTable {
    pub fn upsert(&mut self, b: Building) -> Option<Building> {
        let name = b.name.clone();
        let overwritten = self.0.insert(b.name.clone(), b);
        if overwritten.is_none() {
            emit!(RowInserted { name });
        }
        overwritten
    }
    pub fn count(&self) -> usize {
        self.0.len()
    }
    pub fn get(&self, name: &str) -> Option<&Building> {
        self.0.get(name)
    }
}
