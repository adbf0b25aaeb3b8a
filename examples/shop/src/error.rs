//! One error type per operation that can fail. Business refusals (declined, out of stock) are variants of their own, apart from
//! technical failures.

use std::error::Error;
use std::fmt;

use candor::Outcome;

/// Writes `Display` and `source()` for an enum whose technical variants carry their cause.
macro_rules! error {
    ($name:ident { $($variant:ident $( ( $source:ident ) )? => $text:literal),+ $(,)? }) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Self::$variant $( ($source) )? => error!(@text f, $text $(, $source)?), )+
                }
            }
        }
        impl Error for $name {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                match self {
                    $( Self::$variant $( ($source) )? => error!(@source $($source)?), )+
                }
            }
        }
    };
    (@text $f:ident, $text:literal) => { $f.write_str($text) };
    (@text $f:ident, $text:literal, $source:ident) => { write!($f, concat!($text, ": {}"), $source) };
    (@source) => { None };
    (@source $source:ident) => { Some($source) };
}

macro_rules! from {
    ($from:ident => $to:ident :: $variant:ident) => {
        impl From<$from> for $to {
            fn from(cause: $from) -> Self {
                Self::$variant(cause)
            }
        }
    };
}

/// The database said no.
#[derive(Debug)]
pub(crate) struct DbError(pub(crate) rusqlite::Error);

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "database: {}", self.0)
    }
}

impl Error for DbError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(cause: rusqlite::Error) -> Self {
        Self(cause)
    }
}

/// An answer of another service that is no success.
#[derive(Debug)]
pub(crate) struct BadStatus(pub(crate) u16);

impl fmt::Display for BadStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.0)
    }
}

impl Error for BadStatus {}

type Http = reqwest::Error;

#[derive(Debug, Outcome)]
pub(crate) enum GatewayError {
    /// Refusal: the bank does not pay.
    #[outcome(refused)]
    Declined,
    Timeout(Http),
    Unreachable(Http),
    Answered(BadStatus),
}

error!(GatewayError {
    Declined => "the card was declined",
    Timeout(cause) => "the gateway did not answer in time",
    Unreachable(cause) => "the gateway cannot be reached",
    Answered(cause) => "the gateway answered",
});
from!(BadStatus => GatewayError::Answered);

impl From<Http> for GatewayError {
    fn from(cause: Http) -> Self {
        if cause.is_timeout() { Self::Timeout(cause) } else { Self::Unreachable(cause) }
    }
}

impl GatewayError {
    /// Whether the same call may work a moment later.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Timeout(_) | Self::Answered(BadStatus(503)))
    }
}

#[derive(Debug)]
pub(crate) enum DepotError {
    Timeout(Http),
    Unreachable(Http),
    Answered(BadStatus),
}

error!(DepotError {
    Timeout(cause) => "the depot did not answer in time",
    Unreachable(cause) => "the depot cannot be reached",
    Answered(cause) => "the depot answered",
});
from!(BadStatus => DepotError::Answered);

impl From<Http> for DepotError {
    fn from(cause: Http) -> Self {
        if cause.is_timeout() { Self::Timeout(cause) } else { Self::Unreachable(cause) }
    }
}

#[derive(Debug, Outcome)]
pub(crate) enum StockError {
    /// Refusal: more was asked for than there is.
    #[outcome(refused)]
    OutOfStock,
    /// Refusal: no such product.
    #[outcome(refused)]
    UnknownProduct,
    DepotSlow(tokio::time::error::Elapsed),
    Depot(DepotError),
    Db(DbError),
}

error!(StockError {
    OutOfStock => "out of stock",
    UnknownProduct => "no such product",
    DepotSlow(cause) => "the depot takes too long",
    Depot(cause) => "the depot is in trouble",
    Db(cause) => "stock is not readable",
});
from!(DepotError => StockError::Depot);
from!(DbError => StockError::Db);

#[derive(Debug, Outcome)]
pub(crate) enum CheckoutError {
    /// Refusal: the bank does not pay.
    #[outcome(refused)]
    Declined,
    /// Refusal: more was asked for than there is.
    #[outcome(refused)]
    OutOfStock,
    /// Refusal: no such product.
    #[outcome(refused)]
    UnknownProduct,
    /// Refusal: no such coupon.
    #[outcome(refused)]
    UnknownCoupon,
    /// Refusal: the order is not in a state for this.
    #[outcome(refused)]
    WrongState,
    Gateway(GatewayError),
    Depot(DepotError),
    Stock(StockError),
    Db(DbError),
}

error!(CheckoutError {
    Declined => "the card was declined",
    OutOfStock => "out of stock",
    UnknownProduct => "no such product",
    UnknownCoupon => "no such coupon",
    WrongState => "the order is not in a state for this",
    Gateway(cause) => "payment",
    Depot(cause) => "depot",
    Stock(cause) => "stock",
    Db(cause) => "order",
});
from!(DepotError => CheckoutError::Depot);
from!(DbError => CheckoutError::Db);

impl From<GatewayError> for CheckoutError {
    fn from(cause: GatewayError) -> Self {
        match cause {
            GatewayError::Declined => Self::Declined,
            other => Self::Gateway(other),
        }
    }
}

impl From<StockError> for CheckoutError {
    fn from(cause: StockError) -> Self {
        match cause {
            StockError::OutOfStock => Self::OutOfStock,
            StockError::UnknownProduct => Self::UnknownProduct,
            other => Self::Stock(other),
        }
    }
}

#[derive(Debug, Outcome)]
pub(crate) enum RefundError {
    /// Refusal: the order is not in a state for this.
    #[outcome(refused)]
    WrongState,
    /// Refusal: none of the lines can be given back.
    #[outcome(refused)]
    NothingToRefund,
    Gateway(GatewayError),
    Db(DbError),
}

error!(RefundError {
    WrongState => "the order is not in a state for this",
    NothingToRefund => "none of the lines can be given back",
    Gateway(cause) => "pay-out",
    Db(cause) => "refund",
});
from!(GatewayError => RefundError::Gateway);
from!(DbError => RefundError::Db);

#[derive(Debug, Outcome)]
pub(crate) enum ImportError {
    /// Refusal: a row does not have three fields.
    #[outcome(refused)]
    BadRow,
    /// Refusal: a row has a number that is none.
    #[outcome(refused)]
    BadNumber(std::num::ParseIntError),
    Db(DbError),
}

error!(ImportError {
    BadRow => "a row does not have three fields",
    BadNumber(cause) => "a row has a number that is none",
    Db(cause) => "catalog",
});
from!(DbError => ImportError::Db);

impl From<std::num::ParseIntError> for ImportError {
    fn from(cause: std::num::ParseIntError) -> Self {
        Self::BadNumber(cause)
    }
}

#[derive(Debug)]
pub(crate) enum MailError {
    /// The address does not exist.
    Bounced,
    Timeout(Http),
    Unreachable(Http),
    Answered(BadStatus),
    Db(DbError),
}

error!(MailError {
    Bounced => "the address does not exist",
    Timeout(cause) => "the mailer did not answer in time",
    Unreachable(cause) => "the mailer cannot be reached",
    Answered(cause) => "the mailer answered",
    Db(cause) => "outbox",
});
from!(BadStatus => MailError::Answered);
from!(DbError => MailError::Db);

impl From<Http> for MailError {
    fn from(cause: Http) -> Self {
        if cause.is_timeout() { Self::Timeout(cause) } else { Self::Unreachable(cause) }
    }
}

impl MailError {
    /// Whether the same mail may get through a moment later.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Timeout(_) | Self::Answered(BadStatus(503)))
    }
}
