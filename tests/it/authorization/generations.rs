//! Answers: asking, stopping, attempts, contexts, models.

use serde_json::json;

use super::{
    case::{Case, Try, case},
    world::Project,
};
use crate::kit::generated;

pub(super) fn cases() -> Vec<Case> {
    [
        asking(),
        attempts(),
        refreshes(),
        looking(),
        operations(),
        votes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A new node with an answer, for which nobody need be asked again: what runs would still change the
/// project when somebody else is refused.
async fn answered(home: &Project) -> String {
    let node = home.new_node().await;
    home.make(&format!("nodes/{node}/generate"), json!({}))
        .await;
    generated(&home.owner, &home.id, &node).await;
    node
}

fn asking() -> Vec<Case> {
    vec![
        case!("POST /projects/{project_id}/nodes/{node_id}/generate", "runs:run", 202, s => {
            Try::at([&s.home.id, &answered(s.home).await]).body(json!({}))
        }),
        case!("POST /projects/{project_id}/nodes/{node_id}/generate", "runs:run", 404, s => {
            Try::at([&s.home.id, &s.other.node]).body(json!({})).foreign(&s.other.node)
        }),
        case!("POST /projects/{project_id}/refresh", "runs:run", 202, s => {
            Try::at([&s.home.id]).body(json!({"nodeIds": [s.home.node]}))
        }),
        case!("POST /projects/{project_id}/refresh", "runs:run", 404, s => {
            let body = json!({"nodeIds": [s.home.node, s.other.node]});
            Try::at([&s.home.id]).body(body).foreign(&s.other.node)
        }),
    ]
}

fn attempts() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/nodes/{node_id}/generations", "costs:read", 200, s => {
            Try::at([&s.home.id, &s.home.child])
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/generations", "costs:read", 404, s => {
            Try::at([&s.home.id, &s.other.child]).foreign(&s.other.child)
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/generations/{generation_id}", "costs:read", 200, s => {
            Try::at([&s.home.id, &s.home.child, &s.home.generation])
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/generations/{generation_id}", "costs:read", 404, s => {
            Try::at([&s.home.id, &s.home.child, &s.other.generation]).foreign(&s.other.generation)
        }),
        case!("POST /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/cancel", "runs:run", 409, s => {
            Try::at([&s.home.id, &s.home.child, &s.home.generation])
        }),
        case!("POST /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/cancel", "runs:run", 404, s => {
            Try::at([&s.home.id, &s.other.child, &s.home.generation]).foreign(&s.other.child)
        }),
        case!("POST /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/select", "runs:run", 200, s => {
            Try::at([&s.home.id, &s.home.child, &s.home.generation])
        }),
        case!("POST /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/select", "runs:run", 404, s => {
            Try::at([&s.home.id, &s.home.child, &s.other.generation]).foreign(&s.other.generation)
        }),
    ]
}

fn refreshes() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/refreshes", "graph:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("GET /projects/{project_id}/refreshes/{refresh_id}", "graph:read", 200, s => {
            Try::at([&s.home.id, &s.home.refresh])
        }),
        case!("GET /projects/{project_id}/refreshes/{refresh_id}", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.other.refresh]).foreign(&s.other.refresh)
        }),
        case!("POST /projects/{project_id}/refreshes/{refresh_id}/cancel", "runs:run", 409, s => {
            Try::at([&s.home.id, &s.home.refresh])
        }),
        case!("POST /projects/{project_id}/refreshes/{refresh_id}/cancel", "runs:run", 404, s => {
            Try::at([&s.home.id, &s.other.refresh]).foreign(&s.other.refresh)
        }),
    ]
}

fn looking() -> Vec<Case> {
    vec![
        case!("GET /models", "caller", 200, _ => Try::at([])),
        case!("GET /projects/{project_id}/nodes/{node_id}/context", "costs:read", 200, s => {
            Try::at([&s.home.id, &s.home.child])
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/context", "costs:read", 404, s => {
            Try::at([&s.home.id, &s.other.child]).foreign(&s.other.child)
        }),
        case!("GET /projects/{project_id}/generations/{generation_id}/stream", "graph:read", 200, s => {
            Try::at([&s.home.id, &s.home.generation])
        }),
        case!("GET /projects/{project_id}/generations/{generation_id}/stream", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.other.generation]).foreign(&s.other.generation)
        }),
    ]
}

fn votes() -> Vec<Case> {
    const VOTE: &str =
        "PUT /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/vote";
    vec![
        case!("GET /projects/{project_id}/votes", "comments:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("GET /projects/{project_id}/votes", "comments:read", 200, s => {
            Try::at([&s.home.id]).query(&format!("?node={}", s.other.child))
        }),
        case!(VOTE, "comments:write", 200, s => {
            Try::at([&s.home.id, &s.home.child, &s.home.generation]).body(json!({"value": 1}))
        }),
        case!(VOTE, "comments:write", 404, s => {
            Try::at([&s.home.id, &s.home.child, &s.other.generation])
                .body(json!({"value": 1}))
                .foreign(&s.other.generation)
        }),
        case!(OPS, "comments:write", 200, s => {
            let data = json!({"nodeId": s.home.child, "generation": s.home.generation, "value": 1});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "generation.vote", "data": data}]}))
        }),
    ]
}

const OPS: &str = "POST /projects/{project_id}/ops";

fn operations() -> Vec<Case> {
    vec![
        case!(OPS, "runs:run", 200, s => {
            let data = json!({"nodeId": answered(s.home).await});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "generation.start", "data": data}]}))
        }),
        case!(OPS, "runs:run", 404, s => {
            let data = json!({"nodeId": s.other.node});
            let ops = json!({"ops": [{"op": "generation.start", "data": data}]});
            Try::at([&s.home.id]).body(ops).foreign(&s.other.node)
        }),
        case!(OPS, "runs:run", 409, s => {
            let data = json!({"nodeId": s.home.child});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "generation.cancel", "data": data}]}))
        }),
        case!(OPS, "runs:run", 200, s => {
            let data = json!({"nodeId": s.home.child, "generation": s.home.generation});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "generation.select", "data": data}]}))
        }),
    ]
}
