//! Bodies that surely do not compile, whatever stands around them.
//!
//! They stay as they are, so that the compiler says of them what it says without the attribute: within a closure or an async block it
//! would name that.

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{BinOp, Expr, FnArg, ItemFn, Pat, ReceiverKind};

/// Whether an argument is assigned that is not `mut`, a field behind `&self`, or a `break` stands outside of a loop.
pub(super) fn is_wrong(item: &ItemFn) -> bool {
    let mut mistakes = Mistakes::default();
    for input in &item.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                mistakes.lent_self = matches!(receiver.kind, ReceiverKind::Reference(_, _, None));
            }
            FnArg::Typed(typed) => {
                if let Pat::Ident(name) = &*typed.pat
                    && name.mutability.is_none()
                    && name.by_ref.is_none()
                {
                    mistakes.arguments.insert(name.ident.to_string());
                }
            }
        }
    }
    mistakes.visit_block(&item.block);
    mistakes.found || mistakes.assigned.iter().any(|name| !is_bound(name, &item.block))
}

/// Whether the body may bind a name to something else: by a pattern, an item or a macro.
fn is_bound(name: &str, body: &syn::Block) -> bool {
    struct Binds<'a>(&'a str, bool);
    impl Visit<'_> for Binds<'_> {
        fn visit_item(&mut self, _item: &syn::Item) {
            self.1 = true;
        }
        fn visit_macro(&mut self, invocation: &syn::Macro) {
            self.1 |= names(invocation.tokens.clone(), self.0);
        }
        fn visit_pat_ident(&mut self, bound: &syn::PatIdent) {
            self.1 |= bound.ident == self.0;
            visit::visit_pat_ident(self, bound);
        }
    }
    let mut binds = Binds(name, false);
    binds.visit_block(body);
    binds.1
}

#[derive(Default)]
struct Mistakes {
    /// Arguments that keep their values.
    arguments: HashSet<String>,
    /// Those of them that get another one.
    assigned: HashSet<String>,
    /// `&self`
    lent_self: bool,
    in_loop: bool,
    found: bool,
}

impl Mistakes {
    fn assign(&mut self, place: &Expr) {
        match place {
            Expr::Path(path) => {
                let name = path.path.get_ident().map(ToString::to_string);
                self.assigned.extend(name.filter(|name| self.arguments.contains(name)));
            }
            Expr::Field(_) => self.found |= self.lent_self && is_of_self(place),
            _ => {}
        }
    }

    fn within(&mut self, in_loop: bool, look: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.in_loop, in_loop);
        look(self);
        self.in_loop = around;
    }
}

/// `self.a.b`
fn is_of_self(place: &Expr) -> bool {
    match place {
        Expr::Field(field) => is_of_self(&field.base),
        Expr::Path(path) => path.path.is_ident("self"),
        _ => false,
    }
}

impl Visit<'_> for Mistakes {
    fn visit_item(&mut self, _item: &syn::Item) {}

    fn visit_expr_assign(&mut self, assign: &syn::ExprAssign) {
        self.assign(&assign.left);
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_binary(&mut self, binary: &syn::ExprBinary) {
        if is_assignment(&binary.op) {
            self.assign(&binary.left);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_break(&mut self, leaving: &syn::ExprBreak) {
        self.found |= leaving.label.is_none() && !self.in_loop;
        visit::visit_expr_break(self, leaving);
    }

    fn visit_expr_continue(&mut self, next: &syn::ExprContinue) {
        self.found |= next.label.is_none() && !self.in_loop;
    }

    fn visit_expr_loop(&mut self, each: &syn::ExprLoop) {
        self.within(true, |own| own.visit_block(&each.body));
    }

    fn visit_expr_while(&mut self, each: &syn::ExprWhile) {
        self.within(true, |own| visit::visit_expr_while(own, each));
    }

    fn visit_expr_for_loop(&mut self, each: &syn::ExprForLoop) {
        self.visit_expr(&each.expr);
        self.visit_pat(&each.pat);
        self.within(true, |own| own.visit_block(&each.body));
    }

    fn visit_expr_closure(&mut self, closure: &syn::ExprClosure) {
        self.within(false, |own| visit::visit_expr_closure(own, closure));
    }

    fn visit_expr_async(&mut self, block: &syn::ExprAsync) {
        self.within(false, |own| visit::visit_expr_async(own, block));
    }
}

fn names(tokens: proc_macro2::TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => names(group.stream(), name),
        _ => false,
    })
}

fn is_assignment(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

#[cfg(test)]
mod tests {
    use super::is_wrong;

    fn wrong(item: &str) -> bool {
        is_wrong(&syn::parse_str(item).expect("a function"))
    }

    #[test]
    fn what_cannot_compile_is_found() {
        for item in [
            "fn f(n: u32) { n = 2; }",
            "fn f(n: u32) { if n > 1 { n += 1; } }",
            "fn f(&self) { self.a.b = 2; }",
            "fn f(&'a self) { self.a += 2; }",
            "fn f() { break; }",
            "fn f() { loop { let c = || { break; }; } }",
            "fn f() { for x in { continue } {} }",
        ] {
            assert!(wrong(item), "{item}");
        }
    }

    #[test]
    fn what_may_compile_is_not() {
        for item in [
            "fn f(mut n: u32) { n = 2; }",
            "fn f(n: u32) { let mut n = n; n = 2; }",
            "fn f(n: &mut P) { *n = 2; n.a = 3; n[0] = 1; }",
            "fn f(n: u32) { static mut n: u32 = 0; unsafe { n = 2; } }",
            "fn f(n: u32) { bind!(n); n = 2; }",
            "fn f(n: u32) { use other::n; unsafe { n = 2; } }",
            "fn f(&mut self) { self.a = 2; }",
            "fn f(self: &Cell) { self.a = 2; }",
            "fn f(&self) { *self.a = 2; self.a[0] = 3; (*self.p).x = 1; }",
            "fn f() { 'a: { break 'a; } loop { break; } while { break } {} }",
            "fn f() { loop { let x = match y { 1 => break, _ => continue }; } }",
        ] {
            assert!(!wrong(item), "{item}");
        }
    }
}
