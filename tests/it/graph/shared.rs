//! A project whole is made once for everybody who sees the same.

use std::io::Read;

use futures::future::join_all;
use kernel::ProjectId;
use serde_json::{Value, json};

use crate::kit::{Client, PASSWORD, Paths, Program, Serving};

/// A server in a process of its own, whose measurements are about this test alone.
struct Counted {
    program: Program,
    _serving: Serving,
    client: Client,
}

impl Counted {
    async fn start() -> Self {
        let program = Program::new().await;
        let program = program.with("NONLINEAR_RATES__ENABLED", "false");
        let mut serving = program.serve(&["serve"]);
        let (_, client) = serving.ready().await;
        Self {
            program,
            _serving: serving,
            client,
        }
    }

    async fn register(&self, name: &str) -> Client {
        let body = json!({
            "email": format!("{name}@example.org"), "password": PASSWORD, "username": name,
        });
        let answer = self.client.post("/auth/register?tokens=body", body).await;
        self.client.logged_in(&answer.expect(201))
    }

    /// How often projects were made whole in this form.
    async fn made(&self, form: &str) -> u64 {
        let all = self.client.page("/metrics").await.text;
        let name = format!("nonlinear_snapshots_made_total{{form=\"{form}\"}} ");
        let count = all.lines().find_map(|line| line.strip_prefix(&name));
        count.map_or(0, |count| count.parse().expect("a number"))
    }
}

/// Reads a project whole in some form: what is sent as it is.
async fn read(by: &Client, path: &str, form: &str) -> Vec<u8> {
    let address = format!("http://{}/api/v1{path}", by.address());
    let mut request = reqwest::Client::new().get(address);
    request = request.header("accept-encoding", form);
    if let Some(token) = &by.token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.expect("it answers");
    assert_eq!(answer.status(), 200);
    let said = answer.headers().get("content-encoding");
    let said = said.map_or("identity", |said| said.to_str().expect("a word"));
    assert_eq!(said, form);
    assert_eq!(answer.headers()["vary"], "accept-encoding");
    answer.bytes().await.expect("it ends").to_vec()
}

fn plain(body: &[u8], form: &str) -> Value {
    let mut text = Vec::new();
    match form {
        "gzip" => {
            let read = flate2::read::GzDecoder::new(body).read_to_end(&mut text);
            read.expect("it is gzip");
        }
        "zstd" => text = zstd::decode_all(body).expect("it is zstd"),
        _ => text = body.to_vec(),
    }
    serde_json::from_slice(&text).expect("a project")
}

async fn public_project(owner: &Client) -> ProjectId {
    let project = owner.create_project("Whales").await;
    for number in 0..20 {
        let prompt = format!("{number}: {}", "what follows? ".repeat(20));
        owner.create_node(project, &prompt).await;
    }
    let change = json!({"isPublic": true});
    owner.patch(&project.path(), change).await.expect(200);
    project
}

#[tokio::test]
async fn readers_of_the_public_share_one_copy_of_each_form() {
    let counted = Counted::start().await;
    let owner = counted.register("owner").await;
    let project = public_project(&owner).await;
    let path = format!("/public/projects/{project}");
    let anonymous = &counted.client;

    let readers = (0..20).map(|_| read(anonymous, &path, "gzip"));
    let read_by_all = join_all(readers).await;

    assert!(read_by_all.iter().all(|body| *body == read_by_all[0]));
    assert_eq!(counted.made("identity").await, 1);
    assert_eq!(counted.made("gzip").await, 1);
    let other = read(anonymous, &path, "zstd").await;
    assert_eq!(plain(&other, "zstd"), plain(&read_by_all[0], "gzip"));
    // Whoever sends a credential along reads the same.
    assert_eq!(read(&owner, &path, "gzip").await, read_by_all[0]);
    assert_eq!(counted.made("identity").await, 1);

    owner.create_node(project, "one more").await;
    let later = read(anonymous, &path, "gzip").await;

    let nodes = |graph: Value| graph["nodes"].as_array().expect("nodes").len();
    assert_eq!(nodes(plain(&later, "gzip")), 21);
    assert_eq!(counted.made("identity").await, 2);
    assert_eq!(counted.made("gzip").await, 2);
    counted.program.remove().await;
}

#[tokio::test]
async fn members_who_see_the_same_share_a_copy_and_others_do_not() {
    let counted = Counted::start().await;
    let owner = counted.register("owner").await;
    let project = public_project(&owner).await;
    let (ada, ben) = (counted.register("ada").await, counted.register("ben").await);
    for viewer in [&ada, &ben] {
        let body = json!({"userId": viewer.user_id(), "role": "VIEWER"});
        owner.post(&project.members(), body).await.expect(201);
    }
    let path = project.graph();

    let of_ada = read(&ada, &path, "zstd").await;
    let of_ben = read(&ben, &path, "zstd").await;
    assert_eq!(of_ada, of_ben);
    assert_eq!(counted.made("identity").await, 1);
    assert_eq!(counted.made("zstd").await, 1);

    // The owner has other rights, and they are a part of what is sent.
    let of_owner = plain(&read(&owner, &path, "zstd").await, "zstd");
    let of_ada = plain(&of_ada, "zstd");
    assert_eq!(of_owner["project"]["role"], "OWNER");
    assert_eq!(of_ada["project"]["role"], "VIEWER");
    assert_eq!(of_owner["nodes"], of_ada["nodes"]);
    assert_eq!(counted.made("identity").await, 2);

    // A name is another one at once, although nothing happened in the project.
    let name = json!({"username": "benedict"});
    ben.patch("/users/me", name).await.expect(200);
    let renamed = plain(&read(&ada, &path, "zstd").await, "zstd");
    assert_eq!(renamed["seq"], of_ada["seq"]);
    assert!(renamed["members"].to_string().contains("benedict"));

    // Whoever was put out reads nothing any more, whatever is kept.
    let member = project.member(ben.user_id());
    owner.delete(&member).await.expect(204);
    let public = plain(&read(&ben, &path, "zstd").await, "zstd");
    assert_eq!(public["project"]["role"], Value::Null);
    assert_eq!(public["members"], json!([]));
    counted.program.remove().await;
}
