//! Who is shut out spends nothing more.

use std::time::Instant;

use serde_json::{Value, json};

use crate::kit::{Beat, Client, PASSWORD, Paths, Program, Provider, Reply, generated, text, until};

const ADA: &str = "ada@example.org";
const BEN: &str = "ben@example.org";

async fn enter(program: &Program, caller: &Client, email: &str) -> Client {
    let make = ["user", "create", "--email", email, "--password-stdin"];
    program.tell(PASSWORD, &make).ok();
    let body = json!({"email": email, "password": PASSWORD});
    let login = caller.post("/auth/login?tokens=body", body).await;
    caller.logged_in(&login.expect(200))
}

fn settings(provider: &Provider) -> String {
    format!(
        "[[providers]]\nname = \"scripted\"\nbase_url = \"{}\"\n[[providers.models]]\nid = \"one\"\n\
         [generation]\nat_once_per_project = 2\ndefault_model = \"scripted/one\"\n",
        provider.base_url()
    )
}

#[tokio::test]
async fn the_runs_and_refreshes_of_an_account_end_when_it_is_disabled() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Yes."));
    // Waiting for a state asks often.
    let program = Program::new()
        .await
        .with("NONLINEAR_RATES__ENABLED", "false");
    program.settings(&settings(&provider));
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let ada = enter(&program, &caller, ADA).await;
    let ben = enter(&program, &caller, BEN).await;
    let project = ben.create_project("Project").await;
    let member = json!({"userId": ada.user_id(), "role": "EDITOR"});
    ben.post(&project.members(), member).await.expect(201);
    let mut nodes = Vec::new();
    for _ in 0..3 {
        nodes.push(ben.create_node(project, "Is it?").await);
    }
    ada.answer(project, nodes[0]).await;
    let fields = json!({"prompt": "Is it so?"});
    let headers = [("if-match", "*")];
    let path = project.node(nodes[0]);
    ada.send(reqwest::Method::PATCH, &path, &headers, fields)
        .await
        .expect(200);
    // From here on nobody is answered.
    provider.usually(Reply::Stream(vec![
        Beat::Text("It ".to_owned()),
        Beat::Hang,
    ]));
    let refresh = ada.post(&project.refresh(), json!({})).await.expect(202);
    let others = ben.generate(project, nodes[1], json!({})).await;
    // Two run, and this one waits for a place.
    let waiting = ada.generate(project, nodes[2], json!({})).await;

    let begun = Instant::now();
    program.run(&["user", "disable", "--email", ADA]).ok();

    let id = text(&waiting["generation"]["id"]);
    let path = project.attempt(nodes[2], id);
    let attempt = async || ben.get(&path).await.expect(200);
    until("the run that waited is over", async || {
        attempt().await["state"] == "CANCELLED"
    })
    .await;
    let id = text(&refresh["refresh"]["refresh"]);
    let path = project.at(&format!("refreshes/{id}"));
    until("the refresh is over", async || {
        ben.get(&path).await.expect(200)["state"] == "CANCELLED"
    })
    .await;
    generated(&ben, project, nodes[0]).await;
    println!("the runs ended after {:?}", begun.elapsed());
    let attempts = ben.all(&project.generations(nodes[0]), 50).await;
    let states: Vec<&Value> = attempts.iter().map(|attempt| &attempt["state"]).collect();
    assert_eq!(states, ["CANCELLED", "COMPLETED"]);
    for ended in [attempts[0].clone(), attempt().await] {
        assert_eq!(ended["error"]["code"], "account_disabled", "{ended}");
    }
    // Nobody else's did.
    let id = text(&others["generation"]["id"]);
    let path = project.attempt(nodes[1], id);
    assert_eq!(ben.get(&path).await.expect(200)["state"], "RUNNING");
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}
