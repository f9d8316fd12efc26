//! What people want to be told.

use kernel::{ProjectId, Role};
use serde_json::{Value, json};

use super::{mention, told};
use crate::kit::{Mail, Paths, Socket, TestApp};

const PATH: &str = "/users/me/notification-preferences";

#[tokio::test]
async fn what_is_chosen_is_kept_and_the_rest_is_as_usual() {
    let app = TestApp::start().await;
    let (project, _, [member]) = app.project([Role::Viewer]).await;
    let usual = member.get(PATH).await.expect(200);
    assert_eq!(usual["digest"], "NONE");
    assert_eq!(usual["quietHours"], Value::Null);
    assert_eq!(
        usual["types"].as_object().map(serde_json::Map::len),
        Some(13)
    );
    let mention = json!({"email": true, "browser": true, "mobile": true});
    assert_eq!(usual["types"]["MENTION"], mention);

    let chosen = json!({
        "types": {"MENTION": {"email": false, "browser": true, "mobile": false}},
        "projects": [{"projectId": project, "level": "MENTIONS", "types": {}}],
        "quietHours": {"from": "22:00", "to": "07:00"},
        "digest": "DAILY",
    });
    member.put(PATH, chosen.clone()).await.expect(200);

    let kept = member.get(PATH).await.expect(200);
    assert_eq!(kept["types"]["MENTION"], chosen["types"]["MENTION"]);
    assert_eq!(kept["types"]["BUDGET"], usual["types"]["BUDGET"]);
    for field in ["projects", "quietHours", "digest"] {
        assert_eq!(kept[field], chosen[field]);
    }
    // What was read can be sent as it is.
    let again = member.put(PATH, kept.clone()).await.expect(200);
    assert_eq!(again, kept);
    member.put(PATH, json!({})).await.expect(200);
    assert_eq!(member.get(PATH).await.expect(200), usual);
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_name() {
    let app = TestApp::start().await;
    let (project, _, [member]) = app.project([Role::Viewer]).await;
    let ways = json!({"email": true, "browser": true, "mobile": true});
    let project = |level: &str| json!({"projectId": project, "level": level});
    for (body, pointer) in [
        (json!({"types": {"PIGEON": ways}}), "/types"),
        (json!({"types": {"MENTION": {"email": 1}}}), "/types"),
        (json!({"digest": "HOURLY"}), "/digest"),
        (
            json!({"quietHours": {"from": "25:00", "to": "07:00"}}),
            "/quietHours",
        ),
        (json!({"quietHours": {"from": "22:00"}}), "/quietHours"),
        (
            json!({"projects": [project("ALL"), project("NONE")]}),
            "/projects",
        ),
        (json!({"colour": "red"}), ""),
    ] {
        let refused = member.put(PATH, body.clone()).await.problem(422, "invalid");
        let errors = refused["errors"].to_string();
        assert!(errors.contains(pointer), "{body}: {errors}");
    }
    let stranger = app.register("stranger").await;
    let body = json!({"projects": [project("ALL")]});
    stranger.put(PATH, body).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_project_may_be_silent_or_only_where_one_is_mentioned() {
    let app = TestApp::start().await;
    let (project, owner, [member, _]) = app.project([Role::Viewer, Role::Viewer]).await;
    let before = told(&app, &member).await.len();
    let level = |level: &str| json!({"projects": [{"projectId": project, "level": level}]});
    let third = app.register("third").await;
    let add = json!({"userId": third.user_id(), "role": "VIEWER"});

    member.put(PATH, level("MENTIONS")).await.expect(200);
    owner.post(&project.members(), add).await.expect(201);
    mention(&owner, project, &["member0"]).await;
    let heard = told(&app, &member).await;
    assert_eq!(heard.len(), before + 1);
    assert_eq!(heard[0], "MENTION");

    member.put(PATH, level("NONE")).await.expect(200);
    mention(&owner, project, &["member0"]).await;
    assert_eq!(told(&app, &member).await.len(), before + 1);
}

#[tokio::test]
async fn the_ways_of_a_type_in_a_project_come_before_those_of_the_type() {
    let app = TestApp::start().await;
    let (here, owner, [member]) = app.project([Role::Viewer]).await;
    let there = owner.create_project("There").await;
    let add = json!({"userId": member.user_id(), "role": "VIEWER"});
    owner.post(&there.members(), add).await.expect(201);
    app.confirm("member0").await;
    let ways =
        |email: bool, browser: bool| json!({"email": email, "browser": browser, "mobile": false});
    let chosen = json!({
        "types": {"MENTION": ways(false, true), "PROJECT_SHARE": ways(false, false)},
        "projects": [{"projectId": here, "level": "ALL", "types": {"MENTION": ways(true, false)}}],
    });
    let kept = member.put(PATH, chosen.clone()).await.expect(200);
    let mine = member.get(PATH).await.expect(200);
    assert_eq!(mine["projects"], chosen["projects"]);
    assert_eq!(kept["projects"], chosen["projects"]);
    app.jobs_done().await;
    let mut socket = member.socket().await;

    let browsers = async |socket: &mut Socket, project: ProjectId| {
        let node = mention(&owner, project, &["member0"]).await;
        let is_it = |frame: &Value| frame["notification"]["nodeId"] == json!(node);
        let frame = socket.next_where("notification", is_it).await;
        frame["browser"].clone()
    };
    assert_eq!(browsers(&mut socket, there).await, true);
    assert_eq!(browsers(&mut socket, here).await, false);

    // A mail of the one, and none of the other.
    let is_mention = |mail: &Mail| mail.text.contains("mentioned you in");
    let mail = app.mail("member0@example.org", is_mention).await;
    assert!(mail.text.contains("mentioned you in Project"), "{mail:?}");
    app.jobs_done().await;
    let mails = app.mails();
    let mentions = mails.iter().filter(|mail| is_mention(mail));
    assert_eq!(mentions.count(), 1);
    // What is left out in a project is as everywhere.
    let everywhere = json!({"types": chosen["types"], "projects": [{"projectId": here}]});
    member.put(PATH, everywhere).await.expect(200);
    assert_eq!(browsers(&mut socket, here).await, true);
}
