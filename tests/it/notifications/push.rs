//! Push: devices are told what their person may see, once, sealed for them, as long as they are logged in there.

use std::time::Duration;

use chrono::Timelike;
use kernel::{ProjectId, Role};
use platform::keys::{KeyFile, Kind};
use reqwest::Method;
use serde_json::{Value, json};

use super::mention;
use crate::kit::{Browser, Client, PASSWORD, Paths, Program, PushService, TestApp, text, until};

const PATH: &str = "/users/me/push-subscriptions";
const PREFERENCES: &str = "/users/me/notification-preferences";
const A_WHILE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

struct World {
    app: TestApp,
    service: PushService,
    project: ProjectId,
    owner: Client,
    member: Client,
}

/// A member who was told that they are one already, and a push service in a network that is allowed.
async fn world() -> World {
    world_within(30).await
}

/// The same, where a push service has so many seconds to answer.
async fn world_within(seconds: u32) -> World {
    let app = TestApp::with(move |settings| {
        settings.push.private_networks = "127.0.0.1/32".to_owned();
        settings.push.seconds_max = seconds;
    })
    .await;
    let (project, owner, [member]) = app.project([Role::Viewer]).await;
    app.jobs_done().await;
    World {
        service: PushService::start().await,
        app,
        project,
        owner,
        member,
    }
}

impl World {
    async fn mention(&self) {
        mention(&self.owner, self.project, &["member0"]).await;
    }

    /// A browser in which the member is told.
    async fn browser(&self, name: &str) -> Browser {
        let browser = self.service.browser(name);
        add(&self.member, &browser).await;
        browser
    }

    /// Has something told, whose device is tried so often and then no more.
    async fn tried_in_vain(&self, times: i32) {
        self.mention().await;
        for time in 1..times {
            let tried = "SELECT count(*) AS records FROM jobs \
                WHERE kind = 'notifications.push-to' AND attempts = $1 AND state = 'QUEUED'";
            until("it waits for the next time", async || {
                self.app.count(tried, [time.into()]).await == 1
            })
            .await;
            self.app.clock_shift(A_WHILE * 3);
        }
        self.app.jobs_done().await;
    }

    /// Waits until all is told that is to be told now, and says how much came.
    async fn told(&self) -> usize {
        self.app.jobs_done().await;
        self.service.pushed().len()
    }
}

async fn add(person: &Client, browser: &Browser) -> Value {
    let added = person.post(PATH, browser.subscription()).await;
    added.expect(201)
}

async fn devices(person: &Client) -> Vec<Value> {
    let view = person.get(PATH).await.expect(200);
    view["devices"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_mention_reaches_a_device_sealed_for_it_and_signed_by_this_server() {
    let world = world().await;
    let french = json!({"preferences": {"language": "fr"}});
    world.member.patch("/users/me", french).await.expect(200);
    let browser = world.browser("phone").await;
    let known = world.member.get(PATH).await.expect(200);
    assert_eq!(known["devices"][0]["lastUsedAt"], Value::Null);

    let node = mention(&world.owner, world.project, &["member0"]).await;

    let pushed = &world.service.came(1).await[0];
    let message = browser.opened(pushed);
    assert_eq!(message["title"], "owner vous a mentionné dans Project");
    assert_eq!(message["text"], "Ask @member0 about it.");
    let place = format!("/projects/{}?node={node}", world.project);
    assert_eq!(message["path"], place);
    assert_eq!(message["language"], "fr");
    assert_eq!(pushed.header("ttl"), "259200");
    assert_eq!(pushed.header("urgency"), "normal");
    assert_eq!(
        pushed.header("topic"),
        text(&message["tag"]).replace('-', "")
    );
    let (claims, key) = pushed.signed_for(&world.service.origin());
    assert_eq!(known["publicKey"], key);
    assert!(text(&claims["sub"]).starts_with("mailto:"), "{claims}");
    let ends = claims["exp"].as_i64().expect("a time") - world.app.now().timestamp();
    assert!((0..=24 * 60 * 60).contains(&ends), "{claims}");
    assert_eq!(world.told().await, 1);
    let device = &devices(&world.member).await[0];
    assert_ne!(device["lastUsedAt"], Value::Null);
    assert_eq!(device["current"], true);
    // Nobody else reads where it is reached.
    for secret in ["endpoint", "keys", "auth"] {
        assert_eq!(device[secret], Value::Null);
    }
}

#[tokio::test]
async fn nobody_is_told_of_their_own_doing_or_of_what_they_turned_off() {
    let world = world().await;
    world.browser("phone").await;
    add(&world.owner, &world.service.browser("owner")).await;
    mention(&world.owner, world.project, &["owner"]).await;
    assert_eq!(world.told().await, 0);

    let off = json!({"email": true, "browser": true, "mobile": false});
    let types = json!({"types": {"MENTION": off}});
    world.member.put(PREFERENCES, types).await.expect(200);
    world.mention().await;
    assert_eq!(world.told().await, 0);

    let on = json!({"types": {"MENTION": {"email": false, "browser": false, "mobile": true}}});
    world.member.put(PREFERENCES, on).await.expect(200);
    let none = json!({"preferences": {"notifications": {"mobile": false}}});
    world.member.patch("/users/me", none).await.expect(200);
    world.mention().await;
    assert_eq!(world.told().await, 0);

    let all = json!({"preferences": {"notifications": {"mobile": true}}});
    world.member.patch("/users/me", all).await.expect(200);
    let mut socket = world.member.socket().await;
    world.mention().await;
    let frame = socket.next_of("notification").await;
    assert_eq!(
        (&frame["browser"], &frame["pushed"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(world.told().await, 1);
}

#[tokio::test]
async fn a_device_that_is_gone_is_forgotten() {
    let world = world().await;
    for (name, status) in [("phone", 410), ("tablet", 404)] {
        world.browser(name).await;
        world.service.answers(name, status);
        world.mention().await;
        world.app.jobs_done().await;
        assert!(devices(&world.member).await.is_empty(), "{status}");
    }
    world.mention().await;
    assert_eq!(world.told().await, 2);
}

#[tokio::test]
async fn what_a_push_service_does_not_take_now_is_told_later_and_the_other_device_hears_it_once() {
    let world = world().await;
    let phone = world.browser("phone").await;
    let elsewhere = world.app.log_in("member0").await;
    let laptop = world.service.browser("laptop");
    add(&elsewhere, &laptop).await;
    for status in [500, 429] {
        world.service.answers("phone", status);
        let before = world.service.pushed().len();
        world.mention().await;
        world.service.came(before + 2).await;

        world.service.answers("phone", 201);
        world.app.clock_shift(A_WHILE);

        let pushed = world.service.came(before + 3).await;
        let new = &pushed[before..];
        let of = |path: &str| new.iter().filter(|one| one.path == path).count();
        assert_eq!((of("/phone"), of("/laptop")), (2, 1));
        // The second one takes the place of the first, if both should come.
        let tags = new.iter().filter(|one| one.path == "/phone");
        let tags: Vec<Value> = tags.map(|one| phone.opened(one)["tag"].clone()).collect();
        assert_eq!(tags[0], tags[1]);
        assert_eq!(world.told().await, before + 3);
    }
}

#[tokio::test]
async fn a_push_service_that_never_takes_it_is_left_alone_in_the_end_and_the_device_stays() {
    let world = world_within(1).await;
    world.browser("phone").await;
    world.service.stalls("phone");
    world.tried_in_vain(3).await;
    world.service.answers("phone", 500);
    world.tried_in_vain(8).await;
    assert_eq!(world.service.pushed().len(), 3 + 8);
    let kept = "SELECT count(*) AS records FROM push_subscriptions";
    assert_eq!(world.app.count(kept, []).await, 1);
}

#[tokio::test]
async fn what_a_push_service_refuses_for_good_is_told_no_more_and_nobody_is_led_elsewhere() {
    let world = world().await;
    world.browser("phone").await;
    for status in [302, 400, 413] {
        let before = world.service.pushed().len();
        world.service.answers("phone", status);
        world.mention().await;
        assert_eq!(world.told().await, before + 1, "{status}");
    }
    let paths = world.service.pushed().into_iter().map(|one| one.path);
    assert!(paths.into_iter().all(|path| path == "/phone"));
    assert_eq!(devices(&world.member).await.len(), 1);
}

#[tokio::test]
async fn quiet_hours_hold_back_what_comes_then_as_one() {
    let world = world().await;
    let browser = world.browser("phone").await;
    let now = world.app.now();
    let clock = |hours: u32| format!("{:02}:00", (now.hour() + hours) % 24);
    let quiet = json!({"quietHours": {"from": clock(0), "to": clock(3)}, "digest": "WEEKLY"});
    world.member.put(PREFERENCES, quiet).await.expect(200);
    for _ in 0..3 {
        world.mention().await;
    }
    assert_eq!(world.told().await, 0);
    let items = world.member.get("/notifications").await.expect(200);
    let path = format!("/notifications/{}/read", text(&items["items"][2]["id"]));
    world.member.post(&path, Value::Null).await.expect(200);

    world.app.clock_shift(HOUR * 4);

    let pushed = world.service.came(1).await;
    let message = browser.opened(&pushed[0]);
    assert_eq!(message["title"], "2 things happened in NonLinear");
    assert_eq!(message["path"], "/notifications");
    assert_eq!(world.told().await, 1);
}

#[tokio::test]
async fn who_may_see_it_no_more_is_not_told_when_it_is_tried_again() {
    let world = world().await;
    world.browser("phone").await;
    world.service.answers("phone", 503);
    world.mention().await;
    world.service.came(1).await;

    let path = world.project.member(world.member.user_id());
    world.owner.delete(&path).await.expect(204);
    world.app.clock_shift(A_WHILE);

    assert_eq!(world.told().await, 1);
}

#[tokio::test]
async fn a_device_ends_with_its_session_and_the_others_go_on() {
    let world = world().await;
    world.browser("phone").await;
    let elsewhere = world.app.log_in("member0").await;
    add(&elsewhere, &world.service.browser("laptop")).await;
    let listed = devices(&world.member).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[0]["current"], &listed[1]["current"]),
        (&json!(false), &json!(true))
    );

    elsewhere.post("/auth/logout", json!({})).await.expect(204);

    assert_eq!(devices(&world.member).await.len(), 1);
    world.mention().await;
    world.app.jobs_done().await;
    let told = world.service.came(1).await;
    assert_eq!(told[0].path, "/phone");
    let kept = "SELECT count(*) AS records FROM push_subscriptions";
    assert_eq!(world.app.count(kept, []).await, 2);
    world.app.sweep().await;
    assert_eq!(world.app.count(kept, []).await, 1);
}

#[tokio::test]
async fn whoever_deletes_their_account_leaves_no_device() {
    let world = world().await;
    world.browser("phone").await;
    let body = json!({"password": PASSWORD});
    let gone = world.member.send(Method::DELETE, "/users/me", &[], body);
    gone.await.expect(204);

    world.app.sweep().await;

    let kept = "SELECT count(*) AS records FROM push_subscriptions";
    assert_eq!(world.app.count(kept, []).await, 0);
}

/// Somebody with a name, made by whoever runs the server and logged in.
async fn enter(program: &Program, caller: &Client, name: &str) -> Client {
    let email = format!("{name}@example.org");
    let make = ["user", "create", "--email", &email, "--password-stdin"];
    program.tell(PASSWORD, &make).ok();
    let body = json!({"email": email, "password": PASSWORD});
    let login = caller.post("/auth/login?tokens=body", body).await;
    let person = caller.logged_in(&login.expect(200));
    let named = json!({"username": name});
    person.patch("/users/me", named).await.expect(200);
    person
}

#[tokio::test]
async fn whoever_is_disabled_is_told_on_no_device_any_more() {
    let service = PushService::start().await;
    let program = Program::new()
        .await
        .with("NONLINEAR_PUSH__PRIVATE_NETWORKS", "127.0.0.1/32");
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let owner = enter(&program, &caller, "owner").await;
    let project = owner.create_project("Project").await;
    for name in ["ada", "ben"] {
        let person = enter(&program, &caller, name).await;
        add(&person, &service.browser(name)).await;
        let member = json!({"userId": person.user_id(), "role": "VIEWER"});
        owner.post(&project.members(), member).await.expect(201);
    }
    // Both are told that they are members now.
    service.came(2).await;
    let disable = ["user", "disable", "--email", "ada@example.org"];
    program.run(&disable).ok();

    mention(&owner, project, &["ada", "ben"]).await;
    service.came(3).await;
    mention(&owner, project, &["ada", "ben"]).await;

    let told = service.came(4).await;
    let told = told[2..].iter().map(|pushed| &pushed.path);
    assert_eq!(told.collect::<Vec<_>>(), ["/ben", "/ben"]);
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}

#[tokio::test]
async fn a_browser_is_one_device_of_whoever_is_logged_in_there_last() {
    let world = world().await;
    let browser = world.browser("shared").await;
    world.browser("renewed").await;
    // A session is one browser, which has another address now.
    assert_eq!(devices(&world.member).await.len(), 1);
    add(&world.member, &browser).await;

    add(&world.owner, &browser).await;

    assert!(devices(&world.member).await.is_empty());
    world.mention().await;
    assert_eq!(world.told().await, 0);
    // Who knows the address alone takes it from nobody.
    let mut stolen = browser.subscription();
    stolen["keys"]["auth"] = json!("A".repeat(22));
    let refused = world.member.post(PATH, stolen).await;
    refused.problem(409, "conflict");
    assert_eq!(devices(&world.owner).await.len(), 1);
}

#[tokio::test]
async fn another_person_s_device_is_neither_seen_nor_removed_and_ones_own_is() {
    let world = world().await;
    let added = add(&world.member, &world.service.browser("phone")).await;
    assert!(devices(&world.owner).await.is_empty());
    let path = format!("{PATH}/{}", text(&added["id"]));
    let refused = world.owner.delete(&path).await;
    refused.problem(404, "not_found");
    assert_eq!(devices(&world.member).await.len(), 1);

    world.member.delete(&path).await.expect(204);

    let again = world.member.delete(&path).await;
    again.problem(404, "not_found");
    world.mention().await;
    assert_eq!(world.told().await, 0);
}

#[tokio::test]
async fn what_cannot_be_a_device_is_refused_by_name() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let service = PushService::start().await;
    let fine = service.browser("phone").subscription();
    let changed = |pointer: &str, value: Value| {
        let mut body = fine.clone();
        *body.pointer_mut(pointer).expect("it is there") = value;
        body
    };
    for (pointer, value) in [
        // It is on the machine of the tests, which nobody allowed.
        ("/endpoint", fine["endpoint"].clone()),
        ("/endpoint", json!("https://127.0.0.1/a")),
        ("/endpoint", json!("https://169.254.169.254/latest")),
        ("/endpoint", json!("https://[::1]/a")),
        ("/endpoint", json!("http://push.example.org/a")),
        ("/endpoint", json!("https://push.example.org:25/a")),
        ("/endpoint", json!("https://me:you@push.example.org/a")),
        ("/endpoint", json!("mailto:ada@example.org")),
        (
            "/endpoint",
            json!(format!("https://push.example.org/{}", "a".repeat(1_000))),
        ),
        ("/keys/p256dh", json!("AAAA")),
        ("/keys/p256dh", json!("A".repeat(87))),
        ("/keys/auth", json!("")),
    ] {
        let mut body = changed(pointer, value.clone());
        if pointer != "/endpoint" {
            body["endpoint"] = json!("https://push.example.org/a");
        }
        let refused = ada.post(PATH, body).await.problem(422, "invalid");
        let said = refused["errors"].to_string();
        assert!(said.contains(pointer), "{value}: {said}");
    }
    assert!(devices(&ada).await.is_empty());
    let public = changed("/endpoint", json!("https://push.example.org/a"));
    ada.post(PATH, public).await.expect(201);
}

#[tokio::test]
async fn a_server_that_pushes_nothing_says_so() {
    let app = TestApp::with(|settings| settings.push.enabled = false).await;
    let ada = app.register("ada").await;
    let view = ada.get(PATH).await.expect(200);
    assert_eq!(view, json!({"publicKey": null, "devices": []}));
    let service = PushService::start().await;
    let body = service.browser("phone").subscription();
    let refused = ada.post(PATH, body).await.problem(403, "forbidden");
    assert!(
        text(&refused["detail"]).contains("push.enabled"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_person_has_twenty_devices_and_makes_room_for_another() {
    let world = world().await;
    for number in 0..20 {
        let session = world.app.log_in("member0").await;
        add(&session, &world.service.browser(&format!("b{number}"))).await;
    }
    let one_more = world.service.browser("one-more");
    let refused = world.member.post(PATH, one_more.subscription()).await;
    refused.problem(422, "limit_reached");
    let all = devices(&world.member).await;
    assert_eq!(all.len(), 20);

    let path = format!("{PATH}/{}", text(&all[0]["id"]));
    world.member.delete(&path).await.expect(204);

    add(&world.member, &one_more).await;
    // Adding it again takes no other's place.
    add(&world.member, &one_more).await;
}

#[tokio::test]
async fn a_device_hears_what_is_told_under_the_key_that_it_was_given_until_it_is_added_anew() {
    let world = world().await;
    world.browser("phone").await;
    let first = world.member.get(PATH).await.expect(200)["publicKey"].clone();
    let file = world.app.folder().join("keys.toml");
    let mut keys = KeyFile::read(&file).expect("the keys");
    let id = keys.add(Kind::Sealing).expect("another key");
    keys.put_first(Kind::Sealing, &id).expect("it is used");
    keys.write(&file).expect("they are kept");
    let World {
        app,
        service,
        project,
        ..
    } = world;
    let app = app.restart().await;
    let (owner, member) = (app.log_in("owner").await, app.log_in("member0").await);

    let view = member.get(PATH).await.expect(200);
    assert_ne!(view["publicKey"], first);
    assert_eq!(view["devices"][0]["outdated"], true);
    mention(&owner, project, &["member0"]).await;
    let pushed = service.came(1).await;
    let (_, key) = pushed[0].signed_for(&service.origin());
    assert_eq!(first, key);

    add(&member, &service.browser("phone-again")).await;
    until("it is the newest", async || {
        devices(&member).await[0]["outdated"] == false
    })
    .await;
}
