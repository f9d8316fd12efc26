//! The sweep: everybody tries every operation, and hears what the product's table says.
//!
//! Two projects hold one of everything, with words in them that nobody may see who is not allowed
//! to. Each operation of the API document is tried with own ids, with ids of the other project, and
//! with ids of another kind.

mod accounts;
mod agents;
mod canvas;
mod case;
mod changesets;
mod frames;
mod generations;
mod grants;
mod media;
mod notifications;
mod presets;
mod projects;
mod table;
mod voice;
mod world;

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::Value;

use crate::kit::{Answer, TestApp, long, text};
use case::{By, Case, Scene, Try};
use table::{Credential, Verdict};
use world::{Caller, Project, World, nothing};

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_sees_no_more() {
    let found = Box::pin(sweep(false)).await;

    println!("{} cells, {} leaks", found.cells, found.leaks);
    assert!(found.wrong.is_empty(), "{}", found.wrong.join("\n"));
}

#[tokio::test]
async fn a_public_project_shows_what_the_table_says_and_no_more() {
    let found = Box::pin(sweep(true)).await;

    println!("{} cells, {} leaks", found.cells, found.leaks);
    assert!(found.wrong.is_empty(), "{}", found.wrong.join("\n"));
}

#[tokio::test]
async fn every_operation_of_the_document_is_in_the_sweep() {
    let app = TestApp::start().await;

    let document = app.anonymous().get("/openapi.json").await.ok();

    let said = operations(&document);
    let tried: BTreeSet<_> = cases()
        .iter()
        .map(|case| (case.operation.to_owned(), written(case.need).to_owned()))
        .collect();
    let missing: Vec<_> = said.difference(&tried).collect();
    assert!(missing.is_empty(), "nobody tries {missing:#?}");
    let names: BTreeSet<_> = said.iter().map(|(operation, _)| operation).collect();
    for (operation, _) in &tried {
        assert!(names.contains(operation), "there is no {operation}");
    }
}

/// Each operation with what it says that it needs.
fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let mut said = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("it has paths") {
        let path = path.strip_prefix("/api/v1").expect("it is in the API");
        for (method, operation) in operations.as_object().expect("a path has operations") {
            let name = format!("{} {path}", method.to_uppercase());
            said.insert((name, text(&operation["x-authz"]).to_owned()));
        }
    }
    said
}

fn written(need: &str) -> &str {
    match need {
        // A project in the trash is a matter of ownership, but its owner's alone.
        "trash:write" => "ownership:write",
        // What a link leads to is a matter of the project, not of the caller.
        "link" => "anonymous",
        // What is signed counts as the right of who signed it.
        "address" => "media:read",
        need => need,
    }
}

fn cases() -> Vec<Case> {
    [
        projects::cases(),
        canvas::cases(),
        changesets::cases(),
        generations::cases(),
        media::cases(),
        voice::cases(),
        presets::cases(),
        accounts::cases(),
        agents::cases(),
        notifications::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[derive(Default)]
struct Found {
    cells: usize,
    leaks: usize,
    wrong: Vec<String>,
    /// The words that the rightful saw: all of them, or nobody looked closely.
    words: BTreeSet<String>,
}

async fn sweep(is_public: bool) -> Found {
    let world = World::make(is_public).await;
    let mut found = Found::default();

    let [first, second] = &world.projects;
    for case in cases() {
        try_case(&world, &case, first, second, &mut found).await;
        // The second project is as the first one is where neither is public, and its people are as the others.
        if long() && case.operation.contains("{project_id}") {
            try_case(&world, &case, second, first, &mut found).await;
        }
    }

    let words = if long() { world.words() } else { first.words() };
    if !words.is_subset(&found.words) {
        let seen = &found.words;
        let missing = format!("the rightful saw only {seen:?}");
        found.wrong.push(missing);
    }
    found
}

async fn try_case(world: &World, case: &Case, home: &Project, other: &Project, found: &mut Found) {
    let (rightful, refused): (Vec<_>, Vec<_>) = world
        .callers
        .iter()
        .partition(|caller| caller.verdict(home, case.need) == Verdict::Allowed);
    let scene = |by, succeeds| Scene {
        world,
        home,
        other,
        by,
        succeeds,
    };
    if let Some(first) = refused.first() {
        let prepared = (case.make)(scene(&first.client, false)).await;
        let before = heads(world).await;
        let tries = refused
            .iter()
            .map(|caller| judge(world, case, home, caller, &prepared));
        for outcome in join_all(tries).await {
            found.note(outcome);
        }
        found.unchanged(case, before, heads(world).await);
    }
    let newcomer;
    let rightful = match case.by {
        By::Everybody => rightful,
        By::SomebodyNew => {
            newcomer = Caller {
                name: "somebody new".to_owned(),
                client: world.person().await,
                credential: Credential::Session,
                roles: [None; 2],
            };
            vec![&newcomer]
        }
    };
    for caller in rightful {
        let prepared = (case.make)(scene(&caller.client, true)).await;
        if case.then < 400 {
            found.note(judge(world, case, home, caller, &prepared).await);
            continue;
        }
        let before = heads(world).await;
        found.note(judge(world, case, home, caller, &prepared).await);
        found.unchanged(case, before, heads(world).await);
    }
}

async fn heads(world: &World) -> [i64; 2] {
    // What the rightful began goes on by itself.
    world.app.jobs_done().await;
    let [first, second] = &world.projects;
    [first.head().await, second.head().await]
}

impl Found {
    fn note(&mut self, outcome: Outcome) {
        self.cells += 1;
        self.leaks += usize::from(outcome.leaked);
        self.wrong.extend(outcome.wrong);
        self.words.extend(outcome.words);
    }

    fn unchanged(&mut self, case: &Case, before: [i64; 2], after: [i64; 2]) {
        if before != after {
            let operation = case.operation;
            self.wrong
                .push(format!("a refused {operation} changed a project"));
        }
    }
}

struct Outcome {
    leaked: bool,
    words: BTreeSet<String>,
    wrong: Vec<String>,
}

/// One cell: somebody tries, and the answer is held against the table.
async fn judge(
    world: &World,
    case: &Case,
    home: &Project,
    caller: &Caller,
    prepared: &Try,
) -> Outcome {
    let verdict = caller.verdict(home, case.need);
    let expected = match verdict {
        Verdict::Allowed => case.then,
        Verdict::Unauthenticated => 401,
        Verdict::Forbidden => 403,
        Verdict::Hidden => 404,
    };
    let answer = prepared.send(case.operation, &caller.client).await;
    let mut wrong = Vec::new();
    let who = format!("{} ({}) in project {}", caller.name, case.need, home.place);
    if answer.status.as_u16() != expected {
        wrong.push(format!("{who} should have heard {expected}: {answer:?}"));
    }
    let leak = leak(world, caller, &answer);
    if let Some(word) = leak {
        wrong.push(format!("{who} saw {word}: {answer:?}"));
    }
    if expected == 404 {
        let random = like_nothing(case, home, verdict, prepared);
        let unknown = random.send(case.operation, &caller.client).await;
        if (unknown.status, &unknown.text) != (answer.status, &answer.text) {
            wrong.push(format!("{who} can tell {answer:?} from {unknown:?}"));
        }
    }
    let seen = |word: &String| answer.text.contains(word);
    Outcome {
        leaked: leak.is_some(),
        words: world.words().into_iter().filter(seen).collect(),
        wrong,
    }
}

fn leak<'a>(world: &'a World, caller: &Caller, answer: &Answer) -> Option<&'a str> {
    let own = text_of_own(caller);
    // One may always see one's own name and address.
    let seen = own
        .iter()
        .fold(answer.text.clone(), |seen, own| seen.replace(own, ""));
    let headers = format!("{:?}", answer.headers);
    caller.leak(&world.projects, &format!("{seen}{headers}"))
}

fn text_of_own(caller: &Caller) -> Vec<String> {
    let user = &caller.client.login["user"];
    let own = [&user["email"], &user["username"]];
    own.into_iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The same try with ids of nothing in place of those that must not exist for the caller.
fn like_nothing(case: &Case, home: &Project, verdict: Verdict, prepared: &Try) -> Try {
    let mut random = prepared.clone();
    for foreign in &prepared.foreign {
        random = random.with_instead(foreign, &nothing());
    }
    if verdict == Verdict::Hidden && case.operation.contains("{project_id}") {
        random = random.with_instead(&home.id, &nothing());
    }
    random
}
