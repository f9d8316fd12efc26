use std::time::Duration;

use axum::{
    extract::{DefaultBodyLimit, Multipart, multipart::MultipartRejection},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::{Error, MediaId, NodeId, ProjectId, VoiceId};
use protocol::voice::{
    LanguageCode, Speak, TranscriptionEvent, VoiceDelta, VoiceInteraction, VoiceOffer,
};
use tokio::sync::mpsc::Receiver;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    form,
    hearing::{self, Step},
    queries, reading,
    row::PURPOSE,
};

/// Proxies close connections that are silent for longer.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(offer))
        .routes(routes!(transcribe))
        .routes(routes!(speak))
        .routes(routes!(get))
        .routes(routes!(audio))
        // Recordings are counted while they come in.
        .layer(DefaultBodyLimit::disable())
}

/// A recording, or a file of the project that is one, and what is said of it before.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes what is read field by field")]
struct RecordingForm {
    project_id: ProjectId,
    node_id: Option<NodeId>,
    /// That of what is said; the person's if left out.
    language: Option<LanguageCode>,
    media_id: Option<MediaId>,
    #[schema(value_type = Option<String>, format = Binary, content_media_type = "application/octet-stream")]
    file: Option<Vec<u8>>,
}

/// What this server can hear and read, and how much of it
#[utoipa::path(get, path = "/voice", tag = "voice",
    responses((status = 200, body = VoiceOffer)),
    extensions(("x-authz" = json!("caller"))))]
async fn offer(Caller(ctx): Caller) -> ApiResult<Json<VoiceOffer>> {
    Ok(Json(queries::offer(&ctx)?))
}

/// Turn speech into text
///
/// With `Accept: text/event-stream` the words come as they are heard: `begin` with the interaction, `delta` for each piece, and
/// `end` with the interaction, which has all of them. Otherwise the answer comes once it has ended, well (`COMPLETED`) or not
/// (`FAILED`, with `error`). It goes on to its end whoever listens, and can be read again under its id.
#[utoipa::path(post, path = "/voice/transcriptions", tag = "voice",
    request_body(content = RecordingForm, content_type = "multipart/form-data"),
    responses((status = 200, content_type = "text/event-stream", body = TranscriptionEvent),
        (status = 201, body = VoiceInteraction)),
    extensions(("x-authz" = json!("runs:run"))))]
async fn transcribe(
    Caller(ctx): Caller,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> ApiResult<Response> {
    ctx.user_id()?;
    let form = form.map_err(|_| media::broken())?;
    let recording = form::receive(&ctx, form).await?;
    let (begun, mut told) = hearing::begin(&ctx, recording).await?;
    // What is kept for a resend is an answer, and not how it came.
    if wants_events(&headers) && ctx.request.op.is_none() {
        return Ok(events(begun, told));
    }
    while let Some(step) = told.recv().await {
        if let Step::End(view) = step {
            return Ok((StatusCode::CREATED, Json(*view)).into_response());
        }
    }
    Err(queries::NO_INTERACTION.into())
}

fn wants_events(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
}

fn events(begun: VoiceInteraction, told: Receiver<Step>) -> Response {
    let first = Event::default().event("begin").json_data(begun);
    let rest = stream::unfold(told, async |mut told| {
        let event = match told.recv().await? {
            Step::Words(text) => Event::default()
                .event("delta")
                .json_data(VoiceDelta { text }),
            Step::End(view) => Event::default().event("end").json_data(*view),
        };
        Some((event, told))
    });
    let events = stream::iter([first]).chain(rest);
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Sse::new(events).keep_alive(keep_alive).into_response()
}

/// Have an answer read aloud
///
/// What is read is the answer of the node, or the text of the attempt, without its Markdown. Its sound can be heard at `audioUrl` at
/// once, while it is made.
#[utoipa::path(post, path = "/voice/speech", tag = "voice", request_body = Speak,
    responses((status = 202, body = VoiceInteraction)),
    extensions(("x-authz" = json!("graph:read+runs:run"))))]
async fn speak(Caller(ctx): Caller, Json(input): Json<Speak>) -> ApiResult<Response> {
    ctx.user_id()?;
    let begun = reading::begin(&ctx, input).await?;
    Ok((StatusCode::ACCEPTED, Json(begun)).into_response())
}

/// One of one's own interactions
#[utoipa::path(get, path = "/voice/{voice_id}", tag = "voice", params(("voice_id" = VoiceId, Path)),
    responses((status = 200, body = VoiceInteraction)),
    extensions(("x-authz" = json!("caller"))))]
async fn get(Caller(ctx): Caller, Path(id): Path<VoiceId>) -> ApiResult<Json<VoiceInteraction>> {
    Ok(Json(queries::get(&ctx, id).await?))
}

/// The sound of an answer that was read aloud, while it is made and for a day
///
/// Once it is whole, parts of it can be had (`Range`).
#[utoipa::path(get, path = "/voice/{voice_id}/audio", tag = "voice",
    params(("voice_id" = VoiceId, Path), ("token" = Option<String>, Query, description = "Of an address.")),
    responses((status = 200, content((String = "audio/mpeg"))),
        (status = 206, content((String = "audio/mpeg")))),
    extensions(("x-authz" = json!("caller"))))]
async fn audio(
    Caller(ctx): Caller,
    Path(id): Path<VoiceId>,
    headers: HeaderMap,
    uri: Uri,
) -> ApiResult<Response> {
    let ctx = media::signer(ctx, PURPOSE, id.uuid(), &uri).await?;
    match reading::sound(&ctx, id, &headers).await {
        Err(Error::NotFound(_)) if ctx.principal.user_id().is_none() => {
            Err(Error::Unauthenticated.into())
        }
        sound => Ok(sound?),
    }
}
