//! Passing a value through a probe: `own.mark(4).saw(call()).candor_look()`.
//!
//! The value is an argument, so what its expression borrows lives as long as the user's statement. It is handed out again by the
//! rung that looked at it. All but the first rung take the ladder by reference, and take the value out of it; it is handed out
//! by every rung, and dropped by none.

use std::cell::Cell;
use std::fmt;
use std::mem::ManuallyDrop;

use super::rung::{Fifth, First, High, Low, Middle, Second, Sixth, Third, Unseen, ladder};
use super::sight::{KindAnswer, bare_met, guess_met};
use crate::record::{Callsite, Mark, ProbeAt, mark_if, reach_if, settle, worked};

/// The moment before an expression, at its probe.
#[derive(Clone, Copy)]
pub struct Marked {
    /// Nothing while nothing is recorded: the values of a probe need not be in memory then.
    mark: Option<Mark>,
    own: &'static Callsite,
    place: u32,
}

/// A value that may be a `Result`, on its way.
pub struct Through<T> {
    // The inner cell keeps the option from hiding in a value that the user's type does not use: whether it is there is known
    // without a look at the value then.
    value: Cell<Option<Cell<ManuallyDrop<T>>>>,
    at: Marked,
}

impl Callsite {
    /// The moment before the expression of a probe.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn mark(&'static self, place: u32) -> Marked {
        Marked { mark: mark_if(self.is_awake()), own: self, place }
    }

    /// The same where it is the first thing that its statement evaluates: notes the position of the statement.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn reach(&'static self, place: u32) -> Marked {
        Marked { mark: reach_if(self.is_awake(), self.spot(place)), own: self, place }
    }

    /// The moment before an expression that may wait.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn moment(&'static self) -> Mark {
        mark_if(self.is_awake()).unwrap_or(Mark::NONE)
    }

    /// An arm was entered that an `Err` can enter: its error is that of this scrutinee.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn settle(&'static self, scrutinee: u32, arm: u32) {
        settle(self.probe(scrutinee), self.probe(arm));
    }

    /// The same where a condition asks for it: passes the answer on, which says that it worked if it is this one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn tried(&'static self, scrutinee: u32, since: Mark, works: bool, answer: bool) -> bool {
        if answer == works {
            self.worked(scrutinee, since);
        }
        answer
    }

    /// A try for one of several items worked at this scrutinee; `since` is the moment before the first of them.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn worked(&'static self, scrutinee: u32, since: Mark) {
        if self.is_awake() {
            worked(self.probe(scrutinee), since);
        }
    }
}

impl Marked {
    /// The value of the expression.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn saw<T, R>(self, value: T) -> High<Through<T>, R> {
        ladder(Through { value: Cell::new(Some(Cell::new(ManuallyDrop::new(value)))), at: self })
    }
}

/// The value of an expression that may wait: nothing but the moment is kept while it does.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn saw<T, R>(mark: Mark, value: T, own: &'static Callsite, place: u32) -> High<Through<T>, R> {
    Marked { mark: mark.known(), own, place }.saw(value)
}

impl<T> Through<T> {
    /// A value on its way through a place, of which no moment is known.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) const fn unmarked(value: T, own: &'static Callsite, place: u32) -> Through<T> {
        Through {
            value: Cell::new(Some(Cell::new(ManuallyDrop::new(value)))),
            at: Marked { mark: None, own, place },
        }
    }

    /// The place through which it goes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) const fn at(&self) -> (&'static Callsite, u32) {
        (self.at.own, self.at.place)
    }

    /// Hands the value out.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn pass(&self) -> T {
        let Some(value) = self.value.take() else { unreachable!("a value passes through its probe once") };
        ManuallyDrop::into_inner(value.into_inner())
    }
}

impl<T, E> Through<Result<T, E>> {
    /// Hands a `Result` out, whose error is looked at if anything is recorded.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn look(&self, meet: impl FnOnce(&E, Mark, ProbeAt)) -> Result<T, E> {
        let Marked { mark, own, place } = self.at;
        let Some(mark) = mark else { return self.pass() };
        let probe = own.probe(place);
        looked(self.pass(), || mark.saw_ok(probe), |error| meet(error, mark, probe))
    }
}

/// Looks at a result on its way. It is taken apart: what is lent has to be in memory, and the rest of a value, which passes,
/// would have to be copied from there.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn looked<T, E>(result: Result<T, E>, ok: impl FnOnce(), err: impl FnOnce(&E)) -> Result<T, E> {
    match result {
        Ok(value) => {
            ok();
            Ok(value)
        }
        Err(error) => {
            err(&error);
            Err(error)
        }
    }
}

impl<T> High<Through<Option<T>>, Second> {
    /// Not a `Result`, and the most frequent one of those: it passes unseen.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_look(&self) -> Option<T> {
        self.asked().pass()
    }
}

impl<T> Low<Through<T>, Sixth> {
    /// Not a `Result`: it passes unseen.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_look(&self) -> T {
        self.asked().pass()
    }
}

impl<T, E: fmt::Debug> High<Through<Result<T, E>>, First> {
    /// An `Err` that is an error by the name of its type.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_guess(self) -> Result<T, E> {
        self.asked().look(guess_met)
    }
}

impl<T, E> High<Through<Result<T, E>>, Second> {
    /// An `Err` of which nothing is known.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_guess(&self) -> Result<T, E> {
        self.asked().look(|error, mark, probe| KindAnswer.meet(error, mark, probe))
    }
}

impl<T> High<Through<T>, Third> {
    /// Not a `Result`: it passes unseen.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_guess(&mut self) -> T {
        self.asked().pass()
    }
}

impl<T, E> High<Through<Result<T, E>>, First> {
    /// An `Err` that is an error by the name of its type, and has no text.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_bare(self) -> Result<T, E> {
        self.asked().look(|_error, mark, probe| bare_met::<E>(mark, probe))
    }
}

impl<T> High<Through<T>, Second> {
    /// Not a `Result`: it passes unseen.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_bare(&self) -> T {
        self.asked().pass()
    }
}

// What is thrown away may never be there.

impl<T: Unseen> High<Through<T>, First> {
    /// Never there.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_guess_thrown(self) -> T {
        self.asked().pass()
    }

    /// Never there.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_bare_thrown(self) -> T {
        self.asked().pass()
    }
}

impl<T, E: fmt::Debug> High<Through<Result<T, E>>, Second> {
    /// An `Err` that is an error by the name of its type.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_guess_thrown(&self) -> Result<T, E> {
        self.asked().look(guess_met)
    }
}

impl<T, E> High<Through<Result<T, E>>, Third> {
    /// An `Err` of which nothing is known.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_guess_thrown(&mut self) -> Result<T, E> {
        self.asked().look(|error, mark, probe| KindAnswer.meet(error, mark, probe))
    }
}

impl<T> Middle<Through<T>, Fifth> {
    /// Not a `Result`: it passes unseen.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_guess_thrown(&self) -> T {
        self.asked().pass()
    }
}

impl<T, E> High<Through<Result<T, E>>, Second> {
    /// An `Err` that is an error by the name of its type, and has no text.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_bare_thrown(&self) -> Result<T, E> {
        self.asked().look(|_error, mark, probe| bare_met::<E>(mark, probe))
    }
}

impl<T> High<Through<T>, Third> {
    /// Not a `Result`: it passes unseen.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn candor_bare_thrown(&mut self) -> T {
        self.asked().pass()
    }
}
