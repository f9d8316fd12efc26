//! Pictures and providers: what they refuse, what they take, and what that costs.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};
use kernel::{ProjectId, tokens::estimate};
use serde_json::{Value, json};

use super::{crc, node};
use crate::{
    generations::with_models,
    kit::{
        Beat, Client, Paths, Provider, Reply, TestApp,
        files::{pixel, read_file},
        generated, text,
    },
};

/// A server that knows a model that sees.
async fn seeing(provider: &Provider) -> TestApp {
    with_models(provider, &["gpt-4o-mini"], |settings| {
        settings.generation.breaker_failures = 1_000;
        settings.generation.output_bytes_max = 20_000;
        for entry in &mut settings.providers {
            for model in &mut entry.models {
                model.context_tokens = 10_000;
            }
        }
    })
    .await
}

/// A question about a picture.
async fn asks(by: &Client, project: ProjectId, picture: &Value) -> Value {
    let asks = json!({"prompt": "What is it?", "attachments": [{"mediaId": picture["id"]}]});
    node(by, project, asks).await
}

async fn ask(by: &Client, project: ProjectId, node: &str) -> Value {
    by.generate(project, node, json!({"force": true})).await;
    generated(by, project, node).await
}

async fn last_attempt(by: &Client, project: ProjectId, node: &str) -> Value {
    let attempts = by.get(&project.generations(node)).await.ok();
    attempts["items"][0].clone()
}

fn pictures_sent(provider: &Provider) -> usize {
    let asked = provider.asked();
    let shown = asked.iter().filter(|one| {
        let url = one.body["messages"][0]["content"][1]["image_url"]["url"].as_str();
        url.is_some_and(|url| url.starts_with("data:image/"))
    });
    shown.count()
}

#[tokio::test]
async fn a_provider_that_refuses_a_picture_fails_or_never_ends_is_said_by_name_and_spoils_nothing()
{
    let provider = Provider::start().await;
    let app = seeing(&provider).await;
    let (project, owner, []) = app.project([]).await;
    let picture = read_file(&owner, project, "sea.png", &pixel()).await;
    let asked = asks(&owner, project, &picture).await;
    let asked = text(&asked["id"]);
    let broken = Reply::Stream(vec![Beat::Text("Wa".to_owned()), Beat::Cut]);
    let endless = Reply::Stream(vec![Beat::Endless("water ".to_owned())]);
    let faults = [
        (Reply::status(400), "request_rejected", 1, ""),
        (Reply::status(413), "request_rejected", 1, ""),
        (Reply::status(401), "provider_refused_key", 1, ""),
        (Reply::status(503), "provider_unavailable", 3, ""),
        (Reply::html(), "provider_protocol", 1, ""),
        (broken, "provider_unavailable", 1, "Wa"),
        (endless, "too_large", 1, "water "),
    ];
    let mut sent = 0;
    for (reply, code, tries, begins) in faults {
        provider.usually(reply.clone());

        let now = ask(&owner, project, asked).await;

        assert_eq!(now["status"], "ERROR", "{code}: {now}");
        let attempt = last_attempt(&owner, project, asked).await;
        assert_eq!(attempt["error"]["code"], code, "{reply:?}");
        let kept = attempt["text"].as_str().unwrap_or_default();
        let is_bounded = kept.len() <= 20_000;
        assert!(kept.starts_with(begins) && is_bounded, "{code}: {kept}");
        assert!(!attempt.to_string().contains("canary of the provider"));
        sent += tries;
        assert_eq!(
            pictures_sent(&provider),
            sent,
            "{code}: with the picture each time"
        );
    }
    provider.usually(Reply::text("Water."));
    let now = ask(&owner, project, asked).await;
    assert_eq!(
        (&now["status"], &now["response"]),
        (&json!("COMPLETED"), &json!("Water."))
    );
    assert_eq!(now["attachments"][0]["mediaId"], picture["id"]);
}

/// A grey picture.
fn png(width: u32, height: u32) -> Vec<u8> {
    let row = vec![0; 1 + usize::try_from(width).expect("it is small")];
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..height {
        pixels.write_all(&row).expect("it packs");
    }
    let pixels = pixels.finish().expect("it packs");
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 0, 0, 0, 0],
    ]
    .concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", &head), (b"IDAT", &pixels), (b"IEND", &Vec::new())] {
        let part = [&name[..], data].concat();
        png.extend(
            u32::try_from(data.len())
                .expect("it is small")
                .to_be_bytes(),
        );
        png.extend(&part);
        png.extend(crc(&part).to_be_bytes());
    }
    png
}

#[tokio::test]
async fn a_picture_counts_as_its_squares_do_in_budgets_and_in_the_price() {
    let provider = Provider::start().await;
    let app = seeing(&provider).await;
    let (project, owner, []) = app.project([]).await;
    let without = json!({"prompt": "What is it?"});
    let without = node(&owner, project, without).await;
    let tokens = async |node: &Value| {
        let path = format!("{}?maxTokens=100", project.context(text(&node["id"])));
        let preview = owner.get(&path).await.ok();
        preview["manifest"]["tokens"].as_i64().expect("a count")
    };
    let words = i64::from(estimate("[Picture sea.png]\n\n"));
    let bare = tokens(&without).await;
    // 85 tokens and 170 for each square of 512 points, once it fits into 768 by 1,536.
    for (width, height, squares) in [
        (1, 1, 1),
        (512, 512, 1),
        (600, 400, 2),
        (1_024, 1_024, 4),
        (3_000, 1_000, 3),
        (100, 3_000, 3),
    ] {
        let picture = read_file(&owner, project, "sea.png", &png(width, height)).await;
        assert_eq!(
            picture["metadata"],
            json!({"width": width, "height": height})
        );
        let asked = asks(&owner, project, &picture).await;

        let entering = asked["attachments"][0]["tokens"].as_i64().expect("a count");
        let counted = 85 + 170 * squares;
        assert_eq!(
            entering,
            counted + i64::from(estimate("[Picture sea.png]")),
            "{width} by {height}"
        );
        let more = tokens(&asked).await - bare;
        assert!(
            (counted..=counted + words + 1).contains(&more),
            "{width} by {height}: {more}"
        );
    }

    let picture = read_file(&owner, project, "sea.png", &png(1_024, 1_024)).await;
    let asked = asks(&owner, project, &picture).await;
    let most = tokens(&asked).await;
    let path = project.budgets();
    let budget = async |tokens: i64| {
        let items = json!({"items": [{"userId": null, "period": "DAY", "tokensMax": tokens}]});
        owner.put(&path, items).await.expect(200);
    };
    let how = json!({"maxTokens": 100});
    budget(most + 99).await;
    let refused = owner
        .post(&project.generate(text(&asked["id"])), how.clone())
        .await;
    refused.problem(402, "budget_exceeded");
    budget(most + 100).await;
    provider.usually(Reply::Stream(vec![Beat::Hang]));
    owner.generate(project, text(&asked["id"]), how).await;
    let usage = owner.get(&project.usage()).await.ok();
    let spent = &usage["budgets"][0]["spent"];
    assert_eq!(spent["tokens"], most + 100);
    // A dollar for a million that are sent, two for a million that come back.
    let cost = spent["cost"].as_f64().expect("an amount");
    let said = f64::from(u32::try_from(most + 200).expect("few")) / 1e6;
    assert!((cost - said).abs() < 1e-9, "{cost} and not {said}");
    let cancel = json!({"ops": [{"op": "generation.cancel", "data": {"nodeId": asked["id"]}}]});
    owner.post(&project.ops(), cancel).await.ok();
}
