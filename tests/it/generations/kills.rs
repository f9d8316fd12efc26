//! T6 and T7: whichever worker is killed or frozen, every generation ends once, and no text is lost
//! that anybody could rely on.

use std::{collections::HashMap, time::Duration};

use kernel::{NodeId, ProjectId};
use serde_json::{Value, json};

use crate::kit::{
    Beat, Client, Outliving, PASSWORD, Paths, Reply, Socket, long, on_postgres, until,
};

/// A lease short enough that a test need not wait for it long.
const LEASE_MS: u64 = 1_500;
/// A second of text, or 4 KiB: what may be missing of a partial answer.
const BEHIND_BYTES_MAX: usize = 4 * 1024;
const WORDS: usize = 400;

fn word(number: usize) -> String {
    format!("{number:05} word ")
}

fn whole() -> String {
    (0..WORDS).map(word).collect()
}

/// An answer that takes about two seconds.
fn slowly() -> Reply {
    let beats = (0..WORDS).flat_map(|number| {
        [
            Beat::Text(word(number)),
            Beat::Pause(Duration::from_millis(5)),
        ]
    });
    let end = [Beat::Finish("stop"), Beat::Done];
    Reply::Stream(beats.chain(end).collect())
}

async fn register(client: &Client) -> Value {
    let body = json!({"email": "owner@example.org", "password": PASSWORD});
    let answer = client.post("/auth/register?tokens=body", body).await;
    answer.expect(201)
}

/// Begins to answer new nodes.
async fn begin(owner: &Client, project: ProjectId, count: usize) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    for _ in 0..count {
        let node = owner.create_node(project, "Tell me").await;
        owner.generate(project, node, json!({})).await;
        nodes.push(node);
    }
    nodes
}

/// Reads deltas until somebody has so many chunks; what was seen, by node.
async fn see(socket: &mut Socket, chunks: u64) -> HashMap<String, String> {
    let mut seen: HashMap<String, String> = HashMap::new();
    loop {
        let delta = socket.next_of("delta").await;
        let node = delta["node"].as_str().expect("an id").to_owned();
        let text = delta["text"].as_str().expect("a text");
        seen.entry(node).or_default().push_str(text);
        if delta["chunk"].as_u64() >= Some(chunks) {
            return seen;
        }
    }
}

/// Waits until nothing is being written any more.
async fn at_rest(owner: &Client, project: ProjectId) {
    until("nothing is being written", async || {
        let path = project.at("nodes?status=GENERATING&limit=1");
        let list = owner.get(&path).await.expect(200);
        list["items"].as_array().expect("a list").is_empty()
    })
    .await;
}

/// How often each generation ended, by the log.
async fn ends(owner: &Client, project: ProjectId) -> HashMap<String, usize> {
    let mut ends: HashMap<String, usize> = HashMap::new();
    let mut after = 0;
    loop {
        let path = format!("{}?after={after}&limit=1000", project.events());
        let page = owner.get(&path).await.expect(200);
        let events = page["events"].as_array().expect("a list");
        let Some(last) = events.last() else {
            return ends;
        };
        after = last["seq"].as_i64().expect("a number");
        for event in events
            .iter()
            .flat_map(|event| match event["data"]["ops"].as_array() {
                Some(ops) if event["op"] == "batch" => ops.clone(),
                _ => vec![event.clone()],
            })
        {
            let generation = event["data"]["generation"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            match event["op"].as_str() {
                Some("generation.start") => {
                    ends.entry(generation).or_default();
                }
                Some("generation.end" | "generation.cancel") => {
                    *ends.entry(generation).or_default() += 1;
                }
                _ => {}
            }
        }
    }
}

async fn attempt(owner: &Client, project: ProjectId, node: NodeId) -> Value {
    let path = project.generations(node);
    owner.get(&path).await.expect(200)["items"][0].clone()
}

#[tokio::test]
async fn t7_a_worker_that_is_killed_leaves_the_text_so_far_and_no_node_being_written() {
    let world = Outliving::make(slowly(), LEASE_MS).await;
    let (kills, streams) = if long() { (25, 4) } else { (2, 3) };
    let (mut serving, mut client) = world.rise().await;
    let login = register(&client).await;
    let project = client.logged_in(&login).create_project("Killed").await;
    let (mut behind_max, mut partial) = (0, 0);
    for kill in 1..=kills {
        let owner = client.logged_in(&login);
        let (mut socket, _) = owner.listen(project).await;
        let nodes = begin(&owner, project, streams).await;
        let seen = see(&mut socket, kill * 10 % 50).await;

        drop(serving);
        (serving, client) = world.rise().await;

        let owner = client.logged_in(&login);
        at_rest(&owner, project).await;
        for node in nodes {
            let attempt = attempt(&owner, project, node).await;
            let text = attempt["text"].as_str().expect("a text");
            assert!(whole().starts_with(text), "{text:?}");
            if attempt["state"] == "COMPLETED" {
                assert_eq!(text, whole());
                continue;
            }
            partial += 1;
            assert_eq!(attempt["error"]["code"], "interrupted", "{attempt}");
            let saw = seen.get(&node.to_string()).map_or(0, String::len);
            let behind = saw.saturating_sub(text.len());
            assert!(behind <= BEHIND_BYTES_MAX, "{behind} bytes are lost");
            behind_max = behind_max.max(behind);
            let path = project.node(node);
            let now = owner.get(&path).await.expect(200);
            assert_eq!(
                (&now["status"], now["response"].as_str()),
                (&json!("ERROR"), Some(text))
            );
        }
    }
    println!(
        "{kills} kills amid {streams} streams: {partial} partial answers, at most {behind_max} bytes behind"
    );
    let owner = client.logged_in(&login);
    assert!(
        ends(&owner, project)
            .await
            .values()
            .all(|count| *count == 1)
    );
    drop(serving);
    world.remove().await;
}

#[tokio::test]
async fn t6_every_generation_ends_once_whichever_worker_is_killed_or_frozen_beyond_its_lease() {
    if !on_postgres() {
        return;
    }
    let world = Outliving::make(slowly(), LEASE_MS).await;
    let rounds = if long() { 250 } else { 3 };
    let (mut one, mut client) = world.rise().await;
    let (mut other, _) = world.rise().await;
    let login = register(&client).await;
    let project = client.logged_in(&login).create_project("Frozen").await;
    let (mut stops, mut kills) = (0, 0);
    for round in 0..rounds {
        let owner = client.logged_in(&login);
        let (mut socket, _) = owner.listen(project).await;
        begin(&owner, project, 4).await;
        see(&mut socket, 5).await;
        if round % 5 < 2 {
            // The others take over what a frozen worker holds; awake again, it has nothing to say.
            other.freeze(true);
            at_rest(&owner, project).await;
            other.freeze(false);
            stops += 1;
        } else {
            // Both, one after the other, while what they wrote is not at rest.
            drop(one);
            (one, client) = world.rise().await;
            drop(other);
            (other, _) = world.rise().await;
            at_rest(&client.logged_in(&login), project).await;
            kills += 2;
        }
    }
    let owner = client.logged_in(&login);
    at_rest(&owner, project).await;
    let ends = ends(&owner, project).await;
    println!(
        "{} generations, each ended once, amid {kills} kills and {stops} stops",
        ends.len()
    );
    assert_eq!(ends.len(), 4 * rounds);
    assert!(ends.values().all(|count| *count == 1), "{ends:?}");
    drop((one, other));
    world.remove().await;
}
