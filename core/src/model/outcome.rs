//! How an operation ended for the business.

use std::borrow::Cow;
use std::fmt;

/// The class of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The operation did what it means.
    Fulfilled,
    /// The business said no: card declined, out of stock.
    Refused,
    /// A technical failure.
    Failed,
    /// A panic, or a future dropped before it was ready.
    Abandoned,
}

impl Class {
    /// The class in lower case, as it stands in reports and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Class::Fulfilled => "fulfilled",
            Class::Refused => "refused",
            Class::Failed => "failed",
            Class::Abandoned => "abandoned",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The outcome of one operation: its class and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Outcome {
    /// The class.
    pub class: Class,
    /// A bounded label: the name of a variant or of an error type, `"panic"`, `"cancelled"`. Empty when fulfilled.
    pub reason: &'static str,
    /// What the error said, for reports; never a label.
    pub detail: Option<Cow<'static, str>>,
}

impl Outcome {
    /// Fulfilled, with nothing more to say.
    pub const FULFILLED: Outcome = Outcome { class: Class::Fulfilled, reason: "", detail: None };

    /// An outcome of this class, with a reason from a bounded set.
    #[must_use]
    pub const fn new(class: Class, reason: &'static str) -> Outcome {
        Outcome { class, reason, detail: None }
    }

    /// The same outcome, with what the error said.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Outcome {
        self.detail = Some(detail.into());
        self
    }

    /// Whether the operation claims fulfilment.
    #[must_use]
    pub const fn is_fulfilled(&self) -> bool {
        matches!(self.class, Class::Fulfilled)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class.as_str())?;
        match (&self.detail, self.reason) {
            (Some(detail), _) => write!(f, " ({detail})"),
            (None, "") => Ok(()),
            (None, reason) => write!(f, " ({reason})"),
        }
    }
}
