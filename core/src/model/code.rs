//! The codes of divergences.

use std::fmt;

/// How sure candor is, and what it means for a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Counted as wrong: fails a test.
    Violation,
    /// Reported; fails a test in strict mode only.
    Suspicion,
}

impl Level {
    /// The level in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Violation => "violation",
            Level::Suspicion => "suspicion",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! codes {
    ($($code:ident $name:literal $level:ident $what:literal;)+) => {
        /// The kind of a divergence. A code is never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $what] $code,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$code,)+];

            /// The code as it is written: `"C101"`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)+ }
            }

            /// The name: `"swallowed-error"`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Code::$code => $name,)+ }
            }

            /// The usual level; a single finding can be milder.
            #[must_use]
            pub const fn level(self) -> Level {
                match self { $(Code::$code => Level::$level,)+ }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$code => $what,)+ }
            }
        }
    };
}

codes! {
    C101 "swallowed-error" Violation "An error was seen, nothing accounts for it, and the operation claims fulfilment.";
    C102 "false-claim" Violation "An event that speaks for the whole operation was emitted, and the operation did not fulfil.";
    C103 "undeclared-fallback" Suspicion "A substitute value stands in for an error without a reason.";
    C104 "laundered-error" Suspicion "A refusal left as a failure, or a failure as a refusal or an absence: what it was is lost on the way.";
    C105 "abandoned" Violation "The operation panicked or its future was dropped after something had happened.";
    C106 "unkept-promise" Violation "The operation ended without an event that it promised.";
    C107 "forbidden-effect" Violation "An event happened that the operation rules out.";
    C108 "broken-invariant" Violation "An invariant or checkpoint was false at some point, even if it is true again.";
    C109 "broken-contract" Violation "A requirement or a guarantee was false.";
    C110 "claim-differs-from-effect" Violation "The returned claim disagrees with the effects that were seen.";
    C111 "misleading-log" Suspicion "A log line says success where the outcome is failure, or the reverse.";
    C112 "misreported-value" Suspicion "A log line and an event of the same call give different values for one thing.";
    C113 "duplicate-effect" Violation "An effect that may happen once happened again in the same call.";
    C114 "partial-as-total" Violation "Errors of some items were dropped and the operation claims fulfilment of all.";
    C115 "wrong-order" Violation "An event happened before the one that has to precede it.";
    C116 "half-done" Violation "Events that belong together happened only in part.";
    C117 "missing-compensation" Violation "An effect was not undone although the operation did not fulfil.";
    C118 "retry-defect" Suspicion "The same thing was tried too often, or again after the business had refused it.";
    C119 "lost-task" Violation "Spawned work failed or panicked and nobody looked at its handle.";
    C120 "wrong-path" Violation "The result is right, but a declared step was never on the path.";
    C301 "activity-without-outcome" Suspicion "An operation was called many times in a run and never fulfilled.";
    C901 "lossy" Suspicion "Something was dropped: the verdicts it touches are inconclusive.";
    C903 "stale-allow" Suspicion "An `allow` is past its date, or would not have fired.";
    C904 "checker-panicked" Suspicion "A predicate, `Debug` or `Display` panicked; the user's call itself went on.";
}

impl Code {
    /// The name with spaces: `"swallowed error"`.
    #[must_use]
    pub fn title(self) -> String {
        self.name().replace('-', " ")
    }

    /// The code of this text, such as `"C101"`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
