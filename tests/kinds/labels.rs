//! Labelled loops and blocks, `break` with values, `continue`.

// @attribute result
// @declared(requires(rows.len() < 9), ensures(ret > 0))
fn labels(rows: &[&[i32]]) -> Result<i32, String> {
    let mut sum = 0;
    let found = 'rows: loop {
        for row in rows {
            'cells: for cell in *row {
                match cell {
                    0 => continue 'cells,
                    9 => break 'rows Some(*cell),
                    -1 => return Err("negative".to_owned()),
                    n => sum += n,
                }
            }
        }
        break None;
    };
    let value = 'block: {
        let Some(found) = found else { break 'block sum };
        if found > 100 {
            break 'block 0;
        }
        found + sum
    };
    let mut left = value;
    while left > 10 {
        left -= 10;
        if left == 5 {
            break;
        }
    }
    Ok(left)
}

fn main() {
    assert_eq!(labels(&[&[1, 0, 2], &[9, 5]]), Ok(2));
    assert_eq!(labels(&[&[1], &[2]]), Ok(3));
    assert_eq!(labels(&[&[-1]]), Err("negative".to_owned()));
}
