//! Tickets that open one socket: a browser cannot send a header there.

use std::{sync::Arc, time::Duration};

use entity::ws_ticket;
use kernel::{Error, Result, SessionId, UserId};
use platform::{
    Command, Ctx, Platform, Write, db,
    keys::{random_token, token_hash},
    writer::Record,
};
use protocol::auth::WsTicket;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

const LIFETIME: Duration = Duration::from_secs(30);

/// Gives whoever is logged in a ticket for one socket.
pub async fn issue(ctx: &Ctx) -> Result<WsTicket> {
    let (user, session) = ctx.session()?;
    let ticket = random_token();
    let issue = Issue {
        ticket_hash: token_hash(&ticket),
        user,
        session,
    };
    ctx.write_account(user, issue).await?;
    Ok(WsTicket {
        ticket,
        expires_in: LIFETIME.as_secs(),
    })
}

struct Issue {
    ticket_hash: Vec<u8>,
    user: UserId,
    session: SessionId,
}

impl Command for Issue {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let row = ws_ticket::ActiveModel {
            ticket_hash: Set(self.ticket_hash.clone()),
            user_id: Set(self.user.uuid()),
            session_id: Set(self.session.uuid()),
            expires_at: Set(write.now() + LIFETIME),
            used_at: Set(None),
        };
        ws_ticket::Entity::insert(row)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        let session = self.session.uuid();
        write.record(Record::new("ticket.issue", "session", session));
        Ok(())
    }
}

/// Takes a ticket in, once: whose it is, and of which session. Whether that session still lives is
/// for the socket to ask, now and later.
pub async fn redeem(platform: &Arc<Platform>, ticket: &str) -> Result<(UserId, SessionId)> {
    let ticket_hash = token_hash(ticket);
    let row = ws_ticket::Entity::find_by_id(ticket_hash.clone())
        .one(platform.database.reader())
        .await
        .map_err(db)?
        .ok_or(Error::Unauthenticated)?;
    let (user, session) = (row.user_id.into(), row.session_id.into());
    let ctx = Ctx::server(platform.clone());
    ctx.write_account(user, Redeem { ticket_hash }).await?;
    Ok((user, session))
}

struct Redeem {
    ticket_hash: Vec<u8>,
}

impl Command for Redeem {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("the audit has the ticket's issue; using it changes nothing");
        let now = write.now();
        let done = ws_ticket::Entity::update_many()
            .col_expr(ws_ticket::Column::UsedAt, Expr::value(now))
            .filter(ws_ticket::Column::TicketHash.eq(self.ticket_hash.clone()))
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
}
