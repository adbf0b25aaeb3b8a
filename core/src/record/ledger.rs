//! The error ledger of one call: each error seen is one entry, however often it is sighted.
//!
//! Nothing is decided here: entries are opened, joined, superseded and recovered; the monitor reads what is left.

use std::ptr;

use super::clock::ticks;
use super::figure::Lost;
use super::frame::{BOUND, Frame};
use super::mark::Mark;
use super::place::ProbeAt;
use super::recast::{self, is_in_passing};
use super::sighting::{Said, Seen};
use super::stack;
use super::state::is_on;
use super::thread::HERE;
use crate::model::{
    Broken, Class, Code, Disposition, Entry, ErrorKind, Evidence, LineKind, Origin, Outcome, Probe, Site,
    TOLD, Value, last_segment,
};

/// How many entries of one probe are kept apart; later ones are counted in the last of them.
const APART: usize = 4;
/// A probe saw an `Err`.
#[cold]
#[inline(never)]
pub fn saw_err(probe: ProbeAt, mark: Mark, seen: Seen<'_>) {
    if !is_on() || !stack::has_frame() {
        return;
    }
    let said = Said::of(&seen);
    let probe = probe.probe();
    let sight = Pending { place: probe.site, mark, kind: seen.kind, type_name: seen.type_name, said };
    stack::with_top(|frame| frame.open_entry(probe, sight));
}

/// What a pattern is tried on was an `Err`; the arm that is entered says what becomes of it.
#[cold]
#[inline(never)]
pub fn pend(scrutinee: ProbeAt, mark: Mark, seen: Seen<'_>) {
    if !is_on() || !stack::has_frame() {
        return;
    }
    let (said, kind, type_name) = (Said::of(&seen), seen.kind, seen.type_name);
    stack::with_top(|frame| {
        if frame.pending.len() >= PENDING {
            frame.pending.remove(0);
        }
        let place = scrutinee.probe().site;
        frame.pending.push(Pending { place, mark, kind, type_name, said });
    });
}

/// An arm was entered that an `Err` can enter: its error becomes an entry.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn settle(scrutinee: ProbeAt, arm: ProbeAt) {
    if scrutinee.callsite().is_awake() {
        settle_within(scrutinee, arm);
    }
}

#[inline(never)]
fn settle_within(scrutinee: ProbeAt, arm: ProbeAt) {
    stack::with_top(|frame| {
        if !frame.pending.is_empty() {
            frame.settle(scrutinee.probe(), arm.probe());
        }
    });
}

/// The error of a scrutinee whose arm has not been entered yet.
pub(super) struct Pending {
    place: Site,
    mark: Mark,
    kind: ErrorKind,
    type_name: &'static str,
    said: Said,
}

/// How many scrutinees can wait for their arms at a time.
const PENDING: usize = 8;

/// A probe saw an `Ok`: what failed there before was a try.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn saw_ok(probe: ProbeAt) {
    if is_on() {
        saw_ok_within(probe);
    }
}

/// The same for whoever knows whether anything is recorded.
#[inline(always)]
pub(super) fn saw_ok_within(probe: ProbeAt) {
    saw_ok_here::<HERE>(probe);
}

#[inline(never)]
fn saw_ok_here<const HERE: bool>(probe: ProbeAt) {
    if has_errors() {
        stack::with_top(|frame| frame.supersede(probe.probe()));
    }
}

/// An error was dealt with, for this reason.
pub fn recovered(why: &'static str, seen: Seen<'_>) {
    if !is_on() || !stack::has_frame() {
        return;
    }
    let said = Said::of(&seen);
    let type_name = seen.type_name.trim_start_matches('&');
    stack::with_top(|frame| {
        frame.read_alarms();
        let text = format!("recovered: {why} ({})", said.text);
        let site = stack::position().map(|at| *at.site());
        frame.words(LineKind::Recovered, text, site);
        let open = frame.entries.iter_mut().rev().find(|entry| {
            let same_text = said.text.contains(entry.text.as_str())
                || (said.text.len() > 2 && entry.text.contains(said.text.as_str()));
            let same_error = entry.type_name == type_name || same_text;
            entry.recovered.is_none() && !entry.superseded && same_error
        });
        if let Some(entry) = open {
            entry.recovered = Some(why.to_owned());
        }
        frame.report_panic(said.panic);
    });
}

/// Whether the call that runs here has errors in its ledger.
#[inline]
pub fn has_errors() -> bool {
    stack::glance(false, Frame::has_entries) == Some(true)
}

/// The returned value tells that something failed: whoever takes it knows of the errors. Not of one that was thrown away
/// before, of which neither this text nor the last error says anything.
pub fn told(text: &str) {
    stack::with_top(|frame| {
        frame.read_alarms();
        let last = frame.entries.iter().map(|entry| entry.seq).max();
        for entry in &mut frame.entries {
            let is_told = Some(entry.seq) == last
                || !is_thrown_away(entry)
                || (!entry.text.is_empty() && text.contains(entry.text.as_str()));
            if is_told {
                entry.recovered.get_or_insert_with(|| TOLD.to_owned());
            }
        }
    });
}

/// Whether an error was let go by a statement of its own, and the call went on as if there were none.
fn is_thrown_away(entry: &Entry) -> bool {
    matches!(entry.origin, Origin::Probe(probe) if probe.disposition == Disposition::Dropped && probe.form.is_unseen())
}

/// What the key of an operation is compared by.
pub(super) fn key_hash(key: Option<&Value>) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let Some(key) = key else { return 0 };
    let mut hasher = DefaultHasher::new();
    key.to_string().hash(&mut hasher);
    hasher.finish()
}

/// Values in an `Err` that are answers rather than errors, by their type.
fn is_answer(type_name: &str) -> bool {
    matches!(
        type_name,
        "()" | "bool"
            | "char"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
    )
}

impl Frame {
    fn settle(&mut self, scrutinee: &'static Probe, arm: &'static Probe) {
        let index = self.pending.iter().rposition(|pending| pending.place == scrutinee.site);
        if let Some(sight) = index.map(|index| self.pending.remove(index)) {
            self.open_entry(arm, sight);
        }
    }

    fn open_entry(&mut self, probe: &'static Probe, sight: Pending) {
        let Pending { place, mark, kind, type_name, said } = sight;
        self.read_alarms();
        // The arm knows what its scrutinee does not: that a closed channel ends the loop.
        let is_end = probe.ends_loop && closes_loop(type_name);
        let kind = if is_end { ErrorKind::End } else { kind };
        let begin = mark.within(self).unwrap_or(self.seq);
        let seq = self.next();
        let recast = self.is_recast(probe, kind, type_name, &said);
        self.report_panic(said.panic);
        if is_in_passing(probe) {
            if recast {
                self.pass(probe, (seq, begin), (type_name, said.text));
            }
            return;
        }
        let mut inner = self.take_inner(begin, &said.text, probe.disposition);
        if kind == ErrorKind::Answer && !inner.iter().any(is_child) {
            inner.extend(self.take_child(type_name, &said.text));
        }
        let is_none = probe.admits_none && recast::is_absence(type_name, [&said.debug, &said.text]);
        let was_failure = inner.iter().any(is_child);
        if is_none || kind != ErrorKind::Error && (!was_failure || probe.replies) {
            // An answer or an end, and nothing that failed below it: put back what only logged.
            inner.retain(|entry| !is_none || !is_child(entry));
            self.entries.extend(inner);
            self.answered = Some(probe).filter(|probe| is_none || probe.disposition == Disposition::Handed);
            return;
        }
        let mut entry = new_entry(Origin::Probe(probe), seq, begin, probe.site);
        (entry.place, entry.type_name, entry.recast) = (place, type_name, recast);
        (entry.text, entry.variant) = (said.text, said.variant);
        inner.into_iter().for_each(|inner| take_over(&mut entry, inner));
        if probe.disposition == Disposition::Ends && entry.variant != LAGGED {
            return;
        }
        self.witness(entry, probe);
    }

    /// Keeps an entry with what its probe saw.
    pub(super) fn witness(&mut self, mut entry: Entry, probe: &'static Probe) {
        if !probe.callee.is_empty() {
            entry.callees.insert(0, probe.callee);
        }
        let what = format!("{} met Err({})", probe.form.text(), entry.text);
        // One of which nothing is known is told by the line of the log behind it alone.
        if !entry.text.is_empty() || !entry.type_name.is_empty() {
            self.words(LineKind::Error, what.clone(), Some(probe.site));
        }
        entry.evidence.push(Evidence { what, site: Some(probe.site) });
        self.keep_entry(entry);
    }

    /// Takes the entries that an expression opened while it ran: failed children, and log lines.
    fn take_inner(&mut self, begin: u32, text: &str, becomes: Disposition) -> Vec<Entry> {
        let belongs = |entry: &Entry| {
            let open = !entry.superseded && entry.recovered.is_none();
            open && match entry.origin {
                Origin::Child(_) => entry.seq > begin,
                Origin::Log => entry.seq > begin || (!text.is_empty() && entry.text.contains(text)),
                // Where it ends, nobody hears what it was passed on as.
                Origin::Probe(probe) => {
                    is_in_passing(probe) && entry.seq > begin && becomes != Disposition::Handed
                }
            }
        };
        self.entries.extract_if(.., |entry| belongs(entry)).collect()
    }

    pub(super) fn keep_entry(&mut self, entry: Entry) {
        if let Origin::Probe(probe) = entry.origin {
            let same = |known: &Entry| {
                matches!(known.origin, Origin::Probe(p) if ptr::eq(p, probe)) && !known.superseded
            };
            if self.entries.iter().filter(|known| same(known)).count() >= APART
                && let Some(last) = self.entries.iter_mut().rev().find(|known| same(known))
            {
                last.repeats = last.repeats.saturating_add(1);
                return;
            }
        }
        if self.entries.len() >= BOUND {
            self.lose(Lost::Entry);
        } else {
            self.entries.push(entry);
        }
    }

    fn supersede(&mut self, probe: &'static Probe) {
        if probe.iteration || is_receive(probe.callee) {
            return;
        }
        for entry in &mut self.entries {
            // An entry with a key waits for the child of that key: see `supersede_child`.
            if matches!(entry.origin, Origin::Probe(_)) && entry.place == probe.site && entry.key == 0 {
                entry.superseded = true;
            }
        }
        self.supersede_passing();
    }

    /// A child of this call ended.
    pub(super) fn child_ended(&mut self, child: &Frame, outcome: &Outcome) {
        let operation = child.callsite.operation();
        self.abandoned_below |= outcome.class == Class::Abandoned && (child.acted || child.abandoned_below);
        let failed = match outcome.class {
            Class::Fulfilled => {
                if !self.entries.is_empty() {
                    self.supersede_child(child);
                }
                false
            }
            Class::Refused | Class::Failed => !is_answer(outcome.reason),
            // A loser of `select!` had its reason; a panic that goes no further is a failure here.
            Class::Abandoned => outcome.reason == "panic",
        };
        if !failed {
            return;
        }
        self.read_alarms();
        let begin = self.seq;
        let seq = self.next();
        let site = self.position(stack::position());
        let mut entry = new_entry(Origin::Child(operation), seq, begin, site);
        entry.class = Some(outcome.class);
        entry.type_name = outcome.reason;
        entry.variant = outcome.reason.to_owned();
        entry.text = outcome.detail.as_deref().unwrap_or(outcome.reason).to_owned();
        entry.key = key_hash(child.key.as_ref());
        entry.when = ticks();
        entry.callees.push(operation.site.function);
        let what = format!("`{}` {outcome}", operation.name);
        entry.evidence.push(Evidence { what, site: Some(site) });
        self.keep_entry(entry);
    }

    fn supersede_child(&mut self, child: &Frame) {
        let operation = child.callsite.operation();
        if is_receive(operation.site.function) {
            return;
        }
        let key = key_hash(child.key.as_ref());
        for entry in &mut self.entries {
            let same = match entry.origin {
                Origin::Child(known) => ptr::eq(known, operation),
                // What was thrown away unseen is tried again only where a key says that it is the same thing.
                Origin::Probe(probe) => {
                    let is_tried = key != 0 || !probe.form.is_unseen();
                    is_tried && !probe.iteration && entry.callees.contains(&operation.site.function)
                }
                Origin::Log => false,
            };
            // What ran beside it, and was begun before it failed, is no second try.
            let is_beside = child.started != 0 && child.started < entry.when;
            entry.superseded |= same && entry.key == key && !is_beside;
        }
        self.supersede_passing();
    }

    fn report_panic(&mut self, panic: Option<String>) {
        let Some(what) = panic else { return };
        let site = self.position(stack::position());
        let seq = self.next();
        if self.broken.len() < BOUND {
            self.broken.push(Broken {
                code: Code::C904,
                seq,
                site,
                clause: "the text of an error".to_owned(),
                expected: "a `Display` or `Debug` that does not panic".to_owned(),
                observed: format!("it panicked: {what}"),
                claimed: None,
            });
        }
    }
}

pub(super) fn new_entry(origin: Origin, seq: u32, begin: u32, site: Site) -> Entry {
    Entry {
        seq,
        begin,
        origin,
        kind: ErrorKind::Error,
        class: None,
        type_name: "",
        text: String::new(),
        variant: String::new(),
        site,
        place: site,
        when: 0,
        key: 0,
        evidence: Vec::new(),
        callees: Vec::new(),
        superseded: false,
        recovered: None,
        recast: false,
        repeats: 0,
    }
}

fn is_child(entry: &Entry) -> bool {
    matches!(entry.origin, Origin::Child(_))
}

/// What a child or a line of the log told belongs to this entry. The first child that failed says what it was about.
fn take_over(entry: &mut Entry, inner: Entry) {
    entry.key = if entry.key == 0 { inner.key } else { entry.key };
    entry.when = entry.when.max(inner.when);
    entry.evidence.extend(inner.evidence);
    entry.callees.extend(inner.callees);
    entry.class = inner.class.or(entry.class);
}

/// Errors that say that the other side is gone: where they end a loop, they are its end.
pub(crate) fn closes_loop(type_name: &str) -> bool {
    matches!(last_segment(type_name), "SendError" | "TrySendError" | "Closed" | "Disconnected")
}

/// A receiver that was too slow says this of the messages that it has lost: its channel has not ended.
const LAGGED: &str = "Lagged";

/// Functions whose next `Ok` is another item, not a second try.
fn is_receive(callee: &str) -> bool {
    let name = callee.rsplit("::").next().unwrap_or(callee);
    matches!(
        name,
        "recv"
            | "try_recv"
            | "recv_timeout"
            | "recv_many"
            | "next"
            | "try_next"
            | "accept"
            | "pop"
            | "read_line"
    )
}
