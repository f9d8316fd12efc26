//! The first message of a socket says whose it is.

use std::{sync::Arc, time::Duration};

use kernel::{Error, Result, SessionId, UserId};
use platform::{Ctx, RequestInfo, access};
use protocol::frames::ClientFrame;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    codes::{NOT_AUTHENTICATED, TRY_LATER},
    link::{End, Heard, Link, closing},
    live::{Live, Person},
};
use crate::{handshake::Stream, hub::Hub, outbox::Outbox};

pub(crate) const PROOF_MAX: Duration = Duration::from_secs(5);

/// Serves a socket from its first frame to its last.
pub(crate) fn serve(
    hub: Arc<Hub>,
    stream: Stream,
    request: Box<RequestInfo>,
    place: OwnedSemaphorePermit,
) -> impl Future<Output = ()> {
    let outbox = Arc::new(Outbox::default());
    let stall_max = Duration::from_millis(hub.platform.settings.hub.stall_ms);
    // What is handed to a future has its place there for good: of what is large that is a pointer.
    let mut link = Box::new(Link::new(stream, outbox, stall_max));
    async move {
        // Boxed, because what proving takes would otherwise stay part of every idle socket.
        let proving = Box::pin(prove(&hub, &mut link, request));
        let proven = match tokio::time::timeout(PROOF_MAX, proving).await {
            Ok(proven) => proven,
            Err(_) => Err(closing(NOT_AUTHENTICATED, "send `auth` within 5 s")),
        };
        drop(place);
        let end = match proven {
            Ok(person) => {
                let live = Box::new(Live::open(hub, person, &mut link));
                live.run(&mut link).await
            }
            Err(end) => end,
        };
        Box::pin(link.end(end)).await;
    }
}

async fn prove(hub: &Arc<Hub>, link: &mut Link, request: Box<RequestInfo>) -> Result<Person, End> {
    let text = loop {
        if let Heard::Text(text) = link.hear().await? {
            break text;
        }
    };
    let Ok(ClientFrame::Auth { ticket }) = ClientFrame::parse(&text) else {
        return Err(closing(NOT_AUTHENTICATED, "the first frame must be `auth`"));
    };
    let (user, session) = redeem(hub, &ticket)
        .await
        .map_err(|error| refusal(&error))?;
    let live = access::session(&hub.platform, user, session)
        .await
        .map_err(|error| refusal(&error))?;
    let registered = hub.register(user, session, &link.outbox).ok_or_else(|| {
        closing(
            TRY_LATER,
            "too many sockets are open, of this account or at all",
        )
    })?;
    Ok(Person {
        registered,
        user,
        session,
        name: live.name.into(),
        ctx: Ctx::new(hub.platform.clone(), live.principal, *request),
        expires_at: live.expires_at,
    })
}

async fn redeem(hub: &Hub, ticket: &str) -> Result<(UserId, SessionId)> {
    (hub.features.redeem)(hub.platform.clone(), ticket.to_owned()).await
}

fn refusal(error: &Error) -> End {
    if let Error::Unauthenticated = error {
        let reason = "this ticket is unknown, used or expired; ask for a new one";
        return closing(NOT_AUTHENTICATED, reason);
    }
    closing(TRY_LATER, "the ticket cannot be checked right now")
}
