//! The shop's nouns. Plain data: no I/O, and nothing that differs between the two variants.

use serde::{Deserialize, Serialize};

/// Money in euro cents.
pub(crate) type Cents = i64;

/// One line of a cart or an order.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) sku: u64,
    pub(crate) qty: i64,
    /// Price of one piece; filled in when the cart is priced.
    #[serde(default)]
    pub(crate) price: Cents,
    /// Final sale: cannot be given back.
    #[serde(default)]
    pub(crate) is_final: bool,
    #[serde(default)]
    pub(crate) is_refunded: bool,
}

impl Line {
    pub(crate) fn amount(&self) -> Cents {
        self.price * self.qty
    }
}

/// What a customer sends to the shop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cart {
    pub(crate) customer: u64,
    pub(crate) card: String,
    #[serde(default)]
    pub(crate) coupon: Option<String>,
    pub(crate) lines: Vec<Line>,
}

/// A cart with prices and the customer's discount.
#[derive(Debug, Clone)]
pub(crate) struct Priced {
    pub(crate) lines: Vec<Line>,
    pub(crate) total: Cents,
}

/// What the customer is told before buying.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Quote {
    pub(crate) total: Cents,
    pub(crate) available: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Open,
    Placed,
    Confirmed,
    Cancelled,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) customer: u64,
    pub(crate) card: String,
    pub(crate) total: Cents,
    pub(crate) status: Status,
    /// The gateway's number of the payment, once the card was charged.
    pub(crate) capture: Option<u64>,
    pub(crate) lines: Vec<Line>,
}

/// What a coupon code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coupon {
    PercentOff(i64),
    /// Pays any order in full.
    GiftCard,
}

/// The gateway's answer to a capture.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Capture {
    pub(crate) id: u64,
    pub(crate) amount: Cents,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Refund {
    pub(crate) order: u64,
    pub(crate) total: Cents,
}

/// The stock of one product.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Level {
    pub(crate) sku: u64,
    pub(crate) on_hand: i64,
    pub(crate) backorder: i64,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Reorder {
    pub(crate) purchase: u64,
    pub(crate) dock: u64,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Product {
    pub(crate) sku: u64,
    pub(crate) name: String,
    pub(crate) price: Cents,
    pub(crate) on_hand: i64,
}

/// What writing one imported row did to the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Inserted,
    Replaced,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Imported {
    pub(crate) imported: u64,
    pub(crate) replaced: u64,
}

/// The claim of a mailing: who got it, and what went wrong for the others.
#[derive(Debug)]
pub(crate) struct Mailing {
    pub(crate) sent: u64,
    pub(crate) failed: Vec<crate::error::MailError>,
}
