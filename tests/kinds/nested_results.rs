//! Results in results and options, `??`, and `?` on a tail, in conditions and in loops.

// @attribute result
// @declared(ensures(ret > 0))
fn nested(all: &[Result<Option<Result<u32, String>>, String>]) -> Result<u32, String> {
    let mut sum = 0;
    let mut left = all.iter().cloned();
    while let Some(next) = left.next().transpose()? {
        if let Some(n) = next.transpose()? {
            sum += match Some(n).filter(|n| *n < 100) {
                Some(n) if checked(n)? => n,
                Some(_) => break,
                None => return Err("many".to_owned()),
            };
        }
    }
    doubled(Ok(Ok(sum)))
}

// @attribute result
// @declared(key = n)
fn checked(n: u32) -> Result<bool, String> {
    if n == 7 { Err("seven")? } else { Ok(n != 9) }
}

// @attribute result
// @declared(key = 1)
fn doubled(n: Result<Result<u32, String>, String>) -> Result<u32, String> {
    let n = n??;
    return Ok(2 * n);
}

fn main() {
    assert_eq!(nested(&[Ok(Some(Ok(1))), Ok(None), Ok(Some(Ok(2))), Ok(Some(Ok(9)))]), Ok(6));
    assert_eq!(nested(&[Ok(Some(Ok(7)))]), Err("seven".to_owned()));
    assert_eq!(nested(&[Ok(Some(Err("inner".to_owned())))]), Err("inner".to_owned()));
    assert_eq!(nested(&[Err("outer".to_owned())]), Err("outer".to_owned()));
    assert_eq!(nested(&[Ok(Some(Ok(100)))]), Err("many".to_owned()));
}
