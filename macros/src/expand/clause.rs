//! Clauses with expressions: `ret`, `old(..)`, and folds over events.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Error, Expr};

use super::is_literal;
use super::ret::{Ret, mentions_ret, ret_name, shown};
use crate::attr::{Attr, Clause};
use crate::span::{Ladder, Place, generated, local, text};

/// How many folds one operation may have.
const MOST: usize = 8;

/// Everything that the clauses need from the start of the call.
#[derive(Default)]
pub(super) struct Gathered {
    /// `old(expr)`, in order.
    olds: Vec<Expr>,
    /// The folds, as expressions that make them.
    folds: Vec<TokenStream>,
    keys: Vec<String>,
}

/// A clause whose special names are resolved.
pub(super) struct Resolved {
    expr: Expr,
    words: String,
    span: Span,
    uses_fold: bool,
    /// Where a text shows `ret` by its name.
    shown: Option<Span>,
    /// Which side of the comparison mentions `ret`: 1 left, 2 right.
    claims: u8,
}

impl Gathered {
    pub(super) fn resolve(&mut self, clause: &Clause, place: &Place) -> syn::Result<Resolved> {
        let words = text(&clause.expr);
        let mut expr = clause.expr.clone();
        let claims = match sides(&expr) {
            Some((left, _)) if mentions_ret(left) => 1,
            Some((_, right)) if mentions_ret(right) => 2,
            _ => 0,
        };
        let shown = shown(expr.to_token_stream());
        Ret.visit_expr_mut(&mut expr);
        let mut names = Names { gathered: self, place, error: None, folds: 0 };
        names.visit_expr_mut(&mut expr);
        let (error, folds) = (names.error.take(), names.folds);
        match error {
            Some(error) => Err(error),
            None => Ok(Resolved { expr, words, span: clause.span, uses_fold: folds > 0, shown, claims }),
        }
    }

    /// Statements at the start of the call.
    pub(super) fn entry(&self, place: &Place) -> TokenStream {
        let private = place.private();
        let olds = self.olds.iter().enumerate().map(|(index, expr)| {
            let (name, span) = (old_name(index), generated(expr.span()));
            // A place is copied: what cannot be is an error here, and not a move that the body runs into.
            let value = match is_place(expr) {
                true => quote_spanned!(span=> #private::keep(&#expr)),
                false => expr.to_token_stream(),
            };
            quote_spanned! {span=>
                #[allow(clippy::used_underscore_binding)]
                let #name = if #private::has_frame() {
                    #private::guarded("old(..)", || #value)
                } else {
                    #private::core::option::Option::None
                };
            }
        });
        let folds = (!self.folds.is_empty()).then(|| {
            let (name, folds) = (local("__candor_folds"), &self.folds);
            quote! {
                let #name = if #private::has_frame() {
                    let #name = #private::std::sync::Arc::new((#(#folds,)*));
                    #private::folds_of(&#name);
                    #private::core::option::Option::Some(#name)
                } else {
                    #private::core::option::Option::None
                };
            }
        });
        quote!(#(#olds)* #folds)
    }

    /// Where the first `old(..)` stands: what it moves away, the body misses.
    pub(super) fn at(&self) -> Option<Span> {
        self.olds.first().map(|expr| generated(expr.span()))
    }

    fn fold(&mut self, key: String, made: TokenStream) -> usize {
        if let Some(index) = self.keys.iter().position(|known| *known == key) {
            return index;
        }
        self.keys.push(key);
        self.folds.push(made);
        self.folds.len() - 1
    }
}

/// A name, or fields of one.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(path) => path.path.get_ident().is_some(),
        Expr::Field(field) => is_place(&field.base),
        Expr::Paren(inner) => is_place(&inner.expr),
        _ => false,
    }
}

fn old_name(index: usize) -> Ident {
    Ident::new(&format!("__candor_old{index}"), Span::mixed_site())
}

/// Both sides of a comparison.
fn sides(expr: &Expr) -> Option<(&Expr, &Expr)> {
    use syn::BinOp::{Eq, Ge, Gt, Le, Lt, Ne};
    match expr {
        Expr::Binary(binary) if matches!(binary.op, Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_)) => {
            Some((&binary.left, &binary.right))
        }
        Expr::Paren(inner) => sides(&inner.expr),
        _ => None,
    }
}

/// Which operands of a comparison or a sum are counts.
fn counted_sides(expr: &Expr) -> (bool, bool) {
    match expr {
        Expr::Binary(binary) if !matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
            (is_counted(&binary.left), is_counted(&binary.right))
        }
        _ => (false, false),
    }
}

/// `count(A)`, and sums of it.
fn is_counted(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if path.path.is_ident("count")),
        Expr::Paren(inner) => is_counted(&inner.expr),
        Expr::Binary(binary) if sides(expr).is_none() => {
            is_counted(&binary.left) || is_counted(&binary.right)
        }
        _ => false,
    }
}

/// The sides of a comparison that are worth showing.
pub(crate) fn operands(expr: &Expr) -> Vec<&Expr> {
    let both = sides(expr).map(|(left, right)| vec![left, right]).unwrap_or_default();
    both.into_iter().filter(|side| !is_literal(side)).collect()
}

/// Resolves `old(..)`, `count(A)`, `sum(A.field)` and `last(A)`.
struct Names<'a> {
    gathered: &'a mut Gathered,
    place: &'a Place,
    error: Option<Error>,
    folds: usize,
}

impl Names<'_> {
    fn fail(&mut self, at: &impl ToTokens, message: &str) {
        let error = Error::new_spanned(at, message);
        match &mut self.error {
            Some(all) => all.combine(error),
            None => self.error = Some(error),
        }
    }

    /// The name of a reserved call: one segment, one argument.
    fn reserved(expr: &Expr) -> Option<(String, Expr)> {
        let Expr::Call(call) = expr else { return None };
        let Expr::Path(path) = &*call.func else { return None };
        let name = path.path.get_ident()?.to_string();
        let argument = call.args.first().filter(|_| call.args.len() == 1)?;
        matches!(name.as_str(), "old" | "count" | "sum" | "last").then(|| (name, argument.clone()))
    }

    fn get(&mut self, index: usize, span: Span) -> TokenStream {
        if index >= MOST {
            self.fail(&Ident::new("fold", span), "an operation folds at most 8 things over its events");
        }
        self.folds += 1;
        let (folds, index) = (local("__candor_fold"), syn::Index::from(index));
        quote_spanned!(generated(span)=> #folds.#index.get())
    }

    fn replace(&mut self, expr: &mut Expr, name: &str, argument: &Expr) {
        let private = self.place.private();
        let span = expr.span();
        match (name, argument) {
            ("old", _) => {
                let index = self.gathered.olds.len();
                self.gathered.olds.push(argument.clone());
                let name = old_name(index);
                *expr = Expr::Verbatim(quote_spanned! {generated(span)=>
                    (*match &#name {
                        #private::core::option::Option::Some(__candor_was) => __candor_was,
                        #private::core::option::Option::None => return #private::Held::Inconclusive,
                    })
                });
            }
            ("count", Expr::Path(event)) => {
                let index = self
                    .gathered
                    .fold(format!("count {}", text(event)), quote!(#private::Count::<#event>::new()));
                *expr = Expr::Verbatim(self.get(index, span));
            }
            ("sum", Expr::Field(field)) => {
                let (event, member) = (&field.base, &field.member);
                let made = quote!(#private::Sum::new(|__candor_event: &#event| __candor_event.#member));
                let index = self.gathered.fold(format!("sum {}", text(field)), made);
                *expr = Expr::Verbatim(self.get(index, span));
            }
            ("last", Expr::Path(event)) => {
                let made = quote!(#private::Last::new(|__candor_event: &#event| #private::core::clone::Clone::clone(__candor_event)));
                let index = self.gathered.fold(format!("last {}", text(event)), made);
                *expr = Expr::Verbatim(self.get(index, span));
            }
            ("count" | "last", _) => {
                self.fail(argument, "expected an event: `count(RowInserted)`, `last(OrderPlaced).total`")
            }
            _ => self.fail(argument, "expected a field of an event: `sum(PaymentCaptured.amount)`"),
        }
    }

    /// A count has no width of its own: the number on its other side is widened.
    fn widen(&self, expr: &mut Expr, counts: (bool, bool)) {
        let Expr::Binary(binary) = expr else { return };
        let other = match counts {
            (true, false) => &mut binary.right,
            (false, true) => &mut binary.left,
            _ => return,
        };
        let (private, span) = (self.place.private(), other.span());
        let widened = quote_spanned!(span=> #private::counted(#other));
        **other = Expr::Verbatim(widened);
    }

    /// `last(A).field`: without an A the clause is vacuous.
    fn last_field(&mut self, expr: &mut Expr) -> bool {
        let Expr::Field(field) = &*expr else { return false };
        let Some((name, Expr::Path(event))) = Self::reserved(&field.base) else { return false };
        if name != "last" {
            return false;
        }
        let (private, member, span) = (self.place.private(), field.member.clone(), expr.span());
        let made = quote!(#private::Last::new(|__candor_event: &#event| __candor_event.#member));
        let index = self.gathered.fold(format!("last {}", text(expr)), made);
        let get = self.get(index, span);
        *expr = Expr::Verbatim(quote_spanned! {generated(span)=>
            (match #get {
                #private::core::option::Option::Some(__candor_last) => __candor_last,
                #private::core::option::Option::None => return #private::Held::Yes,
            })
        });
        true
    }
}

impl VisitMut for Names<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if self.last_field(expr) {
            return;
        }
        match Self::reserved(expr) {
            Some((name, argument)) => self.replace(expr, &name, &argument),
            None => {
                let counts = counted_sides(expr);
                visit_mut::visit_expr_mut(self, expr);
                self.widen(expr, counts);
            }
        }
    }
}

impl Resolved {
    /// The statement that checks the clause; `site` is where to report it, if not where the call is.
    pub(super) fn check(&self, code: &str, site: Option<TokenStream>, place: &Place) -> TokenStream {
        let private = place.private();
        let code = if self.uses_fold { "C110" } else { code };
        let (code, words) = (format_ident!("{code}"), &self.words);
        let site = site.unwrap_or_else(|| quote!(#private::Site::UNKNOWN));
        let body = self.body(place);
        let shown = self.shown.map(|at| {
            let (name, ret) = (Ident::new("ret", at), ret_name(Span::mixed_site()));
            quote!(#[allow(unused_variables)] let #name = #ret;)
        });
        let check = quote! {
            #[allow(clippy::float_cmp, clippy::used_underscore_binding)]
            #private::check(&#private::Check { code: #private::Code::#code, clause: #words, site: #site }, || -> #private::Held { #shown #body });
        };
        if !self.uses_fold {
            return check;
        }
        let (folds, fold) = (local("__candor_folds"), local("__candor_fold"));
        quote!(if let #private::core::option::Option::Some(#fold) = &#folds { #check })
    }

    fn body(&self, place: &Place) -> TokenStream {
        let (private, words, span) = (place.private(), &self.words, generated(self.span));
        let Some((left, right)) = sides(&self.expr) else {
            let (expr, holds) = (&self.expr, local("__candor_holds"));
            return quote_spanned! {span=>
                let #holds: bool = #expr;
                #private::Held::from(#holds)
            };
        };
        let op = match &self.expr {
            Expr::Binary(binary) => binary.op.to_token_stream(),
            Expr::Paren(inner) => match &*inner.expr {
                Expr::Binary(binary) => binary.op.to_token_stream(),
                _ => quote!(==),
            },
            _ => quote!(==),
        };
        let (left_words, right_words) = split_words(words, &op.to_string());
        let (a, b, claims) = (
            Ident::new("__candor_left", generated(left.span())),
            Ident::new("__candor_right", generated(right.span())),
            self.claims,
        );
        quote_spanned! {span=>
            match (&(#left), &(#right)) {
                (#a, #b) => if *#a #op *#b {
                    #private::Held::Yes
                } else {
                    #private::compare(
                        #words,
                        (#left_words, (&&#private::Show(#a)).candor_show()),
                        (#right_words, (&&#private::Show(#b)).candor_show()),
                        #claims,
                    )
                }
            }
        }
    }
}

/// The words of both sides, as they were written.
fn split_words(words: &str, op: &str) -> (String, String) {
    match words.split_once(&format!(" {op} ")) {
        Some((left, right)) => (left.to_owned(), right.to_owned()),
        None => ("left".to_owned(), "right".to_owned()),
    }
}

/// All clauses of an attribute, resolved.
pub(super) struct Clauses {
    pub(super) gathered: Gathered,
    pub(super) requires: Vec<Resolved>,
    pub(super) ensures: Vec<Resolved>,
    pub(super) always: Vec<Resolved>,
}

impl Clauses {
    pub(super) fn of(attr: &Attr, place: &Place) -> syn::Result<Clauses> {
        let mut clauses =
            Clauses { gathered: Gathered::default(), requires: vec![], ensures: vec![], always: vec![] };
        let mut errors = crate::attr::Errors::default();
        for (from, word) in
            [(&attr.requires, "requires"), (&attr.ensures, "ensures"), (&attr.always, "always")]
        {
            for clause in from {
                let Some(resolved) = errors.take(clauses.gathered.resolve(clause, place)) else { continue };
                match word {
                    "requires" if resolved.uses_fold => {
                        errors.push(Error::new(
                            clause.span,
                            "nothing has happened yet: `requires` cannot count events",
                        ));
                    }
                    "requires" => clauses.requires.push(Resolved { shown: None, ..resolved }),
                    "ensures" => clauses.ensures.push(resolved),
                    _ => clauses.always.push(resolved),
                }
            }
        }
        errors.finish().map(|()| clauses)
    }

    /// Checks at the end, on the value in `value`; `fulfilled` names whether the call fulfilled.
    pub(super) fn end(&self, attr: &Attr, value: &Ident, fulfilled: &Ident, place: &Place) -> TokenStream {
        let (private, ret) = (place.private(), ret_name(Span::mixed_site()));
        let always = self.always.iter().map(|clause| clause.check("C109", None, place));
        let ensures = self.ensures.iter().map(|clause| clause.check("C109", None, place));
        let accounts = attr.accounts.iter().map(|clause| {
            let mut expr = clause.expr.clone();
            Ret.visit_expr_mut(&mut expr);
            quote_spanned!(generated(clause.span)=>
                #[allow(clippy::float_cmp, clippy::used_underscore_binding)]
                if let #private::core::option::Option::Some(__candor_count) = #private::guarded("accounts(..)", || #private::Countable::count(&#expr)) {
                    #private::accounted(__candor_count);
                }
            )
        });
        let always = (!attr.always.is_empty())
            .then(|| quote!(#[allow(unused_variables)] { let #ret = &#value; #(#always)* }));
        let of_payload = (!attr.ensures.is_empty() || !attr.accounts.is_empty()).then(|| {
            place.climb(Ladder::Payload);
            quote! {
                #[allow(unused_variables)]
                {
                    if let (true, #private::core::option::Option::Some(#ret)) = (#fulfilled, (&&&&#private::Payload(&#value)).candor_payload()) {
                        #(#ensures)*
                        #(#accounts)*
                    }
                }
            }
        });
        quote!(#always #of_payload)
    }
}
