//! Projects and the people in them.

use serde_json::json;

use super::{
    case::{Case, Scene, Try, case},
    world::{id, nothing},
};
use crate::kit::Paths;

pub(super) fn cases() -> Vec<Case> {
    [projects(), ownership(), members(), invitations()]
        .into_iter()
        .flatten()
        .collect()
}

fn projects() -> Vec<Case> {
    vec![
        case!("GET /projects", "scope:project", 200, _ => Try::at([]).query("?limit=200")),
        case!("GET /projects", "scope:project", 200, _ => Try::at([]).query("?q=canary&trashed=true")),
        case!("GET /projects", "scope:project", 200, _ => Try::at([]).query("?q=canary&owned=false")),
        case!("GET /conversations", "scope:graph", 200, _ => Try::at([]).query("?limit=200")),
        case!("GET /conversations", "scope:graph", 200, _ => Try::at([]).query("?q=canary")),
        case!("GET /public/projects", "anonymous", 200, _ => Try::at([]).query("?limit=200")),
        case!("GET /public/projects", "anonymous", 200, _ => Try::at([]).query("?q=canary")),
        case!("POST /projects", "scope:project", 201, _ => Try::at([]).body(json!({"name": "Mine"}))),
        case!("GET /templates", "caller", 200, _ => Try::at([]).query("?language=fr")),
        case!("POST /projects/{project_id}/duplicate", "caller+project:read+graph:read", 201, s => {
            Try::at([&s.home.id]).body(json!({}))
        }),
        case!("GET /projects/{project_id}/export", "graph:read+project:read", 200, s => {
            Try::at([&s.home.id]).query("?format=json")
        }),
        case!("GET /projects/{project_id}/export", "graph:read+project:read", 200, s => {
            Try::at([&s.home.id]).query(&format!("?thread={}", s.home.child))
        }),
        case!("GET /projects/{project_id}/export", "graph:read+project:read", 404, s => {
            Try::at([&s.home.id]).query(&format!("?nodeIds={}", s.other.node)).foreign(&s.other.node)
        }),
        case!("POST /projects/{project_id}/export", "graph:read+project:read", 200, s => {
            Try::at([&s.home.id]).body(json!({"nodeIds": [s.home.node], "format": "json"}))
        }),
        case!("POST /projects/{project_id}/export", "graph:read+project:read", 404, s => {
            Try::at([&s.home.id]).body(json!({"nodeIds": [s.other.node]})).foreign(&s.other.node)
        }),
        case!("GET /projects/{project_id}", "project:read", 200, s => Try::at([&s.home.id])),
        case!("GET /projects/{project_id}", "nothing:read", 404, s => {
            Try::at([&s.home.node]).foreign(&s.home.node)
        }),
        case!("PATCH /projects/{project_id}", "project:write", 200, s => {
            Try::at([&s.home.id]).body(json!({"viewport": {"x": 1, "y": 2, "zoom": 1}}))
        }),
        case!("PATCH /projects/{project_id}", "project:write", 200, s => {
            let prompt = format!("canary-system-prompt-{}", s.home.place);
            Try::at([&s.home.id]).body(json!({"systemPrompt": prompt}))
        }),
        case!("GET /projects/{project_id}/audit", "oversight:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("GET /projects/{project_id}/audit", "oversight:read", 422, s => {
            Try::at([&s.home.id]).query("?action=%25")
        }),
        case!("GET /projects/{project_id}/viewport", "project:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("GET /projects/{project_id}/sessions", "presence:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("PUT /projects/{project_id}/viewport", "presence:write", 200, s => {
            Try::at([&s.home.id]).body(json!({"x": 1, "y": 2, "zoom": 1}))
        }),
    ]
}

/// A project of the same owner that may be taken away.
async fn spare(scene: Scene<'_>, member: bool) -> (String, String) {
    let project = scene
        .home
        .owner
        .post("/projects", json!({"name": "Spare"}))
        .await;
    let project = id(&project.expect(201));
    let person = if member {
        scene.world.person().await.user_id().to_string()
    } else {
        nothing()
    };
    if member {
        let body = json!({"userId": person, "role": "VIEWER"});
        let path = project.members();
        scene.home.owner.post(&path, body).await.expect(201);
    }
    (project, person)
}

/// A project that is offered to whoever is to succeed.
async fn offered(scene: Scene<'_>) -> String {
    if !scene.succeeds {
        return scene.home.id.clone();
    }
    let owner = &scene.home.owner;
    let (project, _) = spare(scene, false).await;
    let person = &scene.by.login["user"]["id"];
    let member = json!({"userId": person, "role": "VIEWER"});
    owner.post(&project.members(), member).await.expect(201);
    let offer = json!({"userId": person});
    owner.post(&project.transfer(), offer).await.expect(202);
    project
}

fn ownership() -> Vec<Case> {
    vec![
        case!("DELETE /projects/{project_id}", "ownership:write", 204, s => {
            let project = if s.succeeds { spare(s, false).await.0 } else { s.home.id.clone() };
            Try::at([&project])
        }),
        case!("POST /projects/{project_id}/restore", "trash:write", 200, s => {
            if !s.succeeds {
                return Try::at([&s.home.trashed]).foreign(&s.home.trashed);
            }
            let (project, _) = spare(s, false).await;
            s.home.owner.delete(&project.path()).await.expect(204);
            Try::at([&project])
        }),
        case!("POST /projects/{project_id}/transfer", "ownership:write", 202, s => {
            if !s.succeeds {
                return Try::at([&s.home.id]).body(json!({"userId": s.home.member_id}));
            }
            let (project, person) = spare(s, true).await;
            Try::at([&project]).body(json!({"userId": person}))
        }),
        case!("POST /projects/{project_id}/transfer", "ownership:write", 422, s => {
            let body = json!({"userId": s.other.member_id});
            Try::at([&s.home.id]).body(body).foreign(&s.other.member_id)
        }),
        case!("GET /projects/{project_id}/transfer", "members:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("DELETE /projects/{project_id}/transfer", "session", 404, s => {
            Try::at([&s.home.id])
        }),
        case!(new "DELETE /projects/{project_id}/transfer", "session", 204, s => {
            Try::at([&offered(s).await])
        }),
        case!("POST /projects/{project_id}/transfer/accept", "session", 404, s => {
            Try::at([&s.home.id])
        }),
        case!(new "POST /projects/{project_id}/transfer/accept", "session", 200, s => {
            Try::at([&offered(s).await])
        }),
    ]
}

fn members() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/members", "members:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("POST /projects/{project_id}/members", "members:write", 201, s => {
            let person = s.world.person().await.user_id();
            Try::at([&s.home.id]).body(json!({"userId": person, "role": "EDITOR"}))
        }),
        case!("POST /projects/{project_id}/members", "members:write", 404, s => {
            let body = json!({"userId": s.other.node, "role": "EDITOR"});
            Try::at([&s.home.id]).body(body).foreign(&s.other.node)
        }),
        case!("PATCH /projects/{project_id}/members/{user_id}", "members:write", 200, s => {
            let person = s.world.person_in(s.home, "MEMBER").await;
            Try::at([&s.home.id, &person]).body(json!({"role": "EDITOR"}))
        }),
        case!("PATCH /projects/{project_id}/members/{user_id}", "members:write", 404, s => {
            let foreign = &s.other.member_id;
            Try::at([&s.home.id, foreign]).body(json!({"role": "EDITOR"})).foreign(foreign)
        }),
        case!("DELETE /projects/{project_id}/members/{user_id}", "members:delete", 204, s => {
            let person = s.world.person_in(s.home, "MEMBER").await;
            Try::at([&s.home.id, &person])
        }),
        case!("DELETE /projects/{project_id}/members/{user_id}", "members:delete", 404, s => {
            Try::at([&s.home.id, &s.other.member_id]).foreign(&s.other.member_id)
        }),
    ]
}

fn invitations() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/invitations", "members:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("POST /projects/{project_id}/invitations", "members:write", 201, s => {
            let email = format!("{}@example.org", nothing());
            Try::at([&s.home.id]).body(json!({"email": email, "role": "VIEWER"}))
        }),
        case!("DELETE /projects/{project_id}/invitations/{invitation_id}", "members:delete", 204, s => {
            let email = format!("{}@example.org", nothing());
            let made = s.home.make("invitations", json!({"email": email, "role": "VIEWER"})).await;
            Try::at([&s.home.id, &id(&made)])
        }),
        case!("DELETE /projects/{project_id}/invitations/{invitation_id}", "members:delete", 404, s => {
            Try::at([&s.home.id, &s.other.invitation]).foreign(&s.other.invitation)
        }),
        case!("DELETE /projects/{project_id}/invitations/{invitation_id}", "members:delete", 404, s => {
            Try::at([&s.home.id, &s.home.node]).foreign(&s.home.node)
        }),
        // It is addressed to somebody else.
        case!("POST /invitations/{token}/accept", "session", 403, s => {
            Try::at([&s.home.invitation_token])
        }),
        case!("POST /invitations/{token}/accept", "session", 404, _ => Try::at(["nothing"])),
        case!("POST /invitations/{token}/accept", "session", 404, s => {
            Try::at([&s.home.invitation]).foreign(&s.home.invitation)
        }),
        case!("GET /invitations", "session", 200, _ => Try::at([]).query("?limit=200")),
        // It is addressed to somebody else.
        case!("DELETE /invitations/{token}", "session", 403, s => {
            Try::at([&s.home.invitation_token])
        }),
        case!("DELETE /invitations/{token}", "session", 404, s => {
            Try::at([&s.home.invitation]).foreign(&s.home.invitation)
        }),
        case!(new "DELETE /invitations/{token}", "session", 204, s => {
            if !s.succeeds {
                return Try::at([&s.home.invitation_token]);
            }
            let email = s.by.login["user"]["email"].as_str().expect("an address");
            let made = s.home.make("invitations", json!({"email": email, "role": "VIEWER"})).await;
            Try::at([&id(&made)])
        }),
        case!(new "POST /invitations/{token}/accept", "session", 200, s => {
            if !s.succeeds {
                return Try::at([&s.home.invitation_token]);
            }
            let email = s.by.login["user"]["email"].as_str().expect("an address");
            s.home.make("invitations", json!({"email": email, "role": "VIEWER"})).await;
            let mail = s.world.app.mail(email, |mail| mail.text.contains("/invitations/")).await;
            Try::at([mail.after("/invitations/")])
        }),
    ]
}
