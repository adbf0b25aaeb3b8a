//! The layer: evidence from `tracing` and from `log`, beside other layers and filters.

use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex, Once, PoisonError};

use candor::observe;
use tracing::{Dispatch, Level, debug, error, info, trace, warn};
use tracing_subscriber::filter::{EnvFilter, LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

use crate::kit::{Fault, NOTHING, codes, codes_of, fails, found, works};

#[observe]
fn error_line() {
    error!(order = 7, "the printer is on fire");
}

#[observe]
fn place_order(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
    info!("order placed");
    end()
}

#[observe]
fn quiet_lines() {
    trace!("looking for the printer");
    debug!("the printer is at 7");
    info!("the printer is warm");
    warn!("the printer is slow");
}

mod through_tracing {
    use super::*;

    #[test]
    fn an_error_line_is_evidence() {
        let found = found(error_line);
        assert_eq!(codes(&found), ["C101 S"]);
        assert!(
            found[0].evidence[0].what.contains("the printer is on fire order=7"),
            "{:?}",
            found[0].evidence
        );
        assert_eq!(found[0].site.file.rsplit('/').next(), Some("layer.rs"));
    }

    #[test]
    fn a_warning_with_an_error_value_is_evidence() {
        #[observe]
        fn operation() {
            warn!(error = &Fault::Timeout as &dyn std::error::Error, "slow");
        }
        assert_eq!(codes_of(operation), ["C101 S"]);
    }

    #[test]
    fn an_info_line_that_says_success_is_judged_by_its_words() {
        assert_eq!(codes_of(|| assert!(place_order(fails).is_err())), ["C111 S"]);
        assert_eq!(codes_of(|| assert!(place_order(works).is_ok())), NOTHING);
    }

    #[test]
    fn other_lines_are_silent() {
        assert_eq!(codes_of(quiet_lines), NOTHING);
    }

    #[test]
    fn all_lines_stand_in_the_story() {
        #[observe]
        fn operation() {
            quiet_lines();
            fails().ok();
        }
        let found = found(operation);
        let story: Vec<&str> = found[0].story.lines.iter().map(|line| line.text.as_str()).collect();
        for line in ["TRACE looking", "DEBUG the printer", "INFO the printer", "WARN the printer"] {
            assert!(story.iter().any(|text| text.starts_with(line)), "{line}: {story:?}");
        }
    }

    #[test]
    fn lines_outside_of_any_operation_are_not_kept() {
        assert_eq!(codes_of(|| error!("nobody is running")), NOTHING);
    }

    #[test]
    fn lines_in_a_span_belong_to_the_operation() {
        #[observe]
        fn operation() {
            let _span = tracing::info_span!("inner", order = 7).entered();
            error!("the printer is on fire");
        }
        assert_eq!(codes_of(operation), ["C101 S"]);
    }
}

/// Lines that say what they always say are noted in another way than others.
mod repeated {
    use super::*;

    #[derive(candor::Event)]
    struct Printed {
        page: u32,
    }

    /// The log lines and events in the story of what was found first, with how deep they are.
    fn story(work: impl FnOnce()) -> Vec<(u8, String)> {
        use candor::model::LineKind;
        let found = found(work);
        let lines = found.into_iter().next().unwrap().story.lines.into_iter();
        let lines = lines.filter(|line| matches!(line.kind, LineKind::Log | LineKind::Event));
        lines.map(|line| (line.depth, line.text)).collect()
    }

    /// The pages of a job, two lines each, and an event behind the second page.
    #[observe]
    fn print(pages: u32, end: fn() -> Result<u32, Fault>) {
        for page in 0..pages {
            debug!("a page is taken");
            warn!("the paper is thin");
            if page == 1 {
                candor::emit!(Printed { page });
            }
        }
        end().ok();
    }

    #[test]
    fn they_stand_in_the_story_in_order_however_many_there_are() {
        let pair = [(0, "DEBUG a page is taken".to_owned()), (0, "WARN the paper is thin".to_owned())];
        for round in 0..3 {
            for pages in 0..9 {
                let expected = (0..pages).flat_map(|page| {
                    let event = (page == 1).then(|| (0, "Printed { page: 1 }".to_owned()));
                    pair.clone().into_iter().chain(event)
                });
                let told = story(|| print(pages, fails));
                assert_eq!(told, expected.collect::<Vec<_>>(), "{pages} pages in round {round}");
                assert_eq!(codes_of(|| print(pages, works)), NOTHING);
            }
        }
    }

    #[test]
    fn those_of_a_child_stand_in_the_story_of_its_parent() {
        #[observe]
        fn child() {
            info!("the tray is open");
        }
        #[observe]
        fn parent(talks: bool) {
            if talks {
                info!("the job begins");
            }
            child();
            child();
            info!("the job ends");
            fails().ok();
        }
        let told = |talks| {
            let lines = story(|| parent(talks)).into_iter();
            lines.map(|(depth, text)| format!("{depth} {text}")).collect::<Vec<_>>()
        };
        let expected = [
            "0 INFO the job begins",
            "1 INFO the tray is open",
            "1 INFO the tray is open",
            "0 INFO the job ends",
        ];
        for _ in 0..3 {
            assert_eq!(told(true), expected);
            assert_eq!(told(false), expected[1..]);
        }
    }

    /// A call that is well says the line first: that it was said again is evidence where the call fails.
    #[test]
    fn a_success_that_is_said_again_is_held_against_the_end() {
        for _ in 0..3 {
            assert_eq!(codes_of(|| assert!(place_order(works).is_ok())), NOTHING);
            assert_eq!(codes_of(|| assert!(place_order(fails).is_err())), ["C111 S"]);
        }
    }

    #[test]
    fn alarms_and_failures_are_evidence_each_time() {
        #[observe]
        fn alarm() {
            error!("the tray is on fire");
        }
        #[observe]
        fn failure() {
            info!("printing failed");
        }
        for _ in 0..3 {
            assert_eq!(codes_of(alarm), ["C101 S"]);
            assert_eq!(codes_of(failure), ["C111 S"]);
        }
    }

    /// One place whose message is handed to it, and may be any literal.
    #[test]
    fn another_literal_of_the_same_place_is_another_text() {
        #[observe]
        fn operation(message: std::fmt::Arguments<'_>) {
            info!(message = message);
        }
        for _ in 0..2 {
            assert_eq!(codes_of(|| operation(format_args!("the page is printed"))), NOTHING);
            assert_eq!(codes_of(|| operation(format_args!("the page failed"))), ["C111 S"]);
        }
    }

    /// Where a value is, in the story and in the text.
    #[test]
    fn the_place_of_a_line_is_told() {
        #[observe]
        fn operation() {
            info!("looking at the tray");
            fails().ok();
        }
        for _ in 0..3 {
            let found = found(operation);
            let line = found[0].story.lines.iter().find(|line| line.text.ends_with("tray")).unwrap();
            let site = line.site.unwrap();
            assert!(
                site.file.ends_with("suite/layer.rs") && site.function.ends_with("operation"),
                "{site:?}"
            );
        }
    }
}

mod through_log {
    use super::*;

    /// Hands records of the `log` crate to `tracing`, as `tracing_subscriber::registry().init()` does.
    fn bridged() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| tracing_log::LogTracer::init().unwrap());
    }

    #[test]
    fn an_error_record_is_evidence() {
        #[observe]
        fn operation() {
            log::error!("the printer is on fire");
        }
        bridged();
        let found = found(operation);
        assert_eq!(codes(&found), ["C101 S"]);
        assert!(found[0].site.file.ends_with("suite/layer.rs"), "{}", found[0].site);
    }

    #[test]
    fn an_info_record_is_judged_by_its_words() {
        #[observe]
        fn sync_stock(end: fn() -> Result<u32, Fault>) -> Result<u32, Fault> {
            log::info!("stock synced");
            end()
        }
        bridged();
        assert_eq!(codes_of(|| assert!(sync_stock(fails).is_err())), ["C111 S"]);
        assert_eq!(codes_of(|| assert!(sync_stock(works).is_ok())), NOTHING);
    }

    #[test]
    fn a_warning_joins_the_arm_that_it_stands_in() {
        #[observe]
        fn operation() {
            if let Err(fault) = fails() {
                log::warn!("going on without: {fault}");
            }
        }
        #[observe]
        fn alone() {
            log::warn!("going on without");
        }
        bridged();
        assert_eq!(codes_of(operation), ["C101 V"]);
        assert_eq!(codes_of(alone), NOTHING);
    }
}

/// A writer whose text can be read.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    fn take(&self) -> String {
        let text = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8(text).unwrap()
    }
}

impl Write for Screen {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(text)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Screen {
    type Writer = Screen;
    fn make_writer(&'a self) -> Screen {
        self.clone()
    }
}

/// The codes of what diverges under a subscriber of its own, which lives as long as the process (see `kit::watched`).
fn codes_under(dispatch: &'static LazyLock<Dispatch>, work: impl FnOnce()) -> Vec<String> {
    let scope = candor::testing::scope();
    tracing::dispatcher::with_default(dispatch, work);
    codes(&scope.divergences())
}

mod beside {
    use super::*;

    #[test]
    fn fmt_prints_what_it_would_print_without() {
        static WITH: LazyLock<(Screen, Dispatch)> = LazyLock::new(|| {
            let screen = Screen::default();
            let fmt = tracing_subscriber::fmt::layer().without_time().with_ansi(false);
            let fmt = fmt.with_writer(screen.clone());
            (screen, Dispatch::new(tracing_subscriber::registry().with(fmt).with(candor::layer())))
        });
        static WITHOUT: LazyLock<(Screen, Dispatch)> = LazyLock::new(|| {
            let screen = Screen::default();
            let fmt = tracing_subscriber::fmt::layer().without_time().with_ansi(false);
            let fmt = fmt.with_writer(screen.clone());
            (screen, Dispatch::new(tracing_subscriber::registry().with(fmt)))
        });
        let run = |under: &LazyLock<(Screen, Dispatch)>| {
            let scope = candor::testing::scope();
            tracing::dispatcher::with_default(&under.1, || {
                quiet_lines();
                error_line();
            });
            (under.0.take(), codes(&scope.divergences()))
        };
        let ((with, found), (without, blind)) = (run(&WITH), run(&WITHOUT));
        assert_eq!(with, without);
        assert!(with.contains("ERROR suite::layer: the printer is on fire"), "{with}");
        assert_eq!((found, blind), (vec!["C101 S".to_owned()], vec![]));
    }

    /// A span that is asked for is the one that `#[tracing::instrument]` would open.
    #[test]
    fn fmt_prints_the_span_that_is_asked_for() {
        #[observe(level = "info", fields(order = id))]
        fn observed(id: u32) {
            info!("working on {id}");
        }
        #[tracing::instrument(name = "observed", skip_all, fields(order = id))]
        fn instrumented(id: u32) {
            info!("working on {id}");
        }
        static UNDER: LazyLock<(Screen, Dispatch)> = LazyLock::new(|| {
            let screen = Screen::default();
            let fmt = tracing_subscriber::fmt::layer().without_time().with_ansi(false);
            let fmt = fmt.with_writer(screen.clone());
            (screen, Dispatch::new(tracing_subscriber::registry().with(fmt).with(candor::layer())))
        });
        let printed = |work: fn(u32)| {
            tracing::dispatcher::with_default(&UNDER.1, || work(7));
            UNDER.0.take()
        };
        let text = printed(observed);
        assert!(text.contains("INFO observed{order=7}: suite::layer::beside: working on 7"), "{text}");
        assert_eq!(text, printed(instrumented));
    }

    /// A filter of another layer hides nothing from candor.
    #[test]
    fn a_filter_on_fmt_only() {
        static DISPATCH: LazyLock<Dispatch> = LazyLock::new(|| {
            let fmt = tracing_subscriber::fmt::layer().with_writer(io::sink).with_filter(LevelFilter::OFF);
            Dispatch::new(tracing_subscriber::registry().with(fmt).with(candor::layer()))
        });
        assert_eq!(codes_under(&DISPATCH, error_line), ["C101 S"]);
    }

    #[test]
    fn targets_on_fmt_only() {
        static DISPATCH: LazyLock<Dispatch> = LazyLock::new(|| {
            let targets = Targets::new().with_target("somewhere::else", Level::TRACE);
            let fmt = tracing_subscriber::fmt::layer().with_writer(io::sink).with_filter(targets);
            Dispatch::new(tracing_subscriber::registry().with(candor::layer()).with(fmt))
        });
        assert_eq!(codes_under(&DISPATCH, error_line), ["C101 S"]);
    }

    /// A filter over everything hides what it hides: that is the user's wish.
    #[test]
    fn an_env_filter_over_everything() {
        static WARN: LazyLock<Dispatch> = LazyLock::new(|| {
            let filter = EnvFilter::new("warn");
            Dispatch::new(tracing_subscriber::registry().with(filter).with(candor::layer()))
        });
        static OFF: LazyLock<Dispatch> = LazyLock::new(|| {
            let filter = EnvFilter::new("off");
            Dispatch::new(tracing_subscriber::registry().with(candor::layer()).with(filter))
        });
        assert_eq!(codes_under(&WARN, error_line), ["C101 S"]);
        assert_eq!(codes_under(&WARN, || assert!(place_order(fails).is_err())), NOTHING);
        assert_eq!(codes_under(&OFF, error_line), NOTHING);
    }

    #[test]
    fn a_filter_on_candors_own_layer() {
        static DISPATCH: LazyLock<Dispatch> = LazyLock::new(|| {
            let layer = candor::layer().with_filter(LevelFilter::ERROR);
            Dispatch::new(tracing_subscriber::registry().with(layer))
        });
        assert_eq!(codes_under(&DISPATCH, error_line), ["C101 S"]);
        assert_eq!(codes_under(&DISPATCH, || assert!(place_order(fails).is_err())), NOTHING);
    }

    #[test]
    fn no_subscriber_at_all() {
        #[observe]
        fn operation() {
            error!("the printer is on fire");
        }
        static NONE: LazyLock<Dispatch> = LazyLock::new(Dispatch::none);
        assert_eq!(codes_under(&NONE, operation), NOTHING);
    }
}
