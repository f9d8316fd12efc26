//! Keeps note of who comes and goes: gathered, so that a crowd costs a few statements.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entity::user_session;
use kernel::{ProjectId, Result, UserId, error::chain};
use platform::{Command, Platform, Write, db};
use protocol::{frames::Cursor, sessions::SessionCursor};
use sea_orm::{
    ActiveValue::Set,
    EntityTrait, ExprTrait,
    sea_query::{CaseStatement, Expr, OnConflict},
};
use serde_json::json;
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval},
};

use super::queries::SEEN_WITHIN;

/// How much may wait to be noted. What does not fit is noted with the next sign of life.
const NEWS_MAX: usize = 8_192;
const GATHER: Duration = Duration::from_millis(200);
/// How often it is noted that somebody is still there.
const ALIVE_EVERY: Duration = Duration::from_secs(20);
const ROWS_PER_STATEMENT: usize = 1_000;

type Place = (ProjectId, UserId);

/// Where people point. Pointers move all the time, so the newest place is looked up when it is to be noted.
type Cursors = Arc<Mutex<HashMap<Place, Cursor>>>;

#[derive(Debug)]
pub(crate) struct Attendance {
    news: mpsc::Sender<News>,
    cursors: Cursors,
}

/// The other end, for the task that keeps the note.
#[derive(Debug)]
pub(crate) struct Keeper {
    news: mpsc::Receiver<News>,
    cursors: Cursors,
}

#[derive(Debug)]
struct News {
    place: Place,
    what: Seen,
}

#[derive(Clone, Copy, Debug)]
enum Seen {
    Here(Option<Cursor>),
    Gone(Option<Cursor>),
}

fn lock(cursors: &Cursors) -> MutexGuard<'_, HashMap<Place, Cursor>> {
    // Nobody panics while they hold it, and a place is whole in any case.
    cursors.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Attendance {
    pub(crate) fn new() -> (Self, Keeper) {
        let (sender, receiver) = mpsc::channel(NEWS_MAX);
        let cursors = Cursors::default();
        let attendance = Self {
            news: sender,
            cursors: cursors.clone(),
        };
        let keeper = Keeper {
            news: receiver,
            cursors,
        };
        (attendance, keeper)
    }

    pub(crate) fn came(&self, project: ProjectId, user: UserId) {
        self.note((project, user), Seen::Here(None));
    }

    pub(crate) fn left(&self, project: ProjectId, user: UserId, cursor: Option<Cursor>) {
        lock(&self.cursors).remove(&(project, user));
        self.note((project, user), Seen::Gone(cursor));
    }

    /// Where somebody who is here points now, or that they do not.
    pub(crate) fn points(&self, project: ProjectId, user: UserId, at: Option<Cursor>) {
        let place = (project, user);
        match at {
            Some(at) => lock(&self.cursors).insert(place, at),
            None => lock(&self.cursors).remove(&place),
        };
    }

    fn note(&self, place: Place, what: Seen) {
        // What does not fit is only known later: see NEWS_MAX.
        let _ = self.news.try_send(News { place, what });
    }
}

impl Keeper {
    /// Keeps note until the server has stopped and everyone has left.
    pub(crate) async fn keep(mut self, platform: Arc<Platform>, is_empty: impl Fn() -> bool) {
        let mut here = HashSet::new();
        let mut waiting = HashMap::new();
        let mut write = interval(GATHER);
        write.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut alive_at = Instant::now() + ALIVE_EVERY;
        loop {
            tokio::select! {
                Some(News { place, what }) = self.news.recv() => {
                    match what {
                        Seen::Here(_) => here.insert(place),
                        Seen::Gone(_) => here.remove(&place),
                    };
                    waiting.insert(place, what);
                    continue;
                }
                _ = write.tick() => {}
            }
            if Instant::now() >= alive_at {
                alive_at = Instant::now() + ALIVE_EVERY;
                for place in &here {
                    let cursor = lock(&self.cursors).get(place).copied();
                    waiting.entry(*place).or_insert(Seen::Here(cursor));
                }
            }
            store(&platform, &mut waiting).await;
            let stopped = platform.stopping.is_cancelled() && is_empty();
            if stopped && self.news.is_empty() {
                return;
            }
        }
    }
}

async fn store(platform: &Platform, waiting: &mut HashMap<Place, Seen>) {
    let rows: Vec<(Place, Seen)> = waiting.drain().collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        let stored = platform
            .writer
            .housekeep(NoteAttendance {
                rows: rows.to_vec(),
            })
            .await;
        // The next sign of life says it again.
        if let Err(error) = stored {
            tracing::warn!(error = chain(&error), "Who is here cannot be noted");
        }
    }
}

struct NoteAttendance {
    rows: Vec<(Place, Seen)>,
}

impl Command for NoteAttendance {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        use user_session::Column;
        write.unrecorded("that somebody looks at a project changes nothing");
        let now = write.now();
        let rows = self.rows.iter().map(|((project, user), seen)| {
            let (Seen::Here(cursor) | Seen::Gone(cursor)) = seen;
            let cursor = cursor.map(|cursor| json!(SessionCursor::noted(cursor, now.into())));
            user_session::ActiveModel {
                project_id: Set(project.uuid()),
                user_id: Set(user.uuid()),
                cursor: Set(cursor),
                is_active: Set(matches!(seen, Seen::Here(_))),
                joined_at: Set(now),
                last_seen: Set(now),
            }
        });
        let excluded = |column: Column| Expr::col(("excluded", column));
        let kept = |column: Column| Expr::col((user_session::Entity, column));
        // Whoever was here all along joined when they did, and a cursor is known until the next. An instance that died
        // said of nobody that they left: who was not seen for long has joined anew.
        let was_here = kept(Column::IsActive)
            .eq(true)
            .and(kept(Column::LastSeen).gt(now - SEEN_WITHIN));
        let joined: CaseStatement = CaseStatement::new()
            .case(was_here, kept(Column::JoinedAt))
            .finally(excluded(Column::JoinedAt));
        let cursor = Expr::expr(sea_orm::sea_query::Func::coalesce([
            excluded(Column::Cursor),
            kept(Column::Cursor),
        ]));
        let conflict = OnConflict::columns([Column::ProjectId, Column::UserId])
            .update_columns([Column::IsActive, Column::LastSeen])
            .value(Column::JoinedAt, joined)
            .value(Column::Cursor, cursor)
            .to_owned();
        user_session::Entity::insert_many(rows)
            .on_conflict(conflict)
            .exec_without_returning(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}
