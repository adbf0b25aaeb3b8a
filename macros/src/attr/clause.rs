//! Clauses with expressions, recoveries, outcomes and exceptions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse as _, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, LitInt, LitStr, Pat, Path, Token, Type};

use super::{Attr, Clause, Errors, parse_part, split};

/// `PATTERN [in callee] => "why" [by Event] [max N]`.
pub(crate) struct Recovery {
    pub(crate) pattern: String,
    pub(crate) callee: String,
    pub(crate) why: String,
    pub(crate) by: Option<Type>,
    pub(crate) max: Option<u32>,
    pub(crate) span: Span,
}

/// `pattern => class`.
pub(crate) struct OutcomeArm {
    pub(crate) pattern: Pat,
    pub(crate) class: Ident,
    /// The pattern as written.
    pub(crate) reason: String,
}

/// `CODE = "reason", until = "2027-01-31"`.
pub(crate) struct Allow {
    pub(crate) code: Ident,
    pub(crate) reason: String,
    pub(crate) until: Option<(u16, u8, u8)>,
    pub(crate) span: Span,
}

/// The codes that can be allowed; they are those of `candor::Code`.
const CODES: [&str; 24] = [
    "C101", "C102", "C103", "C104", "C105", "C106", "C107", "C108", "C109", "C110", "C111", "C112", "C113",
    "C114", "C115", "C116", "C117", "C118", "C119", "C120", "C301", "C901", "C903", "C904",
];

impl Attr {
    pub(super) fn clause_word(&mut self, name: &str, word: &Ident, inner: TokenStream) -> syn::Result<()> {
        if name == "allow" {
            let allow = |input: ParseStream<'_>| allow(input, word.span());
            self.allows.push(parse_part(allow, inner)?);
            return Ok(());
        }
        let mut errors = Errors::default();
        for part in split_clauses(name, inner) {
            errors.take(self.clause(name, part));
        }
        errors.finish()
    }

    fn clause(&mut self, name: &str, part: TokenStream) -> syn::Result<()> {
        match name {
            "recovers" => {
                let recovery = parse_part(recovery, part)?;
                self.recovers.push(recovery);
            }
            "outcome" => {
                let arm = parse_part(outcome_arm, part)?;
                self.outcome.push(arm);
            }
            "track" => self.track.push(place(parse_part(Expr::parse, part)?)?),
            _ => {
                let span = part.span();
                let clause = Clause { expr: parse_part(Expr::parse, part)?, span };
                match name {
                    "requires" => self.requires.push(clause),
                    "ensures" => self.ensures.push(clause),
                    "always" => self.always.push(clause),
                    "accounts" => self.accounts.push(clause),
                    _ => self.maintains.push(clause),
                }
            }
        }
        Ok(())
    }
}

/// Commas separate clauses; one before a `=>` in an outcome belongs to the pattern only inside parentheses.
fn split_clauses(_name: &str, inner: TokenStream) -> Vec<TokenStream> {
    split(inner)
}

/// A place: a path of fields, rooted in a name.
fn place(expr: Expr) -> syn::Result<Expr> {
    let mut root = &expr;
    loop {
        match root {
            Expr::Field(field) => root = &field.base,
            Expr::Path(path) if path.path.get_ident().is_some() => return Ok(expr),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => root = &unary.expr,
            _ => {
                return Err(Error::new_spanned(
                    &expr,
                    "`track` takes places: a name or a path of fields, such as `total` or `self.stock`",
                ));
            }
        }
    }
}

fn recovery(input: ParseStream<'_>) -> syn::Result<Recovery> {
    let span = input.span();
    let pattern = if input.peek(LitStr) {
        format!("\"{}\"", input.parse::<LitStr>()?.value())
    } else if input.peek(Token![_]) {
        input.parse::<Token![_]>()?;
        "_".to_owned()
    } else {
        let path: Path = input.parse().map_err(|error| Error::new(error.span(), PATTERN))?;
        joined(&path)
    };
    if input.peek(syn::token::Paren) || input.peek(syn::token::Brace) {
        let group: proc_macro2::TokenTree = input.parse()?;
        let is_rest = matches!(&group, proc_macro2::TokenTree::Group(group) if matches!(group.stream().to_string().as_str(), ".." | "_"));
        if !is_rest {
            return Err(Error::new(group.span(), PATTERN));
        }
    }
    let mut callee = String::new();
    if input.peek(Token![in]) {
        input.parse::<Token![in]>()?;
        callee = joined(&input.parse::<Path>()?);
    }
    if !input.peek(Token![=>]) {
        // At the end of the clause there is no token to point at.
        let at = if input.is_empty() { span } else { input.span() };
        return Err(Error::new(at, "expected `=> \"why\"`: a recovery gives its reason"));
    }
    input.parse::<Token![=>]>()?;
    let why: LitStr =
        input.parse().map_err(|error| Error::new(error.span(), "expected the reason, in quotes"))?;
    if why.value().trim().is_empty() {
        return Err(Error::new(why.span(), "the reason is empty; say why the error may be let go"));
    }
    let (by, max) = conditions(input)?;
    Ok(Recovery { pattern, callee, why: why.value(), by, max, span })
}

/// `[by Event] [max N]`
fn conditions(input: ParseStream<'_>) -> syn::Result<(Option<Type>, Option<u32>)> {
    let (mut by, mut max) = (None, None);
    while !input.is_empty() {
        let word: Ident = input
            .parse()
            .map_err(|error| Error::new(error.span(), "expected `by Event`, `max N`, or `,`"))?;
        match word.to_string().as_str() {
            "by" if by.is_none() => by = Some(Type::Path(input.parse()?)),
            "max" if max.is_none() => max = Some(input.parse::<LitInt>()?.base10_parse()?),
            _ => return Err(Error::new(word.span(), "expected `by Event` or `max N`, each once")),
        }
    }
    Ok((by, max))
}

const PATTERN: &str = "the error is `_`, a type (`MailError`), a variant (`MailError::Timeout`), or a text that it contains (`\"timeout\"`)";

fn joined(path: &Path) -> String {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::")
}

fn outcome_arm(input: ParseStream<'_>) -> syn::Result<OutcomeArm> {
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    if input.peek(Token![||]) {
        return Err(input.error("patterns are separated by a single `|`: `A | B => refused`"));
    }
    input.parse::<Token![=>]>().map_err(|error| Error::new(error.span(), "expected `pattern => refused`"))?;
    let class: Ident = input.parse()?;
    let variant = match class.to_string().as_str() {
        "fulfilled" => "Fulfilled",
        "refused" => "Refused",
        "failed" => "Failed",
        "abandoned" => "Abandoned",
        _ => {
            return Err(Error::new(
                class.span(),
                format!(
                    "unknown class `{class}`{}; a class is `fulfilled`, `refused`, `failed` or `abandoned`",
                    super::near(&class.to_string(), ["fulfilled", "refused", "failed", "abandoned"]),
                ),
            ));
        }
    };
    let reason = crate::span::text(&pattern.to_token_stream());
    Ok(OutcomeArm { pattern, class: Ident::new(variant, class.span()), reason })
}

fn allow(input: ParseStream<'_>, span: Span) -> syn::Result<Allow> {
    let code: Ident = input.parse()?;
    if !CODES.contains(&code.to_string().as_str()) {
        return Err(Error::new(
            code.span(),
            format!("unknown code `{code}`; the codes are {}", CODES.join(", ")),
        ));
    }
    if !input.peek(Token![=]) {
        return Err(Error::new(code.span(), "an exception gives its reason: `allow(C103 = \"why\")`"));
    }
    input.parse::<Token![=]>()?;
    let reason: LitStr = input.parse()?;
    if reason.value().trim().is_empty() {
        return Err(Error::new(reason.span(), "the reason is empty; say why this may be"));
    }
    let mut until = None;
    if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        if !input.is_empty() {
            let word: Ident = input.parse()?;
            if word != "until" {
                return Err(Error::new(word.span(), "expected `until = \"2027-01-31\"`"));
            }
            input.parse::<Token![=]>()?;
            until = Some(super::date::date(&input.parse()?)?);
        }
    }
    match input.is_empty() {
        true => Ok(Allow { code, reason: reason.value(), until, span }),
        false => Err(input.error("expected the end: one code for each `allow(..)`")),
    }
}
