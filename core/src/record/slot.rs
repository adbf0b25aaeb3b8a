//! Lists whose places are there before they are used.

/// A list of things that own nothing. Its places are there before they are used, so that a thing is written where it stays:
/// one that is copied there as a whole waits until its parts are written.
pub(super) struct Slots<T> {
    pub(super) places: Vec<T>,
    pub(super) used: u32,
}

impl<T> Default for Slots<T> {
    fn default() -> Slots<T> {
        Slots { places: Vec::new(), used: 0 }
    }
}

/// What stands in a place that is not used.
pub(super) trait Blank: Copy {
    const BLANK: Self;
}

impl<T: Blank> Slots<T> {
    /// The number of the next place, which is there.
    #[inline(always)]
    pub(super) fn next(&mut self) -> usize {
        let index = self.used as usize;
        if index >= self.places.len() {
            self.grow();
        }
        self.used += 1;
        index
    }

    /// One thing more.
    #[inline(always)]
    pub(super) fn push(&mut self, thing: T) {
        let index = self.next();
        if let Some(place) = self.places.get_mut(index) {
            *place = thing;
        }
    }

    /// All of these more.
    #[inline(always)]
    pub(super) fn append(&mut self, things: &[T]) {
        let behind = self.used as usize + things.len();
        while behind > self.places.len() {
            self.grow();
        }
        if let Some(places) = self.places.get_mut(self.used as usize..behind) {
            places.copy_from_slice(things);
            self.used += things.len() as u32;
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        self.places.resize((self.places.len() * 2).max(4), T::BLANK);
    }

    pub(super) fn all(&self) -> &[T] {
        self.places.get(..self.used as usize).unwrap_or_default()
    }

    pub(super) fn all_mut(&mut self) -> &mut [T] {
        self.places.get_mut(..self.used as usize).unwrap_or_default()
    }

    pub(super) fn bytes(&self) -> usize {
        self.places.capacity() * size_of::<T>()
    }
}
