//! How far the call of an observed future has come: it is on a thread while the future is polled, and goes along with it
//! otherwise. What is done where a poll begins and ends is the same for all functions, and stands once.

use std::mem::{ManuallyDrop, replace};
use std::num::NonZeroU32;

use super::frame::{Put, leave, leave_as_said, lost, put, take};
use crate::model::Plan;
use crate::record::callsite::Callsite;
use crate::record::enter::begin_in_frame;
use crate::record::frame::Frame;
use crate::record::light::{Otherwise, Parked};
use crate::record::place::NOWHERE;
use crate::record::raw;
use crate::record::stack;
use crate::record::thread::{HERE, Thread};

/// The call of a future.
pub(super) struct Journey {
    /// It is dropped by hand, so that only where it holds something anything is called for that.
    run: ManuallyDrop<Run>,
    callsite: &'static Callsite,
    plan: &'static Plan,
}

/// How far it has come.
enum Run {
    /// Never polled: nothing has happened.
    Fresh,
    /// Ended, or not recorded.
    Closed,
    /// On a thread while the future is polled, with what it will need to leave it if it has left one before; suspended without
    /// a frame between two polls, with what it has told.
    Call { id: NonZeroU32, parked: Option<Box<Parked>> },
    /// On a thread, and not followed: it is nested too deeply.
    Beyond,
    /// Suspended.
    Frame(Box<Frame>),
    /// Dropped before it was ready: it is on the thread until what it holds has been dropped.
    Cancelled(#[expect(dead_code, reason = "it is there to be dropped")] Cancelled),
}

/// A poll of a future whose call may be on the thread meanwhile. It is left by dropping it, when what it came to lies where it is
/// returned.
pub(super) struct Polling<'a> {
    journey: &'a mut Journey,
    /// Whether the future is ready; nothing as long as it is not known, as where it panics: then the call is abandoned.
    is_ready: Option<bool>,
}

impl Polling<'_> {
    #[inline(always)]
    pub(super) fn came_to(&mut self, is_ready: bool) {
        self.is_ready = Some(is_ready);
    }
}

impl Drop for Polling<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if matches!(*self.journey.run, Run::Closed) {
            return;
        }
        match self.is_ready {
            Some(true) => self.journey.end::<HERE>(),
            Some(false) => self.journey.rest::<HERE>(),
            None => self.journey.panics(),
        }
    }
}

impl Journey {
    #[inline(always)]
    pub(super) const fn new(callsite: &'static Callsite, plan: &'static Plan) -> Journey {
        Journey { run: ManuallyDrop::new(Run::Fresh), callsite, plan }
    }

    /// The future is to be polled: puts its call on this thread.
    #[inline(always)]
    pub(super) fn poll(&mut self) -> Polling<'_> {
        match *self.run {
            Run::Closed => {}
            Run::Fresh if self.callsite.is_awake() => self.begin::<HERE>(),
            Run::Fresh => self.becomes(Run::Closed),
            _ => self.resume::<HERE>(),
        }
        Polling { journey: self, is_ready: None }
    }

    /// The future is to be dropped: what it drops belongs to the call that is being abandoned.
    #[inline(always)]
    pub(super) fn cancel(&mut self) {
        if !matches!(*self.run, Run::Fresh | Run::Closed) {
            self.cancel_suspended::<HERE>();
        }
    }

    /// The next state. The one before holds nothing any more: there is nothing to drop.
    #[inline(always)]
    fn becomes(&mut self, next: Run) {
        self.run = ManuallyDrop::new(next);
    }

    #[inline(always)]
    fn take(&mut self) -> Run {
        replace(&mut *self.run, Run::Closed)
    }

    /// It has been put there, if it can be recorded any more.
    #[inline(always)]
    fn is_put(&mut self, put: Put) {
        self.becomes(match put {
            Some(Some(id)) => Run::Call { id, parked: None },
            Some(None) => Run::Beyond,
            None => Run::Closed,
        });
    }

    /// The call begins. It is light if everything is as usual, and no other one encloses it.
    #[inline(never)]
    fn begin<const HERE: bool>(&mut self) {
        let (callsite, plan) = (self.callsite, self.plan);
        if callsite.was_framed() {
            return self.begin_in_frame::<HERE>();
        }
        match raw::short(|thread| thread.begin_light_by_id(callsite, plan)).flatten() {
            Some(id) => self.begun(id),
            None => self.begin_enclosed::<HERE>(),
        }
    }

    /// The same for a call that another one encloses, or of which nothing is known yet.
    #[inline(never)]
    fn begin_enclosed<const HERE: bool>(&mut self) {
        let whose = (self.callsite, self.plan);
        match raw::short(|thread| thread.begin_child(whose, NOWHERE)).flatten() {
            Some(id) => self.begun(id),
            None => self.begin_framed::<HERE>(),
        }
    }

    /// A light call has begun, and this is its id, which is never 0. Nobody asks of a future whether its thread unwound then: what ends it is
    /// its poll, or that it is dropped.
    #[inline(always)]
    fn begun(&mut self, id: u32) {
        if let Some(id) = NonZeroU32::new(id) {
            self.becomes(Run::Call { id, parked: None });
        }
    }

    /// The same for one that gets its frame at once.
    #[inline(never)]
    fn begin_framed<const HERE: bool>(&mut self) {
        self.is_put(begin_in_frame::<HERE>(self.callsite, self.plan, None).map(NonZeroU32::new));
    }

    /// The same where one like it had to have a frame before: it mostly gets its own at once, and now and then tries to do without.
    #[inline(never)]
    fn begin_in_frame<const HERE: bool>(&mut self) {
        let callsite = self.callsite;
        if callsite.was_framed() && raw::short(Thread::tries) == Some(true) {
            // Until it turns out to need one.
            callsite.needs_no_frame();
            return self.begin::<HERE>();
        }
        self.begin_framed::<HERE>();
    }

    /// The suspended call goes on on this thread.
    #[inline(never)]
    fn resume<const HERE: bool>(&mut self) {
        let whose = (self.callsite, self.plan);
        let is_light = match &mut *self.run {
            Run::Call { id, parked: Some(parked) } => {
                raw::short(|thread| thread.unpark(parked, (whose, *id))).flatten().is_some()
            }
            _ => false,
        };
        if !is_light {
            self.resume_slowly::<HERE>();
        }
    }

    /// The same where that is not all there is to do.
    #[inline(never)]
    fn resume_slowly<const HERE: bool>(&mut self) {
        let whose = (self.callsite, self.plan);
        match self.take() {
            Run::Call { id, parked: Some(mut parked) } => {
                let light = |thread: &Thread| thread.unpark_slowly(&mut parked, (whose, id));
                if raw::short(light).flatten().is_some() {
                    return self.becomes(Run::Call { id, parked: Some(parked) });
                }
                let frame = stack::with(|stack| stack.frame_of(&parked, (whose, id)));
                leave_berth(Some(parked));
                self.is_put(frame.map_or_else(lost, put::<HERE>));
            }
            Run::Frame(frame) => self.is_put(put::<HERE>(frame)),
            run => self.becomes(run),
        }
    }

    /// The call is suspended.
    #[inline(never)]
    fn rest<const HERE: bool>(&mut self) {
        let is_light = match &mut *self.run {
            Run::Call { id, parked } => raw::short(|thread| thread.park(*id, parked)).flatten().is_some(),
            _ => false,
        };
        if !is_light {
            self.rest_slowly::<HERE>();
        }
    }

    /// The same where that is not all there is to do.
    #[inline(never)]
    fn rest_slowly<const HERE: bool>(&mut self) {
        let id = match &mut *self.run {
            Run::Call { id, parked } => {
                if raw::short(|thread| thread.park_slowly(*id, parked)).flatten().is_some() {
                    return;
                }
                leave_berth(parked.take());
                Some(*id)
            }
            _ => None,
        };
        self.becomes(take::<HERE>(id).map_or(Run::Closed, Run::Frame));
    }

    /// The call ends, and has said itself how, if it did not fulfil.
    #[inline(never)]
    fn end<const HERE: bool>(&mut self) {
        let end = |thread: &Thread| {
            let Run::Call { id, parked } = &mut *self.run else { return None };
            let callsite = thread.innermost_of(id.get())?;
            thread.leave_berth_briskly(parked)?;
            self.becomes(Run::Closed);
            thread.end_innermost::<AsSaid<HERE>>(callsite);
            Some(())
        };
        if raw::short(end).flatten().is_none() {
            self.end_slowly::<HERE>();
        }
    }

    /// The same where the call has a frame, or did not fulfil, or what it does not need any more has to be left first.
    #[inline(never)]
    fn end_slowly<const HERE: bool>(&mut self) {
        match self.take() {
            Run::Call { id, parked: parked @ Some(_) } => {
                leave_berth(parked);
                self.becomes(Run::Call { id, parked: None });
                self.end::<HERE>();
            }
            Run::Call { id, parked: None } => leave_as_said::<HERE>(id),
            _ => leave(None, ""),
        }
    }

    /// A poll panics.
    #[cold]
    #[inline(never)]
    fn panics(&mut self) {
        match self.take() {
            Run::Call { id, .. } => leave(Some(id), "panic"),
            Run::Beyond => leave(None, "panic"),
            _ => {}
        }
    }

    /// The call is given up.
    #[cold]
    #[inline(never)]
    fn cancel_suspended<const HERE: bool>(&mut self) {
        self.resume::<HERE>();
        match self.take() {
            Run::Call { id, parked } => {
                leave_berth(parked);
                self.becomes(Run::Cancelled(Cancelled(Some(id))));
            }
            Run::Beyond => self.becomes(Run::Cancelled(Cancelled(None))),
            run => self.becomes(run),
        }
    }

    #[cold]
    #[inline(never)]
    fn drop_held(&mut self) {
        drop(self.take());
    }
}

impl Drop for Journey {
    #[inline(always)]
    fn drop(&mut self) {
        if !matches!(*self.run, Run::Fresh | Run::Closed) {
            self.drop_held();
        }
    }
}

/// The call of a future is not well, or needs a frame.
struct AsSaid<const HERE: bool>;

impl<const HERE: bool> Otherwise for AsSaid<HERE> {
    type Ended = ();

    #[inline(always)]
    fn ended() {}

    #[inline(always)]
    fn otherwise(thread: &Thread, _callsite: &'static Callsite) {
        if let Some(id) = NonZeroU32::new(thread.innermost_id()) {
            leave_as_said::<HERE>(id);
        }
    }
}

/// A call that is on this thread while what its future holds is dropped: it is left afterwards.
struct Cancelled(Option<NonZeroU32>);

impl Drop for Cancelled {
    fn drop(&mut self) {
        leave(self.0, if std::thread::panicking() { "panic" } else { "cancelled" });
    }
}

/// What a light call needed to leave its thread is not needed any more.
fn leave_berth(spare: Option<Box<Parked>>) {
    if let Some(spare) = spare {
        let _hidden = raw::short(|thread| thread.leave_berth(spare));
    }
}
