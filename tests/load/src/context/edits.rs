//! An edit above generated answers, all of which rest on it: which of them are stale now is decided and stored in its
//! transaction, while nobody else writes to the project.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sea_orm::{ConnectionTrait, Statement, TransactionTrait, Value};
use serde_json::json;
use uuid::Uuid;

use super::{
    MODELS,
    filled::{Filled, Shape, prompt},
    queries::connect,
};
use crate::{
    client::Client,
    report::{micros, percentile, row, table},
    server::Server,
};

/// As long an answer may be unless one asks for more.
const MAX_TOKENS: i64 = 4_096;
const SIZES: [usize; 2] = [1_000, 5_000];
/// Each makes answers stale, or fresh again.
const EDITS: usize = 6;

/// Under one statement for each: the answers are as if the model had been asked.
const ATTEMPT: &str = "INSERT INTO generations (project_id, id, node_id, origin, state, admitted, \
    requested_by, model, answered_by, max_tokens, context_tokens, fingerprint, tries, text, chunks, \
    reserved_tokens, reserved_nanos, created_at) \
    SELECT project_id, id, id, 'MODEL', 'COMPLETED', TRUE, $3, $4, $4, $5, $6, $7, '[]', response, \
    1, 0, 0, created_at FROM nodes WHERE project_id = $1 AND id = $2";
const ANSWERED: &str =
    "UPDATE nodes SET generation_id = id, fingerprint = $3 WHERE project_id = $1 AND id = $2";

const STALE: &str = "UPDATE nodes SET status = $3 WHERE project_id = $1 AND status = $2";

pub(super) async fn run(server: &Server) -> Result<()> {
    let account = server.api().register("editor").await?;
    let mut client = server.api().client(&account.token).await?;
    let mut rows = vec![row([
        "model",
        "answers",
        "edit of the root p50",
        "edit of a lone node p50",
        "difference",
        "storing it, bare",
        "server CPU",
        "stale afterwards",
    ])];
    let cases = MODELS.into_iter().flat_map(|model| {
        let shapes = [Shape::Chain, Shape::Mesh].into_iter();
        shapes.map(move |shape| (model, shape))
    });
    for ((model, context_tokens), shape) in cases {
        for size in SIZES {
            let project = server.api().project(&account.token).await?;
            let filled = Filled::new(&mut client, project, size, shape).await?;
            let lone = server.api().node(&account.token, &filled.project).await?;
            let of = format!("{model}, {}, {size}", shape.name());
            let asked = (account.user_id.as_str(), model, context_tokens);
            generate(server, &mut client, &filled, asked).await?;
            let lone = lone.parse()?;
            // Reads what is remembered of the project.
            edits(&mut client, &filled, lone, 2)
                .await
                .with_context(|| of.clone())?;
            let (little, _) = edits(&mut client, &filled, lone, EDITS).await?;
            let root = *filled.nodes.first().context("no nodes")?;
            let cpu = server.process().cpu()?;
            let (much, stale) = edits(&mut client, &filled, root, EDITS)
                .await
                .with_context(|| of.clone())?;
            let cpu = server.process().cpu()?.seconds_since(&cpu) / EDITS as f64;
            let bare = bare(&server.database_url, &filled).await?;
            rows.push(row([
                model,
                &format!("{}, {size}", shape.name()),
                &micros(much),
                &micros(little),
                &micros(much.saturating_sub(little)),
                &micros(bare),
                &micros(Duration::from_secs_f64(cpu)),
                &stale.to_string(),
            ]));
        }
    }
    table("(k) an edit above generated answers, SQLite", &rows);
    Ok(())
}

/// Makes all answers what the model said to just what it would be sent now.
async fn generate(
    server: &Server,
    client: &mut Client,
    filled: &Filled,
    (user, model, context_tokens): (&str, &str, i64),
) -> Result<()> {
    let (project, user): (Uuid, Uuid) = (filled.project.parse()?, user.parse()?);
    let mut answers = Vec::with_capacity(filled.nodes.len());
    for node in &filled.nodes {
        let path = filled.path(&format!("/nodes/{node}/context?model={model}"));
        let preview = client.get(&path, "").await?.json()?;
        let manifest = preview.get("manifest").context("no manifest")?;
        let fingerprint = manifest.get("fingerprint").and_then(|it| it.as_str());
        let fingerprint = bytes(fingerprint.context("no fingerprint")?)?;
        answers.push((*node, fingerprint, MAX_TOKENS));
    }
    let database = connect(&server.database_url).await?;
    let backend = database.get_database_backend();
    #[expect(
        clippy::disallowed_methods,
        reason = "it is no command: the server has not looked at these answers yet"
    )]
    let transaction = database.begin().await?;
    for (node, fingerprint, max_tokens) in answers {
        let print = Value::from(fingerprint);
        let values = [
            project.into(),
            node.into(),
            user.into(),
            model.into(),
            max_tokens.into(),
            context_tokens.into(),
            print.clone(),
        ];
        let attempt = Statement::from_sql_and_values(backend, ATTEMPT, values);
        transaction.execute_raw(attempt).await?;
        let values = [project.into(), node.into(), print];
        let answered = Statement::from_sql_and_values(backend, ANSWERED, values);
        transaction.execute_raw(answered).await?;
    }
    Ok(transaction.commit().await?)
}

/// Changes a prompt and back again. The median, and how many nodes were stale after the first.
async fn edits(
    client: &mut Client,
    filled: &Filled,
    node: Uuid,
    count: usize,
) -> Result<(Duration, usize)> {
    let mut times = Vec::with_capacity(count);
    let mut stale = 0;
    for place in 0..count {
        let prompt = if place % 2 == 0 {
            "Something else entirely?".to_owned()
        } else {
            prompt(0)
        };
        let path = filled.path(&format!("/nodes/{node}"));
        let read = client.get(&path, "").await?.json()?;
        let data = json!({ "id": node, "prompt": prompt, "baseVersion": read.get("version") });
        let edit = json!({ "op": "node.update", "data": data });
        let started = Instant::now();
        filled.write(client, &[edit]).await?;
        times.push(started.elapsed());
        if place == 0 {
            let graph = client.get(&filled.path("/graph"), "").await?;
            stale = memchr::memmem::find_iter(&graph.body, br#""status":"STALE""#).count();
        }
    }
    times.sort_unstable();
    Ok((percentile(&times, 50), stale))
}

/// What it takes to say of all answers in the database that they are stale, or fresh again, with nothing decided.
async fn bare(url: &str, filled: &Filled) -> Result<Duration> {
    let database = connect(url).await?;
    let backend = database.get_database_backend();
    let project: Uuid = filled.project.parse()?;
    let mut times = Vec::with_capacity(EDITS);
    for place in 0..EDITS {
        let (from, to) = match place % 2 {
            0 => ("COMPLETED", "STALE"),
            _ => ("STALE", "COMPLETED"),
        };
        let values = [project.into(), from.into(), to.into()];
        let store = Statement::from_sql_and_values(backend, STALE, values);
        let started = Instant::now();
        database.execute_raw(store).await?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(percentile(&times, 50))
}

fn bytes(hex: &str) -> Result<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}
