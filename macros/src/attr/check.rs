//! What the words of one attribute must not say together: the same thing twice, or what cannot be true.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

use super::{Attr, Clause, Errors, Item, Limit, Promise, same};
use crate::span::text;

impl Attr {
    pub(super) fn check(&self, errors: &mut Errors) {
        self.stands_alone(errors);
        self.said_once(errors);
        for promise in &self.promises {
            promise.names_different_events(errors);
        }
        self.can_be_kept(errors);
        self.idempotence(errors);
    }

    /// A bare `skip` leaves the function out, and then nothing else can be meant.
    fn stands_alone(&self, errors: &mut Errors) {
        if let Some(skip) = self.leave_out
            && self.words.len() > 1
        {
            errors.push(Error::new(
                skip,
                "`skip` leaves the function out, so it stands alone; to leave out arguments, write `skip(argument)`",
            ));
        }
        if let Some(all) = self.span.skip_all
            && !self.span.skip.is_empty()
        {
            errors.push(Error::new(
                all,
                "`skip_all` leaves out every argument: `skip(..)` beside it says nothing",
            ));
        }
    }

    /// Nothing is declared twice.
    fn said_once(&self, errors: &mut Errors) {
        let mut once = Once { errors, known: Vec::new() };
        for promise in &self.promises {
            once.say(promise.identity(), &promise.head(), "this promise");
        }
        for limit in &self.limits {
            let by = limit.by.as_ref().map(ToString::to_string).unwrap_or_default();
            once.say(format!("at_most {} {by}", text(&limit.event)), &limit.event, "the limit of this event");
        }
        let clauses: [(&str, &Vec<Clause>); 5] = [
            ("requires", &self.requires),
            ("ensures", &self.ensures),
            ("always", &self.always),
            ("accounts", &self.accounts),
            ("maintains", &self.maintains),
        ];
        for (word, clause) in clauses.iter().flat_map(|(word, all)| all.iter().map(move |one| (word, one))) {
            once.say(format!("{word} {}", text(&clause.expr)), &clause.expr, "this clause");
        }
        for place in &self.track {
            once.say(format!("track {}", text(place)), place, "this place");
        }
        for arm in &self.outcome {
            once.say(format!("outcome {}", arm.reason), &arm.pattern, "this pattern");
        }
        for allow in &self.allows {
            once.say(format!("allow {}", allow.code), &allow.code, "the exception for this code");
        }
        for name in &self.span.skip {
            once.say(format!("skip {name}"), name, "this argument");
        }
        for name in &self.agrees {
            once.say(format!("agrees {name}"), name, "this field");
        }
        for recovery in &self.recovers {
            let key = format!("recovers {} in {}", recovery.pattern, recovery.callee);
            once.say(key, &Point(recovery.span), "the recovery from this error");
        }
    }

    /// C902: declarations of which at least one is broken or dead, whatever the call does.
    fn can_be_kept(&self, errors: &mut Errors) {
        for promise in &self.promises {
            let reason = promise
                .is_impossible()
                .or_else(|| self.forbidden(promise))
                .or_else(|| self.limits.iter().find_map(|limit| promise.exceeds(limit)))
                .or_else(|| self.reversed(promise));
            if let Some((at, reason)) = reason {
                errors.push(contradiction(at, &reason));
            }
        }
        for limit in self.limits.iter().filter(|limit| limit.max == 0) {
            let words = text(&limit.event);
            errors
                .push(contradiction(&limit.event, &format!("at most none is never: write `never({words})`")));
        }
        for recovery in self.recovers.iter().filter(|recovery| recovery.max == Some(0)) {
            errors.push(contradiction(
                &Point(recovery.span),
                "a recovery of at most no error recovers nothing",
            ));
        }
    }

    /// An event of this promise that `never` rules out.
    fn forbidden<'a>(&self, promise: &'a Promise) -> Option<(&'a dyn ToTokens, String)> {
        if matches!(promise, Promise::Never(_)) {
            return None;
        }
        let is_never = |event: &Item| {
            self.promises.iter().any(|other| matches!(other, Promise::Never(never) if same(never, event)))
        };
        let event = promise.events().into_iter().find(|event| is_never(event))?;
        let (words, word) = (text(event), promise.word());
        Some((event, format!("`{words}` is named by `{word}` and forbidden by `never`")))
    }

    /// `before(A, B)` with `before(B, A)`; told at the second one.
    fn reversed<'a>(&self, promise: &'a Promise) -> Option<(&'a dyn ToTokens, String)> {
        let Promise::Before(first, then, _) = promise else { return None };
        let is_reverse =
            |other: &Promise| matches!(other, Promise::Before(a, b, _) if same(a, then) && same(b, first));
        let earlier = self.promises.iter().take_while(|other| !std::ptr::eq(*other, promise));
        let found = earlier.into_iter().any(is_reverse);
        found.then(|| {
            let (a, b) = (text(first), text(then));
            (first as &dyn ToTokens, format!("`{a}` cannot be before `{b}` and `{b}` before `{a}`"))
        })
    }

    /// The operation's idempotency key is its `key`, and it covers all that happens in the call.
    fn idempotence(&self, errors: &mut Errors) {
        let Some(word) = self.idempotent else { return };
        if self.key.is_none() && !self.is_faulty("key") {
            let form = "`idempotent` says that calls with the same key are one effect: add `key = ..`";
            errors.push(Error::new(word, form));
        }
        if let Some(limit) = self.limits.iter().find(|limit| limit.idempotent.is_none()) {
            let reason = "an `idempotent` call is one effect, so this limit holds whatever it does; \
                put the limit on the operation that repeats the call";
            errors.push(contradiction(&limit.event, reason));
        }
    }
}

/// The message of C902: the declarations are wrong, not the call.
fn contradiction(at: &dyn ToTokens, reason: &str) -> Error {
    Error::new_spanned(at.to_token_stream(), format!("C902 contradictory-or-dead-rule: {reason}"))
}

/// A place without tokens of its own.
struct Point(proc_macro2::Span);

impl ToTokens for Point {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([proc_macro2::TokenTree::Ident(proc_macro2::Ident::new("here", self.0))]);
    }
}

/// What was said, and where it was said again.
struct Once<'a> {
    errors: &'a mut Errors,
    known: Vec<String>,
}

impl Once<'_> {
    fn say(&mut self, key: String, at: &impl ToTokens, what: &str) {
        if self.known.contains(&key) {
            self.errors.push(Error::new_spanned(at, format!("{what} is given twice")));
        } else {
            self.known.push(key);
        }
    }
}

impl Promise {
    /// The word of the attribute.
    fn word(&self) -> &'static str {
        match self {
            Promise::Emits { .. } => "emits",
            Promise::Never(_) => "never",
            Promise::Claims(_) => "claims",
            Promise::Before(..) => "before",
            Promise::Together(..) => "together",
            Promise::Compensates(..) => "compensates",
            Promise::Via(_) => "via",
        }
    }

    /// Two promises with the same identity say the same, or contradict each other. The order counts in some of them.
    fn identity(&self) -> String {
        let mut events: Vec<String> = self.events().into_iter().map(text).collect();
        if matches!(self, Promise::Emits { .. } | Promise::Together(..)) {
            events.sort();
        }
        let when = match self {
            Promise::Emits { when, .. } => when.unwrap_or("any"),
            _ => "",
        };
        format!("{} {when} {}", self.word(), events.join(", "))
    }

    /// Its first event, to point at.
    fn head(&self) -> TokenStream {
        self.events().first().map(ToTokens::to_token_stream).unwrap_or_default()
    }

    /// The events of one promise differ.
    fn names_different_events(&self, errors: &mut Errors) {
        let events = self.events();
        for (index, event) in events.iter().enumerate() {
            if events.iter().take(index).any(|earlier| same(earlier, event)) {
                let (word, words) = (self.word(), text(event));
                let rule = match self {
                    Promise::Before(..) => "an event is not before itself",
                    Promise::Compensates(..) => "an event does not undo itself",
                    _ => "it says nothing the second time",
                };
                errors.push(Error::new_spanned(event, format!("`{words}` stands twice in `{word}`: {rule}")));
            }
        }
    }

    /// `A * 3..=1`
    fn is_impossible(&self) -> Option<(&dyn ToTokens, String)> {
        let Promise::Emits { any_of, min, max: Some(max), .. } = self else { return None };
        let event = any_of.first().filter(|_| min > max)?;
        Some((event, format!("no number is at least {min} and at most {max}")))
    }

    /// `A * 3` with `at_most 2 A`.
    fn exceeds(&self, limit: &Limit) -> Option<(&dyn ToTokens, String)> {
        let Promise::Emits { any_of, min, .. } = self else { return None };
        let [event] = any_of.as_slice() else { return None };
        // A limit for each key does not bound the sum, and repeats under one idempotency key do not count for it.
        let bounds = limit.by.is_none() && limit.idempotent.is_none() && same(event, &limit.event);
        let words = text(event);
        (bounds && *min > limit.max && limit.max > 0).then(|| {
            (
                event as &dyn ToTokens,
                format!("`{words}` is promised {min} times, and `at_most` allows {}", limit.max),
            )
        })
    }
}
