//! Pictures of people.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, PASSWORD, Paths, TestApp, text};

/// One red pixel.
const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
const PATH: &str = "/users/me/avatar";

fn pixel() -> Vec<u8> {
    STANDARD.decode(PIXEL).expect("it is base64")
}

async fn put(by: &Client, picture: impl Into<Vec<u8>>) -> Answer {
    let headers = [("content-type", "application/octet-stream")];
    by.send_bytes(Method::PUT, PATH, &headers, picture.into())
        .await
}

/// The picture at an address that stands beside a name.
async fn seen(by: &Client, address: &Value) -> Answer {
    by.page(text(address)).await
}

#[tokio::test]
async fn a_picture_is_seen_by_whoever_is_told_its_address_until_another_takes_its_place() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;

    let first = put(&editor, pixel()).await.expect(200)["avatar"].clone();
    let members = owner.all(&project.members(), 10).await;
    let told = &members.last().expect("there is a member")["avatar"];
    assert_eq!(*told, first);
    let picture = seen(&app.anonymous(), told).await;
    assert_eq!(picture.status, 200);
    assert_eq!(picture.header("content-type"), "image/jpeg");
    assert!(picture.header("cache-control").contains("immutable"));
    assert_eq!(picture.header("x-content-type-options"), "nosniff");

    let second = put(&editor, pixel()).await.expect(200)["avatar"].clone();
    assert_ne!(first, second);
    seen(&owner, &first).await.problem(404, "not_found");
    assert_eq!(seen(&owner, &second).await.status, 200);
    editor.delete(PATH).await.expect(204);
    seen(&owner, &second).await.problem(404, "not_found");
    assert_eq!(editor.get("/users/me").await.ok()["avatar"], Value::Null);
    editor.delete(PATH).await.expect(204);
}

#[tokio::test]
async fn a_picture_goes_with_the_account_and_with_an_address_elsewhere() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let first = put(&ada, pixel()).await.expect(200)["avatar"].clone();
    let same = json!({"avatar": first, "firstName": "Ada"});
    ada.patch("/users/me", same).await.expect(200);
    assert_eq!(seen(&ada, &first).await.status, 200);
    let elsewhere = json!({"avatar": "https://x.org/a.png"});
    ada.patch("/users/me", elsewhere).await.expect(200);
    seen(&ada, &first).await.problem(404, "not_found");

    let second = put(&ada, pixel()).await.expect(200)["avatar"].clone();
    let password = json!({"password": PASSWORD});
    let gone = ada.send(Method::DELETE, "/users/me", &[], password).await;
    gone.expect(204);
    seen(&app.anonymous(), &second)
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    put(&ada, svg).await.problem(415, "unsupported_media_type");
    put(&ada, "").await.problem(415, "unsupported_media_type");
    let mut cut = pixel();
    cut.truncate(40);
    put(&ada, cut).await.problem(422, "invalid");
    put(&ada, vec![0; 2_000_000])
        .await
        .problem(413, "payload_too_large");
    let anonymous = put(&app.anonymous(), pixel()).await;
    anonymous.problem(401, "unauthenticated");
}
