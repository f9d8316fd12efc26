//! Presets, budgets, usage, and what is made of several nodes.

use serde_json::json;

use super::{
    case::{Case, Scene, Try, case},
    world::{id, nothing},
};
use crate::kit::{Paths, generated};

/// The same on every server.
const OF_THE_SYSTEM: &str = "01900000-0000-7000-8000-000000000001";

pub(super) fn cases() -> Vec<Case> {
    [
        presets(),
        money(),
        comparing(),
        merging(),
        siblings(),
        followups(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A preset of whoever will send the request.
async fn own(scene: Scene<'_>) -> String {
    if !scene.succeeds {
        return nothing();
    }
    let made = scene.by.post("/presets", json!({"name": "Mine"})).await;
    id(&made.expect(201))
}

async fn somebodys(scene: Scene<'_>) -> String {
    let person = scene.world.person().await;
    let made = person.post("/presets", json!({"name": "Theirs"})).await;
    id(&made.expect(201))
}

fn presets() -> Vec<Case> {
    vec![
        case!("GET /presets", "scope:project", 200, _ => Try::at([])),
        case!("POST /presets", "session", 201, _ => Try::at([]).body(json!({"name": "Mine"}))),
        case!("GET /presets/{preset_id}", "scope:project", 200, _ => Try::at([OF_THE_SYSTEM])),
        case!("GET /presets/{preset_id}", "scope:project", 404, s => {
            let foreign = somebodys(s).await;
            Try::at([&foreign]).foreign(&foreign)
        }),
        case!("GET /presets/{preset_id}", "scope:project", 404, s => {
            Try::at([&s.home.node]).foreign(&s.home.node)
        }),
        case!("PATCH /presets/{preset_id}", "session", 200, s => {
            Try::at([&own(s).await]).body(json!({"behavior": "Be brief."}))
        }),
        case!("PATCH /presets/{preset_id}", "session", 403, _ => {
            Try::at([OF_THE_SYSTEM]).body(json!({"behavior": "Be brief."}))
        }),
        case!("PATCH /presets/{preset_id}", "session", 404, s => {
            let foreign = somebodys(s).await;
            Try::at([&foreign]).body(json!({"name": "Mine"})).foreign(&foreign)
        }),
        case!("DELETE /presets/{preset_id}", "session", 204, s => Try::at([&own(s).await])),
        case!("DELETE /presets/{preset_id}", "session", 403, _ => Try::at([OF_THE_SYSTEM])),
        case!("DELETE /presets/{preset_id}", "session", 404, s => {
            let foreign = somebodys(s).await;
            Try::at([&foreign]).foreign(&foreign)
        }),
        case!("POST /projects/{project_id}/nodes", "graph:write", 404, s => {
            let foreign = somebodys(s).await;
            let position = json!({"x": 0, "y": 0});
            let body = json!({"prompt": "new", "position": position,
                "settings": {"presetId": foreign}});
            Try::at([&s.home.id]).body(body).foreign(&foreign)
        }),
        case!("PATCH /projects/{project_id}", "project:write", 404, s => {
            let foreign = somebodys(s).await;
            Try::at([&s.home.id]).body(json!({"presetId": foreign})).foreign(&foreign)
        }),
    ]
}

fn money() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/budgets", "costs:read", 200, s => Try::at([&s.home.id])),
        case!("PUT /projects/{project_id}/budgets", "project:write", 200, s => {
            let budget = json!({"userId": s.home.member_id, "period": "MONTH", "costMax": 1000});
            Try::at([&s.home.id]).body(json!({"items": [budget]}))
        }),
        case!("PUT /projects/{project_id}/budgets", "project:write", 422, s => {
            let budget = json!({"userId": s.other.member_id, "period": "DAY", "costMax": 1000});
            Try::at([&s.home.id]).body(json!({"items": [budget]}))
        }),
        case!("GET /projects/{project_id}/usage", "costs:read", 200, s => Try::at([&s.home.id])),
        case!("GET /projects/{project_id}/usage", "costs:read+graph:read", 200, s => {
            let query = format!("?by=member&branch=both&node={}", s.home.child);
            Try::at([&s.home.id]).query(&query)
        }),
        case!("GET /projects/{project_id}/usage", "costs:read", 404, s => {
            Try::at([&s.home.id]).query(&format!("?node={}", s.other.child))
        }),
    ]
}

fn comparing() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/compare", "graph:read", 200, s => {
            let query = format!("?a={}&b={}", s.home.child, s.home.node);
            Try::at([&s.home.id]).query(&query)
        }),
        case!("GET /projects/{project_id}/compare", "graph:read", 404, s => {
            let query = format!("?a={}&b={}", s.home.child, s.other.child);
            Try::at([&s.home.id]).query(&query)
        }),
    ]
}

fn merging() -> Vec<Case> {
    vec![
        case!("POST /projects/{project_id}/merge", "graph:write", 201, s => {
            Try::at([&s.home.id]).body(json!({"nodeIds": [s.home.node, s.home.child]}))
        }),
        case!("POST /projects/{project_id}/merge", "graph:write", 404, s => {
            let body = json!({"nodeIds": [s.home.node, s.other.node]});
            Try::at([&s.home.id]).body(body).foreign(&s.other.node)
        }),
    ]
}

const SIBLINGS: &str = "POST /projects/{project_id}/nodes/{node_id}/siblings";

/// Waits until nothing is written that would change a project while somebody is refused.
async fn quiet(scene: Scene<'_>) {
    for project in [scene.home, scene.other] {
        let path = project.id.at("nodes?status=GENERATING");
        for node in project.owner.all(&path, 200).await {
            generated(&project.owner, &project.id, &id(&node)).await;
        }
    }
}

fn siblings() -> Vec<Case> {
    let need = "runs:run+graph:write";
    vec![
        case!(SIBLINGS, need, 202, s => {
            quiet(s).await;
            let body = json!({"models": ["offline/echo", "offline/echo"]});
            Try::at([&s.home.id, &s.home.node]).body(body)
        }),
        case!(SIBLINGS, need, 404, s => {
            quiet(s).await;
            let body = json!({"models": ["offline/echo"]});
            Try::at([&s.home.id, &s.other.node]).body(body).foreign(&s.other.node)
        }),
    ]
}

const FOLLOWUPS: &str = "POST /projects/{project_id}/nodes/{node_id}/followups";

fn followups() -> Vec<Case> {
    let need = "runs:run+graph:write";
    vec![
        case!(FOLLOWUPS, need, 201, s => {
            quiet(s).await;
            let body = json!({"prompt": "And then?", "model": "offline/echo"});
            Try::at([&s.home.id, &s.home.node]).body(body)
        }),
        case!(FOLLOWUPS, need, 404, s => {
            quiet(s).await;
            let body = json!({"prompt": "And then?", "model": "offline/echo"});
            Try::at([&s.home.id, &s.other.node]).body(body).foreign(&s.other.node)
        }),
    ]
}
