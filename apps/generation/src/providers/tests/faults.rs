//! One call of one model: what comes of it, and what is done about limits.

use serde_json::json;

use super::*;
use crate::providers::{
    FailureKind, Usage,
    prompt::FinishReason,
    scripted::{Beat, Reply},
};

/// Long enough for anything that happens at once, and short enough to be waited for.
const SOON_MS: u64 = 1_000;

fn text(text: &str) -> Beat {
    Beat::Text(text.to_owned())
}

/// A scripted provider and who asks it.
struct Pair(Provider, Bench);

impl Pair {
    async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let provider = Provider::start().await;
        let bench = Bench::with(&[provider.base_url()], change).await;
        Self(provider, bench)
    }

    async fn after(&self, reply: Reply) -> (String, Result<Vec<Piece>, Failure>) {
        self.0.then([reply]);
        self.1.once().await
    }

    /// The text before a failure, and that; nothing of it may be the provider's words.
    async fn failure(&self, reply: Reply) -> (String, FailureKind) {
        let (text, end) = self.after(reply).await;
        let failure = end.unwrap_err();
        let shown = format!("{failure} {failure:?}");
        assert!(!shown.contains("canary"), "{shown}");
        (text, failure.kind)
    }
}

#[tokio::test]
async fn an_answer_arrives_with_its_usage_and_what_was_cached() {
    let provider = Provider::start().await;
    provider.then([Reply::text("It depends on you.")]);
    let bench = Bench::on(&[&provider]).await;

    let (text, end) = bench.once().await;

    assert_eq!(text, "It depends on you.");
    let usage = Usage {
        input: 10,
        cached: 4,
        output: 2,
    };
    assert_eq!(
        end.unwrap(),
        [Piece::Usage(usage), Piece::End(FinishReason::Stop)]
    );
    let asked = &provider.asked()[0];
    assert_eq!(asked.authorization.as_deref(), Some("Bearer sk-canary"));
    let expected = json!({
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"},
        ],
        "stream": true, "stream_options": {"include_usage": true},
        "temperature": 0.5, "max_tokens": 100,
    });
    assert_eq!(asked.body, expected);
}

#[tokio::test]
async fn without_a_key_no_header_pretends_there_is_one() {
    let provider = Provider::start().await;
    let bench = Bench::with(&[provider.base_url()], |settings| {
        settings.providers[0].api_key = None;
    })
    .await;

    bench.once().await.1.unwrap();

    assert_eq!(provider.asked()[0].authorization, None);
}

#[tokio::test]
async fn b10_refusals_are_told_apart() {
    let pair = Pair::with(|_| {}).await;
    let cases = [
        (401, FailureKind::ProviderRefusedKey),
        (403, FailureKind::ProviderRefusedKey),
        (400, FailureKind::RequestRejected),
        (500, FailureKind::ProviderUnavailable),
        (503, FailureKind::ProviderUnavailable),
        (301, FailureKind::ProviderProtocol),
    ];
    for (status, kind) in cases {
        assert_eq!(
            pair.failure(Reply::status(status)).await,
            (String::new(), kind),
            "{status}"
        );
    }
}

#[tokio::test]
async fn b11_a_provider_that_never_begins_is_given_up() {
    let pair = Pair::with(|settings| settings.generation.first_byte_ms = SOON_MS).await;
    for reply in [Reply::Silence, Reply::Stream(vec![Beat::Hang])] {
        let (_, end) = pair.after(reply).await;
        assert_eq!(end.unwrap_err().kind, FailureKind::ProviderTimeout);
    }
}

#[tokio::test]
async fn b11_a_provider_that_stalls_is_given_up_and_the_text_kept() {
    let reply = Reply::Stream(vec![text("Half an "), text("answer"), Beat::Hang]);
    let (text, end) = Pair::with(|settings| settings.generation.idle_ms = SOON_MS)
        .await
        .after(reply)
        .await;

    assert_eq!(text, "Half an answer");
    assert_eq!(end.unwrap_err().kind, FailureKind::ProviderStalled);
}

#[tokio::test]
async fn b11_an_answer_that_takes_too_long_is_cut_off_and_one_in_time_is_not() {
    let reply = Reply::Stream(vec![text("All "), Beat::Endless(String::new())]);
    let (said, end) = Pair::with(|settings| settings.generation.total_ms = SOON_MS)
        .await
        .after(reply)
        .await;
    assert_eq!(said, "All ");
    assert_eq!(end.unwrap_err().kind, FailureKind::TooLong);

    // Longer than silence may last, but never silent.
    let pause = Beat::Pause(Duration::from_millis(SOON_MS / 3));
    let mut beats = vec![text("All "), pause.clone()];
    for _ in 0..4 {
        beats.extend([Beat::Raw(": still thinking\n\n".to_owned()), pause.clone()]);
    }
    beats.extend([text("well"), Beat::Finish("stop"), Beat::Done]);
    let (said, end) = Pair::with(|settings| {
        settings.generation.idle_ms = SOON_MS;
    })
    .await
    .after(Reply::Stream(beats))
    .await;
    assert_eq!(said, "All well");
    end.unwrap();
}

#[tokio::test]
async fn b11_an_endless_answer_is_cut_at_its_limit() {
    let reply = Reply::Stream(vec![Beat::Endless("ä".repeat(7))]);
    let (text, end) = Pair::with(|settings| {
        settings.generation.output_bytes_max = 1_001;
    })
    .await
    .after(reply)
    .await;

    assert_eq!(text.len(), 1_000);
    assert_eq!(end.unwrap_err().kind, FailureKind::TooLarge);
}

#[tokio::test]
async fn b11_an_event_without_end_is_cut_off() {
    let pair = Pair::with(|_| {}).await;
    let reply = Reply::Stream(vec![
        Beat::Raw("data: ".to_owned()),
        Beat::Raw("x".repeat(2 * 1024 * 1024)),
        Beat::Hang,
    ]);
    assert_eq!(pair.failure(reply).await.1, FailureKind::TooLarge);
}

#[tokio::test]
async fn an_event_arrives_in_as_many_pieces_as_the_network_likes() {
    let pair = Pair::with(|_| {}).await;
    let event = json!({"choices": [{"delta": {"content": "Grüße"}}]});
    let mut beats: Vec<Beat> = format!("data: {event}\r\n\r\n")
        .chars()
        .map(|letter| Beat::Raw(letter.to_string()))
        .collect();
    beats.extend([
        text(&" an alle".repeat(20_000)),
        Beat::Finish("stop"),
        Beat::Done,
    ]);

    let (text, end) = pair.after(Reply::Stream(beats)).await;

    assert!(text.starts_with("Grüße an alle"));
    assert_eq!(text.len(), 7 + 8 * 20_000);
    end.unwrap();
}

#[tokio::test]
async fn b12_what_is_no_stream_of_chunks_is_a_protocol_failure() {
    let pair = Pair::with(|_| {}).await;
    let raw =
        |bytes: &str| Reply::Stream(vec![text("So "), Beat::Raw(bytes.to_owned()), Beat::Hang]);
    let json = Reply::Plain {
        status: 200,
        headers: vec![("content-type", "application/json".to_owned())],
        body: json!({"message": "canary"}).to_string(),
    };
    let cases = [
        (Reply::html(), ""),
        (json, ""),
        (raw("data: {\"choices\": canary\n\n"), "So "),
        (raw("data: <html>canary\n\n"), "So "),
        (raw("data: 7\n\n"), "So "),
        (
            Reply::Stream(vec![text("So "), Beat::Chunk(json!({"error": "canary"}))]),
            "So ",
        ),
        // No end.
        (Reply::Stream(vec![text("So ")]), "So "),
        (
            Reply::Stream(vec![Beat::Raw("<html>canary</html>\n\n".to_owned())]),
            "",
        ),
        (Reply::Stream(Vec::new()), ""),
    ];
    for (reply, kept) in cases {
        let told = format!("{reply:?}");
        let expected = (kept.to_owned(), FailureKind::ProviderProtocol);
        assert_eq!(pair.failure(reply).await, expected, "{told}");
    }
}

#[tokio::test]
async fn b12_an_error_in_the_stream_is_what_it_says() {
    let pair = Pair::with(|_| {}).await;
    let error = json!({"error": {"code": 502, "message": "canary"}});
    let reply = Reply::Stream(vec![text("So "), Beat::Chunk(error), Beat::Done]);
    assert_eq!(
        pair.failure(reply).await,
        ("So ".to_owned(), FailureKind::ProviderUnavailable)
    );

    let reply = Reply::Plain {
        status: 200,
        headers: vec![("content-type", "application/json".to_owned())],
        body: json!({"error": {"code": 429, "message": "canary"}}).to_string(),
    };
    assert_eq!(pair.failure(reply).await.1, FailureKind::RateLimited);
}

#[tokio::test]
async fn b12_a_connection_that_breaks_keeps_the_text() {
    let pair = Pair::with(|_| {}).await;
    let reply = Reply::Stream(vec![text("So "), Beat::Cut]);
    assert_eq!(
        pair.failure(reply).await,
        ("So ".to_owned(), FailureKind::ProviderUnavailable)
    );
}

#[tokio::test]
async fn an_answer_is_whole_with_a_reason_or_with_done_whatever_comes_after() {
    let pair = Pair::with(|settings| settings.generation.idle_ms = SOON_MS).await;
    let error = Beat::Chunk(json!({"error": {"code": 500}}));
    let cases = [
        (vec![text("So"), Beat::Done], FinishReason::Other),
        (
            vec![text("So"), Beat::Finish("length")],
            FinishReason::Length,
        ),
        (
            vec![text("So"), Beat::Finish("stop"), Beat::Cut],
            FinishReason::Stop,
        ),
        (
            vec![text("So"), Beat::Finish("stop"), error, Beat::Hang],
            FinishReason::Stop,
        ),
        (
            vec![Beat::Raw("\u{feff}".to_owned()), text("So"), Beat::Done],
            FinishReason::Other,
        ),
    ];
    for (beats, finish) in cases {
        let (text, end) = pair.after(Reply::Stream(beats)).await;
        assert_eq!(
            (text.as_str(), end.unwrap()),
            ("So", vec![Piece::End(finish)])
        );
    }
}

#[tokio::test]
async fn who_drops_an_answer_hangs_up() {
    let provider = Provider::start().await;
    provider.then([
        Reply::Stream(vec![text("So "), Beat::Hang]),
        Reply::Stream(vec![Beat::Endless("So ".to_owned())]),
    ]);
    let bench = Bench::on(&[&provider]).await;
    let model = bench.model("a/m").await;
    for place in 0..2 {
        let mut answer = open(&bench.platform, &model, &prompt()).await.unwrap();
        assert_eq!(
            answer.next().await.unwrap().unwrap(),
            Piece::Text("So ".to_owned())
        );

        drop(answer);

        provider.asked()[place].hung_up().await;
    }
}

#[tokio::test]
async fn who_stops_waiting_for_the_first_byte_hangs_up() {
    let provider = Provider::start().await;
    provider.then([Reply::Silence]);
    let bench = Bench::on(&[&provider]).await;
    let model = bench.model("a/m").await;
    let prompt = prompt();
    {
        let mut opening = Box::pin(open(&bench.platform, &model, &prompt));
        while provider.asked().is_empty() {
            let turn = tokio::time::timeout(Duration::from_millis(5), &mut opening).await;
            assert!(turn.is_err());
        }
    }

    provider.asked()[0].hung_up().await;
}

#[tokio::test]
async fn the_offline_model_answers_without_a_network() {
    let bench = Bench::with(&[], |_| {}).await;
    let asked = bench.ask(&["offline/echo"]).await;

    assert_eq!(asked.answered_by.unwrap(), "offline/echo");
    assert!(asked.text.contains("> Why?"));
}
