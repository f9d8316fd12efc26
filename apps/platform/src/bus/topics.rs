//! Who in this process listens to what.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Notify, broadcast};

use super::message::{Message, Topic};

/// Whoever lags reads the log, and every open topic pays for these places.
const BACKLOG_MAX: usize = 32;
/// So many topics are kept before those that everyone left are looked for.
const KEPT_MIN: usize = 64;

pub type Subscription = broadcast::Receiver<Message>;

#[derive(Debug, Default)]
pub(super) struct Topics {
    kept: Mutex<Kept>,
    /// Rings when a topic came or went.
    pub(super) changed: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    listeners: HashMap<Topic, broadcast::Sender<Message>>,
    /// How many topics were left over when they were last looked through.
    left_over: usize,
}

impl Topics {
    pub(super) fn subscribe(&self, topic: Topic) -> Subscription {
        let mut kept = self.lock();
        if let Some(listeners) = kept.listeners.get(&topic) {
            return listeners.subscribe();
        }
        kept.forget_the_left();
        let (sender, subscription) = broadcast::channel(BACKLOG_MAX);
        kept.listeners.insert(topic, sender);
        self.changed.notify_one();
        subscription
    }

    pub(super) fn hand_out(&self, topic: Topic, message: Message) {
        let mut kept = self.lock();
        // The only error is that nobody listens any more; then the topic is closed.
        if kept
            .listeners
            .get(&topic)
            .is_some_and(|listeners| listeners.send(message).is_err())
        {
            kept.listeners.remove(&topic);
            self.changed.notify_one();
        }
    }

    /// Whether a message would find anybody. One for nobody closes the topic.
    pub(super) fn is_heard(&self, topic: Topic) -> bool {
        let mut kept = self.lock();
        let listeners = kept.listeners.get(&topic);
        let heard = listeners.is_some_and(|listeners| listeners.receiver_count() > 0);
        if !heard && kept.listeners.remove(&topic).is_some() {
            self.changed.notify_one();
        }
        heard
    }

    pub(super) fn all(&self) -> HashSet<Topic> {
        self.lock().listeners.keys().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Closes topics that everyone left and that nothing was published about since. Waiting until
    /// they may be half of all makes looking through them cheap.
    fn forget_the_left(&mut self) {
        if self.listeners.len() >= KEPT_MIN.max(self.left_over * 2) {
            self.listeners
                .retain(|_, listeners| listeners.receiver_count() > 0);
            self.left_over = self.listeners.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::ProjectId;

    use super::*;

    #[test]
    fn a_topic_that_everyone_left_is_closed_by_the_next_message() {
        let topics = Topics::default();
        drop(topics.subscribe(Topic::People));
        topics.hand_out(Topic::People, Message::Lost);
        assert!(topics.all().is_empty());

        drop(topics.subscribe(Topic::People));
        assert!(!topics.is_heard(Topic::People));
        assert!(topics.all().is_empty());
    }

    #[test]
    fn topics_without_messages_do_not_pile_up() {
        let topics = Topics::default();
        let kept: Vec<_> = (0..KEPT_MIN / 2)
            .map(|_| topics.subscribe(Topic::Project(ProjectId::generate())))
            .collect();
        for _ in 0..KEPT_MIN * 10 {
            drop(topics.subscribe(Topic::Project(ProjectId::generate())));
        }
        assert!(topics.all().len() <= KEPT_MIN, "{}", topics.all().len());
        drop(kept);
    }
}
