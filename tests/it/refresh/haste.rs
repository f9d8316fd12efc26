//! Refreshing counts like generating: so many answers a minute, whichever way they are asked for.

use std::time::{Duration, Instant};

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use super::{change, ended, nodes};
use crate::generations::with_models;
use crate::kit::{Client, Listener, Paths, Provider, Reply, TestApp, generated, until};

const MINUTE: Duration = Duration::from_secs(61);

/// A server on which a person starts five answers a minute.
async fn five_a_minute(provider: &Provider) -> TestApp {
    provider.usually(Reply::text("Yes."));
    with_models(provider, &["one"], |settings| {
        settings.rates.enabled = true;
        settings.rates.anonymous_per_minute = 1_000;
        settings.rates.user_per_minute = 10_000;
        settings.rates.login_per_minute = 1_000;
        settings.generation.per_minute = 5;
    })
    .await
}

/// Nodes with answers, more than a minute old.
async fn answered(app: &TestApp, client: &Client, project: ProjectId, count: usize) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    for place in 0..count {
        if place % 5 == 0 {
            app.clock_shift(MINUTE);
        }
        let node = client.create_node(project, "Is it?").await;
        client.answer(project, node).await;
        nodes.push(node);
    }
    app.clock_shift(MINUTE);
    nodes
}

#[tokio::test]
async fn a_hundred_and_sixty_refreshes_at_once_ask_no_more_than_the_rate_allows() {
    let provider = Provider::start().await;
    let app = five_a_minute(&provider).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let mine = answered(&app, &owner, project, 1).await;
    let theirs = owner.create_node(project, "And me?").await;
    let before = provider.times_asked();
    let generate = async |when: &str| {
        let begun = Instant::now();
        let how = json!({"force": true});
        editor.generate(project, theirs, how).await;
        generated(&editor, project, theirs).await;
        println!(
            "{when}: the answer of somebody else took {:?}",
            begun.elapsed()
        );
    };
    generate("before").await;

    let attack = async {
        let mut answers = Vec::new();
        for round in 0..160 {
            change(&owner, project, mine[0], &format!("Is it {round}?")).await;
            answers.push(owner.post(&project.refresh(), json!({})).await);
            generated(&owner, project, mine[0]).await;
        }
        answers
    };
    let (answers, ()) = futures::join!(attack, generate("during"));
    generate("after").await;

    // Three were somebody else's.
    let asked = provider.times_asked() - before - 3;
    assert_eq!(asked, 5);
    let (begun, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 202);
    assert_eq!((begun.len(), refused.len()), (5, 155));
    for answer in refused {
        assert_ne!(answer.header("retry-after"), "", "{answer:?}");
        answer.problem(429, "rate_limited");
    }
    // It is one rate for both ways.
    let path = project.generate(mine[0]);
    let refused = owner.post(&path, json!({})).await;
    refused.problem(429, "rate_limited");
}

#[tokio::test]
async fn a_refresh_of_more_than_a_minute_allows_goes_on_when_there_is_room() {
    let provider = Provider::start().await;
    let app = five_a_minute(&provider).await;
    let (project, owner, []) = app.project([]).await;
    let many = answered(&app, &owner, project, 7).await;
    for node in &many {
        change(&owner, project, *node, "Is it so?").await;
    }
    let mut viewing = Listener::begin(&owner, project).await;
    let before = provider.times_asked();

    let started = owner.post(&project.refresh(), json!({})).await.expect(202);
    until("five are answered", async || {
        let all = owner.all(&project.nodes(), 50).await;
        let done = all.iter().filter(|node| node["status"] == "COMPLETED");
        done.count() == 5
    })
    .await;

    let id = started["refresh"]["refresh"].as_str().expect("an id");
    let path = project.at(&format!("refreshes/{id}"));
    let now = owner.get(&path).await.expect(200);
    assert_eq!(now["state"], "RUNNING");
    assert!(now["options"]["goesOnAt"].is_string(), "{now}");
    assert_eq!(provider.times_asked() - before, 5);
    app.clock_shift(MINUTE);
    let (end, events) = ended(&mut viewing).await;
    assert_eq!(end["state"], "COMPLETED", "{events:#?}");
    assert_eq!(end["left"], Value::Null);
    assert_eq!(nodes(&events, "generation.start").len(), 7);
    assert_eq!(provider.times_asked() - before, 7);
}
