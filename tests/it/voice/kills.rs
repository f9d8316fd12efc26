//! A server that is killed in the middle leaves nothing that waits for ever, and nothing reserved.

use serde_json::json;

use super::{ended, spent};
use crate::kit::{Beat, PASSWORD, Paths, Program, Provider, Reply, until};

#[tokio::test]
async fn what_a_killed_server_was_doing_ends_failed_and_gives_back_what_it_reserved() {
    let provider = Provider::start().await;
    provider.usually(Reply::Sound(vec![
        Beat::Raw("sound".to_owned()),
        Beat::Hang,
    ]));
    let program = Program::new().await;
    program.settings(&format!(
        "[[providers]]\nname = \"scripted\"\nbase_url = \"{}\"\nmodels = [{{ id = \"writer\" }}]\n\
         [voice]\nspeech_model = \"scripted/reader\"\nspeech_price = 1000.0\ntotal_ms = 1000\n",
        provider.base_url()
    ));
    let mut server = program.serve(&[]);
    let (_, client) = server.ready().await;
    let register = json!({"email": "owner@example.org", "password": PASSWORD});
    let registered = client.post("/auth/register?tokens=body", register.clone());
    let owner = client.logged_in(&registered.await.expect(201));
    let project = owner.create_project("Project").await;
    let node = json!({"prompt": "?", "response": "Rain.", "position": {"x": 0, "y": 0}});
    let node = owner.post(&project.nodes(), node).await.expect(201);
    let asked = json!({"projectId": project, "nodeId": node["id"]});
    let begun = owner.post("/voice/speech", asked).await.expect(202);
    until("it is being read", async || provider.times_asked() == 1).await;
    assert_eq!(spent(&owner, project).await, 0.005);
    drop(server);

    let mut server = program.serve(&[]);
    let (_, client) = server.ready().await;
    let login = client.post("/auth/login?tokens=body", register).await;
    let owner = client.logged_in(&login.expect(200));
    let end = ended(&owner, &begun["id"]).await;
    assert_eq!(end["status"], "FAILED");
    assert_eq!(end["error"], "interrupted");
    assert_eq!(spent(&owner, project).await, 0.0);
    drop(server);
    program.remove().await;
}
