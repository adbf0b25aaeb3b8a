//! Wrong programs. `@` stands for the attribute, on a line of its own.

/// The name, and a function with one mistake in its body.
pub(crate) const WRONG: [(&str, &str); 47] = [
    ("tail_of_another_type", "@\nfn f() -> u32 {\n    let _x = 1;\n    \"x\"\n}"),
    ("no_tail", "@\nfn f() -> u32 {\n    let _x = 1;\n}"),
    ("tail_with_semicolon", "@\nfn f(n: u32) -> Result<u32, String> {\n    Ok(n);\n}"),
    ("let_of_another_type", "@\nfn f() {\n    let _n: u32 = \"x\";\n}"),
    (
        "return_of_another_type",
        "@\nfn f(n: u32) -> u32 {\n    if n > 1 {\n        return \"x\";\n    }\n    n\n}",
    ),
    ("return_without_value", "@\nfn f(n: u32) -> u32 {\n    if n > 1 {\n        return;\n    }\n    n\n}"),
    (
        "question_without_from",
        "@\nfn f(n: &str) -> Result<u32, u8> {\n    let n = n.parse::<u32>()?;\n    Ok(n)\n}",
    ),
    ("question_in_unit", "@\nfn f(n: &str) {\n    n.parse::<u32>()?;\n}"),
    ("question_on_option", "@\nfn f(n: Option<u32>) -> Result<u32, String> {\n    Ok(n? + 1)\n}"),
    ("question_on_number", "@\nfn f(n: u32) -> Result<u32, String> {\n    Ok(n?)\n}"),
    ("unknown_method", "@\nfn f(n: &str) -> bool {\n    n.parse::<u32>().okay()\n}"),
    ("unknown_method_behind_ok", "@\nfn f(n: &str) -> Option<u32> {\n    n.parse::<u32>().ok().maybe()\n}"),
    ("unknown_name", "@\nfn f() -> u32 {\n    let a = 1;\n    a + bb\n}"),
    ("unknown_function", "@\nfn f() {\n    let _ = missing(1);\n}"),
    ("unknown_field", "struct P { a: u32 }\n@\nfn f(p: P) -> u32 {\n    p.a + p.b\n}"),
    (
        "too_many_arguments",
        "fn g(_: u32) -> Result<(), String> { Ok(()) }\n@\nfn f() {\n    let _ = g(1, 2);\n}",
    ),
    (
        "argument_of_another_type",
        "fn g(_: u32) -> Result<(), String> { Ok(()) }\n@\nfn f() {\n    g(\"x\").ok();\n}",
    ),
    ("use_after_move", "@\nfn f(text: String) -> usize {\n    drop(text);\n    text.len()\n}"),
    (
        "use_after_move_in_probe",
        "fn g(_: String) -> Result<(), String> { Ok(()) }\n@\nfn f(text: String) {\n    let _ = g(text);\n    g(text).ok();\n}",
    ),
    (
        "borrowed_twice",
        "@\nfn f(list: &mut Vec<u32>) {\n    let first = &list[0];\n    list.push(*first);\n    println!(\"{first}\");\n}",
    ),
    ("assigned_twice", "@\nfn f() -> u32 {\n    let n = 1;\n    n = 2;\n    n\n}"),
    ("reference_to_a_local", "@\nfn f<'a>() -> &'a str {\n    let text = String::new();\n    &text\n}"),
    (
        "does_not_live_long_enough",
        "@\nfn f() -> usize {\n    let kept: &str;\n    {\n        let text = String::new();\n        kept = &text;\n    }\n    kept.len()\n}",
    ),
    ("missing_arm", "@\nfn f(n: Result<u32, String>) -> u32 {\n    match n {\n        Ok(n) => n,\n    }\n}"),
    (
        "arms_of_different_types",
        "@\nfn f(n: Result<u32, String>) -> u32 {\n    match n {\n        Ok(n) => n,\n        Err(e) => e,\n    }\n}",
    ),
    ("condition_is_no_truth", "@\nfn f(n: u32) -> u32 {\n    if n { 1 } else { 2 }\n}"),
    (
        "else_of_another_type",
        "@\nfn f(n: u32) -> u32 {\n    let m = if n > 1 { 1 } else { \"x\" };\n    m\n}",
    ),
    (
        "pattern_of_another_type",
        "@\nfn f(n: u32) -> u32 {\n    if let Ok(n) = n {\n        return n;\n    }\n    n\n}",
    ),
    (
        "let_else_goes_on",
        "@\nfn f(n: Option<u32>) -> u32 {\n    let Some(n) = n else { println!(\"x\") };\n    n\n}",
    ),
    ("bound_is_missing", "@\nfn f<T>(a: T, b: T) -> bool {\n    a == b\n}"),
    ("trait_is_missing", "struct P;\n@\nfn f() -> String {\n    format!(\"{}\", P)\n}"),
    ("not_a_future", "@\nasync fn f(n: u32) -> u32 {\n    n.await\n}"),
    ("await_outside_async", "async fn g() -> u32 { 1 }\n@\nfn f() -> u32 {\n    g().await\n}"),
    ("async_tail_of_another_type", "@\nasync fn f() -> u32 {\n    \"x\"\n}"),
    (
        "async_question_without_from",
        "async fn g() -> Result<u32, String> { Ok(1) }\n@\nasync fn f() -> Result<u32, u8> {\n    let n = g().await?;\n    Ok(n)\n}",
    ),
    (
        "async_is_not_send",
        "fn send<T: Send>(_: T) {}\n@\nasync fn f() {\n    let kept = std::rc::Rc::new(1);\n    std::future::ready(()).await;\n    drop(kept);\n}\n#[allow(dead_code)]\nfn g() {\n    send(f());\n}",
    ),
    ("async_no_tail", "@\nasync fn f() -> u32 {\n    let _x = 1;\n}"),
    (
        "async_self_is_not_mutable",
        "struct P { a: u32 }\nimpl P {\n    @\n    async fn f(&self) -> u32 {\n        self.a += 1;\n        self.a\n    }\n}",
    ),
    (
        "async_use_after_move",
        "@\nasync fn f(text: String) -> usize {\n    drop(text);\n    std::future::ready(()).await;\n    text.len()\n}",
    ),
    ("async_assigned_twice", "@\nasync fn f(n: u32) -> u32 {\n    n = 2;\n    n\n}"),
    ("argument_assigned", "@\nfn f(n: u32) -> u32 {\n    n = 2;\n    n\n}"),
    ("argument_borrowed_mutably", "@\nfn f(list: Vec<u32>) -> usize {\n    list.push(1);\n    list.len()\n}"),
    ("type_is_not_known", "@\nfn f() -> usize {\n    let list = Vec::new();\n    list.len()\n}"),
    (
        "self_is_not_mutable",
        "struct P { a: u32 }\nimpl P {\n    @\n    fn f(&self) -> u32 {\n        self.a += 1;\n        self.a\n    }\n}",
    ),
    ("break_outside_a_loop", "@\nfn f(n: u32) -> u32 {\n    if n > 1 {\n        break;\n    }\n    n\n}"),
    (
        "not_iterable",
        "@\nfn f(n: u32) -> u32 {\n    let mut sum = 0;\n    for x in n {\n        sum += x;\n    }\n    sum\n}",
    ),
    ("half_typed", "struct P { a: u32 }\nimpl P {\n    @\n    fn f(&self) -> u32 {\n        self.\n    }\n}"),
];
