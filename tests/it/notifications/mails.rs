//! Mails: to addresses that are known to be somebody's, when they want them, and with an end.

use std::time::Duration;

use chrono::Timelike;
use kernel::{ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::mention;
use crate::kit::{Client, Mail, Paths, TestApp};

const PATH: &str = "/users/me/notification-preferences";
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

struct World {
    app: TestApp,
    project: ProjectId,
    owner: Client,
    member: Client,
}

/// A member whose address is confirmed.
async fn world(preferences: Value) -> World {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let member = app.register("member0").await;
    app.confirm("member0").await;
    member.put(PATH, preferences).await.expect(200);
    let add = json!({"userId": member.user_id(), "role": Role::Viewer});
    owner.post(&project.members(), add).await.expect(201);
    app.jobs_done().await;
    World {
        app,
        project,
        owner,
        member,
    }
}

const QUIETLY: fn() -> Value =
    || json!({"types": {"PROJECT_SHARE": {"email": false, "browser": false, "mobile": false}}});

impl World {
    async fn mail(&self, words: &str) -> Mail {
        let is_it = |mail: &Mail| mail.text.contains(words) && mail.text.contains("/unsubscribe");
        self.app.mail("member0@example.org", is_it).await
    }

    fn mails(&self) -> usize {
        let mails = self.app.mails().into_iter();
        mails
            .filter(|mail| mail.text.contains("/unsubscribe"))
            .count()
    }
}

#[tokio::test]
async fn a_mention_is_mailed_at_once_in_the_person_s_language_with_one_click_to_end_it() {
    let world = world(QUIETLY()).await;
    let french = json!({"preferences": {"language": "fr"}});
    world.member.patch("/users/me", french).await.expect(200);

    mention(&world.owner, world.project, &["member0"]).await;

    let mail = world.mail("vous a mentionné").await;
    assert!(mail.text.starts_with("Bonjour member0,\n"), "{}", mail.text);
    assert!(mail.text.contains("Ask @member0 about it."));
    let unfolded = mail.headers.replace("\r\n ", " ");
    assert!(unfolded.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
    let address = unfolded
        .split_once("List-Unsubscribe: <")
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(address, _)| address.to_owned())
        .expect("an address");
    let (_, path) = address.split_once("/api/v1").expect("it is of the API");

    // As a mail program does: a form, no cookie, no token.
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let nobody = world.app.anonymous();
    for _ in 0..2 {
        let body = b"List-Unsubscribe=One-Click".to_vec();
        let done = nobody.send_bytes(Method::POST, path, &form, body).await;
        assert_eq!(done.status, 204, "{done:?}");
    }

    let me = world.member.get("/users/me").await.expect(200);
    let ways = &me["preferences"]["notifications"];
    assert_eq!(
        *ways,
        json!({"email": false, "browser": true, "mobile": true})
    );
    assert_eq!(me["preferences"]["language"], "fr");
    mention(&world.owner, world.project, &["member0"]).await;
    world.app.jobs_done().await;
    assert_eq!(world.mails(), 1);
}

#[tokio::test]
async fn a_forged_link_ends_nothing() {
    let world = world(QUIETLY()).await;
    let user = world.member.user_id();
    let proof = "A".repeat(43);
    for token in [
        format!("{user}.{proof}"),
        user.to_string(),
        "x.y".to_owned(),
        String::new(),
    ] {
        let path = format!("/notifications/unsubscribe?token={token}");
        let refused = world.app.anonymous().post(&path, Value::Null).await;
        refused.problem(400, "invalid_token");
    }
    let me = world.member.get("/users/me").await.expect(200);
    assert_eq!(me["preferences"]["notifications"]["email"], true);
}

#[tokio::test]
async fn nobody_is_mailed_whose_address_is_not_known_to_be_theirs() {
    let app = TestApp::start().await;
    let (project, owner, [_]) = app.project([Role::Viewer]).await;
    mention(&owner, project, &["member0"]).await;
    app.jobs_done().await;
    let mails = app.mails().into_iter();
    assert!(
        !mails
            .into_iter()
            .any(|mail| mail.text.contains("/unsubscribe"))
    );
}

#[tokio::test]
async fn quiet_hours_hold_mails_back_and_what_was_read_meanwhile_is_not_mailed() {
    let world = world(QUIETLY()).await;
    let now = world.app.now();
    let clock = |hours: u32| format!("{:02}:00", (now.hour() + hours) % 24);
    let mut wanted = QUIETLY();
    wanted["quietHours"] = json!({"from": clock(0), "to": clock(3)});
    world.member.put(PATH, wanted).await.expect(200);
    let mut socket = world.member.socket().await;

    mention(&world.owner, world.project, &["member0"]).await;
    mention(&world.owner, world.project, &["member0"]).await;

    // It is kept and counted, and shown by nothing.
    let frame = socket.next_of("notification").await;
    assert_eq!(frame["browser"], false);
    world.app.jobs_done().await;
    assert_eq!(world.mails(), 0);
    let items = world.member.get("/notifications").await.expect(200);
    let first = items["items"][1]["id"].clone();
    let path = format!("/notifications/{}/read", first.as_str().expect("an id"));
    world.member.post(&path, Value::Null).await.expect(200);
    world.app.clock_shift(HOUR * 4);

    let mail = world.mail("mentioned you").await;

    assert_eq!(mail.text.matches("mentioned you").count(), 1);
    world.app.jobs_done().await;
    assert_eq!(world.mails(), 1);
}

#[tokio::test]
async fn a_digest_holds_all_of_a_day_in_one_mail() {
    let mut wanted = QUIETLY();
    wanted["digest"] = json!("DAILY");
    let world = world(wanted).await;
    for _ in 0..3 {
        mention(&world.owner, world.project, &["member0"]).await;
    }
    world.app.jobs_done().await;
    assert_eq!(world.mails(), 0);

    world.app.clock_shift(DAY);

    let mail = world.mail("mentioned you").await;
    assert_eq!(mail.subject, "3 things happened in NonLinear");
    assert_eq!(mail.text.matches("mentioned you").count(), 3);
    world.app.jobs_done().await;
    assert_eq!(world.mails(), 1);
}
