//! Mistakes in an observed body are told where they would be told without the attribute.

use std::collections::BTreeMap;

use crate::program::WRONG;
use crate::project::{Project, Said};

/// The attributes that stand for `@`.
const FORMS: [(&str, &str); 3] =
    [("plain", ""), ("bare", "#[candor::observe]"), ("declared", "#[candor::observe(always(true))]")];

/// Where it differs: the program, the form, what is said then, and the reason for which it may.
const ALLOWED: [(&str, &str, &str, &str); 10] = [
    ("return_without_value", "bare", "E0308 5:9", RETURNED),
    ("return_without_value", "declared", "E0308 5:9", RETURNED),
    ("reference_to_a_local", "bare", "E0597 5:5", KEPT),
    ("reference_to_a_local", "declared", "E0597 5:5", KEPT),
    ("async_assigned_twice", "bare", "E0594 4:5", BORROWED),
    ("async_assigned_twice", "declared", "E0594 4:5", BORROWED),
    ("argument_assigned", "declared", "E0594 4:5", BORROWED),
    ("break_outside_a_loop", "declared", "E0267 5:9", BORROWED),
    ("self_is_not_mutable", "declared", "E0596 5:24", AROUND),
    ("async_self_is_not_mutable", "declared", "E0596 5:30", AROUND),
];

const RETURNED: &str =
    "same place: the value of a `return` is looked at, so `()` is the wrong type of a value";
const KEPT: &str = "same place: the value is kept in a local until its exit is noted";
const BORROWED: &str = "same place: the body stands in a closure or an async block, so that its value can be looked at \
    while the arguments are still there; the compiler then names the closure";
const AROUND: &str = "the compiler tells a borrow that a closure cannot have at the closure, which begins where the body \
    does; the label is at the place in the body";

#[test]
fn mistakes_in_the_body_are_told_where_they_are() {
    let mut project = Project::new("position");
    for (name, source) in WRONG {
        for (form, attribute) in FORMS {
            let source = source.replace('@', attribute);
            project.add(&format!("{form}_{name}"), &format!("#![allow(unused)]\n{source}\nfn main() {{}}\n"));
        }
    }
    let said = project.ask("check");
    let mut wrong = Vec::new();
    println!("| wrong program | without | `#[observe]` | `#[observe(always(true))]` |\n|---|---|---|---|");
    for (name, _) in WRONG {
        let of = |form: &str| &said[&format!("{form}_{name}")];
        println!("| {name} | {} |", FORMS.map(|(form, _)| shorts(of(form)).join(", ")).join(" | "));
        assert!(!of("plain").is_empty(), "{name} is not wrong");
        for (form, _) in &FORMS[1..] {
            let allowed = ALLOWED.iter().find(|(known, in_form, ..)| known == &name && in_form == form);
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
