//! What RFC 6455 asks of a server, case by case, with frames written by hand.

mod closing;
mod fragments;
mod frames;
mod handshake;
mod pings;
mod text;

use crate::kit::{RawSocket, Said, TestApp, WireFrame};

/// The application's own ping, which is answered with `pong`: a frame that was understood.
const UNDERSTOOD: &str = r#"{"type":"ping"}"#;

/// What is sent over a socket of its own, and what is heard then. Unless it closes, the socket must
/// go on afterwards as if nothing had been.
struct Case {
    name: String,
    is_proven: bool,
    /// One write each.
    sends: Vec<Vec<u8>>,
    hears: Vec<Hears>,
}

#[derive(Debug)]
enum Hears {
    /// The answer to `UNDERSTOOD`.
    Answer,
    /// A refusal with this code.
    Nack(&'static str),
    /// A refusal that repeats what it refuses.
    NackOf(String),
    Pong(Vec<u8>),
    /// That the server will close, and why.
    Closing(u16),
    /// The close itself; after it the connection ends.
    Close(u16),
    /// A close without a code.
    CloseWithout,
}

fn case<const S: usize, const H: usize>(
    name: impl Into<String>,
    sends: [WireFrame; S],
    hears: [Hears; H],
) -> Case {
    Case {
        name: name.into(),
        is_proven: true,
        sends: sends.iter().map(WireFrame::bytes).collect(),
        hears: hears.into_iter().collect(),
    }
}

impl Case {
    /// On a socket that has not said whose it is.
    fn before_auth(mut self) -> Self {
        self.is_proven = false;
        self
    }

    /// Everything in one piece.
    fn at_once(mut self) -> Self {
        self.sends = vec![self.sends.concat()];
        self
    }

    /// Byte by byte.
    fn dribbled(mut self) -> Self {
        self.sends = self.sends.concat().chunks(1).map(<[u8]>::to_vec).collect();
        self
    }

    fn closes(&self) -> bool {
        let last = self.hears.last();
        last.is_some_and(|last| matches!(last, Hears::Close(_) | Hears::CloseWithout))
    }
}

impl Hears {
    fn is(&self, said: &Said) -> bool {
        match (self, said) {
            (Self::Answer, Said::Text(frame)) => frame["type"] == "pong",
            (Self::Nack(code), Said::Text(frame)) => {
                frame["type"] == "nack" && frame["code"] == *code
            }
            (Self::NackOf(text), Said::Text(frame)) => {
                let detail = frame["detail"].as_str().unwrap_or_default();
                frame["type"] == "nack" && detail.contains(text.as_str())
            }
            (Self::Pong(payload), Said::Pong(said)) => payload == said,
            (Self::Closing(code), Said::Text(frame)) => {
                frame["type"] == "closing" && frame["code"] == *code
            }
            (Self::Close(code), Said::Close(said)) => *said == Some(*code),
            (Self::CloseWithout, Said::Close(said)) => said.is_none(),
            _ => false,
        }
    }
}

/// Runs every case, also after one that failed.
#[expect(clippy::print_stdout, reason = "how many cases ran is worth a line")]
async fn run(cases: Vec<Case>) {
    let app = TestApp::start().await;
    let person = app.register("person").await;
    let count = cases.len();
    let mut wrong = Vec::new();
    for case in cases {
        let mut socket = RawSocket::open(app.address).await;
        if case.is_proven {
            let ready = socket.prove(&person).await;
            assert!(matches!(&ready, Said::Text(frame) if frame["type"] == "ready"));
        }
        if let Err(found) = play(&case, &mut socket).await {
            wrong.push(format!("{}: {found}", case.name));
        } else if !case.closes() && !case.is_proven {
            let ready = socket.prove(&person).await;
            if !matches!(&ready, Said::Text(frame) if frame["type"] == "ready") {
                wrong.push(format!("{}: and then {ready:?}", case.name));
            }
        }
    }
    println!("{count} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn play(case: &Case, socket: &mut RawSocket) -> Result<(), String> {
    for bytes in &case.sends {
        socket.send(bytes).await;
    }
    for expected in &case.hears {
        let said = socket.next().await;
        if !expected.is(&said) {
            return Err(format!("expected {expected:?}, heard {said:?}"));
        }
    }
    if case.closes() {
        let said = socket.next().await;
        return if said == Said::End {
            Ok(())
        } else {
            Err(format!("expected the end, heard {said:?}"))
        };
    }
    if !case.is_proven {
        return Ok(());
    }
    socket.send(&WireFrame::text(UNDERSTOOD).bytes()).await;
    let said = socket.next().await;
    if Hears::Answer.is(&said) {
        Ok(())
    } else {
        Err(format!("the socket does not go on: {said:?}"))
    }
}
