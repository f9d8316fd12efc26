//! The bus carries what happened to whoever listens in this process, or on another instance.
//!
//! It is a hint, never the truth: whoever sees a gap reads the log.

use std::{collections::HashMap, fmt, sync::Arc, sync::Mutex, sync::PoisonError};

use futures::future::BoxFuture;
use kernel::ProjectId;
use protocol::events::EventView;
use tokio::sync::broadcast;
use uuid::Uuid;

const BACKLOG_MAX: usize = 256;

/// What one commit did to a project: its events, whole and in order.
#[derive(Clone, Debug)]
pub struct Committed {
    pub project: ProjectId,
    pub epoch: Uuid,
    pub events: Vec<Arc<EventView>>,
}

#[derive(Debug, thiserror::Error)]
#[error("the bus cannot be reached")]
pub struct BusError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

pub type Subscription = broadcast::Receiver<Arc<Committed>>;

/// Subscribers of a project hear what is published after they subscribed, in order; one who lags
/// hears of that instead, and reads the log.
pub trait Bus: fmt::Debug + Send + Sync {
    fn publish(&self, committed: Arc<Committed>) -> BoxFuture<'_, Result<(), BusError>>;
    fn subscribe(&self, project: ProjectId) -> BoxFuture<'_, Result<Subscription, BusError>>;
}

/// The bus of a single process.
#[derive(Debug, Default)]
pub struct InProcessBus {
    rooms: Mutex<HashMap<ProjectId, broadcast::Sender<Arc<Committed>>>>,
}

impl Bus for InProcessBus {
    fn publish(&self, committed: Arc<Committed>) -> BoxFuture<'_, Result<(), BusError>> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let project = committed.project;
        // The only error is that nobody listens any more; then the room is closed.
        if rooms
            .get(&project)
            .is_some_and(|room| room.send(committed).is_err())
        {
            rooms.remove(&project);
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn subscribe(&self, project: ProjectId) -> BoxFuture<'_, Result<Subscription, BusError>> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let room = rooms
            .entry(project)
            .or_insert_with(|| broadcast::channel(BACKLOG_MAX).0);
        Box::pin(std::future::ready(Ok(room.subscribe())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed(project: ProjectId) -> Arc<Committed> {
        Arc::new(Committed {
            project,
            epoch: Uuid::now_v7(),
            events: Vec::new(),
        })
    }

    /// The promise that every bus keeps.
    async fn subscribers_receive_in_order(bus: impl Bus) {
        let (ours, other) = (ProjectId::generate(), ProjectId::generate());
        let mut one = bus.subscribe(ours).await.unwrap();
        let mut two = bus.subscribe(ours).await.unwrap();
        let sent = [committed(ours), committed(ours), committed(ours)];

        bus.publish(committed(other)).await.unwrap();
        for message in &sent {
            bus.publish(message.clone()).await.unwrap();
        }

        for message in &sent {
            assert_eq!(one.recv().await.unwrap().epoch, message.epoch);
            assert_eq!(two.recv().await.unwrap().epoch, message.epoch);
        }
    }

    #[tokio::test]
    async fn the_bus_in_one_process_keeps_its_promise() {
        subscribers_receive_in_order(InProcessBus::default()).await;
    }

    #[tokio::test]
    async fn a_room_that_everyone_left_is_forgotten() {
        let bus = InProcessBus::default();
        let project = ProjectId::generate();
        drop(bus.subscribe(project).await.unwrap());
        bus.publish(committed(project)).await.unwrap();
        assert!(bus.rooms.lock().unwrap().is_empty());
    }
}
