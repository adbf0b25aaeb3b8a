//! Clauses over values: `requires`, `ensures`, `always`, `accounts`, with `ret`, `old(..)`, `count`, `sum` and `last`.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{BinOp, Expr, Path};

use super::table::{hidden, own};
use super::words::{Words, Written};
use crate::source;

/// What the clauses of a function need before its body runs, and what checks them after.
#[derive(Default)]
pub(crate) struct Clauses {
    /// Values at entry: `old(..)`.
    olds: Vec<TokenStream>,
    /// Folds: how each is made.
    folds: Vec<(Ident, TokenStream)>,
    /// What runs at entry.
    pub(crate) entry: TokenStream,
    /// What runs at the end, when the value is known.
    pub(crate) end: TokenStream,
    pub(crate) errors: Vec<syn::Error>,
}

/// Which `ret` a clause speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ret {
    /// None: `requires`.
    Nothing,
    /// What the value carries, when fulfilled.
    Payload,
    /// The whole value, at every end.
    Whole,
}

/// A clause whose reserved words were replaced.
struct Replaced {
    tokens: TokenStream,
    ret: Option<Span>,
    folds: usize,
    /// Locals that hold `last(A).field`: name and fold.
    lasts: Vec<(Ident, Ident)>,
}

impl Clauses {
    /// Builds all clauses of an attribute. `value` is the local that holds the returned value.
    pub(crate) fn build(words: &Words, p: &TokenStream, function_site: &TokenStream, value: &Ident) -> Clauses {
        let mut clauses = Clauses::default();
        let requires: TokenStream = words.requires.iter().map(|clause| clauses.one(clause, Ret::Nothing, p, function_site, value)).collect();
        let ensures: TokenStream = words.ensures.iter().map(|clause| clauses.one(clause, Ret::Payload, p, function_site, value)).collect();
        let always: TokenStream = words.always.iter().map(|clause| clauses.one(clause, Ret::Whole, p, function_site, value)).collect();
        let accounts: TokenStream = words.accounts.iter().map(|clause| clauses.accounts(clause, p, value)).collect();
        clauses.finish(&requires, p);
        let ensures = if ensures.is_empty() { ensures } else { quote!(if #p::is_fulfilled() { #ensures }) };
        clauses.end = quote!(#accounts #ensures #always);
        clauses
    }

    /// The values at entry, then the requirements.
    fn finish(&mut self, requires: &TokenStream, p: &TokenStream) {
        let olds = self.olds.iter().enumerate().map(|(index, expr)| {
            let name = numbered("old", index);
            quote!(let #name = if #p::has_frame() { ::core::option::Option::Some(#expr) } else { ::core::option::Option::None };)
        });
        let olds: TokenStream = olds.collect();
        let folds = if self.folds.is_empty() {
            TokenStream::new()
        } else {
            let names: Vec<&Ident> = self.folds.iter().map(|(name, _)| name).collect();
            let makes = self.folds.iter().map(|(_, make)| make);
            let all = own("folds", Span::call_site());
            quote! {
                let #all = if #p::has_frame() {
                    let (#(#names,)*) = (#(#makes,)*);
                    #p::folds(#p::Folds::of(::std::vec![#(#names.clone() as ::std::sync::Arc<dyn #p::Fold>),*]));
                    ::core::option::Option::Some((#(#names,)*))
                } else {
                    ::core::option::Option::None
                };
            }
        };
        self.entry = quote!(#olds #folds #requires);
    }

    fn one(&mut self, clause: &Written<Expr>, ret: Ret, p: &TokenStream, function_site: &TokenStream, value: &Ident) -> TokenStream {
        let text = &clause.text;
        let (whole, held, uses_ret, folds) = self.held(&clause.syntax, text, ret, p);
        let code = if uses_ret && folds { quote!(C110) } else { quote!(C109) };
        let site = if ret == Ret::Nothing { function_site.clone() } else { quote!(#p::Site::UNKNOWN) };
        let check = quote!(#p::check(const { &#p::Check { code: #p::Code::#code, clause: #text, site: #site } }, || { #whole #held }););
        let local = own("ret", clause.span);
        match ret {
            _ if !uses_ret => check,
            Ret::Payload => quote!(if let ::core::option::Option::Some(#local) = (&&&#p::Payload(&#value)).payload() { #check }),
            _ => quote!({ let #local = &#value; #check }),
        }
    }

    /// The statements that fetch folds and old values, then the expression of type `Held`.
    fn held(&mut self, expr: &Expr, text: &str, ret: Ret, p: &TokenStream) -> (TokenStream, TokenStream, bool, bool) {
        if let Expr::Binary(binary) = expr
            && let Some(compare) = comparison(&binary.op)
        {
            let left = self.replace(binary.left.to_token_stream(), ret, is_count(&binary.left), p);
            let right = self.replace(binary.right.to_token_stream(), ret, is_count(&binary.right), p);
            let claimed = match (left.ret, right.ret) {
                (Some(_), None) => quote!(::core::option::Option::Some(true)),
                (None, Some(_)) => quote!(::core::option::Option::Some(false)),
                _ => quote!(::core::option::Option::None),
            };
            let counts = is_count(&binary.left) || is_count(&binary.right);
            let prelude = self.prelude(&[&left, &right], p);
            let (l, r) = (own("l", source::first_span(left.tokens.clone())), own("r", source::first_span(right.tokens.clone())));
            let same = counts.then(|| quote!(#p::same_type(#l, #r);));
            let op = &binary.op;
            let span = source::first_span(op.to_token_stream());
            let holds = quote_spanned!(span=> *#l #compare *#r);
            let (uses_ret, folds) = (left.ret.is_some() || right.ret.is_some(), left.folds + right.folds > 0);
            let (left, right) = (left.tokens, right.tokens);
            let held = quote! {
                match (&(#left), &(#right)) {
                    (#l, #r) => {
                        #same
                        if #holds { #p::Held::Yes } else {
                            #p::sides(#text, &|| (&&#p::Capture(#l)).shown(), &|| (&&#p::Capture(#r)).shown(), #claimed)
                        }
                    }
                }
            };
            return (prelude, held, uses_ret, folds);
        }
        let replaced = self.replace(expr.to_token_stream(), ret, false, p);
        let prelude = self.prelude(&[&replaced], p);
        let (tokens, span) = (&replaced.tokens, source::first_span(expr.to_token_stream()));
        let holds = own("ok", span);
        let held = quote_spanned!(hidden(span)=> let #holds: bool = #tokens; #p::condition(#text, #holds));
        (prelude, held, replaced.ret.is_some(), replaced.folds > 0)
    }

    fn accounts(&mut self, clause: &Written<Expr>, p: &TokenStream, value: &Ident) -> TokenStream {
        let replaced = self.replace(clause.syntax.to_token_stream(), Ret::Payload, false, p);
        let prelude = self.prelude(&[&replaced], p);
        let (local, tokens) = (own("ret", clause.span), &replaced.tokens);
        let count = quote!(#p::accounted_by(|| { #prelude #p::Account::account(&(#tokens)) }););
        if replaced.ret.is_some() {
            quote!(if let ::core::option::Option::Some(#local) = (&&&#p::Payload(&#value)).payload() { #count })
        } else {
            count
        }
    }

    /// Fetches what the clauses name; a missing value makes the clause vacuous.
    fn prelude(&self, sides: &[&Replaced], p: &TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        if !self.folds.is_empty() && sides.iter().any(|side| side.folds > 0) {
            let (all, names) = (own("folds", Span::call_site()), self.folds.iter().map(|(name, _)| name));
            // Folds that later clauses add are not named here.
            out.extend(quote!(let ::core::option::Option::Some((#(#names,)* ..)) = &#all else { return #p::Vacuous::vacuous() };));
        }
        for index in 0..self.olds.len() {
            let name = numbered("old", index);
            if sides.iter().any(|side| mentions(side.tokens.clone(), &name)) {
                out.extend(quote!(let ::core::option::Option::Some(#name) = &#name else { return #p::Vacuous::vacuous() };));
            }
        }
        for (local, fold) in sides.iter().flat_map(|side| &side.lasts) {
            out.extend(quote!(let ::core::option::Option::Some(#local) = #fold.get() else { return #p::Vacuous::vacuous() };));
        }
        out
    }

    fn fold(&mut self, make: TokenStream) -> Ident {
        let name = numbered("fold", self.folds.len());
        self.folds.push((name.clone(), make));
        name
    }

    /// Replaces `ret`, `old(..)`, `count(..)`, `sum(..)` and `last(..)`.
    fn replace(&mut self, tokens: TokenStream, ret: Ret, generic_count: bool, p: &TokenStream) -> Replaced {
        let mut replaced = Replaced { tokens: TokenStream::new(), ret: None, folds: 0, lasts: Vec::new() };
        let tokens = self.walk(tokens, ret, generic_count, p, &mut replaced);
        replaced.tokens = tokens;
        replaced
    }

    fn walk(&mut self, tokens: TokenStream, ret: Ret, generic_count: bool, p: &TokenStream, replaced: &mut Replaced) -> TokenStream {
        let mut out = TokenStream::new();
        let mut rest = tokens.into_iter().peekable();
        let mut is_root = true;
        while let Some(token) = rest.next() {
            match token {
                TokenTree::Group(group) => {
                    let inner = self.walk(group.stream(), ret, generic_count && group.delimiter() == Delimiter::None, p, replaced);
                    let mut fresh = Group::new(group.delimiter(), inner);
                    fresh.set_span(group.span());
                    out.extend([TokenTree::Group(fresh)]);
                    is_root = true;
                }
                TokenTree::Ident(word) if is_root => {
                    let call = match rest.peek() {
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => Some(group.clone()),
                        _ => None,
                    };
                    let name = word.to_string();
                    match (name.as_str(), call) {
                        ("ret", None) if ret != Ret::Nothing => {
                            replaced.ret = Some(word.span());
                            let local = own("ret", word.span());
                            out.extend(quote_spanned!(word.span()=> (*#local)));
                        }
                        ("ret", None) => self.errors.push(syn::Error::new(word.span(), "`requires` is checked at entry: there is no `ret` yet")),
                        ("old", Some(group)) => {
                            rest.next();
                            out.extend(self.old(&word, &group, ret));
                        }
                        ("count" | "sum" | "last", Some(group)) if ret != Ret::Nothing => {
                            rest.next();
                            replaced.folds += 1;
                            let field = if name == "last" { field_after(&mut rest) } else { None };
                            out.extend(self.folded(&word, &group, field, generic_count, (p, replaced)));
                        }
                        _ => out.extend([TokenTree::Ident(word)]),
                    }
                    is_root = false;
                }
                TokenTree::Punct(punct) => {
                    is_root = !matches!(punct.as_char(), '.' | ':' | '\'') ;
                    out.extend([TokenTree::Punct(punct)]);
                }
                other => {
                    is_root = true;
                    out.extend([other]);
                }
            }
        }
        out
    }

    fn old(&mut self, word: &Ident, group: &Group, ret: Ret) -> TokenStream {
        if ret == Ret::Nothing {
            self.errors.push(syn::Error::new(word.span(), "`requires` is checked at entry: everything is old there"));
            return TokenStream::new();
        }
        let name = numbered("old", self.olds.len());
        self.olds.push(group.stream());
        quote_spanned!(word.span()=> (*#name))
    }

    fn folded(&mut self, word: &Ident, group: &Group, field: Option<Ident>, generic: bool, context: (&TokenStream, &mut Replaced)) -> TokenStream {
        let (p, replaced) = context;
        let span = word.span();
        let inside = group.stream();
        match word.to_string().as_str() {
            "count" => match syn::parse2::<Path>(inside) {
                Ok(event) => {
                    let fold = self.fold(quote_spanned!(source::first_span(event.to_token_stream())=> #p::Count::<#event>::new()));
                    if generic { quote_spanned!(span=> #fold.get()) } else { quote_spanned!(span=> #fold.get::<u64>()) }
                }
                Err(error) => self.wrong(&error, "expected an event: `count(RowInserted)`"),
            },
            "sum" => match syn::parse2::<Expr>(inside) {
                Ok(Expr::Field(field)) if matches!(&*field.base, Expr::Path(_)) => {
                    let (event, member) = (&field.base, &field.member);
                    let name = own("e", span);
                    let fold = self.fold(quote!(#p::Sum::new(|#name: &#event| #name.#member)));
                    quote_spanned!(span=> #fold.get())
                }
                _ => self.wrong(&syn::Error::new(group.span_open(), ""), "expected a field of an event: `sum(PaymentCaptured.amount)`"),
            },
            _ => match (syn::parse2::<Path>(inside), field) {
                (Ok(event), Some(field)) => {
                    let name = own("e", span);
                    let fold = self.fold(quote!(#p::Last::new(|#name: &#event| ::core::clone::Clone::clone(&#name.#field))));
                    let local = numbered("last", self.folds.len());
                    replaced.lasts.push((local.clone(), fold));
                    quote_spanned!(span=> #local)
                }
                _ => self.wrong(&syn::Error::new(span, ""), "expected a field of the last event: `last(OrderPlaced).total`"),
            },
        }
    }

    fn wrong(&mut self, at: &syn::Error, message: &str) -> TokenStream {
        self.errors.push(syn::Error::new(at.span(), message));
        TokenStream::new()
    }
}

/// `.field` behind `last(A)`.
fn field_after(rest: &mut std::iter::Peekable<proc_macro2::token_stream::IntoIter>) -> Option<Ident> {
    match rest.peek() {
        Some(TokenTree::Punct(punct)) if punct.as_char() == '.' => {
            rest.next();
        }
        _ => return None,
    }
    match rest.next() {
        Some(TokenTree::Ident(field)) => Some(field),
        _ => None,
    }
}

fn numbered(name: &str, index: usize) -> Ident {
    own(&format!("{name}{index}"), Span::call_site())
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    super::form::words(tokens).iter().any(|word| name == word)
}

/// A comparison whose sides can be shown.
fn comparison(op: &BinOp) -> Option<TokenStream> {
    matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_)).then(|| op.to_token_stream())
}

/// Whether a side is a count and nothing else: its type is that of the other side.
fn is_count(expr: &Expr) -> bool {
    match super::form::bare(expr) {
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if path.path.is_ident("count")),
        _ => false,
    }
}
