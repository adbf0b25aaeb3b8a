//! What light calls have told, in order: a few lines, events and ends of children, as they were said. What they count for is
//! only asked when a call ends, and what is noted of them only when the calls get their frames. So there is no more to be
//! written of each than what it was, and it is written where it stays.

use std::cell::Cell;

use super::super::callsite::Callsite;
use super::super::figure::ThreadFigures;
use super::super::frame::{Frame, Kind};
use super::super::page::ChildEnd;
use super::super::place::{At, Whence};
use super::super::said::LogSite;
use super::super::stack::Stack;
use super::number::Numbers;
use super::park::Parked;
use crate::model::{Class, Site};

/// How much the light calls of a thread may tell, all together.
pub(super) const MANY: usize = 8;

/// One thing that was told. It has two lines of memory for itself: where the next one lies is then told by a shift.
#[derive(Clone, Copy)]
#[repr(C, align(128))]
pub(super) struct Entry {
    /// Where the call was.
    pub(super) whence: Whence,
    pub(super) what: What,
}

/// What it was. How deeply the call is nested that tells it, stands first of all: at the same place, whatever it is. A time is 0
/// if it is not told.
#[derive(Clone, Copy)]
pub(super) enum What {
    /// A line that bears no time.
    Line(u32, &'static LogSite),
    /// A line, with its time.
    LineAt(u32, &'static LogSite, u64),
    /// The same, with numbers beside its message.
    Counts(u32, Counts),
    Event(u32, Event),
    Child(u32, Ended),
}

/// A line that says what its place is known to say, and a few numbers.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Counts {
    pub(super) place: &'static LogSite,
    pub(super) at: u64,
    pub(super) numbers: Numbers,
}

/// An event. What follows its first number is in the second line of memory of its entry.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Event {
    pub(super) kind: &'static Kind,
    /// Where it is said.
    pub(super) site: &'static Site,
    pub(super) at: u64,
    pub(super) numbers: Numbers,
}

/// A child ended as fulfilled.
#[derive(Clone, Copy)]
pub(super) struct Ended {
    pub(super) callsite: &'static Callsite,
    pub(super) took: u64,
    pub(super) at: u64,
}

impl Entry {
    pub(super) const NOTHING: Entry = Entry { whence: Whence::NOWHERE, what: What::Line(0, &super::NOWHERE) };

    fn place(&self) -> Option<At> {
        self.whence.get()
    }

    #[inline(always)]
    fn level(&self) -> u32 {
        match self.what {
            What::Line(level, _)
            | What::LineAt(level, ..)
            | What::Counts(level, _)
            | What::Event(level, _)
            | What::Child(level, _) => level,
        }
    }

    /// The event happened at that time.
    #[inline(always)]
    pub(super) fn put_time(&mut self, now: u64) {
        if let What::Event(_, event) = &mut self.what {
            event.at = now;
        }
    }

    /// The same, as a call tells it that is nested so much less deeply, or deeper.
    #[inline(always)]
    pub(super) fn moved(mut self, from: u32, by: u32) -> Entry {
        let to = self.level().saturating_sub(from) + by;
        match &mut self.what {
            What::Line(level, _)
            | What::LineAt(level, ..)
            | What::Counts(level, _)
            | What::Event(level, _)
            | What::Child(level, _) => *level = to,
        }
        self
    }

    /// The same, as a call with a frame notes it: without its time, if calls like the one at this depth, which tells it, are short.
    /// A light call that had gone on for longer was not asked about that.
    pub(super) fn timed_as(
        mut self,
        (callsite, depth): (&'static Callsite, u32),
        figures: &ThreadFigures,
    ) -> Entry {
        if self.level() == depth && figures.is_brisk(callsite) {
            match &mut self.what {
                What::LineAt(_, _, at)
                | What::Event(_, Event { at, .. })
                | What::Counts(_, Counts { at, .. }) => *at = 0,
                What::Line(..) | What::Child(..) => {}
            }
        }
        self
    }

    /// The place of the line, if it is one.
    pub(super) fn said_at(&self) -> Option<&'static LogSite> {
        match self.what {
            What::Line(_, place) | What::LineAt(_, place, _) | What::Counts(_, Counts { place, .. }) => {
                Some(place)
            }
            What::Event(..) | What::Child(..) => None,
        }
    }

    /// The event, and where it was: the observed code's own position tells more than the place of the `emit!` in the
    /// effect below it.
    #[inline(always)]
    pub(super) fn event(&self) -> Option<(&'static Kind, &'static Site)> {
        match self.what {
            What::Event(_, Event { kind, site, .. }) => Some((kind, self.place().map_or(site, At::site))),
            _ => None,
        }
    }

    /// The event, if it is one.
    #[inline(always)]
    pub(super) fn kind(&self) -> Option<&'static Kind> {
        match self.what {
            What::Event(_, Event { kind, .. }) => Some(kind),
            _ => None,
        }
    }
}

/// What a few calls have told, in order.
pub(super) type List = [Entry; MANY];

/// All that the light calls of a thread have told. It is in a box, so that it goes with a future as a whole; nothing before
/// calls may be light, and while somebody looks at it.
pub(super) struct Told {
    list: Cell<Option<Box<Parked>>>,
}

impl Told {
    pub(super) const fn new() -> Told {
        Told { list: Cell::new(None) }
    }

    /// From now on calls may be light.
    pub(super) fn prepare(&self) {
        self.leave(self.list.take().unwrap_or_else(Parked::blank));
    }

    /// The list, until [`leave`](Told::leave).
    #[inline(always)]
    pub(super) fn take(&self) -> Option<Box<Parked>> {
        self.list.take()
    }

    /// The list comes back to where nothing is meanwhile: so nothing has to be dropped, and whoever calls this need not look.
    #[inline(always)]
    pub(super) fn leave(&self, parked: Box<Parked>) {
        std::mem::forget(self.list.replace(Some(parked)));
    }

    /// Puts down one thing more, if there is room.
    #[inline(always)]
    pub(super) fn put(&self, index: u32, entry: Entry) -> Option<()> {
        self.write(index, |place| *place = entry)
    }

    /// The same by `write`, where it stays.
    #[inline(always)]
    pub(super) fn write(&self, index: u32, write: impl FnOnce(&mut Entry)) -> Option<()> {
        let mut parked = self.list.take()?;
        let is_put = parked.list.get_mut(index as usize).map(write);
        self.leave(parked);
        is_put
    }

    /// Looks at what was told from there up to here.
    #[inline(always)]
    pub(super) fn with<T>(&self, first: u32, behind: u32, look: impl FnOnce(&[Entry]) -> T) -> Option<T> {
        let parked = self.list.take()?;
        let told = parked.list.get(first as usize..behind as usize).map(look);
        self.leave(parked);
        told
    }

    /// Gives all of it away for another box.
    #[inline(always)]
    pub(super) fn swap(&self, other: &mut Box<Parked>) -> Option<()> {
        let list = self.list.take()?;
        self.leave(std::mem::replace(other, list));
        Some(())
    }
}

impl Stack {
    /// What was told takes its place in the frames that the calls have now: in the order of time, and each in that of the
    /// innermost call that had begun, as if its children had left it there. `began` says where in it each call began.
    pub(super) fn take_told(&mut self, told: &[Entry], began: &[u32]) {
        for (index, entry) in (0..).zip(told) {
            let running = began.iter().take_while(|first| **first <= index).count();
            let Some((top, outer)) = self.frames.get_mut(..running).and_then(<[_]>::split_last_mut) else {
                return;
            };
            top.notes.lend(&mut self.spare);
            let depth = running.saturating_sub(1) as u32;
            top.take_entry(&entry.timed_as((top.callsite, depth), &self.figures), depth);
            if let (Some(event), What::Event(_, Event { numbers, .. })) = (entry.event(), entry.what) {
                outer.iter_mut().chain([top]).for_each(|frame| frame.count_told(event, &numbers));
            }
        }
    }
}

impl Frame {
    /// Notes what this call, or a child of it that has ended, has told. Each is a step in the numbers by which the call tells moments
    /// apart, as it was while the call was light: an event will be counted, and a line of its own takes one for itself.
    pub(super) fn take_entry(&mut self, entry: &Entry, depth: u32) {
        let own = self.notes.below() - 1;
        let level = u16::try_from(entry.level()).unwrap_or(own);
        let is_own = entry.level() == depth;
        let site = entry.place().map(At::site);
        self.notes.begin(level);
        match entry.what {
            What::Line(_, place) => self.take_repeat(0, site, place, is_own),
            What::LineAt(_, place, at) => self.take_repeat(at, site, place, is_own),
            What::Counts(_, Counts { place, numbers, at }) => {
                self.take_counts(at, site, (place, &numbers), is_own);
            }
            What::Event(_, Event { kind, site: said, numbers, at }) => {
                let site = site.unwrap_or(said);
                let _values = self.notes.event(at, site, kind.meta, |values| {
                    numbers.values().for_each(|value| values.push(value));
                });
            }
            What::Child(_, Ended { callsite, took: ticks, at }) => {
                let operation = callsite.operation();
                let end = ChildEnd { operation, class: Class::Fulfilled, reason: "", ticks, is_kept: false };
                self.notes.child(at, site, end);
            }
        }
        if !is_own && entry.event().is_none() || matches!(entry.what, What::Child(..)) {
            self.next();
        }
        self.notes.begin(own);
    }
}
