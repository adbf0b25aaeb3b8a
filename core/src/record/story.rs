//! The notes of one call, kept raw and bounded; they become words only in a report.

mod line;
mod repeat;

pub(super) use self::repeat::BYTES as LINES;
use self::repeat::{Repeats, Standing};

use super::page::{Body, ChildEnd, Note, Pages, Run, Values, Words};
use super::pool::Spare;
use crate::model::{EventMeta, KeptBody, KeptLine, LineKind, Site, Story, StoryLine, Value};

/// The notes of one call, and those that its children left to it.
#[derive(Default)]
pub(super) struct Notes {
    standing: Standing,
    /// Lines that stand here, behind all that is in the pages. Nothing until there is one; it stays with the frame.
    repeats: Option<Box<Repeats>>,
    /// Nothing until something is noted. It goes from call to call as a whole, so that notes are not moved at each level.
    pages: Option<Box<Pages>>,
}

#[cold]
#[inline(never)]
fn fresh_pages() -> Box<Pages> {
    Box::default()
}

impl Notes {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.have_no_pages() && self.standing.repeats() == 0
    }

    /// Whether nothing is noted but, perhaps, lines that stand in the frame.
    #[inline(always)]
    pub(super) fn have_no_pages(&self) -> bool {
        self.pages.is_none()
    }

    /// The call begins; it is nested so deeply.
    #[inline(always)]
    pub(super) fn begin(&mut self, level: u16) {
        self.standing = Standing::at(level);
    }

    /// How deeply the call is nested.
    #[inline]
    fn level(&self) -> u16 {
        self.standing.level()
    }

    /// How deeply a child of the call is nested.
    #[inline]
    pub(super) fn below(&self) -> u16 {
        self.level().saturating_add(1)
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

    /// The pages, to be written on.
    #[inline]
    fn pages(&mut self) -> &mut Pages {
        self.unfold();
        self.pages.get_or_insert_with(fresh_pages)
    }

    #[inline(always)]
    fn push(&mut self, at: u64, site: Option<&'static Site>, body: Body) {
        let level = self.level();
        self.pages().push(Note { at, site, level, body });
    }

    /// Notes a line that arrives late: it takes its place in the order of time.
    pub(super) fn late(&mut self, at: u64, kind: LineKind, text: String, site: Site) {
        let level = self.level();
        let pages = self.pages();
        let body = pages.keep_words(Words { kind, text, site: Some(site) });
        pages.insert(Note { at, level, site: None, body });
    }

    /// Notes an event; `record` writes its values.
    #[inline(always)]
    pub(super) fn event(
        &mut self,
        at: u64,
        site: &'static Site,
        meta: &'static EventMeta,
        record: impl FnOnce(&mut Values),
    ) -> Run {
        let level = self.level();
        let pages = self.pages();
        let values = pages.keep(record);
        pages.push(Note { at, site: Some(site), level, body: Body::Event { meta, values } });
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
        let values =
            self.pages().keep(|values| from.into_iter().chain([to]).for_each(|value| values.push(value)));
        self.push(at, Some(site), Body::Change { place, values });
    }

    /// Notes a line that is words already.
    pub(super) fn words(&mut self, at: u64, kind: LineKind, text: String, site: Option<Site>) {
        let body = self.pages().keep_words(Words { kind, text, site });
        self.push(at, None, body);
    }

    /// Takes over what a child noted.
    pub(super) fn absorb(&mut self, child: &mut Notes) {
        if child.have_no_pages() {
            let below = self.below();
            child.unfold_into(self.pages(), below);
            return;
        }
        child.unfold();
        let Some(mut pages) = child.take() else { return };
        if child.level() != self.below() {
            // It was begun below another call than that in which it ends.
            pages.shift(child.level(), self.below());
        }
        self.unfold();
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
    pub(super) fn values(&self, run: Run) -> Vec<Value> {
        self.pages.as_ref().map_or_else(Vec::new, |pages| pages.values(run))
    }

    pub(super) fn omitted(&self) -> u64 {
        self.pages.as_ref().map_or(0, |pages| pages.omitted)
    }

    /// Every note as it is, for export. One without a time of its own has that of the note before it.
    pub(super) fn lines(&self, started: u64) -> Vec<KeptLine> {
        let mut last = started;
        let mut line = |pages: &Pages, note: &Note| {
            last = if note.at == 0 { last } else { note.at };
            pages.kept_line(note, self.level(), last)
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
                let lines = pages.in_order().map(|note| pages.line(note, self.level(), started)).collect();
                Story { lines, omitted: pages.omitted, duration_ns }
            }
            None => Story { lines: Vec::new(), omitted: 0, duration_ns },
        }
    }
}

impl Pages {
    fn kept_line(&self, note: &Note, level: u16, at: u64) -> KeptLine {
        let mut site = note.site.copied();
        let body = match &note.body {
            Body::Event { meta, values } => KeptBody::Event { meta, values: self.values(*values) },
            &Body::Child(ChildEnd { operation, class, reason, ticks, is_kept }) => {
                KeptBody::Child { operation, class, reason, took: ticks, is_kept }
            }
            Body::Change { place, values } => {
                let mut values = self.values(*values);
                let to = values.pop().unwrap_or(Value::Opaque);
                let from = values.pop();
                KeptBody::Change { place, from, to }
            }
            Body::Line(line) => {
                site = Some(line.site(note.site));
                KeptBody::Words { kind: LineKind::Log, text: self.said.tell_with_level(line) }
            }
            Body::Words(number) => {
                let (kind, text, at) = self.told(*number);
                site = at;
                KeptBody::Words { kind, text }
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
                let text = match self.values(*values).as_slice() {
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
            Body::Words(number) => {
                let (kind, text, at) = self.told(*number);
                site = at;
                (kind, text)
            }
        };
        let depth = u8::try_from(note.level.saturating_sub(level)).unwrap_or(u8::MAX);
        StoryLine { at_ns: super::clock::since(started, note.at), depth, kind, text, site }
    }

    fn told(&self, number: u32) -> (LineKind, String, Option<Site>) {
        let Words { kind, text, site } = self.words(number).cloned().unwrap_or(Words::NONE);
        (kind, text, site)
    }

    fn event_text(&self, meta: &EventMeta, values: Run) -> String {
        let values = self.values(values);
        let fields: Vec<String> =
            meta.fields.iter().zip(&values).map(|(name, value)| format!("{name}: {value}")).collect();
        if fields.is_empty() {
            meta.name.to_owned()
        } else {
            format!("{} {{ {} }}", meta.name, fields.join(", "))
        }
    }
}
