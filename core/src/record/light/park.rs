//! A light future that is suspended: what it has told and where it is goes along with it, and comes back when it is polled again,
//! on this thread or another one. It gets a frame only where it comes back to something that does not allow for light calls.
//!
//! What has been told lies in a box with a place beside it for what else is to be known of a call. The outermost one takes the
//! box of its thread along and leaves another one there: nothing is copied but what the place beside is for.

use std::cell::Cell;
use std::mem::{forget, replace};
use std::num::NonZeroU32;

use super::course::Course;
use super::key::{Key, key_marks};
use super::told::{Entry, Event, List, MANY, What};
use super::{Call, DEEPER};
use crate::model::Plan;
use crate::record::callsite::Callsite;
use crate::record::frame::Frame;
use crate::record::place::Whence;
use crate::record::stack::Stack;
use crate::record::thread::Thread;

/// How many that are not in use a thread keeps.
const MOST: u32 = 8;

/// What light calls have told, or one that is not on any thread: then what is to be known of it stands beside.
#[repr(C)]
pub(in crate::record) struct Parked {
    started: u64,
    course: Course,
    key: u64,
    /// Above what says nothing any more it has the key mark.
    first: u32,
    /// How much it has told, as it told it when so many calls enclosed it as stands above.
    used: u32,
    /// Where it is.
    at: Whence,
    /// The next one that is not in use.
    next: Option<Box<Parked>>,
    pub(super) list: List,
}

/// Whose call it is, and its id.
pub(in crate::record) type Who = ((&'static Callsite, &'static Plan), NonZeroU32);

impl Parked {
    /// One in which nothing is told.
    #[cold]
    #[inline(never)]
    pub(super) fn blank() -> Box<Parked> {
        let list = [Entry::NOTHING; MANY];
        let (course, at) = (Course::NOTHING, Whence::NOWHERE);
        Box::new(Parked { started: 0, course, key: 0, first: 0, used: 0, at, next: None, list })
    }

    fn told(&self) -> &[Entry] {
        self.list.get(..(self.used % DEEPER) as usize).unwrap_or_default()
    }

    /// What the call is, but for how much was told before it began, and what those ask that enclose it.
    #[inline(always)]
    fn call(&self, ((callsite, plan), id): Who) -> Call {
        let (started, course, key) = (self.started, self.course, self.key);
        let first = key_marks(self.first);
        Call { callsite: Some(callsite), plan: Some(plan), started, course, key, id: id.get(), first }
    }

    /// Puts down what is to be known of a call.
    #[inline(always)]
    fn take_down(&mut self, (call, at, used): (&Call, Whence, u32)) {
        (self.started, self.course, self.key) = (call.started, call.course, call.key);
        (self.first, self.used, self.at) = (call.first, used, at);
    }

    /// How many calls enclosed it.
    fn depth(&self) -> u32 {
        self.used / DEEPER
    }
}

/// What one takes.
const BYTES: usize = size_of::<Parked>();

/// Those of a thread that are not in use.
pub(super) struct Berths(Cell<Option<Box<Parked>>>);

impl Berths {
    pub(super) const fn new() -> Berths {
        Berths(Cell::new(None))
    }

    #[inline(always)]
    fn pop(&self) -> Option<Box<Parked>> {
        let mut first = self.0.take()?;
        // Nothing is left there.
        forget(self.0.replace(first.next.take()));
        Some(first)
    }

    pub(super) fn empty(&self) {
        drop(self.0.take());
    }

    #[inline(always)]
    fn push(&self, mut one: Box<Parked>) {
        // One that is in use has no next one.
        forget(replace(&mut one.next, self.0.take()));
        forget(self.0.replace(Some(one)));
    }
}

impl Thread {
    /// The future that whoever began it knows by this id is suspended, with this box if it was suspended before, or else one that is
    /// not in use. Nothing has happened to its call where there is none, where there is more to be done than to put down what is known of
    /// it, or where it is not light.
    #[inline(always)]
    pub(in crate::record) fn park(&self, id: NonZeroU32, berth: &mut Option<Box<Parked>>) -> Option<()> {
        let light = self.light();
        if light.now.id.get() != id.get() || !light.is_running() || !light.is_open() {
            return None;
        }
        let parked = match berth {
            Some(parked) => parked,
            None => {
                // None was there.
                forget(berth.replace(light.berths.pop()?));
                light.vacant.set(light.vacant.get() + 1);
                berth.as_mut()?
            }
        };
        let (call, at, used) = (light.now.get(), self.at.get(), light.used.get() - light.first());
        if used < DEEPER {
            light.told.swap(parked)?;
            light.now.callsite.set(None);
            self.at.clear();
        } else if used % DEEPER > 0 {
            return None;
        } else {
            self.replace_at(light.step_back()?);
        }
        parked.take_down((&call, at, used));
        Some(())
    }

    /// The same where no box is at hand, and for a call that others enclose and that has told something, unless that is an affair of theirs
    /// as well: events count for them when they are said, and stay.
    pub(in crate::record) fn park_slowly(
        &self,
        id: NonZeroU32,
        berth: &mut Option<Box<Parked>>,
    ) -> Option<()> {
        let light = self.light();
        if light.now.id.get() != id.get() || !light.is_running() || !light.is_open() {
            return None;
        }
        if berth.is_none() {
            *berth = self.fresh_berth();
            if self.park(id, berth).is_some() {
                return Some(());
            }
        }
        let parked = berth.as_mut()?;
        let (call, at, used) = (light.now.get(), self.at.get(), light.used.get() - light.first());
        if used < DEEPER || call.course != Course::NOTHING {
            return None;
        }
        light.told.with(light.first(), light.used(), |told| {
            parked.list.iter_mut().zip(told).for_each(|(place, entry)| *place = *entry);
        })?;
        light.used.set(light.used.get() - used % DEEPER);
        self.replace_at(light.step_back()?);
        parked.take_down((&call, at, used));
        Some(())
    }

    /// The call goes on on this thread, as a light one; what it leaves is what it will need to be suspended again. Nothing has
    /// happened where there is more to be done than to copy what is known of it, or where it may not be light.
    #[inline(always)]
    pub(in crate::record) fn unpark(&self, parked: &mut Box<Parked>, who: Who) -> Option<()> {
        let light = self.light();
        if !light.is_open() {
            return None;
        }
        let told = parked.used;
        let (first, list) = if light.is_running() {
            if !told.is_multiple_of(DEEPER) {
                return None;
            }
            (light.step_over(self.at.get())?, None)
        } else {
            if told >= DEEPER || self.rest()?.running > 0 {
                return None;
            }
            let list = light.told.take()?;
            light.used.set(told);
            (0, Some(list))
        };
        // Only now: while another call makes room, nothing of this one is held.
        let call = parked.call(who);
        light.now.set(&Call { first: call.first | first, ..call });
        self.replace_at(parked.at);
        if let Some(list) = list {
            light.told.leave(replace(parked, list));
        }
        Some(())
    }

    /// The same for a call that others enclose and that brings back what it has told, or that is enclosed no more.
    pub(in crate::record) fn unpark_slowly(&self, parked: &mut Parked, who: Who) -> Option<()> {
        let light = self.light();
        if !light.is_open() || self.rest()?.running > 0 {
            return None;
        }
        let first = if !light.is_running() {
            light.used.set(0);
            0
        } else if light.used() + parked.told().len() as u32 > MANY as u32 || parked.course != Course::NOTHING
        {
            return None;
        } else {
            light.step_over(self.at.get())?
        };
        let (call, depth) = (parked.call(who), light.depth());
        light.now.set(&Call { first: call.first | first, ..call });
        for entry in parked.told() {
            light.told.put(light.used(), entry.moved(parked.depth(), depth));
            light.used.set(light.used.get() + 1);
        }
        self.replace_at(parked.at);
        Some(())
    }

    /// A box for a call that is suspended for the first time, where none is at hand.
    #[cold]
    #[inline(never)]
    fn fresh_berth(&self) -> Option<Box<Parked>> {
        // What is kept by now is told.
        self.rest()?.account();
        Some(Parked::blank())
    }

    /// One that is not needed any more is kept, if it is known that there is room. Nothing has happened otherwise.
    #[inline(always)]
    pub(in crate::record) fn leave_berth_briskly(&self, berth: &mut Option<Box<Parked>>) -> Option<()> {
        if berth.is_some() {
            let vacant = self.light().vacant.get().checked_sub(1)?;
            self.light().vacant.set(vacant);
            self.light().berths.push(berth.take()?);
        }
        Some(())
    }

    /// The same, and where as many are there as there were at any time, one more is kept if there is room for that.
    pub(in crate::record) fn leave_berth(&self, parked: Box<Parked>) {
        let mut berth = Some(parked);
        let has_room = || self.rest().is_some_and(|mut stack| stack.has_room_for_berth());
        if self.leave_berth_briskly(&mut berth).is_none()
            && has_room()
            && let Some(parked) = berth
        {
            self.light().berths.push(parked);
        }
    }
}

impl Stack {
    /// Whether one box more may be kept. It is counted for good: whoever takes it along most likely brings it back.
    fn has_room_for_berth(&mut self) -> bool {
        let has_room = self.berths < MOST && self.kept + BYTES <= self.room.kept();
        if has_room {
            self.kept += BYTES;
            self.berths += 1;
        }
        has_room
    }

    /// The frame of a light call that is on no thread.
    pub(in crate::record) fn frame_of(&mut self, parked: &Parked, ((callsite, plan), id): Who) -> Box<Frame> {
        callsite.gets_frame();
        let mut frame = self.take(callsite, plan);
        // Nobody listened when it began, and no trace was chosen: it would not have been light.
        frame.belong_to(callsite, plan, (0, 0));
        frame.notes.begin(u16::try_from(parked.depth()).unwrap_or(0));
        frame.start(false, false);
        (frame.timed, frame.started) = (parked.started != 0, parked.started);
        (frame.id, frame.at) = (id.get(), parked.at);
        if let Some(key) = Key::marked(parked.first, parked.key).value() {
            frame.set_key(key);
        }
        for entry in parked.told() {
            frame.take_entry(&entry.timed_as((callsite, parked.depth()), &self.figures), parked.depth());
            if let (Some(event), What::Event(_, Event { numbers, .. })) = (entry.event(), entry.what) {
                frame.count_told(event, &numbers);
            }
        }
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_ends_keeps_no_boxes() {
        let thread = Thread::new();
        thread.light().told.prepare();
        thread.light().vacant.set(1);
        thread.leave_berth(Parked::blank());
        thread.empty();
        assert!(thread.light().told.take().is_none() && thread.light().berths.pop().is_none());
    }

    #[test]
    fn a_box_is_kept_briskly_only_where_one_is_known_to_be_away() {
        let thread = Thread::new();
        let mut berth = Some(Parked::blank());
        assert!(thread.leave_berth_briskly(&mut berth).is_none() && berth.is_some());
        thread.light().vacant.set(1);
        assert!(thread.leave_berth_briskly(&mut berth).is_some() && berth.is_none());
        assert_eq!(thread.light().vacant.get(), 0);
        assert!(thread.light().berths.pop().is_some() && thread.light().berths.pop().is_none());
    }

    #[test]
    fn a_box_that_is_taken_along_is_missed() {
        static OWN: Callsite = Callsite::unnamed("of a test");
        let (thread, id) = (Thread::new(), NonZeroU32::MIN);
        let light = thread.light();
        light.told.prepare();
        light.berths.push(Parked::blank());
        light.now.callsite.set(Some(&OWN));
        light.now.id.set(id.get());
        let mut berth = None;
        // Other tests change things meanwhile.
        while thread.park(id, &mut berth).is_none() {
            light.open.set(light.changes());
        }
        assert!(berth.is_some() && !light.is_running());
        assert_eq!(light.vacant.get(), 1);
        thread.leave_berth(Parked::blank());
        assert_eq!(light.vacant.get(), 0);
    }
}
