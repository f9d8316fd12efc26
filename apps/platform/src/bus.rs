//! The bus carries what happened to whoever listens, in this process and on other instances.
//!
//! It is a hint, never the truth: it may lose, repeat and reorder, and whoever sees a gap reads the
//! log. What it alone carries (cursors, texts being written) is forgotten a moment later anyway.

mod link;
mod message;
mod topics;
mod wire;

use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;

use self::{link::Link, topics::Topics};
use crate::{settings::Settings, wrong_setting::WrongSetting};

pub use message::{Committed, Ephemeral, EphemeralKind, Message, Origin, Topic};
pub use topics::Subscription;

/// Origins are part of numbers that browsers must hold exactly.
const ORIGINS: u32 = 1 << 21;

/// Subscribers of a topic hear what is published after they subscribed, in order; one who lags
/// hears of that instead. Nothing here waits but `close`.
#[derive(Debug)]
pub struct Bus {
    origin: Origin,
    topics: Arc<Topics>,
    /// Leads to the other instances, if there may be any.
    link: Option<Link>,
}

/// How the other instances are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// There are none.
    InProcess,
    Connected,
    Down,
}

/// Refuses a URL that names no Redis before anything is opened.
pub(crate) fn check(settings: &Settings) -> Result<(), WrongSetting> {
    let url = settings.redis_url.as_deref();
    url.map_or(Ok(()), |url| link::parse(url).map(drop))
}

impl Bus {
    /// The bus of a single process.
    #[must_use]
    pub fn in_process() -> Self {
        Self {
            origin: Uuid::new_v4().as_fields().0 % ORIGINS,
            topics: Arc::default(),
            link: None,
        }
    }

    /// The bus of all instances that use the same Redis. It starts without Redis, too, and keeps
    /// trying to reach it.
    pub fn over_redis(url: &str) -> Result<Self, WrongSetting> {
        let mut bus = Self::in_process();
        bus.link = Some(Link::start(url, bus.origin, bus.topics.clone())?);
        Ok(bus)
    }

    /// This instance, as others see it.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    #[must_use]
    pub fn health(&self) -> Health {
        match &self.link {
            None => Health::InProcess,
            Some(link) if link.is_up() => Health::Connected,
            Some(_) => Health::Down,
        }
    }

    /// Whether other instances may be listening.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.link.is_some()
    }

    /// Tells everyone what was committed. A message that is lost is found in the log.
    pub fn publish(&self, committed: Arc<Committed>) {
        let topic = Topic::Project(committed.project);
        self.tell(topic, Message::Committed(committed));
    }

    /// Tells every instance, this one too.
    pub fn tell_everyone(&self, topic: Topic, kind: EphemeralKind, payload: Bytes) {
        let message = self.ephemeral(kind, payload);
        self.tell(topic, message);
    }

    /// Tells the other instances.
    pub fn tell_others(&self, topic: Topic, kind: EphemeralKind, payload: Bytes) {
        if let Some(link) = &self.link {
            link.send(topic, self.ephemeral(kind, payload));
        }
    }

    /// Over Redis, a subscriber hears `Lost` as soon as it can hear other instances.
    pub fn subscribe(&self, topic: Topic) -> Subscription {
        self.topics.subscribe(topic)
    }

    /// Sends what still waits, and leaves the other instances.
    pub async fn close(&self) {
        if let Some(link) = &self.link {
            link.close().await;
        }
    }

    fn tell(&self, topic: Topic, message: Message) {
        if let Some(link) = &self.link {
            link.send(topic, message.clone());
        }
        self.topics.hand_out(topic, message);
    }

    fn ephemeral(&self, kind: EphemeralKind, payload: Bytes) -> Message {
        Message::Ephemeral(Arc::new(Ephemeral {
            origin: self.origin,
            kind,
            payload,
        }))
    }
}
