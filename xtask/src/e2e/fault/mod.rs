//! Backends that fail while the shop runs: its latency and its answers are those of a shop that exports nothing, its memory is
//! bounded, it ends in time, and what did not arrive is told.
//!
//! Both shops run at once and are asked in turn, so that both have the same machine at the same time.

mod pace;
mod receiver;
mod shop;

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use super::Outcome;
use pace::Pace;
use receiver::{Confirmed, Manner, Receiver};
use shop::{Ended, Shop};

/// How often both shops are asked for each of the requests.
const ROUNDS: usize = 400;
/// How much more memory the queues may take, in MiB.
const MEMORY: u64 = 48;
/// The deadline of the guard is five seconds.
const END: Duration = Duration::from_secs(6);

/// A backend, and whether everything arrives in the end.
struct Fault {
    name: &'static str,
    backend: Backend,
    arrives: bool,
}

#[derive(Clone, Copy)]
enum Backend {
    Up(Manner),
    Down,
    NoName,
    Restarted,
}

const fn fault(name: &'static str, backend: Backend, arrives: bool) -> Fault {
    Fault { name, backend, arrives }
}

const FAULTS: [Fault; 10] = [
    fault("takes everything", Backend::Up(Manner::Good), true),
    fault("slow: 50 ms for each answer", Backend::Up(Manner::Slow(Duration::from_millis(50))), true),
    fault("restarted in the middle", Backend::Restarted, true),
    fault("down", Backend::Down, false),
    fault("hung: accepts and never answers", Backend::Up(Manner::Hung), false),
    fault("closes the connection", Backend::Up(Manner::Rude), false),
    fault("answers 400", Backend::Up(Manner::Status(400)), false),
    fault("answers 503", Backend::Up(Manner::Status(503)), false),
    fault("answers 200 with a web page", Backend::Up(Manner::Garbage), false),
    fault("its name does not resolve", Backend::NoName, false),
];

/// What was seen with one of them.
pub(super) struct Row {
    name: &'static str,
    pace: Pace,
    differing: usize,
    /// MiB with the exporter and without.
    peaks: (u64, u64),
    ended: Ended,
    arrived: usize,
    faults: Vec<String>,
}

impl Row {
    pub(super) fn has_passed(&self) -> bool {
        self.faults.is_empty()
    }

    fn lost(&self, kind: &str) -> u64 {
        self.ended.lost.iter().filter(|(_, own, _)| own == kind).map(|(_, _, count)| count).sum()
    }
}

/// Runs the shop with each of them.
pub(super) fn faults(root: &Path, out: &mut dyn Write) -> Outcome<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    for fault in &FAULTS {
        writeln!(out, "== the shop with a backend that is: {}", fault.name)?;
        out.flush()?;
        let mut row = meet(root, fault)?;
        row.judge(fault);
        rows.push(row);
    }
    Ok(rows)
}

fn meet(root: &Path, fault: &Fault) -> Outcome<Row> {
    let confirmed = Confirmed::default();
    let first = match fault.backend {
        Backend::Up(manner) => Some(Receiver::start("127.0.0.1:0", manner, confirmed.clone())?),
        Backend::Restarted => Some(Receiver::start("127.0.0.1:0", Manner::Good, confirmed.clone())?),
        Backend::Down | Backend::NoName => None,
    };
    let address = match (&first, fault.backend) {
        (Some(receiver), _) => receiver.address(),
        (None, Backend::NoName) => "no-such-host.invalid:4318".to_owned(),
        // One that was free a moment ago.
        (None, _) => TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string(),
    };
    let mut without = Shop::start(root, None)?;
    let mut with = Shop::start(root, Some(&format!("http://{address}")))?;
    without.wait()?;
    with.wait()?;
    let mut backend = first;
    let mut pace = Pace::default();
    let mut differing = 0;
    for round in 0..ROUNDS {
        if matches!(fault.backend, Backend::Restarted) {
            if round == ROUNDS / 3 {
                backend = None;
            } else if round == 2 * ROUNDS / 3 {
                backend = Some(Receiver::start(&address, Manner::Good, confirmed.clone())?);
            }
        }
        differing += ask_both(&with, &without, round, &mut pace)?;
    }
    let peaks = (with.peak()?, without.peak()?);
    let ended = with.end()?;
    drop(backend);
    without.end()?;
    Ok(Row { name: fault.name, pace, differing, peaks, ended, arrived: confirmed.len(), faults: Vec::new() })
}

/// The requests of one round: what can be asked again and again, and an order that is placed.
const REQUESTS: [(&str, &str); 3] = [
    ("/products", ""),
    ("/quotes", r#"{"customer": 1, "card": "4111-1111", "coupon": null, "lines": [{"sku": 101, "qty": 1}]}"#),
    ("/orders", r#"{"customer": 1, "card": "4111-1111", "coupon": null, "lines": [{"sku": 101, "qty": 1}]}"#),
];

/// Asks both; returns how many answers differ.
fn ask_both(with: &Shop, without: &Shop, round: usize, pace: &mut Pace) -> Outcome<usize> {
    let mut differing = 0;
    for (kind, (path, body)) in REQUESTS.into_iter().enumerate() {
        let (own, other);
        // Whoever is asked second finds a warmer machine.
        if round.is_multiple_of(2) {
            own = with.ask(path, body)?;
            other = without.ask(path, body)?;
        } else {
            other = without.ask(path, body)?;
            own = with.ask(path, body)?;
        }
        differing += usize::from(own.1 != other.1);
        pace.add(kind, own.0, other.0);
    }
    Ok(differing)
}

impl Row {
    /// Says what is wrong.
    fn judge(&mut self, fault: &Fault) {
        let lost = self.lost("span");
        let told =
            self.ended.lost.iter().all(|(operation, kind, _)| kind == "metric" || !operation.is_empty());
        let calls = self.ended.calls;
        let rules = [
            (self.pace.is_equal(), self.pace.fault()),
            (self.differing == 0, format!("{} answers differ", self.differing)),
            (self.peaks.0 <= self.peaks.1 + MEMORY, format!("it took {} MiB", self.peaks.0)),
            (self.ended.took <= END, format!("its end took {:?}", self.ended.took)),
            (!fault.arrives || self.ended.lost.is_empty(), format!("{lost} spans did not arrive")),
            (
                fault.arrives || (lost > 0 && self.ended.because.is_some()),
                "nothing is told as lost".to_owned(),
            ),
            (told, "a loss belongs to no operation".to_owned()),
            (
                calls > 0 && calls == self.arrived as u64 + lost,
                format!("{} spans arrived and {lost} are told as lost, of {calls}", self.arrived),
            ),
        ];
        self.faults = rules.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault).collect();
    }

    fn line(&self) -> String {
        let of = |kind| self.lost(kind);
        let lost = if self.ended.lost.is_empty() {
            "nothing".to_owned()
        } else {
            let operations: std::collections::BTreeSet<&str> = self
                .ended
                .lost
                .iter()
                .map(|(operation, _, _)| operation.as_str())
                .filter(|operation| !operation.is_empty())
                .collect();
            format!("{} spans, {} logs of {} operations", of("span"), of("log"), operations.len())
        };
        let (ratio, (with, without)) = (self.pace.ratio(), self.pace.medians());
        let equal =
            if self.differing == 0 { "equal".to_owned() } else { format!("{} DIFFER", self.differing) };
        format!(
            "| {} | {ratio:.2} ({with:.1} / {without:.1} ms) | {} {equal} | {} / {} MiB | {:.1} s | {} | {lost} | {} |\n",
            self.name,
            self.pace.requests(),
            self.peaks.0,
            self.peaks.1,
            self.ended.took.as_secs_f64(),
            self.arrived,
            self.ended.because.as_deref().map(short).unwrap_or_default(),
        )
    }
}

/// A reason without the address, which is another one each time.
fn short(reason: &str) -> String {
    let (before, after) = reason.split_once(" for url (").unwrap_or((reason, ""));
    let after = after.split_once(')').map_or(after, |(_, after)| after);
    format!("{before}{after}")
}

/// All of them as a table.
pub(super) fn table(rows: &[Row]) -> String {
    let mut text = "| The backend | Latency, with / without | Answers | Peak memory | End | Spans that arrived | Told as lost | Last reason |\n\
                    |---|---|---|---|---|---|---|---|\n"
        .to_owned();
    rows.iter().for_each(|row| text += &row.line());
    for row in rows.iter().filter(|row| !row.has_passed()) {
        text += &format!("\nFAILED: {}\n", row.name);
        row.faults.iter().for_each(|fault| text += &format!("  - {fault}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_no_address() {
        assert_eq!(
            short("error sending request for url (http://127.0.0.1:9/): refused"),
            "error sending request: refused"
        );
        assert_eq!(short("the backend answered 503"), "the backend answered 503");
    }

    fn row(ratio: f64, differing: usize, lost: u64) -> Row {
        let calls = 7 + lost;
        let lost = if lost == 0 { Vec::new() } else { vec![("pay".to_owned(), "span".to_owned(), lost)] };
        let because = (!lost.is_empty()).then(|| "refused".to_owned());
        let mut pace = Pace::default();
        let time = Duration::from_millis(10);
        (0..100).for_each(|_| pace.add(0, time.mul_f64(ratio), time));
        Row {
            name: "x",
            pace,
            differing,
            peaks: (30, 30),
            ended: Ended { took: Duration::from_secs(1), calls, lost, because },
            arrived: 7,
            faults: Vec::new(),
        }
    }

    #[test]
    fn what_a_fault_changes_is_told() {
        let judged = |mut row: Row, fault: &Fault| {
            row.judge(fault);
            row.faults.len()
        };
        let (good, down) = (&FAULTS[0], &FAULTS[3]);
        assert_eq!(judged(row(1.0, 0, 0), good), 0);
        assert_eq!(judged(row(2.0, 1, 0), good), 2, "slower, and with other answers");
        assert_eq!(judged(row(1.0, 0, 3), good), 1, "something is lost");
        assert_eq!(judged(row(1.0, 0, 3), down), 0);
        assert_eq!(judged(row(1.0, 0, 0), down), 1, "nothing arrived, and nothing is told");
        let mut silent = row(1.0, 0, 3);
        silent.ended.calls += 1;
        assert_eq!(judged(silent, down), 1, "one span neither arrived nor is told as lost");
    }
}
