//! Light calls: the outermost one of its thread, and a few that it encloses, as long as little has happened in them but that
//! they began. Most calls stay so until they end. They have no frames: where the innermost one is and when it began stand
//! beside the stack, with what it has told, and whoever has more to say of it lets them have their frames first
//! (`Thread::usual`, `stack::with_thread`).
//!
//! **Invariant:** while a light call runs, no call is on the stack.

mod call;
mod child;
mod course;
mod end;
mod event;
mod fail;
mod key;
mod limit;
mod line;
mod near;
mod number;
mod park;
mod say;
mod told;

use std::any::TypeId;
use std::cell::Cell;
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use self::call::{Call, Now};
use self::child::Outer;
pub(super) use self::child::Seat;
use self::course::Course;
pub(super) use self::course::Proven;
pub(super) use self::end::Otherwise;
pub(super) use self::event::Asks;
pub(super) use self::key::Key;
use self::near::Near;
pub(super) use self::number::FEW;
pub(crate) use self::number::Numbers;
pub(super) use self::number::{Rest, Two};
use self::park::Berths;
pub(super) use self::park::Parked;
pub(super) use self::say::Counted;
use self::told::{Entry, Told, What};
use super::callsite::Callsite;
use super::clock::ticks;
use super::frame::Kind;
use super::keep;
use super::place::At;
use super::said::LogSite;
use super::stack::Stack;
use super::state::{CHANGES, changes_so_far};
use super::tally::{self, Tally};
use super::thread::Thread;
use crate::model::{EventMeta, LogLevel, Outcome, Plan, Site};

/// Nobody's address: not null, which is how one says that no call runs.
const NOBODY: *const Callsite = ptr::dangling();

/// No place that logs: no metadata lie there.
static NOWHERE: LogSite = LogSite::new(LogLevel::Trace, Site::UNKNOWN);

/// No kind of events.
static NO_KIND: Kind = Kind { id: TypeId::of::<()>(), meta: &NO_EVENT };
static NO_EVENT: EventMeta = EventMeta { name: "", target: "", site: Site::UNKNOWN, fields: &[], unit: None };

/// How many light calls may enclose another one.
const OUTER: usize = 3;

/// The light calls of one thread. What the innermost one is stands here; those that enclose it stand behind. With where it is, which
/// stands before, what every call looks at takes two lines of memory, and each that encloses it one more.
#[repr(C)]
pub(super) struct Light {
    /// How much has changed that decides how a call begins. By this way, since from another crate the static is two lines away.
    changes: &'static AtomicU32,
    now: Now,
    /// How much all of them have told, and above it how many calls enclose this one: 0 where nothing is to be looked at.
    used: Cell<u32>,
    /// Calls may be light as long as no more has changed than this; 0 when they may not.
    open: Cell<u32>,
    /// From how many ticks on the end of a call is looked at more closely.
    limit: Cell<u64>,
    /// From how many ticks on it is slow.
    slow: Cell<u64>,
    /// From how many ticks on lines bear a time, whatever their operation.
    pace: Cell<u64>,
    /// An operation whose calls are so short that their lines bear no time, and whose lines are held against nothing: the
    /// one that was asked for last, or [`NOBODY`]. Only its address is asked.
    brisk: Cell<*const Callsite>,
    told: Told,
    outer: [Outer; OUTER],
    /// For futures that are to be suspended.
    berths: Berths,
    /// How many boxes for futures that are to be suspended are in use, of those for which there is room.
    vacant: Cell<u32>,
    /// The same as `open`, while the running call is not to end without its frame.
    was_open: Cell<u32>,
    /// What holds on this thread was learned when so much had changed.
    learned: Cell<u32>,
    /// How many futures have had frames from the beginning.
    framed: Cell<u32>,
    /// How often it was found out that a call keeps its promises.
    proved: Cell<u32>,
    /// Places that have noted lines in light calls of this thread.
    near: Near<&'static LogSite, NEAR>,
    /// Events that were said in light calls of this thread, with where each is counted.
    tallies: Near<(&'static Kind, &'static Tally), KINDS>,
    /// How the running call is about to end, if it has said so.
    said: Cell<Option<Outcome>>,
}

/// One call more that encloses the innermost one.
const DEEPER: u32 = 1 << 16;

/// One future of so many tries once more to have no frame. It is a prime, so that of several operations in turn each has its turn.
const FRAMED: u32 = 61;

/// For how many places log sites are remembered.
const NEAR: usize = 32;

/// For how many places events are remembered.
const KINDS: usize = 32;

/// Where a log site belongs, by the address of its metadata, which are longer than the lowest bits could tell apart.
#[inline(always)]
fn near(address: usize) -> usize {
    address >> 6
}

impl Light {
    /// Where those stand that enclose the innermost one.
    pub(super) const OUTER_AT: usize = offset_of!(Light, outer);
    /// How much memory each of them takes.
    pub(super) const OUTER_BYTES: usize = size_of::<Outer>();
    /// Where those events stand that are remembered.
    pub(super) const TALLIES_AT: usize = offset_of!(Light, tallies);

    pub(super) const fn new() -> Light {
        Light {
            changes: &CHANGES,
            now: Now::new(),
            used: Cell::new(0),
            open: Cell::new(0),
            limit: Cell::new(0),
            slow: Cell::new(0),
            pace: Cell::new(0),
            brisk: Cell::new(NOBODY),
            told: Told::new(),
            outer: [const { Outer::new() }; OUTER],
            berths: Berths::new(),
            vacant: Cell::new(0),
            was_open: Cell::new(0),
            learned: Cell::new(0),
            framed: Cell::new(0),
            proved: Cell::new(0),
            near: Near::of([const { [const { Cell::new(&NOWHERE) }; 2] }; NEAR]),
            tallies: Near::of([const { [const { Cell::new((&NO_KIND, &tally::NOWHERE)) }; 2] }; KINDS]),
            said: Cell::new(None),
        }
    }

    #[inline(always)]
    pub(super) fn is_running(&self) -> bool {
        self.now.callsite.get().is_some()
    }

    #[inline(always)]
    pub(super) fn is_of(&self, callsite: &'static Callsite) -> bool {
        self.now.callsite.get().is_some_and(|own| ptr::eq(own, callsite))
    }

    /// Whether one is running whose lines bear no time and are held against nothing.
    #[inline(always)]
    pub(super) fn is_brisk(&self) -> bool {
        // One comparison: no call is one of nobody's.
        self.now.callsite.get().map_or(ptr::null(), ptr::from_ref) == self.brisk.get()
    }

    /// The place with metadata at this address, if such a call is the innermost one and the place was here before.
    #[inline(always)]
    pub(super) fn brisk_place(&self, address: usize) -> Option<&'static LogSite> {
        if !self.is_brisk() {
            return None;
        }
        self.near.find(near(address), |place| place.terse == address)
    }

    /// Remembers that a place has noted a line.
    #[inline(always)]
    fn remember(&self, place: &'static LogSite) {
        let address = near(place.terse);
        if self.near.find(address, |known| ptr::eq(known, place)).is_none() {
            self.near.put(address, place);
        }
    }

    /// The thread ends: destroys what it has.
    pub(super) fn empty(&self) {
        drop((self.told.take(), self.said.take()));
        self.berths.empty();
    }

    /// Whether calls may be light: recording is on as the stack knows it, and no mark is to be set.
    #[inline(always)]
    pub(super) fn is_open(&self) -> bool {
        self.open.get() == self.changes()
    }

    /// How much has changed that decides how a call begins. Relaxed where a call begins or ends: one that races with a change is
    /// as it was before.
    #[inline(always)]
    fn changes(&self) -> u32 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Whether nothing has changed since what holds on this thread was learned.
    #[inline(always)]
    pub(super) fn knows(&self) -> bool {
        self.learned.get() == self.changes()
    }

    /// How much was told.
    #[inline(always)]
    fn used(&self) -> u32 {
        self.used.get() % DEEPER
    }

    /// How many calls enclose the innermost one.
    #[inline(always)]
    fn depth(&self) -> u32 {
        self.used.get() / DEEPER
    }

    /// How much was told before the innermost call began.
    #[inline(always)]
    fn first(&self) -> u32 {
        self.now.first.get() % DEEPER
    }

    /// Calls may be light if recording is on as the stack knows it, no test listens, and no trace is chosen or asked for.
    pub(super) fn learn_what_holds(&self, stack: &Stack, marks: u32) {
        let so_far = changes_so_far();
        let may_be = stack.is_current() && marks == 0 && keep::marks() == Some(0);
        self.told.prepare();
        self.open.set(if may_be { so_far } else { 0 });
        self.was_open.set(0);
        self.slow.set(keep::slow());
        self.pace.set(stack.figures.brisk());
        self.limit.set(if stack.figures.is_sampled { 0 } else { self.pace.get().min(self.slow.get()) });
        self.brisk.set(NOBODY);
        self.learned.set(so_far);
    }

    pub(super) fn forget_what_holds(&self) {
        self.open.set(0);
        self.was_open.set(0);
        self.learned.set(0);
    }

    /// The time of a line or an event, unless it has to be found out whether calls like this one are so short that there is none.
    #[inline(always)]
    fn time_at_once(&self) -> Option<u64> {
        let started = self.now.started.get();
        if started == 0 {
            return None;
        }
        let now = ticks();
        (now.wrapping_sub(started) >= self.pace.get()).then_some(now)
    }

    /// The id of the call, if it has one, which its frame will have, and how much was told since it began, by it or by those within it. When
    /// it gets its frame, each of that is one step of its sequence number (`Frame::take_entry`).
    #[inline(always)]
    pub(super) fn moment(&self) -> Option<(u32, u32)> {
        let id = if self.is_running() { self.now.id.get() } else { 0 };
        (id != 0).then(|| (id, self.used().wrapping_sub(self.first())))
    }

    /// The same for a call that gets its id now, if it had none.
    pub(super) fn moment_by(&self, fresh_id: impl FnOnce() -> Option<u32>) -> Option<(u32, u32)> {
        if self.now.id.get() == 0 {
            self.now.id.set(fresh_id()?);
        }
        self.moment()
    }
}

impl Thread {
    /// Whether a future that would have its frame from the beginning tries once more without. The outermost call decides, and
    /// all that it encloses do as it does: if each of them waited for a turn of its own, all would have frames for good. One
    /// that is no future has none when it begins; if it had to get one before, one future in it of so many decides for it.
    #[inline(never)]
    pub(super) fn tries(&self) -> bool {
        let light = self.light();
        let outermost = light.outermost();
        match outermost {
            Some(callsite) if !callsite.was_framed() => return true,
            None if self.rest().is_none_or(|stack| stack.running > 0) => return false,
            _ => {}
        }
        light.framed.set(light.framed.get().wrapping_add(1));
        let tries = light.framed.get().is_multiple_of(FRAMED);
        outermost.filter(|_| tries).into_iter().for_each(Callsite::needs_no_frame);
        tries
    }

    /// Begins a call that no other one encloses, if everything is as usual. It calls nothing, so that it is short.
    #[inline(always)]
    pub(super) fn begin_light(
        &self,
        callsite: &'static Callsite,
        plan: Option<&'static Plan>,
        first: Option<At>,
    ) -> Option<()> {
        self.begin_light_as(callsite, plan, first, |_| 0).map(|_id| ())
    }

    /// The same for a call that whoever begins it knows by an id.
    #[inline(always)]
    pub(super) fn begin_light_by_id(&self, callsite: &'static Callsite, plan: &'static Plan) -> Option<u32> {
        self.begin_light_as(callsite, Some(plan), None, Stack::fresh_id)
    }

    #[inline(always)]
    fn begin_light_as(
        &self,
        callsite: &'static Callsite,
        plan: Option<&'static Plan>,
        first: Option<At>,
        id: impl FnOnce(&mut Stack) -> u32,
    ) -> Option<u32> {
        let light = self.light();
        if light.is_running() || !light.is_open() {
            return None;
        }
        let mut stack = self.rest()?;
        if stack.running > 0 {
            return None;
        }
        let timed = stack.figures.known(callsite)?.began();
        let id = id(&mut stack);
        match first {
            Some(first) => self.at.set(first),
            None => self.at.clear(),
        }
        light.now.callsite.set(Some(callsite));
        light.now.plan.set(plan);
        light.now.id.set(id);
        light.now.first.set(0);
        light.used.set(0);
        light.now.course.set(Course::NOTHING);
        light.now.started.set(if timed { ticks() } else { 0 });
        Some(id)
    }

    /// Notes a line of a light call whose lines bear no time, if there is room. The first one has its place where the code
    /// knows it: where it goes does not depend on anything that was written just before.
    #[inline(always)]
    pub(super) fn repeat_briskly(&self, place: &'static LogSite) -> Option<()> {
        let light = self.light();
        if light.used.get() != 0 {
            return self.repeat_again(place);
        }
        light.told.put(0, Entry { whence: self.at.get(), what: What::Line(0, place) })?;
        light.used.set(1);
        Some(())
    }

    /// Any other one.
    #[inline(never)]
    fn repeat_again(&self, place: &'static LogSite) -> Option<()> {
        self.tell_light(What::Line(self.light().depth(), place))
    }

    /// Notes a line of a light call that is as its place is known to be.
    #[inline(never)]
    pub(super) fn repeat_light(&self, place: &'static LogSite) -> Option<()> {
        let light = self.light();
        let callsite = light.now.callsite.get()?;
        // Where lines are held against what is returned, each is read.
        if light.now.plan.get().is_some_and(|plan| !plan.agrees.is_empty()) {
            return None;
        }
        light.remember(place);
        self.tell_light(What::LineAt(light.depth(), place, self.time_of_line(callsite)))
    }

    /// Puts down one thing that the innermost light call tells.
    #[inline(always)]
    fn tell_light(&self, what: What) -> Option<()> {
        let light = self.light();
        light.told.write(light.used(), |entry| {
            // One after another: so few of it is held at a time.
            self.at.copy_to(&mut entry.whence);
            entry.what = what;
        })?;
        light.used.set(light.used.get() + 1);
        Some(())
    }

    /// The time of a line or an event; 0 if it bears none.
    #[inline(always)]
    fn time_of_line(&self, callsite: &'static Callsite) -> u64 {
        if ptr::eq(self.light().brisk.get(), callsite) {
            return 0;
        }
        self.light().time_at_once().unwrap_or_else(|| self.time_found_out(callsite))
    }

    #[inline(never)]
    fn time_found_out(&self, callsite: &'static Callsite) -> u64 {
        let light = self.light();
        if self.rest().is_some_and(|stack| stack.figures.is_brisk(callsite)) {
            if light.now.plan.get().is_none_or(|plan| plan.agrees.is_empty()) {
                light.brisk.set(callsite);
            }
            return 0;
        }
        if light.now.started.get() == 0 { 0 } else { ticks() }
    }
}
