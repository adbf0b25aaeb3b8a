//! Mails to customers: receipts, invoices, the newsletter.

use std::sync::Arc;
use std::time::Duration;

use candor::observe;
use tracing::{info, warn};

use crate::app::Shop;
use crate::error::MailError;
use crate::event::MailAccepted;
use crate::model::{Mailing, Order};
use crate::world::{customer, mailer, order};

/// Mails the receipt of an order that was just placed.
#[observe(key = order.id)]
pub(crate) async fn send_receipt(shop: &Arc<Shop>, order: &Order) -> Result<(), MailError> {
    let to = customer::email(shop, order.customer)?;
    let message = format!("receipt-{}", order.id);
    let shop = Arc::clone(shop);
    // bug: receipt-lost
    tokio::spawn(async move { mailer::send(&shop, &to, &message).await });
    Ok(())
}

/// Mails the invoice of an order. The provider is sometimes busy, so this tries up to three times.
#[observe(key = id, emits(MailAccepted))]
pub(crate) async fn send_invoice(shop: &Shop, id: u64) -> Result<(), MailError> {
    let order = order::find(shop, id)?;
    let to = customer::email(shop, order.customer)?;
    let message = format!("invoice-{id}");
    let mut tries = 0;
    loop {
        tries += 1;
        match mailer::send(shop, &to, &message).await {
            Ok(()) => return Ok(()),
            Err(cause) if cause.is_transient() && tries < 3 => {
                warn!(order = id, tries, "the mail provider is busy, once more");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(cause) => return Err(cause),
        }
    }
}

/// Mails an issue of the newsletter to everybody on a list.
#[observe(key = issue)]
pub(crate) async fn send_newsletter(shop: &Shop, list: &str, issue: u64) -> Result<Mailing, MailError> {
    let receivers = customer::on_list(shop, list)?;
    let message = format!("newsletter-{issue}");
    for to in &receivers {
        // bug: newsletter-partial
        if let Err(cause) = mailer::send(shop, to, &message).await {
            warn!(to, error = %cause, "no newsletter for this one");
        }
    }
    info!(issue, receivers = receivers.len(), "newsletter is out");
    Ok(Mailing { sent: receivers.len() as u64, failed: Vec::new() })
}
