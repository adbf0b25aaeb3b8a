//! A light future that is suspended: what it has told and where it is goes along with it, and comes back when it is polled again,
//! on this thread or another one. It gets a frame only where it comes back to something that does not allow for light calls.

use super::Light;
use std::cell::Cell;

use super::told::{Entry, MANY};
use crate::model::Plan;
use crate::record::callsite::Callsite;
use crate::record::frame::{Frame, Token};
use crate::record::place::Whence;
use crate::record::stack::Stack;
use crate::record::thread::Thread;

/// How many that are not in use a thread keeps.
const MOST: usize = 4;

/// A light call that is not on any thread.
pub(in crate::record) struct Parked {
    callsite: &'static Callsite,
    plan: Option<&'static Plan>,
    started: u64,
    pub(in crate::record) id: u32,
    /// How many calls enclosed it.
    depth: u32,
    /// Where it is.
    at: Whence,
    used: usize,
    /// What it has told, as it told it when so many calls enclosed it.
    told: [Entry; MANY],
}

impl Parked {
    fn new() -> Parked {
        Parked {
            callsite: &super::NOBODY,
            plan: None,
            started: 0,
            id: 0,
            depth: 0,
            at: Whence::NOWHERE,
            used: 0,
            told: [Entry::NOTHING; MANY],
        }
    }

    fn told(&self) -> &[Entry] {
        self.told.get(..self.used).unwrap_or_default()
    }

    /// Whether it has said an event, which counted for the calls that enclosed it then.
    fn has_said(&self) -> bool {
        self.told().iter().any(|entry| entry.kind().is_some())
    }
}

/// Those of a thread that are not in use. The places for them are there, so that nothing is called to put some down.
pub(in crate::record) struct Berths {
    places: [Option<Box<Parked>>; MOST],
    used: usize,
}

impl Berths {
    /// What one takes.
    pub(in crate::record) const BYTES: usize = size_of::<Parked>();

    pub(in crate::record) const fn new() -> Berths {
        Berths { places: [const { None }; MOST], used: 0 }
    }

    #[inline(always)]
    fn pop(&mut self) -> Option<Box<Parked>> {
        let last = self.used.checked_sub(1)?;
        self.used = last;
        self.places.get_mut(last)?.take()
    }

    #[inline(always)]
    fn push(&mut self, parked: Box<Parked>) {
        if let Some(place) = self.places.get_mut(self.used) {
            // Nothing lies there that would have to be dropped.
            std::mem::forget(place.replace(parked));
            self.used += 1;
        }
    }
}

#[cold]
#[inline(never)]
fn fresh() -> Box<Parked> {
    Box::new(Parked::new())
}

impl Light {
    /// The innermost call leaves, with what it has told. Tells where the one that encloses it is.
    #[inline(always)]
    fn step_off(&self, told: usize) -> Option<Whence> {
        if self.depth() == 0 {
            self.callsite.set(None);
            return Some(Whence::NOWHERE);
        }
        self.used.set(self.used.get() - u32::try_from(told).ok()?);
        self.step_back()
    }

    /// Whether there is room for what a call has told that comes back.
    #[inline(always)]
    fn has_room_for(&self, parked: &Parked) -> bool {
        !self.is_running() || self.used() as usize + parked.used <= MANY && !parked.has_said()
    }
}

impl Thread {
    /// The future that whoever began it knows by this id is suspended. Nothing has happened unless its call is light, and what
    /// it has told is no affair of calls that enclose it.
    #[inline(never)]
    pub(in crate::record) fn park(&self, id: u32) -> Option<Box<Parked>> {
        let light = self.light();
        if light.id.get() != id || !light.is_open() {
            return None;
        }
        let callsite = light.callsite.get()?;
        let (depth, told) = (light.depth(), light.told.from(light.first(), light.used()));
        if depth > 0 && told.iter().any(|entry| entry.get().kind().is_some()) {
            return None;
        }
        let mut stack = self.rest()?;
        let stack = &mut *stack;
        let mut parked = stack.berth();
        for (place, entry) in parked.told.iter_mut().zip(told) {
            *place = entry.get();
        }
        (parked.callsite, parked.plan, parked.started) = (callsite, light.plan.get(), light.started.get());
        (parked.id, parked.depth, parked.used) = (id, depth, told.len());
        parked.at = self.replace_at(light.step_off(told.len())?);
        Some(parked)
    }

    /// The call goes on on this thread, as a light one; tells its id. Nothing has happened where that is not possible.
    #[inline(never)]
    pub(in crate::record) fn unpark(&self, slot: &mut Option<Box<Parked>>) -> Option<u32> {
        let light = self.light();
        let mut stack = self.rest()?;
        let stack = &mut *stack;
        if !light.is_open() || stack.running > 0 {
            return None;
        }
        let parked = slot.take_if(|parked| light.has_room_for(parked))?;
        if !light.is_running() {
            light.used.set(0);
        } else if light.step_out(self.at.get()).is_none() {
            *slot = Some(parked);
            return None;
        }
        let depth = light.depth();
        let places = light.told.from(light.used(), MANY as u32);
        for (place, entry) in places.iter().zip(parked.told()) {
            place.set(*entry);
        }
        if depth != parked.depth {
            move_all(places, &parked, depth);
        }
        light.used.set(light.used.get() + parked.used as u32);
        light.callsite.set(Some(parked.callsite));
        light.plan.set(parked.plan);
        light.started.set(parked.started);
        light.id.set(parked.id);
        self.replace_at(parked.at);
        let id = parked.id;
        stack.leave_berth(parked);
        Some(id)
    }
}

/// It was begun below another call than that below which it goes on.
#[cold]
#[inline(never)]
fn move_all(places: &[Cell<Entry>], parked: &Parked, depth: u32) {
    let places = places.iter().take(parked.used);
    places.for_each(|place| place.set(place.get().moved(parked.depth, depth)));
}

impl Stack {
    #[inline(always)]
    fn berth(&mut self) -> Box<Parked> {
        match self.berths.pop() {
            Some(parked) => {
                self.kept -= Berths::BYTES;
                parked
            }
            None => fresh(),
        }
    }

    /// It is kept, if there is room.
    #[inline(always)]
    fn leave_berth(&mut self, parked: Box<Parked>) {
        if self.kept + Berths::BYTES <= self.room.kept() && self.berths.used < MOST {
            self.kept += Berths::BYTES;
            self.berths.push(parked);
        }
    }

    /// The frame of a light call that is on no thread.
    pub(in crate::record) fn frame_of(&mut self, parked: &Parked) -> Box<Frame> {
        let plan = parked.plan.unwrap_or(&Plan::EMPTY);
        parked.callsite.gets_frame();
        let mut frame = self.take(parked.callsite, plan);
        // Nobody listened when it began, and no trace was chosen: it would not have been light.
        frame.belong_to(parked.callsite, plan, (0, 0));
        frame.notes.begin(u16::try_from(parked.depth).unwrap_or(0));
        frame.start(false, false);
        (frame.timed, frame.started) = (parked.started != 0, parked.started);
        (frame.id, frame.at) = (parked.id, parked.at);
        for entry in parked.told() {
            frame.take_entry(entry, parked.depth);
            if let Some((kind, site)) = entry.event() {
                frame.count_event(kind, (site, Token::NONE));
            }
        }
        frame
    }
}
