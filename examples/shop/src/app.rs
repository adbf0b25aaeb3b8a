//! The shop and its services, put together and started.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::error::DbError;
use crate::route;
use crate::service::{self, depot, gateway, mailer};
use crate::world::db::Db;

/// How long the shop waits for another service. Far more than an answer takes here, so that only a fault takes that long.
const TIMEOUT: Duration = Duration::from_millis(700);

/// Which of the two shops runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    Buggy,
    Fixed,
}

/// Calls a function of the variant that runs.
macro_rules! of_variant {
    ($shop:expr, $module:ident :: $function:ident ( $($argument:expr),* ) $($then:tt)*) => {
        match $shop.variant {
            $crate::app::Variant::Buggy => $crate::buggy::$module::$function($($argument),*) $($then)*,
            $crate::app::Variant::Fixed => $crate::fixed::$module::$function($($argument),*) $($then)*,
        }
    };
}
pub(crate) use of_variant;

/// Where the other services are.
#[derive(Debug)]
pub(crate) struct Urls {
    pub(crate) gateway: String,
    pub(crate) mailer: String,
    pub(crate) depot: String,
}

/// What every request works with.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) variant: Variant,
    pub(crate) db: Db,
    pub(crate) http: reqwest::Client,
    pub(crate) urls: Urls,
    keys: AtomicU64,
}

impl Shop {
    /// An idempotency key that was never used before.
    pub(crate) fn fresh_key(&self, order: u64) -> String {
        format!("{order}-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }
}

/// A shop that runs, and what its surroundings know about it.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) base: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests look at what really happened"))]
    pub(crate) truth: Truth,
}

/// What really happened, as the database, the bank and the mail provider know it.
#[derive(Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "the tests look at what really happened"))]
pub(crate) struct Truth {
    pub(crate) shop: Arc<Shop>,
    pub(crate) ledger: gateway::Shared,
    pub(crate) postbox: mailer::Shared,
}

/// The shop cannot start.
#[derive(Debug)]
pub(crate) enum StartError {
    Io(io::Error),
    Db(DbError),
    Http(reqwest::Error),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(cause) => write!(f, "failed to open a port: {cause}"),
            Self::Db(cause) => write!(f, "failed to open the database: {cause}"),
            Self::Http(cause) => write!(f, "failed to speak HTTP: {cause}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<io::Error> for StartError {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}

impl From<DbError> for StartError {
    fn from(cause: DbError) -> Self {
        Self::Db(cause)
    }
}

impl From<reqwest::Error> for StartError {
    fn from(cause: reqwest::Error) -> Self {
        Self::Http(cause)
    }
}

/// Starts the three services and the shop in front of them.
pub(crate) async fn start(variant: Variant) -> Result<Running, StartError> {
    let ledger = gateway::Shared::new(Mutex::default());
    let postbox = mailer::Shared::new(Mutex::default());
    let urls = Urls {
        gateway: service::serve(gateway::router(Arc::clone(&ledger))).await?,
        mailer: service::serve(mailer::router(Arc::clone(&postbox))).await?,
        depot: service::serve(depot::router()).await?,
    };
    // Local services: a proxy of the machine has no part in this.
    let http = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build()?;
    let shop = Arc::new(Shop { variant, db: Db::open()?, http, urls, keys: AtomicU64::new(1) });
    let base = service::serve(route::router(Arc::clone(&shop))).await?;
    Ok(Running { base, truth: Truth { shop, ledger, postbox } })
}
