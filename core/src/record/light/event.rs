//! Events of a light call, as they were said: what they count for is only asked when the call ends, and what is noted of
//! them only when it gets a frame. So there is no more to be written of each than what it was.

use super::super::frame::{Frame, Kind, Token};
use super::super::place::At;
use crate::model::{Fact, FieldSink, Plan, Promise, Site, Value};

/// How many events a light call holds.
const MANY: usize = 4;
/// Of how many events a plan may speak whose promises are checked here, if they are not the usual ones.
const FACTS: usize = 8;

/// The only value of an event, as far as it owns nothing.
#[derive(Clone, Copy)]
pub(in crate::record) enum Number {
    /// The event has no field.
    None,
    U64(u64),
    I64(i64),
}

/// One event.
#[derive(Clone, Copy)]
pub(in crate::record) struct Said {
    /// When it was said; 0 if that is not told.
    pub(in crate::record) at: u64,
    pub(in crate::record) kind: &'static Kind,
    /// Where the call was, if it was anywhere.
    pub(in crate::record) place: Option<At>,
    /// Where it is said.
    pub(in crate::record) site: &'static Site,
    pub(in crate::record) number: Number,
}

impl Said {
    /// The observed code's own position tells more than the place of the `emit!` in the effect below it.
    fn site(&self) -> &'static Site {
        self.place.map_or(self.site, At::site)
    }
}

/// Those of one call, in order.
pub(in crate::record) struct Events {
    places: [Option<Said>; MANY],
    used: u32,
}

/// Reads the fields of an event.
pub(in crate::record) struct One {
    number: Number,
    /// There is one that is no number, or a second one.
    has_more: bool,
}

impl One {
    #[inline(always)]
    pub(in crate::record) const fn new() -> One {
        One { number: Number::None, has_more: false }
    }

    /// The only field, or none; nothing if there is more to an event.
    #[inline(always)]
    pub(in crate::record) fn only(self) -> Option<Number> {
        if self.has_more { None } else { Some(self.number) }
    }
}

impl FieldSink for One {
    #[inline(always)]
    fn field(&mut self, _name: &'static str, value: Value) {
        let number = match value {
            Value::U64(number) => Number::U64(number),
            Value::I64(number) => Number::I64(number),
            _ => Number::None,
        };
        self.has_more |= matches!(number, Number::None) || !matches!(self.number, Number::None);
        self.number = number;
    }
}

impl Events {
    pub(in crate::record) const fn new() -> Events {
        Events { places: [None; MANY], used: 0 }
    }

    /// A call begins.
    #[inline(always)]
    pub(in crate::record) fn begin(&mut self) {
        self.used = 0;
    }

    #[inline(always)]
    pub(in crate::record) fn many(&self) -> u32 {
        self.used
    }

    /// The place of one event more, if there is room.
    #[inline(always)]
    pub(in crate::record) fn next(&mut self) -> Option<&mut Option<Said>> {
        let place = self.places.get_mut(self.used as usize)?;
        self.used += 1;
        Some(place)
    }

    #[inline(always)]
    fn all(&self) -> impl Iterator<Item = &Said> {
        self.places.iter().take(self.used as usize).flatten()
    }

    /// Whether every promise is kept by a call that fulfilled, beyond doubt.
    #[inline(always)]
    pub(in crate::record) fn keep(&self, plan: &Plan) -> bool {
        // Which event of the plan each of them is; none is beyond all.
        let mut which = [usize::MAX; MANY];
        for (which, said) in which.iter_mut().zip(self.all()) {
            *which = plan.events.iter().position(|event| event.id == said.kind.id).unwrap_or(usize::MAX);
        }
        plan.promises.iter().all(|promise| is_kept_plainly(promise, which)) || self.keep_in_all(plan)
    }

    /// The same of any promises, by the facts as a frame counts them.
    #[inline(never)]
    fn keep_in_all(&self, plan: &Plan) -> bool {
        let mut facts = [Fact::NONE; FACTS];
        let Some(facts) = facts.get_mut(..plan.events.len()) else { return false };
        for (seq, said) in (1..).zip(self.all()) {
            for (event, fact) in plan.events.iter().zip(facts.iter_mut()) {
                if event.id == said.kind.id {
                    fact.happened(seq, said.site());
                }
            }
        }
        plan.is_kept(facts)
    }

    /// The call goes on in a frame: they are noted, and count for it.
    pub(in crate::record) fn move_to(&mut self, frame: &mut Frame) {
        for said in self.all() {
            let site = said.site();
            let _values = frame.notes.event(said.at, site, said.kind.meta, |values| match said.number {
                Number::None => {}
                Number::U64(number) => values.push(Value::U64(number)),
                Number::I64(number) => values.push(Value::I64(number)),
            });
            frame.count_event(said.kind, (site, Token::NONE));
        }
        self.used = 0;
    }
}

/// The usual promises: one event at least once, and one before another. What is not kept plainly may be kept all the same.
#[inline(always)]
fn is_kept_plainly(promise: &Promise, which: [usize; MANY]) -> bool {
    let first = |event: usize| which.iter().position(|which| *which == event);
    match promise {
        Promise::Emits { any_of: [event], min: 1, max: None, .. } => which.contains(event),
        Promise::Before { first: earlier, then: later, .. } => match (first(*earlier), first(*later)) {
            (Some(earlier), Some(later)) => earlier < later,
            _ => false,
        },
        _ => false,
    }
}

/// Whether events of a call with this plan are counted for its promises and nothing else.
#[inline(always)]
pub(in crate::record) fn only_counts(plan: &Plan) -> bool {
    plan.limits.is_empty() && plan.agrees.is_empty() && !plan.idempotent && !plan.only
}
