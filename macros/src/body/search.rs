//! What is found out by trying: an item that is looked for, another form of what is read, a text that need not have the form, what one
//! may do.

use syn::visit::{self, Visit};
use syn::{Arm, Block, Expr, ExprMethodCall, Pat, Stmt, Type};

use super::probe::{Disposition, Verdict};
use super::{Body, arm, asked, shape, telling};
use crate::token::First;

/// Where something stands.
type At = (u32, u32);

/// Methods that look for one item and go on where it is not this one.
const SEARCHING: [&str; 5] = ["find", "rfind", "find_map", "position", "rposition"];

/// Words in the names of what a grammar knows. Where all words of two names are such, one form is tried and then the other.
const FORMS: [&str; 44] = [
    "parse",
    "try",
    "number",
    "integer",
    "int",
    "float",
    "decimal",
    "digit",
    "digits",
    "hex",
    "name",
    "identifier",
    "ident",
    "word",
    "keyword",
    "symbol",
    "string",
    "str",
    "text",
    "char",
    "quoted",
    "bare",
    "plain",
    "literal",
    "token",
    "expr",
    "expression",
    "term",
    "factor",
    "atom",
    "group",
    "bracket",
    "paren",
    "list",
    "array",
    "tuple",
    "object",
    "bool",
    "boolean",
    "null",
    "date",
    "time",
    "comment",
    "operator",
];

/// The arms of a search that say "not this one":
/// `paths.find(|path| match open(path) { Ok(file) => file.is_new(), Err(e) => { debug!(%e); false } })`.
pub(super) fn passed_over(call: &ExprMethodCall) -> Vec<At> {
    let searches = SEARCHING.contains(&call.method.to_string().as_str());
    let Some(Expr::Closure(each)) = call.args.first().filter(|_| searches) else { return Vec::new() };
    let Some(Expr::Match(tried)) = value(&each.body) else { return Vec::new() };
    let passes = |arm: &&Arm| shape::admits_err(&arm.pat) && value(&arm.body).is_some_and(is_no);
    tried.arms.iter().filter(passes).map(|arm| at(&arm.body)).collect()
}

fn at(body: &Expr) -> At {
    crate::span::start(body.first())
}

/// What a body gives.
fn value(body: &Expr) -> Option<&Expr> {
    match shape::bare_expr(body) {
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(last, None)) => value(last),
            _ => None,
        },
        other => Some(other),
    }
}

fn is_no(value: &Expr) -> bool {
    match value {
        Expr::Lit(literal) => matches!(&literal.lit, syn::Lit::Bool(answer) if !answer.value),
        Expr::Path(path) => path.path.is_ident("None"),
        _ => false,
    }
}

/// `self.number().or_else(|_| self.name())`: one rule of a grammar, and then another at the same place.
pub(super) fn is_other_rule(first: &Expr, second: &Expr) -> bool {
    let (Expr::MethodCall(first), Expr::MethodCall(second)) =
        (shape::bare_expr(first), shape::bare_expr(second))
    else {
        return false;
    };
    let is_rule = |call: &ExprMethodCall| {
        telling::words(&call.method.to_string()).iter().all(|word| FORMS.contains(&word.as_str()))
    };
    let same = |one: &dyn quote::ToTokens, other: &dyn quote::ToTokens| {
        one.to_token_stream().to_string() == other.to_token_stream().to_string()
    };
    let at_the_same_place = shape::is_place(&first.receiver)
        && same(&first.receiver, &second.receiver)
        && same(&first.args, &second.args);
    at_the_same_place && is_rule(first) && is_rule(second)
}

/// `Err(_) if rest.is_empty() => (None, rest), Err(_) => return Err(..)`: the guard says which texts need not have the form, and all
/// others are wrong.
pub(super) fn need_not_have_it(arm: &Arm, arms: &[Arm]) -> bool {
    let mut behind = arms.iter().skip_while(|other| !std::ptr::eq(*other, arm)).skip(1);
    matches!(arm.pat, Pat::Guard(_))
        && behind.any(|other| {
            !matches!(other.pat, Pat::Guard(_))
                && shape::side(&other.pat) == Some(shape::Side::Err)
                && leaves_with_error(&other.body)
        })
}

/// Whether a body returns an error, or is one.
pub(super) fn leaves_with_error(body: &Expr) -> bool {
    match shape::bare_expr(body) {
        Expr::Return(leaving) => leaving.expr.as_deref().is_some_and(arm::makes_error),
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(last @ Expr::Return(_), _) | Stmt::Expr(last, None)) => leaves_with_error(last),
            _ => false,
        },
        other => arm::makes_error(other),
    }
}

/// `state(badge) != Ok(Blocked)`, with which this body ends: an error says the same as every other `Ok`.
pub(super) fn ends_unlike(block: &Block) -> Vec<At> {
    let mut found = Unlike(Vec::new());
    found.visit_block(block);
    if let Some(Stmt::Expr(last, None)) = block.stmts.last() {
        found.ends(last);
    }
    found.0
}

struct Unlike(Vec<At>);

impl Unlike {
    fn ends(&mut self, value: &Expr) {
        match shape::bare_expr(value) {
            Expr::Binary(both) if matches!(both.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                self.ends(&both.left);
                self.ends(&both.right);
            }
            Expr::Binary(unlike) if matches!(unlike.op, syn::BinOp::Ne(_)) => {
                let is_ok = |side: &Expr| shape::callee(side) == "Ok";
                match (is_ok(&unlike.left), is_ok(&unlike.right)) {
                    (true, false) => self.0.push(at(&unlike.right)),
                    (false, true) => self.0.push(at(&unlike.left)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

impl Visit<'_> for Unlike {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr_closure(&mut self, _closure: &syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _block: &syn::ExprAsync) {}

    fn visit_expr_return(&mut self, returned: &syn::ExprReturn) {
        returned.expr.iter().for_each(|value| self.ends(value));
        visit::visit_expr_return(self, returned);
    }
}

impl Body<'_> {
    /// Whether the function asks for leave, and answers with yes or no.
    pub(super) fn gives_leave(&self) -> bool {
        self.place.is_a(asked::is_leave)
            && matches!(&self.ret, Type::Path(path) if path.path.is_ident("bool"))
    }

    /// `fn may_enter(..) -> bool`, whose arm warns and says no: whoever cannot be asked about is turned away, and that is told.
    pub(super) fn turns_away(&self, body: &Expr) -> bool {
        self.is_outermost() && self.gives_leave() && value(body).is_some_and(is_no) && telling::warns(body)
    }

    /// The verdict on an arm of a search, and on one of a text that need not have the form.
    pub(super) fn or_found(&self, verdict: Verdict, arm: &Arm, (arms, reads): (&[Arm], bool)) -> Verdict {
        let goes_on = self.forms.is_passed_over(at(&arm.body))
            || reads && need_not_have_it(arm, arms)
            || self.turns_away(&arm.body);
        if goes_on {
            return Verdict { disposition: Disposition::Handed, recast: None, ..verdict };
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::{ends_unlike, is_other_rule, passed_over};

    #[test]
    fn rules_of_a_grammar() {
        let is = |first: &str, second: &str| {
            is_other_rule(&syn::parse_str(first).expect("a call"), &syn::parse_str(second).expect("a call"))
        };
        assert!(is("self.number()", "self.name()") && is("self.parse_list(1)", "self.quoted_string(1)"));
        assert!(!is("self.price()", "self.list()") && !is("self.number()", "other.name()"));
        assert!(!is("self.number(1)", "self.name(2)") && !is("self.primary()", "self.replica()"));
    }

    #[test]
    fn searches_that_go_on() {
        let passed = |text: &str| {
            let Ok(syn::Expr::MethodCall(call)) = syn::parse_str(text) else { panic!("a call: {text}") };
            passed_over(&call).len()
        };
        assert_eq!(
            passed("all.find(|x| match open(x) { Ok(v) => v > 2, Err(e) => { debug!(%e); false } })"),
            1
        );
        assert_eq!(passed("all.find_map(|x| match open(x) { Ok(v) => Some(v), Err(_) => None })"), 1);
        assert_eq!(passed("all.find(|x| match open(x) { Ok(v) => v > 2, Err(_) => true })"), 0);
        assert_eq!(passed("all.filter(|x| match open(x) { Ok(v) => v > 2, Err(_) => false })"), 0);
    }

    #[test]
    fn ends_that_an_error_does_not_change() {
        let ends = |text: &str| ends_unlike(&syn::parse_str(text).expect("a block")).len();
        assert_eq!(
            ends("{ if id == 0 { return state(id) != Ok(Off); } known(id) && Ok(Blocked) != state(id) }"),
            2
        );
        assert_eq!(ends("{ if state(id) != Ok(Active) { return false; } state(id) == Ok(Active) }"), 0);
    }
}
