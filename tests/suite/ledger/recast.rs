//! What is passed on as an error that claims something else: that there is nothing, or that one may not.
#![allow(clippy::map_err_ignore, reason = "the forms are what is tested")]

use std::fmt;
use std::io::{self, ErrorKind};

use candor::{Outcome, observe};
use tracing::warn;

use crate::kit::{Fault, Flaky, NOTHING, block_on, codes_of, io_error};

#[derive(Debug, PartialEq, Eq)]
enum ApiError {
    NotFound,
    Unauthorized,
    BadRequest,
    Unknown,
    Store(Fault),
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for ApiError {}

fn timeout() -> Result<u32, Fault> {
    Err(Fault::Timeout)
}

fn read(kind: ErrorKind) -> io::Result<u32> {
    io_error(kind)
}

#[test]
fn a_failure_is_not_called_an_absence() {
    #[observe]
    fn find() -> Result<u32, ApiError> {
        let id = timeout().map_err(|_| ApiError::NotFound)?;
        Ok(id + 1)
    }
    #[observe]
    fn logs() -> Result<u32, ApiError> {
        timeout().map_err(|e| {
            warn!(error = %e, "lookup failed");
            ApiError::NotFound
        })
    }
    #[observe]
    fn says() -> Result<u32, String> {
        timeout().map_err(|_error| "no such user".to_owned())
    }
    #[observe]
    async fn waits() -> Result<u32, ApiError> {
        later().await.map_err(|_| ApiError::NotFound)
    }
    async fn later() -> Result<u32, Fault> {
        timeout()
    }
    #[observe]
    fn keeps() -> Result<u32, ApiError> {
        timeout().map_err(ApiError::Store)
    }
    #[observe]
    fn fails() -> Result<u32, ApiError> {
        timeout().map_err(|_| ApiError::Unknown)
    }
    #[observe]
    fn tells_apart() -> Result<u32, ApiError> {
        timeout().map_err(|e| if e == Fault::Timeout { ApiError::Store(e) } else { ApiError::NotFound })
    }
    for call in [find, logs] {
        assert_eq!(codes_of(|| assert_eq!(call(), Err(ApiError::NotFound))), ["C104 S"]);
    }
    assert_eq!(codes_of(|| assert!(says().is_err())), ["C104 S"]);
    assert_eq!(codes_of(|| assert!(block_on(waits()).is_err())), ["C104 S"]);
    for call in [keeps, fails, tells_apart] {
        assert_eq!(codes_of(|| assert!(call().is_err())), NOTHING);
    }
}

#[test]
fn what_the_error_says_itself_is_passed_on() {
    #[observe]
    fn load(kind: ErrorKind) -> Result<u32, ApiError> {
        read(kind).map_err(|_| ApiError::NotFound)
    }
    #[observe]
    fn search(text: &str) -> Result<u32, ApiError> {
        let said: Result<u32, String> = said(text);
        said.map_err(|_| ApiError::NotFound)
    }
    fn said(text: &str) -> Result<u32, String> {
        Err(text.to_owned())
    }
    assert_eq!(codes_of(|| assert!(load(ErrorKind::NotFound).is_err())), NOTHING);
    assert_eq!(codes_of(|| assert!(load(ErrorKind::PermissionDenied).is_err())), ["C104 S"]);
    for text in ["no rows returned", "user 7 could not be found", "status 404", "unknown user"] {
        assert_eq!(codes_of(|| assert!(search(text).is_err())), NOTHING, "{text}");
    }
    for text in ["no route to host", "status 503", "unknown error"] {
        assert_eq!(codes_of(|| assert!(search(text).is_err())), ["C104 S"], "{text}");
    }
}

#[test]
fn what_is_no_error_says_nothing() {
    fn empty() -> Result<u32, ()> {
        Err(())
    }
    #[observe]
    fn place(ids: &[u32]) -> Result<usize, ApiError> {
        ids.binary_search(&7).map_err(|_| ApiError::NotFound)
    }
    #[observe]
    fn given() -> Result<u32, ApiError> {
        empty().map_err(|()| ApiError::NotFound)
    }
    #[observe]
    fn setting() -> Result<String, ApiError> {
        std::env::var("CANDOR_NO_SUCH_NAME").map_err(|_| ApiError::NotFound)
    }
    assert_eq!(codes_of(|| assert!(place(&[1]).is_err())), NOTHING);
    assert_eq!(codes_of(|| assert!(given().is_err())), NOTHING);
    assert_eq!(codes_of(|| assert!(setting().is_err())), NOTHING);
}

#[test]
fn an_input_without_a_form_names_nothing() {
    #[observe]
    fn of_path(text: &str) -> Result<u32, ApiError> {
        text.parse::<u32>().map_err(|_| ApiError::NotFound)
    }
    #[observe]
    fn of_body(text: &str) -> Result<u32, ApiError> {
        text.parse().map_err(|_| ApiError::BadRequest)
    }
    #[observe]
    fn of_slug(text: &str) -> Result<u32, ApiError> {
        validate(text).map_err(|_| ApiError::NotFound)
    }
    fn validate(text: &str) -> Result<u32, String> {
        Err(format!("{text} is too long"))
    }
    for call in [of_path, of_body, of_slug] {
        assert_eq!(codes_of(|| assert!(call("seven").is_err())), NOTHING);
    }
}

#[test]
fn a_refusal_is_believed_unless_something_failed() {
    #[observe]
    fn sign_in(text: &'static str) -> Result<u32, ApiError> {
        verify(text).map_err(|_| ApiError::Unauthorized)
    }
    #[observe]
    fn show(text: &'static str) -> Result<u32, ApiError> {
        // Whoever may not see it does not hear that it is there.
        may_see(text).map_err(|_| ApiError::NotFound)
    }
    fn verify(text: &'static str) -> Result<u32, &'static str> {
        Err(text)
    }
    fn may_see(text: &'static str) -> Result<u32, &'static str> {
        Err(text)
    }
    for call in [sign_in, show] {
        for text in ["the signature does not match", "expired", "not the owner"] {
            assert_eq!(codes_of(|| assert!(call(text).is_err())), NOTHING, "{text}");
        }
        for text in ["connection refused", "deadline has elapsed", "the key server is down"] {
            assert_eq!(codes_of(|| assert!(call(text).is_err())), ["C104 S"], "{text}");
        }
    }
}

#[test]
fn what_refused_may_be_hidden() {
    #[derive(Debug, Outcome)]
    enum Denial {
        #[outcome(refused)]
        NotYours,
        #[outcome(failed)]
        Locked,
    }
    #[observe]
    fn open(yours: bool) -> Result<u32, Denial> {
        if yours { Err(Denial::Locked) } else { Err(Denial::NotYours) }
    }
    #[observe(outcome(Err(_) => refused))]
    fn page(yours: bool) -> Result<u32, ApiError> {
        open(yours).map_err(|_| ApiError::NotFound)
    }
    assert_eq!(codes_of(|| assert!(page(false).is_err())), NOTHING);
    assert_eq!(codes_of(|| assert!(page(true).is_err())), ["C104 S"]);
}

#[test]
fn arms_that_leave_with_another_error() {
    #[observe]
    fn by_match(kind: ErrorKind) -> Result<u32, ApiError> {
        match read(kind) {
            Ok(id) => Ok(id),
            Err(_) => Err(ApiError::NotFound),
        }
    }
    #[observe]
    fn by_else(kind: ErrorKind) -> Result<u32, ApiError> {
        let Ok(id) = read(kind) else { return Err(ApiError::NotFound) };
        Ok(id)
    }
    #[observe]
    fn by_the_rest(kind: ErrorKind) -> Result<u32, ApiError> {
        match read(kind).map(Some) {
            Ok(Some(id)) => Ok(id),
            _ => Err(ApiError::NotFound),
        }
    }
    #[observe]
    fn by_option(kind: ErrorKind) -> Result<u32, ApiError> {
        let id = read(kind).ok().map(|id| id + 1).ok_or(ApiError::NotFound)?;
        Ok(id)
    }
    #[observe]
    fn by_option_of(kind: ErrorKind) -> Result<u32, ApiError> {
        let Some(id) = read(kind).ok() else { return Err(ApiError::NotFound) };
        Ok(id)
    }
    #[observe]
    fn by_or(kind: ErrorKind) -> Result<u32, ApiError> {
        read(kind).or(Err(ApiError::NotFound))
    }
    #[observe]
    fn by_kind(kind: ErrorKind) -> Result<u32, ApiError> {
        match read(kind) {
            Ok(id) => Ok(id),
            Err(e) if e.kind() == ErrorKind::TimedOut => Err(ApiError::NotFound),
            Err(_) => Err(ApiError::Store(Fault::Timeout)),
        }
    }
    for call in [by_match, by_else, by_the_rest, by_option, by_option_of, by_or] {
        assert_eq!(codes_of(|| assert!(call(ErrorKind::ConnectionRefused).is_err())), ["C104 S"]);
        assert_eq!(codes_of(|| assert!(call(ErrorKind::NotFound).is_err())), NOTHING);
    }
    assert_eq!(codes_of(|| assert!(by_kind(ErrorKind::TimedOut).is_err())), NOTHING);
}

#[derive(Debug, PartialEq, Eq)]
enum Reply {
    Found(u32),
    NotFound,
    Forbidden,
}

#[derive(Debug, PartialEq, Eq)]
struct Response {
    status: u16,
    id: u32,
}

fn not_found() -> Response {
    Response { status: 404, id: 0 }
}

#[test]
fn answers_that_claim_what_the_error_did_not_say() {
    #[observe]
    fn reply(kind: ErrorKind) -> Reply {
        match read(kind) {
            Ok(id) => Reply::Found(id),
            Err(_) => Reply::NotFound,
        }
    }
    #[observe]
    fn safe(kind: ErrorKind) -> Reply {
        match read(kind) {
            Ok(id) => Reply::Found(id),
            Err(_) => Reply::Forbidden,
        }
    }
    #[observe]
    fn written(kind: ErrorKind) -> Response {
        match read(kind) {
            Ok(id) => Response { status: 200, id },
            Err(_) => Response { status: 404, id: 0 },
        }
    }
    #[observe]
    fn made(kind: ErrorKind) -> Response {
        match read(kind) {
            Ok(id) => Response { status: 200, id },
            Err(e) if e.kind() == ErrorKind::NotFound => not_found(),
            Err(_) => not_found(),
        }
    }
    #[observe]
    fn failing(kind: ErrorKind) -> Response {
        match read(kind) {
            Ok(id) => Response { status: 200, id },
            Err(e) if e.kind() == ErrorKind::NotFound => not_found(),
            Err(_) => Response { status: 502, id: 0 },
        }
    }
    assert_eq!(codes_of(|| assert_eq!(reply(ErrorKind::TimedOut), Reply::NotFound)), ["C104 S"]);
    assert_eq!(codes_of(|| assert_eq!(reply(ErrorKind::NotFound), Reply::NotFound)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(safe(ErrorKind::TimedOut), Reply::Forbidden)), NOTHING);
    for call in [written, made] {
        assert_eq!(codes_of(|| assert_eq!(call(ErrorKind::TimedOut).status, 404)), ["C104 S"]);
        assert_eq!(codes_of(|| assert_eq!(call(ErrorKind::NotFound).status, 404)), NOTHING);
    }
    assert_eq!(codes_of(|| assert_eq!(failing(ErrorKind::TimedOut).status, 502)), NOTHING);
}

/// A trait that knows nothing of errors.
fn generically<E>(call: impl Fn() -> Result<u32, E>) -> Result<u32, E> {
    call()
}

#[test]
fn of_any_type() {
    #[observe]
    fn of_unknown<E>(call: impl Fn() -> Result<u32, E>) -> Result<u32, ApiError> {
        generically(call).map_err(|_| ApiError::NotFound)
    }
    #[observe]
    fn of_printable<E: fmt::Display>(call: impl Fn() -> Result<u32, E>) -> Result<u32, ApiError> {
        generically(&call).or_else(|_| call()).map_err(|_: E| ApiError::NotFound)
    }
    #[observe]
    fn of_boxed() -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        let id: u32 = "7".parse().map_err(|_| ApiError::NotFound)?;
        timeout().map(|more| more + id).map_err(|_| ApiError::NotFound.into())
    }
    for call in [of_unknown, of_printable] {
        assert!(codes_of(|| assert!(call(timeout).is_err())).len() <= 1);
    }
    assert_eq!(codes_of(|| assert!(of_boxed().is_err())), ["C104 S"]);
}

#[test]
fn a_cache_that_cannot_be_read_has_nothing() {
    struct Cache;
    impl Cache {
        fn get(&self) -> Result<u32, Fault> {
            Err(Fault::Timeout)
        }
    }
    #[observe]
    fn cached(cache: &Cache) -> Result<u32, ApiError> {
        cache.get().map_err(|_| ApiError::NotFound)
    }
    #[observe]
    fn looked_up(cache: &Cache) -> Reply {
        match cache.get() {
            Ok(id) => Reply::Found(id),
            Err(_) => Reply::NotFound,
        }
    }
    #[observe]
    fn stored(store: &Cache) -> Result<u32, ApiError> {
        store.get().map_err(|_| ApiError::NotFound)
    }
    assert_eq!(codes_of(|| assert!(cached(&Cache).is_err())), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(looked_up(&Cache), Reply::NotFound)), NOTHING);
    assert_eq!(codes_of(|| assert!(stored(&Cache).is_err())), ["C104 S"]);
}

#[test]
fn each_item_is_called_absent_for_itself() {
    #[observe]
    fn all(kinds: &[ErrorKind]) -> Vec<Result<u32, ApiError>> {
        let found = |kind: ErrorKind| if kind == ErrorKind::Other { Ok(7) } else { read(kind) };
        kinds.iter().map(|kind| found(*kind)).map(|id| id.map_err(|_| ApiError::NotFound)).collect()
    }
    let kinds = [ErrorKind::TimedOut, ErrorKind::Other, ErrorKind::NotFound];
    assert_eq!(codes_of(|| assert_eq!(all(&kinds).len(), 3)), ["C104 S"]);
}

#[test]
fn what_is_dropped_behind_it_is_one_finding() {
    #[observe]
    fn guess() -> u32 {
        timeout().map_err(|_| ApiError::NotFound).unwrap_or(0)
    }
    #[observe]
    fn leave() {
        let _ = timeout().map_err(|_| ApiError::NotFound);
    }
    assert_eq!(codes_of(|| assert_eq!(guess(), 0)), ["C103 S"]);
    assert_eq!(codes_of(leave), ["C101 V"]);
}

#[test]
fn a_try_that_works_in_the_end_claims_nothing() {
    #[observe]
    fn patient(call: &Flaky) -> Result<u32, ApiError> {
        let mut last = ApiError::Unknown;
        for _ in 0..3 {
            match call.call().map_err(|_| ApiError::NotFound) {
                Ok(id) => return Ok(id),
                Err(e) => last = e,
            }
        }
        Err(last)
    }
    assert_eq!(codes_of(|| assert!(patient(&Flaky::new(2)).is_ok())), NOTHING);
    assert_eq!(codes_of(|| assert!(patient(&Flaky::new(3)).is_err())), ["C104 S 3"]);
}
