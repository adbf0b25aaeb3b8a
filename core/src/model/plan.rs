//! Promises over the events of one call, as a constant table.

use std::any::{Any, TypeId};

use super::{Class, Event, EventMeta, Fact, Site, Value};

/// All that one operation declares about events. A constant: it may name the operation's own generic types.
#[derive(Debug)]
pub struct Plan {
    /// The events that the promises speak of; promises name them by index. At most 64.
    pub events: &'static [EventRef],
    /// The promises.
    pub promises: &'static [Promise],
    /// The limits (`at_most`); checked as each event arrives.
    pub limits: &'static [Limit],
    /// `emits(only, ..)`: an event outside the table is forbidden.
    pub only: bool,
    /// `agrees(field)`: fields of which events and log lines give the same value.
    pub agrees: &'static [&'static str],
    /// `retries(max = N)`: how often one thing may fail in a call.
    pub retries: Option<u32>,
    /// `idempotent`: calls with the same key are one effect, so their events count once for the limits around them.
    pub idempotent: bool,
}

impl Plan {
    /// Nothing is declared.
    pub const EMPTY: Plan = Plan {
        events: &[],
        promises: &[],
        limits: &[],
        only: false,
        agrees: &[],
        retries: None,
        idempotent: false,
    };
}

impl Plan {
    /// Whether every promise is kept by a call that fulfilled, beyond doubt. The hot side asks before it shows a call to
    /// the monitor, which alone says what a broken promise is: where this is true, the monitor has nothing to say.
    #[must_use]
    #[inline(never)]
    pub fn is_kept(&self, facts: &[Fact]) -> bool {
        // What is kept plainly calls nothing. Whoever is in doubt begins anew.
        self.promises.iter().all(|promise| promise.is_kept_plainly(facts)) || self.is_kept_at_all(facts)
    }

    #[inline(never)]
    fn is_kept_at_all(&self, facts: &[Fact]) -> bool {
        self.promises.iter().all(|promise| promise.is_kept(facts))
    }
}

/// An event that a plan speaks of.
#[derive(Clone, Copy, Debug)]
pub struct EventRef {
    /// The type.
    pub id: TypeId,
    /// What is declared about it.
    pub meta: &'static EventMeta,
}

impl EventRef {
    /// The reference to `E`.
    #[must_use]
    pub const fn of<E: Event>() -> EventRef {
        EventRef { id: TypeId::of::<E>(), meta: E::META }
    }
}

/// For which outcomes a promise holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// One class.
    Is(Class),
    /// Any outcome.
    Any,
}

impl When {
    /// Whether it speaks of this class.
    #[must_use]
    pub fn covers(self, class: Class) -> bool {
        match self {
            When::Any => true,
            When::Is(own) => own == class,
        }
    }
}

/// One promise over the events of a call. `text` is the clause as written, `site` the token in the attribute.
#[derive(Clone, Copy, Debug)]
pub enum Promise {
    /// `emits(A | B * n)`: between `min` and `max` events of these in all.
    Emits {
        /// For which outcomes.
        when: When,
        /// Indices into the plan's events.
        any_of: &'static [usize],
        /// At least so many.
        min: u32,
        /// At most so many.
        max: Option<u32>,
        /// As written.
        text: &'static str,
    },
    /// `never(A)`.
    Never {
        /// Index of the event.
        event: usize,
        /// As written.
        text: &'static str,
    },
    /// `claims(A)`: the event speaks for the whole operation.
    Claims {
        /// Index of the event.
        event: usize,
        /// As written.
        text: &'static str,
    },
    /// `before(A, B)`: no B without an A before it.
    Before {
        /// Index of A.
        first: usize,
        /// Index of B.
        then: usize,
        /// As written.
        text: &'static str,
    },
    /// `together(A, B)`: all or none.
    Together {
        /// Indices.
        all: &'static [usize],
        /// As written.
        text: &'static str,
    },
    /// `compensates(A => B)`: after A, an operation that does not fulfil owes B.
    Compensates {
        /// Index of A.
        effect: usize,
        /// Index of B.
        undo: usize,
        /// As written.
        text: &'static str,
    },
    /// `via(A)`: a fulfilled call must have passed A.
    Via {
        /// Index of the event.
        event: usize,
        /// As written.
        text: &'static str,
    },
}

impl Promise {
    /// The usual promises: one event at least once, or one of two, and one before another. What is not plain is asked of
    /// [`is_kept`](Promise::is_kept).
    #[inline(always)]
    fn is_kept_plainly(&self, facts: &[Fact]) -> bool {
        match self {
            Promise::Emits { any_of: [event], min: 1, max: None, .. } => {
                facts.get(*event).is_some_and(|fact| fact.count > 0)
            }
            Promise::Emits { any_of: [event], min: 1, max: Some(max), .. } => {
                facts.get(*event).is_some_and(|fact| (1..=*max).contains(&fact.count))
            }
            Promise::Emits { any_of: [one, other], min: 1, max: None, .. } => {
                [one, other].iter().any(|event| facts.get(**event).is_some_and(|fact| fact.count > 0))
            }
            Promise::Before { first, then, .. } => match (facts.get(*first), facts.get(*then)) {
                (Some(earlier), Some(later)) => earlier.count > 0 && earlier.first < later.first,
                _ => false,
            },
            _ => false,
        }
    }

    #[inline(never)]
    fn is_kept(&self, facts: &[Fact]) -> bool {
        let fact = |event: usize| facts.get(event).unwrap_or(&Fact::NONE);
        match *self {
            Promise::Emits { when, any_of, min, max, .. } => {
                let both = |(total, repeats): (u32, u32), event: &usize| {
                    let fact = fact(*event);
                    (total.saturating_add(fact.count), repeats.saturating_add(fact.repeats))
                };
                let (total, repeats) = any_of.iter().fold((0, 0), both);
                max.is_none_or(|max| total - repeats <= max)
                    && (total >= min || !when.covers(Class::Fulfilled))
            }
            Promise::Never { event, .. } => fact(event).count == 0,
            Promise::Via { event, .. } => fact(event).count > 0,
            Promise::Claims { .. } | Promise::Compensates { .. } => true,
            Promise::Before { first, then, .. } => {
                let (earlier, later) = (fact(first), fact(then));
                later.count == 0 || (earlier.count > 0 && earlier.first < later.first)
            }
            Promise::Together { all, .. } => {
                let done = all.iter().filter(|event| fact(**event).count > 0).count();
                done == 0 || done == all.len()
            }
        }
    }
}

/// Reads the key of a limit from an event: a hash, and itself for the report.
pub type ReadKey = fn(&dyn Any) -> Option<(u64, Value)>;

/// `at_most 1 A by field idempotent field`: counted as events arrive.
#[derive(Clone, Copy)]
pub struct Limit {
    /// Index of the event.
    pub event: usize,
    /// At most so many of one key.
    pub max: u32,
    /// Reads the key from the event. `None`: the call is the key.
    pub key: Option<ReadKey>,
    /// The name of the field that is the key; empty if the call is.
    pub by: &'static str,
    /// Reads the idempotency key from the event: events that give the same one are one effect.
    pub idempotent: Option<ReadKey>,
    /// As written.
    pub text: &'static str,
    /// Where it is declared.
    pub site: Site,
}

impl std::fmt::Debug for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limit")
            .field("event", &self.event)
            .field("max", &self.max)
            .field("text", &self.text)
            .finish_non_exhaustive()
    }
}
