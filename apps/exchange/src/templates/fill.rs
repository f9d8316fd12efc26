//! Filling a new project with what it was to begin with.

use canvas::edges;
use generation::Adopted;
use kernel::{Error, Result};
use platform::Write;
use projects::projects::{BeginsWith, describe};
use protocol::{
    edges::{CreateEdge, EdgePolicy},
    events::{Event, ProjectEvent},
    nodes::CreateNode,
    preferences::Language,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    all::template,
    card::{Card, Template},
};
use crate::parts::{Part, put_in};

/// In the transaction that makes the project, so that it is there with all of its template or not at all.
pub(crate) async fn fill(write: &mut Write) -> Result<()> {
    let is_new = |event: &Event| matches!(event, Event::Project(ProjectEvent::Create(_)));
    if !write.news().iter().any(is_new) {
        return Ok(());
    }
    let BeginsWith(Some(id), language) = std::mem::take(write.note::<BeginsWith>()?) else {
        return Ok(());
    };
    let template = template(id);
    let description = parsed(json!(template.description.of(language)))?;
    let system_prompt = parsed(json!(template.system_prompt.of(language)))?;
    describe(write, description, system_prompt).await?;
    Box::pin(put_in_cards(write, template, language)).await
}

async fn put_in_cards(write: &mut Write, template: &Template, language: Language) -> Result<()> {
    let cards = template.cards.iter();
    let parts: Vec<Part> = cards
        .map(|card| part(card, language))
        .collect::<Result<_>>()?;
    let ids = put_in(write, &parts).await?;
    for (source, target) in template.since {
        let (Some(source), Some(target)) = (ids.get(*source), ids.get(*target)) else {
            continue;
        };
        let edge = CreateEdge {
            source_id: *source,
            target_id: *target,
            policy: EdgePolicy::Full,
        };
        edges::connect(write, edge).await?;
    }
    Ok(())
}

fn part(card: &Card, language: Language) -> Result<Part> {
    let tags: Vec<&str> = card.tag.iter().map(|tag| tag.of(language)).collect();
    let settings = card
        .temperature
        .map(|temperature| json!({"temperature": temperature}));
    let node: CreateNode = parsed(json!({
        "prompt": card.text.of(language),
        "position": {"x": card.x, "y": card.y},
        "kind": card.kind,
        "role": card.role,
        "title": card.title.map(|title| title.of(language)),
        "width": card.extent.map(|(width, _)| width),
        "height": card.extent.map(|(_, height)| height),
        "color": card.color,
        "tags": tags,
        "settings": settings,
    }))?;
    let answer = card.answer.map(|answer| Adopted {
        text: answer.text.of(language).to_owned(),
        summary: Some(answer.summary.of(language).to_owned()),
        model: answer.model.to_owned(),
        tokens: Some(answer.tokens),
        recipe: None,
    });
    let parents = card.above.iter().map(|place| (*place, EdgePolicy::Full));
    Ok(Part {
        node,
        frame: card.frame,
        parents: parents.collect(),
        answer,
    })
}

fn parsed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(Error::internal)
}
