//! Whatever happens to a project: a refresh asks for exactly the answers whose context is one that
//! nobody answered yet, each once and with that context, and a second one asks nobody.

use std::collections::HashSet;

use kernel::{NodeId, ProjectId};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};

use super::ended;
use crate::{
    generations::{
        life::{Life, Step, graph, step},
        with_models,
    },
    kit::{Client, Listener, Paths, Provider, Reply, long},
};

/// The texts of some messages, in order.
fn texts(messages: &Value) -> Vec<String> {
    let messages = messages.as_array().expect("a list").iter();
    messages
        .map(|message| message["content"].as_str().expect("a text").to_owned())
        .collect()
}

/// A node whose answer is a model's, and for which contexts that answer was ever given.
struct Answered {
    node: NodeId,
    answers: HashSet<String>,
    is_current: String,
}

async fn answered(client: &Client, project: ProjectId) -> Vec<Answered> {
    let mut answered = Vec::new();
    for node in graph(client, project).await.nodes {
        if node.generation_id.is_none() {
            continue;
        }
        let path = format!("{}?limit=100", project.generations(node.id));
        let attempts = client.get(&path).await.expect(200);
        let attempts = attempts["items"].as_array().expect("a list");
        let whole = attempts
            .iter()
            .filter(|attempt| attempt["state"] == "COMPLETED");
        let fingerprint = |attempt: &Value| attempt["fingerprint"].as_str().map(str::to_owned);
        let current = attempts.iter().find(|attempt| attempt["isCurrent"] == true);
        answered.push(Answered {
            node: node.id,
            answers: whole.filter_map(fingerprint).collect(),
            is_current: current.and_then(fingerprint).expect("it answers something"),
        });
    }
    answered
}

/// What a refresh came to.
#[derive(Debug, Default)]
struct Seen {
    asked: usize,
    /// Became stale only because an answer above changed.
    followed: usize,
    /// Was stale, and asked nobody.
    spared: usize,
}

async fn refresh(
    client: &Client,
    project: ProjectId,
    provider: &Provider,
    listener: &mut Listener,
) -> Seen {
    let mut seen = Seen::default();
    let before = answered(client, project).await;
    let mut stale = HashSet::new();
    for Answered {
        node, is_current, ..
    } in &before
    {
        let path = project.context(node);
        if client.get(&path).await.expect(200)["manifest"]["fingerprint"] != json!(is_current) {
            stale.insert(*node);
        }
    }
    let asked_before = provider.times_asked();

    let path = project.refresh();
    let started = client.post(&path, json!({})).await.expect(202);
    let (end, _) = ended(listener).await;

    assert_eq!(started["refresh"]["stale"], stale.len());
    assert_eq!(end["state"], "COMPLETED");
    // Whatever is above a node was settled before it was asked for, so what was sent is what is there now.
    let mut expected = Vec::new();
    for Answered { node, answers, .. } in &before {
        let path = project.context(node);
        let now = client.get(&path).await.expect(200);
        assert_eq!(now["answered"], true, "{now}");
        let fingerprint = now["manifest"]["fingerprint"].as_str().expect("a text");
        if answers.contains(fingerprint) {
            seen.spared += usize::from(stale.contains(node));
        } else {
            expected.push(texts(&now["messages"]));
            seen.followed += usize::from(!stale.contains(node));
        }
    }
    let asked = provider.asked();
    let asked = asked[asked_before..].iter();
    let mut asked: Vec<_> = asked.map(|asked| texts(&asked.body["messages"])).collect();
    seen.asked = asked.len();
    expected.sort();
    asked.sort();
    assert_eq!(asked, expected);
    assert_eq!(end["ran"], expected.len());
    seen
}

/// A project to begin with: nodes on up to three before them, through edges of all kinds, all answered.
fn beginning() -> impl Strategy<Value = Vec<Step>> {
    let parents = prop::collection::vec(0..8_usize, 1..4);
    let policy = prop_oneof![Just("FULL"), Just("SUMMARY"), Just("EXCLUDE")];
    let weigh = (0..16_usize, policy).prop_map(|(edge, policy)| Step::Weigh { edge, policy });
    let create = parents.prop_map(|parents| Step::Create { parents });
    let (nodes, edges) = (
        prop::collection::vec(create, 8),
        prop::collection::vec(weigh, 8),
    );
    (nodes, edges).prop_map(|(nodes, edges)| {
        let ask = (0..8).map(|place| Step::Ask { place });
        nodes.into_iter().chain(edges).chain(ask).collect()
    })
}

/// What a strategy gives next.
fn drawn<T: std::fmt::Debug>(runner: &mut TestRunner, what: &impl Strategy<Value = T>) -> T {
    what.new_tree(runner).expect("it can be drawn").current()
}

#[tokio::test]
async fn a_refresh_asks_for_exactly_what_changed_and_a_second_one_asks_nobody() {
    let provider = Provider::start().await;
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (lives, rounds) = if long() { (100, 8) } else { (4, 4) };
    let mut runner = TestRunner::deterministic();
    let mut all = Seen::default();
    for life in 0..lives {
        let owner = app.register(&format!("owner{life}")).await;
        let project = owner.create_project("Life").await;
        let mut listener = Listener::begin(&owner, project).await;
        let mut life = Life::of(&owner, project);
        for step in drawn(&mut runner, &beginning()) {
            life.take(&step).await;
        }
        for round in 0..rounds {
            // What is asked again is answered otherwise, or as before, and so what rests on it changes or not.
            provider.usually(Reply::text(["Yes.", "No.", "No."][round % 3]));
            // Back and forth, so that contexts come again that were answered once.
            let text = ["a", "b"][round % 2];
            life.take(&Step::Write { place: 0, text }).await;
            for step in drawn(&mut runner, &prop::collection::vec(step(), 8)) {
                life.take(&step).await;
            }

            let seen = refresh(&owner, project, &provider, &mut listener).await;
            life.check().await;
            let again = refresh(&owner, project, &provider, &mut listener).await;

            assert_eq!(again.asked, 0);
            all.asked += seen.asked;
            all.followed += seen.followed;
            all.spared += seen.spared;
        }
    }
    // Lives in which nothing of this happens would show nothing.
    assert!(
        all.asked > 0 && all.followed > 0 && all.spared > 0,
        "{all:?}"
    );
}
