//! What log lines say, as it is said: values stay raw, words lie one behind the other, and nothing is allocated for a line
//! of its own. It becomes text in a report.
//!
//! A message that repeats, word for word, what its place is known to say is not even copied.

mod words;

use std::any::Any;
use std::fmt::{self, Write as _};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};

pub use self::words::Words;
use super::light::{FEW, Numbers};
use super::page::Run;
use super::raw::Guise;
use crate::model::{LogLevel, LogLine, Site, Value, Wording};

/// How many characters of a line are told.
const TEXT: usize = 300;
/// How many bytes of a message, or of a value, are kept: so many characters take no more.
const BYTES: usize = TEXT * 4;
/// How many bytes of all values of a line are kept, and how many values: more do not fit into what is told.
const ALL_BYTES: usize = BYTES * 4;
const FIELDS: usize = TEXT / 3;
/// What a field takes as a rule, with its name.
const USUAL_FIELD: usize = 24;
/// Names of fields whose value is an error.
const ERRORS: [&str; 5] = ["error", "err", "e", "cause", "source"];

/// No thing at all, as numbers are written.
const ZERO: &str = "0";

/// A place that logs. It lives as long as the process. What a line that is known is held against lies in front.
#[derive(Debug)]
#[repr(C)]
pub struct LogSite {
    /// Where its metadata lie, if it says a message and nothing else; else 0.
    pub terse: usize,
    /// How its message is shown.
    pub guise: Guise,
    /// The literal that it is known to say, if it is no evidence when it is said again: where it lies, and its length.
    harmless: AtomicPtr<u8>,
    length: AtomicU32,
    /// It has said something else than a literal, or something else than numbers beside it: it is always read.
    is_mixed: AtomicBool,
    /// What the fields beside its message are called, if they may all be numbers and no more than a few; else nothing.
    pub beside: &'static [&'static str],
    /// The same as `harmless`, if it is an alarm, by its level alone.
    alarming: AtomicPtr<u8>,
    /// How urgent its lines are.
    pub level: LogLevel,
    /// Where it stands, as far as the line tells.
    pub site: Site,
    known: OnceLock<Known>,
}

/// What the user's code panicked with while it was read.
pub(super) type Panic = Box<dyn Any + Send>;

/// What a place said when it was heard first.
#[derive(Debug)]
struct Known {
    text: Box<str>,
    /// Where its pieces end, as they were written: words of the format and values between them.
    ends: Box<[usize]>,
    wording: Wording,
    /// A number in another number's place may change what the message claims.
    numbers_matter: bool,
    /// It has one number of its own that is zero: what it claims where that is not zero, once that was heard.
    zero: Option<OnceLock<Wording>>,
}

/// Reads one line, and knows what words claim.
pub trait Hearing {
    /// Shows the line's message and its fields.
    fn show(&self, words: &mut Words<'_>);
    /// What a message claims.
    fn claim(&self, message: &str) -> Wording;
    /// Whether it may claim something else with other numbers in it.
    fn do_numbers_matter(&self, message: &str) -> bool;
}

impl Known {
    fn new(text: &str, ends: &[usize], wording: Wording, hearing: &impl Hearing) -> Known {
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let zeros = begins.zip(ends).filter(|(begin, end)| text.get(*begin..**end) == Some(ZERO)).count();
        Known {
            text: text.into(),
            ends: ends.into(),
            wording,
            numbers_matter: hearing.do_numbers_matter(text),
            zero: (zeros == 1).then(OnceLock::new),
        }
    }
}

impl LogSite {
    /// A place that was not heard yet.
    #[must_use]
    pub const fn new(level: LogLevel, site: Site) -> LogSite {
        LogSite {
            level,
            site,
            guise: Guise::NONE,
            terse: 0,
            beside: &[],
            known: OnceLock::new(),
            harmless: AtomicPtr::new(ptr::null_mut()),
            alarming: AtomicPtr::new(ptr::null_mut()),
            length: AtomicU32::new(0),
            is_mixed: AtomicBool::new(false),
        }
    }

    /// The same place, whose message is shown in this guise; `terse` is where its metadata lie, if it says a message and
    /// nothing else.
    #[must_use]
    pub fn shown(self, guise: Guise, terse: usize) -> LogSite {
        LogSite { guise, terse, ..self }
    }

    /// The same place, with fields of these names beside its message. One that is called as an error is may be evidence,
    /// whatever its value, and so may any line that is an error by its level.
    #[must_use]
    pub fn with_fields(self, names: &'static [&'static str]) -> LogSite {
        let are_few = names.len() <= FEW && !names.iter().any(|name| names_an_error(name));
        LogSite { beside: if are_few && self.level <= LogLevel::Warn { names } else { &[] }, ..self }
    }

    /// Whether it may say numbers beside the literal that it is known to say, and no evidence. Relaxed: a line that is looked at once
    /// more is read all the same.
    #[inline(always)]
    pub(crate) fn may_count(&self) -> bool {
        !self.beside.is_empty()
            && !self.is_mixed.load(Ordering::Relaxed)
            && !self.harmless.load(Ordering::Relaxed).is_null()
    }

    /// It says something else beside its message than numbers, or another one than a literal.
    #[inline]
    pub(crate) fn mixes(&self) {
        self.is_mixed.store(true, Ordering::Relaxed);
    }

    /// What the message claims that it is known to say.
    pub(super) fn known_wording(&self) -> Wording {
        self.known.get().map_or(Wording::Neutral, |known| known.wording)
    }

    /// Whether a line with these words is no evidence by itself. A warning is one with an error for a value.
    #[inline]
    pub(super) fn is_calm(&self, wording: Wording) -> bool {
        self.level <= LogLevel::Warn && wording != Wording::Failure
    }

    /// Whether this is the literal that it is known to say, and no evidence.
    #[inline(always)]
    pub(crate) fn is_harmless(&self, literal: &'static str) -> bool {
        self.is_known(&self.harmless, literal)
    }

    /// Whether this is the literal that it is known to say, and an error by its level.
    #[inline(always)]
    pub(super) fn is_alarming(&self, literal: &'static str) -> bool {
        self.is_known(&self.alarming, literal)
    }

    #[inline(always)]
    fn is_known(&self, known: &AtomicPtr<u8>, literal: &'static str) -> bool {
        // Acquire: the partner is in `know`.
        ptr::eq(known.load(Ordering::Acquire), literal.as_ptr())
            && self.length.load(Ordering::Relaxed) as usize == literal.len()
    }

    /// Whether it is a copy of the literal that it is known to say, and no evidence: where code stands twice, so may what it says.
    #[cold]
    #[inline(never)]
    pub(crate) fn is_copy(&self, literal: &'static str) -> bool {
        let is_harmless = !self.harmless.load(Ordering::Acquire).is_null();
        is_harmless && self.known.get().is_some_and(|known| *known.text == *literal)
    }

    /// What it says is known from now on, unless another thread was faster, and the literal, if it is one.
    fn know(&self, known: Known, literal: Option<&'static str>) {
        let place = match self.level {
            LogLevel::Error => Some(&self.alarming),
            _ if self.is_calm(known.wording) => Some(&self.harmless),
            _ => None,
        };
        if self.known.set(known).is_ok()
            && let (Some(place), Some(literal)) = (place, literal)
        {
            // One that is too long for that is never known.
            self.length.store(u32::try_from(literal.len()).unwrap_or(u32::MAX), Ordering::Relaxed);
            // Release: whoever finds the literal finds its length, and what is known.
            place.store(literal.as_ptr().cast_mut(), Ordering::Release);
        }
    }
}

/// The words and values of lines, in the pages of a call.
#[derive(Default)]
pub(super) struct Said {
    text: String,
    fields: Vec<Field>,
    more: Vec<More>,
    /// Where the pieces of a message end that is the first one of its place.
    ends: Vec<usize>,
}

/// A field of a line.
#[derive(Clone, Copy)]
struct Field {
    name: &'static str,
    value: Raw,
    /// It is an error by its type.
    is_error: bool,
}

#[derive(Clone, Copy)]
enum Raw {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    /// It lies in the text of its line.
    Text(Run),
}

/// One line. It is small, and passes in registers: copied as a whole, it would wait for its parts to be written.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) place: &'static LogSite,
    pub(super) seq: u32,
    /// Which of [`Said::more`] it is; [`PLAIN`] if it says what its place is known to say, and nothing else.
    more: u32,
}

const PLAIN: u32 = u32::MAX;

/// What a line says that is not known of its place.
#[derive(Clone, Copy)]
struct More {
    wording: Wording,
    text: Run,
    fields: Run,
    /// Where in its text the message lies; nothing if it is what the place is known to say.
    message: Option<Run>,
    /// The message is an error by its type.
    is_error: bool,
}

impl Said {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
        self.more.clear();
    }

    /// How much memory it holds, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let (fields, more) = (self.fields.capacity(), self.more.capacity());
        self.text.capacity() + fields * size_of::<Field>() + more * size_of::<More>()
    }

    /// How much memory is in use, in bytes.
    pub(super) fn used(&self) -> usize {
        self.text.len() + self.fields.len() * size_of::<Field>() + self.more.len() * size_of::<More>()
    }

    /// Hears a line; what a panic of the user's code left unsaid is missing.
    #[inline]
    pub(super) fn hear(
        &mut self,
        (place, seq): (&'static LogSite, u32),
        hearing: &impl Hearing,
    ) -> (Line, Option<Panic>) {
        let mut words = Words::new(place, self);
        hearing.show(&mut words);
        words.finish(seq, hearing)
    }

    /// A line that says what its place is known to say, with these numbers beside it.
    #[inline]
    pub(super) fn count(&mut self, (place, seq): (&'static LogSite, u32), numbers: &Numbers) -> Line {
        let begin = self.fields.len();
        for (name, value) in place.beside.iter().zip(numbers.values()) {
            let value = match value {
                Value::I64(value) => Raw::I64(value),
                Value::U64(value) => Raw::U64(value),
                _ => continue,
            };
            self.fields.push(Field { name, value, is_error: false });
        }
        let (text, fields) = (Run::new(self.text.len(), 0), Run::new(begin, self.fields.len() - begin));
        let wording = place.known_wording();
        let more = self.add(More { wording, text, fields, message: None, is_error: false });
        Line { place, seq, more }
    }

    /// Takes over a line of others.
    pub(super) fn copy(&mut self, line: &Line, from: &Said) -> Line {
        let Some(more) = from.more(line) else { return *line };
        let (text, fields) = (self.text.len(), self.fields.len());
        self.text.push_str(from.text(line));
        self.fields.extend_from_slice(from.fields(line));
        let text = Run::new(text, self.text.len() - text);
        let fields = Run::new(fields, self.fields.len() - fields);
        Line { more: self.add(More { text, fields, ..*more }), ..*line }
    }

    fn add(&mut self, more: More) -> u32 {
        self.more.push(more);
        u32::try_from(self.more.len() - 1).unwrap_or(PLAIN)
    }

    fn more(&self, line: &Line) -> Option<&More> {
        self.more.get(line.more as usize)
    }

    fn text(&self, line: &Line) -> &str {
        self.more(line).and_then(|more| self.text.get(more.text.range())).unwrap_or_default()
    }

    fn fields(&self, line: &Line) -> &[Field] {
        self.more(line).and_then(|more| self.fields.get(more.fields.range())).unwrap_or_default()
    }

    /// What the message of a line claims.
    #[inline]
    pub(super) fn wording(&self, line: &Line) -> Wording {
        if line.is_plain() {
            return line.known_wording();
        }
        self.more(line).map_or(Wording::Neutral, |more| more.wording)
    }

    /// The same behind its level.
    pub(super) fn tell_with_level(&self, line: &Line) -> String {
        format!("{} {}", level_text(line.place.level), self.tell(line))
    }

    fn message(&self, line: &Line) -> &str {
        let own = self.more(line).and_then(|more| more.message);
        match (own, line.place.known.get()) {
            (Some(message), _) => self.text(line).get(message.range()).unwrap_or_default(),
            (None, Some(known)) => &known.text,
            (None, None) => "",
        }
    }

    /// The message and the fields of a line, in words.
    pub(super) fn tell(&self, line: &Line) -> String {
        let (text, fields) = (self.text(line), self.fields(line));
        let mut whole = Bounded::default();
        whole.text.reserve(self.message(line).len().min(BYTES) + fields.len() * USUAL_FIELD);
        whole.add(self.message(line).trim_start());
        for field in fields {
            if !whole.text.is_empty() {
                whole.add(" ");
            }
            whole.add(field.name);
            whole.add("=");
            // What does not fit ends early, which is no error here.
            let _full = field.value.write(text, &mut whole);
        }
        let mut whole = whole.text;
        whole.truncate(whole.trim_end().len());
        whole
    }

    fn is_error(&self, line: &Line) -> bool {
        self.more(line).is_some_and(|more| more.is_error)
    }

    /// The value of the first error that a line has.
    fn error(&self, line: &Line) -> Option<String> {
        if self.is_error(line) {
            let mut told = Bounded::default();
            told.add(self.message(line));
            return Some(told.text);
        }
        let mut fields = self.fields(line).iter();
        let field = fields.find(|field| field.is_error || names_an_error(field.name))?;
        Some(field.value.tell(self.text(line)))
    }

    /// Whether a line has an error for a value.
    pub(super) fn has_error(&self, line: &Line) -> bool {
        self.is_error(line)
            || self.fields(line).iter().any(|field| field.is_error || names_an_error(field.name))
    }

    /// The line as evidence; `here` is where the call was.
    pub(super) fn evidence(&self, line: &Line, here: Option<&Site>) -> LogLine {
        LogLine {
            seq: line.seq,
            level: line.place.level,
            text: self.tell(line),
            wording: self.wording(line),
            error: self.error(line),
            site: line.site(here),
            entry: None,
        }
    }
}

impl Line {
    /// One that says what its place is known to say, and nothing else.
    #[inline(always)]
    pub(super) fn plain(place: &'static LogSite, seq: u32) -> Line {
        Line { place, seq, more: PLAIN }
    }

    /// What the message claims that its place is known to say.
    pub(super) fn known_wording(&self) -> Wording {
        self.place.known_wording()
    }

    /// Whether it says what its place is known to say, and nothing else.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        self.more == PLAIN
    }

    /// Where it was said. The place knows its file and its line; the call knows the rest.
    pub(super) fn site(&self, here: Option<&Site>) -> Site {
        let mut site = self.place.site;
        if let Some(here) = here.filter(|here| here.file == site.file) {
            site.function = here.function;
            if here.line == site.line {
                site.column = here.column;
            }
        }
        site
    }
}

impl Raw {
    fn tell(self, text: &str) -> String {
        let mut told = Bounded::default();
        // What does not fit ends early, which is no error here.
        let _full = self.write(text, &mut told);
        told.text
    }

    fn write(self, text: &str, told: &mut Bounded) -> fmt::Result {
        match self {
            Raw::Bool(value) => write!(told, "{value}"),
            Raw::I64(value) => write!(told, "{value}"),
            Raw::U64(value) => write!(told, "{value}"),
            Raw::F64(value) => write!(told, "{value:?}"),
            Raw::Text(run) => told.write_str(text.get(run.range()).unwrap_or_default()),
        }
    }
}

/// `error`, and also the last part of `http.error`.
fn names_an_error(name: &str) -> bool {
    ERRORS.contains(&name.rsplit('.').next().unwrap_or(name))
}

/// A string that stops growing.
#[derive(Default)]
struct Bounded {
    text: String,
    chars: usize,
}

impl Bounded {
    fn add(&mut self, text: &str) {
        // A text that does not fit ends early, which is no error here.
        let _full = self.write_str(text);
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        // There are no more characters than bytes.
        if more.len() <= TEXT - self.chars {
            self.chars += more.chars().count();
            self.text.push_str(more);
            return Ok(());
        }
        for c in more.chars() {
            if self.chars >= TEXT {
                return Err(fmt::Error);
            }
            self.chars += 1;
            self.text.push(c);
        }
        Ok(())
    }
}

pub(super) fn level_text(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Trace => "TRACE",
        LogLevel::Debug => "DEBUG",
        LogLevel::Info => "INFO",
        LogLevel::Warn => "WARN",
        LogLevel::Error => "ERROR",
    }
}

#[cfg(test)]
mod tests;
