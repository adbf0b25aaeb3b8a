//! Leaving an operation: what ends a call, and how it is said.

use std::ptr;

use super::callsite::Callsite;
use super::frame::Frame;
use super::leave::{Left, finish_top};
use super::light::Otherwise;
use super::raw;
use super::stack;
use super::thread::{HERE, Thread};
use crate::model::Outcome;

/// A running call of a synchronous function; dropping it ends the call.
#[must_use = "the operation ends when its guard is dropped"]
pub struct Guard {
    /// Known where the guard stands, so that it needs no memory.
    pub(super) callsite: &'static Callsite,
    /// Whether the call may be recorded: whether it is, its frame tells.
    pub(super) is_on: bool,
}

/// How many bytes a value takes at most that is returned in registers.
const SMALL: usize = 2 * size_of::<usize>();

/// How many it takes at most where its parts may be in registers before it is returned.
const LARGE: usize = 128;

impl Guard {
    /// Whether the call may be recorded.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Ends the call where its value is known, and passes the value on. `is_plain` may say of a value that it is fulfilled and
    /// that nothing else has to be read. Off, this is a branch on what the beginning saw.
    ///
    /// Without optimization each move of the value has a place of its own in the frame of whoever this is inlined into, and so
    /// it is not inlined there: a recursive function would need as much more stack.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn leave<T>(
        self,
        value: T,
        is_plain: impl FnOnce(&T) -> bool,
        read: impl FnOnce(&T) -> Outcome,
    ) -> T {
        if size_of::<T>() > SMALL && size_of::<T>() <= LARGE {
            return self.leave_at_last(value, is_plain, read);
        }
        if !self.is_on {
            return self.say_nothing(value);
        }
        std::hint::cold_path();
        if size_of::<T>() <= SMALL {
            return self.tell(value, is_plain, read);
        }
        // A large value is in memory anyway, and stays where it is.
        self.tell_lent(&value, is_plain, read);
        value
    }

    /// The value is moved to where it is returned before the call ends, and no more afterwards. It is lent to nothing that stands out of
    /// line: so its parts need not be in memory before.
    #[inline(always)]
    fn leave_at_last<T>(
        self,
        value: T,
        is_plain: impl FnOnce(&T) -> bool,
        read: impl FnOnce(&T) -> Outcome,
    ) -> T {
        let mut last = Last(None);
        if !self.is_on {
            return self.say_nothing(value);
        }
        std::hint::cold_path();
        if !is_plain(&value) {
            return self.tell_more(value, read);
        }
        last.0 = Some(self.callsite);
        self.say_nothing(value)
    }

    /// Most ends say nothing of the value: what is done for those stands once for all functions.
    #[inline(always)]
    fn tell_lent<T>(self, value: &T, is_plain: impl FnOnce(&T) -> bool, read: impl FnOnce(&T) -> Outcome) {
        if !is_plain(value) {
            return self.tell_more_lent(value, read);
        }
        let callsite = self.callsite;
        std::mem::forget(self);
        fulfilled::<HERE>(callsite);
    }

    #[inline(never)]
    fn tell_more_lent<T>(self, value: &T, read: impl FnOnce(&T) -> Outcome) {
        self.tell_read(|| read(value));
    }

    /// The value passes through by value, so that it need not be in memory while nothing is recorded. Reading an outcome
    /// calls something, for which everything here would have to be kept: it stands elsewhere.
    #[inline(never)]
    fn tell<T>(self, value: T, is_plain: impl FnOnce(&T) -> bool, read: impl FnOnce(&T) -> Outcome) -> T {
        if !is_plain(&value) {
            return self.tell_more(value, read);
        }
        // Before, not afterwards: it need not be kept meanwhile.
        let callsite = self.callsite;
        std::mem::forget(self);
        fulfilled::<HERE>(callsite);
        value
    }

    #[inline(never)]
    fn tell_more<T>(self, value: T, read: impl FnOnce(&T) -> Outcome) -> T {
        self.tell_read(|| read(&value));
        value
    }

    #[inline(always)]
    fn tell_read(self, read: impl FnOnce() -> Outcome) {
        {
            let outcome = read();
            if !outcome.is_fulfilled() {
                not_fulfilled(self.callsite, outcome);
                return self.say_nothing(());
            }
            // It is a constant that owns nothing: it need not be dropped, and so not even be made. The block ends its
            // life before anything else is called.
            std::mem::forget(outcome);
        }
        fulfilled::<HERE>(self.callsite);
        self.say_nothing(());
    }

    /// The same for a value that stays where it is.
    pub fn leave_lent<T>(
        self,
        value: &T,
        is_plain: impl FnOnce(&T) -> bool,
        read: impl FnOnce(&T) -> Outcome,
    ) {
        if self.is_on { self.tell_lent(value, is_plain, read) } else { self.say_nothing(()) }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn say_nothing<T>(self, value: T) -> T {
        std::mem::forget(self);
        value
    }
}

/// Ends a call that fulfilled when it is dropped, if there is one.
struct Last(Option<&'static Callsite>);

impl Drop for Last {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(callsite) = self.0 {
            fulfilled::<HERE>(callsite);
        }
    }
}

impl Drop for Guard {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if self.is_on {
            std::hint::cold_path();
            dropped::<HERE>(self.callsite);
        }
    }
}

/// Ends a call that fulfilled.
#[inline(never)]
fn fulfilled<const HERE: bool>(callsite: &'static Callsite) {
    if raw::short(|thread| thread.end_light::<InFrame<HERE>>(callsite)).is_none() {
        fulfilled_in_frame::<HERE>(callsite);
    }
}

/// A call that fulfilled has a frame, or needs one.
struct InFrame<const HERE: bool>;

impl<const HERE: bool> Otherwise for InFrame<HERE> {
    type Ended = ();

    #[inline(always)]
    fn ended() {}

    #[inline(always)]
    fn otherwise(_thread: &Thread, callsite: &'static Callsite) {
        fulfilled_in_frame::<HERE>(callsite);
    }
}

#[inline(never)]
fn fulfilled_in_frame<const HERE: bool>(callsite: &'static Callsite) {
    let is_it = |top: &Frame| ptr::eq(top.callsite, callsite);
    let left = raw::short(|thread| {
        thread.usual(|stack| match stack.leave_usual(thread, is_it) {
            Some(()) => Some(()),
            None => stack.leave_less_usual(thread, callsite),
        })
    });
    if left.flatten().is_none() {
        fulfilled_unusually(callsite);
    }
}

/// Ends a call that is a child of another one, or that has something to say.
#[inline(never)]
fn fulfilled_unusually(callsite: &'static Callsite) {
    if stack::with_thread(|thread, stack| stack.leave_quietly(thread, callsite))
        == Some(Left::WithSomethingToSay)
    {
        fulfilled_after_all(callsite);
    }
}

#[cold]
#[inline(never)]
fn fulfilled_after_all(callsite: &'static Callsite) {
    stack::arrives_inside(callsite.end());
    finish_top(callsite, Some(Outcome::FULFILLED), "");
}

#[cold]
#[inline(never)]
fn not_fulfilled(callsite: &'static Callsite, outcome: Outcome) {
    if raw::short(|thread| thread.fail_light(callsite, &outcome)).flatten().is_some() {
        return;
    }
    stack::arrives_inside(callsite.end());
    finish_top(callsite, Some(outcome), "");
}

#[inline(never)]
fn dropped<const HERE: bool>(callsite: &'static Callsite) {
    if !std::thread::panicking() && raw::short(|thread| thread.end_as_said(callsite)).flatten().is_some() {
        return;
    }
    if !std::thread::panicking()
        && stack::with_thread(|thread, stack| stack.leave_quietly(thread, callsite))
            != Some(Left::WithSomethingToSay)
    {
        return;
    }
    finish_top(callsite, None, "panic");
}
