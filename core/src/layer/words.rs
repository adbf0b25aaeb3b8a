//! The words by which a message is classified; see [`wording`](super::wording).

/// Whether `word` is in the list.
pub(super) fn is_any(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
}

/// They say that something failed.
pub(super) const FAILURE: &[&str] = &[
    "failed",
    "failure",
    "failures",
    "fails",
    "failing",
    "error",
    "errors",
    "errored",
    "couldn't",
    "cannot",
    "can't",
    "unable",
    "exception",
    "exceptions",
    "crash",
    "crashed",
    "crashes",
    "panicked",
    "panic",
    "unsuccessful",
    "unsuccessfully",
];

/// They say that something was completed. Words for the start of something, or for no more than technical activity
/// (started, received, read, connected, closed), are left out.
pub(super) const SUCCESS: &[&str] = &[
    "succeeded",
    "success",
    "successful",
    "successfully",
    "done",
    "finished",
    "completed",
    "sent",
    "resent",
    "re-sent",
    "saved",
    "created",
    "imported",
    "exported",
    "stored",
    "committed",
    "delivered",
    "confirmed",
    "processed",
    "placed",
    "captured",
    "charged",
    "paid",
    "uploaded",
    "written",
    "wrote",
    "updated",
    "published",
    "refunded",
    "shipped",
    "booked",
    "rebooked",
    "synced",
    "synchronized",
    "synchronised",
    "transferred",
    "deposited",
    "withdrawn",
    "withdrew",
    "credited",
    "debited",
    "reserved",
    "persisted",
    "inserted",
    "flushed",
    "migrated",
    "deployed",
    "restored",
    "recorded",
    "replicated",
    "merged",
    "posted",
    "settled",
    "issued",
    "archived",
    "dispatched",
    "fulfilled",
    "emailed",
    "mailed",
    "notified",
    "finalized",
    "finalised",
    "approved",
    "purchased",
    "printed",
    "invoiced",
    "reconciled",
    "activated",
    "provisioned",
    "renewed",
    "applied",
];

/// They turn the next words into their opposite.
pub(super) const NEGATORS: &[&str] = &[
    "no", "not", "never", "without", "none", "nothing", "nobody", "neither", "nor", "cannot", "hardly",
    "unable",
];

/// Values that say that there is none.
pub(super) const NOTHING: &[&str] = &["0", "zero", "no", "none", "nothing", "nil", "null", "false", "nobody"];

/// What follows them did not happen, or not because of this call.
pub(super) const CONDITIONS: &[&str] = &[
    "if",
    "when",
    "whenever",
    "unless",
    "once",
    "until",
    "till",
    "whether",
    "before",
    "after",
    "assuming",
    "otherwise",
];

/// What follows them is possible, wanted or to come.
pub(super) const MODALS: &[&str] = &[
    "will", "would", "shall", "should", "may", "might", "must", "can", "needs", "need", "going", "won't",
    "'ll",
];

/// What follows them is not done yet, or was done by somebody else.
pub(super) const PENDING: &[&str] = &[
    "being",
    "waiting",
    "wait",
    "awaiting",
    "pending",
    "expected",
    "expecting",
    "supposed",
    "maybe",
    "perhaps",
    "probably",
    "already",
    "previously",
    "still",
    "soon",
    "about",
    "trying",
    "attempting",
    "scheduled",
    "queued",
    "failed",
    "ready",
];

/// They say that not all of it was done.
pub(super) const PARTIAL: &[&str] = &[
    "half",
    "half-done",
    "partial",
    "partially",
    "partly",
    "almost",
    "nearly",
    "incomplete",
    "incompletely",
    "some",
    "only",
    "dry-run",
    "simulated",
    "pretending",
    "skipped",
];

/// The business says no.
pub(super) const REFUSALS: &[&str] = &[
    "refused",
    "refuse",
    "refuses",
    "declined",
    "declines",
    "rejected",
    "rejects",
    "denied",
    "denies",
    "forbidden",
    "unauthorized",
];

/// An error is named as dealt with.
pub(super) const OVERCOME: &[&str] = &[
    "recovered",
    "resolved",
    "fixed",
    "cleared",
    "recovering",
    "despite",
    "survived",
    "corrected",
    "prevent",
    "prevents",
    "avoid",
];

/// A participle between one of these and a noun describes the noun.
pub(super) const DETERMINERS: &[&str] = &[
    "the", "a", "an", "this", "that", "these", "those", "each", "every", "all", "any", "its", "their", "our",
    "your", "my", "last", "previous", "recently", "newly", "past", "old", "latest", "recent", "next",
    "current", "new",
];

/// A participle right behind one of these describes what follows.
pub(super) const HEADS: &[&str] = &[
    "of", "for", "from", "in", "with", "as", "into", "via", "per", "to", "found", "loaded", "fetched",
    "list", "load", "fetch", "get", "find", "use",
];

/// What may follow a verb that is no description.
pub(super) const PREPOSITIONS: &[&str] = &[
    "for", "from", "in", "into", "on", "to", "with", "without", "by", "at", "as", "after", "before",
    "because", "due", "while", "when", "during", "and", "or", "than", "via", "within", "since", "through",
    "again", "of", "over", "is", "was", "has", "be", "been", "were", "are",
];

/// With one of these behind it, the word only names a thing.
pub(super) const THINGS: &[&str] = &[
    "handler",
    "handlers",
    "handling",
    "rate",
    "rates",
    "ratio",
    "page",
    "pages",
    "budget",
    "count",
    "counts",
    "counter",
    "log",
    "logs",
    "report",
    "reports",
    "reporting",
    "reporter",
    "detector",
    "detection",
    "threshold",
    "policy",
    "mode",
    "modes",
    "channel",
    "queue",
    "tracking",
    "monitor",
    "monitoring",
    "recovery",
    "hook",
    "hooks",
    "callback",
    "callbacks",
    "free",
    "correction",
    "boundary",
    "path",
    "codes",
    "tolerance",
    "injection",
    "state",
    "flag",
    "folder",
    "over",
    "safe",
    "fast",
    "open",
    "closed",
    "type",
    "types",
    "url",
    "template",
    "templates",
    "message",
    "messages",
    "scenario",
    "test",
    "tests",
    "criteria",
    "hooks",
    "ratios",
    "bar",
    "prefix",
];

/// It failed, and is tried again.
pub(super) const RETRIES: &[&str] = &[
    "retrying",
    "will retry",
    "will be retried",
    "retry in",
    "retry later",
    "retries left",
    "trying again",
    "try again",
    "next attempt",
    "next try",
    "requeue",
    "re-queue",
    "rescheduled",
    "backing off",
    "attempts left",
    "another attempt",
    "retried",
];

/// It is not tried again.
pub(super) const GIVEN_UP: &[&str] =
    &["giving up", "gave up", "given up", "exhausted", "no more retries", "not retrying", "stop retrying"];
