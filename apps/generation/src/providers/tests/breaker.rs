//! Models that fail again and again are left alone, by all instances.

use chrono::TimeDelta;

use super::*;
use crate::providers::{
    Health, health,
    scripted::{Beat, Reply},
};

const FAILED: (&str, &str) = ("a/m", "provider_refused_key");
const SKIPPED: (&str, &str) = ("a/m", "skipped");
const ANSWERED: (&str, &str) = ("b/m", "answered");

/// Two providers, of which the first refuses; two failures open its breaker.
async fn bench() -> (Bench, Provider, Provider) {
    let (first, second) = (Provider::start().await, Provider::start().await);
    first.usually(Reply::status(401));
    let urls = [first.base_url(), second.base_url()];
    let bench = Bench::with(&urls, |settings| {
        settings.generation.breaker_failures = 2;
    })
    .await;
    (bench, first, second)
}

async fn health(bench: &Bench) -> Health {
    let healths = health::all(&bench.platform).await;
    healths.get("a/m").cloned().unwrap_or_default()
}

/// The database's clock does not move with ours, so ours says when a breaker is over.
fn later(bench: &Bench) {
    bench.platform.clock.shift(TimeDelta::minutes(2));
}

#[tokio::test]
async fn b9_failures_in_a_row_open_the_breaker_and_one_trial_closes_it() {
    let (bench, first, _second) = bench().await;
    let chain = ["a/m", "b/m"];
    assert_eq!(bench.ask(&chain).await.tries(), [FAILED, ANSWERED]);
    assert_eq!(bench.ask(&chain).await.tries(), [FAILED, ANSWERED]);
    assert_eq!(bench.ask(&chain).await.tries(), [SKIPPED, ANSWERED]);
    let open = health(&bench).await;
    assert!(open.is_open(bench.platform.clock.now()));
    assert_eq!(open.last_error.as_deref(), Some("provider_refused_key 401"));

    // A trial that fails opens it again at once.
    later(&bench);
    assert_eq!(bench.ask(&chain).await.tries(), [FAILED, ANSWERED]);
    assert_eq!(bench.ask(&chain).await.tries(), [SKIPPED, ANSWERED]);

    later(&bench);
    first.usually(Reply::text("Here again."));
    assert_eq!(bench.ask(&chain).await.tries(), [("a/m", "answered")]);
    assert_eq!(bench.ask(&chain).await.tries(), [("a/m", "answered")]);
    let closed = health(&bench).await;
    assert_eq!((closed.failure_count, closed.failures_in_a_row), (3, 0));
    assert_eq!(closed.open_until, None);
}

#[tokio::test]
async fn only_one_at_a_time_tries_a_model_that_was_left_alone() {
    let (bench, first, _second) = bench().await;
    let chain = ["a/m", "b/m"];
    bench.ask(&chain).await;
    bench.ask(&chain).await;
    later(&bench);
    let began = Beat::Text("Slowly ".to_owned());
    first.usually(Reply::Stream(vec![began, Beat::Hang]));
    let mut trial = bench.asking(&chain).await;
    trial.open(|_| async { Ok(prompt()) }).await.unwrap();

    let others = bench.ask(&chain).await;

    assert_eq!(&*trial.tries()[0].model, "a/m");
    assert_eq!(others.tries(), [SKIPPED, ANSWERED]);
}

#[tokio::test]
async fn a_model_that_is_left_alone_is_not_asked_even_if_nobody_else_can_be() {
    let (bench, first, _second) = bench().await;
    let chain = ["a/m"];
    for expected in [FAILED, FAILED, SKIPPED, SKIPPED] {
        let asked = bench.ask(&chain).await;
        assert_eq!(asked.tries(), [expected]);
    }
    assert_eq!(bench.ask(&chain).await.code(), "provider_unavailable");
    assert_eq!(first.times_asked(), 2);
    assert_eq!(bench.ask(&["b/m", "a/m"]).await.tries(), [ANSWERED]);

    later(&bench);
    first.usually(Reply::text("Here again."));
    assert_eq!(bench.ask(&chain).await.tries(), [("a/m", "answered")]);
}

#[tokio::test]
async fn a_breaker_that_opens_ends_the_tries_that_opened_it_and_a_trial_is_one_call() {
    let (bench, first, _second) = bench().await;
    first.usually(Reply::status(503));
    let failed = ("a/m", "provider_unavailable");

    assert_eq!(bench.ask(&["a/m"]).await.tries(), [failed, failed]);
    later(&bench);
    assert_eq!(bench.ask(&["a/m"]).await.tries(), [failed]);
}

#[tokio::test]
async fn all_instances_know_the_breaker_of_one() {
    let (bench, _first, _second) = bench().await;
    let mut settings = bench.platform.settings.clone();
    settings.generation.breaker_failures = 2;
    bench.ask(&["a/m"]).await;
    bench.ask(&["a/m"]).await;
    let other = Bench {
        platform: Platform::start(settings, platform::Features::default())
            .await
            .unwrap(),
        _folder: tempfile::tempdir().unwrap(),
    };

    assert_eq!(
        other.ask(&["a/m", "b/m"]).await.tries(),
        [SKIPPED, ANSWERED]
    );
}

#[tokio::test]
async fn what_was_asked_wrongly_is_not_the_models_fault() {
    let (bench, first, _second) = bench().await;
    first.usually(Reply::status(400));
    for _ in 0..3 {
        assert_eq!(bench.ask(&["a/m"]).await.code(), "request_rejected");
    }
    assert_eq!(health(&bench).await, Health::default());
}

#[tokio::test]
async fn a_failure_in_the_middle_counts_and_an_answer_makes_up_for_it() {
    let (bench, first, _second) = bench().await;
    let half = Beat::Text("Half ".to_owned());
    first.then([Reply::Stream(vec![half, Beat::Cut]), Reply::text("Whole.")]);

    bench.ask(&["a/m"]).await;
    assert_eq!(health(&bench).await.failures_in_a_row, 1);

    bench.ask(&["a/m"]).await;
    let well = health(&bench).await;
    assert_eq!((well.failure_count, well.failures_in_a_row), (1, 0));
}
