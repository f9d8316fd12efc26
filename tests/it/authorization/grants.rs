//! The table's footnotes: whose membership one may change, and how soon a removal counts.

use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Client, Paths, TestApp, text};

struct Team {
    app: TestApp,
    project: String,
    owner: Client,
    admin: Client,
    other_admin: Client,
    viewer: Client,
}

impl Team {
    async fn gather() -> Self {
        let app = TestApp::start().await;
        let roles = [Role::Admin, Role::Admin, Role::Viewer];
        let (project, owner, [admin, other_admin, viewer]) = app.project(roles).await;
        Self {
            app,
            project: project.to_string(),
            owner,
            admin,
            other_admin,
            viewer,
        }
    }

    fn members(&self) -> String {
        self.project.members()
    }

    async fn change(&self, by: &Client, whom: &Client, role: &str) -> u16 {
        let path = format!("{}/{}", self.members(), whom.user_id());
        let rest = by.patch(&path, json!({"role": role})).await.status.as_u16();
        if rest >= 400 {
            let data = json!({"userId": whom.user_id(), "role": role});
            let batch = self.batch(by, "member.update", data).await;
            assert_eq!(rest, batch, "by both doors");
        }
        rest
    }

    async fn remove(&self, by: &Client, whom: &Client) -> u16 {
        let path = format!("{}/{}", self.members(), whom.user_id());
        by.delete(&path).await.status.as_u16()
    }

    async fn batch(&self, by: &Client, op: &str, data: Value) -> u16 {
        let path = self.project.ops();
        let body = json!({"ops": [{"op": op, "data": data}]});
        by.post(&path, body).await.status.as_u16()
    }
}

#[tokio::test]
async fn nobody_changes_the_owner_and_admins_do_not_change_each_other() {
    let team = Team::gather().await;
    let Team {
        owner,
        admin,
        other_admin,
        viewer,
        ..
    } = &team;

    for role in ["ADMIN", "EDITOR", "MEMBER", "VIEWER"] {
        assert_eq!(team.change(admin, owner, role).await, 403);
        assert_eq!(team.change(admin, other_admin, role).await, 403);
        assert_eq!(team.change(owner, owner, role).await, 409);
        assert_eq!(team.change(viewer, viewer, role).await, 403);
    }
    for role in ["EDITOR", "MEMBER", "VIEWER"] {
        assert_eq!(team.change(admin, viewer, role).await, 200);
        assert_eq!(team.change(owner, viewer, role).await, 200);
    }
    assert_eq!(team.remove(admin, owner).await, 403);
    assert_eq!(team.remove(admin, other_admin).await, 403);
    assert_eq!(team.remove(viewer, admin).await, 403);
    assert_eq!(team.remove(owner, owner).await, 409);
}

#[tokio::test]
async fn nobody_grants_ownership_or_a_role_above_their_own() {
    let team = Team::gather().await;
    let Team {
        owner,
        admin,
        viewer,
        ..
    } = &team;
    let newcomer = team.app.register("newcomer").await.user_id();

    for by in [owner, admin] {
        assert_eq!(team.change(by, viewer, "OWNER").await, 422);
        let body = json!({"userId": newcomer, "role": "OWNER"});
        by.post(&team.members(), body).await.problem(422, "invalid");
        let body = json!({"email": "somebody@example.org", "role": "OWNER"});
        let path = team.project.invitations();
        by.post(&path, body).await.problem(422, "invalid");
    }
    // One who has stepped down does not step up again.
    assert_eq!(team.change(admin, admin, "EDITOR").await, 200);
    assert_eq!(team.change(admin, admin, "ADMIN").await, 403);
}

#[tokio::test]
async fn everybody_but_the_owner_may_leave() {
    let team = Team::gather().await;
    let Team {
        owner,
        admin,
        viewer,
        ..
    } = &team;

    assert_eq!(team.remove(viewer, viewer).await, 204);
    assert_eq!(team.remove(admin, admin).await, 204);
    assert_eq!(team.remove(owner, owner).await, 409);
    for former in [viewer, admin] {
        let path = team.project.path();
        former.get(&path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn whoever_was_removed_hears_at_once_that_nothing_is_there() {
    let team = Team::gather().await;
    let Team { owner, admin, .. } = &team;
    let nodes = team.project.nodes();
    let node = json!({"prompt": "a node", "position": {"x": 0, "y": 0}});
    admin.post(&nodes, node.clone()).await.expect(201);

    assert_eq!(team.remove(owner, admin).await, 204);

    admin.post(&nodes, node).await.problem(404, "not_found");
    admin.get(&nodes).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_credential_that_was_ended_counts_no_more() {
    let team = Team::gather().await;
    let Team { owner, admin, .. } = &team;
    let nodes = team.project.nodes();
    let node = json!({"prompt": "a node", "position": {"x": 0, "y": 0}});
    let body = json!({"name": "a token", "scopes": ["graph"]});
    let made = owner.post("/users/me/tokens", body).await.expect(201);
    let token = owner.with_token(text(&made["token"]));
    token.post(&nodes, node.clone()).await.expect(201);
    admin.post(&nodes, node.clone()).await.expect(201);

    let path = format!("/users/me/tokens/{}", text(&made["id"]));
    owner.delete(&path).await.expect(204);
    admin
        .send(Method::POST, "/auth/logout", &[], Value::Null)
        .await
        .expect(204);

    for ended in [&token, admin] {
        ended
            .post(&nodes, node.clone())
            .await
            .problem(401, "unauthenticated");
        ended.get(&nodes).await.problem(401, "unauthenticated");
    }
}
