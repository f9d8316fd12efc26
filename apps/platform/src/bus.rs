//! The bus carries what happened to whoever listens, in this process and on other instances.
//!
//! It is a hint, never the truth: it may lose, repeat and reorder, and whoever sees a gap reads the
//! log. What it alone carries (cursors, drafts) is forgotten a moment later anyway.

use std::{collections::HashMap, sync::Arc, sync::Mutex, sync::PoisonError};

use bytes::Bytes;
use kernel::ProjectId;
use protocol::events::EventView;
use tokio::sync::broadcast;
use uuid::Uuid;

const BACKLOG_MAX: usize = 128;

/// What a message is about, and so who hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    Project(ProjectId),
    /// What is for single people, wherever they are.
    People,
}

/// What one commit did to a project: its events, whole and in order.
#[derive(Clone, Debug)]
pub struct Committed {
    pub project: ProjectId,
    pub epoch: Uuid,
    pub events: Vec<Arc<EventView>>,
}

/// Tells the instances of one deployment apart for as long as they run.
pub type Origin = u32;

#[derive(Clone, Debug)]
pub enum Message {
    Committed(Arc<Committed>),
    /// The log has reached this number, says an instance that did not send the events along.
    Head {
        epoch: Uuid,
        seq: i64,
    },
    Ephemeral(Arc<Ephemeral>),
    /// Messages may have been lost before this one.
    Lost,
}

/// What nobody keeps.
#[derive(Clone, Debug)]
pub struct Ephemeral {
    pub origin: Origin,
    pub kind: EphemeralKind,
    /// JSON.
    pub payload: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EphemeralKind {
    /// What changed about the peers of one instance.
    Presence,
    /// All peers of one instance.
    PresenceAll,
    /// Asks every instance for all its peers.
    PresenceAsk,
    /// A piece of a generation's text.
    Delta,
    /// Something for one person.
    Notification,
}

pub type Subscription = broadcast::Receiver<Message>;

/// Subscribers of a topic hear what is published after they subscribed, in order; one who lags
/// hears of that instead.
#[derive(Debug)]
pub struct Bus {
    origin: Origin,
    topics: Mutex<HashMap<Topic, broadcast::Sender<Message>>>,
}

impl Bus {
    /// The bus of a single process.
    #[must_use]
    pub fn in_process() -> Self {
        Self {
            origin: Uuid::new_v4().as_fields().0 % ORIGINS,
            topics: Mutex::default(),
        }
    }

    /// This instance, as others see it.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Tells everyone what was committed. Never waits: a message that is lost is found in the log.
    pub fn publish(&self, committed: Arc<Committed>) {
        let topic = Topic::Project(committed.project);
        self.hand_out(topic, Message::Committed(committed));
    }

    /// Tells every instance, this one too.
    pub fn tell_everyone(&self, topic: Topic, kind: EphemeralKind, payload: Bytes) {
        let message = self.ephemeral(kind, payload);
        self.hand_out(topic, message);
    }

    /// Tells the other instances.
    pub fn tell_others(&self, _topic: Topic, _kind: EphemeralKind, _payload: Bytes) {}

    /// Whether other instances may be listening.
    #[must_use]
    pub fn has_others(&self) -> bool {
        false
    }

    /// Whether all others can be heard: with nobody else, that is so.
    #[must_use]
    pub fn hears_others(&self) -> bool {
        true
    }

    fn ephemeral(&self, kind: EphemeralKind, payload: Bytes) -> Message {
        Message::Ephemeral(Arc::new(Ephemeral {
            origin: self.origin,
            kind,
            payload,
        }))
    }

    pub fn subscribe(&self, topic: Topic) -> Subscription {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics
            .entry(topic)
            .or_insert_with(|| broadcast::channel(BACKLOG_MAX).0)
            .subscribe()
    }

    fn hand_out(&self, topic: Topic, message: Message) {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        // The only error is that nobody listens any more; then the topic is closed.
        if topics
            .get(&topic)
            .is_some_and(|listeners| listeners.send(message).is_err())
        {
            topics.remove(&topic);
        }
    }
}

/// Origins are part of numbers that browsers must hold exactly.
const ORIGINS: u32 = 1 << 21;

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

    #[tokio::test]
    async fn subscribers_receive_in_order_what_is_about_their_topic() {
        let bus = Bus::in_process();
        let (ours, other) = (ProjectId::generate(), ProjectId::generate());
        let mut one = bus.subscribe(Topic::Project(ours));
        let mut two = bus.subscribe(Topic::Project(ours));
        let sent = [committed(ours), committed(ours), committed(ours)];

        bus.publish(committed(other));
        for message in &sent {
            bus.publish(message.clone());
        }

        for expected in &sent {
            for subscriber in [&mut one, &mut two] {
                let Message::Committed(heard) = subscriber.recv().await.unwrap() else {
                    panic!("not what was published");
                };
                assert_eq!(heard.epoch, expected.epoch);
            }
        }
    }

    #[tokio::test]
    async fn a_topic_that_everyone_left_is_forgotten() {
        let bus = Bus::in_process();
        let project = ProjectId::generate();
        drop(bus.subscribe(Topic::Project(project)));
        bus.publish(committed(project));
        assert!(bus.topics.lock().unwrap().is_empty());
    }
}
