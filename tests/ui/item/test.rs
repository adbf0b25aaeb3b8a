#[candor::test]
async fn without_a_runtime() {}

#[candor::test(stirct)]
fn wrong_word() {}

fn main() {}
