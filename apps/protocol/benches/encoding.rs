//! How long frames take to write and to read, and a snapshot of 10,000 nodes and 15,000 edges to write.
//! What the whole server needs for it: `cargo xtask load --help`.
#![expect(
    clippy::expect_used,
    reason = "a sample that cannot be read is a failure"
)]

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kernel::Visibility;
use protocol::{
    events::LoggedEvent,
    frames::{ClientFrame, DeltaFrame, PresenceFrame, ServerFrame},
    graph::GraphView,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

const NODES: usize = 10_000;
const EDGES: usize = 15_000;
const ANSWER_WORDS: usize = 100;
const PEERS: usize = 20;
const AT: &str = "2026-01-02T03:04:05.678Z";

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("the sample has the right shape")
}

fn id(place: usize) -> Uuid {
    Uuid::from_u128(u128::try_from(place).expect("a small number"))
}

fn encoded(criterion: &mut Criterion, name: &str, frame: &ServerFrame<'_>) {
    let bytes = serde_json::to_vec(frame).expect("a frame is JSON").len();
    let mut group = criterion.benchmark_group("frame");
    group.throughput(Throughput::Bytes(bytes.try_into().expect("a small number")));
    group.bench_function(name, |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(frame)).expect("a frame is JSON"));
    });
    group.finish();
}

fn frames(criterion: &mut Criterion) {
    let project = read(json!(id(1)));
    let moved: LoggedEvent = read(json!({
        "seq": 41, "op": "node.move", "at": AT, "opId": id(2),
        "actor": {"kind": "USER", "id": id(3), "name": "Ada"},
        "data": {"positions": [{"id": id(4), "x": 12.5, "y": -7}]},
    }));
    let events = &[moved.shown_to(Visibility::EVERYTHING)][..];
    encoded(
        criterion,
        "events",
        &ServerFrame::Events { project, events },
    );
    let peers: Vec<Value> = (0..PEERS)
        .map(|place| json!({"s": place, "cursor": {"x": place * 10, "y": 0.5}}))
        .collect();
    let presence: PresenceFrame =
        read(json!({"project": id(1), "peers": peers, "left": [], "full": false}));
    encoded(criterion, "presence", &ServerFrame::Presence(&presence));
    let delta: DeltaFrame = read(json!({
        "project": id(1), "node": id(4), "generation": id(5), "chunk": 12, "text": "and so forth, ",
    }));
    encoded(criterion, "delta", &ServerFrame::Delta(delta));

    let op = json!({
        "type": "op", "id": id(2), "project": id(1), "op": "node.move",
        "data": {"positions": [{"id": id(4), "x": 12.5, "y": -7}]},
    });
    let op = op.to_string();
    criterion.bench_function("frame/an operation is read", |bencher| {
        bencher.iter(|| ClientFrame::parse(black_box(&op)).is_ok());
    });
}

fn node(place: usize) -> Value {
    json!({
        "id": id(place), "prompt": format!("Question number {place}: what follows?"),
        "response": "word ".repeat(ANSWER_WORDS), "summary": null, "status": "COMPLETED",
        "position": {"x": place % 100 * 320, "y": place / 100 * 240},
        "metadata": {"model": "gpt-4o", "temperature": 0.7}, "llmModel": "offline/offline",
        "llmTokens": 321, "llmCost": 0.0012, "pinned": false, "presetId": null,
        "generationId": id(place), "version": 3, "createdAt": AT, "updatedAt": AT,
    })
}

fn edge(place: usize) -> Value {
    json!({
        "id": id(place), "sourceId": id(place), "targetId": id(place + 1), "policy": "FULL",
        "version": 1, "createdAt": AT,
    })
}

fn snapshot(criterion: &mut Criterion) {
    let graph: GraphView = read(json!({
        "project": {
            "id": id(1), "name": "Sample", "description": null, "systemPrompt": "Be brief.",
            "ownerId": id(3), "isPublic": false, "viewport": null, "presetId": null, "model": null,
            "fallbackModels": [], "role": "OWNER", "rights": ["graph:read"], "version": 1, "createdAt": AT, "updatedAt": AT,
            "deletedAt": null,
        },
        "epoch": id(6), "seq": 25_000, "members": [],
        "nodes": (0..NODES).map(node).collect::<Vec<_>>(),
        "edges": (0..EDGES).map(edge).collect::<Vec<_>>(),
    }));
    let bytes = serde_json::to_vec(&graph)
        .expect("a snapshot is JSON")
        .len();
    let mut group = criterion.benchmark_group("snapshot");
    group.throughput(Throughput::Bytes(bytes.try_into().expect("a small number")));
    group.bench_function("10,000 nodes", |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(&graph)).expect("a snapshot is JSON"));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(2));
    targets = frames, snapshot
}
criterion_main!(benches);
