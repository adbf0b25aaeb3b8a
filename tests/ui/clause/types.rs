use candor::observe;

struct Receipt {
    total: u64,
}

#[observe(ensures(ret.total == "a lot"))]
fn compares_a_number_with_text() -> Receipt {
    Receipt { total: 1 }
}

#[observe(requires(amount))]
fn is_no_truth(amount: u64) {
    let _ = amount;
}

#[observe(ensures(ret.sum == 1))]
fn no_such_field() -> Result<Receipt, String> {
    Ok(Receipt { total: 1 })
}

fn main() {}
