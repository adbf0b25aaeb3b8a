//! Parameters with the names that macros like.

// @attribute
// @declared(requires(value < 100), ensures(ret == 28))
fn hostile(__candor_value: u32, __candor_guard: u32, value: u32, guard: u32, result: u32) -> u32 {
    __candor_value + __candor_guard + value + guard + result + other(6, 7)
}

// @attribute
// @declared(key = span)
fn other(span: u32, __tracing_attr_span: u32) -> u32 {
    let _guard = span;
    let __span__ = __tracing_attr_span;
    _guard + __span__
}

// @attribute result
// @declared(key = caller)
fn names(caller: u32, start: u32, callsite: u32, frame: u32, plan: u32) -> Result<u32, String> {
    let __candor_end = start;
    let __candor_asked = callsite;
    let ret = Ok::<u32, String>(__candor_end + __candor_asked + caller + frame + plan)?;
    let outcome = ret;
    return Ok(outcome);
}

// @attribute
// @declared(key = res)
fn more(res: u32, fut: u32, this: u32, err: u32, ok: u32) -> u32 {
    let e = res;
    let tmp = e + fut;
    let inner = tmp + this;
    let __err = err;
    inner + __err + ok
}

fn main() {
    assert_eq!(hostile(1, 2, 3, 4, 5), 28);
    assert_eq!(names(1, 2, 3, 4, 5), Ok(15));
    assert_eq!(more(1, 2, 3, 4, 5), 15);
}
