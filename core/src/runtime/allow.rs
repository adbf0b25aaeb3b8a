//! Reasoned exceptions: `allow(C103 = "reason", until = "2027-01-31")`.

use std::collections::HashSet;

use super::clock::Date;
use crate::model::{Allow, Code, Operation};

/// Which declared exceptions have covered a finding, by their address: each stands in a static of its own operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Used(HashSet<usize>);

impl Used {
    pub(super) fn note(&mut self, allow: &'static Allow) {
        self.0.insert(std::ptr::from_ref(allow).addr());
    }

    pub(super) fn has(&self, allow: &'static Allow) -> bool {
        self.0.contains(&std::ptr::from_ref(allow).addr())
    }
}

/// Whether the exception still holds on this day.
pub(super) fn is_in_force(allow: &Allow, today: Date) -> bool {
    allow.until.is_none_or(|last| today <= last)
}

/// The exception of `operation` that speaks of `code`: one in force if there is one, else one that is past its date.
pub(super) fn covering(operation: &'static Operation, code: Code, today: Date) -> Option<&'static Allow> {
    let mut own = operation.allows.iter().filter(|allow| allow.code == code);
    own.clone().find(|allow| is_in_force(allow, today)).or_else(|| own.next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Site;

    const fn allow(code: Code, until: Option<Date>) -> Allow {
        Allow { code, reason: "best effort", until, site: Site::UNKNOWN }
    }

    static OPERATION: Operation = Operation {
        name: "price",
        target: "shop",
        site: Site::UNKNOWN,
        intent: &[],
        recovers: &[],
        allows: &[
            allow(Code::C103, Some((2026, 1, 31))),
            allow(Code::C103, Some((2027, 1, 31))),
            allow(Code::C111, Some((2026, 1, 31))),
        ],
        hands: &[],
        given: false,
        cancel_safe: false,
        accounts: None,
    };

    #[test]
    fn an_exception_holds_on_its_last_day_and_not_after() {
        let dated = allow(Code::C103, Some((2027, 1, 31)));
        assert!(is_in_force(&dated, (2027, 1, 31)));
        assert!(!is_in_force(&dated, (2027, 2, 1)));
        assert!(is_in_force(&allow(Code::C103, None), (9999, 12, 31)));
    }

    #[test]
    fn one_in_force_is_preferred_and_an_expired_one_is_still_found() {
        let today = (2026, 11, 25);
        assert_eq!(
            covering(&OPERATION, Code::C103, today).and_then(|allow| allow.until),
            Some((2027, 1, 31))
        );
        assert!(covering(&OPERATION, Code::C111, today).is_some_and(|allow| !is_in_force(allow, today)));
        assert!(covering(&OPERATION, Code::C101, today).is_none());
    }

    #[test]
    fn each_clause_is_noted_on_its_own() {
        let mut used = Used::default();
        used.note(&OPERATION.allows[1]);
        assert!(used.has(&OPERATION.allows[1]));
        assert!(!used.has(&OPERATION.allows[0]));
    }
}
