//! Tickets that open one socket: a browser cannot send a header there.

use std::{sync::Arc, time::Duration};

use entity::ws_ticket;
use kernel::{Error, Result, SessionId, UserId};
use platform::{
    Ctx, Platform, Principal, RequestInfo, Write, db,
    keys::{random_token, token_hash},
    writer::Record,
};
use protocol::auth::WsTicket;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

const LIFETIME: Duration = Duration::from_secs(30);

struct Issuing {
    hash: Vec<u8>,
    user: UserId,
    session: SessionId,
}

/// Gives whoever is logged in a ticket for one socket.
pub async fn issue(ctx: &Ctx) -> Result<WsTicket> {
    let (user, session) = ctx.session()?;
    let ticket = random_token();
    let issuing = Issuing {
        hash: token_hash(&ticket),
        user,
        session,
    };
    ctx.write_account(user, issuing, |write, issuing| {
        Box::pin(store(write, issuing))
    })
    .await?;
    Ok(WsTicket {
        ticket,
        expires_in: LIFETIME.as_secs(),
    })
}

async fn store(write: &mut Write, issuing: &Issuing) -> Result<()> {
    let row = ws_ticket::ActiveModel {
        ticket_hash: Set(issuing.hash.clone()),
        user_id: Set(issuing.user.uuid()),
        session_id: Set(issuing.session.uuid()),
        expires_at: Set(write.now() + LIFETIME),
        used_at: Set(None),
    };
    ws_ticket::Entity::insert(row)
        .exec_without_returning(write.conn().await?)
        .await
        .map_err(db)?;
    let session = issuing.session.uuid();
    write.record(Record::new("ticket.issue", "session", session));
    Ok(())
}

/// Takes a ticket in, once: whose it is, and of which session. Whether that session still lives is
/// for the socket to ask, now and later.
pub async fn redeem(platform: &Arc<Platform>, ticket: &str) -> Result<(UserId, SessionId)> {
    let hash = token_hash(ticket);
    let row = ws_ticket::Entity::find_by_id(hash)
        .one(platform.database.reader())
        .await
        .map_err(db)?
        .ok_or(Error::Unauthenticated)?;
    let (user, session) = (row.user_id.into(), row.session_id.into());
    let ctx = Ctx::new(platform.clone(), Principal::System, RequestInfo::default());
    ctx.write_account(user, row, |write, row| Box::pin(spend(write, row)))
        .await?;
    Ok((user, session))
}

async fn spend(write: &mut Write, row: &ws_ticket::Model) -> Result<()> {
    write.unrecorded("the audit has the ticket's issue; using it changes nothing");
    let now = write.now();
    let done = ws_ticket::Entity::update_many()
        .col_expr(ws_ticket::Column::UsedAt, Expr::value(now))
        .filter(ws_ticket::Column::TicketHash.eq(row.ticket_hash.clone()))
        .filter(ws_ticket::Column::UsedAt.is_null())
        .filter(ws_ticket::Column::ExpiresAt.gt(now))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    if done.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::Unauthenticated)
    }
}
