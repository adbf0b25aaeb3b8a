//! One function.

use std::collections::HashSet;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Block, Error, Expr, ItemFn, Lifetime, ReturnType, Stmt};

use super::around::hint;
use super::clause::Clauses;
use super::moment::{Reach, moments};
use super::plan::{Callsite, Events, Function, callsite, plan};
use super::signature::future_output;
use super::tail::{async_tail, async_tail_expr, has_hidden_exit};
use super::{has_opaque, is_bare, is_nameless, is_plain, named, rebind, signature, told, tracing, wrong};
use crate::attr::{Attr, Errors};
use crate::body::{
    Body, Invariant, Mode, Tracked, body_label, hands, has_a_name, lengthens, listed, names, optional_senders,
};
use crate::span::{Ladder, Place, braced, generated, local, near_name, nowhere, own, text};
use crate::token::First;

/// Everything that is known before the body is rewritten.
pub(super) struct Plan<'a> {
    /// References that the body may point somewhere else, as its own.
    pub(super) rebound: TokenStream,
    /// A closure or an async block around the body has copies of all that it uses.
    pub(super) moves: bool,
    pub(super) attr: &'a Attr,
    pub(super) place: Place,
    pub(super) clauses: Clauses,
    pub(super) tracked: Tracked,
    callsite: Callsite,
    /// `None` when nothing is promised.
    pub(super) plan: Option<TokenStream>,
    /// What is still there at the end.
    pub(super) reach: Reach,
    /// What is bound and not known to the macro: the function has type parameters, or stands inside one that may.
    pub(super) generic: bool,
    /// Parameters that may be a sender, or none.
    pub(super) optional: HashSet<String>,
    /// An async block that borrows what it uses, as it is written.
    pub(super) lends: bool,
    /// A block whose type is not written: it is what the place around it expects.
    pub(super) untyped: bool,
    /// The body can be left where no exit can be put: inside a macro.
    pub(super) hidden: bool,
    /// Leaves with the value: a `return`, or a `break` out of a block that runs where it stands.
    pub(super) leave: TokenStream,
}

/// A body with its probes.
pub(super) struct Written {
    /// The number of the place of the tail.
    pub(super) last: Literal,
    /// The note of its tail.
    pub(super) tail: TokenStream,
    /// Where its tail stands.
    pub(super) at: Span,
    pub(super) body: TokenStream,
    /// It leaves by a `return` too.
    pub(super) returns: bool,
    /// Keeps a lint silent that the value of a body with a `return` at its end would raise.
    pub(super) silent: Option<TokenStream>,
    /// Its value borrows from what its tail makes: see `lengthens`.
    pub(super) lengthens: bool,
}

pub(super) fn expand(attr: &Attr, mut item: ItemFn) -> syn::Result<TokenStream> {
    if let Some(token) = &item.sig.constness {
        return Err(Error::new_spanned(
            token,
            "a `const fn` cannot be observed: it may run inside the compiler; take `const` away, or observe its caller",
        ));
    }
    let Some(mut plan) = Plan::of(attr, &item, item.sig.ident.to_string())? else {
        return Ok(item.into_token_stream());
    };
    let nests = plan.nests_body(&item);
    if (nests || item.sig.asyncness.is_some()) && wrong::is_wrong(&item) {
        return Ok(item.into_token_stream());
    }
    if nests {
        plan.moves = rebind::copies_all(&item.sig) && !plan.reach.lends();
        if !plan.moves {
            plan.rebound = rebind::kept(&item.sig, &item.block, attr);
        }
        plan.rebound.extend(rebind::references(&mut item.sig, attr));
    }
    let block = plan.block(&mut item)?;
    let (attrs, vis, sig) = (&item.attrs, &item.vis, &item.sig);
    let (outer, inner): (Vec<_>, Vec<_>) =
        attrs.iter().partition(|attr| matches!(attr.style, syn::AttrStyle::Outer));
    let body = braced(quote!(#(#inner)* #block), item.block.brace_token.span.join());
    Ok(quote!(#(#outer)* #vis #sig #body))
}

fn tracked(attr: &Attr) -> syn::Result<Tracked> {
    let mut tracked = Tracked { places: attr.track.clone(), invariants: Vec::new() };
    let mut errors = Errors::default();
    for clause in &attr.maintains {
        let places: Vec<usize> = attr
            .track
            .iter()
            .enumerate()
            .filter(|(_, place)| names(&clause.expr, place))
            .map(|(index, _)| index)
            .collect();
        if places.is_empty() && !attr.is_faulty("track") {
            errors.push(Error::new_spanned(
                &clause.expr,
                format!("this invariant names no tracked place; {}", listed(&attr.track)),
            ));
        }
        tracked.invariants.push((places, Invariant { expr: clause.expr.clone(), text: text(&clause.expr) }));
    }
    errors.finish().map(|()| tracked)
}

impl<'a> Plan<'a> {
    /// Everything that the words say of this function; nothing when a mistake in them was told already.
    pub(super) fn of(attr: &'a Attr, item: &ItemFn, name: String) -> syn::Result<Option<Plan<'a>>> {
        let krate = attr.krate.as_ref().map_or_else(|| quote!(::candor), ToTokens::to_token_stream);
        let place = Place::new(krate, name);
        let mut errors = Errors::default();
        signature::check(attr, item, &mut errors);
        let events = errors.take(Events::of(attr));
        let clauses = errors.take(Clauses::of(attr, &place));
        let tracked = errors.take(tracked(attr));
        errors.finish()?;
        let (Some(events), Some(clauses), Some(tracked)) = (events, clauses, tracked) else {
            return Ok(None);
        };
        let (hands, given) = hands(&item.sig, &item.block);
        let hands: Vec<String> = hands.into_iter().collect();
        let reach = Reach::of(&item.sig, &tracked);
        let moments = moments(&tracked, &item.block, &reach);
        let function = Function { span: item.sig.ident.span(), hands: &hands, given, moments: &moments };
        let callsite = callsite(attr, &events, &place, &function);
        let plan = plan(attr, &events, &place);
        let generic = item.sig.generics.type_params().next().is_some() || has_impl_argument(&item.sig);
        if !is_bare(attr) {
            place.climb(Ladder::Value);
        }
        Ok(Some(Plan {
            attr,
            place,
            clauses,
            tracked,
            callsite,
            plan,
            reach,
            generic,
            optional: optional_senders(&item.sig),
            lends: false,
            untyped: false,
            hidden: has_hidden_exit(item),
            rebound: TokenStream::new(),
            moves: false,
            leave: quote!(return),
        }))
    }

    /// The same for a block or a closure, about whose surroundings nothing is known.
    pub(super) fn inside(mut self, lends: bool, untyped: bool) -> Plan<'a> {
        (self.generic, self.lends, self.untyped) = (true, lends, untyped);
        self
    }

    /// The same for a block that is left under this label.
    pub(super) fn labelled(mut self, label: &syn::Lifetime) -> Plan<'a> {
        self.leave = quote!(break #label);
        self
    }
}

impl Plan<'_> {
    fn block(&self, item: &mut ItemFn) -> syn::Result<TokenStream> {
        if item.sig.asyncness.is_some() {
            let output = item.sig.output.clone();
            let mut block = (*item.block).clone();
            let told = told::closures(&mut block, &item.sig);
            let future = self.asynchronous(&mut block, &output, item);
            let own = self.item();
            return Ok(quote!(#own #told #future.await));
        }
        if let Some(output) = future_output(&item.sig.output)
            && let Some(inner) = async_tail(&mut item.block)
        {
            let mut block = inner.block.clone();
            let future = self.asynchronous(&mut block, &output, item);
            if let Some(tail) = async_tail_expr(&mut item.block) {
                *tail = Expr::Verbatim(future);
            }
            let (own, statements) = (self.item(), &item.block.stmts);
            return Ok(quote!(#own #(#statements)*));
        }
        Ok(self.synchronous(item))
    }

    /// The static of the operation. The body is rewritten by then.
    pub(super) fn item(&self) -> TokenStream {
        self.callsite.item(&self.place)
    }

    /// Begins a call: without a plan by a function of its own.
    fn with_plan(&self, how: &TokenStream, what: &TokenStream) -> TokenStream {
        let private = self.place.private();
        match &self.plan {
            Some(plan) => quote!(#private::planned::#how(#plan, #what)),
            None => quote!(#private::bare::#how(#what)),
        }
    }

    /// Whether the whole value has to be seen behind the body.
    fn needs_value(&self) -> bool {
        let attr = self.attr;
        !attr.ensures.is_empty()
            || !attr.always.is_empty()
            || !attr.accounts.is_empty()
            || !attr.outcome.is_empty()
            || attr.span.err.is_some()
            || attr.span.ret.is_some()
            || self.reach.lends()
            || self.untyped
            || self.hidden
    }

    /// Whether the whole body comes into a closure or an async block of its own.
    fn nests_body(&self, item: &ItemFn) -> bool {
        let sig = &item.sig;
        let is_future = sig.asyncness.is_some() || future_output(&sig.output).is_none();
        (self.needs_value() || has_opaque(&sig.output))
            && is_future
            && !signature::is_never(&sig.output)
            && !signature::tracks_caller(&item.attrs)
    }

    pub(super) fn synchronous(&self, item: &mut ItemFn) -> TokenStream {
        let nameless = is_nameless(&item.sig.output);
        let mode = match (self.needs_value() || has_opaque(&item.sig.output), nameless) {
            (true, _) if signature::tracks_caller(&item.attrs) => Mode::Labelled,
            (true, _) => Mode::Final,
            (false, true) => Mode::Blind,
            (false, false) => Mode::Hook,
        };
        let ret = named(&item.sig.output);
        let missing = signature::missing_tail(&item.block, &item.sig.output);
        let is_within = nameless && mode != Mode::Blind;
        let told = is_within.then(|| told::closures(&mut item.block, &item.sig)).flatten();
        let seen = if mode == Mode::Hook && !self.exits_meet(&item.sig.output) { Mode::Blind } else { mode };
        // A closure would capture the local.
        self.place.set_near(mode != Mode::Final);
        let mut written = self.rewritten(&mut item.block, seen, &item.sig.output, false);
        let own = self.place.own();
        let first = crate::body::take_first_position(&mut item.block).unwrap_or_else(nowhere);
        written.body = match missing {
            Some(at) => braced(item.block.stmts.iter().map(ToTokens::to_token_stream).collect(), at),
            None => item.block.to_token_stream(),
        };
        let guard = local("__candor_guard");
        let entry = self.entry(&quote!(#guard.is_on()));
        let enter = self.with_plan(&quote!(enter), &quote!(#own, #first));
        let (around, opened) = self.span_around(&item.sig);
        let rest = match mode {
            Mode::Hook => self.guarded(&item.sig.output, &written),
            Mode::Final => self.finally(&ret, &written, self.around(&item.block)),
            Mode::Labelled => self.broken_off(&ret, &written),
            Mode::Blind => written.body,
        };
        self.place.set_near(false);
        let near = (mode != Mode::Final).then(|| {
            let (near, own) = (near_name(), self.place.own());
            quote!(let #near = #own;)
        });
        let (item, head) = (self.item(), self.place.head());
        quote! {
            #item
            #head
            #near
            #around
            let #guard = #enter;
            #opened
            #entry
            #told
            #rest
        }
    }

    /// The exit looks at the value. One that has nothing to check besides it ends the call.
    fn guarded(&self, output: &ReturnType, written: &Written) -> TokenStream {
        if !self.invariants_at_exit().is_empty() {
            return self.hooked(output, written);
        }
        let bound = written.bound(&named(output), self.label(output, written));
        let private = self.place.private();
        let (value, guard) = (local("__candor_value"), local("__candor_guard"));
        let ending = |how: &str| match is_plain(output) {
            true => {
                let how = local(&format!("{how}_fulfilled"));
                quote!(#private::#how)
            }
            false => self.reader(&value, how),
        };
        // The macros are compiled with the profile of the crate that uses them. Without optimization an argument has a place of
        // its own in the frame; with it, what is lent would have to be in memory.
        let at_tail = written.value();
        let leave = if cfg!(debug_assertions) {
            let leave = ending("leave_lent");
            quote!(#leave(#guard, &#value); #at_tail)
        } else {
            let leave = ending("leave");
            quote!(#leave(#guard, #at_tail))
        };
        quote! {
            #bound
            #[allow(unreachable_code)]
            #leave
        }
    }

    /// The label of a body that is left by a `return` whose value is looked at behind it.
    fn label(&self, output: &ReturnType, written: &Written) -> Option<Lifetime> {
        (written.returns && self.exits_meet(output)).then(body_label)
    }

    /// Whether something is to be seen behind the body, so that each `return` leads there.
    fn exits_meet(&self, output: &ReturnType) -> bool {
        !is_plain(output) || !self.invariants_at_exit().is_empty()
    }

    /// All exits but a `?` meet behind the body, where the value is looked at.
    pub(super) fn hooked(&self, output: &ReturnType, written: &Written) -> TokenStream {
        let last = &written.last;
        let (private, own, value) = (self.place.private(), self.place.own(), local("__candor_value"));
        let bound = written.bound(&named(output), self.label(output, written));
        let (invariants, at_tail) = (self.invariants_at_exit(), written.value());
        let ends = if is_plain(output) {
            quote!(#[allow(unreachable_code)] #private::ends_fulfilled(#own, #last);)
        } else {
            let ends = self.reader(&value, "ends");
            quote!(#[allow(unreachable_code)] #ends(#own, #last, &#value);)
        };
        quote! {
            #bound
            #ends
            #invariants
            #at_tail
        }
    }

    /// What stands before the guard and behind it when a span is asked for: the call ends while its span is still open.
    fn span_around(&self, signature: &syn::Signature) -> (Option<TokenStream>, Option<TokenStream>) {
        let private = self.place.private();
        let Some(made) = tracing::span(&self.attr.span, signature, &self.place) else { return (None, None) };
        let (span, entered) = (local("__candor_span"), local("__candor_entered"));
        let before = local("__candor_before");
        (
            Some(quote!(let #before = #private::outer_span(); #made let #entered = #span.enter();)),
            Some(quote!(#private::opened_span(#before);)),
        )
    }

    pub(super) fn asynchronous(&self, block: &mut Block, output: &ReturnType, item: &ItemFn) -> TokenStream {
        let private = self.place.private();
        // What has no name cannot be the type of a local, and its body would no longer know what it has to return.
        let is_blind = signature::is_never(output) || (is_nameless(output) && !self.needs_value());
        let at_exits = !self.needs_value() && !has_opaque(output) && !is_nameless(output);
        let mode = match at_exits {
            _ if is_blind || (at_exits && !self.exits_meet(output)) => Mode::Blind,
            true => Mode::Hook,
            false => Mode::Final,
        };
        let written = self.body(block, mode, output);
        let (is_on, at) = (self.place.own().receiver(), self.around(block));
        let entry = self.entry(&quote!(#is_on.is_on()));
        let rest = match (at_exits, is_blind) {
            (true, _) => {
                let (hint, hooked) = (hint(&named(output)), self.hooked(output, &written));
                quote!(#hint #hooked)
            }
            (false, true) => written.body,
            (false, false) => self.awaited(&named(output), &written, at),
        };
        let (own, head) = (own(), self.place.head());
        let moving = if self.lends { quote_spanned!(at=> async) } else { quote_spanned!(at=> async move) };
        let block = braced(quote!(#head #entry #rest), at);
        let future = |inner: TokenStream| self.with_plan(&quote!(observed), &quote!(#own, #inner));
        match tracing::span(&self.attr.span, &item.sig, &self.place) {
            None => future(quote!(#moving #block)),
            Some(made) => {
                let (span, before) = (local("__candor_span"), local("__candor_before"));
                let future = future(quote!(#private::joining(#before, #moving #block)));
                quote!({
                    let #before = #private::outer_span();
                    #made
                    #private::tracing::Instrument::instrument(#future, #span)
                })
            }
        }
    }

    /// The place of what is put around a body. A borrow that it cannot have is told there: at an `old(..)` that moves,
    /// or else where the body begins.
    fn around(&self, block: &Block) -> Span {
        self.clauses.gathered.at().unwrap_or_else(|| generated(block.brace_token.span.open()))
    }

    /// The body with its probes, and the note of its tail.
    fn body(&self, block: &mut Block, mode: Mode, output: &ReturnType) -> Written {
        let written = self.rewritten(block, mode, output, true);
        Written { body: block.to_token_stream(), ..written }
    }

    /// Puts the probes into a body that is still to be printed.
    fn rewritten(&self, block: &mut Block, mode: Mode, output: &ReturnType, suspends: bool) -> Written {
        let tail = block.stmts.last().map_or_else(|| block.brace_token.span.join(), First::first);
        // The first one of all: whoever ends a call there need not be told (`Callsite::end`).
        let (own, last) = (self.place.own().receiver(), self.place.position(tail, 't'));
        let at = generated(tail);
        let tail = quote_spanned!(at=> #own.at(#last););
        // A `return` is another expression once it is rewritten.
        let leaves = matches!(block.stmts.last(), Some(Stmt::Expr(Expr::Return(_), _)));
        let lengthens = lengthens(block);
        let mut visitor = Body::new(&self.place, mode, output, &self.tracked)
            .in_generic(self.generic)
            .in_future(suspends)
            .given(&self.optional);
        visitor.rewrite(block);
        if visitor.leaves_errors() && has_a_name(output) {
            self.place.let_tell();
        }
        let silent = leaves.then(|| quote!(#[allow(clippy::diverging_sub_expression)]));
        Written { tail, at, last, body: TokenStream::new(), returns: visitor.returns(), silent, lengthens }
    }
}

/// `impl Trait` among the arguments is a type parameter without a name.
fn has_impl_argument(sig: &syn::Signature) -> bool {
    struct Found(bool);
    impl syn::visit::Visit<'_> for Found {
        fn visit_type_impl_trait(&mut self, _argument: &syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    sig.inputs.iter().for_each(|input| syn::visit::Visit::visit_fn_arg(&mut found, input));
    found.0
}
