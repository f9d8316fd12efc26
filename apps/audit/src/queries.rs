//! Finding records: the newest first, in the order of their moments.

use chrono::{DateTime, Utc};
use entity::audit_record::{self, Column};
use http::page;
use kernel::{Error, Result};
use platform::{Ctx, db, like};
use protocol::{
    Page,
    audit::{ACTION_CHARS_MAX, AuditQuery, AuditRecord},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

use crate::{row::Reader, whose::Whose};

/// Where a record stands in the order.
pub(crate) type Place = (DateTime<Utc>, Uuid);

/// What is asked for, checked.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    action: Option<String>,
    actor: Option<Uuid>,
    after: Option<DateTime<Utc>>,
    before: Option<DateTime<Utc>>,
}

impl Filter {
    pub(crate) fn of(query: &AuditQuery) -> Result<Self> {
        let is_word = |action: &String| {
            let letters = action.chars().all(|letter| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-".contains(letter)
            });
            letters && (1..=ACTION_CHARS_MAX).contains(&action.len())
        };
        if query.action.as_ref().is_some_and(|action| !is_word(action)) {
            let detail = "must be an action such as `member.update`, or the beginning of several \
                such as `member`";
            return Err(Error::invalid("action", detail));
        }
        Ok(Self {
            action: query.action.clone(),
            actor: query.actor,
            after: query.after.map(|at| at.0),
            before: query.before.map(|at| at.0),
        })
    }

    fn apply(&self, rows: Select<audit_record::Entity>) -> Select<audit_record::Entity> {
        rows.apply_if(self.action.as_ref(), |rows, action| {
            let named = Condition::any()
                .add(Column::Action.eq(action))
                .add(like::begins(Column::Action, &format!("{action}.")));
            rows.filter(named)
        })
        .apply_if(self.actor, |rows, actor| {
            rows.filter(Column::ActorId.eq(actor))
        })
        .apply_if(self.after, |rows, after| rows.filter(Column::At.gt(after)))
        .apply_if(self.before, |rows, before| {
            rows.filter(Column::At.lt(before))
        })
    }
}

fn ordered(
    kind: Condition,
    filter: &Filter,
    below: Option<&Place>,
) -> Select<audit_record::Entity> {
    filter
        .apply(audit_record::Entity::find().filter(kind))
        .apply_if(below, |rows, (at, id)| {
            let further = Condition::any()
                .add(Column::At.lt(*at))
                .add(Column::Id.lt(*id));
            rows.filter(Column::At.lte(*at)).filter(further)
        })
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
}

pub(crate) fn place(row: &audit_record::Model) -> Place {
    (row.at, row.id)
}

/// The next records below a place, so many at most.
pub(crate) async fn rows(
    ctx: &Ctx,
    whose: &Whose,
    filter: &Filter,
    below: Option<&Place>,
    limit: u64,
) -> Result<Vec<audit_record::Model>> {
    let mut found = Vec::new();
    for kind in whose.kinds() {
        let rows = ordered(kind, filter, below).limit(limit);
        found.extend(rows.all(ctx.reader()).await.map_err(db)?);
    }
    found.sort_by_key(|row| std::cmp::Reverse(place(row)));
    found.truncate(usize::try_from(limit).map_err(Error::internal)?);
    Ok(found)
}

/// Whether there are more records than so many.
pub(crate) async fn are_more_than(
    ctx: &Ctx,
    whose: &Whose,
    filter: &Filter,
    max: u64,
) -> Result<bool> {
    let mut left = max;
    for kind in whose.kinds() {
        let ids: Vec<Uuid> = ordered(kind, filter, None)
            .select_only()
            .column(Column::Id)
            .limit(left + 1)
            .into_tuple()
            .all(ctx.reader())
            .await
            .map_err(db)?;
        match left.checked_sub(u64::try_from(ids.len()).map_err(Error::internal)?) {
            Some(rest) => left = rest,
            None => return Ok(true),
        }
    }
    Ok(false)
}

pub(crate) async fn page(ctx: &Ctx, whose: &Whose, query: AuditQuery) -> Result<Page<AuditRecord>> {
    let filter = Filter::of(&query)?;
    let limit = page::limit(query.limit)?;
    let list = whose.list();
    let below: Option<Place> = page::after(&ctx.platform, &list, query.cursor.as_deref())?;
    let rows = rows(ctx, whose, &filter, below.as_ref(), limit + 1).await?;
    let reader = Reader::of(ctx, whose);
    page::page(&ctx.platform, &list, limit, rows, place, |row| {
        reader.view(row)
    })
}
