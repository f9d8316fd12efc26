//! Invitations: membership for people who have no account yet.

mod limits;

use std::time::Duration;

use kernel::{ProjectId, Role};
use serde_json::{Value, json};

use crate::kit::{Answer, Client, Mail, Paths, TestApp, text};

const GUEST: &str = "guest@example.org";

async fn invite(by: &Client, project: ProjectId, role: &str) -> Answer {
    let body = json!({"email": GUEST, "role": role});
    by.post(&project.invitations(), body).await
}

/// The token that was mailed and is none of these.
async fn token(app: &TestApp, seen: &[&str]) -> String {
    let fresh = |mail: &Mail| {
        mail.text.contains("/invitations/") && !seen.iter().any(|old| mail.text.contains(old))
    };
    let mail = app.mail(GUEST, fresh).await;
    mail.after("/invitations/").to_owned()
}

async fn accept(by: &Client, token: &str) -> Answer {
    by.post(&format!("/invitations/{token}/accept"), Value::Null)
        .await
}

#[tokio::test]
async fn whoever_registers_with_the_invited_address_accepts_by_the_mailed_token() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;

    let invitation = invite(&owner, project, "EDITOR").await.expect(201);
    let token = token(&app, &[]).await;
    let guest = app.register("guest").await;
    let accepted = accept(&guest, &token).await.expect(200);

    assert_eq!(invitation["email"], GUEST);
    // What the mail says to open is shown to whoever invites, since no mail may arrive here.
    assert!(text(&invitation["link"]).ends_with(&format!("/invitations/{token}")));
    assert_eq!(accepted, json!({"projectId": project, "role": "EDITOR"}));
    guest.create_node(project, "mine, too").await;
    let open = owner.all(&project.invitations(), 50).await;
    assert_eq!(open, Vec::<Value>::new());
}

#[tokio::test]
async fn the_mail_says_who_invites_to_what() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;

    invite(&owner, project, "VIEWER").await.expect(201);

    let mail = app.mail(GUEST, |_| true).await;
    assert_eq!(mail.subject, "An invitation to NonLinear");
    assert!(
        mail.text
            .starts_with("owner invites you to work on \"Project\"")
    );
    let token = mail.after("/invitations/");
    assert_eq!(mail.after("The invitation's token is:\n"), token);
}

#[tokio::test]
async fn another_address_cannot_accept_and_leaves_the_invitation_open() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    invite(&owner, project, "EDITOR").await.expect(201);
    let token = token(&app, &[]).await;
    let eve = app.register("eve").await;

    accept(&eve, &token).await.problem(403, "forbidden");
    let anonymous = accept(&app.anonymous(), &token).await;
    anonymous.problem(401, "unauthenticated");

    let path = project.path();
    eve.get(&path).await.problem(404, "not_found");
    let guest = app.register("guest").await;
    accept(&guest, &token).await.expect(200);
}

#[tokio::test]
async fn a_used_an_expired_a_revoked_and_an_unknown_invitation_are_not_there() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let guest = app.register("guest").await;
    let list = project.invitations();

    let unknown = accept(&guest, "unknown").await.problem(404, "not_found");
    let revoked = invite(&owner, project, "VIEWER").await.expect(201);
    let first = token(&app, &[]).await;
    let path = format!("{list}/{}", text(&revoked["id"]));
    owner.delete(&path).await.expect(204);
    assert_eq!(
        accept(&guest, &first).await.problem(404, "not_found"),
        unknown
    );
    owner.delete(&path).await.problem(404, "not_found");

    invite(&owner, project, "VIEWER").await.expect(201);
    let second = token(&app, &[&first]).await;
    accept(&guest, &second).await.expect(200);
    let member = project.member(guest.user_id());
    owner.delete(&member).await.expect(204);
    assert_eq!(
        accept(&guest, &second).await.problem(404, "not_found"),
        unknown
    );

    invite(&owner, project, "VIEWER").await.expect(201);
    let third = token(&app, &[&first, &second]).await;
    app.clock_shift(Duration::from_secs(15 * 24 * 60 * 60));
    let guest = app.log_in("guest").await;
    assert_eq!(
        accept(&guest, &third).await.problem(404, "not_found"),
        unknown
    );
}

#[tokio::test]
async fn inviting_again_replaces_the_invitation_before() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    invite(&owner, project, "VIEWER").await.expect(201);
    let first = token(&app, &[]).await;

    let second = invite(&owner, project, "EDITOR").await.expect(201);

    let open = owner.all(&project.invitations(), 50).await;
    assert_eq!(open, std::slice::from_ref(&second));
    let guest = app.register("guest").await;
    accept(&guest, &first).await.problem(404, "not_found");
    let token = token(&app, &[&first]).await;
    assert_eq!(accept(&guest, &token).await.expect(200)["role"], "EDITOR");
}

#[tokio::test]
async fn invitations_follow_the_rules_of_roles() {
    let app = TestApp::start().await;
    let (project, owner, [admin, editor]) = app.project([Role::Admin, Role::Editor]).await;

    invite(&owner, project, "OWNER")
        .await
        .problem(422, "invalid");
    invite(&editor, project, "VIEWER")
        .await
        .problem(403, "forbidden");
    let invitation = invite(&admin, project, "ADMIN").await.expect(201);
    let path = project.invitation(text(&invitation["id"]));
    editor.delete(&path).await.problem(403, "forbidden");

    let guest = app.register("guest").await;
    let add = json!({"userId": guest.user_id(), "role": "VIEWER"});
    owner.post(&project.members(), add).await.expect(201);
    invite(&owner, project, "EDITOR")
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn an_invitation_to_a_project_in_the_trash_is_not_there() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    invite(&owner, project, "EDITOR").await.expect(201);
    let token = token(&app, &[]).await;
    let guest = app.register("guest").await;

    owner.delete(&project.path()).await.expect(204);

    accept(&guest, &token).await.problem(404, "not_found");
}

#[tokio::test]
async fn an_invitation_by_somebody_who_may_no_longer_invite_is_not_there() {
    let app = TestApp::start().await;
    let (project, owner, [admin]) = app.project([Role::Admin]).await;
    let guest = app.register("guest").await;
    let role = async |role: &str| {
        let path = project.member(admin.user_id());
        owner.patch(&path, json!({"role": role})).await.expect(200);
    };
    invite(&admin, project, "ADMIN").await.expect(201);
    let token = token(&app, &[]).await;

    role("EDITOR").await;
    accept(&guest, &token).await.problem(404, "not_found");
    let member = project.member(admin.user_id());
    owner.delete(&member).await.expect(204);
    accept(&guest, &token).await.problem(404, "not_found");
    guest.get(&project.path()).await.problem(404, "not_found");
}

#[tokio::test]
async fn whoever_is_invited_finds_it_in_their_own_list_and_accepts_it_there() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let guest = app.register("guest").await;
    let eve = app.register("eve").await;
    let invitation = invite(&owner, project, "EDITOR").await.expect(201);
    let id = text(&invitation["id"]);

    let received = guest.all("/invitations", 50).await;

    assert_eq!(received.len(), 1);
    assert_eq!(received[0]["id"], invitation["id"]);
    assert_eq!(received[0]["projectId"], json!(project));
    assert_eq!(received[0]["projectName"], "Project");
    assert_eq!(received[0]["invitedBy"], "owner");
    assert_eq!(received[0]["role"], "EDITOR");
    assert_eq!(eve.all("/invitations", 50).await, Vec::<Value>::new());
    // The id is no secret: for whoever is not invited there is nothing under it.
    accept(&eve, id).await.problem(404, "not_found");
    accept(&guest, id).await.expect(200);
    guest.create_node(project, "mine, too").await;
    assert_eq!(guest.all("/invitations", 50).await, Vec::<Value>::new());
}

#[tokio::test]
async fn whoever_is_invited_declines() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let guest = app.register("guest").await;
    let eve = app.register("eve").await;
    let invitation = invite(&owner, project, "EDITOR").await.expect(201);
    let path = format!("/invitations/{}", text(&invitation["id"]));

    eve.delete(&path).await.problem(404, "not_found");
    guest.delete(&path).await.expect(204);

    assert_eq!(guest.all("/invitations", 50).await, Vec::<Value>::new());
    let open = owner.all(&project.invitations(), 50).await;
    assert_eq!(open, Vec::<Value>::new());
    guest.delete(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn the_list_of_ones_own_invitations_page_by_page_holds_only_what_can_be_accepted() {
    let app = TestApp::start().await;
    let (_, owner, []) = app.project([]).await;
    let guest = app.register("guest").await;
    let mut projects = Vec::new();
    for number in 0..5 {
        let project = owner.create_project(&format!("Project {number}")).await;
        invite(&owner, project, "VIEWER").await.expect(201);
        projects.push(project);
    }
    let whole = guest.all("/invitations", 200).await;
    assert_eq!(whole.len(), 5);
    assert_eq!(guest.all("/invitations", 2).await, whole);

    owner.delete(&projects[0].path()).await.expect(204);

    assert_eq!(guest.all("/invitations", 200).await.len(), 4);
    app.clock_shift(Duration::from_secs(15 * 24 * 60 * 60));
    let guest = app.log_in("guest").await;
    assert_eq!(guest.all("/invitations", 200).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_link_is_for_those_who_may_invite() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let invited = invite(&owner, project, "EDITOR").await.expect(201);

    let of_owner = owner.all(&project.invitations(), 50).await;
    let of_viewer = viewer.all(&project.invitations(), 50).await;

    assert_eq!(of_owner[0]["link"], invited["link"]);
    assert_eq!(of_viewer[0]["id"], invited["id"]);
    assert_eq!(of_viewer[0]["link"], Value::Null);
}

#[tokio::test]
async fn where_addresses_must_be_confirmed_only_the_mail_holds_the_link() {
    let app = TestApp::with(|settings| settings.auth.confirm_addresses = Some(true)).await;
    let (project, owner, []) = app.project([]).await;
    app.confirm("owner").await;
    let guest = app.register("guest").await;

    let invited = invite(&owner, project, "EDITOR").await.expect(201);

    assert_eq!(invited["link"], Value::Null);
    let open = owner.all(&project.invitations(), 50).await;
    assert_eq!(open[0]["link"], Value::Null);
    // Nobody knows yet whose address it is: neither listed nor accepted but by the mail.
    assert_eq!(guest.all("/invitations", 50).await, Vec::<Value>::new());
    let id = text(&invited["id"]);
    accept(&guest, id).await.problem(404, "not_found");
    let token = token(&app, &[]).await;
    accept(&guest, &token).await.expect(200);
}
