//! Public projects that want to be found.

use kernel::{ProjectId, Role};
use serde_json::{Value, json};

use crate::kit::{Client, Paths, TestApp, text};

async fn found(reader: &Client, query: &str) -> Vec<String> {
    let listed = reader.get(&format!("/public/projects{query}")).await;
    let listed = listed.expect(200);
    let items = listed["items"].as_array().expect("items").clone();
    let names = items.iter().map(|item| text(&item["name"]).to_owned());
    names.collect()
}

async fn list(owner: &Client, name: &str) -> ProjectId {
    let project = owner.create_project(name).await;
    let open = json!({"isPublic": true, "isListed": true});
    owner.patch(&project.path(), open).await.expect(200);
    project
}

#[tokio::test]
async fn only_a_public_project_whose_owner_wants_it_is_found_and_says_little() {
    let app = TestApp::start().await;
    let owner = app.register("ada").await;
    let project = owner.create_project("Bridges").await;
    let about = json!({"description": "How they stand.", "systemPrompt": "SECRET"});
    owner.patch(&project.path(), about).await.expect(200);
    for prompt in ["Why?", "How?"] {
        owner.create_node(project, prompt).await;
    }
    let anyone = app.anonymous();

    let refused = owner
        .patch(&project.path(), json!({"isListed": true}))
        .await;
    let problem = refused.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/isListed");
    let open = json!({"isPublic": true});
    owner.patch(&project.path(), open).await.expect(200);
    assert_eq!(found(&anyone, "").await, Vec::<String>::new());
    let listed = json!({"isListed": true});
    let now = owner.patch(&project.path(), listed).await.expect(200);

    assert_eq!(now["isListed"], true);
    let listed = anyone.get("/public/projects").await.expect(200);
    let item = &listed["items"][0];
    let expected = json!({
        "id": project, "name": "Bridges", "description": "How they stand.", "ownerName": "ada",
        "nodeCount": 2, "updatedAt": item["updatedAt"],
    });
    assert_eq!(*item, expected);
    let stranger = app.register("stranger").await;
    assert_eq!(found(&stranger, "?q=bridge").await, ["Bridges"]);
    assert_eq!(found(&anyone, "?q=SECRET").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_closed_or_thrown_away_is_found_no_more_and_does_not_come_back_by_itself() {
    let app = TestApp::start().await;
    let owner = app.register("ada").await;
    let [closed, gone] = [list(&owner, "Closed").await, list(&owner, "Gone").await];
    let anyone = app.anonymous();
    assert_eq!(found(&anyone, "").await, ["Gone", "Closed"]);

    let close = json!({"isPublic": false});
    let now = owner.patch(&closed.path(), close).await.expect(200);
    assert_eq!(now["isListed"], false);
    assert_eq!(found(&anyone, "").await, ["Gone"]);
    owner.delete(&gone.path()).await.expect(204);
    assert_eq!(found(&anyone, "").await, Vec::<String>::new());

    let open = json!({"isPublic": true});
    owner.patch(&closed.path(), open).await.expect(200);
    assert_eq!(found(&anyone, "").await, Vec::<String>::new());
    let both = json!({"isPublic": false, "isListed": true});
    owner
        .patch(&closed.path(), both)
        .await
        .problem(422, "invalid");
}

#[tokio::test]
async fn only_those_who_run_a_project_list_it() {
    let app = TestApp::start().await;
    let roles = [Role::Admin, Role::Editor, Role::Member, Role::Viewer];
    let (project, owner, [admin, editor, member, viewer]) = app.project(roles).await;
    let open = json!({"isPublic": true});
    owner.patch(&project.path(), open).await.expect(200);
    let listed = json!({"isListed": true});
    for person in [&editor, &member, &viewer] {
        let refused = person.patch(&project.path(), listed.clone()).await;
        refused.problem(403, "forbidden");
    }
    admin.patch(&project.path(), listed).await.expect(200);
}

#[tokio::test]
async fn listed_projects_come_in_pages_those_changed_last_first() {
    let app = TestApp::start().await;
    let owner = app.register("ada").await;
    for number in 1..=5 {
        list(&owner, &format!("Project {number}")).await;
    }
    let anyone = app.anonymous();
    let mut names: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = anyone
            .get(&format!("/public/projects?limit=2{cursor}"))
            .await;
        let page = page.expect(200);
        let items = page["items"].as_array().expect("items");
        names.extend(items.iter().map(|item| item["name"].clone()));
        let Some(next) = page["nextCursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    let expected: Vec<Value> = (1..=5)
        .rev()
        .map(|n| json!(format!("Project {n}")))
        .collect();
    assert_eq!(names, expected);
    let forged = anyone.get("/public/projects?cursor=made.up").await;
    forged.problem(400, "bad_cursor");
    let long = format!("/public/projects?q={}", "x".repeat(201));
    anyone.get(&long).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_stranger_who_looks_too_often_waits() {
    let app = TestApp::with(|settings| {
        settings.rates.enabled = true;
        settings.rates.anonymous_per_minute = 5;
    })
    .await;
    let anyone = app.anonymous();
    for _ in 0..5 {
        anyone.get("/public/projects").await.expect(200);
    }
    let refused = anyone.get("/public/projects").await;
    refused.problem(429, "rate_limited");
}
