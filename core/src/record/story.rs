//! The notes of one call, kept raw and bounded; they become words only in a report.

mod line;

use super::said::{Line, Said};
use crate::model::{
    Class, EventMeta, KeptBody, KeptLine, LineKind, LogLine, Operation, Site, Story, StoryLine, Value,
};

/// How many notes a call keeps: the first and the last half of them.
const BOUND: usize = 96;
/// The half of them that is kept for good: the beginning tells the cause, the end tells the result.
const FIRST: usize = BOUND / 2;
/// How many values may lie unused before they are packed.
const SLACK: usize = 512;

/// One record of a story.
struct Note {
    at: u64,
    site: Option<&'static Site>,
    /// How deeply the call was nested that noted it.
    level: u16,
    body: Body,
}

/// What a note says. Values lie in [`Notes::values`].
enum Body {
    /// An event.
    Event { meta: &'static EventMeta, values: Run },
    /// A child operation ended.
    Child(ChildEnd),
    /// A tracked place changed: the value before, if it is known, and the value after.
    Change { place: &'static str, values: Run },
    /// A log line.
    Line(Line),
    /// Anything that is words already.
    Words(Box<Words>),
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
struct Words {
    kind: LineKind,
    text: String,
    site: Option<Site>,
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

/// The notes of one call, and those that its children left to it.
#[derive(Default)]
pub(super) struct Notes {
    /// How deeply the call is nested.
    pub(super) level: u16,
    /// Nothing until something is noted. It goes from call to call as a whole, so that notes are not moved at each level.
    pages: Option<Box<Pages>>,
}

/// Pages that nobody uses.
pub(super) type Spare = Vec<Box<Pages>>;

/// A bounded list of notes.
#[derive(Default)]
pub(super) struct Pages {
    /// The first ones in order; behind them a ring of the last ones, once it is full.
    list: Vec<Note>,
    values: Vec<Value>,
    /// Where in the ring the oldest note stands.
    turn: usize,
    omitted: u64,
    said: Said,
    /// How many bytes of `said` are in use when it is packed next, if that is more than usual.
    roomy: usize,
    /// There was a log line.
    has_lines: bool,
    /// Some log line claims success.
    boasts: bool,
    /// Lines that claim success and are given up as notes, with their depth.
    given_up: Vec<(u16, LogLine)>,
}

impl Notes {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.pages.is_none()
    }

    /// How deeply a child of the call is nested.
    #[inline]
    pub(super) fn below(&self) -> u16 {
        self.level.saturating_add(1)
    }

    /// Takes empty pages from `spare`, if there are none yet.
    #[inline]
    pub(super) fn lend(&mut self, spare: &mut Spare) {
        if self.pages.is_none() {
            self.pages = spare.pop();
        }
    }

    /// The call is over: its pages can be used by others.
    #[inline]
    pub(super) fn take(&mut self) -> Option<Box<Pages>> {
        self.pages.take()
    }

    #[inline]
    fn pages(&mut self) -> &mut Pages {
        self.pages.get_or_insert_default()
    }

    #[inline(always)]
    fn push(&mut self, at: u64, site: Option<&'static Site>, body: Body) {
        let level = self.level;
        self.pages().push(Note { at, site, level, body });
    }

    /// Notes a line that arrives late: it takes its place in the order of time.
    pub(super) fn late(&mut self, at: u64, kind: LineKind, text: String, site: Site) {
        let body = Body::Words(Box::new(Words { kind, text, site: Some(site) }));
        let note = Note { at, level: self.level, site: None, body };
        self.pages().insert(note);
    }

    /// Notes an event; `record` writes its values.
    #[inline]
    pub(super) fn event(
        &mut self,
        at: u64,
        site: &'static Site,
        meta: &'static EventMeta,
        record: impl FnOnce(&mut Vec<Value>),
    ) -> Run {
        let values = self.pages().keep(record);
        self.push(at, Some(site), Body::Event { meta, values });
        values
    }

    /// Notes that a child ended; `site` is where the call is.
    #[inline]
    pub(super) fn child(&mut self, at: u64, site: Option<&'static Site>, end: ChildEnd) {
        self.push(at, site, Body::Child(end));
    }

    /// Notes that a tracked place changed.
    pub(super) fn change(
        &mut self,
        at: u64,
        site: &'static Site,
        place: &'static str,
        (from, to): (Option<Value>, Value),
    ) {
        let values = self.pages().keep(|values| values.extend(from.into_iter().chain([to])));
        self.push(at, Some(site), Body::Change { place, values });
    }

    /// Notes a line that is words already.
    pub(super) fn words(&mut self, at: u64, kind: LineKind, text: String, site: Option<Site>) {
        self.push(at, None, Body::Words(Box::new(Words { kind, text, site })));
    }

    /// Takes over what a child noted.
    pub(super) fn absorb(&mut self, child: &mut Notes) {
        let Some(mut pages) = child.take() else { return };
        if child.level != self.below() {
            // It was begun below another call than that in which it ends.
            pages.shift(child.level, self.below());
        }
        match &mut self.pages {
            None => self.pages = Some(pages),
            Some(own) => {
                own.absorb(&mut pages);
                pages.clear();
                child.pages = Some(pages);
            }
        }
    }

    /// The values of a note.
    pub(super) fn values(&self, run: Run) -> &[Value] {
        self.pages.as_ref().map_or(&[], |pages| pages.values(run))
    }

    pub(super) fn omitted(&self) -> u64 {
        self.pages.as_ref().map_or(0, |pages| pages.omitted)
    }

    /// Every note as it is, for export. One without a time of its own has that of the note before it.
    pub(super) fn lines(&self, started: u64) -> Vec<KeptLine> {
        let mut last = started;
        let mut line = |pages: &Pages, note: &Note| {
            last = if note.at == 0 { last } else { note.at };
            pages.kept_line(note, self.level, last)
        };
        let pages = self.pages.iter();
        pages
            .flat_map(|pages| pages.in_order().map(move |note| (pages, note)))
            .map(|(pages, note)| line(pages, note))
            .collect()
    }

    /// The story in words; `started` and `now` are ticks.
    pub(super) fn tell(&self, started: u64, now: u64) -> Story {
        let duration_ns = super::clock::since(started, now);
        match &self.pages {
            Some(pages) => {
                let lines = pages.in_order().map(|note| pages.line(note, self.level, started)).collect();
                Story { lines, omitted: pages.omitted, duration_ns }
            }
            None => Story { lines: Vec::new(), omitted: 0, duration_ns },
        }
    }
}

impl Pages {
    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.values.clear();
        self.turn = 0;
        self.omitted = 0;
        if self.has_lines {
            self.clear_lines();
        }
    }

    /// How much memory they hold, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.list.capacity() * size_of::<Note>()
            + self.values.capacity() * size_of::<Value>()
            + self.said.bytes()
    }

    /// The notes in the order of time.
    fn in_order(&self) -> impl Iterator<Item = &Note> {
        let (first, last) = self.list.split_at(FIRST.min(self.list.len()));
        let (newer, older) = last.split_at(self.turn.min(last.len()));
        first.iter().chain(older).chain(newer)
    }

    #[cold]
    fn shift(&mut self, from: u16, to: u16) {
        let levels = self.list.iter_mut().map(|note| &mut note.level);
        for level in levels.chain(self.given_up.iter_mut().map(|(level, _)| level)) {
            *level = level.saturating_sub(from).saturating_add(to);
        }
    }

    #[inline]
    fn push(&mut self, note: Note) {
        if self.list.len() < BOUND {
            self.list.push(note);
        } else {
            self.replace(note);
        }
    }

    /// The oldest one behind the first half is given up.
    #[inline(never)]
    fn replace(&mut self, note: Note) {
        self.give_up(FIRST + self.turn);
        if let Some(oldest) = self.list.get_mut(FIRST + self.turn) {
            *oldest = note;
        }
        self.turn = (self.turn + 1) % (BOUND - FIRST);
        self.omitted += 1;
    }

    /// Brings the ring into the order of time.
    fn straighten(&mut self) {
        let turn = std::mem::take(&mut self.turn);
        if let Some(ring) = self.list.get_mut(FIRST..) {
            ring.rotate_left(turn.min(ring.len()));
        }
    }

    /// A note that arrives late takes its place in the order of time.
    fn insert(&mut self, note: Note) {
        self.straighten();
        if self.list.len() >= BOUND {
            self.give_up(FIRST);
            self.list.remove(FIRST);
            self.omitted += 1;
        }
        let after = self.list.iter().rposition(|known| known.at <= note.at).map_or(0, |index| index + 1);
        self.list.insert(after, note);
    }

    #[inline]
    fn keep(&mut self, write: impl FnOnce(&mut Vec<Value>)) -> Run {
        if self.values.len() > BOUND * 8 + SLACK {
            self.pack();
        }
        let start = self.values.len();
        write(&mut self.values);
        let len = self.values.len() - start;
        Run::new(start, len)
    }

    /// Takes over the notes of a child that are not the first ones.
    fn absorb(&mut self, child: &mut Pages) {
        self.omitted += child.omitted;
        if self.list.len() + child.list.len() > BOUND && self.omitted > 0 {
            self.omitted += child.list.len() as u64;
            return;
        }
        child.straighten();
        self.boasts |= child.boasts;
        self.has_lines |= child.has_lines;
        let Pages { list, values, said, .. } = child;
        for mut note in list.drain(..) {
            if let Body::Line(line) = &mut note.body {
                *line = self.said.copy(line, said);
            }
            if let Body::Event { values: run, .. } | Body::Change { values: run, .. } = &mut note.body {
                let moved = values.get_mut(run.range()).unwrap_or_default();
                *run = self.keep(|values| {
                    values.extend(moved.iter_mut().map(|value| std::mem::replace(value, Value::Opaque)));
                });
            }
            self.push(note);
        }
    }

    /// Drops the values of notes that were given up.
    #[cold]
    fn pack(&mut self) {
        let mut packed = Vec::with_capacity(self.values.len() / 2);
        for note in &mut self.list {
            if let Body::Event { values: run, .. } | Body::Change { values: run, .. } = &mut note.body {
                let taken = self.values.get(run.range()).unwrap_or_default();
                let start = u32::try_from(packed.len()).unwrap_or(u32::MAX);
                packed.extend_from_slice(taken);
                run.start = start;
            }
        }
        self.values = packed;
    }

    fn kept_line(&self, note: &Note, level: u16, at: u64) -> KeptLine {
        let mut site = note.site.copied();
        let body = match &note.body {
            Body::Event { meta, values } => KeptBody::Event { meta, values: self.values(*values).to_vec() },
            &Body::Child(ChildEnd { operation, class, reason, ticks, is_kept }) => {
                KeptBody::Child { operation, class, reason, took: ticks, is_kept }
            }
            Body::Change { place, values } => {
                let (to, from) = match self.values(*values) {
                    [from, to] => (to.clone(), Some(from.clone())),
                    [to] => (to.clone(), None),
                    _ => (Value::Opaque, None),
                };
                KeptBody::Change { place, from, to }
            }
            Body::Line(line) => {
                site = Some(line.site(note.site));
                KeptBody::Words { kind: LineKind::Log, text: self.said.tell_with_level(line) }
            }
            Body::Words(words) => {
                site = words.site;
                KeptBody::Words { kind: words.kind, text: words.text.clone() }
            }
        };
        let depth = u8::try_from(note.level.saturating_sub(level)).unwrap_or(u8::MAX);
        KeptLine { at, depth, site, body }
    }

    fn line(&self, note: &Note, level: u16, started: u64) -> StoryLine {
        let mut site = note.site.copied();
        let (kind, text) = match &note.body {
            Body::Event { meta, values } => (LineKind::Event, self.event_text(meta, *values)),
            Body::Child(ChildEnd { operation, class, reason, ticks, .. }) => {
                let why = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
                let took = match ticks {
                    0 => String::new(),
                    _ => format!(" in {}", crate::model::duration(super::clock::nanos(*ticks))),
                };
                (LineKind::Child, format!("{} {class}{why}{took}", operation.name))
            }
            Body::Change { place, values } => {
                let text = match self.values(*values) {
                    [from, to] => format!("{place}: {from} → {to}"),
                    [to] => format!("{place} = {to}"),
                    _ => (*place).to_owned(),
                };
                (LineKind::Change, text)
            }
            Body::Line(line) => {
                site = Some(line.site(note.site));
                (LineKind::Log, self.said.tell_with_level(line))
            }
            Body::Words(words) => {
                site = words.site;
                (words.kind, words.text.clone())
            }
        };
        let depth = u8::try_from(note.level.saturating_sub(level)).unwrap_or(u8::MAX);
        StoryLine { at_ns: super::clock::since(started, note.at), depth, kind, text, site }
    }

    fn values(&self, run: Run) -> &[Value] {
        self.values.get(run.range()).unwrap_or_default()
    }

    fn event_text(&self, meta: &EventMeta, values: Run) -> String {
        let values = self.values(values);
        let fields: Vec<String> =
            meta.fields.iter().zip(values).map(|(name, value)| format!("{name}: {value}")).collect();
        if fields.is_empty() {
            meta.name.to_owned()
        } else {
            format!("{} {{ {} }}", meta.name, fields.join(", "))
        }
    }
}
