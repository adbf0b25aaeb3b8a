//! Log lines, as they come from the layer: each is noted, and what of it may be evidence is laid beside the ledger.
//!
//! A line that claims nothing, and one that claims success in a call that fulfils, costs its note and no more.

use std::fmt;

use super::alarm::alarm;
use super::check::{self, Check};
use super::frame::{BOUND, Frame};
use super::ledger::new_entry;
use super::light::Numbers;
use super::place::{At, Whence};
use super::raw;
use super::said::{Hearing, Line, LogSite, Panic, level_text};
use super::stack::{self, Stack};
use super::state::is_on;
use super::thread::Thread;
use crate::model::{Code, Entry, Evidence, LogLevel, LogLine, Origin, Site, Told, Wording};

static FORMAT: Check = Check { code: Code::C904, clause: "the fields of a log line", site: Site::UNKNOWN };

/// A log line of the current call that says this and nothing else. Returns false, and nothing has happened, if that is not
/// what its place is known to say, or if it is evidence that has to be read at once.
#[inline(always)]
pub fn repeat(place: &'static LogSite, literal: &'static str) -> bool {
    if !place.is_harmless(literal) {
        if place.is_alarming(literal) {
            return alarm(place);
        }
        if !place.is_copy(literal) {
            return false;
        }
    }
    repeat_usually(place) || repeat_anew(place)
}

#[inline(always)]
fn repeat_usually(place: &'static LogSite) -> bool {
    let repeat = |thread: &Thread| {
        if thread.light().is_running() {
            return thread.repeat_light(place);
        }
        thread.at_rest(|stack| stack.repeat(thread, place))
    };
    raw::short(repeat).flatten().is_some()
}

/// A line in a light call whose lines bear no time, at a place that has said such lines before on this thread.
#[derive(Clone, Copy)]
pub struct Briskly<'a> {
    thread: &'a Thread,
    place: &'static LogSite,
}

impl fmt::Debug for Briskly<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Briskly").field("place", &self.place).finish_non_exhaustive()
    }
}

/// Runs `work`, in which no code of the user's runs, for a line with metadata at this address, if it may be noted briskly.
#[inline(always)]
pub fn briskly<T>(address: usize, work: impl FnOnce(Briskly<'_>) -> T) -> Option<T> {
    let work = |thread: &Thread| Some(work(Briskly { thread, place: thread.light().brisk_place(address)? }));
    raw::short(work).flatten()
}

impl Briskly<'_> {
    /// Notes the line if it says what its place is known to say. Returns false, and nothing has happened, if not.
    #[inline(always)]
    pub fn repeat(self, message: &dyn fmt::Debug) -> bool {
        let Some(literal) = self.place.guise.literal(message) else { return false };
        let noted = if self.place.is_harmless(literal) {
            self.thread.repeat_briskly(self.place)
        } else {
            self.thread.alarm_briskly(self.place, literal)
        };
        noted.is_some()
    }
}

/// The frame may have been full of lines, or never had one. A light call that has told too much gets one.
#[cold]
#[inline(never)]
fn repeat_anew(place: &'static LogSite) -> bool {
    let has_room = is_on() && stack::with(Stack::make_room_for_lines).unwrap_or(false);
    has_room && repeat_usually(place)
}

/// A log line of the current call that says what its place is known to say, with these numbers beside it. Returns false,
/// and nothing has happened, if it has to be heard.
#[inline]
pub(crate) fn count(place: &'static LogSite, numbers: &Numbers) -> bool {
    let count = |thread: &Thread| {
        if thread.light().is_running() {
            return thread.count_light(place, numbers);
        }
        thread.at_rest(|stack| stack.count_line(thread, place, numbers))
    };
    raw::short(count).flatten().is_some()
}

/// A log line of the current call.
#[inline]
pub fn log(place: &'static LogSite, hearing: &impl Hearing) {
    if !is_on() {
        return;
    }
    // The user's `Display` or `Debug` may panic: that is a finding of its own, and the rest of the line is kept.
    if let Some(Some(payload)) = stack::with(|stack| stack.take_line(place, hearing)) {
        check::does_not_hold(&FORMAT, Err(payload));
    }
}

impl Stack {
    /// Notes a line that is as its place is known to be.
    #[inline(always)]
    pub(super) fn repeat(&mut self, thread: &Thread, place: &'static LogSite) -> Option<()> {
        if !self.is_current() || self.is_beyond() {
            return None;
        }
        // Of none there is no last one.
        let top: &mut Frame = self.frames.get_mut(self.running.wrapping_sub(1))?;
        // Where lines are held against what is returned, each is read.
        if top.is_folding() || !top.plan.agrees.is_empty() {
            return None;
        }
        let at = if self.figures.is_brisk(top.callsite) { 0 } else { top.now() };
        let seq = top.seq.checked_add(1)?;
        let Whence { callsite: Some(callsite), place: position } = thread.at.get() else { return None };
        top.notes.repeat(at, (callsite, position), (place, seq))?;
        top.seq = seq;
        Some(())
    }

    /// Notes a line with numbers beside what its place is known to say.
    fn count_line(&mut self, thread: &Thread, place: &'static LogSite, numbers: &Numbers) -> Option<()> {
        if !self.is_current() || self.is_beyond() {
            return None;
        }
        let (top, is_brisk) = self.top_and_pace()?;
        let at = if is_brisk { 0 } else { top.now() };
        top.take_counts(at, thread.position().map(At::site), (place, numbers), true);
        Some(())
    }

    /// Notes a line; returns the panic with which it ended.
    fn take_line(&mut self, place: &'static LogSite, hearing: &impl Hearing) -> Option<Panic> {
        if self.is_beyond() {
            return None;
        }
        let (top, is_brisk) = self.top_and_pace()?;
        let now = if is_brisk { 0 } else { top.now() };
        let seq = top.next();
        let (line, wording, panic) = top.notes.hear((place, seq), hearing);
        let here = stack::position().map(At::site);
        top.take_line((now, here), line, wording);
        panic
    }
}

impl Frame {
    /// Takes a line that was said before the call had a frame; it may be one of a child.
    pub(super) fn take_repeat(
        &mut self,
        at: u64,
        site: Option<&'static Site>,
        place: &'static LogSite,
        is_own: bool,
    ) {
        let seq = if is_own { self.next() } else { self.seq };
        let line = Line::plain(place, seq);
        self.notes.known_line(at, site, line);
        if is_own && place.level == LogLevel::Error {
            self.wait_with(line, site);
        }
    }

    /// Takes a line with numbers beside what its place is known to say; it may be one of a child.
    #[inline(never)]
    pub(super) fn take_counts(
        &mut self,
        at: u64,
        site: Option<&'static Site>,
        (place, numbers): (&'static LogSite, &Numbers),
        is_own: bool,
    ) {
        let seq = if is_own { self.next() } else { self.seq };
        let line = self.notes.count((place, seq), numbers);
        let wording = place.known_wording();
        if is_own {
            self.take_line((at, site), line, wording);
        } else {
            self.notes.known_line(at, site, line);
            self.notes.pack_lines();
        }
    }

    #[inline(always)]
    fn take_line(&mut self, (now, here): (u64, Option<&'static Site>), line: Line, wording: Wording) {
        let here = here.unwrap_or(&self.callsite.operation().site);
        self.notes.line(now, here, line, wording);
        // A warning without a value is none with an error.
        let calm_up_to = if line.is_plain() { LogLevel::Warn } else { LogLevel::Info };
        let is_calm = line.place.level <= calm_up_to && wording != Wording::Failure;
        let counts = self.is_folding() && line.place.level >= LogLevel::Info;
        if !is_calm || counts || !self.plan.agrees.is_empty() {
            self.weigh(line, here, wording);
        }
        if !line.is_plain() {
            self.notes.pack_lines();
        }
    }

    /// Whether the line is an alarm: an error, or a warning with one.
    fn is_alarming(&self, line: &Line) -> bool {
        match line.place.level {
            LogLevel::Error => true,
            LogLevel::Warn => self.notes.said().is_some_and(|said| said.has_error(line)),
            _ => false,
        }
    }

    #[inline(never)]
    fn weigh(&mut self, line: Line, here: &'static Site, wording: Wording) {
        self.read_alarms();
        let alarming = self.is_alarming(&line);
        let counts = self.is_folding() && line.place.level >= LogLevel::Info;
        if alarming || counts || wording == Wording::Failure || !self.plan.agrees.is_empty() {
            self.take_evidence(&line, here, alarming);
        }
    }

    #[inline(never)]
    pub(super) fn take_evidence(&mut self, line: &Line, here: &'static Site, alarming: bool) {
        let Some(mut line) = self.notes.said().map(|said| said.evidence(line, Some(here))) else { return };
        for field in self.plan.agrees {
            if let Some(value) = told_in(&line.text, field) {
                self.tell(Told { field, value, by_event: false, site: line.site });
            }
        }
        if alarming {
            line.entry = self.join_log(&line);
        } else if line.wording == Wording::Failure {
            line.entry = self.entry_of(&line);
        }
        // Where effects are counted, a line with a number may contradict them, whatever its words.
        let counts = self.is_folding()
            && line.level >= LogLevel::Info
            && line.text.contains(|c: char| c.is_ascii_digit());
        if (alarming || counts || line.wording == Wording::Failure) && self.logs.len() < BOUND {
            self.logs.push(line);
        }
    }

    /// Lays the lines that claim success beside the others: they are evidence now.
    pub(super) fn gather_boasts(&mut self) {
        if !self.notes.boasts() {
            return;
        }
        self.notes.unfold();
        for line in self.notes.boasting() {
            let is_new = line.seq > self.judged && self.logs.iter().all(|known| known.seq != line.seq);
            if is_new && self.logs.len() < BOUND {
                self.logs.push(line);
            }
        }
        self.logs.sort_by_key(|line| line.seq);
    }

    /// The entry that an alarming line belongs to; without one, it opens its own.
    fn join_log(&mut self, line: &LogLine) -> Option<usize> {
        let what = [level_text(line.level), " logged \"", &line.text, "\""].concat();
        let evidence = Evidence { what, site: Some(line.site) };
        if let Some(index) = self.entry_of(line) {
            if let Some(entry) = self.entries.get_mut(index)
                && entry.evidence.len() < 8
            {
                entry.evidence.push(evidence);
            }
            return Some(index);
        }
        if self.answered.is_some_and(|probe| probe.covers(&line.site)) {
            return None;
        }
        let mut entry = new_entry(Origin::Log, line.seq, line.seq, line.site);
        entry.text = line.error.clone().unwrap_or_else(|| line.text.clone());
        entry.evidence.push(evidence);
        self.keep_entry(entry);
        self.entries.len().checked_sub(1)
    }

    fn entry_of(&self, line: &LogLine) -> Option<usize> {
        let within = |entry: &Entry| matches!(entry.origin, Origin::Probe(probe) if probe.covers(&line.site));
        let said = |entry: &Entry| {
            entry.text.len() > 2
                && (line.error.as_deref() == Some(entry.text.as_str())
                    || line.text.contains(entry.text.as_str()))
        };
        self.entries.iter().rposition(|entry| within(entry) || said(entry))
    }
}

/// The value that a line gives for a field: what stands behind ` field=`.
fn told_in(text: &str, field: &str) -> Option<String> {
    let named = format!("{field}=");
    let value = text.split_whitespace().find_map(|word| word.strip_prefix(named.as_str()))?;
    Some(value.trim_matches(|c: char| c == '"' || c == ',').to_owned())
}
