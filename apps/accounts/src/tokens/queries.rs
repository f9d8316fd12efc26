//! Reading API tokens.

use chrono::{DateTime, Utc};
use entity::api_token;
use http::page;
use kernel::Result;
use platform::{Ctx, db};
use protocol::{Page, page::PageQuery, tokens::TokenView};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::row::to_view;

const LIST: &str = "tokens";

/// Where a page ends: when the list was begun, which says what had expired; whether its last token had
/// not; and which that is.
type Place = (DateTime<Utc>, bool, Uuid);

/// The tokens of whoever is logged in that were not deleted: those that live, then those that have
/// expired, the newest first.
pub async fn list(ctx: &Ctx, query: PageQuery) -> Result<Page<TokenView>> {
    let (user, _) = ctx.session()?;
    let limit = page::limit(query.limit)?;
    let after: Option<Place> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let begun_at = after.map_or_else(|| ctx.now(), |(begun_at, ..)| begun_at);
    let rows = api_token::Entity::find()
        .filter(api_token::Column::UserId.eq(user.uuid()))
        .filter(api_token::Column::RevokedAt.is_null())
        .filter(Condition::all().add_option(after.map(rest)))
        .order_by_desc(api_token::Column::ExpiresAt.gt(begun_at))
        .order_by_desc(api_token::Column::Id)
        .limit(limit + 1)
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let place = |row: &api_token::Model| (begun_at, row.expires_at > begun_at, row.id);
    let Page { items, next_cursor } = page::page(&ctx.platform, LIST, limit, rows, place, to_view)?;
    let items = items.into_iter().collect::<Result<_>>()?;
    Ok(Page { items, next_cursor })
}

/// What comes after a place.
fn rest((begun_at, lives, id): Place) -> Condition {
    let living = api_token::Column::ExpiresAt.gt(begun_at);
    let expired = api_token::Column::ExpiresAt.lte(begun_at);
    let older = api_token::Column::Id.lt(id);
    if lives {
        let living = Condition::all().add(living).add(older);
        Condition::any().add(living).add(expired)
    } else {
        Condition::all().add(expired).add(older)
    }
}
