//! Voice: who may have the server listen and read, and that it is one's own.

use std::sync::Arc;

use platform::{Command, Platform, Write};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::json;
use uuid::Uuid;

use super::{
    case::{Case, Scene, Try, case},
    world::{id, nothing},
};
use crate::kit::files::{form, form_type};

/// How a recording begins.
const SOUND: &[u8] = b"RIFF\0\0\0\0WAVEfmt ";

pub(super) fn cases() -> Vec<Case> {
    [asking(), looking()].into_iter().flatten().collect()
}

fn asking() -> Vec<Case> {
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
    ]
}

fn looking() -> Vec<Case> {
    vec![
        // One's own, in a project of one's own.
        case!(new "GET /voice/{voice_id}", "caller", 200, s => Try::at([&own(s).await])),
        case!(new "GET /voice/{voice_id}/audio", "caller", 200, s => Try::at([&own(s).await])),
        // That of somebody else in the project does not exist, whoever one is there.
        case!("GET /voice/{voice_id}", "caller", 404, s => {
            let theirs = of_another(s).await;
            Try::at([&theirs]).foreign(&theirs)
        }),
        case!("GET /voice/{voice_id}/audio", "caller", 404, s => {
            let theirs = of_another(s).await;
            Try::at([&theirs]).foreign(&theirs)
        }),
    ]
}

async fn own(scene: Scene<'_>) -> String {
    if !scene.succeeds {
        return nothing();
    }
    let made = scene.by.post("/projects", json!({"name": "Own"})).await;
    read_aloud(scene, &id(&made.ok()), &scene.by.user_id().to_string()).await
}

async fn of_another(scene: Scene<'_>) -> String {
    let reader = scene.world.person_in(scene.home, "EDITOR").await;
    read_aloud(scene, &scene.home.id, &reader).await
}

/// An answer that was read aloud to somebody: the row and the sound that it leaves.
async fn read_aloud(scene: Scene<'_>, project: &str, user: &str) -> String {
    let ids = [
        Uuid::now_v7().to_string(),
        project.to_owned(),
        user.to_owned(),
    ];
    let [voice, project, user] = ids.clone();
    let leave = async move |platform: Arc<Platform>| {
        let now = platform.clock.now();
        let sound = platform.blobs.put("sound".into(), now).await?;
        let left = ReadAloud {
            voice,
            project,
            user,
            sound: hex::encode(sound),
        };
        platform.writer.housekeep(left).await
    };
    let left: kernel::Result<()> = scene.world.app.inside(leave).await;
    left.expect("it is there");
    let [voice, ..] = ids;
    voice
}

struct ReadAloud {
    voice: String,
    project: String,
    user: String,
    sound: String,
}

impl Command for ReadAloud {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> kernel::Result<()> {
        write.unrecorded("what was read aloud, for a test");
        let at = write.now().to_rfc3339();
        let connection = write.conn().await?;
        let is_postgres = connection.get_database_backend() == DbBackend::Postgres;
        let uuid = |id: &str| {
            if is_postgres {
                format!("'{id}'")
            } else {
                format!("X'{}'", id.replace('-', ""))
            }
        };
        let sound = if is_postgres {
            format!("'\\x{}'", self.sound)
        } else {
            format!("X'{}'", self.sound)
        };
        let sql = format!(
            "INSERT INTO voice_interactions (id, type, user_id, project_id, text, audio, audio_type, metadata, model, \
             created_at, finished_at) VALUES ({}, 'TEXT_TO_SPEECH', {}, {}, 'Rain.', {sound}, 'audio/mpeg', \
             '{{\"bytes\":5}}', 'any/reader', '{at}', '{at}')",
            uuid(&self.voice),
            uuid(&self.user),
            uuid(&self.project),
        );
        let done = connection.execute_unprepared(&sql).await;
        done.map(drop).map_err(kernel::Error::internal)
    }
}
