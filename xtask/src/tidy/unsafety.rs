//! Unsafe code stands in one file. The lint of the compiler does not see the tokens of a macro; this rule does.

use proc_macro2::{TokenStream, TokenTree};

use super::Complaint;
use super::source::{Source, line};

const HOME: &str = "core/src/record/raw.rs";

/// Complains about the keyword everywhere else. Specimens are free: users write unsafe functions too.
pub(super) fn check(source: &Source) -> Vec<Complaint> {
    let mut lines = Vec::new();
    if source.path != HOME && !source.is_specimen() {
        search(source.tokens(), &mut lines);
    }
    let mend = format!("write it safely, or move the smallest part of it to {HOME}");
    let complain = |line| source.complaint(line, "unsafe code".to_owned(), mend.clone());
    lines.into_iter().map(complain).collect()
}

fn search(tokens: TokenStream, lines: &mut Vec<usize>) {
    let mut after_token_macro = false;
    for token in tokens {
        match &token {
            TokenTree::Ident(ident) if *ident == "unsafe" => lines.push(line(ident.span())),
            // `Token![unsafe]` is the type of the keyword in a syntax tree.
            TokenTree::Group(group) if !after_token_macro => search(group.stream(), lines),
            _ => {}
        }
        after_token_macro = match &token {
            TokenTree::Ident(ident) => *ident == "Token",
            TokenTree::Punct(punct) => after_token_macro && punct.as_char() == '!',
            _ => false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<usize> {
        check(&Source::new(path, text)).into_iter().map(|complaint| complaint.line).collect()
    }

    #[test]
    fn every_form_fires_also_inside_a_macro() {
        for text in [
            "\nfn f() { unsafe { g() } }",
            "\nunsafe fn f() {}",
            "\nunsafe impl Send for T {}",
            "\n#[unsafe(no_mangle)] fn f() {}",
            "\nfn f() { quote! { unsafe { #body } } }",
        ] {
            assert_eq!(found("core/src/runtime/exit.rs", text), [2], "{text}");
        }
    }

    #[test]
    fn its_home_specimens_and_mere_words_are_silent() {
        assert_eq!(found(HOME, "fn f() { unsafe { g() } }"), [0_usize; 0]);
        assert_eq!(found("tests/hygiene/qualifier.rs", "unsafe fn f() {}"), [0_usize; 0]);
        for text in [
            "/// Not unsafe.\nconst S: &str = \"unsafe\";",
            "#![forbid(unsafe_code)]",
            "fn f(u: Option<Token![unsafe]>) {}",
        ] {
            assert_eq!(found("macros/src/lib.rs", text), [0_usize; 0], "{text}");
        }
    }
}
