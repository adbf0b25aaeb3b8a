//! What a child noted, as notes of whoever encloses it.

use super::{BOUND, Body, Note, Pages, Words};

impl Pages {
    /// Takes over the notes of a child that are not the first ones.
    #[inline(always)]
    pub(in crate::record) fn absorb(&mut self, child: &mut Pages) {
        let is_plain = child.omitted == 0 && !child.is_owning();
        if is_plain && self.list.used + child.list.used <= BOUND && self.values.small.used <= BOUND * 8 {
            self.absorb_plain(child);
        } else {
            self.absorb_any(child);
        }
    }

    /// The same of a child that has given up no note and kept nothing but numbers, all of which fit: they are copied as
    /// they are.
    #[inline(always)]
    fn absorb_plain(&mut self, child: &Pages) {
        self.boasts |= child.boasts;
        let behind = self.values.small.used;
        self.values.small.append(child.values.small.all());
        for note in child.list.all() {
            let index = self.list.next();
            let Some(place) = self.list.places.get_mut(index) else { return };
            *place = *note;
            if let Body::Event { values, .. } | Body::Change { values, .. } = &mut place.body {
                values.start += behind;
            }
        }
    }

    #[inline(never)]
    fn absorb_any(&mut self, child: &mut Pages) {
        self.omitted += child.omitted;
        if self.list.used + child.list.used > BOUND && self.omitted > 0 {
            self.omitted += u64::from(child.list.used);
            return;
        }
        child.straighten();
        self.boasts |= child.boasts;
        let Pages { list, values, words, said, .. } = child;
        for note in list.all() {
            let body = match note.body {
                Body::Event { meta, values: run } => {
                    Body::Event { meta, values: self.keep(|own| own.take_over(values, run)) }
                }
                Body::Change { place, values: run } => {
                    Body::Change { place, values: self.keep(|own| own.take_over(values, run)) }
                }
                Body::Line(line) => {
                    self.owns = true;
                    Body::Line(self.said.copy(&line, said))
                }
                Body::Words(number) => {
                    self.keep_words(words.get_mut(number as usize).map_or(Words::NONE, Words::take))
                }
                end @ Body::Child(_) => end,
            };
            self.push(Note { body, ..*note });
        }
    }
}
