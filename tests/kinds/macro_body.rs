//! A function made by `macro_rules!` whose statements and expressions are parameters of it.

macro_rules! make {
    ($name:ident, $n:ident, { $($statement:stmt);* } $value:expr) => {
        // @attribute result
        // @declared(ensures(ret > 0))
        fn $name($n: u32) -> Result<u32, String> {
            $($statement)*
            let value = $value;
            if value == 0 {
                return Err("zero".to_owned());
            }
            Ok(value)
        }
    };
}

make!(made, n, { let m = n + 1 } m * 2);
make!(asked, n, { let m = n } m.checked_sub(3).ok_or("less")?);

fn main() {
    assert_eq!(made(1), Ok(4));
    assert_eq!((asked(4), asked(3), asked(1)), (Ok(1), Err("zero".to_owned()), Err("less".to_owned())));
}
