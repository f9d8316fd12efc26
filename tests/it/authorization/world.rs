//! Two projects in which everything exists, and everybody who could try to get at it.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use platform::settings::ToolServerEntry;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::table::{Credential, Role, Verdict, verdict};
use crate::kit::{
    Client, Paths, TestApp,
    files::{pixel, read_file, tus_metadata},
    generated, text,
};

const SCOPES: [&str; 8] = [
    "project", "members", "graph", "run", "media", "agent", "webhook", "audit",
];

/// Somebody who tries.
pub(super) struct Caller {
    pub(super) name: String,
    pub(super) client: Client,
    pub(super) credential: Credential,
    /// In the first and in the second project.
    pub(super) roles: [Option<Role>; 2],
}

/// A project in which everything exists.
pub(super) struct Project {
    pub(super) place: usize,
    pub(super) is_public: bool,
    pub(super) id: String,
    pub(super) owner: Client,
    pub(super) member_id: String,
    pub(super) node: String,
    pub(super) child: String,
    pub(super) edge: String,
    pub(super) deleted_node: String,
    /// The attempt that `child`'s answer is from.
    pub(super) generation: String,
    /// One that is over.
    pub(super) refresh: String,
    pub(super) agent: String,
    /// One that is over.
    pub(super) task: String,
    pub(super) schedule: String,
    /// A file that is read, one that has a small picture, and one that is coming in.
    pub(super) file: String,
    pub(super) picture: String,
    pub(super) upload: String,
    pub(super) invitation: String,
    pub(super) invitation_token: String,
    /// A cursor of its list of nodes.
    pub(super) cursor: String,
    /// Another project of the same people, in the trash.
    pub(super) trashed: String,
    words: Vec<Word>,
}

/// A word that stands in a project, and what one must be allowed in order to read it.
struct Word {
    word: String,
    needs: &'static [&'static str],
}

pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) projects: [Project; 2],
    pub(super) callers: Vec<Caller>,
    people: AtomicUsize,
}

/// A server outside that nobody asks anything.
fn listed() -> ToolServerEntry {
    ToolServerEntry {
        name: "listed".to_owned(),
        url: "http://127.0.0.1:9/mcp".to_owned(),
        description: String::new(),
        credential: true,
        call_ms: 1,
    }
}

impl World {
    pub(super) async fn make(is_public: bool) -> Self {
        let app = TestApp::with(|settings| settings.tool_servers = vec![listed()]).await;
        let dead = app.register("dead").await;
        let expired = expired_token(&app, &dead).await;
        let revoked = revoked_token(&dead).await;
        let mut callers = Vec::new();
        let first = project(&app, 0, is_public, &mut callers).await;
        let second = project(&app, 1, false, &mut callers).await;
        for (name, token) in [("expired token", expired), ("revoked token", revoked)] {
            callers.push(Caller {
                name: name.to_owned(),
                client: dead.with_token(&token),
                credential: Credential::Dead,
                roles: [None; 2],
            });
        }
        let stranger = app.register("stranger").await;
        callers.push(with_token("stranger's token", &stranger, &SCOPES, None).await);
        for (name, client, credential) in [
            ("stranger", stranger, Credential::Session),
            ("anonymous", app.anonymous(), Credential::Nothing),
        ] {
            callers.push(Caller {
                name: name.to_owned(),
                client,
                credential,
                roles: [None; 2],
            });
        }
        Self {
            app,
            projects: [first, second],
            callers,
            people: AtomicUsize::new(0),
        }
    }

    /// Somebody new.
    pub(super) async fn person(&self) -> Client {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        self.app.register(&format!("person{number}")).await
    }

    /// Somebody new with a role in a project.
    pub(super) async fn person_in(&self, project: &Project, role: &str) -> String {
        let person = self.person().await.user_id().to_string();
        let path = project.id.members();
        let body = json!({"userId": person, "role": role});
        project.owner.post(&path, body).await.expect(201);
        person
    }
}

impl World {
    /// Every word that stands in one of the projects.
    pub(super) fn words(&self) -> BTreeSet<String> {
        self.projects.iter().flat_map(Project::words).collect()
    }
}

impl Project {
    pub(super) fn words(&self) -> BTreeSet<String> {
        self.words.iter().map(|word| word.word.clone()).collect()
    }
}

impl Caller {
    pub(super) fn verdict(&self, project: &Project, need: &str) -> Verdict {
        let role = self.roles[project.place];
        verdict(role, project.is_public, &self.credential, need)
    }

    /// A word in `answer` that this caller must not see.
    pub(super) fn leak<'a>(&self, projects: &'a [Project; 2], answer: &str) -> Option<&'a str> {
        let words = projects
            .iter()
            .flat_map(|project| project.words.iter().map(move |word| (project, word)));
        words
            .filter(|(_, word)| answer.contains(&word.word))
            .find(|(project, word)| {
                let may = |need: &&str| self.verdict(project, need) == Verdict::Allowed;
                !word.needs.iter().any(may)
            })
            .map(|(_, word)| word.word.as_str())
    }
}

impl Project {
    pub(super) async fn make(&self, below: &str, body: Value) -> Value {
        let path = self.id.at(below);
        self.owner.post(&path, body).await.ok()
    }

    pub(super) async fn new_node(&self) -> String {
        id(&self.make("nodes", node("new")).await)
    }

    pub(super) async fn new_deleted_node(&self) -> String {
        let node = self.new_node().await;
        let path = self.id.node(&node);
        self.owner.delete(&path).await.ok();
        node
    }

    pub(super) async fn new_edge(&self) -> String {
        let ends = (self.new_node().await, self.new_node().await);
        id(&self
            .make("edges", json!({"sourceId": ends.0, "targetId": ends.1}))
            .await)
    }

    pub(super) async fn new_file(&self) -> String {
        id(&read_file(&self.owner, &self.id, "new.txt", b"new").await)
    }

    /// What stands in an address of the picture, made by the owner.
    pub(super) async fn address(&self) -> String {
        let path = format!("/media/{}/address", self.picture);
        let address = self.owner.post(&path, Value::Null).await.ok();
        let (_, query) = text(&address["url"]).split_once('?').expect("it is signed");
        format!("?{query}")
    }

    /// An upload of three bytes, of which none has come.
    pub(super) async fn new_upload(&self) -> String {
        let metadata = tus_metadata(&self.id, "new.txt");
        let headers = [
            ("tus-resumable", "1.0.0"),
            ("upload-length", "3"),
            ("upload-metadata", metadata.as_str()),
        ];
        let begun = self
            .owner
            .send_bytes(Method::POST, "/media/uploads", &headers, "");
        let begun = begun.await;
        let location = begun.header("location");
        location
            .rsplit('/')
            .next()
            .expect("it has an id")
            .to_owned()
    }

    /// What a batch of two became.
    pub(super) async fn new_changeset(&self) -> String {
        let create = json!({"op": "node.create", "data": node("new")});
        self.make("ops", json!({"ops": [create, create]})).await;
        let path = self.id.at("changesets?limit=1");
        let page = self.owner.get(&path).await.ok();
        id(&page["items"][0])
    }

    /// The number of the last change.
    pub(super) async fn head(&self) -> i64 {
        let path = self.id.at("events?after=1000000000");
        let events = self.owner.get(&path).await.ok();
        events["head"].as_i64().expect("a head is a number")
    }
}

pub(super) fn id(made: &Value) -> String {
    text(&made["id"]).to_owned()
}

pub(super) fn node(word: &str) -> Value {
    json!({
        "prompt": word, "response": word, "summary": word, "metadata": {"note": word},
        "position": {"x": 1, "y": 2},
    })
}

async fn project(
    app: &TestApp,
    place: usize,
    is_public: bool,
    callers: &mut Vec<Caller>,
) -> Project {
    let word = |kind: &str| format!("canary-{kind}-{place}");
    let people = word("people");
    let roles = async |role: &str| app.register(&format!("{people}-{role}")).await;
    let owner = roles("owner").await;
    let details = json!({
        "name": word("project"), "description": word("project"), "isPublic": is_public,
        "systemPrompt": word("system-prompt"),
    });
    let project = id(&owner.post("/projects", details.clone()).await.expect(201));
    let trashed = id(&owner.post("/projects", details).await.expect(201));
    let mut member_id = String::new();
    let mut viewer = None;
    for (name, role) in [
        ("ADMIN", Role::Admin),
        ("EDITOR", Role::Editor),
        ("MEMBER", Role::Member),
        ("VIEWER", Role::Viewer),
    ] {
        let client = roles(&name.to_lowercase()).await;
        for project in [&project, &trashed] {
            add(&owner, project, &client, name).await;
        }
        if role == Role::Member {
            member_id = client.user_id().to_string();
        }
        viewer = Some(client.clone());
        callers.push(in_session(name, client, place, Some(role)));
    }
    owner.delete(&trashed.path()).await.ok();
    callers.push(former_admin(app, &owner, &project, place).await);
    let viewer = viewer.expect("there is a viewer");
    let viewers = Some((place, Role::Viewer));
    callers.push(with_token("viewer's token", &viewer, &SCOPES, viewers).await);
    let owners = Some((place, Role::Owner));
    callers.push(with_token("token without scopes", &owner, &[], owners).await);
    for scope in &SCOPES {
        let only = std::slice::from_ref(scope);
        callers.push(with_token(&format!("token for {scope}"), &owner, only, owners).await);
    }
    callers.push(in_session("OWNER", owner.clone(), place, Some(Role::Owner)));
    let project = Project {
        place,
        is_public,
        id: project,
        owner,
        member_id,
        node: String::new(),
        child: String::new(),
        edge: String::new(),
        deleted_node: String::new(),
        generation: String::new(),
        refresh: String::new(),
        agent: String::new(),
        task: String::new(),
        schedule: String::new(),
        file: String::new(),
        picture: String::new(),
        upload: String::new(),
        invitation: String::new(),
        invitation_token: String::new(),
        cursor: String::new(),
        trashed,
        words: words(place),
    };
    filled(app, project).await
}

fn words(place: usize) -> Vec<Word> {
    // A snapshot shows whose it is, so whoever may read the graph reads the name.
    let kinds: [(&str, &'static [&'static str]); 6] = [
        ("project", &["project:read", "graph:read", "link"]),
        ("graph", &["graph:read", "link"]),
        ("system-prompt", &["system-prompt:read"]),
        ("people", &["members:read"]),
        ("agents", &["agents:read"]),
        ("files", &["media:read"]),
    ];
    kinds
        .into_iter()
        .map(|(kind, needs)| Word {
            word: format!("canary-{kind}-{place}"),
            needs,
        })
        .collect()
}

async fn files(project: &mut Project) {
    let word = format!("canary-files-{}", project.place);
    let name = format!("{word}.txt");
    let file = read_file(&project.owner, &project.id, &name, word.as_bytes()).await;
    project.file = id(&file);
    let picture = read_file(&project.owner, &project.id, "sea.png", &pixel()).await;
    project.picture = id(&picture);
    project.upload = project.new_upload().await;
}

/// Puts one of everything into a project.
async fn filled(app: &TestApp, mut project: Project) -> Project {
    let place = project.place;
    let canary = node(&format!("canary-graph-{place}"));
    project.node = id(&project.make("nodes", canary.clone()).await);
    let mut child = canary.clone();
    child["parentIds"] = json!([project.node]);
    let child = project.make("nodes", child).await;
    project.edge = id(&child["edges"][0]);
    project.child = id(&child);
    project.deleted_node = id(&project.make("nodes", canary).await);
    let path = project.id.node(&project.deleted_node);
    project.owner.delete(&path).await.ok();
    let below = format!("nodes/{}/generate", project.child);
    let started = project.make(&below, json!({})).await;
    project.generation = id(&started["generation"]);
    generated(&project.owner, &project.id, &project.child).await;
    let refreshed = project.make("refresh", json!({})).await;
    text(&refreshed["refresh"]["refresh"]).clone_into(&mut project.refresh);
    agents(&mut project).await;
    files(&mut project).await;
    let email = format!("canary-people-{place}-invited@example.org");
    let body = json!({"email": email, "role": "EDITOR"});
    project.invitation = id(&project.make("invitations", body).await);
    let mail = app
        .mail(&email, |mail| mail.text.contains("/invitations/"))
        .await;
    mail.after("/invitations/")
        .clone_into(&mut project.invitation_token);
    let path = project.id.at("nodes?limit=1");
    let page = project.owner.get(&path).await.ok();
    text(&page["nextCursor"]).clone_into(&mut project.cursor);
    project
}

/// An agent that has done something, and will.
async fn agents(project: &mut Project) {
    let word = format!("canary-agents-{}", project.place);
    let body = json!({"name": word, "type": "own", "systemPrompt": word});
    let agent = project.owner.post("/agents", body).await.ok();
    project.agent = id(&agent);
    let body = json!({"agentId": project.agent, "role": "EDITOR"});
    project.make("agents", body).await;
    let task = json!({"agentId": project.agent, "prompt": word});
    project.task = id(&project.make("tasks", task).await);
    let here = project.id.parse().expect("an id");
    let done = project.owner.task_when(here, &project.task, "COMPLETED");
    done.await;
    let body = json!({
        "agentId": project.agent, "name": word, "prompt": word, "cron": "0 0 1 1 *",
    });
    project.schedule = id(&project.make("schedules", body).await);
}

async fn former_admin(app: &TestApp, owner: &Client, project: &str, place: usize) -> Caller {
    let former = app.register(&format!("former{place}")).await;
    add(owner, project, &former, "ADMIN").await;
    let path = project.member(former.user_id());
    owner.delete(&path).await.ok();
    in_session("former admin", former, place, None)
}

async fn add(owner: &Client, project: &str, person: &Client, role: &str) {
    let body = json!({"userId": person.user_id(), "role": role});
    let path = project.members();
    owner.post(&path, body).await.expect(201);
}

fn in_session(name: &str, client: Client, place: usize, role: Option<Role>) -> Caller {
    let mut roles = [None; 2];
    roles[place] = role;
    Caller {
        name: format!("{name} of project {place}"),
        client,
        credential: Credential::Session,
        roles,
    }
}

async fn with_token(
    name: &str,
    person: &Client,
    scopes: &[&'static str],
    role: Option<(usize, Role)>,
) -> Caller {
    let body = json!({"name": "a token", "scopes": scopes});
    let made = person.post("/users/me/tokens", body).await.expect(201);
    let mut roles = [None; 2];
    if let Some((place, role)) = role {
        roles[place] = Some(role);
    }
    Caller {
        name: name.to_owned(),
        client: person.with_token(text(&made["token"])),
        credential: Credential::Token(scopes.to_vec()),
        roles,
    }
}

async fn expired_token(app: &TestApp, person: &Client) -> String {
    let soon = app.now() + Duration::from_secs(60);
    let body = json!({"name": "expired", "scopes": SCOPES, "expiresAt": soon.to_rfc3339()});
    let made = person.post("/users/me/tokens", body).await.expect(201);
    app.clock_shift(Duration::from_secs(120));
    text(&made["token"]).to_owned()
}

async fn revoked_token(person: &Client) -> String {
    let body = json!({"name": "revoked", "scopes": SCOPES});
    let made = person.post("/users/me/tokens", body).await.expect(201);
    let path = format!("/users/me/tokens/{}", id(&made));
    person.delete(&path).await.expect(204);
    text(&made["token"]).to_owned()
}

/// An id that names nothing.
pub(super) fn nothing() -> String {
    Uuid::now_v7().to_string()
}
