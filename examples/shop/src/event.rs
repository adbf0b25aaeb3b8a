//! What can happen in this shop, as facts. Each is said in `crate::world`, on the line where the other side has confirmed it.

use candor::Event;

use crate::model::Cents;

/// What an amount is worth, for the metric of business value.
#[expect(clippy::cast_precision_loss, reason = "a sum that people read")]
fn euros(amount: Cents) -> f64 {
    amount as f64 / 100.0
}

/// The card was charged.
#[derive(Debug, Clone, Copy, Event)]
#[event(value = euros(*amount), unit = "EUR")]
pub(crate) struct PaymentCaptured {
    pub(crate) order_id: u64,
    pub(crate) amount: Cents,
}

/// A charge was taken back before it was booked.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct PaymentVoided {
    pub(crate) order_id: u64,
}

/// Money was paid back to the card.
#[derive(Debug, Clone, Copy, Event)]
#[event(value = -euros(*amount), unit = "EUR")]
pub(crate) struct PaymentRefunded {
    pub(crate) order_id: u64,
    pub(crate) amount: Cents,
}

/// A gift card paid the whole order.
#[derive(Debug, Clone, Copy, Event)]
#[event(value = euros(*amount), unit = "EUR")]
pub(crate) struct GiftCardSpent {
    pub(crate) order_id: u64,
    pub(crate) amount: Cents,
}

/// The order is bought.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct OrderPlaced {
    pub(crate) order_id: u64,
    pub(crate) total: Cents,
}

/// The customer was told that the order will come.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct OrderConfirmed {
    pub(crate) order_id: u64,
}

/// The order was called off.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct OrderCancelled {
    pub(crate) order_id: u64,
}

/// A line of an order is paid back.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct LineRefunded {
    pub(crate) order_id: u64,
    pub(crate) sku: u64,
    pub(crate) amount: Cents,
}

/// Goods were taken off the shelf for an order.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct LineReserved {
    pub(crate) order_id: u64,
    pub(crate) sku: u64,
    pub(crate) qty: i64,
}

/// Goods of an order are back on the shelf.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct LineReleased {
    pub(crate) order_id: u64,
    pub(crate) sku: u64,
    pub(crate) qty: i64,
}

/// A stock level was written for everybody to see.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct LevelSaved {
    pub(crate) sku: u64,
    pub(crate) on_hand: i64,
}

/// A stock level was corrected by hand.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct StockAdjusted {
    pub(crate) sku: u64,
    pub(crate) delta: i64,
}

/// A correction stands in the audit journal.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct AdjustmentJournaled {
    pub(crate) sku: u64,
    pub(crate) delta: i64,
}

/// Goods were bought from the supplier.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct GoodsOrdered {
    pub(crate) purchase_id: u64,
    pub(crate) sku: u64,
    pub(crate) qty: i64,
}

/// Bought goods have a dock to come in by.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct DockAssigned {
    pub(crate) purchase_id: u64,
    pub(crate) dock: u64,
}

/// A product is new in the catalog.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct ProductImported {
    pub(crate) sku: u64,
}

/// A product was written over one that was there.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct ProductReplaced {
    pub(crate) sku: u64,
}

/// The mail provider has taken a mail.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct MailAccepted {
    pub(crate) size: usize,
}

/// A mail that did not get through is kept for the office.
#[derive(Debug, Clone, Copy, Event)]
pub(crate) struct MailKept {
    pub(crate) order_id: u64,
}
