//! Agents, tasks, schedules, and what people think of answers.

use serde_json::json;

use super::{
    case::{Case, Scene, Try, case},
    world::{Project, id, nothing},
};
use crate::kit::Paths;

pub(super) fn cases() -> Vec<Case> {
    [
        own(),
        members(),
        tool_servers(),
        tasks(),
        schedules(),
        feedback(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An agent of whoever will send the request.
async fn mine(scene: Scene<'_>) -> String {
    if !scene.succeeds {
        return nothing();
    }
    scene.by.create_agent("writer").await
}

/// An agent of the owner's that is in the project.
async fn seated(home: &Project) -> String {
    let agent = home.owner.create_agent("writer").await;
    let body = json!({"agentId": agent, "role": "VIEWER"});
    home.make("agents", body).await;
    agent
}

fn own() -> Vec<Case> {
    vec![
        case!("GET /agents", "scope:agent", 200, _ => Try::at([])),
        case!("GET /agents/types", "scope:agent", 200, _ => Try::at([])),
        case!("POST /agents", "scope:agent", 201, _ => {
            Try::at([]).body(json!({"name": "Mine", "type": "writer"}))
        }),
        case!("GET /agents/{agent_id}", "scope:agent", 200, s => Try::at([&mine(s).await])),
        case!("GET /agents/{agent_id}", "scope:agent", 404, s => {
            let foreign = s.world.person().await.create_agent("writer").await;
            Try::at([&foreign]).foreign(&foreign)
        }),
        case!("PATCH /agents/{agent_id}", "scope:agent", 200, s => {
            Try::at([&mine(s).await]).body(json!({"name": "Other"}))
        }),
        case!("PATCH /agents/{agent_id}", "scope:agent", 404, s => {
            let foreign = s.world.person().await.create_agent("writer").await;
            Try::at([&foreign]).body(json!({"name": "Other"})).foreign(&foreign)
        }),
        case!("DELETE /agents/{agent_id}", "scope:agent", 204, s => Try::at([&mine(s).await])),
        case!("DELETE /agents/{agent_id}", "scope:agent", 404, s => {
            let foreign = s.world.person().await.create_agent("writer").await;
            Try::at([&foreign]).foreign(&foreign)
        }),
        case!("GET /agents/{agent_id}/versions", "scope:agent", 200, s => {
            Try::at([&mine(s).await])
        }),
        case!("POST /agents/{agent_id}/versions/{version}/restore", "scope:agent", 200, s => {
            Try::at([&mine(s).await, "1"])
        }),
        case!("GET /agents/{agent_id}/statistics", "scope:agent", 200, s => {
            Try::at([&mine(s).await])
        }),
    ]
}

fn members() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/agents", "agents:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("POST /projects/{project_id}/agents", "agents:write", 201, s => {
            let body = json!({"agentId": mine(s).await, "role": "VIEWER"});
            Try::at([&s.home.id]).body(body)
        }),
        case!("PATCH /projects/{project_id}/agents", "agents:write", 204, s => {
            Try::at([&s.home.id]).body(json!({"paused": false}))
        }),
        case!("PATCH /projects/{project_id}/agents/{agent_id}", "agents:write", 200, s => {
            Try::at([&s.home.id, &s.home.agent]).body(json!({"mode": "APPLY"}))
        }),
        case!("PATCH /projects/{project_id}/agents/{agent_id}", "agents:write", 404, s => {
            let body = json!({"mode": "PROPOSE"});
            Try::at([&s.home.id, &s.other.agent]).body(body).foreign(&s.other.agent)
        }),
        case!("DELETE /projects/{project_id}/agents/{agent_id}", "agents:delete", 204, s => {
            Try::at([&s.home.id, &seated(s.home).await])
        }),
        case!("DELETE /projects/{project_id}/agents/{agent_id}", "agents:delete", 404, s => {
            Try::at([&s.home.id, &s.other.agent]).foreign(&s.other.agent)
        }),
    ]
}

fn tool_servers() -> Vec<Case> {
    vec![
        case!("GET /tool-servers", "scope:agent", 200, _ => Try::at([])),
        case!("GET /projects/{project_id}/tool-servers", "agents:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("PUT /users/me/tool-servers/{server}/credential", "session", 204, _ => {
            Try::at(["listed"]).body(json!({"token": "for-the-server"}))
        }),
        case!("DELETE /users/me/tool-servers/{server}/credential", "session", 204, s => {
            if s.succeeds {
                let path = "/users/me/tool-servers/listed/credential";
                s.by.put(path, json!({"token": "for-the-server"})).await.expect(204);
            }
            Try::at(["listed"])
        }),
        case!("PUT /projects/{project_id}/tool-servers/{server}/credential",
            "provider-credentials:write", 204, s => {
            Try::at([&s.home.id, "listed"]).body(json!({"token": "for-the-server"}))
        }),
        case!("DELETE /projects/{project_id}/tool-servers/{server}/credential",
            "provider-credentials:write", 204, s => {
            let path = format!("/projects/{}/tool-servers/listed/credential", s.home.id);
            s.home.owner.put(&path, json!({"token": "for-the-server"})).await.expect(204);
            Try::at([&s.home.id, "listed"])
        }),
    ]
}

fn tasks() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/tasks", "agents:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("POST /projects/{project_id}/tasks", "runs:run+agents:read+graph:write", 202, s => {
            let body = json!({"agentId": s.home.agent, "prompt": "Work."});
            Try::at([&s.home.id]).body(body)
        }),
        case!("POST /projects/{project_id}/tasks", "runs:run+agents:read+graph:write", 404, s => {
            let body = json!({"agentId": s.other.agent, "prompt": "Work."});
            Try::at([&s.home.id]).body(body).foreign(&s.other.agent)
        }),
        case!("GET /projects/{project_id}/tasks/{task_id}", "agents:read", 200, s => {
            Try::at([&s.home.id, &s.home.task])
        }),
        case!("GET /projects/{project_id}/tasks/{task_id}", "agents:read", 404, s => {
            Try::at([&s.home.id, &s.other.task]).foreign(&s.other.task)
        }),
        case!("POST /projects/{project_id}/tasks/{task_id}/cancel", "runs:run+agents:read", 409, s => {
            Try::at([&s.home.id, &s.home.task])
        }),
        case!("POST /projects/{project_id}/tasks/{task_id}/cancel", "runs:run+agents:read", 404, s => {
            Try::at([&s.home.id, &s.other.task]).foreign(&s.other.task)
        }),
        case!("POST /projects/{project_id}/tasks/{task_id}/retry", "runs:run+agents:read+graph:write", 202, s => {
            Try::at([&s.home.id, &s.home.task])
        }),
        case!("POST /projects/{project_id}/tasks/{task_id}/retry", "runs:run+agents:read+graph:write", 404, s => {
            Try::at([&s.home.id, &s.other.task]).foreign(&s.other.task)
        }),
        case!("POST /projects/{project_id}/tasks/{task_id}/messages", "runs:run+agents:read", 409, s => {
            Try::at([&s.home.id, &s.home.task]).body(json!({"text": "Go on."}))
        }),
        case!("POST /projects/{project_id}/tasks/{task_id}/messages", "runs:run+agents:read", 404, s => {
            let body = json!({"text": "Go on."});
            Try::at([&s.home.id, &s.other.task]).body(body).foreign(&s.other.task)
        }),
        case!("GET /projects/{project_id}/tasks/{task_id}/steps", "agents:read", 200, s => {
            Try::at([&s.home.id, &s.home.task])
        }),
        case!("GET /projects/{project_id}/tasks/{task_id}/steps", "agents:read", 404, s => {
            Try::at([&s.home.id, &s.other.task]).foreign(&s.other.task)
        }),
        case!("GET /projects/{project_id}/tasks/{task_id}/stream", "agents:read", 200, s => {
            Try::at([&s.home.id, &s.home.task])
        }),
        case!("GET /projects/{project_id}/tasks/{task_id}/stream", "agents:read", 404, s => {
            Try::at([&s.home.id, &s.other.task]).foreign(&s.other.task)
        }),
        case!("POST /projects/{project_id}/ops", "runs:run+agents:read+graph:write", 200, s => {
            let data = json!({"agentId": s.home.agent, "prompt": "Work."});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "task.start", "data": data}]}))
        }),
    ]
}

/// A schedule of whoever will send the request.
async fn schedule(scene: Scene<'_>) -> String {
    if !scene.succeeds {
        return nothing();
    }
    let body = json!({
        "agentId": scene.home.agent, "name": "Yearly", "prompt": "Work.", "cron": "0 0 1 1 *",
    });
    id(&scene
        .by
        .post(&scene.home.id.schedules(), body)
        .await
        .expect(201))
}

fn schedules() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/schedules", "agents:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("POST /projects/{project_id}/schedules", "runs:run+agents:read+graph:write", 201, s => {
            let body = json!({
                "agentId": s.home.agent, "name": "Yearly", "prompt": "Work.", "cron": "0 0 1 1 *",
            });
            Try::at([&s.home.id]).body(body)
        }),
        case!("PATCH /projects/{project_id}/schedules/{schedule_id}", "runs:run+agents:read+graph:write", 200, s => {
            Try::at([&s.home.id, &schedule(s).await]).body(json!({"paused": true}))
        }),
        case!("PATCH /projects/{project_id}/schedules/{schedule_id}", "runs:run+agents:read+graph:write", 404, s => {
            let body = json!({"paused": true});
            Try::at([&s.home.id, &s.other.schedule]).body(body).foreign(&s.other.schedule)
        }),
        case!("DELETE /projects/{project_id}/schedules/{schedule_id}", "runs:run+agents:read+graph:write", 204, s => {
            Try::at([&s.home.id, &schedule(s).await])
        }),
        case!("DELETE /projects/{project_id}/schedules/{schedule_id}", "runs:run+agents:read+graph:write", 404, s => {
            Try::at([&s.home.id, &s.other.schedule]).foreign(&s.other.schedule)
        }),
    ]
}

/// What whoever will send the request said of the answer.
async fn give_feedback(scene: Scene<'_>) {
    if scene.succeeds {
        let home = scene.home;
        let path = format!(
            "{}/feedback",
            home.id.attempt(&home.child, &home.generation)
        );
        scene.by.put(&path, json!({"rating": 5})).await.ok();
    }
}

fn feedback() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/feedback", "costs:read", 200, s => {
            give_feedback(s).await;
            Try::at([&s.home.id, &s.home.child, &s.home.generation])
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/feedback", "costs:read", 404, s => {
            Try::at([&s.home.id, &s.home.child, &s.other.generation]).foreign(&s.other.generation)
        }),
        case!("PUT /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/feedback", "costs:read", 200, s => {
            Try::at([&s.home.id, &s.home.child, &s.home.generation]).body(json!({"rating": 5}))
        }),
        case!("PUT /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/feedback", "costs:read", 404, s => {
            let body = json!({"rating": 5});
            Try::at([&s.home.id, &s.home.child, &s.other.generation])
                .body(body)
                .foreign(&s.other.generation)
        }),
        case!("DELETE /projects/{project_id}/nodes/{node_id}/generations/{generation_id}/feedback", "costs:read", 204, s => {
            give_feedback(s).await;
            Try::at([&s.home.id, &s.home.child, &s.home.generation])
        }),
    ]
}
