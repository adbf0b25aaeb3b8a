//! Values that are called a failure: `Status::Failed`, `mark_failed(id)`, and answers of HTTP by which whoever has asked hears that
//! something went wrong: `Status(400)`, `StatusCode::BAD_REQUEST`, `Response { status: 502, .. }`.

use syn::{Expr, Path};

use super::{shape, telling};

/// Names of bad answers in which no word says so. Not those for what is not there: a store that is down is no reason to say it.
const BAD: [&str; 13] = [
    "BAD_REQUEST",
    "BadRequest",
    "PAYMENT_REQUIRED",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "PAYLOAD_TOO_LARGE",
    "UNSUPPORTED_MEDIA_TYPE",
    "UNPROCESSABLE_ENTITY",
    "UnprocessableEntity",
    "TOO_MANY_REQUESTS",
    "TooManyRequests",
    "NOT_IMPLEMENTED",
    "BAD_GATEWAY",
];

/// Whether a value is called a failure, whatever else it says.
pub(super) fn says_failure(value: &Expr) -> bool {
    match shape::bare_expr(value) {
        Expr::Path(path) => is_variant(&path.path) && (path_says(&path.path) || is_bad_name(&path.path)),
        Expr::Struct(value) => {
            path_says(&value.path) && value.path.segments.len() > 1 || value.fields.iter().any(|field| {
                matches!(&field.member, syn::Member::Named(name) if name.to_string().starts_with("status"))
                    && (is_bad(&field.expr) || says_failure(&field.expr))
            })
        }
        Expr::Call(call) => match shape::bare_expr(&call.func) {
            Expr::Path(path) => {
                made_by_name(&path.path)
                    || call.args.first().is_some_and(says_failure)
                    || is_variant(&path.path) && is_bad_name(&path.path)
                    || is_made_by(&path.path, call.args.first())
            }
            _ => false,
        },
        Expr::MethodCall(call) => {
            says_failure(&call.receiver) || is_made_of_bad(&call.method.to_string(), call.args.first())
        }
        Expr::Tuple(tuple) => tuple.elems.first().is_some_and(says_failure),
        _ => false,
    }
}

/// `PaymentDeclined(7)`, `mark_failed(id)`; not `log_failure(..)`.
fn made_by_name(path: &syn::Path) -> bool {
    shape::last_of(path).is_some_and(|last| {
        if last.starts_with(char::is_uppercase) {
            telling::names_a_failure(&last)
        } else {
            telling::puts_down_a_failure(&last)
        }
    })
}

/// `Status::Failed`, `StatusCode::BAD_GATEWAY`; not a local name.
fn is_variant(path: &syn::Path) -> bool {
    path.segments.len() > 1 && shape::last_of(path).is_some_and(|last| last.starts_with(char::is_uppercase))
}

fn path_says(path: &syn::Path) -> bool {
    shape::last_of(path).is_some_and(|last| telling::names_a_failure(&last))
}

/// Whether a value is a status from 400 on, as a number.
fn is_bad(value: &Expr) -> bool {
    number(value).is_some_and(|number| (400..600).contains(&number))
}

/// Whether a variant, or a constant of a type, is a bad answer by its name.
fn is_bad_name(path: &Path) -> bool {
    shape::last_of(path).is_some_and(|last| BAD.contains(&last.as_str()))
}

/// `Status(400)`, `Response::new(503, body)`: an answer that is made of a bad number. `Status::Delayed(400)` is another thing.
fn is_made_by(path: &Path, first: Option<&Expr>) -> bool {
    let mut names = path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let last = names.next().unwrap_or_default();
    let is_variant = last.starts_with(char::is_uppercase);
    is_made_of_bad(&last, first)
        || !is_variant && names.next().is_some_and(|owner| is_made_of_bad(&owner, first))
}

/// `reply.with_status(422)`. What is not there, or not any more, is no answer to an error of any kind.
fn is_made_of_bad(name: &str, first: Option<&Expr>) -> bool {
    let answers = || {
        let words = telling::words(name);
        let last = words.iter().rfind(|word| *word != "code").map(String::as_str);
        matches!(last, Some("status" | "response"))
    };
    first.is_some_and(|first| is_bad(first) && !matches!(number(first), Some(404 | 410))) && answers()
}

fn number(value: &Expr) -> Option<u16> {
    let Expr::Lit(literal) = shape::bare_expr(value) else { return None };
    let syn::Lit::Int(number) = &literal.lit else { return None };
    number.base10_parse().ok()
}

#[cfg(test)]
mod tests {
    use super::says_failure;
    use crate::body::telling::{names_a_failure, puts_down_a_failure};

    #[test]
    fn values_that_are_called_a_failure() {
        for value in [
            "Status::Failed",
            "Ok(Handled::DeadLettered { tries })",
            "Response { status: 503, body }",
            "(StatusCode::SERVICE_UNAVAILABLE, \"no\")",
            "HttpResponse::ServiceUnavailable().finish()",
            "Reply::Error(7)",
            "mark_failed(id)",
            "Status(400)",
            "Ok(Response::new(503, body))",
            "Response::builder().status(422).body(text)",
            "StatusCode::BAD_REQUEST",
            "(StatusCode::UNPROCESSABLE_ENTITY, text)",
            "HttpResponse::BadRequest().finish()",
        ] {
            assert!(says_failure(&syn::parse_str(value).expect("a value")), "{value}");
        }
        for value in [
            "Status::Sent",
            "failed",
            "Response { status: 200, body }",
            "Report { failed: 1 }",
            "0",
            "\"failed\"",
            "log_failure(id)",
            "format_error(id)",
            "Status(200)",
            "Status(404)",
            "StatusCode::NOT_FOUND",
            "Batch(400)",
            "Status::Delayed(450)",
            "ResponseTimeout::from_millis(500)",
            "400",
            "Pixels { width: 400 }",
        ] {
            assert!(!says_failure(&syn::parse_str(value).expect("a value")), "{value}");
        }
        assert!(names_a_failure("TIMED_OUT") && !names_a_failure("deadline"));
        assert!(puts_down_a_failure("mark_failed") && !puts_down_a_failure("log_failure"));
    }
}
