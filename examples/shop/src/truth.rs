//! What really happened: each seeded bug leaves a trace in the database, at the bank or at the mail provider, and the repaired shop leaves
//! none. Also that `bugs::SEEDED` and the comments in the source say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::app::{Running, Variant, start};
use crate::bugs::SEEDED;
use crate::drive::drive;

type Fallible = Result<(), Box<dyn std::error::Error>>;

/// The traces of bugs in the shop's own database: counts that are zero in an honest shop.
const TRACES: &[(&str, &str)] = &[
    (
        "discount-lost",
        "SELECT count(*) FROM orders JOIN customers ON customers.id = customer WHERE discount = 'gold' AND status <> 'open'",
    ),
    ("quote-reserves", "SELECT count(*) FROM reservations WHERE order_id = 0"),
    ("coupon-unpaid", "SELECT count(*) FROM orders WHERE status <> 'open' AND total > 0 AND capture IS NULL"),
    ("confirmed-too-early", "SELECT count(*) FROM orders WHERE status = 'confirmed' AND slot IS NULL"),
    ("negative-level", "SELECT count(*) FROM levels_seen WHERE on_hand < 0"),
    (
        "journal-dropped",
        "SELECT sum(on_hand) - 25000 - (SELECT sum(delta) FROM journal) FROM products WHERE sku BETWEEN 155 AND 159",
    ),
    ("purchase-abandoned", "SELECT count(*) FROM purchases WHERE dock IS NULL"),
];

fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The shop's log, as text.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// How many lines contain `text`; the log is empty afterwards.
    fn take(&self, text: &str) -> usize {
        String::from_utf8_lossy(&std::mem::take(&mut *lock(&self.0))).matches(text).count()
    }
}

fn ask(running: &Running, sql: &str) -> Result<i64, crate::error::DbError> {
    running.truth.shop.db.with(|c| c.query_row(sql, [], |row| row.get(0)))
}

/// The ids of the bugs that left a trace in the database.
fn in_database(running: &Running) -> Result<Vec<&'static str>, crate::error::DbError> {
    let mut found = Vec::new();
    for (id, sql) in TRACES {
        if ask(running, sql)? != 0 {
            found.push(*id);
        }
    }
    Ok(found)
}

/// The ids of the bugs that left a trace at the bank.
fn at_the_bank(running: &Running) -> Result<Vec<&'static str>, crate::error::DbError> {
    let ledger = lock(&running.truth.ledger);
    let mut charges = BTreeMap::<u64, u32>::new();
    for charge in ledger.charges.values().filter(|charge| !charge.is_voided) {
        *charges.entry(charge.order).or_default() += 1;
    }
    let mut found = Vec::new();
    if charges.values().any(|n| *n > 1) {
        found.push("charged-twice");
    }
    for order in charges.keys() {
        if ask(running, &format!("SELECT status = 'cancelled' FROM orders WHERE id = {order}"))? == 1 {
            found.push("void-swallowed");
        }
    }
    for (order, paid) in ledger.payouts.values() {
        let due = format!("SELECT sum(price * qty) FROM lines WHERE is_refunded AND order_id = {order}");
        if ask(running, &due)? != *paid {
            found.push("refund-total");
        }
    }
    Ok(found)
}

/// The ids of the bugs that left a trace at the mail provider.
fn at_the_mailer(running: &Running) -> Result<Vec<&'static str>, crate::error::DbError> {
    let receipts = lock(&running.truth.postbox)
        .delivered
        .iter()
        .filter(|(_, message)| message.starts_with("receipt-"))
        .count();
    let due = ask(
        running,
        "SELECT (SELECT count(*) FROM orders WHERE status <> 'open') - (SELECT count(*) FROM outbox)",
    )?;
    Ok(if usize::try_from(due) == Ok(receipts) { Vec::new() } else { vec!["receipt-lost"] })
}

/// The ids of the bugs that show when an answer is compared with what was done.
async fn in_answers(running: &Running) -> Result<Vec<&'static str>, Box<dyn std::error::Error>> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut found = Vec::new();
    let answer = client.post(format!("{}/import", running.base)).body("600;a;1\n600;b;2").send().await?;
    if answer.json::<Value>().await?.get("imported") != Some(&json!(1)) {
        found.push("import-count");
    }
    let letter = json!({ "list": "all", "issue": 99 });
    let answer = client.post(format!("{}/newsletters", running.base)).json(&letter).send().await?;
    let sent = lock(&running.truth.postbox)
        .delivered
        .iter()
        .filter(|(_, message)| message == "newsletter-99")
        .count();
    if answer.json::<Value>().await?.get("sent") != Some(&json!(sent)) {
        found.push("newsletter-partial");
    }
    Ok(found)
}

async fn traces(variant: Variant, log: &Log) -> Result<BTreeSet<&'static str>, Box<dyn std::error::Error>> {
    let running = start(variant).await?;
    let activity = drive(&running.base).await?;
    assert!(activity.requests() > 300, "{activity:?}");
    let mut found = in_database(&running)?;
    found.extend(at_the_bank(&running)?);
    found.extend(at_the_mailer(&running)?);
    if log.take("refund completed") != lock(&running.truth.ledger).payouts.len() {
        found.push("refund-log");
    }
    found.extend(in_answers(&running).await?);
    Ok(found.into_iter().collect())
}

/// One test for both variants: they write one log.
#[tokio::test(flavor = "multi_thread")]
async fn every_bug_leaves_its_trace_and_the_repaired_shop_none() -> Fallible {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_writer(move || writer.clone()).init();
    let seeded: BTreeSet<&str> = SEEDED.iter().map(|bug| bug.id).collect();
    assert_eq!(traces(Variant::Buggy, &log).await?, seeded);
    assert_eq!(traces(Variant::Fixed, &log).await?, BTreeSet::new());
    Ok(())
}

#[test]
fn every_bug_has_its_comment_in_its_function() {
    let sources = [
        ("checkout.rs", include_str!("buggy/checkout.rs"), include_str!("fixed/checkout.rs")),
        ("stock.rs", include_str!("buggy/stock.rs"), include_str!("fixed/stock.rs")),
        ("refund.rs", include_str!("buggy/refund.rs"), include_str!("fixed/refund.rs")),
        ("import.rs", include_str!("buggy/import.rs"), include_str!("fixed/import.rs")),
        ("mail.rs", include_str!("buggy/mail.rs"), include_str!("fixed/mail.rs")),
    ];
    let mut found = BTreeSet::new();
    for (file, buggy, fixed) in sources {
        assert!(!fixed.contains("// bug:"), "{file}");
        let mut function = "";
        for line in buggy.lines() {
            if let Some((_, rest)) = line.split_once("fn ") {
                function = rest.split(['(', '<']).next().unwrap_or_default();
            }
            if let Some((_, id)) = line.split_once("// bug: ") {
                assert!(found.insert((id, file, function)), "{id} stands there twice");
            }
        }
    }
    let seeded: BTreeSet<_> = SEEDED.iter().map(|bug| (bug.id, bug.file, bug.function)).collect();
    assert_eq!(found, seeded);
    assert!(SEEDED.iter().all(|bug| bug.code.starts_with('C') && !bug.what.is_empty()));
}
