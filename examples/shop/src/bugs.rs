//! The bugs that were put in on purpose, one row each. In `buggy/`, the line under the comment `bug: <id>` is the one that is wrong.

/// One bug that was put in on purpose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seeded {
    /// As in the comment in the source.
    pub(crate) id: &'static str,
    /// The kind of divergence that it is.
    pub(crate) code: &'static str,
    /// Under `src/buggy`.
    pub(crate) file: &'static str,
    pub(crate) function: &'static str,
    /// What is wrong, in the shop's words.
    pub(crate) what: &'static str,
}

macro_rules! seeded {
    ($($id:literal $code:literal $file:literal $function:literal $what:literal;)+) => {
        &[ $( Seeded { id: $id, code: $code, file: $file, function: $function, what: $what } ),+ ]
    };
}

pub(crate) const SEEDED: &[Seeded] = seeded![
    "discount-lost" "C103" "checkout.rs" "price_cart" "a discount that cannot be read becomes no discount";
    "quote-reserves" "C107" "checkout.rs" "quote" "asking for a price takes the goods off the shelf, for nobody";
    "coupon-unpaid" "C106" "checkout.rs" "place_order" "any coupon, not only a gift card, skips the payment";
    "charged-twice" "C113" "checkout.rs" "capture_payment" "each try has a new idempotency key, so a slow answer charges twice";
    "confirmed-too-early" "C102" "checkout.rs" "confirm_order" "the order is confirmed before the depot has a place for it";
    "void-swallowed" "C101" "checkout.rs" "cancel_order" "the order is called off although the money was not given back";
    "negative-level" "C108" "stock.rs" "take" "for a moment everybody sees a negative stock";
    "journal-dropped" "C101" "stock.rs" "adjust" "stock is changed without the line in the audit journal";
    "purchase-abandoned" "C105" "stock.rs" "order_in" "the wait for the depot is given up after the goods were bought";
    "refund-total" "C110" "refund.rs" "refund_order" "lines that cannot be given back are paid back all the same";
    "refund-log" "C111" "refund.rs" "pay_out" "the log says that the refund is done before the bank has said so";
    "import-count" "C110" "import.rs" "import_catalog" "rows that overwrote a product count as imported";
    "receipt-lost" "C119" "mail.rs" "send_receipt" "nobody looks at the task that mails the receipt";
    "newsletter-partial" "C114" "mail.rs" "send_newsletter" "addresses that failed count as sent";
];
