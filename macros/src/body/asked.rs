//! Questions whose error is neither passed on nor lost: whether one may, and whether anything is left to clear away. And one
//! that is asked for the log alone.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, ExprIf, Pat, Stmt, Type};

use super::probe::{Disposition, Verdict};
use super::{Body, answer, shape, telling};

/// Words of functions that ask whether somebody may do something, or whether something can be.
const LEAVE: [&str; 10] =
    ["authorize", "authorise", "can", "may", "allow", "allows", "allowed", "permit", "permits", "permitted"];

/// Words of calls that clear something away.
const CLEARING: [&str; 6] = ["remove", "delete", "unlink", "clean", "cleanup", "close"];

/// Those of which nothing is lost with what is not cleared away; what is closed may have to be written before.
const REMOVING: [&str; 5] = ["remove", "delete", "unlink", "clean", "cleanup"];

/// Words of calls with which one takes leave: nothing is lost with a goodbye that is not heard.
const LEAVING: [&str; 5] = ["quit", "bye", "goodbye", "logout", "disconnect"];

/// Those of which the other side finds out by itself, if somebody warns of it.
const SIGNING_OFF: [&str; 2] = ["deregister", "unregister"];

/// Words of calls that look into a cache.
const LOOKING_UP: [&str; 7] = ["get", "load", "read", "lookup", "fetch", "find", "peek"];

/// Words of calls that put something where it is kept; what takes it out again (`cache.invalidate(key)`) must not fail.
const FILLING: [&str; 10] =
    ["set", "put", "save", "insert", "store", "add", "write", "fill", "warm", "populate"];

/// Methods that tell somebody something who may have gone, and those that take whoever has gone out of a list.
const TELLING: [&str; 4] = ["send", "try_send", "unbounded_send", "start_send"];
const PARTING: [&str; 4] = ["remove", "swap_remove", "shift_remove", "swap_remove_back"];

/// Words in the names of what was not made to stay.
const TEMPORARY: [&str; 7] = ["tmp", "temp", "tempdir", "tempfile", "temporary", "scratch", "lockfile"];

/// Words of calls that only look: whether any of them works is what the log is there for.
const LOOKING: [&str; 10] =
    ["ping", "probe", "check", "contains", "exists", "has", "is", "validate", "verify", "parse"];

fn has_word(name: &str, words: &[&str]) -> bool {
    telling::words(name).iter().any(|word| words.contains(&word.as_str()))
}

/// Whether a function of this name asks whether somebody may do something.
pub(super) fn is_leave(name: &str) -> bool {
    has_word(name, &LEAVE)
}

fn last_of(call: &Expr) -> String {
    shape::callee(call).rsplit("::").next().unwrap_or_default().to_owned()
}

/// `if authorize(role).is_ok() { buttons.push("edit"); }`: no is an answer, and nothing is left out but what stands in a list.
fn asks_for_leave(condition: &ExprIf) -> bool {
    let Expr::MethodCall(asking) = shape::bare_expr(&condition.cond) else { return false };
    let lists = |statement: &Stmt| match statement {
        Stmt::Expr(Expr::MethodCall(call), Some(_)) => {
            matches!(call.method.to_string().as_str(), "push" | "insert" | "push_str")
                && shape::is_place(&call.receiver)
                && call.args.iter().all(|value| matches!(value, Expr::Lit(_) | Expr::Path(_)))
        }
        _ => false,
    };
    asking.method == "is_ok"
        && condition.else_branch.is_none()
        && has_word(&last_of(&asking.receiver), &LEAVE)
        && condition.then_branch.stmts.iter().all(lists)
}

/// `fs::remove_file(&tmp_path)`: a call that clears away what was only temporary, or stands where a value is dropped, and nobody
/// can be told.
pub(super) fn clears_away(call: &Expr, by_drop: bool) -> bool {
    fn names(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => has_word(&name.to_string(), &TEMPORARY),
            TokenTree::Group(group) => names(group.stream()),
            _ => false,
        })
    }
    has_word(&last_of(call), &CLEARING) && (by_drop || names(call.to_token_stream()))
}

/// `fs::remove_file(path)`
pub(super) fn removes(call: &Expr) -> bool {
    has_word(&last_of(call), &REMOVING)
}

/// `conn.quit()`, `session.logout().await`
pub(super) fn takes_leave(call: &Expr) -> bool {
    telling::words(&last_of(call)).first().is_some_and(|verb| LEAVING.contains(&verb.as_str()))
}

/// The same, and `registry.deregister(name)`: where somebody warns of it, nothing more is to be done.
pub(super) fn signs_off(call: &Expr) -> bool {
    takes_leave(call) || has_word(&last_of(call), &SIGNING_OFF)
}

/// `self.cache.load(key)`: an entry that cannot be read is no entry.
pub(super) fn looks_into_a_cache(call: &Expr) -> bool {
    match call {
        Expr::Await(waiting) => looks_into_a_cache(&waiting.base),
        Expr::MethodCall(asking) => {
            has_word(&asking.method.to_string(), &LOOKING_UP)
                && answer::is_cache(&asking.receiver.to_token_stream().to_string())
        }
        _ => false,
    }
}

/// Whether a call puts something somewhere.
pub(super) fn fills(call: &Expr) -> bool {
    has_word(&last_of(call), &FILLING)
}

/// `cache.set(key, &value)`, `write_cache(value)`: what a cache did not take is not lost.
pub(super) fn fills_a_cache(call: &Expr) -> bool {
    let place = match call {
        Expr::Await(waiting) => return fills_a_cache(&waiting.base),
        Expr::MethodCall(call) => call.receiver.to_token_stream().to_string(),
        _ => String::new(),
    };
    let name = shape::callee(call);
    fills(call) && (answer::is_cache(&place) || answer::is_cache(&name))
}

/// Who is told something: `peers` in `peers[at].send(text)`.
pub(super) fn listener(told: &Expr) -> Option<String> {
    match shape::bare_expr(told) {
        Expr::Await(waiting) => listener(&waiting.base),
        Expr::MethodCall(told) if TELLING.contains(&told.method.to_string().as_str()) => {
            answer::root(&told.receiver)
        }
        _ => None,
    }
}

/// `if peers[at].send(text).is_err() { peers.swap_remove(at); }`: whoever does not listen any more is no longer told, and nothing is lost
/// with what was meant for them.
pub(super) fn parts_with(listener: &str, body: &Expr) -> bool {
    let mut parting = Parting { from: listener, found: false };
    parting.visit_expr(body);
    parting.found
}

/// The same for the condition of an `if`.
fn parts_if_gone(condition: &ExprIf) -> bool {
    let Expr::MethodCall(asking) = shape::bare_expr(&condition.cond) else { return false };
    let block = condition.then_branch.clone();
    let body = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block });
    asking.method == "is_err"
        && listener(&asking.receiver).is_some_and(|listener| parts_with(&listener, &body))
}

/// Whether what a condition asks is an answer, and not whether something was lost.
pub(super) fn asks_for_an_answer(condition: &ExprIf) -> bool {
    answer::both_answer(condition) || asks_for_leave(condition) || parts_if_gone(condition)
}

struct Parting<'a> {
    from: &'a str,
    found: bool,
}

impl Visit<'_> for Parting<'_> {
    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        self.found |= PARTING.contains(&call.method.to_string().as_str())
            && answer::root(&call.receiver).as_deref() == Some(self.from);
        visit::visit_expr_method_call(self, call);
    }
}

impl Body<'_> {
    /// Whether the body runs when a value is dropped.
    pub(super) fn is_dropping(&self) -> bool {
        self.place.is_of("drop") && matches!(&self.ret, Type::Tuple(nothing) if nothing.elems.is_empty())
    }

    /// `let _ = fs::remove_file(&self.path);` in a `drop`, which can do no more than try.
    pub(super) fn clears_by_drop(&self, call: &Expr) -> bool {
        self.is_dropping() && removes(call)
    }

    /// `let reached = channels.iter().any(|channel| channel.notify(text).is_ok());`, of which nothing but the log hears.
    pub(super) fn asks_for_the_log(&self, pattern: &Pat, init: &Expr) -> bool {
        let (Pat::Ident(name), Expr::MethodCall(call)) = (shape::bare(pattern), init) else { return false };
        let Some(Expr::Closure(each)) = call.args.first() else { return false };
        let Expr::MethodCall(asking) = shape::bare_expr(&each.body) else { return false };
        call.method == "any"
            && asking.method == "is_ok"
            && shape::is_rvalue(&asking.receiver)
            && !has_word(&last_of(&asking.receiver), &LOOKING)
            && self.mentions.is_idle_let(&name.ident)
    }
}

/// `while call().is_err()` tries again; `while call().is_ok()` ends by itself.
pub(super) fn asked_in_loop(condition: &Expr) -> (Verdict, Verdict) {
    (Verdict::plain(Disposition::Dropped, condition), Verdict::plain(Disposition::Ends, condition))
}

#[cfg(test)]
mod tests {
    use super::{asks_for_leave, clears_away};

    #[test]
    fn leave_is_asked_for_what_stands_in_a_list() {
        let asks = |text: &str| asks_for_leave(&syn::parse_str(text).expect("an `if`"));
        assert!(asks("if authorize(role, false).is_ok() { buttons.push(\"edit\"); }"));
        assert!(asks("if user.can_edit().is_ok() { buttons.push(EDIT); menu.insert(1); }"));
        for text in [
            "if authorize(role).is_ok() { buttons.push(1); } else { warn!(\"no\"); }",
            "if authorize(role).is_ok() { rows.delete(id)?; }",
            "if authorize(role).is_ok() { rows.push(load(id)); }",
            "if validate(row).is_ok() { good.push(row); }",
            "if authorize(role).is_err() { buttons.push(1); }",
        ] {
            assert!(!asks(text), "{text}");
        }
    }

    #[test]
    fn a_cache_is_filled_by_name() {
        let fills = |text: &str| super::fills_a_cache(&syn::parse_str(text).expect("a call"));
        assert!(fills("self.cache.set(id, &value)") && fills("put_cached(id, value).await"));
        assert!(!fills("cache.invalidate(id)") && !fills("store.set(id)") && !fills("cache.get(id)"));
    }

    #[test]
    fn whoever_has_gone_is_taken_out() {
        let parts = |text: &str| super::parts_if_gone(&syn::parse_str(text).expect("an if"));
        assert!(parts("if peers[at].send(text).is_err() { peers.swap_remove(at); }"));
        assert!(parts("if self.peers[&id].tx.try_send(text).is_err() { self.peers.remove(&id); }"));
        assert!(!parts("if peers[at].send(text).is_err() { lost += 1; }"));
        assert!(!parts("if outbox.send(text).is_err() { queue.remove(0); }"));
        assert!(!parts("if store.save(row).is_err() { store.remove(row); }"));
    }

    #[test]
    fn what_is_temporary_is_cleared_away() {
        let clears = |text: &str| clears_away(&syn::parse_str(text).expect("a call"), false);
        assert!(clears("std::fs::remove_file(&tmp_path)") && clears("temp_dir.close().await"));
        assert!(
            !clears("fs::remove_file(&path)")
                && !clears("fs::write(&tmp, text)")
                && !clears("attempt.close()")
        );
    }
}
