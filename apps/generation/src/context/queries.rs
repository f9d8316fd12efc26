use canvas::nodes;
use kernel::{NodeId, Permission, ProjectId, Result};
use platform::{Ctx, Current};
use protocol::{
    context::{ContextQuery, ContextView, MessageView, PriceView},
    generations::Generate,
    nodes::NodeStatus,
};

use super::{Contexts, ModelPreference, ModelRequest, assemble};
use crate::{
    money,
    providers::Usage,
    setup::Setup,
    wish::{self, Wish},
};

/// What would be sent for a node, to the byte, without sending it.
pub(super) async fn preview(
    ctx: &Ctx,
    project: ProjectId,
    node: NodeId,
    query: ContextQuery,
) -> Result<ContextView> {
    let access = ctx.project(project, Permission::COSTS_READ).await?;
    let by = ctx.user_id()?;
    let setup = Setup::of_platform(&ctx.platform)?;
    setup.catalog.warm_up().await;
    let (wishes, inherited) = ctx
        .shared(&access, |current: &Current<Contexts>| {
            let contexts = &current.projection;
            let inherited = contexts.inherited(node);
            (ModelPreference::of(contexts, &inherited, by), inherited)
        })
        .await?;
    let row = nodes::find(ctx.reader(), project, node).await?;
    let before = wish::before(ctx.reader(), &row).await?;
    let wish = Wish::of(&as_asked(&query), before);
    let model = wishes
        .choose(ctx.reader(), &setup, wish.model.as_deref())
        .await?;
    let asked = ModelRequest::of(&model, wish.parameters(&inherited));
    let assembled = assemble(ctx, access.clone(), node, by, &asked).await?;
    let fingerprint = assembled.plan.fingerprint;
    let answered = ctx
        .shared(&access, |current: &Current<Contexts>| {
            let contexts = &current.projection;
            let is_there = contexts
                .facts(node)
                .is_some_and(|facts| facts.status == NodeStatus::Completed);
            let answer = contexts.answer(node);
            is_there && answer.is_some_and(|answer| answer.fingerprint == fingerprint)
        })
        .await?;
    let messages = assembled.messages.iter().map(|message| MessageView {
        role: message.role,
        content: message.content.to_string(),
        pictures: message
            .pictures
            .iter()
            .map(|picture| picture.media)
            .collect(),
    });
    // A token that may spend need not be one that may read.
    let may_read =
        access.allows(Permission::GRAPH_READ) && access.allows(Permission::SYSTEM_PROMPT_READ);
    Ok(ContextView {
        messages: may_read.then(|| messages.collect()),
        price: PriceView {
            input: money::dollars(model.price.nanos(Usage::sent(assembled.plan.tokens))),
            output_max: money::dollars(model.price.nanos(Usage::answered(asked.max_tokens))),
        },
        manifest: assembled.manifest(),
        answered,
        settings: inherited.views(may_read),
    })
}

/// What is left out is previewed as it would be asked.
fn as_asked(query: &ContextQuery) -> Generate {
    Generate {
        model: query.model.clone().map(Some),
        temperature: query.temperature.map(Some),
        max_tokens: query.max_tokens.map(Some),
        top_p: query.top_p.map(Some),
        force: false,
    }
}
