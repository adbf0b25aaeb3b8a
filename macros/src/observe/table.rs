//! The constant tables of one function: its places and its probes, each named by index.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use crate::source::{self, Position};

/// What is written about places, and where candor's private module is.
pub(crate) struct Places {
    /// `::candor::__private`.
    pub(crate) private: TokenStream,
    /// The function's name.
    pub(crate) function: String,
}

impl Places {
    /// `Site { .. }` of a span.
    pub(crate) fn site(&self, span: Span) -> TokenStream {
        self.site_at(source::start(span))
    }

    pub(crate) fn site_at(&self, at: Position) -> TokenStream {
        let (p, function, Position { line, column }) = (&self.private, &self.function, at);
        quote!(#p::Site { file: ::core::file!(), line: #line, column: #column, function: #function })
    }
}

/// A name of the macro's own, at the user's place, so that reports and lints look there.
pub(crate) fn own(name: &str, at: Span) -> Ident {
    format_ident!("__candor_{name}", span = hidden(at))
}

/// The macro's hygiene at the user's place.
pub(crate) fn hidden(at: Span) -> Span {
    Span::mixed_site().located_at(at)
}

/// How control leaves at a place; the names of `model::Exit`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Statement,
    Tail,
    Return,
    Question,
    Await,
}

impl Exit {
    const fn name(self) -> &'static str {
        match self {
            Exit::Statement => "Statement",
            Exit::Tail => "Tail",
            Exit::Return => "Return",
            Exit::Question => "Question",
            Exit::Await => "Await",
        }
    }
}

/// What becomes of an error; the names of `model::Disposition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disposition {
    Dropped,
    Substituted,
    Acted,
    Handed,
    Ends,
}

/// How a drop is written; the names of `model::Form`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Method(String),
    LetUnderscore,
    AssignUnderscore,
    DropCall,
    IfLetOk,
    LetElse,
    WhileLet,
    ErrArm,
    FilterMapOk,
}

/// One probe.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    pub(crate) at: Position,
    pub(crate) end_line: u32,
    pub(crate) form: Form,
    pub(crate) disposition: Disposition,
    pub(crate) callee: String,
    pub(crate) iteration: bool,
    pub(crate) ends_loop: bool,
}

/// The tables, as they fill.
pub(crate) struct Table {
    pub(crate) places: Places,
    spots: Vec<(Position, Exit)>,
    probes: Vec<Probe>,
}

impl Table {
    pub(crate) fn new(places: Places) -> Table {
        Table { places, spots: Vec::new(), probes: Vec::new() }
    }

    /// `&SPOTS[i]` for a new spot.
    pub(crate) fn spot(&mut self, at: Span, exit: Exit) -> TokenStream {
        self.spots.push((source::start(at), exit));
        let (table, index) = (own("spots", at), self.spots.len() - 1);
        quote_spanned!(hidden(at)=> &#table[#index])
    }

    /// `at(&SPOTS[i])`.
    pub(crate) fn mark(&mut self, at: Span, exit: Exit) -> TokenStream {
        let spot = self.spot(at, exit);
        let p = &self.places.private;
        quote_spanned!(hidden(at)=> #p::at(#spot))
    }

    /// Adds a probe and returns its index.
    pub(crate) fn probe(&mut self, probe: Probe) -> usize {
        self.probes.push(probe);
        self.probes.len() - 1
    }

    /// `&PROBES[i]`.
    pub(crate) fn probe_ref(&self, index: usize, at: Span) -> TokenStream {
        let table = own("probes", at);
        quote_spanned!(hidden(at)=> &#table[#index])
    }

    /// `&PROBES[a..b]`.
    pub(crate) fn probe_slice(&self, indices: &[usize], at: Span) -> TokenStream {
        let table = own("probes", at);
        match (indices.first(), indices.last()) {
            (Some(first), Some(last)) => quote_spanned!(hidden(at)=> &#table[#first..=#last]),
            _ => quote_spanned!(hidden(at)=> &[]),
        }
    }

    /// The statics of both tables.
    pub(crate) fn statics(&self) -> TokenStream {
        let p = &self.places.private;
        let (spots, probes) = (own("spots", Span::call_site()), own("probes", Span::call_site()));
        let spot_count = self.spots.len();
        let probe_count = self.probes.len();
        let spot_rows = self.spots.iter().map(|(at, exit)| {
            let site = self.places.site_at(*at);
            let exit = Ident::new(exit.name(), Span::call_site());
            quote!(#p::Spot { site: #site, exit: #p::Exit::#exit })
        });
        let probe_rows = self.probes.iter().map(|probe| self.probe_row(probe));
        let spots = (spot_count > 0).then(|| quote! {
            #[allow(non_upper_case_globals, clippy::all)]
            static #spots: [#p::Spot; #spot_count] = [#(#spot_rows),*];
        });
        let probes = (probe_count > 0).then(|| quote! {
            #[allow(non_upper_case_globals, clippy::all)]
            static #probes: [#p::Probe; #probe_count] = [#(#probe_rows),*];
        });
        quote!(#spots #probes)
    }

    fn probe_row(&self, probe: &Probe) -> TokenStream {
        let p = &self.places.private;
        let Probe { at, end_line, form, disposition, callee, iteration, ends_loop } = probe;
        let site = self.places.site_at(*at);
        let form = match form {
            Form::Method(name) => quote!(Method(#name)),
            other => {
                let name = format_ident!("{other:?}");
                quote!(#name)
            }
        };
        let disposition = format_ident!("{disposition:?}");
        quote! {
            #p::Probe {
                site: #site,
                end_line: #end_line,
                form: #p::Form::#form,
                disposition: #p::Disposition::#disposition,
                callee: #callee,
                iteration: #iteration,
                ends_loop: #ends_loop,
            }
        }
    }
}
