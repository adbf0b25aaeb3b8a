//! Ends that tell of an error in another way than by returning it.
//!
//! A value can be called a failure: `Status::Failed`, `Response { status: 502, .. }`. And a function that returns nothing has
//! only the log to tell anybody: a warning with the error that says what becomes of the item is what it has to say, if it
//! does nothing more with it afterwards.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, ReturnType, Stmt, Type};

use super::{arm, select, shape, spawn};
use crate::token::First;

/// Words in a name with which something did not succeed. The core reads the names of variants while it runs, by the same list: see
/// `failure_words!`.
pub(crate) const FAILURE: [&str; 22] = [
    "fail",
    "failed",
    "failure",
    "error",
    "errored",
    "reject",
    "rejected",
    "refused",
    "declined",
    "denied",
    "unavailable",
    "unreachable",
    "unauthorized",
    "forbidden",
    "timeout",
    "timed",
    "aborted",
    "dead",
    "nack",
    "requeue",
    "gave",
    "broken",
];

/// What becomes of an item, in the words of a log.
const SETTLED: [&str; 21] = [
    "drop",
    "dropped",
    "dropping",
    "skip",
    "skipped",
    "skipping",
    "discard",
    "discarded",
    "discarding",
    "ignored",
    "ignoring",
    "rejected",
    "rejecting",
    "giving",
    "gave",
    "abandoned",
    "abandoning",
    "requeued",
    "requeueing",
    "retried",
    "retry",
];

/// Whether a name has a word for failure in it, in either case.
pub(super) fn names_a_failure(name: &str) -> bool {
    words(name).iter().any(|word| FAILURE.contains(&word.as_str()))
}

/// Whether a method puts a failure down by its name: `jobs.mark_failed(id)`; not `logger.error(..)`.
pub(super) fn puts_down_a_failure(method: &str) -> bool {
    let words = words(method);
    let tells =
        words.iter().any(|word| matches!(word.as_str(), "error" | "log" | "print" | "warn" | "trace"));
    !tells && words.iter().any(|word| FAILURE.contains(&word.as_str()))
}

/// The words of `DeadLettered`, `mark_failed` or `SERVICE_UNAVAILABLE`.
pub(super) fn words(name: &str) -> Vec<String> {
    if !name.contains(char::is_lowercase) {
        return name.split('_').map(str::to_lowercase).collect();
    }
    let mut words = vec![String::new()];
    for c in name.chars() {
        if c == '_' || c.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c != '_') {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// Whether a function may return a value of a type of its own, whose variants have names.
pub(crate) fn has_a_name(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => false,
        ReturnType::Type(_, output) => is_own(output),
    }
}

fn is_own(inner: &Type) -> bool {
    const COMMON: [&str; 14] = [
        "String", "Vec", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque", "Box", "Arc", "Rc",
        "PathBuf", "Duration", "Instant", "Self",
    ];
    match inner {
        Type::Reference(reference) => is_own(&reference.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            if name == "Result" || name == "Option" {
                let syn::PathArguments::AngleBracketed(types) = &last.arguments else { return false };
                return matches!(types.args.first(), Some(syn::GenericArgument::Type(payload)) if is_own(payload));
            }
            name.starts_with(char::is_uppercase) && !COMMON.contains(&name.as_str())
        }),
        _ => false,
    }
}

/// Where a function that returns nothing has come to its end with an item: nothing but lines of the log stands behind it.
#[derive(Default)]
pub(super) struct LastWords(HashSet<(u32, u32)>);

impl LastWords {
    pub(super) fn of(block: &Block, ret: &Type) -> LastWords {
        let mut found = LastWords::default();
        if matches!(ret, Type::Tuple(tuple) if tuple.elems.is_empty()) {
            found.last_of(block);
            Leaving { found: &mut found, of_loop: false }.visit_block(block);
        }
        Spawned(&mut found).visit_block(block);
        found
    }

    /// Whether an arm for this pattern warns with the error, says what becomes of the item, and nothing more is done with it.
    pub(super) fn are(&self, pattern: &Pat, body: &Expr) -> bool {
        self.say(shape::names(pattern), body)
    }

    /// The same for a body that has no error, and warns with what could not be read.
    pub(super) fn are_of(&self, inputs: &[String], body: &Expr) -> bool {
        self.say(inputs.iter().cloned().collect(), body)
    }

    fn say(&self, names: HashSet<String>, body: &Expr) -> bool {
        self.0.contains(&at(body)) && {
            let mut warns = Warns { names, found: false };
            warns.visit_expr(body);
            warns.found
        }
    }

    fn last_of(&mut self, block: &Block) {
        for statement in block.stmts.iter().rev() {
            match statement {
                Stmt::Macro(invocation) if is_quiet(&invocation.mac) => {}
                Stmt::Expr(Expr::Macro(invocation), _) if is_quiet(&invocation.mac) => {}
                Stmt::Macro(invocation) => return self.end_of(&invocation.mac),
                Stmt::Expr(expr, _) => return self.end(expr),
                _ => return,
            }
        }
    }

    /// The handlers of a `select!` are ends like the arms of a `match`.
    fn end_of(&mut self, mac: &syn::Macro) {
        let branches = if select::selects(mac) { select::branches(mac) } else { Vec::new() };
        for (_, _, handler) in branches {
            self.0.insert(at(&handler));
            self.end(&handler);
        }
    }

    fn end(&mut self, expr: &Expr) {
        match expr {
            Expr::Macro(invocation) => self.end_of(&invocation.mac),
            Expr::Match(matching) => matching.arms.iter().for_each(|arm| {
                self.0.insert(at(&arm.body));
                self.end(&arm.body);
            }),
            Expr::If(condition) => {
                self.0.insert(at_block(&condition.then_branch));
                self.last_of(&condition.then_branch);
                condition.else_branch.iter().for_each(|(_, branch)| self.end(branch));
            }
            Expr::Block(block) => {
                self.0.insert(at_block(&block.block));
                self.last_of(&block.block);
            }
            Expr::ForLoop(each) => self.last_of_loop(&each.body),
            Expr::While(each) => self.last_of_loop(&each.body),
            Expr::Loop(each) => self.last_of_loop(&each.body),
            _ => {}
        }
    }

    fn last_of_loop(&mut self, body: &Block) {
        self.last_of(body);
        Leaving { found: self, of_loop: true }.visit_block(body);
    }
}

/// Branches that end with `return`, or with `continue` in a loop that is the last thing.
struct Leaving<'a> {
    found: &'a mut LastWords,
    of_loop: bool,
}

impl Leaving<'_> {
    fn look(&mut self, block: &Block) {
        let leaves = match block.stmts.last() {
            Some(Stmt::Expr(Expr::Return(leaving), _)) => leaving.expr.is_none(),
            Some(Stmt::Expr(Expr::Continue(next), _)) => self.of_loop && next.label.is_none(),
            _ => false,
        };
        if leaves {
            self.found.0.insert(at_block(block));
        }
    }
}

impl Visit<'_> for Leaving<'_> {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _block: &syn::ExprAsync) {}

    fn visit_expr_for_loop(&mut self, each: &syn::ExprForLoop) {
        if !self.of_loop {
            visit::visit_expr_for_loop(self, each);
        }
    }

    fn visit_block(&mut self, block: &Block) {
        self.look(block);
        visit::visit_block(self, block);
    }
}

/// Work that is spawned and ends without a value: it has only the log as well.
struct Spawned<'a>(&'a mut LastWords);

impl Spawned<'_> {
    fn look(&mut self, arguments: &syn::punctuated::Punctuated<Expr, syn::Token![,]>) {
        for argument in arguments {
            if let Expr::Async(work) = argument {
                self.0.last_of(&work.block);
            }
        }
    }
}

impl Visit<'_> for Spawned<'_> {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Call(call) if spawn::is_spawn(expr) => self.look(&call.args),
            Expr::MethodCall(call) if spawn::is_spawn(expr) => self.look(&call.args),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }
}

fn at(body: &Expr) -> (u32, u32) {
    match body {
        Expr::Block(block) if block.label.is_none() => at_block(&block.block),
        other => crate::span::start(other.first()),
    }
}

fn at_block(block: &Block) -> (u32, u32) {
    crate::span::start(block.brace_token.span.join())
}

/// A line below INFO, or one that warns: nothing is done, and no success is told.
fn is_quiet(mac: &syn::Macro) -> bool {
    shape::last_of(&mac.path).is_some_and(|name| {
        matches!(
            name.as_str(),
            "trace" | "debug" | "warn" | "error" | "eprintln" | "counter" | "gauge" | "histogram"
        )
    })
}

/// A line at WARN or above with the error in it that says what becomes of the item.
struct Warns {
    names: HashSet<String>,
    found: bool,
}

impl Visit<'_> for Warns {
    fn visit_macro(&mut self, mac: &syn::Macro) {
        let warns = warns_by(mac);
        let text = mac.tokens.to_string();
        let shows = shape::uses(&mac.tokens, |word| self.names.contains(word))
            || self.names.iter().any(|name| text.contains(&format!("{{{name}")));
        self.found |= warns && shows && settles(mac.tokens.clone());
    }
}

/// Whether a body has a line of the log in which this stands.
pub(super) fn tells_of(body: &Expr, what: &str) -> bool {
    struct Lines<'a>(bool, &'a str);
    impl Visit<'_> for Lines<'_> {
        fn visit_macro(&mut self, mac: &syn::Macro) {
            self.0 |= arm::tells(mac) && mac.tokens.to_string().to_lowercase().contains(self.1);
        }
    }
    let mut lines = Lines(false, what);
    lines.visit_expr(body);
    lines.0
}

/// Whether a body has a line of the log at WARN or above.
pub(super) fn warns(body: &Expr) -> bool {
    struct Lines(bool);
    impl Visit<'_> for Lines {
        fn visit_macro(&mut self, mac: &syn::Macro) {
            self.0 |= warns_by(mac);
        }
    }
    let mut lines = Lines(false);
    lines.visit_expr(body);
    lines.0
}

fn warns_by(mac: &syn::Macro) -> bool {
    shape::last_of(&mac.path).is_some_and(|name| matches!(name.as_str(), "warn" | "error" | "eprintln"))
}

/// Whether a text among these tokens says what becomes of an item; "never dropped" does not.
fn settles(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Literal(literal) => says_it_is_settled(&literal.to_string()),
        TokenTree::Group(group) => settles(group.stream()),
        _ => false,
    })
}

fn says_it_is_settled(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut before = "";
    text.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let is_denied = matches!(std::mem::replace(&mut before, word), "not" | "never");
        SETTLED.contains(&word) && !is_denied
    })
}

#[cfg(test)]
mod tests {
    use super::{LastWords, has_a_name};

    #[test]
    fn types_whose_variants_have_names() {
        for (output, is) in [
            ("Status", true),
            ("io::Result<Status>", true),
            ("&Status", true),
            ("Result<(), E>", false),
            ("Vec<Status>", false),
        ] {
            let output = syn::parse_str(&format!("-> {output}")).expect("an output");
            assert_eq!(has_a_name(&output), is);
        }
    }

    /// Whether the arm `Err(e) => ..` of a body is the last word of a function that returns nothing.
    fn is_last(body: &str) -> bool {
        use syn::visit::Visit;
        struct Arms<'a>(&'a LastWords, bool);
        impl Visit<'_> for Arms<'_> {
            fn visit_arm(&mut self, arm: &syn::Arm) {
                self.1 |= self.0.are(&arm.pat, &arm.body);
                syn::visit::visit_arm(self, arm);
            }
        }
        let block: syn::Block = syn::parse_str(&format!("{{ {body} }}")).expect("a block");
        let words = LastWords::of(&block, &syn::parse_quote!(()));
        let mut arms = Arms(&words, false);
        arms.visit_block(&block);
        arms.1
    }

    #[test]
    fn a_warning_is_the_last_word_where_nothing_follows() {
        assert!(is_last(
            "for s in all { match f(s) { Ok(l) => put(l), Err(e) => warn!(%e, \"dropped\") } } debug!(\"done\");"
        ));
        assert!(is_last("match f() { Ok(l) => l, Err(e) => { error!(\"skipped: {e}\"); return; } }; put();"));
        for body in [
            "for s in all { match f(s) { Ok(_) => {} Err(e) => warn!(%e, \"dropped\") } ack(s); }",
            "match f() { Ok(_) => {} Err(e) => warn!(%e, \"dropped\") } info!(\"all stored\");",
            "match f() { Ok(_) => {} Err(e) => warn!(%e, \"could not store\") }",
            "match f() { Ok(_) => {} Err(e) => debug!(%e, \"dropped\") }",
            "match f() { Ok(_) => {} Err(_) => warn!(\"dropped\") }",
            "match f() { Ok(_) => {} Err(e) => warn!(%e, \"never dropped: could not store\") }",
            "match f() { Ok(_) => {} Err(e) => warn!(%e, dropped = 1, \"could not store\") }",
        ] {
            assert!(!is_last(body), "{body}");
        }
    }
}
