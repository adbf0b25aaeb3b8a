//! C113 and idempotency keys: a repeat under the same key is the same effect.

use candor::{Event, emit, observe};

use crate::kit::{Fault, NOTHING, block_on, codes_of, found};

#[derive(Event)]
struct Charged {
    order: u32,
    request: u32,
}

/// One effect for each idempotency key of an order; `requests` are the keys of the tries.
#[observe(at_most(1 Charged by order idempotent request))]
fn charge_by_field(order: u32, requests: &[u32]) {
    for request in requests {
        emit!(Charged { order, request: *request });
    }
}

#[observe(at_most(1 Charged by order))]
fn charge_without_a_key(order: u32, requests: &[u32]) {
    for request in requests {
        emit!(Charged { order, request: *request });
    }
}

#[test]
fn the_same_idempotency_key_is_one_effect() {
    assert_eq!(codes_of(|| charge_by_field(7, &[1, 1, 1])), NOTHING);
    assert_eq!(codes_of(|| charge_by_field(7, &[1, 2])), ["C113 V"]);
    assert_eq!(codes_of(|| charge_by_field(7, &[1, 2, 1, 2])), ["C113 V"], "two effects, each repeated");
    assert_eq!(
        codes_of(|| charge_without_a_key(7, &[1, 1])),
        ["C113 V"],
        "nothing says that it is idempotent"
    );
}

#[test]
fn the_count_is_that_of_the_keys() {
    let found = found(|| charge_by_field(7, &[1, 1, 2, 3, 3]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].count, 2, "the second and the third key");
    assert!(found[0].observed.contains("order") || found[0].observed.contains('7'), "{}", found[0].observed);
}

/// The gateway: all calls with one `request` are one charge.
#[observe(key = request, idempotent)]
fn charge(order: u32, request: u32, works: bool) -> Result<(), Fault> {
    emit!(Charged { order, request: 0 });
    if works { Ok(()) } else { Err(Fault::Timeout) }
}

/// The same gateway without the word.
#[observe(key = request)]
fn charge_anew(order: u32, request: u32, works: bool) -> Result<(), Fault> {
    emit!(Charged { order, request: 0 });
    if works { Ok(()) } else { Err(Fault::Timeout) }
}

type Gateway = fn(u32, u32, bool) -> Result<(), Fault>;

#[observe(at_most(1 Charged by order), retries(max = 3))]
fn limited(gateway: Gateway, requests: [u32; 2]) -> Result<(), Fault> {
    for request in requests {
        if gateway(7, request, request == 9).is_ok() {
            break;
        }
    }
    gateway(7, requests[1], true)
}

#[observe(emits(Charged * 1), retries(max = 3))]
fn exactly_once(gateway: Gateway, requests: [u32; 2]) -> Result<(), Fault> {
    if gateway(7, requests[0], false).is_ok() {
        return Ok(());
    }
    gateway(7, requests[1], true)
}

#[test]
fn calls_with_the_same_key_are_one_effect_for_the_operations_around_them() {
    let c113 = |work: &dyn Fn()| codes_of(work).into_iter().filter(|code| code.starts_with("C113")).count();
    assert_eq!(c113(&|| drop(limited(charge, [1, 1]))), 0);
    assert_eq!(c113(&|| drop(exactly_once(charge, [1, 1]))), 0);
    assert_eq!(c113(&|| drop(limited(charge, [1, 2]))), 1, "another key is another charge");
    assert_eq!(c113(&|| drop(exactly_once(charge, [1, 2]))), 1);
    assert_eq!(c113(&|| drop(limited(charge_anew, [1, 1]))), 1, "nothing says that it is idempotent");
    assert_eq!(c113(&|| drop(exactly_once(charge_anew, [1, 1]))), 1);
}

#[observe(emits(Charged * 2))]
fn two_orders(request: u32) -> Result<(), Fault> {
    charge(1, request, true)?;
    charge(2, request, true)
}

#[test]
fn a_repeat_still_keeps_a_promise() {
    assert_eq!(codes_of(|| drop(two_orders(3))), NOTHING, "two were promised, and two happened");
}

#[observe(at_most(1 Charged by order))]
async fn spawned(request: [u32; 2]) {
    for request in request {
        let task = candor::spawn(async move { charge(7, request, true) });
        task.await.expect("it does not panic").expect("it works");
    }
}

#[test]
fn the_key_goes_with_spawned_work() {
    assert_eq!(codes_of(|| block_on(spawned([1, 1]))), NOTHING);
    assert_eq!(codes_of(|| block_on(spawned([1, 2]))), ["C113 V"]);
}

#[observe(key = request, idempotent)]
async fn spawning(request: u32) {
    let task = candor::spawn(async move { emit!(Charged { order: 7, request: 0 }) });
    task.await.expect("it does not panic");
}

#[observe(at_most(1 Charged by order))]
async fn around(requests: [u32; 2]) {
    for request in requests {
        spawning(request).await;
    }
}

#[test]
fn work_that_an_idempotent_call_spawned_has_its_key() {
    assert_eq!(codes_of(|| block_on(around([1, 1]))), NOTHING);
    assert_eq!(codes_of(|| block_on(around([1, 2]))), ["C113 V"]);
}
