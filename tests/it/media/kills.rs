//! Servers that are killed while a file comes in.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::hostile::Upload;
use crate::kit::{Outliving, PASSWORD, Reply, long};

const BYTES: usize = 3 * 1024 * 1024;

#[tokio::test]
async fn a_server_that_is_killed_amid_an_upload_shows_nothing_and_goes_on_with_it() {
    let world = Outliving::make(Reply::text("Yes."), 1_000).await;
    let (mut serving, mut client) = world.rise().await;
    let body = json!({"email": "owner@example.org", "password": PASSWORD});
    let registered = client.post("/auth/register?tokens=body", body).await;
    let login = registered.expect(201);
    let project = client.logged_in(&login).create_project("Killed").await;
    let whole: Vec<u8> = (b'a'..=b'z').cycle().take(BYTES).collect();
    let rounds: usize = if long() { 200 } else { 3 };
    for round in 1..=rounds {
        let owner = client.logged_in(&login);
        let name = format!("{round}.txt");
        let upload = Upload::begin(&owner, project, &name, BYTES).await;
        // Killed while it takes what came, or waits for more: after another share of the file each time.
        let sent = BYTES * (round * 7 % 100) / 100;
        let connection = upload.send_beginning(&owner, &whole, sent).await;
        drop(serving);
        drop(connection);

        (serving, client) = world.rise().await;
        let owner = client.logged_in(&login);
        let listed = owner.get(&format!("/media?projectId={project}")).await.ok();
        let seen = listed["items"].as_array().map(Vec::len);
        assert_eq!(seen, Some(0), "round {round}");
        let file = upload.finish(&owner, &whole).await;
        assert_eq!(file["sha256"], hex::encode(Sha256::digest(&whole)));
        let id = file["id"].as_str().expect("an id");
        owner.delete(&format!("/media/{id}")).await.expect(204);
    }
    drop(serving);
    world.remove().await;
}
