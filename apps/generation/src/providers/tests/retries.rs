//! What is tried again, and who is asked next.

use kernel::Error;

use super::*;
use crate::providers::{
    FailureKind, Unasked,
    scripted::{Beat, Reply},
};

const OK: &str = "answered";

#[tokio::test]
async fn b9_a_429_is_tried_four_times_and_then_the_next_model_is_asked() {
    let (first, second) = (Provider::start().await, Provider::start().await);
    first.usually(Reply::rate_limited("0"));
    let bench = Bench::on(&[&first, &second]).await;

    let asked = bench.ask(&["a/m", "b/m"]).await;

    let limited = ("a/m", "rate_limited");
    assert_eq!(
        asked.tries(),
        [limited, limited, limited, limited, ("b/m", OK)]
    );
    assert_eq!(asked.answered_by.unwrap(), "b/m");
    assert_eq!(first.times_asked(), 4);
}

#[tokio::test]
async fn b9_retry_after_is_waited_for_and_more_than_a_minute_is_not() {
    let (first, second) = (Provider::start().await, Provider::start().await);
    first.then([Reply::rate_limited("0.05"), Reply::rate_limited("61")]);
    let bench = Bench::on(&[&first, &second]).await;

    let asked = bench.ask(&["a/m", "b/m"]).await;

    let limited = ("a/m", "rate_limited");
    assert_eq!(asked.tries(), [limited, limited, ("b/m", OK)]);
    assert!(asked.waited[1] >= Duration::from_millis(50));
    assert_eq!(asked.waited[2], Duration::ZERO);
}

#[tokio::test]
async fn b10_a_5xx_is_tried_three_times() {
    let provider = Provider::start().await;
    provider.then([Reply::status(500), Reply::status(503)]);
    let bench = Bench::on(&[&provider]).await;
    let asked = bench.ask(&["a/m"]).await;
    let failed = ("a/m", "provider_unavailable");
    assert_eq!(asked.tries(), [failed, failed, ("a/m", OK)]);

    provider.usually(Reply::status(500));
    let asked = bench.ask(&["a/m"]).await;
    assert_eq!(asked.tries(), [failed, failed, failed]);
    assert_eq!(asked.code(), "provider_unavailable");
}

#[tokio::test]
async fn b10_a_refused_connection_is_tried_three_times_and_then_the_next_model_is_asked() {
    let provider = Provider::start().await;
    let urls = [Provider::nowhere().await, provider.base_url()];
    let bench = Bench::with(&urls, |_| {}).await;

    let asked = bench.ask(&["a/m", "b/m"]).await;

    let failed = ("a/m", "provider_unavailable");
    assert_eq!(asked.tries(), [failed, failed, failed, ("b/m", OK)]);
}

#[tokio::test]
async fn b10_a_refused_key_is_not_tried_again_but_the_next_model_is_asked() {
    for (status, code) in [
        (401, "provider_refused_key"),
        (403, "provider_refused_key"),
        (400, "request_rejected"),
    ] {
        let (first, second) = (Provider::start().await, Provider::start().await);
        first.usually(Reply::status(status));
        let bench = Bench::on(&[&first, &second]).await;

        let asked = bench.ask(&["a/m", "b/m"]).await;

        assert_eq!(asked.tries(), [("a/m", code), ("b/m", OK)]);
        assert_eq!(asked.text, "A short answer.");
    }
}

#[tokio::test]
async fn b11_a_silent_provider_is_tried_again_before_it_has_said_anything() {
    let provider = Provider::start().await;
    provider.then([Reply::Silence]);
    let bench = Bench::with(&[provider.base_url()], |settings| {
        settings.generation.first_byte_ms = 2_000;
    })
    .await;

    let asked = bench.ask(&["a/m"]).await;

    assert_eq!(asked.tries(), [("a/m", "provider_timeout"), ("a/m", OK)]);
    provider.asked()[0].hung_up().await;
}

#[tokio::test]
async fn b12_a_failure_after_text_is_final_and_the_text_is_kept() {
    let (first, second) = (Provider::start().await, Provider::start().await);
    let half = Beat::Text("Half ".to_owned());
    first.then([Reply::Stream(vec![half, Beat::Cut])]);
    let bench = Bench::on(&[&first, &second]).await;

    let asked = bench.ask(&["a/m", "b/m"]).await;

    assert_eq!(asked.text, "Half ");
    assert_eq!(asked.code(), "provider_unavailable");
    assert_eq!(asked.tries(), [("a/m", "provider_unavailable")]);
    assert!(second.asked().is_empty());
}

#[tokio::test]
async fn a_usage_without_words_is_no_beginning() {
    let provider = Provider::start().await;
    let error = Beat::Chunk(serde_json::json!({"error": {"code": 503}}));
    provider.then([Reply::Stream(vec![Beat::Usage(5, 0, 0), error])]);
    let bench = Bench::on(&[&provider]).await;

    let asked = bench.ask(&["a/m"]).await;

    assert_eq!(
        asked.tries(),
        [("a/m", "provider_unavailable"), ("a/m", OK)]
    );
}

#[tokio::test]
async fn the_prompt_is_made_for_each_model_and_may_pass_one_over() {
    let (first, second) = (Provider::start().await, Provider::start().await);
    let bench = Bench::on(&[&first, &second]).await;
    let mut asking = bench.asking(&["a/m", "b/m"]).await;

    let opened = asking
        .open(|model| async move {
            if *model.id == *"a/m" {
                return Err(Unasked::NotThis(Failure::new(FailureKind::RequestRejected)));
            }
            Ok(Prompt {
                max_tokens: 7,
                ..prompt()
            })
        })
        .await;

    assert_eq!(&*opened.unwrap().id, "b/m");
    assert!(first.asked().is_empty());
    assert_eq!(second.asked()[0].body["max_tokens"], 7);
    let outcomes: Vec<String> = asking.tries().iter().map(|it| it.view().outcome).collect();
    assert_eq!(outcomes, ["request_rejected", "unfinished"]);

    let mut asking = bench.asking(&["a/m", "b/m"]).await;
    let opened = asking.open(|_| async { Err(Error::Busy.into()) }).await;
    assert!(matches!(opened, Err(Unanswered::Error(Error::Busy))));
}

#[tokio::test]
async fn who_stops_asking_hangs_up_and_still_knows_the_tries() {
    let provider = Provider::start().await;
    provider.then([Reply::status(500), Reply::Silence]);
    let bench = Bench::on(&[&provider]).await;
    let mut asking = bench.asking(&["a/m"]).await;
    {
        let mut opening = Box::pin(asking.open(|_| async { Ok(prompt()) }));
        while provider.times_asked() < 2 {
            let turn = tokio::time::timeout(Duration::from_millis(5), &mut opening).await;
            assert!(turn.is_err());
        }
    }

    provider.asked()[1].hung_up().await;
    let outcomes: Vec<String> = asking.tries().iter().map(|it| it.view().outcome).collect();
    assert_eq!(outcomes, ["provider_unavailable", "unfinished"]);
}
