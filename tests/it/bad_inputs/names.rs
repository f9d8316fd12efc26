//! Names that pretend to be others.

use serde_json::json;

use crate::kit::TestApp;

#[tokio::test]
async fn a_username_that_hides_or_imitates_letters_is_422() {
    let app = TestApp::start().await;

    for (number, username) in [
        "ad\u{200b}a",      // a space of no width
        "ad\u{202e}a",      // turns the direction of writing
        "ad\u{00ad}a",      // a hyphen that does not show
        "\u{0430}da",       // a Cyrillic letter among Latin ones
        "\u{0430}\u{0441}", // Cyrillic that looks like Latin throughout
        "ada lovelace",
        "ada\u{0000}",
        "\u{ff41}da", // a letter of full width
        "a",
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({
            "email": format!("person{number}@example.org"), "password": "a good password",
            "username": username,
        });
        let answer = app.anonymous().post("/auth/register", body).await;
        answer.problem(422, "invalid");
    }
}

#[tokio::test]
async fn an_address_that_no_mail_can_be_sent_to_is_422() {
    let app = TestApp::start().await;

    for (number, email) in [
        "ada@example",
        "ada@exam_ple.org",
        "ada@example.-org",
        "ada@example-.org",
        "ada@exa%mple.org",
        "ada@\u{94d}.org",
        "ada lovelace@example.org",
        "Ada <ada@example.org>",
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({
            "email": email, "password": "a good password", "username": format!("person{number}"),
        });
        let answer = app.anonymous().post("/auth/register", body).await;
        answer.problem(422, "invalid");
    }
}

#[tokio::test]
async fn a_username_that_looks_like_a_taken_one_is_409() {
    let app = TestApp::start().await;
    app.register("paul1").await;

    for (number, username) in ["paul1", "PAUL1", "pau1l", "paull"].into_iter().enumerate() {
        let body = json!({
            "email": format!("person{number}@example.org"), "password": "a good password",
            "username": username,
        });
        app.anonymous()
            .post("/auth/register", body)
            .await
            .problem(409, "conflict");
    }
}
