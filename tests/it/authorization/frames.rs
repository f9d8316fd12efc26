//! The sweep over sockets: everybody sends every frame to either project, with own ids, with ids of
//! the other project, and with both in one frame.

use serde_json::{Value, json};

use super::{
    table::{Credential, Verdict},
    world::{Caller, Project, World, node, nothing},
};
use crate::kit::Socket;

/// An operation, what it needs, and what the rightful hear: `ack` or the code of a refusal.
struct Try {
    op: &'static str,
    need: &'static str,
    rightful: &'static str,
    data: Value,
}

#[derive(Default)]
struct Found {
    cells: usize,
    leaks: usize,
    wrong: Vec<String>,
}

#[tokio::test]
async fn t8_over_sockets_everybody_may_do_what_the_table_says_and_sees_no_more() {
    let found = Box::pin(sweep(false)).await;
    println!("{} cells, {} leaks", found.cells, found.leaks);
    assert!(found.wrong.is_empty(), "{}", found.wrong.join("\n"));
}

#[tokio::test]
async fn t8_over_sockets_a_public_project_shows_what_the_table_says_and_no_more() {
    let found = Box::pin(sweep(true)).await;
    println!("{} cells, {} leaks", found.cells, found.leaks);
    assert!(found.wrong.is_empty(), "{}", found.wrong.join("\n"));
}

async fn sweep(is_public: bool) -> Found {
    let world = World::make(is_public).await;
    let mut found = Found::default();
    for caller in &world.callers {
        if caller.credential != Credential::Session {
            // What is no session gets no ticket: the sweep over REST has seen that.
            continue;
        }
        let [first, second] = &world.projects;
        for (home, other) in [(first, second), (second, first)] {
            let mut socket = caller.client.socket().await;
            found.subscribe(&world, caller, home, &mut socket).await;
            for one in tries(&world, home, other).await {
                found.attempt(caller, home, &mut socket, one).await;
            }
            found.move_about(caller, home, &mut socket).await;
            found
                .look_for_leaks(&world, caller, home, &mut socket)
                .await;
        }
    }
    found
}

/// What exists for one caller's tries only.
struct Spare {
    node: String,
    edge: String,
    coming: String,
    leaving: String,
}

async fn tries(world: &World, home: &Project, other: &Project) -> Vec<Try> {
    let spare = Spare {
        node: home.new_node().await,
        edge: home.new_edge().await,
        coming: world.person().await.user_id().to_string(),
        leaving: world.person_in(home, "VIEWER").await,
    };
    let mut tries = on_nodes(home, other, &spare);
    tries.extend(on_edges(home, other, &spare));
    tries.extend(on_the_project(home, &spare));
    tries
}

fn one(op: &'static str, need: &'static str, rightful: &'static str, data: Value) -> Try {
    Try {
        op,
        need,
        rightful,
        data,
    }
}

fn at(id: &str) -> Value {
    json!({"id": id, "x": 3, "y": 4})
}

fn on_nodes(home: &Project, other: &Project, spare: &Spare) -> Vec<Try> {
    let mut with_foreign_parent = node("mine");
    with_foreign_parent["parentIds"] = json!([home.node, other.node]);
    let own = json!({"positions": [at(&home.node)]});
    let mixed = json!({"positions": [at(&home.node), at(&other.node)]});
    let foreign = json!({"id": other.node, "position": {"x": 1, "y": 1}});
    let batch = json!({"ops": [
        {"op": "node.move", "data": {"positions": [at(&home.node)]}},
        {"op": "node.move", "data": {"positions": [at(&other.node)]}},
    ]});
    vec![
        one("node.create", "graph:write", "ack", node("mine")),
        one("node.create", "graph:write", "gone", with_foreign_parent),
        one("node.move", "graph:write", "ack", own),
        one("node.move", "graph:write", "gone", mixed),
        one("node.update", "graph:write", "gone", foreign),
        one(
            "node.delete",
            "graph:delete",
            "ack",
            json!({"id": spare.node}),
        ),
        one(
            "node.delete",
            "graph:delete",
            "gone",
            json!({"id": other.node}),
        ),
        one(
            "node.restore",
            "graph:write",
            "gone",
            json!({"id": other.deleted_node}),
        ),
        one("batch", "graph:write", "gone", batch),
    ]
}

fn on_edges(home: &Project, other: &Project, spare: &Spare) -> Vec<Try> {
    let known = json!({"sourceId": home.node, "targetId": home.child});
    let across = json!({"sourceId": home.node, "targetId": other.child});
    let policy = |edge: &str| json!({"id": edge, "policy": "SUMMARY"});
    vec![
        one("edge.create", "graph:write", "ack", known),
        one("edge.create", "graph:write", "gone", across),
        one("edge.update", "graph:write", "ack", policy(&home.edge)),
        one("edge.update", "graph:write", "gone", policy(&other.edge)),
        one(
            "edge.delete",
            "graph:delete",
            "ack",
            json!({"id": spare.edge}),
        ),
    ]
}

fn on_the_project(home: &Project, spare: &Spare) -> Vec<Try> {
    let prompt = format!("canary-system-prompt-{}", home.place);
    let viewport = json!({"viewport": {"x": 1, "y": 2, "zoom": 1}});
    let coming = json!({"userId": spare.coming, "role": "VIEWER"});
    let same = json!({"userId": home.member_id, "role": "MEMBER"});
    vec![
        one("project.update", "project:write", "ack", viewport),
        one(
            "project.update",
            "project:write",
            "ack",
            json!({"systemPrompt": prompt}),
        ),
        one("member.add", "members:write", "ack", coming),
        one("member.update", "members:write", "ack", same),
        one(
            "member.remove",
            "members:delete",
            "ack",
            json!({"userId": spare.leaving}),
        ),
    ]
}

impl Found {
    fn cell(&mut self, who: &str, heard: &str, expected: &str) {
        self.cells += 1;
        if heard != expected {
            self.wrong
                .push(format!("{who} should have heard {expected}, not {heard}"));
        }
    }

    async fn subscribe(
        &mut self,
        world: &World,
        caller: &Caller,
        home: &Project,
        socket: &mut Socket,
    ) {
        let verdict = caller.verdict(home, "graph:read");
        socket
            .send(json!({"type": "subscribe", "project": home.id}))
            .await;
        let first = socket.next().await.expect("an answer");
        let who = format!("{} (subscribe) in project {}", caller.name, home.place);
        let expected = if verdict == Verdict::Allowed {
            "snapshot"
        } else {
            "nack"
        };
        self.cell(&who, first["type"].as_str().unwrap_or_default(), expected);
        if let Some(word) = caller.leak(&world.projects, &without_own(caller, &first)) {
            self.leaks += 1;
            self.wrong.push(format!("{who} saw {word}"));
        }
        if verdict == Verdict::Hidden {
            let random = nothing();
            socket
                .send(json!({"type": "subscribe", "project": random}))
                .await;
            let unknown = socket.next().await.expect("an answer").to_string();
            self.cell(
                &who,
                &unknown.replace(&random, &home.id),
                &first.to_string(),
            );
        }
    }

    async fn attempt(&mut self, caller: &Caller, home: &Project, socket: &mut Socket, one: Try) {
        let id = nothing();
        let ask = json!({
            "type": "op", "id": id, "project": home.id, "op": one.op, "data": one.data,
        });
        socket.send(ask).await;
        let heard = match socket.answer(id.parse().expect("an id")).await {
            Ok(_) => "ack".to_owned(),
            Err(nack) => nack["code"].as_str().unwrap_or_default().to_owned(),
        };
        let expected = match caller.verdict(home, one.need) {
            Verdict::Allowed => one.rightful,
            Verdict::Forbidden => "forbidden",
            Verdict::Hidden => "not_found",
            Verdict::Unauthenticated => "unauthenticated",
        };
        let (name, op, place) = (&caller.name, one.op, home.place);
        self.cell(
            &format!("{name} ({op}, {}) in project {place}", one.data),
            &heard,
            expected,
        );
    }

    /// Presence is seen by members, and of members only.
    async fn move_about(&mut self, caller: &Caller, home: &Project, socket: &mut Socket) {
        let mut watching = home.owner.socket().await;
        watching
            .send(json!({"type": "subscribe", "project": home.id}))
            .await;
        watching.next_of("snapshot").await;
        let cursor = json!({"type": "presence", "project": home.id, "cursor": {"x": 1, "y": 1}});
        socket.send(cursor).await;
        // Whatever is told of it is told before the answer to this.
        let editing = json!({"type": "presence", "project": home.id, "editing": home.node});
        watching.send(editing).await;
        socket.send(json!({"type": "ping"})).await;
        socket.next_of("pong").await;
        let (again, snapshot) = listen(home).await;
        let there = snapshot["presence"].as_array().expect("a list");
        let s = &socket.ready["s"];
        let is_seen = there.iter().any(|peer| peer["s"] == *s);
        let expected = caller.verdict(home, "presence:write") == Verdict::Allowed;
        let who = format!("{} (presence) in project {}", caller.name, home.place);
        self.cell(&who, seen(is_seen), seen(expected));
        drop(again);
    }

    async fn look_for_leaks(
        &mut self,
        world: &World,
        caller: &Caller,
        home: &Project,
        socket: &mut Socket,
    ) {
        home.new_node().await;
        // The last event comes to whoever hears events; then everything before it has come.
        socket.send(json!({"type": "ping"})).await;
        socket.next_of("pong").await;
        for frame in socket.within(std::time::Duration::from_millis(20)).await {
            let hears = frame["type"] != "events" && frame["type"] != "presence";
            let may = match frame["type"].as_str() {
                Some("events") => caller.verdict(home, "graph:read") == Verdict::Allowed,
                Some("presence") => caller.verdict(home, "presence:read") == Verdict::Allowed,
                _ => hears,
            };
            let leak = caller.leak(&world.projects, &without_own(caller, &frame));
            if leak.is_some() || !may {
                self.leaks += 1;
                self.wrong.push(format!("{} heard {frame}", caller.name));
            }
        }
    }
}

async fn listen(home: &Project) -> (Socket, Value) {
    let mut socket = home.owner.socket().await;
    socket
        .send(json!({"type": "subscribe", "project": home.id}))
        .await;
    let snapshot = socket.next_of("snapshot").await;
    (socket, snapshot)
}

fn seen(is_seen: bool) -> &'static str {
    if is_seen { "seen" } else { "unseen" }
}

/// One may always see one's own name and address.
fn without_own(caller: &Caller, frame: &Value) -> String {
    super::text_of_own(caller)
        .iter()
        .fold(frame.to_string(), |seen, own| seen.replace(own, ""))
}
