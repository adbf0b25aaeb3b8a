//! Parameters that are asked for by their names, and need not be given:
//! `let number = |name: &str| fields.get(name).and_then(|text| text.parse().ok());`, with a default wherever it is called.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprClosure, Pat, Stmt};

use super::{answer, form, shape, telling};

/// Where a call of `ok()` stands.
type At = (u32, u32);

/// The calls of `ok()` in closures of this block that ask for a parameter by a name, where each caller says which, and what counts
/// without it.
pub(super) fn asked_by_name(block: &Block) -> Vec<At> {
    let asked = |(index, statement): (usize, &Stmt)| {
        let Stmt::Local(local) = statement else { return None };
        let (Pat::Ident(name), Expr::Closure(closure)) = (&local.pat, &*local.init.as_ref()?.expr) else {
            return None;
        };
        let at = looks_up(closure)?;
        let rest = block.stmts.get(index + 1..).unwrap_or_default();
        has_defaults(&name.ident.to_string(), rest).then_some(at)
    };
    block.stmts.iter().enumerate().filter_map(asked).collect()
}

/// `|name| fields.get(name).and_then(|text| text.parse().ok())`
fn looks_up(closure: &ExprClosure) -> Option<At> {
    let [parameter] = closure.inputs.iter().collect::<Vec<_>>()[..] else { return None };
    let Pat::Ident(name) = shape::bare(parameter) else { return None };
    let Expr::MethodCall(chain) = shape::bare_expr(&closure.body) else { return None };
    let Some(Expr::Closure(form)) = chain.args.first() else { return None };
    let Expr::MethodCall(ok) = shape::bare_expr(&form.body) else { return None };
    let reads = chain.method == "and_then" && ok.method == "ok" && answer::reads(&ok.receiver);
    let gets = match &*chain.receiver {
        Expr::MethodCall(get) => {
            let by_name =
                matches!(get.args.first(), Some(Expr::Path(path)) if path.path.is_ident(&name.ident));
            get.method == "get" && by_name && get.args.len() == 1
        }
        _ => false,
    };
    (reads && gets && is_given(&chain.receiver)).then(|| crate::span::start(ok.method.span()))
}

/// Whether what is asked has parts that somebody gave: `fields.get(name)`, and not `prices.get(name)`.
fn is_given(place: &Expr) -> bool {
    const PARTS: [&str; 6] = ["field", "fields", "form", "args", "arguments", "settings"];
    let has_parts = answer::root(place)
        .is_some_and(|root| telling::words(&root).iter().any(|word| PARTS.contains(&word.as_str())));
    !form::is_of_a_row(place) && (has_parts || form::is_optional(place))
}

/// Whether all that is done with a closure is to call it by a name and to say what counts if nothing was given.
fn has_defaults(name: &str, rest: &[Stmt]) -> bool {
    let mut calls = Calls { name, given: 0, is_open: false };
    rest.iter().for_each(|statement| calls.visit_stmt(statement));
    calls.given > 0 && !calls.is_open
}

struct Calls<'a> {
    name: &'a str,
    given: usize,
    is_open: bool,
}

impl Calls<'_> {
    fn is_asked(&self, call: &Expr) -> bool {
        match call {
            Expr::Call(call) => {
                matches!(&*call.func, Expr::Path(path) if path.path.is_ident(self.name))
                    && call.args.iter().all(|argument| matches!(argument, Expr::Lit(_)))
            }
            Expr::MethodCall(call) => {
                matches!(call.method.to_string().as_str(), "filter" | "map") && self.is_asked(&call.receiver)
            }
            _ => false,
        }
    }
}

impl Visit<'_> for Calls<'_> {
    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        let has_default =
            matches!(call.method.to_string().as_str(), "unwrap_or" | "unwrap_or_else" | "map_or");
        if has_default && self.is_asked(&call.receiver) {
            self.given += 1;
            call.args.iter().for_each(|argument| self.visit_expr(argument));
        } else {
            visit::visit_expr_method_call(self, call);
        }
    }

    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        self.is_open |= path.path.is_ident(self.name);
    }

    fn visit_macro(&mut self, invocation: &syn::Macro) {
        self.is_open |= shape::uses(&invocation.tokens, |word| word == self.name);
    }
}

#[cfg(test)]
mod tests {
    fn is_asked(body: &str) -> bool {
        let block = syn::parse_str(&format!("{{ {body} }}")).expect("a block");
        !super::asked_by_name(&block).is_empty()
    }

    const NUMBER: &str = "let number = |name: &str| fields.get(name).and_then(|text| text.parse().ok());";

    #[test]
    fn each_caller_gives_the_name_and_the_default() {
        for rest in [
            "Query { page: number(\"page\").unwrap_or(1).max(1), size: number(\"size\").unwrap_or(10) }",
            "let page = number(\"page\").filter(|page| *page > 0).unwrap_or(1); page",
        ] {
            assert!(is_asked(&format!("{NUMBER} {rest}")), "{rest}");
        }
        for rest in [
            "number(\"page\")",
            "number(\"page\").unwrap_or(1) + number(\"size\").unwrap_or_default()",
            "items.iter().map(|item| number(item.name).unwrap_or(0)).sum()",
            "sum(number)",
            "assert!(number(\"page\").is_some()); number(\"page\").unwrap_or(1)",
            "1",
        ] {
            assert!(!is_asked(&format!("{NUMBER} {rest}")), "{rest}");
        }
    }

    #[test]
    fn what_stands_in_a_row_is_no_parameter() {
        let row = "let number = |at: &str| row.get(at).and_then(|text| text.parse().ok());";
        assert!(!is_asked(&format!("{row} number(\"total\").unwrap_or(0)")));
        let prices = "let number = |at: &str| prices.get(at).and_then(|text| text.parse().ok());";
        assert!(!is_asked(&format!("{prices} number(\"base\").unwrap_or(0)")));
        let call = "let number = |name: &str| ask(name).and_then(|text| text.parse().ok());";
        assert!(!is_asked(&format!("{call} number(\"total\").unwrap_or(0)")));
    }
}
