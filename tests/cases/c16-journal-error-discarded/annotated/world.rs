use candor::{Event, emit};
use std::cell::{Cell, RefCell};

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub key: String,
    pub value: String,
}

#[derive(Event)]
pub struct JournalWritten {
    pub items: usize,
}
#[derive(Event)]
pub struct Published {
    pub items: usize,
}

#[derive(Default)]
pub struct Journal {
    written: RefCell<Vec<Item>>,
    synced: Cell<usize>,
    failing_writes: Cell<u32>,
}

impl Journal {
    pub fn with_failing_writes(n: u32) -> Self {
        Journal { failing_writes: Cell::new(n), ..Default::default() }
    }
    pub fn append(&self, items: &[Item]) -> std::io::Result<usize> {
        if self.failing_writes.get() > 0 {
            self.failing_writes.set(self.failing_writes.get() - 1);
            return Err(std::io::Error::other("no space left on device"));
        }
        self.written.borrow_mut().extend_from_slice(items);
        emit!(JournalWritten { items: items.len() });
        Ok(items.len())
    }
    pub fn sync_all(&self) -> std::io::Result<()> {
        self.synced.set(self.written.borrow().len());
        Ok(())
    }
    /// What a restart would find.
    pub fn replay(&self) -> Vec<Item> {
        self.written.borrow()[..self.synced.get()].to_vec()
    }
}
