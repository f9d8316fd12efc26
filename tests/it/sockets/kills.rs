//! T1: whatever was acknowledged is there, whichever instance is killed.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use futures::future::join_all;
use kernel::{ProjectId, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::kit::{
    Client, Listener, Paths, Program, RedisServer, Serving, Socket, long, node_data, on_postgres,
    parsed, until,
};

const WRITERS: usize = 4;

/// Two instances, of which one or the other may be dead.
struct Pair {
    program: Program,
    serving: [Option<Serving>; 2],
    addresses: Arc<Addresses>,
}

/// How to reach the instances that live.
type Addresses = Mutex<[Option<Client>; 2]>;

impl Pair {
    async fn start(redis: &RedisServer) -> Self {
        let program = Program::new()
            .await
            .joined(&redis.url())
            .with("NONLINEAR_RATES__ENABLED", "false");
        let mut pair = Self {
            program,
            serving: [None, None],
            addresses: Arc::default(),
        };
        pair.rise(0).await;
        pair.rise(1).await;
        pair
    }

    async fn rise(&mut self, place: usize) {
        let mut serving = self.program.serve(&["serve"]);
        let (_, client) = serving.ready().await;
        self.serving[place] = Some(serving);
        self.addresses.lock().expect("no panic")[place] = Some(client);
    }

    /// Kills it without a word.
    fn kill(&mut self, place: usize) {
        self.addresses.lock().expect("no panic")[place] = None;
        drop(self.serving[place].take());
    }
}

/// Some instance that lives, if one does.
fn living(addresses: &Addresses, turn: usize, login: &Value) -> Option<Client> {
    let addresses = addresses.lock().expect("no panic");
    let first = addresses[turn % 2].as_ref();
    first
        .or(addresses[(turn + 1) % 2].as_ref())
        .map(|client| client.logged_in(login))
}

/// What somebody was told is done.
#[derive(Default)]
struct Acknowledged(HashMap<Uuid, i64>);

/// Writes over whatever instance lives; what was not acknowledged is sent again under its id.
async fn write(
    addresses: &Addresses,
    login: &Value,
    project: ProjectId,
    (stop, count): (&AtomicBool, &AtomicUsize),
    writer: usize,
) -> Acknowledged {
    let mut done = Acknowledged::default();
    let mut turn = writer;
    let mut socket: Option<Socket> = None;
    let mut waiting: Option<(Uuid, &'static str, Value)> = None;
    let mut round = 0;
    while !stop.load(Ordering::Relaxed) || waiting.is_some() {
        let Some(open) = &mut socket else {
            turn += 1;
            socket = match living(addresses, turn, login) {
                Some(client) => client.try_socket().await,
                None => None,
            };
            tokio::task::yield_now().await;
            continue;
        };
        round += 1;
        let (id, op, data) = waiting.get_or_insert_with(|| next_op(round)).clone();
        match attempt(open, project, id, op, data).await {
            Some(Ok(seq)) => {
                done.0.insert(id, seq);
                count.fetch_add(1, Ordering::Relaxed);
                waiting = None;
            }
            Some(Err(nack)) => assert_eq!(nack["retryable"], true, "{nack}"),
            None => socket = None,
        }
    }
    done
}

fn next_op(round: usize) -> (Uuid, &'static str, Value) {
    let id = Uuid::now_v7();
    if round.is_multiple_of(3) {
        let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
        let ops = json!({"ops": [
            {"id": one, "op": "node.create", "data": node_data("one")},
            {"id": two, "op": "node.create", "data": node_data("two")},
            {"op": "edge.create", "data": {"sourceId": one, "targetId": two}},
        ]});
        return (id, "batch", ops);
    }
    (id, "node.create", node_data("single"))
}

/// The number, the refusal, or nothing when the socket died.
async fn attempt(
    socket: &mut Socket,
    project: ProjectId,
    id: Uuid,
    op: &str,
    data: Value,
) -> Option<Result<i64, Value>> {
    let frame = json!({"type": "op", "id": id, "project": project, "op": op, "data": data});
    socket.send_message(frame.to_string().into()).await.ok()?;
    loop {
        let frame = socket.next().await.ok()?;
        if frame["id"] == json!(id) {
            return Some(match frame["type"].as_str() {
                Some("ack") => Ok(parsed(&frame["seq"])),
                _ => Err(frame),
            });
        }
    }
}

async fn log(client: &Client, project: ProjectId) -> Vec<Value> {
    let mut events = Vec::new();
    loop {
        let path = format!("{}?limit=1000&after={}", project.events(), events.len());
        let page = client.get(&path).await.expect(200);
        let page = page["events"].as_array().expect("a list").clone();
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

/// A project with its owner and a login for each writer.
async fn project_of_writers(client: &Client) -> (ProjectId, Client, Vec<Value>) {
    let owner = client.register("owner@example.org").await;
    let project = owner.create_project("Killed").await;
    let mut logins = Vec::new();
    for writer in 0..WRITERS {
        let person = client
            .register(&format!("writer{writer}@example.org"))
            .await;
        let body = json!({"userId": person.user_id(), "role": Role::Editor});
        let path = project.members();
        owner.post(&path, body).await.expect(201);
        logins.push(person.login.clone());
    }
    (project, owner, logins)
}

/// Every acknowledged operation stands in the log, once, under the number that was said.
fn assert_all_there(acknowledged: &[Acknowledged], events: &[Value]) -> usize {
    let mut seqs: HashMap<&str, Vec<i64>> = HashMap::new();
    for event in events {
        if let Some(op) = event["opId"].as_str() {
            seqs.entry(op).or_default().push(parsed(&event["seq"]));
        }
    }
    let mut count = 0;
    for (id, seq) in acknowledged.iter().flat_map(|done| &done.0) {
        let found = seqs.get(id.to_string().as_str());
        assert_eq!(found, Some(&vec![*seq]), "{id} was acknowledged");
        count += 1;
    }
    count
}

#[tokio::test]
async fn t1_whatever_was_acknowledged_is_there_after_kills() {
    if !on_postgres() {
        return;
    }
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let mut pair = Pair::start(&redis).await;
    let addresses = pair.addresses.clone();
    let at = |place: usize| {
        let client = addresses.lock().expect("no panic")[place].clone();
        client.expect("it lives")
    };
    let (project, owner, logins) = project_of_writers(&at(0)).await;
    let kills = if long() { 200 } else { 6 };

    let (stop, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let writers = logins.iter().enumerate();
    let writing = join_all(
        writers.map(|(place, login)| write(&addresses, login, project, (&stop, &count), place)),
    );
    let killing = async {
        for kill in 0..kills {
            // In the midst of writing, at no particular place in it.
            let enough = count.load(Ordering::Relaxed) + 1 + kill % 7;
            until("more is acknowledged", async || {
                count.load(Ordering::Relaxed) >= enough
            })
            .await;
            let place = usize::from(kill % 2 == 1);
            pair.kill(place);
            pair.rise(place).await;
        }
        stop.store(true, Ordering::Relaxed);
    };
    let (acknowledged, ()) = tokio::join!(writing, killing);

    let begun = Instant::now();
    for place in 0..2 {
        let client = at(place).logged_in(&owner.login);
        let (seq, hash) = client.state(project).await;
        let mut listener = Listener::begin(&client, project).await;
        listener.follow_until(seq).await;
        assert_eq!(listener.copy.hash(), hash);
    }
    let equal = begun.elapsed();
    let events = log(&at(0).logged_in(&owner.login), project).await;
    let told = assert_all_there(&acknowledged, &events);
    println!("{kills} kills, {told} acknowledged, 0 lost, 0 doubled; equal after {equal:?}");
    assert!(told > 0);
    drop(pair.serving);
    pair.program.remove().await;
}
