//! Items within the body: functions, types, imports, constants, macros.

// @attribute
// @declared(ensures(ret == 13))
fn outer(n: u32) -> u32 {
    use std::collections::BTreeMap;
    const MORE: u32 = 2;
    static STILL: u32 = 3;
    macro_rules! plus {
        ($a:expr) => {
            $a + MORE
        };
    }
    #[derive(Default)]
    struct Local {
        n: u32,
    }
    impl Local {
        fn read(&self) -> Result<u32, String> {
            if self.n > 100 {
                return Err("many".to_owned());
            }
            Ok(self.n)
        }
    }
    enum Kind {
        One,
    }
    fn helper(n: u32) -> Option<u32> {
        let n = Some(n)?;
        return Some(n * 2);
    }
    let mut map = BTreeMap::new();
    map.insert(1, helper(n).unwrap_or_default());
    let Kind::One = Kind::One;
    plus!(map[&1]) + STILL + Local { n: 4 }.read().unwrap()
}

fn main() {
    assert_eq!(outer(2), 13);
}
