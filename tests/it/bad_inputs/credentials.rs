//! Credentials that look right and are not.

use std::{fs, time::Duration};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use futures::{StreamExt, stream};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::kit::{Client, PASSWORD, TestApp, code, text};

/// Somebody whose access token is about to be forged.
struct Forger {
    app: TestApp,
    person: Client,
    header: Header,
    claims: Value,
}

impl Forger {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let person = app.register("person").await;
        let token = person.token.clone().expect("they are logged in");
        let claims = token.split('.').nth(1).expect("a token has three parts");
        let claims = BASE64_URL_SAFE_NO_PAD
            .decode(claims)
            .expect("they are base64");
        let claims = serde_json::from_slice(&claims).expect("they are JSON");
        let header = jsonwebtoken::decode_header(&token).expect("a header");
        Self {
            app,
            person,
            header,
            claims,
        }
    }

    /// A token with the server's own signature.
    fn signed(&self, header: &Header, claims: &Value) -> String {
        let (_, key) = self.app.keys().signing();
        encode(header, claims, key).expect("it can be signed")
    }

    async fn refused(&self, token: &str) {
        let answer = self.person.with_token(token).get("/users/me").await;
        answer.problem(401, "unauthenticated");
    }

    /// The public half of the key, which is no secret.
    fn public_key(&self) -> Vec<u8> {
        let file = self.app.folder().join("keys.toml");
        let file = fs::read_to_string(file).expect("the server made its keys");
        let line = file
            .lines()
            .find_map(|line| line.strip_prefix("private = "));
        let private = line.expect("a signing key").trim_matches('"');
        let private = BASE64_STANDARD.decode(private).expect("it is base64");
        // This form of a private key ends with the public one.
        private[private.len() - 32..].to_vec()
    }
}

#[tokio::test]
async fn a_token_that_the_server_signed_itself_is_good() {
    let forger = Forger::new().await;

    let token = forger.signed(&forger.header, &forger.claims);

    forger
        .person
        .with_token(&token)
        .get("/users/me")
        .await
        .expect(200);
}

#[tokio::test]
async fn a_token_without_a_signature_is_401() {
    let forger = Forger::new().await;
    let kid = forger.header.kid.clone();
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = part(&forger.claims);

    for alg in ["none", "None", "NONE", "nOnE", "EdDSA", ""] {
        let header = part(&json!({"alg": alg, "typ": "at+jwt", "kid": kid}));
        for token in [format!("{header}.{claims}."), format!("{header}.{claims}")] {
            forger.refused(&token).await;
        }
    }
    let own = forger.person.token.clone().expect("they are logged in");
    let (unsigned, _) = own.rsplit_once('.').expect("a signature");
    forger.refused(&format!("{unsigned}.")).await;
    forger.refused(&format!("{unsigned}.AAAA")).await;
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_401() {
    let forger = Forger::new().await;
    let raw = forger.public_key();
    let prefix = [
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    let der = [&prefix[..], &raw].concat();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        BASE64_STANDARD.encode(&der)
    );

    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let mut header = forger.header.clone();
        header.alg = algorithm;
        for secret in [raw.as_slice(), &der, pem.as_bytes(), b""] {
            let key = EncodingKey::from_secret(secret);
            let token = encode(&header, &forger.claims, &key).expect("it can be signed");
            forger.refused(&token).await;
        }
    }
}

#[tokio::test]
async fn a_token_of_an_unknown_key_or_another_type_is_401() {
    let forger = Forger::new().await;

    for kid in [None, Some("unknown"), Some(""), Some("../../keys.toml")] {
        let mut header = forger.header.clone();
        header.kid = kid.map(str::to_owned);
        forger
            .refused(&forger.signed(&header, &forger.claims))
            .await;
    }
    for typ in [None, Some("JWT"), Some("rt+jwt"), Some("AT+JWT"), Some("")] {
        let mut header = forger.header.clone();
        header.typ = typ.map(str::to_owned);
        forger
            .refused(&forger.signed(&header, &forger.claims))
            .await;
    }
}

#[tokio::test]
async fn a_token_with_wrong_claims_is_401() {
    let forger = Forger::new().await;
    let now = forger.app.now().timestamp();

    for (claim, value) in [
        ("exp", json!(now - 6)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!("never")),
        ("nbf", json!(now + 60)),
        ("iss", json!("somebody")),
        ("aud", json!("another-api")),
        ("sub", json!(Uuid::now_v7())),
        ("sid", json!(Uuid::now_v7())),
    ] {
        let mut claims = forger.claims.clone();
        claims[claim] = value;
        forger
            .refused(&forger.signed(&forger.header, &claims))
            .await;
    }
    for claim in ["iss", "aud", "exp", "nbf", "jti", "sid", "sub"] {
        let mut claims = forger.claims.clone();
        claims.as_object_mut().expect("claims").remove(claim);
        forger
            .refused(&forger.signed(&forger.header, &claims))
            .await;
    }
}

#[tokio::test]
async fn an_expired_access_token_is_401() {
    let forger = Forger::new().await;
    let token = forger.person.token.clone().expect("they are logged in");
    forger.person.get("/users/me").await.expect(200);

    forger.app.clock_shift(Duration::from_secs(15 * 60 + 10));

    forger.refused(&token).await;
}

#[tokio::test]
async fn no_other_secret_passes_for_an_access_token() {
    let forger = Forger::new().await;
    let ticket = forger
        .person
        .post("/auth/ws-ticket", Value::Null)
        .await
        .expect(201);
    let api = json!({"name": "a token", "scopes": []});
    let api = forger
        .person
        .post("/users/me/tokens", api)
        .await
        .expect(201);
    let api = text(&api["token"]);

    forger
        .refused(text(&forger.person.login["refreshToken"]))
        .await;
    forger.refused(text(&ticket["ticket"])).await;
    forger.refused(api.trim_start_matches("nl_")).await;
    forger.refused(&format!("{api}x")).await;
    for nonsense in ["x", "nl_", "..", "a.b.c", &"x".repeat(5_000)] {
        forger.refused(nonsense).await;
    }
    let headers = [("authorization", "Basic cGVyc29uOnBhc3N3b3Jk")];
    let basic = forger.app.anonymous();
    let basic = basic.send(reqwest::Method::GET, "/users/me", &headers, Value::Null);
    basic.await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn passwords_equal_in_their_first_72_bytes_do_not_log_in() {
    let app = TestApp::start().await;
    let common = "correct horse battery staple, with a tail that is long enough to be cut off!";
    assert!(common.len() >= 72);
    let register = json!({"email": "person@example.org", "password": format!("{common} one")});
    app.anonymous()
        .post("/auth/register", register)
        .await
        .expect(201);
    let login = async |password: String| {
        let body = json!({"email": "person@example.org", "password": password});
        app.anonymous().post("/auth/login", body).await
    };

    let cut: String = common.chars().take(72).collect();
    for other in [
        format!("{common} two"),
        common.to_owned(),
        cut,
        format!("{common} one "),
    ] {
        login(other).await.problem(401, "invalid_credentials");
    }
    login(format!("{common} one")).await.expect(200);
}

#[tokio::test]
async fn a_code_of_the_second_factor_works_once() {
    let app = TestApp::start().await;
    let person = app.register("person").await;
    let enrollment = person
        .post("/auth/totp/enroll", json!({"password": PASSWORD}))
        .await
        .expect(200);
    let first = json!({"code": code(&app, &enrollment)});
    let recovery = person
        .post("/auth/totp/confirm", first.clone())
        .await
        .expect(200);
    let login = async |code: &Value| {
        let body = json!({"email": "person@example.org", "password": PASSWORD, "totp": code});
        app.anonymous().post("/auth/login", body).await
    };

    login(&first["code"])
        .await
        .problem(401, "invalid_credentials");
    login(&Value::Null).await.problem(401, "totp_required");
    app.clock_shift(Duration::from_secs(30));
    let second = json!(code(&app, &enrollment));
    let (one, other) = tokio::join!(login(&second), login(&second));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    login(&recovery["recoveryCodes"][0]).await.expect(200);
    login(&recovery["recoveryCodes"][0])
        .await
        .problem(401, "invalid_credentials");
}

#[tokio::test]
async fn a_reset_token_that_is_null_or_empty_is_400() {
    let app = TestApp::start().await;
    app.register("person").await;
    let password = "quite another password";

    for body in [
        json!({"token": null, "password": password}),
        json!({"token": "", "password": password}),
        json!({"password": password}),
    ] {
        let answer = app.anonymous().post("/auth/password/reset", body).await;
        answer.problem(400, "bad_request");
    }
    for token in ["null", "undefined", "0", " ", "%"] {
        let body = json!({"token": token, "password": password});
        app.anonymous()
            .post("/auth/password/reset", body)
            .await
            .problem(400, "invalid_token");
    }
}

#[tokio::test]
async fn ten_thousand_logins_are_throttled() {
    let app = TestApp::with(|settings| settings.rates.enabled = true).await;
    app.register("person").await;
    let guess = async |number: usize| {
        let password = format!("guess number {number}");
        let body = json!({"email": "person@example.org", "password": password});
        app.anonymous().post("/auth/login", body).await
    };

    let answers: Vec<_> = stream::iter(0..10_000)
        .map(guess)
        .buffer_unordered(64)
        .collect()
        .await;

    let status = |status: u16| answers.iter().filter(move |answer| answer.status == status);
    let (throttled, guessed) = (status(429).count(), status(401).count());
    println!("{throttled} logins were throttled, {guessed} were guesses");
    assert_eq!(throttled + guessed, 10_000);
    // Ten a minute, and a few for the minute that this takes.
    assert!(guessed <= 20, "{guessed} guesses");
    assert!(status(429).all(|answer| !answer.header("retry-after").is_empty()));
    let right = json!({"email": "person@example.org", "password": PASSWORD});
    app.anonymous()
        .post("/auth/login", right)
        .await
        .problem(429, "rate_limited");
}
