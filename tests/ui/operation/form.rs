use candor::operation;

fn leaves() -> u32 {
    operation!("a row", {
        return 3;
    });
    4
}

fn main() {
    operation!("no body");
    operation!({ 3 });
    operation!("a row", emit(A), { 3 });
    leaves();
}
