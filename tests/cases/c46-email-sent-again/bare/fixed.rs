use crate::world::{Db, Delivery, Mailer, Status};
use tracing::{error, info, warn};

#[candor::observe]
fn deliver(db: &Db, mailer: &Mailer, delivery: &mut Delivery) -> Result<(), String> {
    db.set_status(delivery, Status::Sending)?;
    if let Err(e) = mailer.send(&delivery.to, &delivery.subject) {
        warn!(id = delivery.id, error = %e, "delivery failed, back to the queue");
        db.set_status(delivery, Status::Queued)?;
        return Err(e);
    }
    if let Err(e) = db.set_status(delivery, Status::Sent) {
        warn!(id = delivery.id, error = %e, "mail is out, writing the status again");
        db.set_status(delivery, Status::Sent)?;
    }
    info!(id = delivery.id, to = %delivery.to, "mail sent");
    Ok(())
}

/// Works off one delivery with at most `max_attempts` attempts.
#[candor::observe]
pub fn run_queue(db: &Db, mailer: &Mailer, delivery: &mut Delivery, max_attempts: u32) -> Status {
    while delivery.status == Status::Queued && delivery.attempts < max_attempts {
        delivery.attempts += 1;
        if let Err(e) = deliver(db, mailer, delivery) {
            warn!(id = delivery.id, attempt = delivery.attempts, error = %e, "attempt failed");
        }
    }
    if delivery.status != Status::Sent {
        delivery.status = Status::Failed;
        error!(id = delivery.id, "delivery given up");
    }
    delivery.status
}
