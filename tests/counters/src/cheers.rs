//! Cheers: texts that grow while everybody watches. One begins and ends with an operation; in between
//! its words are told as a stream and kept in a table, for those who come later.

use axum::http::StatusCode;
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::{Error, OpId, Permission, ProjectId, Resource, Result};
use platform::{
    Command, Database, Operation, ProjectCommand, Write, db,
    streams::{Checkpoint, Chunk, Point, StreamChange, StreamId, StreamSource},
};
use protocol::{
    events::{Event, FeatureEvent, FeatureFamily},
    frames::About,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

const SOURCE: &str = "cheer";

pub(crate) const CHEERS: StreamSource = StreamSource {
    name: SOURCE,
    frame: "cheer",
    list: "cheers",
    on_sockets: true,
    open: |database, project| Box::pin(async move { open(&database, project).await }),
    change,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", content = "data")]
pub(crate) enum CheerEvent {
    #[serde(rename = "cheer.begin")]
    Begin(Cheer),
    #[serde(rename = "cheer.end")]
    End(Cheer),
}

/// Which cheer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cheer {
    id: Uuid,
}

impl FeatureFamily for CheerEvent {
    fn op(&self) -> &'static str {
        match self {
            Self::Begin(_) => "cheer.begin",
            Self::End(_) => "cheer.end",
        }
    }

    fn visible_with(&self) -> Option<Resource> {
        Some(Resource::Graph)
    }
}

fn stream_id(cheer: Uuid) -> StreamId {
    StreamId {
        source: SOURCE,
        id: cheer,
    }
}

fn about(cheer: Uuid) -> About {
    About::from([("cheer", json!(cheer))])
}

fn change(event: &Event) -> Option<StreamChange> {
    let Event::Feature(event) = event else {
        return None;
    };
    match event.read()? {
        CheerEvent::Begin(cheer) => Some(StreamChange::Begin(stream_id(cheer.id), about(cheer.id))),
        CheerEvent::End(cheer) => Some(StreamChange::End(stream_id(cheer.id))),
    }
}

async fn open(database: &Database, project: ProjectId) -> Result<Vec<Checkpoint>> {
    let reader = database.reader();
    let sql = "SELECT id, chunks, text FROM cheers WHERE project_id = $1";
    let values = [project.to_string().into()];
    let ask = Statement::from_sql_and_values(reader.get_database_backend(), sql, values);
    let rows = reader.query_all_raw(ask).await.map_err(db)?;
    let checkpoint = |row: &sea_orm::QueryResult| {
        let id: String = row.try_get("", "id").map_err(db)?;
        let chunks: i64 = row.try_get("", "chunks").map_err(db)?;
        let id = id.parse().map_err(Error::internal)?;
        Ok(Checkpoint {
            stream: stream_id(id),
            about: about(id),
            chunks: chunks.unsigned_abs(),
            text: row.try_get("", "text").map_err(db)?,
        })
    };
    rows.iter().map(checkpoint).collect()
}

async fn run(connection: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<()> {
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    connection
        .execute_raw(statement)
        .await
        .map(drop)
        .map_err(db)
}

/// Begins a cheer under the operation's own id.
#[derive(Debug)]
pub(crate) struct Begin {
    id: Uuid,
}

/// What a client says to begin a cheer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginCheer {}

impl Command for Begin {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::GRAPH_WRITE)?;
        let project = write.project_id()?.to_string();
        let sql = "INSERT INTO cheers (project_id, id, chunks, text) VALUES ($1, $2, 0, '')";
        let values = vec![project.into(), self.id.to_string().into()];
        run(write.conn().await?, sql, values).await?;
        emit(write, &CheerEvent::Begin(Cheer { id: self.id }))
    }
}

impl ProjectCommand for Begin {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Begin {
    const OP: &'static str = "cheer.begin";
    type Input = BeginCheer;

    fn of(id: Option<OpId>, _input: BeginCheer) -> Self {
        Self {
            id: id.map_or_else(Uuid::now_v7, OpId::uuid),
        }
    }
}

#[derive(Debug)]
pub(crate) struct End {
    cheer: Cheer,
}

impl Command for End {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::GRAPH_WRITE)?;
        let project = write.project_id()?.to_string();
        let sql = "DELETE FROM cheers WHERE project_id = $1 AND id = $2";
        let values = vec![project.into(), self.cheer.id.to_string().into()];
        run(write.conn().await?, sql, values).await?;
        emit(write, &CheerEvent::End(self.cheer))
    }
}

impl ProjectCommand for End {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for End {
    const OP: &'static str = "cheer.end";
    type Input = Cheer;

    fn of(_: Option<OpId>, input: Cheer) -> Self {
        Self { cheer: input }
    }
}

fn emit(write: &mut Write, event: &CheerEvent) -> Result<()> {
    write.emit(FeatureEvent::of(event).map_err(Error::internal)?);
    Ok(())
}

/// Keeps more words, and says where they begin.
struct Keep {
    cheer: Uuid,
    text: String,
}

impl Command for Keep {
    type Output = Point;

    async fn apply(&self, write: &mut Write) -> Result<Point> {
        write.require(Permission::GRAPH_WRITE)?;
        write.unrecorded("words are in the log when their cheer has ended");
        let project = write.project_id()?.to_string();
        let key: Vec<Value> = vec![project.into(), self.cheer.to_string().into()];
        let connection = write.conn().await?;
        let sql = "SELECT chunks, text FROM cheers WHERE project_id = $1 AND id = $2";
        let backend = connection.get_database_backend();
        let ask = Statement::from_sql_and_values(backend, sql, key.clone());
        let row = connection.query_one_raw(ask).await.map_err(db)?;
        let row = row.ok_or(Error::NotFound("cheer"))?;
        let chunks: i64 = row.try_get("", "chunks").map_err(db)?;
        let before: String = row.try_get("", "text").map_err(db)?;
        let sql = "UPDATE cheers SET chunks = chunks + 1, text = text || $3 \
            WHERE project_id = $1 AND id = $2";
        let mut values = key;
        values.push(self.text.clone().into());
        run(connection, sql, values).await?;
        Ok(Point {
            chunks: chunks.unsigned_abs(),
            bytes: before.len(),
        })
    }
}

impl ProjectCommand for Keep {
    fn replay(&self, _event: &Event) -> Result<Point> {
        Err(Error::OpReused)
    }
}

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(say))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Words {
    text: String,
}

/// Say more of a cheer
#[utoipa::path(post, path = "/projects/{project_id}/cheers/{id}", tag = "counters",
    params(("project_id" = ProjectId, Path), ("id" = Uuid, Path)), request_body = Words,
    responses((status = 204)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn say(
    Caller(ctx): Caller,
    Path((project, cheer)): Path<(ProjectId, Uuid)>,
    Json(Words { text }): Json<Words>,
) -> ApiResult<StatusCode> {
    let keep = Keep {
        cheer,
        text: text.clone(),
    };
    let from = ctx.write(project, keep).await?.output;
    let chunk = Chunk {
        stream: stream_id(cheer),
        number: from.chunks,
        from,
        text,
    };
    ctx.platform.streams.tell(project, chunk);
    Ok(StatusCode::NO_CONTENT)
}
