//! HTTP statuses know what they mean: below 400 fulfilled, from 400 refused, from 500 failed.

use std::borrow::Cow;

use http::{Response, StatusCode};

use super::outcome::OutcomeOf;
use super::sight::ErrorLike;
use crate::model::Class;

impl OutcomeOf for StatusCode {
    fn class(&self) -> Option<Class> {
        Some(match self.as_u16() {
            ..400 => Class::Fulfilled,
            400..500 => Class::Refused,
            500.. => Class::Failed,
        })
    }

    fn reason(&self) -> &'static str {
        self.canonical_reason().unwrap_or("status")
    }

    fn detail(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// What stands in an `Err` is an error, whatever it says.
impl ErrorLike for StatusCode {
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

macro_rules! by_status {
    ($([$($generics:tt)*] $type:ty, $value:ident => $status:expr;)+) => { $(
        impl<$($generics)*> OutcomeOf for $type {
            fn class(&self) -> Option<Class> {
                let $value = self;
                $status.class()
            }
            fn reason(&self) -> &'static str {
                let $value = self;
                $status.reason()
            }
            fn detail(&self) -> Option<String> {
                let $value = self;
                $status.detail()
            }
        }
    )+ };
}
by_status! {
    [B] Response<B>, response => response.status();
    [B] (StatusCode, B), pair => pair.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_tells_its_class_and_its_reason() {
        let of = |status: StatusCode| (status.class().unwrap(), status.reason());
        assert_eq!(of(StatusCode::OK), (Class::Fulfilled, "OK"));
        assert_eq!(of(StatusCode::SEE_OTHER), (Class::Fulfilled, "See Other"));
        assert_eq!(of(StatusCode::CONFLICT), (Class::Refused, "Conflict"));
        assert_eq!(of(StatusCode::BAD_GATEWAY), (Class::Failed, "Bad Gateway"));
        assert_eq!((StatusCode::NOT_FOUND, "no such order").class(), Some(Class::Refused));
        assert_eq!(Response::new(()).class(), Some(Class::Fulfilled));
    }
}
