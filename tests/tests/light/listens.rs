//! Whoever begins to listen, or ceases to, while a light future is suspended: it is told as one that has a frame is.

use std::sync::{Arc, Mutex};

use candor::model::{Divergence, Kept, KeptBody, Run};
use candor::{Exporter, Keep, Timeline};

use super::anywhere::{
    DEEDS, Deed, Place, Waiting, all_of, assert_same, at, drops, framed, holds_two, in_place, light, poll,
    step,
};
use super::{alone, layered};

/// Keeps whatever failed or was found, or all.
struct Keeps {
    all: bool,
    kept: Arc<Mutex<Vec<String>>>,
}

struct Chooses(bool);

impl Keep for Chooses {
    fn has_sampling(&self) -> bool {
        self.0
    }

    fn has_all(&self) -> bool {
        self.0
    }
}

impl Exporter for Keeps {
    fn divergence(&mut self, _divergence: &Divergence) {}

    fn finish(&mut self, _run: &Run) {}

    fn keeps(&self) -> Option<Box<dyn Keep>> {
        Some(Box::new(Chooses(self.all)))
    }

    fn operations(&mut self, kept: &[Kept], _timeline: &Timeline) {
        let tell = |kept: &Kept| {
            let lines = kept.lines.iter().map(|line| {
                let body = match &line.body {
                    KeptBody::Event { meta, values } => format!("{} {values:?}", meta.name),
                    KeptBody::Child { operation, class, .. } => format!("{} {class}", operation.name),
                    KeptBody::Change { place, .. } => (*place).to_owned(),
                    KeptBody::Words { text, .. } => text.clone(),
                };
                format!("    {} {body}", line.depth)
            });
            let head = format!(
                "kept {} {:?} {:?} {:?} {}",
                kept.operation.name,
                kept.key.as_ref().map(ToString::to_string),
                kept.why,
                kept.outcome.class,
                kept.parent.is_some()
            );
            [head].into_iter().chain(in_place(lines.collect())).collect::<Vec<_>>().join("\n")
        };
        self.kept.lock().unwrap().extend(kept.iter().map(tell));
    }
}

/// Who listens in a run.
#[derive(Clone, Copy, Debug)]
enum Listens {
    Nobody,
    ToFailures,
    ToAll,
}

fn install(who: Listens, kept: &Arc<Mutex<Vec<String>>>) -> candor::Guard {
    let builder = candor::builder().quiet();
    let keeps = |all| Keeps { all, kept: Arc::clone(kept) };
    let builder = match who {
        Listens::Nobody => builder,
        Listens::ToFailures => builder.exporter(keeps(false)),
        Listens::ToAll => builder.exporter(keeps(true)),
    };
    builder.install().unwrap()
}

/// What came of two runs, the second of which begins after the future was polled once, and what was exported.
fn in_two(begin: fn(u64, Deed) -> Waiting, deed: Deed, place: Place, who: [Listens; 2]) -> Vec<String> {
    let _alone = alone();
    let kept = Arc::new(Mutex::new(Vec::new()));
    let warm = || {
        for _ in 0..2 {
            let mut well = begin(1, Deed::Keeps);
            while !step(&mut well) {}
            drops(false, &mut || holds_two(&mut || {}));
        }
    };
    let first = install(who[0], &kept);
    warm();
    let mut waiting = Some(begin(3, deed));
    poll(&mut waiting);
    let first = first.finish();
    let second = install(who[1], &kept);
    warm();
    at(place, &mut || poll(&mut waiting));
    at(place, &mut || waiting = None);
    let second = second.finish();
    let mut kept = std::mem::take(&mut *kept.lock().unwrap());
    kept.sort();
    [all_of(&first), all_of(&second), kept].concat()
}

#[test]
fn whoever_begins_to_listen_meanwhile_is_told_the_same() {
    use Listens::{Nobody, ToAll, ToFailures};
    let all = [
        [Nobody; 2],
        [Nobody, ToFailures],
        [ToFailures, Nobody],
        [ToFailures; 2],
        [Nobody, ToAll],
        [ToAll, Nobody],
    ];
    layered(|| {
        for (who, deed, place) in all.into_iter().flat_map(|who| {
            DEEDS.into_iter().flat_map(move |deed| {
                [Place::Here, Place::WithinFailing, Place::OnAnother].map(|place| (who, deed, place))
            })
        }) {
            let light = in_two(|x, deed| Box::pin(light::acts(x, deed)), deed, place, who);
            let framed = in_two(|x, deed| Box::pin(framed::acts(x, deed)), deed, place, who);
            assert_same(&light, &framed, &format!("{who:?} {deed:?} {place:?}"));
        }
    });
}
