use crate::world::{Item, Journal};
use std::cell::RefCell;
use std::collections::BTreeMap;
use tracing::{debug, info};

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum PersistMode {
    Buffer,
    SyncAll,
}

pub struct Database<'a> {
    pub journal: &'a Journal,
    pub memtable: RefCell<BTreeMap<String, String>>,
}

impl Database<'_> {
    /// Applies all items atomically.
    #[candor::observe]
    pub fn commit(&self, batch: Vec<Item>, durability: Option<PersistMode>) -> std::io::Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        debug!(items = batch.len(), "batch: writing journal");
        self.journal.append(&batch).ok();
        if let Some(mode) = durability {
            self.persist(mode)?;
        }
        let n = batch.len();
        let mut memtable = self.memtable.borrow_mut();
        for item in batch {
            memtable.insert(item.key, item.value);
        }
        debug!(items = n, "batch: published");
        Ok(())
    }

    #[candor::observe]
    pub fn persist(&self, mode: PersistMode) -> std::io::Result<()> {
        if mode == PersistMode::SyncAll {
            self.journal.sync_all()?;
            info!("journal synced");
        }
        Ok(())
    }

    pub fn get(&self, key: &str) -> Option<String> {
        self.memtable.borrow().get(key).cloned()
    }
}
