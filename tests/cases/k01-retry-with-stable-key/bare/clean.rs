use crate::world::{Charge, Processor, ProcessorError, Wallet};
use tracing::{info, warn};

#[derive(Debug, PartialEq)]
pub enum TopUpError {
    Declined,
    Unavailable,
}

/// Buys prepaid credit. `purchase` identifies the purchase, also across retries.
#[candor::observe]
pub fn top_up(processor: &Processor, wallet: &Wallet, purchase: &str, cents: u64) -> Result<u64, TopUpError> {
    let charge = charge_with_retry(processor, purchase, cents, 3)?;
    wallet.0.set(wallet.0.get() + charge.amount_cents);
    info!(purchase, charge = charge.id, cents = charge.amount_cents, "top-up completed");
    Ok(charge.id)
}

#[candor::observe]
fn charge_with_retry(
    processor: &Processor,
    purchase: &str,
    cents: u64,
    max_attempts: u32,
) -> Result<Charge, TopUpError> {
    for attempt in 1..=max_attempts {
        match processor.capture(cents, purchase) {
            Ok(charge) => return Ok(charge),
            Err(ProcessorError::Declined) => return Err(TopUpError::Declined),
            Err(ProcessorError::Timeout) => warn!(purchase, attempt, "processor timed out, asking again"),
        }
    }
    Err(TopUpError::Unavailable)
}
