//! Every change of state leaves exactly one audit record in its own transaction (T14).

mod reading;
mod retention;

use std::time::Duration;

use kernel::{ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Client, PASSWORD, Paths, TestApp, code, text};

const NEW_PASSWORD: &str = "another good secret";

/// Someone who sends requests and looks at what the audit made of each.
struct Auditor<'a> {
    app: &'a TestApp,
    changes: usize,
}

impl Auditor<'_> {
    /// A change of state: one record.
    async fn change(&mut self, by: &Client, method: Method, path: &str, body: Value) -> Value {
        let before = self.app.audit_count().await;
        let asked = format!("{method} {path}");
        let done = by.send(method, path, &[], body).await.ok();
        assert_eq!(self.app.audit_count().await, before + 1, "{asked}");
        self.changes += 1;
        done
    }

    async fn post(&mut self, by: &Client, path: &str, body: Value) -> Value {
        self.change(by, Method::POST, path, body).await
    }

    /// A refusal, or a wish for what is so already: as many records as are said.
    async fn no_change(&self, records: i64, by: &Client, method: Method, path: &str, body: Value) {
        let before = self.app.audit_count().await;
        let asked = format!("{method} {path}");
        let answer = by.send(method, path, &[], body).await;
        assert!(answer.status.as_u16() < 500, "{answer:?}");
        let after = self.app.audit_count().await;
        assert_eq!(after, before + records, "{asked}: {answer:?}");
    }
}

fn login_body(password: &str) -> Value {
    json!({"email": "ada@example.org", "password": password})
}

#[tokio::test]
async fn t14_every_change_of_an_account_leaves_one_record() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let mut audit = Auditor {
        app: &app,
        changes: 0,
    };

    let login = audit
        .post(
            &anonymous,
            "/auth/register?tokens=body",
            login_body(PASSWORD),
        )
        .await;
    let ada = anonymous.logged_in(&login);
    let refresh = json!({"refreshToken": login["refreshToken"]});
    audit.post(&anonymous, "/auth/refresh", refresh).await;
    let mail = app.mail("ada@example.org", |_| true).await;
    audit.post(&ada, "/auth/email/resend", Value::Null).await;
    let token = json!({"token": mail.after("/verify?token=")});
    audit.post(&anonymous, "/auth/email/verify", token).await;
    let phone = audit
        .post(&anonymous, "/auth/login?tokens=body", login_body(PASSWORD))
        .await;
    let phone = anonymous.logged_in(&phone);
    audit.post(&ada, "/auth/ws-ticket", Value::Null).await;
    let profile = json!({"firstName": "Ada"});
    audit
        .change(&ada, Method::PATCH, "/users/me", profile)
        .await;
    let token = json!({"name": "robot", "scopes": ["graph"]});
    let token = audit.post(&ada, "/users/me/tokens", token).await;
    let token = format!("/users/me/tokens/{}", text(&token["id"]));
    audit
        .change(&ada, Method::DELETE, &token, Value::Null)
        .await;
    audit.post(&phone, "/auth/logout", Value::Null).await;
    let address = json!({"email": "countess@example.org", "password": PASSWORD});
    audit.post(&ada, "/users/me/email", address).await;
    let mail = app
        .mail("ada@example.org", |mail| mail.text.contains("/email?"))
        .await;
    let token = json!({"token": mail.after("/email?token=")});
    audit.post(&anonymous, "/auth/email/confirm", token).await;
    second_factor(&mut audit, &ada).await;
    passwords(&mut audit, &ada).await;

    let again = audit
        .post(&anonymous, "/auth/login?tokens=body", login_body(PASSWORD))
        .await;
    let ada = anonymous.logged_in(&again);
    audit.post(&ada, "/auth/logout-all", Value::Null).await;
    let again = audit
        .post(&anonymous, "/auth/login?tokens=body", login_body(PASSWORD))
        .await;
    let ada = anonymous.logged_in(&again);
    let password = json!({"password": PASSWORD});
    audit
        .change(&ada, Method::DELETE, "/users/me", password)
        .await;
    println!(
        "T14: {} changes of an account, each with one record",
        audit.changes
    );
}

async fn second_factor(audit: &mut Auditor<'_>, ada: &Client) {
    let app = audit.app;
    let enrollment = audit
        .post(ada, "/auth/totp/enroll", json!({"password": PASSWORD}))
        .await;
    let first = json!({"code": code(app, &enrollment)});
    audit.post(ada, "/auth/totp/confirm", first).await;
    app.clock_shift(Duration::from_secs(30));
    let second = json!({"code": code(app, &enrollment)});
    audit.post(ada, "/auth/recovery-codes", second).await;
    app.clock_shift(Duration::from_secs(30));
    let third = json!({"password": PASSWORD, "code": code(app, &enrollment)});
    audit.change(ada, Method::DELETE, "/auth/totp", third).await;
}

/// Changes the password and resets it to what it was.
async fn passwords(audit: &mut Auditor<'_>, ada: &Client) {
    let app = audit.app;
    let change = json!({"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD});
    audit.post(ada, "/auth/password", change).await;
    let forgot = json!({"email": "ada@example.org"});
    audit
        .post(&app.anonymous(), "/auth/password/forgot", forgot)
        .await;
    let mail = app
        .mail("ada@example.org", |mail| mail.text.contains("/reset?"))
        .await;
    let reset = json!({"token": mail.after("/reset?token="), "password": PASSWORD});
    audit
        .post(&app.anonymous(), "/auth/password/reset", reset)
        .await;
}

#[tokio::test]
async fn t14_every_change_of_a_project_and_its_members_leaves_one_record() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    let ada = app.register("ada").await;
    let guest = app.register("guest").await;
    let mut audit = Auditor {
        app: &app,
        changes: 0,
    };

    let project = audit.post(&owner, "/projects", json!({"name": "P"})).await;
    let path = text(&project["id"]).path();
    audit
        .change(&owner, Method::PATCH, &path, json!({"name": "Q"}))
        .await;
    // Where somebody looks changes all the time, and is nobody else's business.
    let (at, viewport) = (
        format!("{path}/viewport"),
        json!({"x": 1, "y": 2, "zoom": 1}),
    );
    audit.no_change(0, &owner, Method::PUT, &at, viewport).await;
    let member = json!({"userId": ada.user_id(), "role": "VIEWER"});
    audit.post(&owner, &format!("{path}/members"), member).await;
    let member = format!("{path}/members/{}", ada.user_id());
    audit
        .change(&owner, Method::PATCH, &member, json!({"role": "EDITOR"}))
        .await;
    let invitations = format!("{path}/invitations");
    let somebody = json!({"email": "somebody@example.org", "role": "VIEWER"});
    let invitation = audit.post(&owner, &invitations, somebody).await;
    let revoke = format!("{invitations}/{}", text(&invitation["id"]));
    audit
        .change(&owner, Method::DELETE, &revoke, Value::Null)
        .await;
    let invite = json!({"email": "guest@example.org", "role": "VIEWER"});
    let unwanted = audit.post(&owner, &invitations, invite.clone()).await;
    let decline = format!("/invitations/{}", text(&unwanted["id"]));
    audit
        .change(&guest, Method::DELETE, &decline, Value::Null)
        .await;
    audit.post(&owner, &invitations, invite).await;
    let mail = app
        .mail("guest@example.org", |mail| {
            mail.text.contains("/invitations/") && !mail.text.contains(text(&unwanted["link"]))
        })
        .await;
    let accept = format!("/invitations/{}/accept", mail.after("/invitations/"));
    audit.post(&guest, &accept, Value::Null).await;
    audit
        .change(&owner, Method::DELETE, &member, Value::Null)
        .await;
    audit
        .change(&owner, Method::DELETE, &path, Value::Null)
        .await;
    audit
        .post(&owner, &format!("{path}/restore"), Value::Null)
        .await;
    let heir = json!({"userId": guest.user_id()});
    let offer = format!("{path}/transfer");
    audit.post(&owner, &offer, heir.clone()).await;
    audit
        .change(&owner, Method::DELETE, &offer, Value::Null)
        .await;
    audit.post(&owner, &offer, heir).await;
    audit
        .post(&guest, &format!("{offer}/accept"), Value::Null)
        .await;
    println!(
        "T14: {} changes of a project, each with one record",
        audit.changes
    );
}

#[tokio::test]
async fn t14_every_change_of_a_graph_leaves_one_record() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.path();
    let mut audit = Auditor {
        app: &app,
        changes: 0,
    };

    let node = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    let a = audit
        .post(&owner, &format!("{path}/nodes"), node.clone())
        .await;
    let mut with_parent = node.clone();
    with_parent["parentIds"] = json!([a["id"]]);
    let b = audit
        .post(&owner, &format!("{path}/nodes"), with_parent)
        .await;
    let c = audit
        .post(&owner, &format!("{path}/nodes"), node.clone())
        .await;
    let metadata = json!({"metadata": {"color": "red"}});
    let one = format!("{path}/nodes/{}", text(&a["id"]));
    audit.change(&owner, Method::PATCH, &one, metadata).await;
    let connect = json!({"sourceId": b["id"], "targetId": c["id"]});
    let edge = audit.post(&owner, &format!("{path}/edges"), connect).await;
    let edge = format!("{path}/edges/{}", text(&edge["id"]));
    audit
        .change(&owner, Method::PATCH, &edge, json!({"policy": "SUMMARY"}))
        .await;
    audit
        .change(&owner, Method::DELETE, &edge, Value::Null)
        .await;
    audit
        .change(&owner, Method::DELETE, &one, Value::Null)
        .await;
    audit
        .post(&owner, &format!("{one}/restore"), Value::Null)
        .await;
    let ops = json!({"ops": [
        {"op": "node.create", "data": node},
        {"op": "node.move", "data": {"positions": [{"id": c["id"], "x": 1, "y": 1}]}},
        {"op": "project.update", "data": {"name": "Renamed"}},
    ]});
    // A batch is one change, however many operations it holds.
    audit.post(&owner, &format!("{path}/ops"), ops).await;
    println!(
        "T14: {} changes of a graph, each with one record",
        audit.changes
    );
}

#[tokio::test]
async fn t14_refusals_and_wishes_for_what_is_so_leave_no_record_but_failed_logins_do() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    owner.connect(project, a, b).await;
    let audit = Auditor {
        app: &app,
        changes: 0,
    };

    refused_in_project(&audit, project, &owner, &viewer, [a, b]).await;
    let anonymous = app.anonymous();
    let taken = json!({"email": "owner@example.org", "password": PASSWORD});
    audit
        .no_change(0, &anonymous, Method::POST, "/auth/register", taken)
        .await;
    let unknown = json!({"refreshToken": "unknown"});
    audit
        .no_change(0, &anonymous, Method::POST, "/auth/refresh", unknown)
        .await;
    let token = json!({"token": "unknown", "password": NEW_PASSWORD});
    audit
        .no_change(0, &anonymous, Method::POST, "/auth/password/reset", token)
        .await;
    let name = json!({"username": "member0"});
    audit
        .no_change(0, &owner, Method::PATCH, "/users/me", name)
        .await;
    for email in ["owner@example.org", "nobody@example.org"] {
        let wrong = json!({"email": email, "password": "not the password"});
        audit
            .no_change(1, &anonymous, Method::POST, "/auth/login", wrong)
            .await;
    }
}

async fn refused_in_project(
    audit: &Auditor<'_>,
    project: ProjectId,
    owner: &Client,
    viewer: &Client,
    [a, b]: [kernel::NodeId; 2],
) {
    let path = project.path();
    let (nodes, edges) = (format!("{path}/nodes"), format!("{path}/edges"));
    let one = format!("{nodes}/{a}");
    let node = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    let batch = json!({"ops": [
        {"op": "node.create", "data": node},
        {"op": "edge.create", "data": {"sourceId": b, "targetId": a}},
    ]});
    for (by, method, path, body) in [
        (viewer, Method::POST, nodes, node.clone()),
        (viewer, Method::DELETE, path.clone(), Value::Null),
        (
            owner,
            Method::PATCH,
            one.clone(),
            json!({"prompt": "unsaid"}),
        ),
        (
            owner,
            Method::PATCH,
            one.clone(),
            json!({"position": {"x": 0, "y": 0}}),
        ),
        (owner, Method::POST, format!("{one}/restore"), Value::Null),
        (
            owner,
            Method::POST,
            edges.clone(),
            json!({"sourceId": a, "targetId": b}),
        ),
        (
            owner,
            Method::POST,
            edges,
            json!({"sourceId": b, "targetId": a}),
        ),
        (owner, Method::POST, format!("{path}/ops"), batch),
        (owner, Method::PATCH, path.clone(), json!({})),
        (
            owner,
            Method::DELETE,
            format!("{path}/members/{}", owner.user_id()),
            Value::Null,
        ),
        (owner, Method::GET, format!("{path}/graph"), Value::Null),
    ] {
        audit.no_change(0, by, method, &path, body).await;
    }
}
