//! The page that shows an expansion is kept true.

use std::path::Path;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/expansion.md");
const FENCE: &str = "```rust,ignore\n";

/// The text between the fences of the page: before the first one, the function, between, the expansion, behind.
fn parts(page: &str) -> Vec<&str> {
    page.split(FENCE).flat_map(|part| part.splitn(2, "```\n")).collect()
}

/// The function with its attribute, as the compiler sees it.
fn expanded(source: &str) -> String {
    let file: syn::File = syn::parse_str(source).unwrap();
    let [syn::Item::Fn(function)] = file.items.as_slice() else { panic!("the page shows one function") };
    let mut function = function.clone();
    let attribute = function.attrs.remove(0);
    let words = attribute.meta.require_list().unwrap().tokens.clone();
    let tokens = super::observe(words, quote::ToTokens::into_token_stream(function));
    let text = tokens.to_string().replace(":: candor :: __private ::", "candor ::");
    prettyplease::unparse(&syn::parse_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "the page shows what is written without optimization")]
#[expect(clippy::disallowed_methods, reason = "the page is written anew on request")]
fn the_page_shows_what_is_written() {
    let page = std::fs::read_to_string(Path::new(PAGE)).unwrap();
    let parts = parts(&page);
    let [before, source, between, shown, behind] = parts.as_slice() else { panic!("{} parts", parts.len()) };
    let due = expanded(source);
    if std::env::var_os("BLESS").is_some() {
        let blessed = format!("{before}{FENCE}{source}```\n{between}{FENCE}{due}```\n{behind}");
        std::fs::write(PAGE, blessed).unwrap();
    } else {
        assert!(
            due == *shown,
            "docs/expansion.md is old; `BLESS=1 cargo test -p candor-macros expansion` writes it anew:\n{due}"
        );
    }
}
