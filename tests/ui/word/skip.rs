use candor::observe;

struct Cart;

#[observe(skip(zz), args)]
fn no_such_parameter(a: u32, (b, _): (u32, u32)) {
    let _ = (a, b);
}

#[observe(skip(self, other))]
fn no_parameters() {}

impl Cart {
    #[observe(skip(self, a, b), args)]
    fn these_exist(&self, a: u32, (b, _): (u32, u32)) {
        let _ = (a, b);
    }
}

#[observe(skip, key = 1)]
fn left_out_and_observed() {}

#[observe(requires(true), skip)]
fn observed_and_left_out() {}

#[observe(skip_all, skip(a))]
fn all_and_one(a: u32) {
    let _ = a;
}

#[observe(args, skip(a, a))]
fn one_twice(a: u32) {
    let _ = a;
}

fn main() {
    Cart.these_exist(1, (2, 3));
}
