//! B1, B2, B17: Redis goes away, hangs, comes back, and lies.

use std::sync::Arc;

use bytes::Bytes;
use platform::bus::{Bus, EphemeralKind, Health, Message, Subscription, Topic};
use serde_json::json;

use super::{
    BURST, commit, joined, listen, new_topic, next, next_committed, next_payload, until_connected,
};
use crate::kit::{FaultProxy, Faults, RedisServer, until};

async fn until_down(bus: &Bus) {
    until("Redis is given up", async || bus.health() == Health::Down).await;
}

/// Waits until what was published through a break has had its end.
async fn until_lost(subscription: &mut Subscription) {
    while !matches!(next(subscription).await, Message::Lost) {}
}

/// Both subscribers hear of a break, and then each other again.
async fn assert_joined_again(
    (here, near): (&Arc<Bus>, &mut Subscription),
    (there, far): (&Arc<Bus>, &mut Subscription),
    topic: Topic,
) {
    until_lost(near).await;
    until_lost(far).await;
    let word = Bytes::from_static(b"here again");
    here.tell_others(topic, EphemeralKind::Presence, word.clone());
    there.tell_others(topic, EphemeralKind::Presence, word.clone());
    assert_eq!(next_payload(near).await, word);
    assert_eq!(next_payload(far).await, word);
}

#[tokio::test]
async fn b1_after_redis_was_killed_everyone_hears_of_it_and_then_each_other() {
    let Some(mut redis) = RedisServer::start().await else {
        return;
    };
    let (here, there) = (joined(&redis.url()).await, joined(&redis.url()).await);
    let (project, topic) = new_topic();
    let mut near = listen(&here, topic).await;
    let mut far = listen(&there, topic).await;

    redis.down();
    until_down(&here).await;
    until_down(&there).await;
    here.publish(commit(project, 1, json!({})));
    assert_eq!(next_committed(&mut near).await.events[0].seq, 1);
    redis.up().await;

    assert_joined_again((&here, &mut near), (&there, &mut far), topic).await;
}

#[tokio::test]
async fn b1_a_redis_that_hangs_makes_nobody_wait() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let (here, there) = (joined(&redis.url()).await, joined(&redis.url()).await);
    let (project, topic) = new_topic();
    let mut near = listen(&here, topic).await;
    let mut far = listen(&there, topic).await;

    redis.freeze();
    // More than may wait: what is too much is dropped, and those in this process hear all of it.
    for seq in 1..=20_000 {
        here.publish(commit(project, seq, json!({})));
        assert_eq!(next_committed(&mut near).await.events[0].seq, seq);
    }
    until_down(&here).await;
    until_down(&there).await;
    redis.thaw();

    assert_joined_again((&here, &mut near), (&there, &mut far), topic).await;
}

#[tokio::test]
async fn connections_that_redis_closes_are_made_again() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let (here, there) = (joined(&redis.url()).await, joined(&redis.url()).await);
    let (_, topic) = new_topic();
    let mut near = listen(&here, topic).await;
    let mut far = listen(&there, topic).await;

    assert_eq!(redis.ask("CLIENT KILL TYPE pubsub").await, ":2");

    assert_joined_again((&here, &mut near), (&there, &mut far), topic).await;
}

#[tokio::test]
async fn b2_a_redis_that_forgets_everything_or_is_full_still_carries() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let (here, there) = (joined(&redis.url()).await, joined(&redis.url()).await);
    let (project, topic) = new_topic();
    let mut far = listen(&there, topic).await;

    redis.ask("FLUSHALL").await;
    here.publish(commit(project, 1, json!({})));
    assert_eq!(next_committed(&mut far).await.events[0].seq, 1);

    redis.ask("CONFIG SET maxmemory 1").await;
    here.publish(commit(project, 2, json!({})));
    assert_eq!(next_committed(&mut far).await.events[0].seq, 2);
}

#[tokio::test]
async fn b6_a_connection_that_died_silently_is_found_out() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let fault_proxy = FaultProxy::before(redis.address(), Faults::default(), 0).await;
    let (here, there) = (joined(&fault_proxy.url()).await, joined(&redis.url()).await);
    let (_, topic) = new_topic();
    let mut near = listen(&here, topic).await;
    let mut far = listen(&there, topic).await;

    fault_proxy.swallow();
    until_down(&here).await;
    assert_eq!(there.health(), Health::Connected);
    fault_proxy.heal();

    until_lost(&mut near).await;
    let word = Bytes::from_static(b"here again");
    here.tell_others(topic, EphemeralKind::Presence, word.clone());
    assert_eq!(next_payload(&mut far).await, word);
}

#[tokio::test]
async fn b17_an_instance_that_is_cut_off_says_so_and_comes_back() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let fault_proxy = FaultProxy::before(redis.address(), Faults::default(), 0).await;
    let bus = joined(&fault_proxy.url()).await;
    let (_, topic) = new_topic();
    let mut near = listen(&bus, topic).await;

    fault_proxy.cut();
    until_down(&bus).await;
    fault_proxy.heal();

    until_lost(&mut near).await;
    until_connected(&bus).await;
}

#[tokio::test]
async fn b1_the_bus_starts_without_redis_and_finds_it_later() {
    let Some(mut redis) = RedisServer::start().await else {
        return;
    };
    redis.down();
    let bus = Bus::over_redis(&redis.url()).expect("a URL of Redis");
    assert_eq!(bus.health(), Health::Down);
    let (project, topic) = new_topic();
    let mut near = bus.subscribe(topic);
    bus.publish(commit(project, 1, json!({})));
    assert_eq!(next_committed(&mut near).await.events[0].seq, 1);

    redis.up().await;

    until_lost(&mut near).await;
    assert_eq!(bus.health(), Health::Connected);
}

#[tokio::test]
async fn channels_are_subscribed_to_for_as_long_as_somebody_listens() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let (here, there) = (joined(&redis.url()).await, joined(&redis.url()).await);
    let (project, topic) = new_topic();
    let channel = format!("nl:0:p:{project}");
    let near = listen(&here, topic).await;
    let far = listen(&there, topic).await;
    assert_eq!(redis.listeners(&channel).await, 2);

    drop((near, far));
    here.publish(commit(project, 1, json!({})));

    until("nobody listens", async || {
        redis.listeners(&channel).await == 0
    })
    .await;
    let mut far = listen(&there, topic).await;
    here.publish(commit(project, 2, json!({})));
    assert_eq!(next_committed(&mut far).await.events[0].seq, 2);
}

#[tokio::test]
async fn what_others_say_on_our_channels_hurts_nobody() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let (here, there) = (joined(&redis.url()).await, joined(&redis.url()).await);
    let (project, topic) = new_topic();
    let mut far = listen(&there, topic).await;

    for word in [
        "hello",
        "\"\\x01c\"",
        "\"\\x01c\\x00\\x00\\x00\\x01 nonsense that is long enough\"",
    ] {
        let heard = redis
            .ask(&format!("SPUBLISH nl:0:p:{project} {word}"))
            .await;
        assert_eq!(heard, ":1");
    }
    redis
        .ask(&format!("SPUBLISH nl:0:i:{} x", there.origin()))
        .await;
    here.publish(commit(project, 1, json!({})));

    assert_eq!(next_committed(&mut far).await.events[0].seq, 1);
    assert_eq!(there.health(), Health::Connected);
}

#[tokio::test]
async fn databases_of_one_redis_are_deployments_of_their_own() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let (ours, theirs) = (
        joined(&format!("{}1", redis.url())).await,
        joined(&format!("{}2", redis.url())).await,
    );
    let (project, topic) = new_topic();
    let mut far = listen(&theirs, topic).await;

    ours.publish(commit(project, 1, json!({})));
    // What waits is sent first, so that it would be heard before what follows.
    ours.close().await;
    theirs.publish(commit(project, 2, json!({})));

    assert_eq!(next_committed(&mut far).await.events[0].seq, 2);
}

#[tokio::test]
async fn what_waits_is_sent_before_the_bus_closes() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let (here, there) = (joined(&redis.url()).await, joined(&redis.url()).await);
    let (project, topic) = new_topic();
    let mut far = listen(&there, topic).await;

    for seq in 1..=BURST {
        here.publish(commit(project, seq, json!({})));
    }
    here.close().await;

    for seq in 1..=BURST {
        assert_eq!(next_committed(&mut far).await.events[0].seq, seq);
    }
    assert_eq!(here.health(), Health::Down);
}
