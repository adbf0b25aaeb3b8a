use candor::{Event, emit};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    pub id: u64,
    pub amount_cents: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ProcessorError {
    Timeout,
    Declined,
}

#[derive(Event)]
pub struct ChargeCaptured {
    pub id: u64,
    pub cents: u64,
}
#[derive(Event)]
pub struct WalletCredited {
    pub cents: u64,
}

#[derive(Default)]
pub struct Processor {
    by_key: RefCell<BTreeMap<String, Charge>>,
    pub slow_replies: Cell<u32>,
    pub calls: Cell<u32>,
}

impl Processor {
    pub fn capture(&self, amount_cents: u64, key: &str) -> Result<Charge, ProcessorError> {
        self.calls.set(self.calls.get() + 1);
        if amount_cents > 1_000_000 {
            return Err(ProcessorError::Declined);
        }
        let mut by_key = self.by_key.borrow_mut();
        let id = 100 + by_key.len() as u64;
        let is_new = !by_key.contains_key(key);
        let charge = by_key.entry(key.into()).or_insert(Charge { id, amount_cents }).clone();
        if is_new {
            emit!(ChargeCaptured { id, cents: amount_cents });
        }
        if self.slow_replies.get() > 0 {
            self.slow_replies.set(self.slow_replies.get() - 1);
            return Err(ProcessorError::Timeout);
        }
        Ok(charge)
    }
    pub fn captured(&self) -> Vec<u64> {
        self.by_key.borrow().values().map(|c| c.amount_cents).collect()
    }
}

#[derive(Default)]
pub struct Wallet(pub Cell<u64>);
