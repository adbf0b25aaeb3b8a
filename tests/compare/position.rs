//! Mistakes in an observed body are told where they would be told without the attribute.

use std::collections::BTreeMap;

use crate::mistake::WRONG_TOO;
use crate::program::WRONG;
use crate::project::{Project, Said};

/// The attributes that stand for `@`.
const FORMS: [(&str, &str); 3] =
    [("plain", ""), ("bare", "#[candor::observe]"), ("declared", "#[candor::observe(always(true))]")];

/// Where it differs: the program, the form, what is said then, and the reason for which it may.
const ALLOWED: [(&str, &str, &str, &str); 3] = [
    ("early_text_of_a_local", "bare", "E0597 6:19", RETURNED),
    ("method_returns_too_short", "declared", "lifetime may not live long enough 9:9", MEETS),
    ("iterator_over_a_local", "declared", "E0515 5:5", HIDDEN),
];

const RETURNED: &str = "the value of a `return` is bound to the lifetime that the signature names, so it is told at the borrow and not \
    where it leaves";
const MEETS: &str = "the lifetime has no name that could be written at the `return`, so it is told where the exits of the closure meet";
const HIDDEN: &str = "same place: the body stands in a closure, of which the value is returned";

#[test]
fn mistakes_in_the_body_are_told_where_they_are() {
    let mut project = Project::new("position");
    let wrong_programs = || WRONG.iter().chain(&WRONG_TOO);
    for (name, source) in wrong_programs() {
        for (form, attribute) in FORMS {
            let source = source.replace('@', attribute);
            project.add(&format!("{form}_{name}"), &format!("#![allow(unused)]\n{source}\nfn main() {{}}\n"));
        }
    }
    let said = project.ask("check");
    let mut wrong = Vec::new();
    println!("| wrong program | without | `#[observe]` | `#[observe(always(true))]` |\n|---|---|---|---|");
    for (name, _) in wrong_programs() {
        let of = |form: &str| &said[&format!("{form}_{name}")];
        println!("| {name} | {} |", FORMS.map(|(form, _)| shorts(of(form)).join(", ")).join(" | "));
        assert!(!of("plain").is_empty(), "{name} is not wrong");
        for (form, _) in &FORMS[1..] {
            let allowed = ALLOWED.iter().find(|(known, in_form, ..)| known == name && in_form == form);
            let due = allowed.map_or_else(|| shorts(of("plain")), |(_, _, due, _)| vec![(*due).to_owned()]);
            if shorts(of(form)) != due {
                wrong.push(format!("{form} {name}: due is {due:?}, said is {:#?}", of(form)));
            }
        }
    }
    for (name, form, _, why) in ALLOWED {
        println!("{name}, {form}: {why}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Code and place of each message.
fn shorts(said: &[Said]) -> Vec<String> {
    let set: BTreeMap<String, ()> = said.iter().map(|said| (said.short(), ())).collect();
    set.into_keys().collect()
}
