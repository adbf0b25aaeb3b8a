use candor::observe;

trait Store {
    #[observe]
    fn save(&self);
}

fn main() {}
