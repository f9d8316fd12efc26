//! Reading API tokens.

use entity::api_token;
use kernel::Result;
use platform::{Ctx, db};
use protocol::{Page, page::PAGE_LIMIT_MAX, tokens::TokenView};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row::to_view;

/// The tokens of whoever is logged in that were not deleted, newest first. There are never more
/// than fit on one page, apart from old ones that have expired.
pub async fn list(ctx: &Ctx) -> Result<Page<TokenView>> {
    let (user, _) = ctx.session()?;
    let rows = api_token::Entity::find()
        .filter(api_token::Column::UserId.eq(user.uuid()))
        .filter(api_token::Column::RevokedAt.is_null())
        .order_by_desc(api_token::Column::ExpiresAt.gt(ctx.now()))
        .order_by_desc(api_token::Column::Id)
        .limit(PAGE_LIMIT_MAX)
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let items = rows.into_iter().map(to_view).collect::<Result<_>>()?;
    Ok(Page {
        items,
        next_cursor: None,
    })
}
