//! What is not there, and the answers of the standard library: a file that is gone need not be removed, a folder that is missing has no
//! files, and one time or path is not behind another.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use candor::observe;
use tracing::debug;

use crate::kit::{NOTHING, codes_of, io_error};

/// What is found where there is no such thing, and where one may not look.
fn of(work: fn(ErrorKind)) -> [Vec<String>; 2] {
    [ErrorKind::NotFound, ErrorKind::PermissionDenied].map(|kind| codes_of(|| work(kind)))
}

fn remove_socket(kind: ErrorKind) -> io::Result<u32> {
    io_error(kind)
}

#[test]
fn a_file_that_is_gone_need_not_be_removed() {
    #[observe]
    fn throws_away(kind: ErrorKind) {
        let _ = remove_socket(kind);
    }
    #[observe]
    fn tells(kind: ErrorKind) {
        if let Err(error) = remove_socket(kind) {
            debug!(%error, "no old socket");
        }
    }
    #[observe]
    fn reads(kind: ErrorKind) {
        let _ = io_error(kind);
    }
    let [gone, denied] = of(throws_away);
    assert_eq!((gone, denied), (vec![], vec!["C101 V".to_owned()]));
    let [gone, denied] = of(tells);
    assert_eq!((gone, denied), (vec![], vec!["C101 V".to_owned()]));
    assert_eq!(of(reads), [["C101 V"], ["C101 V"]]);
}

#[test]
fn what_is_missing_has_nothing_in_it() {
    #[observe]
    fn lists(kind: ErrorKind) -> Vec<u32> {
        let Ok(found) = io_error(kind) else { return Vec::new() };
        vec![found]
    }
    #[observe]
    fn is_there(kind: ErrorKind) -> bool {
        io_error(kind).map(|found| found > 3).unwrap_or(false)
    }
    #[observe]
    fn is_new(kind: ErrorKind) -> bool {
        io_error(kind).map(|found| found > 3).unwrap_or(true)
    }
    let [missing, denied] = of(|kind| drop(lists(kind)));
    assert_eq!((missing, denied), (vec![], vec!["C103 S".to_owned()]));
    let [missing, denied] = of(|kind| assert!(!is_there(kind)));
    assert_eq!((missing, denied), (vec![], vec!["C103 S".to_owned()]));
    assert_eq!(of(|kind| assert!(is_new(kind))), [["C103 S"], ["C103 S"]]);
}

#[test]
fn one_that_is_not_behind_another() {
    #[observe]
    fn below(path: &Path) -> PathBuf {
        path.strip_prefix("/root").unwrap_or(path).to_path_buf()
    }
    #[observe]
    fn age(since: SystemTime) -> Duration {
        SystemTime::UNIX_EPOCH.duration_since(since).unwrap_or_default()
    }
    #[observe]
    fn size(text: &str) -> u32 {
        text.parse().unwrap_or_default()
    }
    let later = SystemTime::UNIX_EPOCH + Duration::from_secs(5);
    assert_eq!(codes_of(|| assert_eq!(below(Path::new("/home/x")), Path::new("/home/x"))), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(age(later), Duration::ZERO)), NOTHING);
    assert_eq!(codes_of(|| assert_eq!(size("x"), 0)), ["C103 S"]);
}
