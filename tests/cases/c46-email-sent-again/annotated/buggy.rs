use crate::world::{Db, Delivery, MailSent, Mailer, Status};
use candor::observe;
use tracing::{error, info, warn};

#[observe(key = delivery.id, recovers(_ in set_status => "a failed bookkeeping update is repeated without sending"))]
fn deliver(db: &Db, mailer: &Mailer, delivery: &mut Delivery) -> Result<(), String> {
    db.set_status(delivery, Status::Sending)?;
    let outcome = (|| {
        mailer.send(&delivery.to, &delivery.subject)?;
        db.set_status(delivery, Status::Sent)
    })();
    if let Err(e) = &outcome {
        warn!(id = delivery.id, error = %e, "delivery failed, back to the queue");
        db.set_status(delivery, Status::Queued)?;
        return outcome;
    }
    info!(id = delivery.id, to = %delivery.to, "mail sent");
    Ok(())
}

/// Works off one delivery with at most `max_attempts` attempts.
#[observe(key = delivery.id, at_most(1 MailSent by to), outcome(Status::Failed => failed))]
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
