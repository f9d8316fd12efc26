use entity::agent;
use generation::calls;
use kernel::{AgentId, Error, Expected, Result, UserId};
use platform::{Command, Ctx, Write, db, writer::Record};
use protocol::{
    agents::{AGENTS_PER_USER_MAX, AgentView, CONTEXT_WINDOW_MAX, CreateAgent, PatchAgent, Slug},
    values::ModelId,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{queries, queue::EndTasks, row::to_view, types, versions};

const CONTEXT_WINDOW_DEFAULT: u32 = 10;
const MAX_TOKENS_DEFAULT: u32 = 2_048;
const TEMPERATURE_DEFAULT: f64 = 0.7;
/// How many numbers are tried to make a slug that nobody has.
const SLUG_TRIES_MAX: usize = 1_000;

/// Makes an agent of one's own.
pub(super) async fn create(ctx: &Ctx, input: CreateAgent) -> Result<AgentView> {
    let user = ctx.user_with_scope(kernel::Scope::Agent)?;
    check_models(ctx, [&input.model, &input.fallback_model]).await?;
    check_window(input.context_window_size)?;
    // Named after the operation, an agent that is asked for twice is still one.
    let op = ctx.request.op.as_ref();
    let id = op.map_or_else(AgentId::generate, |op| op.id.uuid().into());
    let system_prompt = match (&input.system_prompt, types::find(input.r#type.as_str())) {
        (Some(prompt), _) => String::from(prompt.clone()),
        (None, Some(kind)) => kind.system_prompt.to_owned(),
        (None, None) => {
            let sentence =
                "say what agents of this type are told, or choose a type of `GET /agents/types`";
            return Err(Error::invalid("/systemPrompt", sentence));
        }
    };
    let create = Create {
        user,
        id,
        input,
        system_prompt,
    };
    ctx.write_account(user, create).await
}

async fn check_models(ctx: &Ctx, models: [&Option<ModelId>; 2]) -> Result<()> {
    for model in models.into_iter().flatten() {
        calls::require_model(&ctx.platform, model.as_str()).await?;
    }
    Ok(())
}

fn check_window(size: Option<u32>) -> Result<()> {
    if size.is_some_and(|size| !(1..=CONTEXT_WINDOW_MAX).contains(&size)) {
        let detail = format!("must be from 1 to {CONTEXT_WINDOW_MAX} messages");
        return Err(Error::invalid("/contextWindowSize", detail));
    }
    Ok(())
}

struct Create {
    user: UserId,
    id: AgentId,
    input: CreateAgent,
    system_prompt: String,
}

impl Command for Create {
    type Output = AgentView;

    async fn apply(&self, write: &mut Write) -> Result<AgentView> {
        let own = queries::own(self.user);
        let same = own.clone().filter(agent::Column::Id.eq(self.id.uuid()));
        if let Some(made) = same.one(write.read().await?).await.map_err(db)? {
            return Ok(to_view(made, protocol::agents::AgentStatus::Idle));
        }
        let count = own.count(write.read().await?).await.map_err(db)?;
        if usize::try_from(count).is_ok_and(|count| count >= AGENTS_PER_USER_MAX) {
            return Err(Error::LimitReached {
                what: "agents of one person",
                max: AGENTS_PER_USER_MAX,
            });
        }
        let slug = self.slug(write).await?;
        let row = self.row(write, slug);
        let row = row.insert(write.conn().await?).await.map_err(db)?;
        versions::keep(write, &row, None).await?;
        write.record(Record::new("agent.create", "agent", self.id.uuid()));
        Ok(to_view(row, protocol::agents::AgentStatus::Idle))
    }
}

impl Create {
    /// The one that was asked for, or one like the name that nobody has.
    async fn slug(&self, write: &mut Write) -> Result<String> {
        if let Some(asked) = &self.input.slug {
            if is_taken(write, asked).await? {
                let detail = "another agent of this server has this slug; choose another one";
                return Err(Error::invalid("/slug", detail));
            }
            return Ok(asked.as_str().to_owned());
        }
        let like = Slug::like(self.input.name.as_str());
        if !is_taken(write, &like).await? {
            return Ok(like.into());
        }
        for number in 2..SLUG_TRIES_MAX {
            let slug = like.numbered(number);
            if !is_taken(write, &slug).await? {
                return Ok(slug.into());
            }
        }
        Err(Error::invalid(
            "/slug",
            "too many agents are called so; give it a slug of its own",
        ))
    }

    fn row(&self, write: &Write, slug: String) -> agent::ActiveModel {
        let input = self.input.clone();
        let kind = types::find(input.r#type.as_str());
        let icon = input.icon.map(String::from);
        let color = input.color.map(String::from);
        let now = write.now();
        let known = |of: fn(&types::AgentKind) -> &'static str, default: &str| {
            kind.map_or(default, of).to_owned()
        };
        agent::ActiveModel {
            id: Set(self.id.uuid()),
            user_id: Set(self.user.uuid()),
            name: Set(input.name.into()),
            slug: Set(slug),
            description: Set(input.description.map(Into::into)),
            kind: Set(input.r#type.into()),
            role: Set(input.role.map(Into::into)),
            icon: Set(icon.unwrap_or_else(|| known(|kind| kind.icon, "robot"))),
            color: Set(color.unwrap_or_else(|| known(|kind| kind.color, "#3B82F6"))),
            is_active: Set(true),
            system_prompt: Set(self.system_prompt.clone()),
            prompt_version: Set(1),
            model: Set(input.model.map(Into::into)),
            fallback_model: Set(input.fallback_model.map(Into::into)),
            context_window_size: Set(input
                .context_window_size
                .unwrap_or(CONTEXT_WINDOW_DEFAULT)
                .into()),
            max_tokens: Set(input
                .max_tokens
                .map_or(MAX_TOKENS_DEFAULT, u32::from)
                .into()),
            temperature: Set(input.temperature.map_or(TEMPERATURE_DEFAULT, f64::from)),
            top_p: Set(input.top_p.map(f64::from)),
            config: Set(input.config.map(|config| config.to_value())),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            deleted_at: Set(None),
        }
    }
}

/// Also by one that was deleted: what it was mentioned by stays what it was.
async fn is_taken(write: &mut Write, slug: &Slug) -> Result<bool> {
    let same = agent::Entity::find()
        .filter(agent::Column::Slug.eq(slug.as_str()))
        .count(write.read().await?)
        .await
        .map_err(db)?;
    Ok(same > 0)
}

async fn locked(write: &mut Write, user: UserId, id: AgentId) -> Result<agent::Model> {
    queries::own(user)
        .filter(agent::Column::Id.eq(id.uuid()))
        .lock_exclusive()
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("agent"))
}

/// Changes the fields that are given; another prompt is another version of it.
pub(super) async fn update(
    ctx: &Ctx,
    id: AgentId,
    expected: Expected,
    patch: PatchAgent,
) -> Result<AgentView> {
    let user = ctx.user_with_scope(kernel::Scope::Agent)?;
    let new = |model: &Option<Option<ModelId>>| model.clone().flatten();
    check_models(ctx, [&new(&patch.model), &new(&patch.fallback_model)]).await?;
    check_window(patch.context_window_size)?;
    let change = Update {
        user,
        id,
        expected,
        patch,
        restore: None,
    };
    ctx.write_account(user, change).await?;
    queries::get(ctx, id).await
}

/// Makes an earlier prompt the newest version.
pub(super) async fn restore(ctx: &Ctx, id: AgentId, version: i64) -> Result<AgentView> {
    let user = ctx.user_with_scope(kernel::Scope::Agent)?;
    let change = Update {
        user,
        id,
        expected: Expected::Any,
        patch: PatchAgent::default(),
        restore: Some(version),
    };
    ctx.write_account(user, change).await?;
    queries::get(ctx, id).await
}

struct Update {
    user: UserId,
    id: AgentId,
    expected: Expected,
    patch: PatchAgent,
    restore: Option<i64>,
}

impl Command for Update {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let before = locked(write, self.user, self.id).await?;
        self.expected.check(before.version)?;
        let mut after = changed(before.clone(), self.patch.clone());
        let mut note = self.patch.change_note.clone().map(String::from);
        if let Some(version) = self.restore {
            after.system_prompt = versions::prompt(write, self.id, version).await?;
            note = Some(format!("Version {version} again"));
        }
        if after == before {
            write.unrecorded("everything was so already");
            return Ok(());
        }
        let is_new_prompt = after.system_prompt != before.system_prompt;
        after.prompt_version += i64::from(is_new_prompt);
        after.version += 1;
        after.updated_at = write.now();
        let change = agent::ActiveModel::from(after.clone()).reset_all();
        agent::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        if is_new_prompt {
            versions::keep(write, &after, note).await?;
        }
        write.record(Record::new("agent.update", "agent", self.id.uuid()));
        Ok(())
    }
}

fn changed(row: agent::Model, patch: PatchAgent) -> agent::Model {
    let PatchAgent {
        name,
        description,
        role,
        icon,
        color,
        is_active,
        system_prompt,
        change_note: _,
        model,
        fallback_model,
        context_window_size,
        max_tokens,
        temperature,
        top_p,
        config,
    } = patch;
    let given = |value: Option<Option<String>>, current| value.unwrap_or(current);
    agent::Model {
        name: name.map_or(row.name, Into::into),
        description: given(description.map(|new| new.map(Into::into)), row.description),
        role: given(role.map(|new| new.map(Into::into)), row.role),
        icon: icon.map_or(row.icon, Into::into),
        color: color.map_or(row.color, Into::into),
        is_active: is_active.unwrap_or(row.is_active),
        system_prompt: system_prompt.map_or(row.system_prompt, Into::into),
        model: given(model.map(|new| new.map(Into::into)), row.model),
        fallback_model: given(
            fallback_model.map(|new| new.map(Into::into)),
            row.fallback_model,
        ),
        context_window_size: context_window_size.map_or(row.context_window_size, i64::from),
        max_tokens: max_tokens.map_or(row.max_tokens, |max| u32::from(max).into()),
        temperature: temperature.map_or(row.temperature, f64::from),
        top_p: top_p.map_or(row.top_p, |new| new.map(f64::from)),
        config: config.map_or(row.config, |new| new.map(|config| config.to_value())),
        ..row
    }
}

/// Deletes an agent of one's own: it leaves all projects, and what it does there ends.
pub(super) struct Delete {
    pub(super) user: UserId,
    pub(super) id: AgentId,
    pub(super) expected: Expected,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let row = locked(write, self.user, self.id).await?;
        self.expected.check(row.version)?;
        retire(write, row.id).await?;
        write.enqueue(&EndTasks { agent: self.id })?;
        write.record(Record::new("agent.delete", "agent", self.id.uuid()));
        Ok(())
    }
}

async fn retire(write: &mut Write, agent: Uuid) -> Result<()> {
    let now = write.now();
    agent::Entity::update_many()
        .col_expr(agent::Column::DeletedAt, Expr::value(Some(now)))
        .col_expr(agent::Column::UpdatedAt, Expr::value(now))
        .filter(agent::Column::Id.eq(agent))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}
