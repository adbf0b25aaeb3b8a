//! A light future that is suspended: what it has told and where it is goes along with it, and comes back when it is polled again,
//! on this thread or another one. It gets a frame only where it comes back to something that does not allow for light calls.

use super::course::Course;
use super::told::{Entry, Event, List, MANY, What, blank};
use super::{Call, Light};
use crate::model::Plan;
use crate::record::frame::Frame;
use crate::record::place::Whence;
use crate::record::pool::Unused;
use crate::record::stack::Stack;
use crate::record::thread::Thread;

/// How many that are not in use a thread keeps.
const MOST: usize = 8;

/// A light call that is not on any thread.
pub(in crate::record) struct Parked {
    call: Call,
    /// How many calls enclosed it.
    depth: u32,
    /// How much it has told, as it told it when so many calls enclosed it.
    used: u32,
    /// Where it is.
    at: Whence,
    told: Box<List>,
}

impl Parked {
    fn told(&self) -> &[Entry] {
        self.told.get(..self.used as usize).unwrap_or_default()
    }
}

/// Those of a thread that are not in use.
pub(in crate::record) type Berths = Unused<Parked, MOST>;

/// What one takes.
const BYTES: usize = size_of::<Parked>() + size_of::<List>();

#[cold]
#[inline(never)]
fn fresh() -> Box<Parked> {
    Box::new(Parked { call: Call::NONE, depth: 0, used: 0, at: Whence::NOWHERE, told: blank() })
}

impl Light {
    /// The innermost call leaves, with what it has told. Tells where the one that encloses it is. Nothing has happened unless
    /// what it has told is no affair of that one.
    #[inline(always)]
    fn step_off(&self, parked: &mut Parked) -> Option<Whence> {
        if self.depth() == 0 {
            if self.used() > 0 {
                self.told.swap(&mut parked.told)?;
            }
            parked.used = self.used();
            self.now.callsite.set(None);
            return Some(Whence::NOWHERE);
        }
        parked.used = self.used() - self.first();
        if parked.used > 0 {
            self.take_along(parked)?;
        }
        self.used.set(self.used.get() - parked.used);
        self.step_back()
    }

    /// A call that others enclose takes along what it has told. Events count for them when they are said, and stay.
    #[inline(never)]
    fn take_along(&self, parked: &mut Parked) -> Option<()> {
        if parked.call.course != Course::NOTHING {
            return None;
        }
        self.told.with(self.first(), self.used(), |told| {
            parked.told.iter_mut().zip(told).for_each(|(place, entry)| *place = *entry);
        })
    }

    /// The call comes back, with what it has told. Nothing has happened where that is not possible.
    #[inline(always)]
    fn step_on(&self, parked: &mut Parked, at: Whence) -> Option<()> {
        if !self.is_running() && parked.depth == 0 {
            if parked.used > 0 {
                self.told.swap(&mut parked.told)?;
            }
            self.now.first.set(0);
            self.used.set(parked.used);
            return Some(());
        }
        self.bring_along(parked, at)
    }

    /// A call that others enclose brings back what it has told, or one that others have enclosed before.
    #[inline(never)]
    fn bring_along(&self, parked: &Parked, at: Whence) -> Option<()> {
        if !self.is_running() {
            self.now.first.set(0);
            self.used.set(0);
        } else if self.used() + parked.used > MANY as u32 || parked.call.course != Course::NOTHING {
            return None;
        } else {
            self.step_out(at)?;
        }
        let depth = self.depth();
        for entry in parked.told() {
            self.told.put(self.used(), entry.moved(parked.depth, depth));
            self.used.set(self.used.get() + 1);
        }
        Some(())
    }
}

impl Thread {
    /// The future that whoever began it knows by this id is suspended. Nothing has happened unless its call is light, and what
    /// it has told is no affair of calls that enclose it.
    #[inline(always)]
    pub(in crate::record) fn park(&self, id: u32) -> Option<Box<Parked>> {
        let light = self.light();
        if light.now.id.get() != id || !light.is_running() || !light.is_open() {
            return None;
        }
        let mut stack = self.rest()?;
        let mut parked = stack.berth();
        (parked.call, parked.depth) = (light.now.get(), light.depth());
        let Some(whence) = light.step_off(&mut parked) else {
            stack.leave_berth(parked);
            return None;
        };
        parked.at = self.replace_at(whence);
        Some(parked)
    }

    /// The call goes on on this thread, as a light one; tells its id. Nothing has happened where that is not possible.
    #[inline(always)]
    pub(in crate::record) fn unpark(&self, slot: &mut Option<Box<Parked>>) -> Option<u32> {
        let light = self.light();
        let mut stack = self.rest()?;
        if !light.is_open() || stack.running > 0 {
            return None;
        }
        light.step_on(slot.as_mut()?, self.at.get())?;
        let parked = slot.take()?;
        let first = light.now.first.get();
        light.now.set(&parked.call);
        light.now.first.set(parked.call.key_marks() | first);
        self.replace_at(parked.at);
        stack.leave_berth(parked);
        Some(light.now.id.get())
    }
}

impl Stack {
    #[inline(always)]
    fn berth(&mut self) -> Box<Parked> {
        match self.berths.pop() {
            Some(parked) => {
                self.kept -= BYTES;
                parked
            }
            None => {
                // What is kept by now is told.
                self.account();
                fresh()
            }
        }
    }

    /// It is kept, if there is room.
    #[inline(always)]
    fn leave_berth(&mut self, parked: Box<Parked>) {
        if self.kept + BYTES <= self.room.kept() && !self.berths.is_full() {
            self.kept += BYTES;
            self.berths.push(parked);
        }
    }

    /// The frame of a light call that is on no thread.
    pub(in crate::record) fn frame_of(&mut self, parked: &Parked) -> Box<Frame> {
        let call = &parked.call;
        let (callsite, plan) = (call.callsite.unwrap_or(&super::NOBODY), call.plan.unwrap_or(&Plan::EMPTY));
        callsite.gets_frame();
        let mut frame = self.take(callsite, plan);
        // Nobody listened when it began, and no trace was chosen: it would not have been light.
        frame.belong_to(callsite, plan, (0, 0));
        frame.notes.begin(u16::try_from(parked.depth).unwrap_or(0));
        frame.start(false, false);
        (frame.timed, frame.started) = (call.started != 0, call.started);
        (frame.id, frame.at) = (call.id, parked.at);
        if let Some(key) = call.key().value() {
            frame.set_key(key);
        }
        for entry in parked.told() {
            frame.take_entry(&entry.timed_as((callsite, parked.depth), &self.figures), parked.depth);
            if let (Some(event), What::Event(_, Event { numbers, .. })) = (entry.event(), entry.what) {
                frame.count_told(event, &numbers);
            }
        }
        frame
    }
}
