//! Statuses and responses know what they mean for the outcome (feature `http`).

use candor::{Class, observe, testing};
use http::{Response, StatusCode};

use crate::kit::{NOTHING, codes_of};

#[observe]
fn places(found: bool) -> Result<Response<String>, StatusCode> {
    if found { Ok(Response::new("order 7".to_owned())) } else { Err(StatusCode::BAD_GATEWAY) }
}

#[observe]
fn answers(status: StatusCode) -> (StatusCode, &'static str) {
    (status, "see the status")
}

#[test]
fn a_status_is_the_outcome_of_what_returns_it() {
    let scope = testing::scope();
    assert_eq!(answers(StatusCode::CREATED).0, 201);
    assert_eq!(answers(StatusCode::CONFLICT).0, 409);
    assert!(places(true).is_ok());
    assert!(places(false).is_err());
    let answered: Vec<(Class, String)> =
        scope.outcomes_of("answers").iter().map(|end| (end.class, end.reason.to_string())).collect();
    assert_eq!(answered, [(Class::Fulfilled, String::new()), (Class::Refused, "Conflict".to_owned())]);
    let placed: Vec<Class> = scope.outcomes_of("places").iter().map(|end| end.class).collect();
    assert_eq!(placed, [Class::Fulfilled, Class::Failed]);
}

#[test]
fn a_status_in_an_err_is_an_error_and_one_in_an_ok_is_not() {
    #[observe]
    fn drops() {
        let _ = places(false);
    }
    #[observe]
    fn looks_up() -> bool {
        answers(StatusCode::NOT_FOUND).0 == 404
    }
    assert_eq!(codes_of(drops), ["C101 V"]);
    assert_eq!(codes_of(|| assert!(looks_up())), NOTHING);
}
