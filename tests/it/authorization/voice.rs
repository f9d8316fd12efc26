//! Voice: who may have the server listen and read, and that it is one's own.

use serde_json::json;

use super::{
    case::{Case, Try, case},
    world::nothing,
};
use crate::kit::files::{form, form_type};

/// How a recording begins.
const SOUND: &[u8] = b"RIFF\0\0\0\0WAVEfmt ";

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!("GET /voice", "caller", 200, _ => Try::at([])),
        // Whoever may hears that nobody is set up here.
        case!("POST /voice/transcriptions", "runs:run", 409, s => {
            let form = form(&[("projectId", &s.home.id)], "said.wav", SOUND);
            Try::at([]).header("content-type", form_type()).bytes(form).foreign(&s.home.id)
        }),
        case!("POST /voice/speech", "graph:read+runs:run", 409, s => {
            let body = json!({"projectId": s.home.id, "nodeId": s.home.child});
            Try::at([]).body(body).foreign(&s.home.child)
        }),
        case!("POST /voice/speech", "graph:read+runs:run", 409, s => {
            let body = json!({"projectId": s.home.id, "generationId": s.home.generation});
            Try::at([]).body(body).foreign(&s.home.generation)
        }),
        case!("POST /voice/speech", "graph:read+runs:run", 404, s => {
            let body = json!({"projectId": s.home.id, "nodeId": s.other.child});
            Try::at([]).body(body).foreign(&s.other.child)
        }),
        // That of others does not exist for anybody: `voice.rs` has some.
        case!("GET /voice/{voice_id}", "caller", 404, _ => Try::at([&nothing()])),
        case!("GET /voice/{voice_id}/audio", "caller", 404, _ => Try::at([&nothing()])),
    ]
}
