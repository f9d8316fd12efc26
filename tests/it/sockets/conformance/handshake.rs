//! The request that becomes a socket (section 4.2).

use reqwest::Method;
use serde_json::json;

use crate::kit::{RawSocket, Said, TestApp, WireFrame};

/// The example of section 1.3.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// How a request differs from one that is as it should be.
struct Shake {
    name: &'static str,
    line: &'static str,
    /// These stand instead of headers of the same name; an empty one leaves it out.
    headers: Vec<(&'static str, &'static str)>,
    is_taken: bool,
}

fn shake<const N: usize>(
    name: &'static str,
    headers: [(&'static str, &'static str); N],
    is_taken: bool,
) -> Shake {
    Shake {
        name,
        line: "GET /api/v1/ws HTTP/1.1",
        headers: headers.to_vec(),
        is_taken,
    }
}

impl Shake {
    fn with_line(mut self, line: &'static str) -> Self {
        self.line = line;
        self
    }

    fn request(&self) -> String {
        let customary = [
            ("Host", "localhost"),
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", KEY),
            ("Sec-WebSocket-Protocol", "nonlinear.v1"),
        ];
        let is_replaced = |name: &str| {
            let mut others = self.headers.iter();
            others.any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        let kept = customary.iter().filter(|(name, _)| !is_replaced(name));
        let changed = self.headers.iter().filter(|(_, value)| !value.is_empty());
        let headers: String = kept
            .chain(changed)
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        format!("{}\r\n{headers}\r\n", self.line)
    }
}

#[expect(clippy::print_stdout, reason = "how many cases ran is worth a line")]
async fn run(shakes: Vec<Shake>) {
    let app = TestApp::start().await;
    let count = shakes.len();
    let mut wrong = Vec::new();
    for shake in shakes {
        let (head, mut socket) = RawSocket::request(app.address, shake.request().as_bytes()).await;
        let is_right = if shake.is_taken {
            // It is one, for it answers pings.
            socket
                .send(&WireFrame::new(crate::kit::PING, "1").bytes())
                .await;
            head.starts_with("HTTP/1.1 101")
                && header(&head, "sec-websocket-accept") == Some(ACCEPT)
                && header(&head, "sec-websocket-protocol") == Some("nonlinear.v1")
                && header(&head, "sec-websocket-extensions").is_none()
                && socket.next().await == Said::Pong(b"1".to_vec())
        } else {
            head.starts_with("HTTP/1.1 4") && header(&head, "sec-websocket-accept").is_none()
        };
        if !is_right {
            wrong.push(format!("{}: {head}", shake.name));
        }
    }
    println!("{count} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[tokio::test]
async fn a_request_that_asks_for_a_socket_becomes_one() {
    run(vec![
        shake("the example of the RFC is answered as there", [], true),
        shake(
            "names of headers may be written in any case",
            [
                ("CONNECTION", "Upgrade"),
                ("upgrade", "websocket"),
                ("sec-websocket-KEY", KEY),
            ],
            true,
        ),
        shake(
            "words may be written in any case",
            [("Connection", "uPgRaDe"), ("Upgrade", "WebSocket")],
            true,
        ),
        shake(
            "`upgrade` may be one of several wishes",
            [("Connection", "keep-alive, Upgrade")],
            true,
        ),
        shake(
            "`websocket` may be one of several upgrades",
            [("Upgrade", "h2c,websocket")],
            true,
        ),
        shake(
            "our protocol may be one of several",
            [(
                "Sec-WebSocket-Protocol",
                "chat, nonlinear.v2 ,nonlinear.v1, x",
            )],
            true,
        ),
        shake(
            "our protocol may stand in a header of its own",
            [
                ("Sec-WebSocket-Protocol", "chat"),
                ("Sec-WebSocket-Protocol", "nonlinear.v1"),
            ],
            true,
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_says_nothing_of_sockets_does_not_matter() {
    run(vec![
        shake(
            "extensions are offered in vain",
            [(
                "Sec-WebSocket-Extensions",
                "permessage-deflate; client_max_window_bits",
            )],
            true,
        ),
        shake(
            "cookies say nothing",
            [("Cookie", "session=1; other=2")],
            true,
        ),
        shake(
            "our own cookie says nothing, either",
            [
                ("Cookie", "nonlinear_refresh=x"),
                ("Origin", "http://localhost"),
            ],
            true,
        ),
        shake("what the address asks for says nothing", [], true)
            .with_line("GET /api/v1/ws?token=x HTTP/1.1"),
    ])
    .await;
}

#[tokio::test]
async fn a_request_that_asks_for_something_else_is_refused() {
    run(vec![
        shake("without an upgrade", [("Upgrade", "")], false),
        shake("with another upgrade", [("Upgrade", "h2c")], false),
        shake(
            "with an upgrade that only begins alike",
            [("Upgrade", "websocket2")],
            false,
        ),
        shake("without a connection", [("Connection", "")], false),
        shake(
            "with a connection that will close",
            [("Connection", "close")],
            false,
        ),
        shake("as a POST", [], false).with_line("POST /api/v1/ws HTTP/1.1"),
        shake("as a HEAD", [], false).with_line("HEAD /api/v1/ws HTTP/1.1"),
        shake("as a DELETE", [], false).with_line("DELETE /api/v1/ws HTTP/1.1"),
        shake("elsewhere", [], false).with_line("GET /api/v1/wss HTTP/1.1"),
    ])
    .await;
}

#[tokio::test]
async fn a_page_of_somebody_else_opens_none() {
    run(vec![
        shake(
            "from a foreign page",
            [("Origin", "https://foe.example")],
            false,
        ),
        shake("from a page without an origin", [("Origin", "null")], false),
        shake("from our own page", [("Origin", "http://localhost")], true),
    ])
    .await;
}

#[tokio::test]
async fn a_request_that_does_not_agree_with_us_is_refused() {
    run(vec![
        shake("without a version", [("Sec-WebSocket-Version", "")], false),
        shake(
            "with an older version",
            [("Sec-WebSocket-Version", "8")],
            false,
        ),
        shake(
            "with a newer version",
            [("Sec-WebSocket-Version", "14")],
            false,
        ),
        shake(
            "with several versions",
            [("Sec-WebSocket-Version", "13, 8")],
            false,
        ),
        shake(
            "with two headers for the version",
            [
                ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Version", "8"),
            ],
            false,
        ),
        shake("without a key", [("Sec-WebSocket-Key", "")], false),
        shake(
            "with a key of 15 bytes",
            [("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAA")],
            false,
        ),
        shake(
            "with a key of 17 bytes",
            [("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAA=")],
            false,
        ),
        shake(
            "with a key that is no base64",
            [("Sec-WebSocket-Key", "!GhlIHNhbXBsZSBub25jZQ==")],
            false,
        ),
        shake(
            "with a key without its end",
            [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ")],
            false,
        ),
        shake(
            "with two keys",
            [("Sec-WebSocket-Key", KEY), ("Sec-WebSocket-Key", KEY)],
            false,
        ),
        shake(
            "without a protocol",
            [("Sec-WebSocket-Protocol", "")],
            false,
        ),
        shake(
            "with another protocol",
            [("Sec-WebSocket-Protocol", "nonlinear.v2")],
            false,
        ),
        // Protocols are compared letter by letter: a browser would not take our answer for its own.
        shake(
            "with our protocol in other letters",
            [("Sec-WebSocket-Protocol", "NonLinear.V1")],
            false,
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_refused_request_is_told_the_version_and_why() {
    let app = TestApp::start().await;
    let asked = app.anonymous().get("/ws").await;
    assert_eq!(asked.header("sec-websocket-version"), "13");
    asked.problem(400, "bad_request");
    let headers = [("sec-websocket-version", "13")];
    let anonymous = app.anonymous();
    let asked = anonymous.send(Method::PUT, "/ws", &headers, json!(null));
    asked.await.problem(400, "bad_request");
}

#[tokio::test]
async fn a_request_of_http_1_0_is_no_socket() {
    let app = TestApp::start().await;
    let request = shake("", [], false)
        .with_line("GET /api/v1/ws HTTP/1.0")
        .request();
    let (head, _) = RawSocket::request(app.address, request.as_bytes()).await;
    assert!(
        head.split(' ')
            .nth(1)
            .is_some_and(|status| status.starts_with('4')),
        "{head}"
    );
}

#[tokio::test]
async fn what_is_sent_with_the_request_is_heard() {
    let app = TestApp::start().await;
    let person = app.register("person").await;
    let auth = json!({"type": "auth", "ticket": person.ticket().await}).to_string();
    let request = shake("", [], true).request().into_bytes();

    let (head, mut socket) = RawSocket::request(
        app.address,
        &[request, WireFrame::text(auth).bytes()].concat(),
    )
    .await;

    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    let ready = socket.next().await;
    assert!(
        matches!(&ready, Said::Text(frame) if frame["type"] == "ready"),
        "{ready:?}"
    );
}
