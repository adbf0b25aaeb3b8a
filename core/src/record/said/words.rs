//! Takes down one line: its message beside what its place is known to say, and its fields behind one another.

use std::fmt::{self, Write as _};

use super::{
    ALL_BYTES, BYTES, FIELDS, Field, Hearing, Known, Line, LogSite, More, PLAIN, Panic, Raw, Said, ZERO,
};
use crate::model::Wording;
use crate::record::page::Run;
use crate::record::stack::reading;

/// Takes down one line.
pub struct Words<'a> {
    place: &'static LogSite,
    said: &'a mut Said,
    /// Where its text and its fields begin.
    text: usize,
    fields: usize,
    likeness: Likeness,
    /// How much of what the place is known to say was said again.
    matched: usize,
    /// Which of its pieces comes next, once it is not word for word the same.
    next: usize,
    /// Where in the text the message begins, and what it may grow to.
    message: Option<usize>,
    /// Where it ends; nothing while it is being written.
    ended: Option<usize>,
    /// The message is an error by its type.
    is_error: bool,
    /// The message, if it is a literal.
    literal: Option<&'static str>,
    /// What the user's code panicked with first.
    panic: Option<Panic>,
}

/// How a message is to what its place is known to say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// Word for word the same so far; it is not copied.
    Same,
    /// The same but for numbers.
    Alike,
    /// The same but for numbers, and the only one that was zero is not.
    Counted,
    /// Something else, or nothing is known.
    Other,
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words").field("place", &self.place).finish_non_exhaustive()
    }
}

impl<'a> Words<'a> {
    #[inline]
    pub(super) fn new(place: &'static LogSite, said: &'a mut Said) -> Words<'a> {
        let (text, fields) = (said.text.len(), said.fields.len());
        let likeness = if place.known.get().is_some() { Likeness::Same } else { Likeness::Other };
        Words {
            place,
            said,
            text,
            fields,
            likeness,
            matched: 0,
            next: 0,
            message: None,
            ended: None,
            is_error: false,
            literal: None,
            panic: None,
        }
    }

    /// The message. The user's code may write it.
    #[inline]
    pub fn message(&mut self, message: &dyn fmt::Debug) {
        self.message = Some(self.said.text.len());
        match reading(|| write!(Message(self), "{message:?}")) {
            Ok(_full) => self.ended = Some(self.said.text.len()),
            Err(panic) => self.fails(panic),
        }
    }

    /// The message, when it is a literal.
    #[inline]
    pub fn message_literal(&mut self, message: &'static str) {
        self.literal = Some(message);
        if self.likeness == Likeness::Same && self.matched == 0 && self.place.is_harmless(message) {
            // It is the very text that is known.
            let here = Some(self.said.text.len());
            (self.message, self.ended, self.matched) = (here, here, message.len());
        } else {
            self.message_text(message);
        }
    }

    /// The message, when it is a text by itself.
    #[inline]
    pub fn message_text(&mut self, message: &str) {
        self.message = Some(self.said.text.len());
        let _full = Message(self).write_str(message);
        self.ended = Some(self.said.text.len());
    }

    /// The message, when it is an error.
    pub fn message_error(&mut self, error: &dyn fmt::Display) {
        self.is_error = true;
        self.message(&format_args!("{error}"));
    }

    /// A truth.
    pub fn bool(&mut self, name: &'static str, value: bool) {
        self.push(name, Raw::Bool(value), false);
    }

    /// A signed number.
    pub fn i64(&mut self, name: &'static str, value: i64) {
        self.push(name, Raw::I64(value), false);
    }

    /// An unsigned number.
    pub fn u64(&mut self, name: &'static str, value: u64) {
        self.push(name, Raw::U64(value), false);
    }

    /// A floating-point number.
    pub fn f64(&mut self, name: &'static str, value: f64) {
        self.push(name, Raw::F64(value), false);
    }

    /// A text.
    pub fn text(&mut self, name: &'static str, value: &str) {
        self.write(name, false, |value_of| value_of.write_str(value));
    }

    /// Anything else, which is read now. The user's code writes it.
    pub fn debug(&mut self, name: &'static str, value: &dyn fmt::Debug) {
        self.read(name, false, &format_args!("{value:?}"));
    }

    /// An error.
    pub fn error(&mut self, name: &'static str, error: &dyn fmt::Display) {
        self.read(name, true, &format_args!("{error}"));
    }

    /// Reads a value; one that panics is missing.
    fn read(&mut self, name: &'static str, is_error: bool, value: &fmt::Arguments<'_>) {
        let before = self.said.text.len();
        if let Err(panic) = reading(|| self.write(name, is_error, |value_of| value_of.write_fmt(*value))) {
            self.said.text.truncate(before);
            self.fails(panic);
        }
    }

    #[cold]
    fn fails(&mut self, panic: Panic) {
        self.panic.get_or_insert(panic);
    }

    fn write(&mut self, name: &'static str, is_error: bool, say: impl FnOnce(&mut Value<'_>) -> fmt::Result) {
        let begin = self.said.text.len();
        let most = (begin + BYTES).min(self.text + ALL_BYTES);
        let _full = say(&mut Value { text: &mut self.said.text, most });
        let value = Run::new(begin - self.text, self.said.text.len() - begin);
        self.push(name, Raw::Text(value), is_error);
    }

    #[inline]
    fn push(&mut self, name: &'static str, value: Raw, is_error: bool) {
        if self.said.fields.len() - self.fields < FIELDS {
            self.said.fields.push(Field { name, value, is_error });
        }
    }

    #[inline]
    fn known(&self) -> Option<&'static Known> {
        self.place.known.get()
    }

    /// Another piece of the message.
    #[inline]
    fn take(&mut self, piece: &str) -> fmt::Result {
        if self.likeness == Likeness::Same
            && let Some(rest) = self.known().and_then(|known| known.text.as_bytes().get(self.matched..))
            && rest.starts_with(piece.as_bytes())
        {
            self.matched += piece.len();
            return Ok(());
        }
        self.take_other(piece)
    }

    #[inline(never)]
    fn take_other(&mut self, piece: &str) -> fmt::Result {
        if piece.is_empty() {
            return Ok(());
        }
        if self.likeness == Likeness::Same {
            self.depart();
        }
        if self.likeness != Likeness::Other {
            self.likeness = self.compare(piece);
        }
        let begin = self.message.unwrap_or(self.text);
        let fits = append(&mut self.said.text, piece, begin + BYTES);
        if self.known().is_none() {
            let end = self.said.text.len() - begin;
            self.said.ends.push(end);
        }
        fits
    }

    /// It is no longer word for word the same: what it shares with what is known is copied.
    fn depart(&mut self) {
        self.likeness = Likeness::Other;
        let Some(known) = self.known() else { return };
        self.said.text.push_str(known.text.get(..self.matched).unwrap_or_default());
        // It goes on where a piece begins, or is something else.
        self.next = known.ends.iter().take_while(|end| **end <= self.matched).count();
        if self.matched == 0
            || self.next.checked_sub(1).and_then(|last| known.ends.get(last)) == Some(&self.matched)
        {
            self.likeness = Likeness::Alike;
        }
    }

    /// Holds a piece beside the one that is known to stand in its place.
    #[inline]
    fn compare(&mut self, piece: &str) -> Likeness {
        let next = self.known().and_then(|known| {
            let end = *known.ends.get(self.next)?;
            Some((known.text.get(self.matched..end)?, end, known))
        });
        let Some((expected, end, known)) = next else { return Likeness::Other };
        (self.matched, self.next) = (end, self.next + 1);
        let is_count = !known.numbers_matter && is_count(piece);
        if expected == piece || (is_count && self::is_count(expected)) {
            self.likeness
        } else if is_count && expected == ZERO && known.zero.is_some() {
            Likeness::Counted
        } else {
            Likeness::Other
        }
    }

    #[inline]
    pub(super) fn finish(&mut self, seq: u32, hearing: &impl Hearing) -> (Line, Option<Panic>) {
        let known = self.known().filter(|known| known.text.len() == self.matched);
        let is_known = known.is_some() && self.likeness == Likeness::Same && !self.is_error;
        let more = if is_known && self.said.fields.len() == self.fields {
            PLAIN
        } else {
            self.finish_other(hearing, known)
        };
        (Line { place: self.place, seq, more }, self.panic.take())
    }

    /// What the line says beyond what is known of its place.
    #[inline(never)]
    fn finish_other(&mut self, hearing: &impl Hearing, known: Option<&'static Known>) -> u32 {
        let (message, wording) = match known {
            Some(known) if self.likeness == Likeness::Same => (None, known.wording),
            known => {
                let alike = known.and_then(|known| match self.likeness {
                    Likeness::Alike => Some(&known.wording),
                    Likeness::Counted => known.zero.as_ref()?.get(),
                    Likeness::Same | Likeness::Other => None,
                });
                self.finish_message(hearing, alike.copied())
            }
        };
        let (text, fields) = (self.said.text.len() - self.text, self.said.fields.len() - self.fields);
        let (text, fields) = (Run::new(self.text, text), Run::new(self.fields, fields));
        self.said.add(More { wording, text, fields, message, is_error: self.is_error })
    }

    fn finish_message(&mut self, hearing: &impl Hearing, alike: Option<Wording>) -> (Option<Run>, Wording) {
        let Some(mut begin) = self.message else { return (Some(Run::new(0, 0)), Wording::Neutral) };
        let mut end = self.ended.unwrap_or(self.said.text.len());
        if self.likeness == Likeness::Same {
            // It ended before what is known did, and was not copied so far.
            begin = self.said.text.len();
            self.depart();
            end = self.said.text.len();
        }
        let message = Some(Run::new(begin - self.text, end - begin));
        if let Some(wording) = alike {
            return (message, wording);
        }
        let text = self.said.text.get(begin..end).unwrap_or_default();
        let wording = hearing.claim(text);
        match self.known() {
            // One that panicked or was cut is no model of others. Another thread may have been first.
            None if self.ended.is_some() && text.len() < BYTES => {
                let known = Known::new(text, &self.said.ends, wording, hearing);
                self.place.know(known, self.literal);
            }
            Some(Known { text: known, zero: Some(zero), .. })
                if self.likeness == Likeness::Counted && known.len() == self.matched =>
            {
                let _kept = zero.set(wording);
            }
            _ => {}
        }
        self.said.ends.clear();
        (message, wording)
    }
}

/// A number of things that is not zero: another one says the same of other things.
fn is_count(piece: &str) -> bool {
    !piece.is_empty() && piece != ZERO && piece.bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes the message of a line.
struct Message<'w, 'a>(&'w mut Words<'a>);

impl fmt::Write for Message<'_, '_> {
    #[inline]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.0.take(piece)
    }
}

/// Writes the value of a field.
struct Value<'a> {
    text: &'a mut String,
    most: usize,
}

impl fmt::Write for Value<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        append(self.text, piece, self.most)
    }
}

/// Appends what fits.
fn append(text: &mut String, piece: &str, most: usize) -> fmt::Result {
    let room = most.saturating_sub(text.len());
    if piece.len() <= room {
        text.push_str(piece);
        return Ok(());
    }
    text.push_str(piece.get(..piece.floor_char_boundary(room)).unwrap_or_default());
    Err(fmt::Error)
}
