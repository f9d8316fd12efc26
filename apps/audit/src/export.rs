//! All records that match, as a table that is read while it is sent.

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream;
use kernel::{Error, Result, error::chain};
use platform::{Ctx, access};
use protocol::audit::{AuditQuery, EXPORT_RECORDS_MAX};

use crate::{
    commands::note_export,
    csv,
    queries::{Filter, Place, are_more_than, place, rows},
    row::Reader,
    whose::Whose,
};

/// So many are read at once.
const RECORDS_AT_ONCE: u64 = 1_000;

/// What is left to be sent.
struct Rest {
    ctx: Ctx,
    whose: Whose,
    filter: Filter,
    below: Option<Place>,
    is_header_due: bool,
    left: u64,
}

/// An export holds all that matches, or is refused: nobody takes a part for the whole.
pub(crate) async fn respond(ctx: Ctx, whose: Whose, query: AuditQuery) -> Result<Response> {
    if query.limit.is_some() || query.cursor.is_some() {
        let detail = "an export has no pages: it holds all records that match";
        return Err(Error::invalid("limit", detail));
    }
    let filter = Filter::of(&query)?;
    if are_more_than(&ctx, &whose, &filter, EXPORT_RECORDS_MAX).await? {
        let detail = format!(
            "more than {EXPORT_RECORDS_MAX} records match; narrow them with `after` and `before`"
        );
        return Err(Error::invalid("after", detail));
    }
    note_export(&ctx, &whose).await?;
    let rest = Rest {
        ctx,
        whose,
        filter,
        below: None,
        is_header_due: true,
        left: EXPORT_RECORDS_MAX,
    };
    let lines = stream::try_unfold(rest, async |rest| {
        let piece = rest.next().await;
        if let Err(error) = &piece {
            tracing::warn!(error = chain(error), "An export of the audit broke off");
        }
        piece
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.csv\"",
        ),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

impl Rest {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        let mut text = String::new();
        if std::mem::take(&mut self.is_header_due) {
            text.push_str(csv::HEADER);
        }
        let limit = RECORDS_AT_ONCE.min(self.left);
        let found = if limit == 0 {
            Vec::new()
        } else {
            // Reading takes its time: whoever lost their way in meanwhile reads no further.
            access::still_lives(&self.ctx.platform, &self.ctx.principal).await?;
            let below = self.below.as_ref();
            rows(&self.ctx, &self.whose, &self.filter, below, limit).await?
        };
        let Some(last) = found.last() else {
            return Ok((!text.is_empty()).then(|| (Bytes::from(text), Self { left: 0, ..self })));
        };
        self.below = Some(place(last));
        let sent = u64::try_from(found.len()).map_err(Error::internal)?;
        self.left = if sent < limit { 0 } else { self.left - sent };
        let reader = Reader::of(&self.ctx, &self.whose);
        for row in found {
            text.push_str(&csv::line(reader.view(row)));
        }
        Ok(Some((Bytes::from(text), self)))
    }
}
