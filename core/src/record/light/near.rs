//! What a thread remembers by addresses: places that have noted lines in its light calls, and where an event is counted.

use std::cell::Cell;
use std::hint::cold_path;

/// Things by their addresses, of which the lowest bits say nothing and are left out. Two that belong to one place do so in every
/// call: if it had room for only one of them, neither would be there when it is looked for again. So it has room for two.
pub(super) struct Near<T, const PLACES: usize>([[Cell<T>; 2]; PLACES]);

impl<T: Copy, const PLACES: usize> Near<T, PLACES> {
    /// All of them with nothing that is ever looked for.
    pub(super) const fn of(places: [[Cell<T>; 2]; PLACES]) -> Near<T, PLACES> {
        const { assert!(PLACES.is_power_of_two()) };
        Near(places)
    }

    #[inline(always)]
    fn place(&self, address: usize) -> Option<&[Cell<T>; 2]> {
        self.0.get(address & (PLACES - 1))
    }

    /// What belongs to this address and `is_it`, if it is remembered.
    #[inline(always)]
    pub(super) fn find(&self, address: usize, is_it: impl Fn(T) -> bool) -> Option<T> {
        let [one, other] = self.place(address)?;
        let held = |cell: &Cell<T>| Some(cell.get()).filter(|held| is_it(*held));
        match held(one) {
            None => {
                cold_path();
                held(other)
            }
            held => held,
        }
    }

    /// Remembers something that is not there, instead of what has been in its place for longer.
    #[inline(always)]
    pub(super) fn put(&self, address: usize, it: T) {
        if let Some([one, other]) = self.place(address) {
            other.set(one.replace(it));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_that_belong_to_one_place_are_both_found_and_a_third_one_takes_that_of_the_older_one() {
        let near: Near<u8, 4> = Near::of([const { [const { Cell::new(0) }; 2] }; 4]);
        let find = |address, it| near.find(address, |held| held == it);
        assert_eq!(find(1, 5), None);
        near.put(1, 5);
        near.put(1 + 4, 6);
        assert_eq!((find(1, 5), find(1 + 4, 6)), (Some(5), Some(6)));
        assert_eq!(find(2, 5), None, "in another place");
        near.put(1 + 8, 7);
        assert_eq!((find(1, 5), find(1 + 4, 6), find(1 + 8, 7)), (None, Some(6), Some(7)));
    }
}
