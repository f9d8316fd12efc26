//! One connection to Redis, from its beginning to its first fault.

use std::{collections::HashSet, sync::Arc, time::Duration};

use bytes::Bytes;
use kernel::error::chain;
use redis::{
    AsyncConnectionConfig, Pipeline, PushInfo, PushKind, RedisError, Value,
    aio::MultiplexedConnection,
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::super::{
    message::{Origin, Topic},
    topics::Topics,
    wire::{Channels, Incoming, Unreadable},
};

/// For making a connection, and for each answer on it.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(1_500);
/// So many subscriptions are asked for at once.
const FOLLOW_MAX: usize = 1_000;

/// Why a connection is of no more use.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error(transparent)]
    Redis(#[from] RedisError),
    #[error("the connection was closed")]
    Closed,
    #[error("the subscriptions are gone")]
    Deaf,
}

pub(super) struct Connection {
    redis: MultiplexedConnection,
    channels: Channels,
    /// A channel that only this instance listens to.
    own: String,
    /// What is subscribed to.
    followed: HashSet<Topic>,
    closed: CancellationToken,
}

impl Connection {
    pub(super) async fn open(
        client: &redis::Client,
        channels: Channels,
        origin: Origin,
        topics: &Arc<Topics>,
    ) -> Result<Self, Broken> {
        let closed = CancellationToken::new();
        let ear = Ear {
            channels,
            origin,
            topics: topics.clone(),
            closed: closed.clone(),
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(ANSWER_TIMEOUT))
            .set_response_timeout(Some(ANSWER_TIMEOUT))
            .set_push_sender(move |push| {
                ear.hear(push);
                Ok::<(), RedisError>(())
            });
        let redis = client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        let own = channels.of_instance(origin);
        let mut connection = Self {
            redis,
            channels,
            own,
            followed: HashSet::new(),
            closed,
        };
        let mut ask = Pipeline::new();
        ask.cmd("SSUBSCRIBE").arg(&connection.own);
        connection.ask(&ask).await?;
        Ok(connection)
    }

    /// Ends when the connection was closed by the other side.
    pub(super) fn broke(&self) -> WaitForCancellationFuture<'_> {
        self.closed.cancelled()
    }

    /// Sends something to itself. No answer means that the connection is dead; the answer says how
    /// many listened, and nobody means that this connection hears nothing any more.
    pub(super) async fn beat(&mut self) -> Result<(), Broken> {
        let mut ask = Pipeline::new();
        ask.cmd("SPUBLISH").arg(&self.own).arg("");
        match self.ask(&ask).await?.as_slice() {
            [Value::Int(1..)] => Ok(()),
            _ => Err(Broken::Deaf),
        }
    }

    pub(super) async fn publish(
        &mut self,
        messages: impl Iterator<Item = (Topic, Vec<u8>)>,
    ) -> Result<(), Broken> {
        let mut ask = Pipeline::new();
        for (topic, message) in messages {
            let channel = self.channels.of_topic(topic);
            ask.cmd("SPUBLISH").arg(channel).arg(message);
        }
        self.ask(&ask).await?;
        Ok(())
    }

    /// Subscribes to these topics and no others; gives those that are new, once that is confirmed.
    pub(super) async fn follow(&mut self, topics: &HashSet<Topic>) -> Result<Vec<Topic>, Broken> {
        let left: Vec<Topic> = self.followed.difference(topics).copied().collect();
        let news: Vec<Topic> = topics.difference(&self.followed).copied().collect();
        self.ask_for_topics("SUNSUBSCRIBE", &left).await?;
        self.ask_for_topics("SSUBSCRIBE", &news).await?;
        self.followed.clone_from(topics);
        Ok(news)
    }

    async fn ask_for_topics(&mut self, command: &str, topics: &[Topic]) -> Result<(), Broken> {
        for topics in topics.chunks(FOLLOW_MAX) {
            let mut ask = Pipeline::new();
            for topic in topics {
                ask.cmd(command).arg(self.channels.of_topic(*topic));
            }
            self.ask(&ask).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, ask: &Pipeline) -> Result<Vec<Value>, RedisError> {
        ask.query_async(&mut self.redis).await
    }
}

/// Listens on a connection. It is called for one message after the other and may not wait.
struct Ear {
    channels: Channels,
    origin: Origin,
    topics: Arc<Topics>,
    closed: CancellationToken,
}

impl Ear {
    fn hear(&self, push: PushInfo) {
        let PushInfo { kind, data } = push;
        if kind == PushKind::Disconnection {
            self.closed.cancel();
        }
        if kind != PushKind::SMessage {
            return;
        }
        let Ok([Value::BulkString(channel), Value::BulkString(message)]) =
            <[Value; 2]>::try_from(data)
        else {
            return unreadable("its push is none of ours");
        };
        // The channel of this instance alone has no topic.
        if let Some(topic) = self.channels.topic(&channel)
            && let Err(error) = self.hand_on(topic, message.into())
        {
            unreadable(&chain(&error));
        }
    }

    fn hand_on(&self, topic: Topic, message: Bytes) -> Result<(), Unreadable> {
        let incoming = Incoming::read(message)?;
        // What this instance sent it has handed out already.
        if incoming.origin != self.origin && self.topics.is_heard(topic) {
            let message = incoming.decode(topic)?;
            self.topics.hand_out(topic, message);
        }
        Ok(())
    }
}

fn unreadable(error: &str) {
    metrics::counter!("nonlinear_bus_unreadable_total").increment(1);
    tracing::debug!(error, "A message on the bus cannot be read");
}
