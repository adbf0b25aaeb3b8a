use candor::observe;

#[observe(key = 1)]
trait Store {
    fn save(&self) {}
}

struct Memory;
impl Store for Memory {}

fn main() {
    Memory.save();
}
