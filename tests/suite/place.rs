//! Where the attribute goes: on a group of functions it observes each that has a body.

use candor::observe;

use crate::kit::{Fault, NOTHING, codes_of, fails, found};

#[observe]
trait Store {
    fn save(&self) -> Result<u32, Fault>;

    fn save_twice(&self) -> u32 {
        self.save().ok();
        2
    }

    #[observe(skip)]
    fn save_unseen(&self) -> u32 {
        self.save().ok();
        3
    }
}

struct Memory;

impl Store for Memory {
    fn save(&self) -> Result<u32, Fault> {
        fails()
    }
}

#[observe]
mod inner {
    use super::{Fault, fails};

    pub(super) fn dropped() -> u32 {
        fails().ok();
        4
    }

    pub(super) trait Load {
        fn load(&self) -> u32 {
            fails().ok();
            5
        }

        fn reload(&self) -> Result<u32, Fault>;
    }
}

impl inner::Load for Memory {
    fn reload(&self) -> Result<u32, Fault> {
        fails()
    }
}

#[test]
fn default_methods_of_an_observed_trait_are_observed() {
    let found = found(|| assert_eq!(Memory.save_twice(), 2));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].code.as_str(), found[0].operation), ("C101", "save_twice"));
}

#[test]
fn a_method_that_is_left_out_is_not() {
    assert_eq!(codes_of(|| assert_eq!(Memory.save_unseen(), 3)), NOTHING);
}

#[test]
fn functions_and_traits_of_an_observed_module_are_observed() {
    assert_eq!(codes_of(|| assert_eq!(inner::dropped(), 4)), ["C101 V"]);
    assert_eq!(codes_of(|| assert_eq!(inner::Load::load(&Memory), 5)), ["C101 V"]);
}

#[test]
fn a_method_without_a_body_is_for_its_implementation_to_observe() {
    assert_eq!(codes_of(|| assert!(inner::Load::reload(&Memory).is_err())), NOTHING);
}
