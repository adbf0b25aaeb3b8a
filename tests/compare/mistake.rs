//! More wrong programs: lifetimes, borrows, threads, and values where an attribute looks at them.

/// The name, and a function with one mistake in its body.
pub(crate) const WRONG_TOO: [(&str, &str); 90] = [
    (
        "moved_into_closure",
        "@\nfn f(text: String) -> usize {\n    let c = move || text.len();\n    c() + text.len()\n}",
    ),
    ("text_of_a_local", "@\nfn f<'a>() -> &'a str {\n    let text = String::new();\n    text.as_str()\n}"),
    (
        "method_lives_too_short",
        "struct P { a: String }\nimpl P {\n    @\n    fn f(&self, b: &str) -> &str {\n        b\n    }\n}",
    ),
    (
        "method_returns_too_short",
        "struct P { a: String }\nimpl P {\n    @\n    fn f(&self, b: &str) -> &str {\n        if b.is_empty() {\n            return b;\n        }\n        &self.a\n    }\n}",
    ),
    (
        "early_text_of_a_local",
        "@\nfn f<'a>(n: u32) -> Result<&'a str, String> {\n    if n > 1 {\n        let text = String::new();\n        return Ok(text.as_str());\n    }\n    Ok(\"\")\n}",
    ),
    (
        "result_of_a_local",
        "@\nfn f<'a>() -> Result<&'a str, ()> {\n    let text = String::new();\n    Ok(&text)\n}",
    ),
    (
        "early_reference_to_a_local",
        "@\nfn f<'a>(n: u32) -> &'a str {\n    if n > 1 {\n        let text = String::new();\n        return &text;\n    }\n    \"\"\n}",
    ),
    ("elided_reference_to_a_local", "@\nfn f(a: &str) -> &str {\n    let text = a.to_owned();\n    &text\n}"),
    (
        "static_reference_to_a_local",
        "@\nfn f() -> &'static str {\n    let text = String::new();\n    &text\n}",
    ),
    ("reference_to_what_is_made", "@\nfn f<'a>() -> &'a str {\n    &String::new()\n}"),
    (
        "boxed_reference_to_a_local",
        "@\nfn f<'a>() -> Box<dyn Fn() -> usize + 'a> {\n    let text = String::new();\n    Box::new(|| text.len())\n}",
    ),
    (
        "iterator_over_a_local",
        "@\nfn f() -> impl Iterator<Item = char> {\n    let text = String::new();\n    text.chars()\n}",
    ),
    (
        "argument_lives_too_short",
        "@\nfn f<'a>(a: &'a str, b: &str) -> &'a str {\n    if a.is_empty() {\n        return b;\n    }\n    b\n}",
    ),
    (
        "argument_lives_too_short_in_result",
        "@\nfn f<'a>(a: &'a str, b: &str) -> Result<&'a str, String> {\n    Ok(b)\n}",
    ),
    (
        "async_reference_to_a_local",
        "@\nasync fn f<'a>() -> &'a str {\n    let text = String::new();\n    &text\n}",
    ),
    ("async_argument_lives_too_short", "@\nasync fn f<'a>(a: &'a str, b: &str) -> &'a str {\n    b\n}"),
    (
        "question_in_closure",
        "@\nfn f(n: &str) -> u32 {\n    let c = |x: &str| x.parse::<u32>()?;\n    c(n)\n}",
    ),
    (
        "wild_of_another_type",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() {\n    let _: u32 = g(1);\n}",
    ),
    ("wild_literal", "@\nfn f() {\n    let _: u32 = \"x\";\n}"),
    ("wild_unknown_method", "@\nfn f() {\n    let _ = 1u32.missing();\n}"),
    ("drop_of_unknown", "@\nfn f() {\n    drop(missing);\n}"),
    ("ok_on_number", "@\nfn f() {\n    5u32.ok();\n}"),
    ("substitute_of_another_type", "@\nfn f(n: &str) -> u32 {\n    n.parse::<u32>().unwrap_or(\"x\")\n}"),
    (
        "closure_with_two",
        "@\nfn f(n: &str) -> Result<u32, u8> {\n    let n = n.parse::<u32>().map_err(|a, b| 3)?;\n    Ok(n)\n}",
    ),
    (
        "if_let_of_number",
        "@\nfn f() -> u32 {\n    if let Ok(n) = 5u32.pow(2) {\n        return n;\n    }\n    1\n}",
    ),
    ("while_let_of_number", "@\nfn f() {\n    while let Ok(n) = 5u32.pow(2) {}\n}"),
    ("let_else_of_number", "@\nfn f() {\n    let Ok(n) = 5u32.pow(2) else { return };\n}"),
    (
        "match_of_number",
        "@\nfn f() {\n    match 5u32.pow(2) {\n        Ok(_) => {}\n        Err(_) => {}\n    }\n}",
    ),
    (
        "moved_then_taken",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() {\n    let r = g(1);\n    drop(r);\n    r.ok();\n}",
    ),
    (
        "moved_then_matched",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() {\n    let r = g(1);\n    drop(r);\n    match r {\n        Ok(_) => {}\n        Err(_) => {}\n    }\n}",
    ),
    (
        "moved_in_loop",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f(text: String) {\n    for _ in 0..2 {\n        drop(text);\n    }\n}",
    ),
    (
        "returned_of_another_type_async",
        "@\nasync fn f(n: u32) -> u32 {\n    if n > 1 {\n        return \"x\";\n    }\n    n\n}",
    ),
    (
        "returned_nothing_async",
        "@\nasync fn f(n: u32) -> u32 {\n    if n > 1 {\n        return;\n    }\n    n\n}",
    ),
    ("returned_something", "@\nfn f(n: u32) {\n    if n > 1 {\n        return n;\n    }\n}"),
    ("boxed_without_trait", "struct P;\n@\nfn f() -> Box<dyn std::fmt::Display> {\n    Box::new(P)\n}"),
    ("hidden_without_trait", "struct P;\n@\nfn f() -> impl std::fmt::Display {\n    P\n}"),
    ("default_of_unknown", "@\nfn f() {\n    let x = Default::default();\n}"),
    (
        "future_is_asked",
        "async fn ag(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nasync fn f() -> Result<String, String> {\n    let n = ag(1)?;\n    Ok(n)\n}",
    ),
    (
        "let_can_fail",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() -> String {\n    let Ok(n) = g(1);\n    n\n}",
    ),
    ("unknown_label", "@\nfn f() {\n    loop {\n        break 'outer;\n    }\n}"),
    ("continue_outside", "@\nfn f(n: u32) {\n    if n > 1 {\n        continue;\n    }\n}"),
    ("break_in_closure", "@\nfn f() {\n    loop {\n        let c = || break;\n    }\n}"),
    ("unknown_macro", "@\nfn f() {\n    missing!();\n}"),
    ("too_few_for_format", "@\nfn f() -> String {\n    format!(\"{} {}\", 1)\n}"),
    ("index_of_another_type", "@\nfn f(list: &[u32]) -> u32 {\n    list[\"x\"]\n}"),
    ("call_of_number", "@\nfn f(n: u32) -> u32 {\n    n(1)\n}"),
    (
        "unsafe_call",
        "unsafe fn u() -> Result<(), String> { Ok(()) }\n@\nfn f() {\n    let _ = u();\n    u().ok();\n}",
    ),
    ("thread_borrows", "@\nfn f() {\n    let n = 1;\n    std::thread::spawn(|| println!(\"{n}\"));\n}"),
    (
        "thread_is_not_send",
        "@\nfn f() {\n    let n = std::rc::Rc::new(1);\n    let h = std::thread::spawn(move || println!(\"{n}\"));\n    let _ = h.join();\n}",
    ),
    ("thread_of_number", "@\nfn f() {\n    let _ = std::thread::spawn(5);\n}"),
    (
        "assigned_while_borrowed",
        "@\nfn f() -> u32 {\n    let mut n = 1;\n    let r = &n;\n    n = 2;\n    *r\n}",
    ),
    (
        "dropped_while_borrowed",
        "@\nfn f(text: String) {\n    let r = &text;\n    drop(text);\n    println!(\"{r}\");\n}",
    ),
    ("temporary_is_gone", "@\nfn f() {\n    let r = String::new().as_str();\n    println!(\"{r}\");\n}"),
    (
        "temporary_of_question_is_gone",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() -> Result<(), String> {\n    let r = g(1)?.as_str();\n    println!(\"{r}\");\n    Ok(())\n}",
    ),
    (
        "temporary_of_ok_is_gone",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() {\n    let r = g(1).ok().as_deref();\n    println!(\"{r:?}\");\n}",
    ),
    (
        "arguments_of_question",
        "@\nfn f(n: &str) -> Result<u32, std::num::ParseIntError> {\n    let n = n.parse::<u32>(1)?;\n    Ok(n)\n}",
    ),
    ("question_of_unknown", "@\nfn f() -> Result<u32, String> {\n    let n = missing()?;\n    Ok(n)\n}"),
    (
        "tail_question_mistaken",
        "@\nfn f(n: &str) -> Result<u32, std::num::ParseIntError> {\n    n.parse::<u32>()?\n}",
    ),
    ("result_tail_unwrapped", "@\nfn f(n: &str) -> Result<u32, String> {\n    5\n}"),
    ("error_of_another_type", "@\nfn f(n: &str) -> Result<u32, String> {\n    Err(5)\n}"),
    (
        "error_returned_of_another_type",
        "@\nfn f(n: u32) -> Result<u32, String> {\n    if n > 1 {\n        return Err(5);\n    }\n    Ok(n)\n}",
    ),
    ("option_for_result", "@\nfn f(n: u32) -> Result<u32, String> {\n    Some(n)\n}"),
    (
        "self_field_unknown",
        "struct P { a: u32 }\nimpl P {\n    @\n    fn f(&self) -> u32 {\n        self.b\n    }\n}",
    ),
    (
        "self_is_moved",
        "struct P { a: String }\nimpl P {\n    @\n    fn f(&self) -> String {\n        self.a\n    }\n}",
    ),
    (
        "self_is_borrowed_mutably",
        "struct P { a: Vec<u32> }\nimpl P {\n    @\n    fn f(&self) -> usize {\n        self.a.push(1);\n        self.a.len()\n    }\n}",
    ),
    (
        "async_self_is_borrowed_mutably",
        "struct P { a: Vec<u32> }\nimpl P {\n    @\n    async fn f(&self) -> usize {\n        self.a.push(1);\n        self.a.len()\n    }\n}",
    ),
    (
        "argument_is_pushed_async",
        "@\nasync fn f(list: Vec<u32>) -> usize {\n    list.push(1);\n    list.len()\n}",
    ),
    ("lent_argument_is_changed", "@\nfn f(list: &Vec<u32>) -> usize {\n    list.push(1);\n    list.len()\n}"),
    ("lent_number_is_changed", "@\nfn f(n: &u32) -> u32 {\n    *n += 1;\n    *n\n}"),
    ("async_lent_number_is_changed", "@\nasync fn f(n: &u32) -> u32 {\n    *n += 1;\n    *n\n}"),
    ("field_of_argument_assigned", "struct P { a: u32 }\n@\nfn f(p: P) -> u32 {\n    p.a = 2;\n    p.a\n}"),
    (
        "async_field_of_argument_assigned",
        "struct P { a: u32 }\n@\nasync fn f(p: P) -> u32 {\n    p.a = 2;\n    p.a\n}",
    ),
    ("moved_out_of_argument", "struct P { a: String }\n@\nfn f(p: &P) -> String {\n    p.a\n}"),
    ("moved_twice_declared", "@\nfn f(text: String) -> (String, String) {\n    (text, text)\n}"),
    ("async_moved_twice", "@\nasync fn f(text: String) -> (String, String) {\n    (text, text)\n}"),
    ("closure_moves_out", "@\nfn f(text: String) {\n    let c = || drop(text);\n    c();\n    c();\n}"),
    ("generic_is_moved", "@\nfn f<T>(t: T) -> (T, T) {\n    (t, t)\n}"),
    ("generic_without_bound", "@\nfn f<T>(t: T) -> String {\n    t.to_string()\n}"),
    (
        "uninitialized",
        "@\nfn f(n: u32) -> u32 {\n    let m: u32;\n    if n > 1 {\n        m = 1;\n    }\n    m\n}",
    ),
    ("number_too_large", "@\nfn f() -> u8 {\n    256\n}"),
    (
        "nested_function_captures",
        "@\nfn f(n: u32) -> u32 {\n    fn inner() -> u32 {\n        n\n    }\n    inner()\n}",
    ),
    (
        "await_in_closure",
        "async fn ag(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nasync fn f() {\n    let c = || ag(1).await;\n}",
    ),
    (
        "let_chain_mistake",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() -> u32 {\n    if let Ok(n) = g(1) && n {\n        return 1;\n    }\n    2\n}",
    ),
    (
        "guard_is_no_truth",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() -> u32 {\n    match g(1) {\n        Ok(n) if n => 1,\n        _ => 2,\n    }\n}",
    ),
    (
        "arm_of_error_mistaken",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() -> u32 {\n    match g(1) {\n        Ok(_) => 1,\n        Err(e) => e,\n    }\n}",
    ),
    (
        "unwrap_or_else_mistaken",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() -> String {\n    g(1).unwrap_or_else(|e| 5)\n}",
    ),
    (
        "method_of_error_unknown",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() -> String {\n    g(1).map_err(|e| e.missing()).unwrap_or_default()\n}",
    ),
    (
        "is_ok_with_argument",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() -> bool {\n    g(1).is_ok(1)\n}",
    ),
    (
        "assigned_result_of_another_type",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() {\n    let mut r = g(1);\n    r = 5;\n    r = g(2);\n}",
    ),
    (
        "looped_result_of_another_type",
        "fn g(_: u32) -> Result<String, String> { Ok(String::new()) }\n@\nfn f() {\n    let mut r: u32 = 1;\n    for _ in 0..2 {\n        r = g(1);\n    }\n}",
    ),
];
