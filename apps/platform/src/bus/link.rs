//! The way to the other instances: one connection to Redis, and one task that keeps it.
//!
//! Topics are sharded channels. What was published while the connection was away is gone, so
//! everyone hears `Lost` once it is back.

mod connection;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kernel::error::chain;
use redis::{IntoConnectionInfo, ProtocolVersion};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use self::connection::{Broken, Connection};
use super::{
    message::{Message, Origin, Topic},
    topics::Topics,
    wire::{self, Channels},
};
use crate::wrong_setting::WrongSetting;

/// What may wait to be sent; more is dropped, because a commit waits for nobody.
const QUEUE_MESSAGES_MAX: usize = 4_096;
/// What is sent with one write, and answered before the next.
const BATCH_MESSAGES_MAX: usize = 512;
/// With the time an answer may take, how long a connection that died silently is believed in.
const BEAT_EVERY: Duration = Duration::from_secs(1);
const BACKOFF_FIRST: Duration = Duration::from_millis(50);
const BACKOFF_MAX: Duration = Duration::from_secs(2);

type Outgoing = (Topic, Message);

#[derive(Debug)]
pub(super) struct Link {
    queue: mpsc::Sender<Outgoing>,
    is_up: Arc<AtomicBool>,
    ending: CancellationToken,
    task: TaskTracker,
}

impl Link {
    pub(super) fn start(
        url: &str,
        origin: Origin,
        topics: Arc<Topics>,
    ) -> Result<Self, WrongSetting> {
        let (client, channels) = parse(url)?;
        let (queue, waiting) = mpsc::channel(QUEUE_MESSAGES_MAX);
        let link = Self {
            queue,
            is_up: Arc::default(),
            ending: CancellationToken::new(),
            task: TaskTracker::new(),
        };
        let keeper = Keeper {
            client,
            channels,
            origin,
            topics,
            waiting,
            is_up: link.is_up.clone(),
            ending: link.ending.clone(),
        };
        link.task.spawn(keeper.keep());
        link.task.close();
        Ok(link)
    }

    pub(super) fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Acquire)
    }

    /// Sends soon, or never.
    pub(super) fn send(&self, topic: Topic, message: Message) {
        if !self.is_up() || self.queue.try_send((topic, message)).is_err() {
            dropped(1);
        }
    }

    pub(super) async fn close(&self) {
        self.ending.cancel();
        self.task.wait().await;
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.ending.cancel();
    }
}

fn dropped(messages: u64) {
    metrics::counter!("nonlinear_bus_dropped_total").increment(messages);
}

/// A client for the URL, and the names of its channels.
pub(super) fn parse(url: &str) -> Result<(redis::Client, Channels), WrongSetting> {
    let parsed = url.into_connection_info().and_then(|info| {
        let settings = info.redis_settings().clone();
        let database = settings.db();
        // Only this version of the protocol lets a connection that subscribes publish, too.
        let settings = settings.set_protocol(ProtocolVersion::RESP3);
        let client = redis::Client::open(info.set_redis_settings(settings))?;
        Ok((client, Channels { database }))
    });
    // The reason may quote the URL, and the URL may hold a password.
    parsed.map_err(|_| WrongSetting::new("redis_url", "must be like redis://host:6379/0"))
}

/// Owns the connection for as long as the link lives.
struct Keeper {
    client: redis::Client,
    channels: Channels,
    origin: Origin,
    topics: Arc<Topics>,
    waiting: mpsc::Receiver<Outgoing>,
    is_up: Arc<AtomicBool>,
    ending: CancellationToken,
}

impl Keeper {
    async fn keep(mut self) {
        let ending = self.ending.clone();
        let mut failures = 0_u32;
        loop {
            let begun = Instant::now();
            let served = self.serve().await;
            let was_up = self.is_up.swap(false, Ordering::AcqRel);
            let Err(broken) = served else { return };
            // A connection that breaks as soon as it is made is no better than none.
            if begun.elapsed() > BACKOFF_MAX * 2 && was_up {
                failures = 0;
            }
            if was_up || failures == 0 {
                metrics::counter!("nonlinear_bus_breaks_total").increment(1);
                tracing::warn!(error = chain(&broken), "Redis cannot be reached");
            }
            let pause = tokio::time::sleep(backoff(failures));
            if ending.run_until_cancelled(pause).await.is_none() {
                return;
            }
            failures = failures.saturating_add(1);
        }
    }

    /// Serves over one connection, until it breaks or the link ends.
    async fn serve(&mut self) -> Result<(), Broken> {
        let ending = self.ending.clone();
        let Some(opened) = ending.run_until_cancelled(self.open()).await else {
            return Ok(());
        };
        let mut connection = opened?;
        let mut batch = Vec::with_capacity(BATCH_MESSAGES_MAX);
        let mut beat = interval(BEAT_EVERY);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                sent = self.waiting.recv_many(&mut batch, BATCH_MESSAGES_MAX) => {
                    if sent == 0 {
                        return Ok(());
                    }
                    self.send(&mut connection, &mut batch).await?;
                }
                () = self.topics.changed.notified() => self.follow_topics(&mut connection).await?,
                _ = beat.tick() => connection.beat().await?,
                () = connection.broke() => return Err(Broken::Closed),
                () = ending.cancelled() => break,
            }
        }
        // Nothing new is taken, so this ends.
        self.waiting.close();
        while self.waiting.recv_many(&mut batch, BATCH_MESSAGES_MAX).await > 0 {
            self.send(&mut connection, &mut batch).await?;
        }
        Ok(())
    }

    async fn open(&mut self) -> Result<Connection, Broken> {
        let mut connection =
            Connection::open(&self.client, self.channels, self.origin, &self.topics).await?;
        connection.beat().await?;
        let topics = self.topics.all();
        connection.follow(&topics).await?;
        // What waited through a break is old news.
        let mut old = 0;
        while self.waiting.try_recv().is_ok() {
            old += 1;
        }
        dropped(old);
        self.is_up.store(true, Ordering::Release);
        self.tell_lost(topics);
        tracing::info!("Redis joins this instance with the others");
        Ok(connection)
    }

    async fn follow_topics(&self, connection: &mut Connection) -> Result<(), Broken> {
        let news = connection.follow(&self.topics.all()).await?;
        self.tell_lost(news);
        Ok(())
    }

    /// What was published before a subscription was confirmed was not heard.
    fn tell_lost(&self, topics: impl IntoIterator<Item = Topic>) {
        for topic in topics {
            self.topics.hand_out(topic, Message::Lost);
        }
    }

    async fn send(
        &self,
        connection: &mut Connection,
        batch: &mut Vec<Outgoing>,
    ) -> Result<(), Broken> {
        let messages = batch
            .drain(..)
            .map(|(topic, message)| (topic, wire::encode(self.origin, &message)));
        connection.publish(messages).await
    }
}

/// Full jitter: instances that lost Redis together do not come back together.
fn backoff(failures: u32) -> Duration {
    let longest = BACKOFF_FIRST.saturating_mul(2_u32.saturating_pow(failures));
    let (chance, ..) = Uuid::new_v4().as_fields();
    longest
        .min(BACKOFF_MAX)
        .mul_f64(f64::from(chance) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_limit_and_differ() {
        assert!((0..100).all(|_| backoff(0) <= BACKOFF_FIRST));
        let late: Vec<Duration> = (0..100).map(|_| backoff(u32::MAX)).collect();
        assert!(late.iter().all(|pause| *pause <= BACKOFF_MAX));
        assert!(late.iter().any(|pause| *pause > BACKOFF_MAX / 2));
        assert!(late.iter().any(|pause| *pause < BACKOFF_MAX / 2));
    }

    #[test]
    fn a_wrong_url_is_refused_without_repeating_its_password() {
        for url in ["nonsense", "http://localhost", "redis://:secret@host:port"] {
            let refused = parse(url).unwrap_err().to_string();
            assert!(refused.contains("`redis_url`"), "{refused}");
            assert!(!refused.contains("secret"), "{refused}");
        }
        let (_, channels) = parse("redis://localhost:6379/5").unwrap();
        assert_eq!(channels.database, 5);
    }
}
