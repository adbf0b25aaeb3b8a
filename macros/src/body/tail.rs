//! Whether the value of a body borrows from something that its last expression makes, as `&**names.lock().unwrap()` does.
//!
//! What a function makes there is gone when it ends, and in edition 2024 before its locals are. Bound by a `let`, it would live as
//! long as the name.

use syn::{Block, Expr, Stmt};

use super::shape;

/// Whether a `let` of this body would keep something alive.
pub(crate) fn lengthens(body: &Block) -> bool {
    matches!(body.stmts.last(), Some(Stmt::Expr(tail, None)) if keeps(tail))
}

fn keeps(value: &Expr) -> bool {
    match value {
        Expr::Paren(inner) => keeps(&inner.expr),
        Expr::Group(inner) => keeps(&inner.expr),
        Expr::Cast(cast) => keeps(&cast.expr),
        Expr::Reference(lent) => is_made(&lent.expr) || keeps(&lent.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().any(keeps),
        Expr::Array(array) => array.elems.iter().any(keeps),
        Expr::Struct(value) => value.fields.iter().any(|field| keeps(&field.expr)),
        Expr::Call(call) if names_a_type(&call.func) => call.args.iter().any(keeps),
        Expr::Block(block) => lengthens(&block.block),
        Expr::Unsafe(block) => lengthens(&block.block),
        Expr::If(condition) => {
            lengthens(&condition.then_branch)
                || condition.else_branch.as_ref().is_some_and(|(_, branch)| keeps(branch))
        }
        Expr::Match(matching) => matching.arms.iter().any(|arm| keeps(&arm.body)),
        _ => false,
    }
}

/// `make()`, `make().name`, `make()[0]`, `*make()`: a place in what is made here.
fn is_made(place: &Expr) -> bool {
    match place {
        Expr::Paren(inner) => is_made(&inner.expr),
        Expr::Group(inner) => is_made(&inner.expr),
        Expr::Field(field) => is_made(&field.base),
        Expr::Index(index) => is_made(&index.expr),
        Expr::Unary(unary) => is_made(&unary.expr),
        Expr::Path(_) | Expr::Lit(_) => false,
        _ => true,
    }
}

/// `Some`, `Line`: what a value is put into.
fn names_a_type(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if shape::last_of(&path.path).is_some_and(|last| last.starts_with(char::is_uppercase)))
}

#[cfg(test)]
mod tests {
    use super::lengthens;

    #[test]
    fn what_borrows_from_something_that_is_made_at_the_end() {
        let lengthens = |text: &str| lengthens(&syn::parse_str(text).expect("a block"));
        for text in [
            "{ &**names.lock().unwrap() }",
            "{ &mut names.borrow_mut()[1] }",
            "{ (&*names.borrow().0, 1) }",
            "{ Some(&**names.borrow()) }",
            "{ Line { text: &make().text } }",
            "{ if first { &*make() } else { \"\" } }",
            "{ match first { true => unsafe { &*make() }, false => \"\" } }",
        ] {
            assert!(lengthens(text), "{text}");
        }
        for text in [
            "{ &self.names[0] }",
            "{ &**names }",
            "{ names.lock().unwrap().len() }",
            "{ get(&make()) }",
            "{ Ok(make()) }",
            "{ &make(); }",
            "{ \"\" }",
        ] {
            assert!(!lengthens(text), "{text}");
        }
    }
}
