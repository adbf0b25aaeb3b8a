//! The places of an observed function: where it can be, and where an error can be dropped.
//!
//! A function has dozens of them, and nobody looks at them while all is well: they are read when somebody asks for the first of
//! them.

use super::callsite::Callsite;
use super::declared::{number, split};
use crate::model::{Claim, Disposition, Exit, Form, Operation, Probe, Site, Spot};

/// A place. A position has a probe that is never asked for, and the other way round.
///
/// Places are separated by `; `:
///
/// - a position is `line:column letter`, the letter being the first one of its [`Exit`];
/// - a probe is `line:column-end form disposition flags callee`;
/// - `@` and a position may stand before a probe that notes the position of its statement.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) spot: Spot,
    pub(super) probe: Probe,
}

impl Place {
    /// What stands for a place that is not there.
    pub(super) const NOWHERE: Place = Place { spot: Spot::UNKNOWN, probe: Probe::UNKNOWN };

    /// All places of a function.
    pub(super) fn all(text: &'static str, of: &Operation) -> Box<[Place]> {
        text.split("; ").map(|text| Place::read(text, of)).collect()
    }

    fn read(text: &'static str, of: &Operation) -> Place {
        if let Some(text) = text.strip_prefix('@') {
            let behind = text.match_indices(' ').nth(1).map_or(text.len(), |(at, _)| at + 1);
            let (position, probe) = text.split_at(behind);
            let (position, probe) = (Place::read(position, of), Place::read(probe, of));
            return Place { spot: position.spot, probe: probe.probe };
        }
        let mut words = text.splitn(5, ' ');
        let mut next = || words.next().unwrap_or_default();
        let (at, end) = split(next(), '-');
        let (line, column) = split(at, ':');
        let site = Site { line: number(line), column: number(column), ..of.site };
        let form = next();
        let spot = Spot { site, exit: Exit::of(form.chars().next().unwrap_or_default()) };
        let (disposition, flags, callee) = (Disposition::of(next()), next(), next());
        let probe = Probe {
            site,
            end_line: number(end),
            form: Form::of(form),
            disposition,
            callee,
            iteration: flags.contains('i'),
            ends_loop: flags.contains('l'),
            scrutinee: flags.contains('s'),
            asks_form: flags.contains('f'),
            admits_none: flags.contains('m'),
            replies: flags.contains('r'),
            claim: Claim::of(flags),
        };
        Place { spot, probe }
    }
}

/// Where an observed function is: one of its positions.
#[derive(Clone, Copy, Debug)]
pub struct At {
    callsite: &'static Callsite,
    place: u32,
}

/// Set in a position at which the function is left by a `return`.
const LEFT: u32 = 1 << 31;
/// No position, as the macro writes it (`nowhere` in `macros/src/span.rs`).
pub(super) const NOWHERE: u32 = LEFT - 1;

impl At {
    /// The position itself.
    #[inline]
    pub(super) fn spot(self) -> &'static Spot {
        &self.callsite.place(self.place & !LEFT).spot
    }

    /// Whose position it is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn callsite(self) -> &'static Callsite {
        self.callsite
    }

    /// Its number among those of its function, with what else is told there: whoever keeps many keeps them so.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn number(self) -> u32 {
        self.place
    }

    /// The position as a place.
    #[inline]
    pub(super) fn site(self) -> &'static Site {
        &self.spot().site
    }
}

/// Where a call is, if it is anywhere, in parts that are copied as they are: whose place it is, and its number, which says
/// nothing if it is nobody's.
#[derive(Clone, Copy)]
pub(super) struct Whence {
    pub(super) callsite: Option<&'static Callsite>,
    pub(super) place: u32,
}

impl Whence {
    pub(super) const NOWHERE: Whence = Whence { callsite: None, place: 0 };

    /// Whether this function is left there by a `return`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn leaves(self, callsite: &'static Callsite) -> bool {
        // One comparison: no place is one of nobody's.
        let own = self.callsite.map_or(std::ptr::null(), std::ptr::from_ref);
        own == std::ptr::from_ref(callsite) && self.place & LEFT != 0
    }

    #[inline(always)]
    pub(super) fn get(self) -> Option<At> {
        Some(At { callsite: self.callsite?, place: self.place })
    }
}

impl From<Option<At>> for Whence {
    #[inline(always)]
    fn from(at: Option<At>) -> Whence {
        at.map_or(Whence::NOWHERE, |At { callsite, place }| Whence { callsite: Some(callsite), place })
    }
}

/// One expression of an observed function that can drop an `Err`.
#[derive(Clone, Copy, Debug)]
pub struct ProbeAt(At);

impl ProbeAt {
    /// The probe itself.
    pub(crate) fn probe(self) -> &'static Probe {
        let At { callsite, place } = self.0;
        &callsite.place(place).probe
    }

    /// The function of which it is one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn callsite(self) -> &'static Callsite {
        self.0.callsite
    }
}

/// What the output of the macros asks for, by number.
impl Callsite {
    /// A position of this function.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub const fn spot(&'static self, place: u32) -> At {
        At { callsite: self, place }
    }

    /// Where the body ends, which is the first of its places.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) const fn end(&'static self) -> At {
        self.spot(0)
    }

    /// The first statement of this function; it may have none.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn first(&'static self, place: u32) -> Option<At> {
        (place != NOWHERE).then_some(At { callsite: self, place })
    }

    /// Notes that the function is left here by a `return`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn left(&'static self, place: u32) {
        super::stack::note_at(At { callsite: self, place: place | LEFT });
    }

    /// A probe of this function.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub const fn probe(&'static self, place: u32) -> ProbeAt {
        ProbeAt(self.spot(place))
    }

    /// Notes that the function is at this position now.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn at(&'static self, place: u32) {
        super::stack::note_at(self.spot(place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PAY: Callsite = Callsite::bare(
        "pay\nshop\npay.rs\n2:4 pay\n\n\
         5:9 t; 3:5-4 .ok dropped isl mailer::send; 7:1-7 let_else handed - ; @8:5 s 8:9-8 .ok dropped - send; nonsense",
    );

    #[test]
    fn a_position_is_read() {
        let Spot { site, exit } = *PAY.spot(0).spot();
        assert_eq!((site.file, site.line, site.column, site.function), ("pay.rs", 5, 9, "pay"));
        assert_eq!(exit, Exit::Tail);
    }

    #[test]
    fn a_probe_is_read() {
        let probe = PAY.probe(1).probe();
        assert_eq!((probe.site.line, probe.site.column, probe.end_line), (3, 5, 4));
        assert_eq!((probe.form, probe.disposition), (Form::Method("ok"), Disposition::Dropped));
        assert_eq!(probe.callee, "mailer::send");
        assert!(probe.iteration && probe.scrutinee && probe.ends_loop);
    }

    #[test]
    fn a_probe_without_a_name_of_what_it_calls_is_read() {
        let probe = PAY.probe(2).probe();
        assert_eq!((probe.form, probe.disposition), (Form::LetElse, Disposition::Handed));
        assert_eq!(probe.callee, "");
        assert!(!probe.iteration && !probe.scrutinee && !probe.ends_loop);
    }

    #[test]
    fn a_probe_at_the_beginning_of_a_statement_is_both() {
        let (spot, probe) = (PAY.spot(3).spot(), PAY.probe(3).probe());
        assert_eq!((spot.site.line, spot.site.column, spot.exit), (8, 5, Exit::Statement));
        assert_eq!((probe.site.column, probe.form, probe.callee), (9, Form::Method("ok"), "send"));
    }

    #[test]
    fn what_is_not_there_is_unknown_and_does_not_panic() {
        assert_eq!(PAY.probe(4).probe().site.line, 0);
        assert_eq!(PAY.spot(99).spot().site, Site::UNKNOWN);
    }
}
