use std::{cmp::Reverse, collections::HashMap};

use chrono::{DateTime, Utc};
use entity::{node, node_read, project, project_member, user_session};
use http::page;
use kernel::{Error, NodeId, Permission, ProjectId, Result, Scope, UserId};
use platform::{Ctx, convert, db, like::contains};
use protocol::{
    Page,
    conversations::{ConversationView, ConversationsQuery},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, prelude::DateTimeUtc, sea_query::Expr,
};
use uuid::Uuid;

use super::titles::{one_line, titles};
use crate::nodes;

const LIST: &str = "conversations";
/// How many projects are looked into, those changed last first.
const PROJECTS_MAX: u64 = 100;
const QUERY_CHARS_MAX: usize = 200;

/// Where a page ends.
type Key = (DateTime<Utc>, Uuid, Uuid);

/// The last question of a branch.
#[derive(FromQueryResult)]
struct Leaf {
    project_id: Uuid,
    id: Uuid,
    status: entity::enums::NodeStatus,
    last_text: String,
    is_answered: bool,
    said_at: DateTimeUtc,
}

impl Leaf {
    fn key(&self) -> Key {
        (self.said_at, self.project_id, self.id)
    }
}

pub(super) async fn list(ctx: &Ctx, query: ConversationsQuery) -> Result<Page<ConversationView>> {
    let user = ctx.user_with_scope(Scope::Graph)?;
    let limit = page::limit(query.limit)?;
    let after: Option<Key> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let words = words(query.q.as_deref())?;
    let projects = projects(ctx, user, query.project).await?;
    let mut leaves = Vec::new();
    for project in projects.keys() {
        ctx.project(*project, Permission::GRAPH_READ).await?;
        leaves.extend(of_project(ctx, *project, &words, after, limit + 1).await?);
    }
    leaves.sort_by_key(|leaf| Reverse(leaf.key()));
    leaves.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
    let page = page::page(&ctx.platform, LIST, limit, leaves, Leaf::key, |leaf| leaf)?;
    let known = Known::of(ctx, user, &page.items).await?;
    let items = page.items.into_iter();
    Ok(Page {
        items: items.map(|leaf| known.view(leaf, &projects)).collect(),
        next_cursor: page.next_cursor,
    })
}

fn words(q: Option<&str>) -> Result<Vec<String>> {
    let q = q.unwrap_or_default();
    if q.chars().count() > QUERY_CHARS_MAX {
        let detail = format!("must have at most {QUERY_CHARS_MAX} characters");
        return Err(Error::invalid("q", detail));
    }
    Ok(q.split_whitespace().map(str::to_owned).collect())
}

/// The projects that are looked into, with their names.
async fn projects(
    ctx: &Ctx,
    user: UserId,
    only: Option<ProjectId>,
) -> Result<HashMap<ProjectId, String>> {
    let mut select = project_member::Entity::find()
        .inner_join(project::Entity)
        .filter(project_member::Column::UserId.eq(user.uuid()))
        .filter(project::Column::DeletedAt.is_null());
    if let Some(only) = only {
        // Whose it is not hears what they hear of one that is not there.
        ctx.project(only, Permission::GRAPH_READ).await?;
        select = select.filter(project::Column::Id.eq(only.uuid()));
    }
    let named: Vec<(Uuid, String)> = select
        .select_only()
        .columns([project::Column::Id, project::Column::Name])
        .order_by_desc(project::Column::UpdatedAt)
        .order_by_desc(project::Column::Id)
        .limit(PROJECTS_MAX)
        .into_tuple()
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let named = named.into_iter();
    Ok(named.map(|(id, name)| (id.into(), name)).collect())
}

async fn of_project(
    ctx: &Ctx,
    project: ProjectId,
    words: &[String],
    after: Option<Key>,
    limit: u64,
) -> Result<Vec<Leaf>> {
    let last_text =
        Expr::cust("substr(COALESCE(NULLIF(nodes.response, ''), nodes.prompt), 1, 200)");
    let mut select = node::Entity::find()
        .select_only()
        .columns([
            node::Column::ProjectId,
            node::Column::Id,
            node::Column::Status,
            node::Column::SaidAt,
        ])
        .column_as(last_text, "last_text")
        .column_as(node::Column::Response.is_not_null(), "is_answered")
        .filter(node::Column::ProjectId.eq(project.uuid()))
        .filter(nodes::is_end());
    for word in words {
        let columns = [
            node::Column::Title,
            node::Column::Prompt,
            node::Column::Response,
        ];
        let holds = columns.map(|column| contains(column, word));
        let any = holds.into_iter().fold(Condition::any(), Condition::add);
        select = select.filter(any);
    }
    if let Some((said_at, of, id)) = after {
        let mut older = Condition::any().add(node::Column::SaidAt.lt(said_at));
        if project.uuid() < of {
            older = older.add(node::Column::SaidAt.eq(said_at));
        } else if project.uuid() == of {
            older = older.add(
                node::Column::SaidAt
                    .eq(said_at)
                    .and(node::Column::Id.lt(id)),
            );
        }
        select = select.filter(older);
    }
    select
        .order_by_desc(node::Column::SaidAt)
        .order_by_desc(node::Column::Id)
        .limit(limit)
        .into_model()
        .all(ctx.reader())
        .await
        .map_err(db)
}

/// What else is shown of some conversations.
struct Known {
    titles: HashMap<NodeId, String>,
    read: HashMap<(Uuid, Uuid), DateTimeUtc>,
    /// When the caller was last in each project, else since when they belong to it.
    seen: HashMap<Uuid, DateTimeUtc>,
}

impl Known {
    async fn of(ctx: &Ctx, user: UserId, leaves: &[Leaf]) -> Result<Self> {
        let mut of_projects: HashMap<Uuid, Vec<NodeId>> = HashMap::new();
        for leaf in leaves {
            let ids = of_projects.entry(leaf.project_id).or_default();
            ids.push(leaf.id.into());
        }
        let mut all = HashMap::new();
        for (project, ids) in &of_projects {
            all.extend(titles(ctx.reader(), (*project).into(), ids).await?);
        }
        let projects: Vec<Uuid> = of_projects.into_keys().collect();
        let reads = node_read::Entity::find()
            .filter(node_read::Column::UserId.eq(user.uuid()))
            .filter(node_read::Column::ProjectId.is_in(projects.iter().copied()))
            .filter(node_read::Column::NodeId.is_in(leaves.iter().map(|leaf| leaf.id)))
            .all(ctx.reader())
            .await
            .map_err(db)?;
        let read = reads.into_iter();
        Ok(Self {
            titles: all,
            read: read
                .map(|read| ((read.project_id, read.node_id), read.read_at))
                .collect(),
            seen: seen(ctx, user, &projects).await?,
        })
    }

    fn view(&self, leaf: Leaf, names: &HashMap<ProjectId, String>) -> ConversationView {
        let read = self.read.get(&(leaf.project_id, leaf.id));
        let read = read.or_else(|| self.seen.get(&leaf.project_id));
        let node_id = NodeId::from_uuid(leaf.id);
        let project_id = ProjectId::from_uuid(leaf.project_id);
        ConversationView {
            node_id,
            project_id,
            project_name: names.get(&project_id).cloned().unwrap_or_default(),
            title: self.titles.get(&node_id).cloned().unwrap_or_default(),
            last_text: one_line(&leaf.last_text),
            status: convert::node_status(leaf.status),
            updated_at: leaf.said_at.into(),
            unread: leaf.is_answered && read.is_none_or(|read| *read < leaf.said_at),
        }
    }
}

async fn seen(ctx: &Ctx, user: UserId, projects: &[Uuid]) -> Result<HashMap<Uuid, DateTimeUtc>> {
    let members = project_member::Entity::find()
        .filter(project_member::Column::UserId.eq(user.uuid()))
        .filter(project_member::Column::ProjectId.is_in(projects.iter().copied()))
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let sessions = user_session::Entity::find()
        .filter(user_session::Column::UserId.eq(user.uuid()))
        .filter(user_session::Column::ProjectId.is_in(projects.iter().copied()))
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let since = members
        .into_iter()
        .map(|row| (row.project_id, row.joined_at));
    let here = sessions
        .into_iter()
        .map(|row| (row.project_id, row.last_seen));
    Ok(since.chain(here).collect())
}
