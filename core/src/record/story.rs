//! The notes of one call, kept raw and bounded; they become words only in a report.

use crate::model::{Class, EventMeta, LineKind, Operation, Site, Story, StoryLine, Value};

/// How many notes a call keeps: the first and the last half of them.
const BOUND: usize = 96;
/// How many values may lie unused before they are packed.
const SLACK: usize = 512;

/// One record of a story.
pub(super) struct Note {
    pub(super) at: u64,
    pub(super) depth: u8,
    pub(super) site: Option<Site>,
    pub(super) body: Body,
}

/// What a note says.
pub(super) enum Body {
    /// An event; its values lie in [`Notes::values`].
    Event { meta: &'static EventMeta, start: u32, len: u32 },
    /// A child operation ended.
    Child { operation: &'static Operation, class: Class, reason: &'static str, ticks: u64 },
    /// A tracked place changed.
    Change { place: &'static str, from: Option<Value>, to: Value },
    /// Anything that is words already.
    Words { kind: LineKind, text: String },
}

/// The bounded list of notes.
#[derive(Default)]
pub(super) struct Notes {
    list: Vec<Note>,
    values: Vec<Value>,
    omitted: u64,
}

impl Notes {
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.values.clear();
        self.omitted = 0;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn push(&mut self, note: Note) {
        self.make_room();
        self.list.push(note);
    }

    fn make_room(&mut self) {
        if self.list.len() >= BOUND {
            // The middle is given up: the beginning tells the cause, the end tells the result.
            self.list.remove(BOUND / 2);
            self.omitted += 1;
        }
    }

    /// A note that arrives late takes its place in the order of time.
    pub(super) fn insert(&mut self, note: Note) {
        self.make_room();
        let after = self.list.iter().rposition(|known| known.at <= note.at).map_or(0, |index| index + 1);
        self.list.insert(after, note);
    }

    /// Notes an event with its values.
    pub(super) fn push_event(&mut self, at: u64, site: Site, meta: &'static EventMeta, values: &[Value]) {
        if self.values.len() > BOUND * 8 + SLACK {
            self.pack();
        }
        let start = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.extend_from_slice(values);
        let len = u32::try_from(values.len()).unwrap_or(0);
        self.push(Note { at, depth: 0, site: Some(site), body: Body::Event { meta, start, len } });
    }

    /// Takes over what a child noted, one level deeper.
    pub(super) fn absorb(&mut self, child: &mut Notes) {
        self.omitted += child.omitted;
        if self.list.len() + child.list.len() > BOUND && self.omitted > 0 {
            self.omitted += child.list.len() as u64;
            return;
        }
        let Notes { list, values, .. } = child;
        for mut note in list.drain(..) {
            note.depth = note.depth.saturating_add(1);
            if let Body::Event { start, len, .. } = &mut note.body {
                let from = *start as usize;
                let taken = values.get(from..from + *len as usize).unwrap_or_default();
                *start = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
                self.values.extend_from_slice(taken);
            }
            self.push(note);
        }
    }

    /// Drops the values of notes that were given up.
    fn pack(&mut self) {
        let mut packed = Vec::with_capacity(self.values.len() / 2);
        for note in &mut self.list {
            if let Body::Event { start, len, .. } = &mut note.body {
                let from = *start as usize;
                let taken = self.values.get(from..from + *len as usize).unwrap_or_default();
                *start = u32::try_from(packed.len()).unwrap_or(u32::MAX);
                packed.extend_from_slice(taken);
            }
        }
        self.values = packed;
    }

    /// The story in words; `started` and `now` are ticks.
    pub(super) fn tell(&self, started: u64, now: u64) -> Story {
        let lines = self.list.iter().map(|note| self.line(note, started)).collect();
        Story { lines, omitted: self.omitted, duration_ns: super::clock::nanos(now.saturating_sub(started)) }
    }

    fn line(&self, note: &Note, started: u64) -> StoryLine {
        let (kind, text) = match &note.body {
            Body::Event { meta, start, len } => (LineKind::Event, self.event_text(meta, *start, *len)),
            Body::Child { operation, class, reason, ticks } => {
                let took = crate::model::duration(super::clock::nanos(*ticks));
                let why = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
                (LineKind::Child, format!("{} {class}{why} in {took}", operation.name))
            }
            Body::Change { place, from: Some(from), to } => {
                (LineKind::Change, format!("{place}: {from} → {to}"))
            }
            Body::Change { place, from: None, to } => (LineKind::Change, format!("{place} = {to}")),
            Body::Words { kind, text } => (*kind, text.clone()),
        };
        let at_ns = super::clock::nanos(note.at.saturating_sub(started));
        StoryLine { at_ns, depth: note.depth, kind, text, site: note.site }
    }

    fn event_text(&self, meta: &EventMeta, start: u32, len: u32) -> String {
        let from = start as usize;
        let values = self.values.get(from..from + len as usize).unwrap_or_default();
        let fields: Vec<String> =
            meta.fields.iter().zip(values).map(|(name, value)| format!("{name}: {value}")).collect();
        if fields.is_empty() {
            meta.name.to_owned()
        } else {
            format!("{} {{ {} }}", meta.name, fields.join(", "))
        }
    }
}
