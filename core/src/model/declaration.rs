//! What an operation declares, as it stands in its attribute.

use super::Site;

/// What `#[observe]` knows about a function; one static each.
#[derive(Debug)]
pub struct Operation {
    /// The name in reports: the function's, or `name = ".."`.
    pub name: &'static str,
    /// The module path.
    pub target: &'static str,
    /// The function; its site's `function` is the function's name.
    pub site: Site,
    /// The declared intent, clause by clause, in the user's words.
    pub intent: &'static [Clause],
    /// The declared recoveries.
    pub recovers: &'static [Recovery],
    /// The reasoned exceptions.
    pub allows: &'static [Allow],
    /// Names of functions whose value this body hands on (stores, passes, returns) without looking at the error;
    /// a failed child among them is not taken for a swallowed error.
    pub hands: &'static [&'static str],
    /// Whether the call is given the error that it logs, and has met none.
    pub given: bool,
    /// Whether the operation claims that dropping its future half-way does no harm.
    pub cancel_safe: bool,
    /// Words that an `accounts(..)` clause was declared with, if any.
    pub accounts: Option<&'static str>,
}

/// One clause of an attribute: `emits`, `PaymentCaptured | PaymentDeferred`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Clause {
    /// The word: `emits`, `never`, `requires`, …
    pub word: &'static str,
    /// What stands behind it, as written; empty for a word that stands alone.
    pub text: &'static str,
    /// What there is to know about it that it does not say, such as `checked at exit`; empty if there is nothing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub note: &'static str,
}

impl std::fmt::Display for Clause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word)?;
        if !self.text.is_empty() {
            write!(f, "({})", self.text)?;
        }
        match self.note {
            "" => Ok(()),
            note => write!(f, " [{note}]"),
        }
    }
}

/// `recovers(PATTERN [in callee] => "why" [by Event] [max N])`.
#[derive(Clone, Copy, Debug)]
pub struct Recovery {
    /// The error: `_`, a type (`MailError`), a variant (`MailError::Timeout`), or `"text"` that it contains.
    pub pattern: &'static str,
    /// The function that failed, by its last path segments; empty for any.
    pub callee: &'static str,
    /// The reason, shown in reports.
    pub why: &'static str,
    /// The index in the plan's events of the event that must follow.
    pub by: Option<usize>,
    /// How many times in one call.
    pub max: Option<u32>,
    /// Where it is declared.
    pub site: Site,
}

/// `allow(C103 = "reason", until = "2027-01-31")`.
#[derive(Clone, Copy, Debug)]
pub struct Allow {
    /// The code.
    pub code: super::Code,
    /// The reason.
    pub reason: &'static str,
    /// The last day on which it holds, as `(year, month, day)`.
    pub until: Option<(u16, u8, u8)>,
    /// Where it is declared.
    pub site: Site,
}
