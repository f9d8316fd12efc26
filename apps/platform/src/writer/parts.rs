//! What a writer is made of.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{
    reactions::{Observer, Reaction},
    work::Visits,
};
use crate::{bell::JobBell, bus::Bus, clock::Clock, database::Database, extensions::Extensions};

/// Every queue needs them.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) database: Database,
    pub(crate) clock: Arc<Clock>,
    pub(crate) bus: Arc<Bus>,
    pub(crate) job_bell: JobBell,
    pub(crate) extensions: Extensions,
    /// How much the projects of one owner may hold.
    pub(crate) owner_bytes_max: i64,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) observers: Vec<Observer>,
    pub(crate) visits: Visits,
    pub(crate) command_visits_max: u64,
    /// So many heavy projects change at once: the others keep their connections.
    pub(crate) heavy_groups: Semaphore,
}
