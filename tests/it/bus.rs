//! What the bus promises: the same in one process and between instances over Redis.

mod breaks;

use std::sync::Arc;

use bytes::Bytes;
use kernel::ProjectId;
use platform::bus::{Bus, Committed, EphemeralKind, Health, Message, Subscription, Topic};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use crate::kit::{patiently, until, variable};

/// So many commits wait for a subscriber who is not there at the moment; one who misses more hears
/// that they lag.
const BURST: i64 = 30;

/// Two ends of a bus: of one bus in a process, or of two instances.
struct Ends {
    here: Arc<Bus>,
    there: Arc<Bus>,
}

impl Ends {
    fn in_process() -> Self {
        let bus = Arc::new(Bus::in_process());
        Self {
            here: bus.clone(),
            there: bus,
        }
    }

    async fn over_redis() -> Option<Self> {
        let Some(url) = variable("TEST_REDIS_URL") else {
            eprintln!("not run: TEST_REDIS_URL names no Redis");
            return None;
        };
        Some(Self {
            here: joined(&url).await,
            there: joined(&url).await,
        })
    }

    fn are_one(&self) -> bool {
        Arc::ptr_eq(&self.here, &self.there)
    }
}

async fn joined(url: &str) -> Arc<Bus> {
    let bus = Arc::new(Bus::over_redis(url).expect("a URL of Redis"));
    until_connected(&bus).await;
    bus
}

async fn until_connected(bus: &Bus) {
    until("Redis is reached", async || {
        bus.health() == Health::Connected
    })
    .await;
}

/// Subscribes, and waits until other instances are heard, too.
async fn listen(bus: &Bus, topic: Topic) -> Subscription {
    let mut subscription = bus.subscribe(topic);
    if bus.has_others() {
        assert!(matches!(next(&mut subscription).await, Message::Lost));
    }
    subscription
}

async fn next(subscription: &mut Subscription) -> Message {
    let heard = patiently("a message", subscription.recv()).await;
    heard.expect("the bus is there, and nobody lags")
}

async fn next_committed(subscription: &mut Subscription) -> Arc<Committed> {
    let heard = next(subscription).await;
    let Message::Committed(committed) = heard else {
        panic!("{heard:?}");
    };
    committed
}

/// The payload of the next message, which must be ephemeral.
async fn next_payload(subscription: &mut Subscription) -> Bytes {
    let heard = next(subscription).await;
    let Message::Ephemeral(ephemeral) = heard else {
        panic!("{heard:?}");
    };
    ephemeral.payload.clone()
}

fn commit(project: ProjectId, seq: i64, data: Value) -> Arc<Committed> {
    let event = json!({
        "seq": seq, "op": "test.note", "data": data,
        "actor": {"kind": "USER", "id": Uuid::nil(), "name": "Ada"},
        "opId": Uuid::now_v7(), "at": "2026-01-02T03:04:05.678Z",
    });
    Arc::new(Committed {
        project,
        epoch: Uuid::now_v7(),
        events: vec![serde_json::from_value(event).expect("an event")],
    })
}

fn new_topic() -> (ProjectId, Topic) {
    let project = ProjectId::generate();
    (project, Topic::Project(project))
}

/// Each promise becomes a test on either bus.
macro_rules! promises {
    ($($promise:ident),* $(,)?) => {
        mod in_process {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(super::Ends::in_process()).await;
            })*
        }
        mod over_redis {
            $(#[tokio::test]
            async fn $promise() {
                if let Some(ends) = super::Ends::over_redis().await {
                    super::$promise(ends).await;
                }
            })*
        }
    };
}

promises!(
    commits_arrive_whole_and_in_order,
    everyone_hears_a_commit_once,
    topics_do_not_hear_each_other,
    others_hear_what_is_for_others,
    every_kind_of_what_nobody_keeps_arrives,
    what_is_large_is_at_least_announced,
    a_subscriber_who_left_may_come_back,
    a_subscriber_who_lags_hears_of_it,
    an_instance_knows_whether_there_may_be_others,
);

async fn commits_arrive_whole_and_in_order(ends: Ends) {
    let (project, topic) = new_topic();
    let mut near = listen(&ends.here, topic).await;
    let mut far = listen(&ends.there, topic).await;
    let sent: Vec<_> = (1..=BURST)
        .map(|seq| {
            commit(
                project,
                seq,
                json!({"prompt": "Why? ♥", "x": 0.1, "seq": seq}),
            )
        })
        .collect();

    for committed in &sent {
        ends.here.publish(committed.clone());
    }

    for expected in &sent {
        for subscription in [&mut near, &mut far] {
            let heard = next_committed(subscription).await;
            assert_eq!(heard.project, project);
            assert_eq!(heard.epoch, expected.epoch);
            assert_eq!(heard.events, expected.events);
        }
    }
}

async fn everyone_hears_a_commit_once(ends: Ends) {
    let (project, topic) = new_topic();
    let mut near = listen(&ends.here, topic).await;
    let mut far = listen(&ends.there, topic).await;

    ends.here.publish(commit(project, 1, json!({})));
    next_committed(&mut far).await;
    // An echo would be here before the answer.
    let answer = Bytes::from_static(b"{}");
    ends.there
        .tell_everyone(topic, EphemeralKind::Presence, answer);

    next_committed(&mut near).await;
    for subscription in [&mut near, &mut far] {
        assert_eq!(next_payload(subscription).await, "{}");
    }
}

async fn topics_do_not_hear_each_other(ends: Ends) {
    let (project, topic) = new_topic();
    let (other_project, other) = new_topic();
    let mut people = listen(&ends.there, Topic::People).await;
    let mut far = listen(&ends.there, topic).await;

    ends.here.publish(commit(other_project, 1, json!({})));
    let note = Bytes::from(json!({"for": project}).to_string());
    ends.here
        .tell_everyone(other, EphemeralKind::Presence, note.clone());
    ends.here
        .tell_everyone(Topic::People, EphemeralKind::Notification, note.clone());
    ends.here.publish(commit(project, 2, json!({})));

    let heard = next_committed(&mut far).await;
    assert_eq!(heard.events[0].seq, 2);
    // Other tests may speak about people meanwhile, but nobody about this project.
    while next_payload(&mut people).await != note {}
}

async fn others_hear_what_is_for_others(ends: Ends) {
    let (_, topic) = new_topic();
    let mut near = listen(&ends.here, topic).await;
    let mut far = listen(&ends.there, topic).await;
    let tell = |text: &'static str| {
        (
            topic,
            EphemeralKind::Presence,
            Bytes::from_static(text.as_bytes()),
        )
    };

    let (topic, kind, payload) = tell("for others");
    ends.here.tell_others(topic, kind, payload);
    let (topic, kind, payload) = tell("for all");
    ends.here.tell_everyone(topic, kind, payload);

    if !ends.are_one() {
        assert_eq!(next_payload(&mut far).await, "for others");
    }
    assert_eq!(next_payload(&mut far).await, "for all");
    assert_eq!(next_payload(&mut near).await, "for all");
}

async fn every_kind_of_what_nobody_keeps_arrives(ends: Ends) {
    let (_, topic) = new_topic();
    let mut far = listen(&ends.there, topic).await;
    for kind in [
        EphemeralKind::Presence,
        EphemeralKind::PresenceAll,
        EphemeralKind::PresenceAsk,
        EphemeralKind::Stream,
        EphemeralKind::Notification,
    ] {
        let payload = Bytes::from("x".repeat(100_000));

        ends.here.tell_everyone(topic, kind, payload.clone());

        let Message::Ephemeral(heard) = next(&mut far).await else {
            panic!("not what was told");
        };
        assert_eq!(heard.origin, ends.here.origin());
        assert_eq!(heard.kind, kind);
        assert_eq!(heard.payload, payload);
    }
}

async fn what_is_large_is_at_least_announced(ends: Ends) {
    let (project, topic) = new_topic();
    let mut far = listen(&ends.there, topic).await;
    let large = commit(project, 7, "x".repeat(100_000).into());

    ends.here.publish(large.clone());

    if ends.are_one() {
        let heard = next_committed(&mut far).await;
        assert_eq!(heard.events, large.events);
        return;
    }
    let heard = next(&mut far).await;
    let Message::Head { epoch, seq } = heard else {
        panic!("{heard:?}");
    };
    assert_eq!((epoch, seq), (large.epoch, 7));
}

async fn a_subscriber_who_left_may_come_back(ends: Ends) {
    let (project, topic) = new_topic();
    drop(listen(&ends.there, topic).await);
    // Whether the topic was closed meanwhile or not, the next subscriber must hear.
    ends.here.publish(commit(project, 1, json!({})));

    let mut far = ends.there.subscribe(topic);

    let next_seq = async |far: &mut Subscription| {
        loop {
            if let Message::Committed(heard) = next(far).await {
                return heard.events[0].seq;
            }
        }
    };
    let telling = async {
        let mut tick = tokio::time::interval(std::time::Duration::from_millis(10));
        loop {
            tick.tick().await;
            ends.here.publish(commit(project, 2, json!({})));
        }
    };
    tokio::select! {
        () = telling => {}
        seq = next_seq(&mut far) => assert!(seq <= 2),
    }
}

async fn a_subscriber_who_lags_hears_of_it(ends: Ends) {
    let (project, topic) = new_topic();
    let mut far = listen(&ends.there, topic).await;
    let mut quick = ends.there.subscribe(topic);
    for seq in 1..=1_000 {
        ends.here.publish(commit(project, seq, json!({})));
        next_committed(&mut quick).await;
    }

    let heard = far.recv().await;

    assert!(matches!(heard, Err(RecvError::Lagged(_))), "{heard:?}");
}

async fn an_instance_knows_whether_there_may_be_others(ends: Ends) {
    let health = ends.here.health();
    if ends.are_one() {
        assert_eq!(health, Health::InProcess);
    } else {
        assert_eq!(health, Health::Connected);
        assert_ne!(ends.here.origin(), ends.there.origin());
    }
    assert_eq!(ends.here.has_others(), !ends.are_one());
}
