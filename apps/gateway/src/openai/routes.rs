use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Request, State},
    response::Response,
    routing::{get, post},
};
use http::{
    ApiError, AppState, Caller,
    extract::{parse, read_body},
};
use kernel::{Error, Result};
use platform::{Ctx, Principal};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    ask,
    chat::{Chat, ChatRequest},
    error::Refusal,
    messages, model, models,
    responses::{Responses, ResponsesRequest},
    shape::{About, respond},
};

type Answered = Result<Response, Refusal>;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/models", get(list))
        // A name may hold the project's id and a slash.
        .route("/v1/models/{*model}", get(one))
        .route("/v1/chat/completions", post(chat))
        .route("/v1/responses", post(responses))
}

/// Who calls: what is said to nobody in particular needs a person here.
fn person(caller: Result<Caller, ApiError>) -> Result<Ctx, Refusal> {
    let Caller(ctx) = caller?;
    if ctx.principal == Principal::Anonymous {
        return Err(Error::Unauthenticated.into());
    }
    Ok(ctx)
}

async fn list(caller: Result<Caller, ApiError>) -> Result<Json<Value>, Refusal> {
    let ctx = person(caller)?;
    Ok(Json(models::list(&ctx).await?))
}

async fn one(
    caller: Result<Caller, ApiError>,
    Path(model): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let ctx = person(caller)?;
    Ok(Json(models::get(&ctx, &model).await?))
}

async fn chat(
    State(state): State<AppState>,
    caller: Result<Caller, ApiError>,
    request: Request,
) -> Answered {
    let ctx = person(caller)?;
    let asked: ChatRequest = body(request, &state).await?;
    let (wishes, wants_usage) = (asked.wishes()?, asked.wants_usage());
    let is_stream = asked.stream.unwrap_or_default();
    let end = model::resolve(&ctx, &asked.model).await?;
    let conversation = messages::read(asked.messages, "messages")?;
    let question = ask::ask(&ctx, end, conversation, &wishes).await?;
    let shape = Chat {
        about: about(&ctx, asked.model, question.end.node),
        wants_usage,
    };
    respond(ctx, question, shape, is_stream).await
}

async fn responses(
    State(state): State<AppState>,
    caller: Result<Caller, ApiError>,
    request: Request,
) -> Answered {
    let ctx = person(caller)?;
    let asked: ResponsesRequest = body(request, &state).await?;
    let (wishes, named) = (asked.wishes()?, asked.named_model());
    let is_stream = asked.stream.unwrap_or_default();
    let end = model::resolve(&ctx, &asked.model()?).await?;
    let conversation = messages::read(asked.messages(), "input")?;
    let question = ask::ask(&ctx, end, conversation, &wishes).await?;
    let shape = Responses::new(about(&ctx, named, question.end.node));
    respond(ctx, question, shape, is_stream).await
}

fn about(ctx: &Ctx, model: String, node: kernel::NodeId) -> About {
    About {
        model,
        node,
        created: ctx.now().timestamp(),
    }
}

/// Reads a body within the limits of every other.
async fn body<T: DeserializeOwned>(request: Request, state: &AppState) -> Result<T, Refusal> {
    let body: Bytes = read_body(request, state).await?;
    Ok(parse(&body)?)
}
