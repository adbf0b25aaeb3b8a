//! One error is one entry, however often it is sighted.

use candor::{Level, observe};
use tracing::{error, warn};

use crate::kit::{Fault, NOTHING, codes, codes_of, fails, found};

#[observe]
fn charge() -> Result<u32, Fault> {
    fails()
}

#[test]
fn failed_and_logged_and_dropped_is_one_divergence() {
    #[observe]
    fn checkout() {
        let charged = charge().map_err(|fault| {
            error!("charging: {fault}");
            format!("no payment: {fault}")
        });
        charged.ok();
    }
    // The sightings are those of the statement that drops it; a place that holds it in between changes nothing.
    assert_eq!(codes_of(checkout), ["C101 V"]);

    #[observe]
    fn in_one_expression() {
        charge()
            .map_err(|fault| {
                error!("charging: {fault}");
                format!("no payment: {fault}")
            })
            .ok();
    }
    let found = found(in_one_expression);
    assert_eq!(codes(&found), ["C101 V"]);
    let evidence: Vec<&str> = found[0].evidence.iter().map(|evidence| evidence.what.as_str()).collect();
    assert_eq!(evidence.len(), 3, "{evidence:?}");
    assert!(evidence.iter().any(|what| what.contains("`charge` failed")), "{evidence:?}");
    assert!(evidence.iter().any(|what| what.contains("ERROR logged")), "{evidence:?}");
    assert!(evidence.iter().any(|what| what.contains("ok met Err")), "{evidence:?}");
}

#[test]
fn a_log_in_the_arm_joins_the_entry() {
    #[observe]
    fn checkout() {
        if let Err(fault) = charge() {
            error!(code = 7, "no payment {fault:?}");
            warn!(%fault, error = %fault, "going on");
        }
    }
    let found = found(checkout);
    assert_eq!(codes(&found), ["C101 V"]);
    assert_eq!(found[0].evidence.len(), 4, "child, arm, two lines: {:?}", found[0].evidence);
}

#[test]
fn two_errors_are_two_entries() {
    #[observe]
    fn checkout() {
        charge().ok();
        fails().ok();
    }
    assert_eq!(codes_of(checkout), ["C101 V", "C101 V"]);
}

#[test]
fn a_log_with_the_same_text_joins_the_entry() {
    #[observe]
    fn checkout() {
        fails().ok();
        error!("giving up: the gateway timed out");
    }
    assert_eq!(codes_of(checkout), ["C101 V"]);
}

#[test]
fn a_log_about_something_else_opens_its_own_at_s() {
    #[observe]
    fn checkout() {
        fails().ok();
        error!("the printer is on fire");
    }
    assert_eq!(codes_of(checkout), ["C101 V", "C101 S"]);
}

#[test]
fn a_log_before_the_drop_joins_it_by_its_text() {
    #[observe]
    fn checkout() {
        error!("the gateway timed out");
        fails().ok();
    }
    assert_eq!(codes_of(checkout), ["C101 V"]);
}

#[test]
fn an_error_line_alone_is_an_entry_at_s() {
    #[observe]
    fn checkout() {
        error!("the printer is on fire");
    }
    let found = found(checkout);
    assert_eq!(codes(&found), ["C101 S"]);
    assert_eq!(found[0].level, Level::Suspicion);
}

#[test]
fn a_warning_is_an_entry_only_with_an_error_value() {
    #[observe]
    fn with_value() {
        warn!(error = %Fault::Timeout, "slow");
    }
    #[observe]
    fn without() {
        warn!(order = 7, "slow");
    }
    assert_eq!(codes_of(with_value), ["C101 S"]);
    assert_eq!(codes_of(without), NOTHING);
}

#[test]
fn children_that_fail_in_the_expression_belong_to_its_entry() {
    #[observe]
    fn inner() -> Result<u32, Fault> {
        charge()
    }
    #[observe]
    fn checkout() -> u32 {
        inner().or_else(|_| charge()).map_err(|_| "both failed".to_owned()).unwrap_or(0)
    }
    let found = found(|| assert_eq!(checkout(), 0));
    // `or_else` lets go of one error and `unwrap_or` of the other: no child is an entry beside them.
    assert_eq!(codes(&found), ["C103 S 2"]);
}
