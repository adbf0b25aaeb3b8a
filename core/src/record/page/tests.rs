use super::*;

fn words(text: String) -> Words {
    Words { text, ..Words::NONE }
}

fn texts(pages: &Pages) -> Vec<String> {
    let text = |note: &Note| match note.body {
        Body::Words(number) => pages.words(number).map(|words| words.text.clone()),
        Body::Event { values, .. } | Body::Change { values, .. } => {
            pages.values(values).first().map(ToString::to_string)
        }
        Body::Line(_) | Body::Child(_) => None,
    };
    pages.in_order().filter_map(text).collect()
}

impl Pages {
    /// So many words.
    fn push_words(&mut self, many: usize) {
        (0..many / 1_000).for_each(|_| _ = self.keep_words(words("x".repeat(1_000))));
    }
}

/// A note of a number, or of a text, or of words.
fn note(pages: &mut Pages, n: u64) {
    let place = "place";
    let body = match n % 3 {
        0 => Body::Change { place, values: pages.keep(|values| values.push(Value::U64(n))) },
        1 => Body::Change {
            place,
            values: pages.keep(|values| values.push(Value::Text(n.to_string().into()))),
        },
        _ => pages.keep_words(words(n.to_string())),
    };
    pages.push(Note { at: n, site: None, level: 0, body });
}

#[test]
fn the_first_and_the_last_notes_are_kept_with_their_values_however_many_there_were() {
    let mut pages = Pages::default();
    (0..10_000).for_each(|n| note(&mut pages, n));
    let wanted: Vec<String> = (0..48).chain(10_000 - 48..10_000).map(|n: u64| n.to_string()).collect();
    assert_eq!(texts(&pages), wanted);
    assert_eq!(pages.omitted, 10_000 - 96);
    assert!(pages.bytes() < 256 * 1024, "{} bytes", pages.bytes());
    pages.clear();
    assert!(texts(&pages).is_empty() && pages.omitted == 0);
}

#[test]
fn a_note_that_arrives_late_takes_its_place_in_the_order_of_time() {
    for count in [10, 95, 96, 1_000] {
        let mut pages = Pages::default();
        (0..count).for_each(|n| note(&mut pages, n * 2));
        let body = pages.keep_words(words("late".to_owned()));
        pages.insert(Note { at: 9, site: None, level: 0, body });
        let texts = texts(&pages);
        assert_eq!(texts.get(5).map(String::as_str), Some("late"), "of {count}");
        assert_eq!(texts.len(), 96.min(count as usize + 1), "of {count}");
        assert_eq!(texts.last(), Some(&((count - 1) * 2).to_string()), "of {count}");
    }
}

#[test]
fn a_note_that_arrives_late_comes_before_what_followed_also_where_that_bears_no_time() {
    let mut pages = Pages::default();
    for (n, at) in [(0, 5), (3, 0), (6, 20), (9, 0), (12, 0)] {
        note(&mut pages, n);
        if let Some(last) = pages.notes_mut().last_mut() {
            last.at = at;
        }
    }
    let body = pages.keep_words(words("late".to_owned()));
    pages.insert(Note { at: 9, site: None, level: 0, body });
    assert_eq!(texts(&pages), ["0", "3", "late", "6", "9", "12"]);
}

#[test]
fn what_a_child_noted_keeps_its_values_in_the_pages_of_its_parent() {
    let (mut parent, mut child) = (Pages::default(), Pages::default());
    (0..10).for_each(|n| note(&mut parent, n));
    (10..40).for_each(|n| note(&mut child, n));
    parent.absorb(&mut child);
    let wanted: Vec<String> = (0..40_u64).map(|n| n.to_string()).collect();
    assert_eq!(texts(&parent), wanted);
}

#[test]
fn what_a_child_noted_in_numbers_alone_is_taken_over_as_what_it_noted_in_any_way() {
    for (own, of_child) in [(0, 3), (5, 4), (90, 6), (90, 7), (40, 200), (200, 3)] {
        let (mut parent, mut child, mut all) = (Pages::default(), Pages::default(), Pages::default());
        (0..own).for_each(|n| note(&mut parent, n * 3));
        (own..own + of_child).for_each(|n| note(&mut child, n * 3));
        (0..own + of_child).for_each(|n| note(&mut all, n * 3));
        let fits = own + of_child <= 96;
        parent.absorb(&mut child);
        if fits {
            assert_eq!(texts(&parent), texts(&all), "{own} and {of_child}");
        }
        assert_eq!(texts(&parent).len() as u64 + parent.omitted, own + of_child, "{own} and {of_child}");
    }
}

#[test]
fn pages_that_grew_do_not_fit_and_those_that_did_not_are_measured_once() {
    let (mut large, mut small) = (Pages::default(), Pages::default());
    (0..4).for_each(|n| note(&mut small, n * 3));
    (0..4).for_each(|_| large.push_words(10_000));
    for pages in [&mut small, &mut large] {
        pages.clear();
    }
    assert!(small.fit_into(8 * 1024) && !small.fit_into(100));
    assert!(!large.fit_into(1024), "{} bytes of lists that are empty now", large.bytes());
    let measured = small.measured;
    (0..4).for_each(|n| note(&mut small, n * 3));
    small.clear();
    assert!(small.fit_into(8 * 1024) && small.measured == measured);
}
