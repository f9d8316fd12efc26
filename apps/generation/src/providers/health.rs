//! Which models fail, as all instances know it together.
//!
//! Only failures, and the first success after them, are written. Everybody reads the table at most once
//! a second, so that asking a model costs no query.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::model_health;
use kernel::{Result, error::chain};
use platform::{Command, Platform, Write, db};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use tokio::{sync::Mutex, time::Instant};

use super::failure::Failure;

const READ_EVERY: Duration = Duration::from_secs(1);

/// How a model did lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Health {
    pub(crate) failure_count: i64,
    pub(crate) failures_in_a_row: i32,
    /// The code of the last failure and the provider's status.
    pub(crate) last_error: Option<String>,
    pub(crate) last_failed_at: Option<DateTime<Utc>>,
    pub(crate) open_until: Option<DateTime<Utc>>,
}

impl Health {
    /// Whether nobody is to ask this model now.
    #[must_use]
    pub(crate) fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.open_until.is_some_and(|until| until > now)
    }
}

pub(crate) type Healths = Arc<HashMap<String, Health>>;

#[derive(Debug, Default)]
struct Kept(Mutex<Snapshot>);

#[derive(Debug, Default)]
struct Snapshot {
    read_at: Option<Instant>,
    healths: Healths,
}

/// How all models do that ever failed.
pub(crate) async fn all(platform: &Platform) -> Healths {
    let kept = platform.feature::<Kept>();
    let mut snapshot = kept.0.lock().await;
    let now = Instant::now();
    if snapshot.read_at.is_some_and(|at| now < at + READ_EVERY) {
        return snapshot.healths.clone();
    }
    let rows = model_health::Entity::find()
        .all(platform.database.reader())
        .await;
    match rows {
        Ok(rows) => snapshot.healths = Arc::new(rows.into_iter().map(from_row).collect()),
        // Whoever knows nothing asks; what was known before is as good.
        Err(error) => tracing::warn!(error = chain(&error), "Health of models unknown"),
    }
    snapshot.read_at = Some(now);
    snapshot.healths.clone()
}

fn from_row(row: model_health::Model) -> (String, Health) {
    let model_health::Model {
        model,
        failure_count,
        failures_in_a_row,
        last_error,
        last_failed_at,
        open_until,
    } = row;
    let health = Health {
        failure_count,
        failures_in_a_row,
        last_error,
        last_failed_at,
        open_until,
    };
    (model, health)
}

/// Whether to ask a model now. Once it has been left alone long enough, one caller of all instances may
/// try it; the others hear `false` until that has shown something.
pub(crate) async fn may_ask(platform: &Arc<Platform>, model: &str) -> bool {
    let healths = all(platform).await;
    let Some(health) = healths.get(model) else {
        return true;
    };
    let Some(until) = health.open_until else {
        return true;
    };
    if until > platform.clock.now() {
        return false;
    }
    let trial = TakeTrial {
        model: model.to_owned(),
        leave_alone: leave_alone(platform),
    };
    let taken = platform.writer.housekeep(trial).await;
    match taken {
        Ok((is_mine, health)) => {
            learn(platform, model, health).await;
            is_mine
        }
        Err(error) => {
            tracing::warn!(error = chain(&error), "Trial of model {model} not noted");
            true
        }
    }
}

/// Whether a model that is being asked is to be left alone now: it failed too often meanwhile, or the
/// call that just failed was its one trial.
pub(crate) async fn is_open(platform: &Platform, model: &str) -> bool {
    let now = platform.clock.now();
    let healths = all(platform).await;
    healths.get(model).is_some_and(|health| health.is_open(now))
}

/// Counts a failure, if it says something about the model.
pub(crate) async fn failed(platform: &Arc<Platform>, model: &str, failure: &Failure) {
    if !failure.kind.is_the_models_fault() {
        return;
    }
    let failure = Failed {
        model: model.to_owned(),
        error: failure.label(),
        failures_max: platform.settings.generation.breaker_failures,
        leave_alone: leave_alone(platform),
    };
    let counted = platform.writer.housekeep(failure).await;
    match counted {
        Ok(health) => learn(platform, model, health).await,
        // A failure more or less: the next one is counted again.
        Err(error) => tracing::warn!(error = chain(&error), "Failure of {model} not counted"),
    }
}

/// Forgets failures in a row once a model has answered. Mostly there are none, and nothing is written.
pub(crate) async fn answered(platform: &Arc<Platform>, model: &str) {
    let healths = all(platform).await;
    let is_well = healths
        .get(model)
        .is_none_or(|health| health.failures_in_a_row == 0 && health.open_until.is_none());
    if is_well {
        return;
    }
    let recovered = Recover {
        model: model.to_owned(),
    };
    let noted = platform.writer.housekeep(recovered).await;
    match noted {
        Ok(health) => learn(platform, model, health).await,
        // The next answer says it again.
        Err(error) => tracing::warn!(error = chain(&error), "Recovery of {model} not noted"),
    }
}

fn leave_alone(platform: &Platform) -> TimeDelta {
    let millis = i64::try_from(platform.settings.generation.breaker_ms);
    millis
        .ok()
        .and_then(TimeDelta::try_milliseconds)
        .unwrap_or(TimeDelta::days(1))
}

/// What this process wrote itself it knows at once.
async fn learn(platform: &Platform, model: &str, health: Option<Health>) {
    let kept = platform.feature::<Kept>();
    let mut snapshot = kept.0.lock().await;
    if let Some(health) = health {
        Arc::make_mut(&mut snapshot.healths).insert(model.to_owned(), health);
    }
}

struct Failed {
    model: String,
    error: String,
    failures_max: u32,
    leave_alone: TimeDelta,
}

const BOOKKEEPING: &str = "how a provider does is nobody's change";

impl Command for Failed {
    type Output = Option<Health>;

    async fn apply(&self, write: &mut Write) -> Result<Option<Health>> {
        use model_health::Column;
        write.unrecorded(BOOKKEEPING);
        let now = write.now();
        let first = model_health::ActiveModel {
            model: Set(self.model.clone()),
            failure_count: Set(1),
            failures_in_a_row: Set(1),
            last_error: Set(Some(self.error.clone())),
            last_failed_at: Set(Some(now)),
            open_until: Set(None),
        };
        let kept = |column: Column| Expr::col((model_health::Entity, column));
        let again = OnConflict::column(Column::Model)
            .value(Column::FailureCount, kept(Column::FailureCount).add(1))
            .value(Column::FailuresInARow, kept(Column::FailuresInARow).add(1))
            .update_columns([Column::LastError, Column::LastFailedAt])
            .to_owned();
        model_health::Entity::insert(first)
            .on_conflict(again)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        let health = one(write, &self.model).await?;
        let in_a_row = health.as_ref().map_or(0, |health| health.failures_in_a_row);
        if u32::try_from(in_a_row).is_ok_and(|in_a_row| in_a_row < self.failures_max) {
            return Ok(health);
        }
        model_health::Entity::update_many()
            .col_expr(Column::OpenUntil, Expr::value(now + self.leave_alone))
            .filter(Column::Model.eq(&self.model))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        one(write, &self.model).await
    }
}

#[derive(Debug)]
struct TakeTrial {
    model: String,
    leave_alone: TimeDelta,
}

impl Command for TakeTrial {
    type Output = (bool, Option<Health>);

    async fn apply(&self, write: &mut Write) -> Result<(bool, Option<Health>)> {
        let model = &self.model;
        let leave_alone = self.leave_alone;
        use model_health::Column;
        write.unrecorded(BOOKKEEPING);
        let now = write.now();
        let taken = model_health::Entity::update_many()
            .col_expr(Column::OpenUntil, Expr::value(now + leave_alone))
            .filter(Column::Model.eq(model.as_str()))
            .filter(Column::OpenUntil.lte(now))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let health = one(write, model).await?;
        // Somebody else's trial may have gone well meanwhile.
        let is_closed = health
            .as_ref()
            .is_none_or(|health| health.open_until.is_none());
        Ok((taken.rows_affected > 0 || is_closed, health))
    }
}

#[derive(Debug)]
struct Recover {
    model: String,
}

impl Command for Recover {
    type Output = Option<Health>;

    async fn apply(&self, write: &mut Write) -> Result<Option<Health>> {
        let model = &self.model;
        use model_health::Column;
        write.unrecorded(BOOKKEEPING);
        model_health::Entity::update_many()
            .col_expr(Column::FailuresInARow, Expr::value(0))
            .col_expr(
                Column::OpenUntil,
                Expr::value(Option::<DateTime<Utc>>::None),
            )
            .filter(Column::Model.eq(model.as_str()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        one(write, model).await
    }
}

async fn one(write: &mut Write, model: &str) -> Result<Option<Health>> {
    let row = model_health::Entity::find_by_id(model)
        .one(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(row.map(|row| from_row(row).1))
}
