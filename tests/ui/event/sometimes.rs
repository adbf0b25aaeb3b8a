use candor::sometimes;

fn main() {
    let hits = 3;
    sometimes!(hits > 0);
    sometimes!();
    sometimes!("a name", "another name");
    sometimes!("the cache answers", hits > 0);
    sometimes!(hits > 0, "the cache answers");
    sometimes!(true, "the cache answers");
}
