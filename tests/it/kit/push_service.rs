//! A push service, with a script, and the browsers that it is for: what they are told is opened with their own keys.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

use super::{serving::Serving, until};

/// No status, and no answer.
const STALLS: u16 = 0;

/// A message as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    pub(crate) path: String,
    head: HeaderMap,
    body: Vec<u8>,
}

impl Pushed {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.head.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_else(|| panic!("{name} is said with {self:?}"))
    }

    /// What the token says, if it is signed with the key that is named beside it; and that key.
    pub(crate) fn signed_for(&self, audience: &str) -> (Value, String) {
        let said = self.header("authorization");
        let parts = said
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="));
        let (token, key) = parts.expect("a token and a key");
        let point = decoded(key);
        assert_eq!((point.len(), point[0]), (65, 4), "{key}");
        let [x, y] = [&point[1..33], &point[33..]].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
        let verifying = DecodingKey::from_ec_components(&x, &y).expect("a key");
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_audience(&[audience]);
        let token = decode::<Value>(token, &verifying, &rules).expect("it is signed");
        (token.claims, key.to_owned())
    }
}

#[derive(Debug, Default)]
struct Script {
    answers: Mutex<HashMap<String, u16>>,
    pushed: Mutex<Vec<Pushed>>,
}

/// It serves until it is dropped.
#[derive(Debug)]
pub(crate) struct PushService {
    address: SocketAddr,
    script: Arc<Script>,
    _serving: Serving,
}

impl PushService {
    pub(crate) async fn start() -> Self {
        let script = Arc::<Script>::default();
        let routes = Router::new().fallback(answer).with_state(script.clone());
        let serving = Serving::begin(routes).await;
        Self {
            address: serving.address,
            script,
            _serving: serving,
        }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A browser that hears of what comes for it here.
    pub(crate) fn browser(&self, name: &str) -> Browser {
        let secret = format!("{name:16.16}");
        Browser {
            endpoint: format!("{}/{name}", self.origin()),
            key: PrivateKey::generate(&ECDH_P256).expect("a key"),
            secret: secret.into_bytes(),
        }
    }

    /// From now on whatever is for this browser is answered so.
    pub(crate) fn answers(&self, name: &str, status: u16) {
        locked(&self.script.answers).insert(format!("/{name}"), status);
    }

    /// From now on nothing is answered to this browser's.
    pub(crate) fn stalls(&self, name: &str) {
        self.answers(name, STALLS);
    }

    /// What came, whatever it was answered.
    pub(crate) fn pushed(&self) -> Vec<Pushed> {
        locked(&self.script.pushed).clone()
    }

    /// Waits until so much came.
    pub(crate) async fn came(&self, many: usize) -> Vec<Pushed> {
        until("devices are told", async || self.pushed().len() >= many).await;
        let pushed = self.pushed();
        assert_eq!(pushed.len(), many, "{pushed:#?}");
        pushed
    }
}

async fn answer(
    State(script): State<Arc<Script>>,
    uri: Uri,
    head: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().to_owned();
    let status = locked(&script.answers).get(&path).copied().unwrap_or(201);
    locked(&script.pushed).push(Pushed {
        path,
        head,
        body: body.to_vec(),
    });
    if status == STALLS {
        std::future::pending::<()>().await;
    }
    let status = StatusCode::from_u16(status).expect("a status");
    // Nobody follows it.
    let elsewhere = [(header::LOCATION, "/elsewhere")];
    (status, elsewhere).into_response()
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn decoded(text: &str) -> Vec<u8> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text);
    bytes.expect("base64url without padding")
}

/// A browser with keys of its own.
pub(crate) struct Browser {
    endpoint: String,
    key: PrivateKey,
    secret: Vec<u8>,
}

impl Browser {
    fn point(&self) -> Vec<u8> {
        let public = self.key.compute_public_key().expect("a public key");
        public.as_ref().to_vec()
    }

    /// What a page of it says of where it is reached.
    pub(crate) fn subscription(&self) -> Value {
        let [p256dh, auth] =
            [self.point(), self.secret.clone()].map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes));
        json!({
            "endpoint": self.endpoint, "expirationTime": null,
            "keys": {"p256dh": p256dh, "auth": auth},
        })
    }

    /// Opens what was sealed for it: the other half of RFC 8291.
    pub(crate) fn opened(&self, pushed: &Pushed) -> Value {
        assert_eq!(pushed.header("content-encoding"), "aes128gcm");
        let (salt, rest) = pushed.body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert_eq!(size, 4_096_u32.to_be_bytes());
        let (length, rest) = rest.split_first().expect("the length of a key");
        let (theirs, record) = rest.split_at(usize::from(*length));
        let point = self.point();
        let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let shared: [u8; 32] = agreement::agree(&self.key, peer, (), |secret| {
            let keys = Salt::new(HKDF_SHA256, &self.secret).extract(secret);
            Ok(expand(&keys, &[b"WebPush: info\0", &point, theirs]))
        })
        .expect("they agree");
        let keys = Salt::new(HKDF_SHA256, salt).extract(&shared);
        let key: [u8; 16] = expand(&keys, &[b"Content-Encoding: aes128gcm\0"]);
        let nonce: [u8; NONCE_LEN] = expand(&keys, &[b"Content-Encoding: nonce\0"]);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).expect("a key"));
        let mut record = record.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = key.open_in_place(nonce, Aad::empty(), &mut record);
        let opened = opened.expect("it was sealed for this browser");
        let (last, message) = opened.split_last().expect("something was sealed");
        assert_eq!(*last, 2);
        serde_json::from_slice(message).expect("a message")
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(keys: &Prk, info: &[&[u8]]) -> [u8; N] {
    let mut bytes = [0; N];
    let expanded = keys.expand(info, Length(N)).expect("not too much");
    expanded.fill(&mut bytes).expect("it has that length");
    bytes
}
