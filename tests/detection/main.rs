//! Runs one program of `programs/`, as `build.rs` made it: `detection 'NAME bare|annotated buggy|fixed|healthy'`.

#![allow(dead_code, unused, clippy::all)]

include!(concat!(env!("OUT_DIR"), "/programs.rs"));

fn main() {
    corpus_kit::drive("detection", &[""], |wanted| {
        let (visible, domain) = program(wanted)?;
        Some(corpus_kit::Checks::new().visible("what is looked at", visible).domain("what is true", domain))
    });
}
