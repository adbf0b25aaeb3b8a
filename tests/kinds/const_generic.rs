//! Constant parameters, arrays and an associated constant.

struct Grid<const W: usize, const H: usize>;

impl<const W: usize, const H: usize> Grid<W, H> {
    const AREA: usize = W * H;

    // @attribute mute
    // @declared(ensures(ret.len() == H))
    fn rows<T: Copy + Default>() -> [[T; W]; H] {
        [[T::default(); W]; H]
    }

    // @attribute
    // @declared(ensures(ret == Self::AREA))
    fn area(&self) -> usize {
        Self::AREA
    }
}

// @attribute
// @declared(requires(N > 0))
fn first<const N: usize>(all: [u32; N]) -> [u32; 1] {
    [all[0]]
}

fn main() {
    assert_eq!(Grid::<2, 1>::rows::<u8>(), [[0, 0]]);
    assert_eq!(Grid::<2, 3>.area(), 6);
    assert_eq!(first([4, 5]), [4]);
}
