//! Pages: the notes of one call as compact records. A note owns nothing, so that pages are cleared without looking at each
//! of them; what does own memory, texts above all, stands in lists of its own.

use super::said::{Line, Said};
use super::slot::{Blank, Slots};
use crate::model::{Class, EventMeta, LineKind, LogLine, Operation, Site, Value};

/// How many notes a call keeps: the first and the last half of them.
const BOUND: u32 = 96;
/// The half of them that is kept for good: the beginning tells the cause, the end tells the result.
const FIRST: usize = BOUND as usize / 2;
/// How many values may lie unused before they are packed.
const SLACK: u32 = 512;

/// One record of a story.
#[derive(Clone, Copy)]
pub(super) struct Note {
    pub(super) at: u64,
    pub(super) site: Option<&'static Site>,
    /// How deeply the call was nested that noted it.
    pub(super) level: u16,
    pub(super) body: Body,
}

/// What a note says. Values and words lie in lists of the page.
#[derive(Clone, Copy)]
pub(super) enum Body {
    /// An event.
    Event { meta: &'static EventMeta, values: Run },
    /// A child operation ended.
    Child(ChildEnd),
    /// A tracked place changed: the value before, if it is known, and the value after.
    Change { place: &'static str, values: Run },
    /// A log line.
    Line(Line),
    /// Anything that is words already, by its number.
    Words(u32),
}

/// Values of one note.
#[derive(Clone, Copy)]
pub(super) struct Run {
    start: u32,
    len: u32,
}

impl Run {
    pub(super) fn new(start: usize, len: usize) -> Run {
        Run { start: u32::try_from(start).unwrap_or(u32::MAX), len: u32::try_from(len).unwrap_or(0) }
    }

    pub(super) fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start.saturating_add(self.len as usize)
    }
}

/// A line that is words already.
#[derive(Clone)]
pub(super) struct Words {
    pub(super) kind: LineKind,
    pub(super) text: String,
    pub(super) site: Option<Site>,
}

impl Words {
    /// What is left of words that were given up.
    pub(super) const NONE: Words = Words { kind: LineKind::Log, text: String::new(), site: None };

    fn take(&mut self) -> Words {
        std::mem::replace(self, Words::NONE)
    }
}

/// How a child operation ended.
#[derive(Clone, Copy)]
pub(super) struct ChildEnd {
    pub(super) operation: &'static Operation,
    pub(super) class: Class,
    pub(super) reason: &'static str,
    pub(super) ticks: u64,
    /// It is exported for its own sake.
    pub(super) is_kept: bool,
}

/// A value that owns nothing, or the number of one that may.
#[derive(Clone, Copy)]
enum Small {
    I64(i64),
    U64(u64),
    Large(u32),
}

/// The values of notes.
#[derive(Default)]
pub(super) struct Values {
    small: Slots<Small>,
    large: Vec<Value>,
    /// There is something in `large`.
    owns: bool,
}

impl Blank for Note {
    const BLANK: Note = Note { at: 0, site: None, level: 0, body: Body::Words(0) };
}

impl Blank for Small {
    const BLANK: Small = Small::U64(0);
}

/// A bounded list of notes.
#[derive(Default)]
pub(super) struct Pages {
    /// The first ones in order; behind them a ring of the last ones, once it is full.
    list: Slots<Note>,
    values: Values,
    words: Vec<Words>,
    /// There is something in a list of what owns memory, other than in that of values.
    pub(super) owns: bool,
    /// How many places there were for notes and numbers when the memory was added up last, and what it came to.
    measured: (usize, usize),
    /// Where in the ring the oldest note stands.
    turn: usize,
    pub(super) omitted: u64,
    pub(super) said: Said,
    /// How many bytes of `said` are in use when it is packed next, if that is more than usual.
    pub(super) roomy: usize,
    /// Some log line claims success.
    pub(super) boasts: bool,
    /// Lines that claim success and are given up as notes, with their depth.
    pub(super) given_up: Vec<(u16, LogLine)>,
}

impl Values {
    /// One value more.
    #[inline(always)]
    pub(super) fn push(&mut self, value: Value) {
        let small = match value {
            Value::U64(number) => Small::U64(number),
            Value::I64(number) => Small::I64(number),
            other => self.push_large(other),
        };
        self.small.push(small);
    }

    #[inline(never)]
    fn push_large(&mut self, value: Value) -> Small {
        self.owns = true;
        self.large.push(value);
        Small::Large(u32::try_from(self.large.len() - 1).unwrap_or(u32::MAX))
    }

    #[inline]
    fn get(&self, small: Small) -> Value {
        match small {
            Small::I64(number) => Value::I64(number),
            Small::U64(number) => Value::U64(number),
            Small::Large(number) => self.large.get(number as usize).cloned().unwrap_or(Value::Opaque),
        }
    }

    /// All values of others, in order.
    pub(super) fn append(&mut self, others: &Values) {
        others.small.all().iter().for_each(|small| self.push(others.get(*small)));
    }

    /// The values of a note.
    fn of(&self, run: Run) -> Vec<Value> {
        let smalls = self.small.all().get(run.range()).unwrap_or_default();
        smalls.iter().map(|small| self.get(*small)).collect()
    }

    /// Moves the values of a note of others here. What owns memory is taken from there.
    #[inline]
    fn take_over(&mut self, others: &mut Values, run: Run) {
        let Values { small, large, owns } = others;
        let lying = small.all().get(run.range()).unwrap_or_default();
        if !*owns {
            return lying.iter().for_each(|small| self.small.push(*small));
        }
        for small in lying {
            let moved = match *small {
                Small::Large(number) => {
                    let taken =
                        large.get_mut(number as usize).map(|value| std::mem::replace(value, Value::Opaque));
                    self.push_large(taken.unwrap_or(Value::Opaque))
                }
                number => number,
            };
            self.small.push(moved);
        }
    }
}

impl Pages {
    /// Forgets everything and keeps the memory.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.list.used = 0;
        self.values.small.used = 0;
        self.turn = 0;
        self.omitted = 0;
        self.boasts = false;
        if self.is_owning() {
            self.clear_large();
        }
    }

    /// Whether there is anything but notes and numbers.
    #[inline(always)]
    fn is_owning(&self) -> bool {
        self.owns || self.values.owns
    }

    #[inline(never)]
    fn clear_large(&mut self) {
        self.values.large.clear();
        (self.owns, self.values.owns) = (false, false);
        self.words.clear();
        self.said.clear();
        self.roomy = 0;
        self.given_up.clear();
        self.measure();
    }

    /// Whether they hold no more memory than this, now that they are clear. It is only added up where it has grown: lists of
    /// what owns memory are measured when they are emptied.
    #[inline(always)]
    pub(super) fn fit_into(&mut self, bytes: usize) -> bool {
        if self.measured.0 != self.places() {
            self.measure();
        }
        self.measured.1 <= bytes
    }

    #[inline(never)]
    fn measure(&mut self) {
        self.measured = (self.places(), self.bytes());
    }

    /// How many places there are for notes and numbers.
    #[inline(always)]
    fn places(&self) -> usize {
        self.list.places.len() + self.values.small.places.len()
    }

    /// How much memory they hold, in bytes.
    #[inline(never)]
    pub(super) fn bytes(&self) -> usize {
        self.list.bytes()
            + self.values.small.bytes()
            + self.values.large.capacity() * size_of::<Value>()
            + self.words.capacity() * size_of::<Words>()
            + self.said.bytes()
    }

    /// The notes in the order of time.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Note> {
        let all = self.list.all();
        let (first, last) = all.split_at(FIRST.min(all.len()));
        let (newer, older) = last.split_at(self.turn.min(last.len()));
        first.iter().chain(older).chain(newer)
    }

    /// All notes, in no order.
    pub(super) fn notes(&self) -> &[Note] {
        self.list.all()
    }

    /// All notes, in no order.
    pub(super) fn notes_mut(&mut self) -> &mut [Note] {
        self.list.all_mut()
    }

    /// The values of a note.
    pub(super) fn values(&self, run: Run) -> Vec<Value> {
        self.values.of(run)
    }

    /// A line that is words already, by its number.
    pub(super) fn words(&self, number: u32) -> Option<&Words> {
        self.words.get(number as usize)
    }

    #[cold]
    pub(super) fn shift(&mut self, from: u16, to: u16) {
        let levels = self.list.all_mut().iter_mut().map(|note| &mut note.level);
        for level in levels.chain(self.given_up.iter_mut().map(|(level, _)| level)) {
            *level = level.saturating_sub(from).saturating_add(to);
        }
    }

    /// One note more. It is written in one place in the code, where it stays: handed to another function, it would have to be
    /// in memory before.
    #[inline(always)]
    pub(super) fn push(&mut self, note: Note) {
        let index = if self.list.used < BOUND { self.list.next() } else { self.give_up_oldest() };
        if let Some(place) = self.list.places.get_mut(index) {
            *place = note;
        }
    }

    /// Gives up the oldest note behind the first half; returns its place.
    #[inline(never)]
    fn give_up_oldest(&mut self) -> usize {
        let index = FIRST + self.turn;
        self.give_up(index);
        self.turn = (self.turn + 1) % FIRST;
        self.omitted += 1;
        index
    }

    /// The text of a note that is given up is given up with it; its line is kept if it is evidence.
    fn give_up(&mut self, index: usize) {
        let Some(note) = self.list.all().get(index).copied() else { return };
        if let Body::Words(number) = note.body
            && let Some(words) = self.words.get_mut(number as usize)
        {
            *words = Words::NONE;
        }
        if self.boasts && self.given_up.len() < BOUND as usize {
            let boast = self.boast(&note).map(|line| (note.level, line));
            self.owns |= boast.is_some();
            self.given_up.extend(boast);
        }
    }

    /// Brings the ring into the order of time.
    fn straighten(&mut self) {
        let turn = std::mem::take(&mut self.turn);
        if let Some(ring) = self.list.all_mut().get_mut(FIRST..) {
            ring.rotate_left(turn.min(ring.len()));
        }
    }

    /// A note that arrives late takes its place in the order of time.
    pub(super) fn insert(&mut self, note: Note) {
        self.straighten();
        if self.list.used < BOUND {
            self.list.push(note);
        } else {
            // The oldest one behind the first half makes room.
            self.give_up(FIRST);
            if let Some(ring) = self.list.all_mut().get_mut(FIRST..) {
                ring.rotate_left(1);
            }
            if let Some(last) = self.list.all_mut().last_mut() {
                *last = note;
            }
            self.omitted += 1;
        }
        let Some((_, others)) = self.list.all_mut().split_last_mut() else { return };
        // A note without a time of its own has that of the note before it, and stays behind that one.
        let after = others.iter().position(|known| known.at > note.at).unwrap_or(others.len());
        if let Some(behind) = self.list.all_mut().get_mut(after..) {
            behind.rotate_right(1);
        }
    }

    /// Keeps the values that `write` says.
    #[inline(always)]
    pub(super) fn keep(&mut self, write: impl FnOnce(&mut Values)) -> Run {
        if self.values.small.used > BOUND * 8 + SLACK {
            self.pack();
        }
        let start = self.values.small.used;
        write(&mut self.values);
        Run { start, len: self.values.small.used - start }
    }

    /// Keeps a line that is words already.
    pub(super) fn keep_words(&mut self, words: Words) -> Body {
        self.owns = true;
        if self.words.len() > (BOUND + SLACK) as usize {
            self.pack();
        }
        self.words.push(words);
        Body::Words(u32::try_from(self.words.len() - 1).unwrap_or(u32::MAX))
    }

    /// Takes over the notes of a child that are not the first ones.
    #[inline(always)]
    pub(super) fn absorb(&mut self, child: &mut Pages) {
        let is_plain = child.omitted == 0 && !child.is_owning();
        if is_plain && self.list.used + child.list.used <= BOUND && self.values.small.used <= BOUND * 8 {
            self.absorb_plain(child);
        } else {
            self.absorb_any(child);
        }
    }

    /// The same of a child that has given up no note and kept nothing but numbers, all of which fit: they are copied as
    /// they are.
    #[inline(always)]
    fn absorb_plain(&mut self, child: &Pages) {
        self.boasts |= child.boasts;
        let behind = self.values.small.used;
        self.values.small.append(child.values.small.all());
        for note in child.list.all() {
            let index = self.list.next();
            let Some(place) = self.list.places.get_mut(index) else { return };
            *place = *note;
            if let Body::Event { values, .. } | Body::Change { values, .. } = &mut place.body {
                values.start += behind;
            }
        }
    }

    #[inline(never)]
    fn absorb_any(&mut self, child: &mut Pages) {
        self.omitted += child.omitted;
        if self.list.used + child.list.used > BOUND && self.omitted > 0 {
            self.omitted += u64::from(child.list.used);
            return;
        }
        child.straighten();
        self.boasts |= child.boasts;
        let Pages { list, values, words, said, .. } = child;
        for note in list.all() {
            let body = match note.body {
                Body::Event { meta, values: run } => {
                    Body::Event { meta, values: self.keep(|own| own.take_over(values, run)) }
                }
                Body::Change { place, values: run } => {
                    Body::Change { place, values: self.keep(|own| own.take_over(values, run)) }
                }
                Body::Line(line) => {
                    self.owns = true;
                    Body::Line(self.said.copy(&line, said))
                }
                Body::Words(number) => {
                    self.keep_words(words.get_mut(number as usize).map_or(Words::NONE, Words::take))
                }
                end @ Body::Child(_) => end,
            };
            self.push(Note { body, ..*note });
        }
    }

    /// Drops the values and words of notes that were given up.
    #[cold]
    fn pack(&mut self) {
        let mut values = std::mem::take(&mut self.values);
        let mut words = std::mem::take(&mut self.words);
        for note in self.list.all_mut() {
            match &mut note.body {
                Body::Event { values: run, .. } | Body::Change { values: run, .. } => {
                    let start = self.values.small.used;
                    self.values.take_over(&mut values, *run);
                    run.start = start;
                }
                Body::Words(number) => {
                    let moved = words.get_mut(*number as usize).map_or(Words::NONE, Words::take);
                    *number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
                    self.words.push(moved);
                }
                Body::Line(_) | Body::Child(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
