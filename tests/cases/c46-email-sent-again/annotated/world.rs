use candor::{Event, emit};
use std::cell::{Cell, RefCell};

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Status {
    Queued,
    Sending,
    Sent,
    Failed,
}

#[derive(Debug, Clone)]
pub struct Delivery {
    pub id: u32,
    pub to: String,
    pub subject: String,
    pub status: Status,
    pub attempts: u32,
}

#[derive(Event)]
pub struct MailSent {
    pub to: String,
}

#[derive(Default)]
pub struct Mailer {
    pub outbox: RefCell<Vec<(String, String)>>,
}

impl Mailer {
    pub fn send(&self, to: &str, subject: &str) -> Result<(), String> {
        if !to.contains('@') {
            return Err(format!("550 no such user {to}"));
        }
        self.outbox.borrow_mut().push((to.into(), subject.into()));
        emit!(MailSent { to: to.into() });
        Ok(())
    }
}

#[derive(Default)]
pub struct Db {
    pub deadlocks: Cell<u32>,
}

impl Db {
    pub fn set_status(&self, delivery: &mut Delivery, status: Status) -> Result<(), String> {
        if status == Status::Sent && self.deadlocks.get() > 0 {
            self.deadlocks.set(self.deadlocks.get() - 1);
            return Err("40001: deadlock detected".into());
        }
        delivery.status = status;
        Ok(())
    }
}
