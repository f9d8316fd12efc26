//! People: profile, preferences, personal instructions, and the end of an account.

use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, PASSWORD, Paths, TestApp, text};

async fn delete_account(client: &Client, password: &str) -> Answer {
    let body = json!({"password": password});
    client.send(Method::DELETE, "/users/me", &[], body).await
}

#[tokio::test]
async fn people_change_their_profile_field_by_field() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let names =
        json!({"firstName": " Ada ", "lastName": "Lovelace", "avatar": "https://x.org/a.png"});
    ada.patch("/users/me", names).await.expect(200);

    let changed = ada.patch("/users/me", json!({"lastName": null})).await;

    let changed = changed.expect(200);
    assert_eq!(changed["firstName"], "Ada");
    assert_eq!(changed["lastName"], Value::Null);
    assert_eq!(changed["avatar"], "https://x.org/a.png");
    assert_eq!(ada.get("/users/me").await.expect(200), changed);
}

#[tokio::test]
async fn preferences_are_merged_into_those_before() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let never = json!({
        "language": null, "theme": null, "timezone": null,
        "notifications": {"email": true, "browser": true, "mobile": true},
    });
    let begun = ada.get("/users/me").await.expect(200);
    assert_eq!(begun["preferences"], never);
    let prefer = async |preferences: Value| {
        let body = json!({"preferences": preferences});
        ada.patch("/users/me", body).await
    };

    prefer(json!({"theme": "dark", "timezone": "Europe/Paris"}))
        .await
        .expect(200);
    prefer(json!({"language": "fr", "notifications": {"email": false}}))
        .await
        .expect(200);
    prefer(json!({"theme": null})).await.expect(200);

    let kept = ada.get("/users/me").await.expect(200);
    let expected = json!({
        "language": "fr", "theme": null, "timezone": "Europe/Paris",
        "notifications": {"email": false, "browser": true, "mobile": true},
    });
    assert_eq!(kept["preferences"], expected);
    for (wrong, pointer) in [
        (json!({"grid": 12}), "/preferences"),
        (json!({"theme": "pink"}), "/preferences/theme"),
        (json!({"timezone": "Mars/Olympus"}), "/preferences/timezone"),
        (
            json!({"notifications": {"pigeon": true}}),
            "/preferences/notifications",
        ),
    ] {
        let refused = prefer(wrong).await.problem(422, "invalid");
        let said = text(&refused["errors"][0]["pointer"]);
        assert!(said.starts_with(pointer), "{refused}");
    }
    assert_eq!(ada.get("/users/me").await.expect(200), kept);
    assert_eq!(prefer(Value::Null).await.expect(200)["preferences"], never);
}

#[tokio::test]
async fn the_first_mail_is_in_the_language_of_who_registered() {
    let app = TestApp::start().await;
    let body = json!({
        "email": "zoe@example.org", "password": PASSWORD,
        "language": "fr", "timezone": "Europe/Paris",
    });
    let made = app
        .anonymous()
        .post("/auth/register", body)
        .await
        .expect(201);
    assert_eq!(made["user"]["preferences"]["timezone"], "Europe/Paris");

    let mail = app.mail("zoe@example.org", |_| true).await;

    assert!(
        mail.subject.contains("votre adresse e-mail"),
        "{}",
        mail.subject
    );
}

#[tokio::test]
async fn instructions_are_one_document_that_is_replaced_whole() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let first = json!({"instructions": {
        "about": "I write\nprograms.", "behavior": "Be exact.", "commands": "/s: summarise",
        "tone": "friendly", "conciseness": "more", "titlesAndLists": "less", "warmth": "default",
        "enthusiasm": "less", "formality": "default", "emojis": "none", "lastModel": "gpt-4o",
    }});
    let stored = ada.patch("/users/me", first.clone()).await.expect(200);
    assert_eq!(stored["instructions"], first["instructions"]);

    let second = json!({"instructions": {"tone": "dry"}});
    let replaced = ada.patch("/users/me", second).await.expect(200);

    assert_eq!(replaced["instructions"]["tone"], "dry");
    assert_eq!(replaced["instructions"]["about"], Value::Null);
    assert_eq!(replaced["instructions"]["lastModel"], Value::Null);
    let unknown = json!({"instructions": {"mood": "dry"}});
    ada.patch("/users/me", unknown)
        .await
        .problem(422, "invalid");
}

#[tokio::test]
async fn a_name_that_looks_like_anothers_is_taken_until_it_is_given_up() {
    let app = TestApp::start().await;
    let ada = app.register("admin").await;
    let eve = app.register("eve").await;

    for alike in ["admin", "ADMIN", "Admin", "adrnin"] {
        let refused = eve.patch("/users/me", json!({"username": alike})).await;
        refused.problem(409, "conflict");
    }
    // One's own name may change its case.
    let own = ada.patch("/users/me", json!({"username": "Admin"})).await;
    assert_eq!(own.expect(200)["username"], "Admin");
    let gone = ada.patch("/users/me", json!({"username": null})).await;
    gone.expect(200);
    let taken = eve.patch("/users/me", json!({"username": "admin"})).await;
    taken.expect(200);
}

#[tokio::test]
async fn of_two_who_ask_for_one_name_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let eve = app.register("eve").await;

    let body = json!({"username": "queen"});
    let (one, two) = tokio::join!(
        ada.patch("/users/me", body.clone()),
        eve.patch("/users/me", body)
    );

    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn an_account_goes_for_good_and_frees_its_address_and_name() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    delete_account(&ada, PASSWORD).await.expect(204);

    ada.get("/users/me").await.problem(401, "unauthenticated");
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let refused = app.anonymous().post("/auth/login", login).await;
    refused.problem(401, "invalid_credentials");
    let again = app.register("ada").await;
    assert_ne!(again.user_id(), ada.user_id());
}

#[tokio::test]
async fn whoever_deletes_their_account_leaves_every_project() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let other = owner.create_project("Other").await;
    let body = json!({"userId": editor.user_id(), "role": "VIEWER"});
    owner.post(&other.members(), body).await.expect(201);

    delete_account(&editor, PASSWORD).await.expect(204);
    app.jobs_done().await;

    for project in [project, other] {
        let members = owner.all(&project.members(), 10).await;
        assert_eq!(members.len(), 1, "{members:?}");
        let path = project.events_after(0);
        let log = owner.get(&path).await.expect(200)["events"].clone();
        let left = log.as_array().and_then(|events| events.last()).cloned();
        let left = left.unwrap_or_default();
        assert_eq!(left["op"], "member.remove", "{log}");
        assert_eq!(left["data"]["userId"], json!(editor.user_id()));
    }
}

#[tokio::test]
async fn whoever_deletes_their_account_leaves_projects_in_the_trash_as_well() {
    let app = TestApp::start().await;
    let (project, owner, [editor, viewer]) = app.project([Role::Editor, Role::Viewer]).await;
    let preset = json!({"name": "Theirs", "about": "Somebody."});
    let preset = editor.post("/presets", preset).await.expect(201);
    let uses = json!({"settings": {"presetId": preset["id"]}});
    let node = editor.create_node(project, "Why?").await;
    editor.patch(&project.node(node), uses).await.expect(200);
    owner.delete(&project.path()).await.expect(204);

    delete_account(&editor, PASSWORD).await.expect(204);
    app.jobs_done().await;
    let restore = format!("{}/restore", project.path());
    owner.post(&restore, Value::Null).await.expect(200);

    let members = owner.all(&project.members(), 10).await;
    let left: Vec<&str> = members.iter().map(|one| text(&one["name"])).collect();
    assert_eq!(left, ["owner", "member1"]);
    viewer.get(&project.path()).await.expect(200);
}

#[tokio::test]
async fn an_account_goes_only_with_its_password() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    let guessed = delete_account(&ada, "not her password").await;

    guessed.problem(401, "invalid_credentials");
    ada.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn whoever_owns_projects_stays_until_they_are_given_away_or_deleted() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let spare = owner.create_project("Spare").await;

    let refused = delete_account(&owner, PASSWORD).await;
    let refused = refused.problem(409, "conflict");
    let detail = text(&refused["detail"]);
    assert!(detail.contains("“Project”, “Spare”"), "{detail}");
    let heir = json!({"userId": editor.user_id()});
    let transfer = project.transfer();
    owner.post(&transfer, heir).await.expect(202);
    delete_account(&owner, PASSWORD)
        .await
        .problem(409, "conflict");
    editor
        .post(&project.at("transfer/accept"), Value::Null)
        .await
        .expect(200);
    delete_account(&owner, PASSWORD)
        .await
        .problem(409, "conflict");
    owner.delete(&spare.path()).await.expect(204);
    delete_account(&owner, PASSWORD).await.expect(204);

    let project = editor.get(&project.path()).await.expect(200);
    assert_eq!(project["role"], "OWNER");
}

#[tokio::test]
async fn an_address_is_to_be_confirmed_only_where_the_server_asks_for_it() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let me = ada.get("/users/me").await.expect(200);
    assert_eq!(me["isConfirmationDue"], false);

    let app = TestApp::with(|settings| settings.auth.confirm_addresses = Some(true)).await;
    let ada = app.register("ada").await;
    let me = ada.get("/users/me").await.expect(200);
    assert_eq!(me["isConfirmationDue"], true);
    app.confirm("ada").await;
    let me = ada.get("/users/me").await.expect(200);
    assert_eq!(me["isConfirmationDue"], false);
}
