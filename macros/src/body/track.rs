//! Tracked places: recorded and checked after each direct write.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

use super::exit;
use crate::span::{Place, generated, text};

/// Methods of std's collections that change what they are called on.
const CHANGING: [&str; 18] = [
    "push",
    "push_back",
    "push_front",
    "push_str",
    "pop",
    "pop_back",
    "pop_front",
    "insert",
    "remove",
    "extend",
    "clear",
    "truncate",
    "retain",
    "append",
    "drain",
    "swap",
    "take",
    "replace",
];

/// The tracked places and what must hold over them.
#[derive(Default)]
pub(crate) struct Tracked {
    pub(crate) places: Vec<Expr>,
    /// Each invariant: the places that it names, by index, and the statement that checks it.
    pub(crate) invariants: Vec<(Vec<usize>, Invariant)>,
}

/// One `maintains(..)`.
pub(crate) struct Invariant {
    pub(crate) expr: Expr,
    pub(crate) text: String,
}

fn key(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string().replace(' ', "")
}

impl Tracked {
    /// What follows a statement that writes a tracked place.
    pub(super) fn after(&self, statement: &Stmt, place: &Place) -> Vec<Stmt> {
        let Stmt::Expr(expr, _) = statement else { return Vec::new() };
        self.tokens_after(expr, place).iter().map(exit::statement).collect()
    }

    /// An arm `P => place += 1,` becomes a block.
    pub(super) fn in_arm(&self, arm: &mut syn::Arm, place: &Place) {
        let after = self.tokens_after(&arm.body, place);
        if !after.is_empty() {
            let body = arm.body.to_token_stream();
            let block: Expr = syn::parse_quote!({ #body; });
            *arm.body = block;
            // The statement inside is followed by its checks when the block is visited.
            arm.comma = Some(Default::default());
        }
    }

    fn tokens_after(&self, expr: &Expr, place: &Place) -> Vec<TokenStream> {
        let written = self.written(expr);
        if written.is_empty() {
            return Vec::new();
        }
        let (private, at, site) = (place.private(), generated(expr.span()), place.site(expr.span()));
        let mut tokens: Vec<TokenStream> = written
            .iter()
            .filter_map(|index| self.places.get(*index))
            .map(|tracked| {
                let name = text(tracked);
                quote_spanned! {at=>
                    #[allow(clippy::used_underscore_binding)]
                    if #private::has_frame() {
                        let value = #private::guarded(#name, || (&&&&#private::Cap(&#tracked)).candor_value());
                        #private::changed(#name, &#site, value.unwrap_or(#private::Value::Opaque));
                    }
                }
            })
            .collect();
        for (places, invariant) in &self.invariants {
            if places.iter().all(|index| written.contains(index)) {
                tokens.push(invariant.check(place, &site));
            }
        }
        tokens
    }

    pub(super) fn written(&self, expr: &Expr) -> Vec<usize> {
        let targets: Vec<&Expr> = match expr {
            Expr::Assign(assign) => match &*assign.left {
                Expr::Tuple(tuple) => tuple.elems.iter().collect(),
                left => vec![left],
            },
            Expr::Binary(binary)
                if binary.op.to_token_stream().to_string().ends_with('=') && is_assignment(&binary.op) =>
            {
                vec![&binary.left]
            }
            Expr::MethodCall(call) if CHANGING.contains(&call.method.to_string().as_str()) => {
                vec![&call.receiver]
            }
            _ => return Vec::new(),
        };
        let names = |tracked: &Expr| {
            let tracked = key(tracked);
            targets.iter().any(|target| {
                let target = key(target);
                target == tracked
                    || target.starts_with(&format!("{tracked}["))
                    || target == format!("*{tracked}")
            })
        };
        self.places.iter().enumerate().filter(|(_, tracked)| names(tracked)).map(|(index, _)| index).collect()
    }
}

fn is_assignment(op: &syn::BinOp) -> bool {
    use syn::BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign, ShlAssign,
        ShrAssign, SubAssign,
    };
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

impl Invariant {
    /// The statement that checks it; `site` is where to report it.
    pub(crate) fn check(&self, place: &Place, site: &TokenStream) -> TokenStream {
        let (private, at, words, expr) =
            (place.private(), generated(self.expr.span()), &self.text, &self.expr);
        let observed: Vec<TokenStream> = crate::expand::operands(&self.expr)
            .iter()
            .map(|operand| {
                let name = text(operand);
                quote!((#name, (&&#private::Show(&#operand)).candor_show()))
            })
            .collect();
        quote_spanned! {at=>
            #[allow(clippy::float_cmp, clippy::used_underscore_binding)]
            #private::check(
                &#private::Check { code: #private::Code::C108, clause: #words, site: #site },
                || {
                    let __candor_holds: bool = #expr;
                    if __candor_holds { #private::Held::Yes } else { #private::broken(#words, &[#(#observed),*]) }
                },
            );
        }
    }
}

/// Whether the code names this place.
pub(crate) fn names(code: &Expr, tracked: &Expr) -> bool {
    let (code, tracked) = (key(code), key(tracked));
    code.match_indices(&tracked).any(|(at, _)| {
        let before = code.get(..at).and_then(|head| head.chars().next_back());
        let after = code.get(at + tracked.len()..).and_then(|tail| tail.chars().next());
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !joins(before) && before != Some('.') && !joins(after)
    })
}

/// The tokens `quote` needs for a list of places, for an error.
pub(crate) fn listed(places: &[Expr]) -> String {
    match places {
        [] => "nothing is tracked: add `track(place)`".to_owned(),
        _ => format!(
            "tracked are {}",
            places.iter().map(|place| format!("`{}`", text(place))).collect::<Vec<_>>().join(", ")
        ),
    }
}
